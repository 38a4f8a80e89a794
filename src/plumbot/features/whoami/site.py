"""The site that finds people by their @name: a page with a token and cookies, then a question in JSON."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NoReturn
from urllib.parse import urlsplit

import aiohttp
import stamina
import structlog
from aiolimiter import AsyncLimiter
from pydantic import ValidationError

from plumbot.features.whoami.addresses import Address, InsideAddress, guarded, is_public
from plumbot.features.whoami.breaker import Breaker, Remembered
from plumbot.features.whoami.page import cookies_of, token_in
from plumbot.features.whoami.rules import (
    AnotherPerson,
    NoAnswer,
    SiteAway,
    SiteBroken,
    SiteBusy,
    SiteForbidden,
    SiteLeadsAway,
    SiteRefuses,
    SiteResting,
    SiteSlow,
    SiteStrange,
    SiteTooLarge,
    TooManyQuestions,
)
from plumbot.features.whoami.schemas import Found

log = structlog.get_logger()

LARGEST_PAGE_BYTES = 512 * 1024
LARGEST_ANSWER_BYTES = 16 * 1024
PIECE_BYTES = 16 * 1024
FOUND_KEPT_SECONDS = 3600.0
UNKNOWN_KEPT_SECONDS = 600.0
PATIENCE_FOR_A_TURN_SECONDS = 20.0
# Compressed content is not asked for and not read: nothing small can become something huge.
ASKING = {"User-Agent": "plumbot", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Manners:
    """How the site is asked."""

    timeout_seconds: float = 5.0
    per_minute: int = 20
    attempts: int = 3
    first_pause_seconds: float = 0.3
    patience_seconds: float = PATIENCE_FOR_A_TURN_SECONDS
    allowed: Callable[[Address], bool] = is_public


@dataclass
class Site:
    """A `Directory` that asks politely: seldom, not for long, and not again what it knows."""

    base_url: str
    manners: Manners = field(default_factory=Manners)
    breaker: Breaker = field(default_factory=Breaker)
    remembered: Remembered[Found | None] = field(default_factory=Remembered)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._base = self.base_url.rstrip("/")
        self._limiter = AsyncLimiter(self.manners.per_minute, 60)

    async def find(self, username: str) -> Found | None:
        key = username.casefold()
        kept = self.remembered.get(key)
        if kept is not None:
            log.info("whoami_lookup", outcome="remembered")
            return kept[0]
        if not self.breaker.lets_through():
            raise SiteResting
        found = await self._watched(username)
        self.remembered.put(key, found, UNKNOWN_KEPT_SECONDS if found is None else FOUND_KEPT_SECONDS)
        return found

    async def _watched(self, username: str) -> Found | None:
        """One question, its outcome noted in the log (without names) and in the breaker."""
        began, outcome = monotonic(), "broken off"
        try:
            found = await self._patiently(username)
            outcome = "unknown" if found is None else "found"
            self.breaker.went_well()
        except NoAnswer as trouble:
            outcome = type(trouble).__name__
            if trouble.counts:
                self.breaker.went_wrong(trouble.rest_seconds)
            raise
        finally:
            self.breaker.gave_up()
            log.info("whoami_lookup", outcome=outcome, seconds=round(monotonic() - began, 2))
        return found

    async def _patiently(self, username: str) -> Found | None:
        manners = self.manners
        attempts = stamina.retry_context(
            on=_may_pass, attempts=manners.attempts, timeout=None, wait_initial=manners.first_pause_seconds,
            wait_max=manners.first_pause_seconds * 8, wait_jitter=manners.first_pause_seconds,
        )  # fmt: skip
        async for attempt in attempts:
            with attempt:
                await self._turn()
                return await self._ask(username)
        raise SiteAway  # not reached: the last attempt raises its own

    async def _turn(self) -> None:
        """Our own limit, so that the site need not have one."""
        try:
            async with asyncio.timeout(self.manners.patience_seconds):
                await self._limiter.acquire()
        except TimeoutError:
            raise TooManyQuestions from None

    async def _ask(self, username: str) -> Found | None:
        """Errors of aiohttp hold the address and so the name: none of them is chained to ours."""
        trouble: NoAnswer
        try:
            async with self._session() as http:
                return await self._converse(http, username)
        except NoAnswer:
            raise
        except (TimeoutError, aiohttp.ServerTimeoutError):
            trouble = SiteSlow()
        except aiohttp.ClientConnectorError as error:
            trouble = SiteForbidden() if _is_inside(error) else SiteAway()
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError):
            trouble = SiteAway()
        except (aiohttp.ClientError, ValueError):
            trouble = SiteStrange()
        raise trouble from None

    def _session(self) -> aiohttp.ClientSession:
        """Two requests a question: a session of its own keeps neither cookies nor connections of another's."""
        seconds = self.manners.timeout_seconds
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=2, socket_factory=guarded(self.manners.allowed)),
            timeout=aiohttp.ClientTimeout(total=seconds, connect=seconds, sock_connect=seconds),
            cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False, headers=ASKING,
        )  # fmt: skip

    async def _converse(self, http: aiohttp.ClientSession, username: str) -> Found | None:
        page_url = f"{self._base}/from/username/{username}"
        async with http.get(page_url, allow_redirects=False) as response:
            _check(response, "text/html")
            page = await _read(response, LARGEST_PAGE_BYTES)
            headers = {"X-CSRF-Token": token_in(page), "Origin": self._origin, "Referer": page_url}
            if response.cookies:
                headers["Cookie"] = cookies_of(response.cookies)
        question = {"username": username}
        url = f"{self._base}/api/get-userid"
        async with http.post(url, json=question, headers=headers, allow_redirects=False) as response:
            if response.status == 404:
                return None
            _check(response, "application/json")
            return _person(await _read(response, LARGEST_ANSWER_BYTES), username)


def _may_pass(fault: Exception) -> bool:
    return isinstance(fault, NoAnswer) and fault.may_pass


def _is_inside(error: aiohttp.ClientConnectorError) -> bool:
    return isinstance(error.os_error, InsideAddress) or error.os_error.errno == InsideAddress().errno


def _check(response: aiohttp.ClientResponse, wanted: str) -> None:
    """Only a plain answer of the kind that we asked for is read at all."""
    if response.status != 200:
        _refused(response)
    if response.content_type != wanted or response.headers.get("Content-Encoding", "identity") != "identity":
        raise SiteStrange


def _refused(response: aiohttp.ClientResponse) -> NoReturn:
    match response.status:
        case 429:
            after = response.headers.get("Retry-After", "")
            raise SiteBusy(float(after) if after.isdecimal() and len(after) < 6 else 0.0)
        case status if 300 <= status < 400:
            raise SiteLeadsAway
        case status if status >= 500:
            raise SiteBroken
    raise SiteRefuses


async def _read(response: aiohttp.ClientResponse, most: int) -> str:
    """No more than `most` bytes, whatever the header says."""
    body = bytearray()
    async for piece in response.content.iter_chunked(PIECE_BYTES):
        body += piece
        if len(body) > most:
            raise SiteTooLarge
    return body.decode("utf-8", errors="strict")


def _person(body: str, username: str) -> Found | None:
    try:
        answer: Any = json.loads(body)
        if isinstance(answer, dict) and answer.get("id", 0) is None:
            return None
        found = Found.model_validate(answer)
    except (ValueError, RecursionError, ValidationError):
        raise SiteStrange from None
    if found.username.removeprefix("@").casefold() != username.casefold():
        raise AnotherPerson
    return found
