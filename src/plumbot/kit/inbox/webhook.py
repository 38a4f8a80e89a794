"""The webhook: Telegram calls us, and hears 200 only when its update is committed."""

import asyncio
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp import web

from plumbot.kit.db import is_infrastructure
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.killpoints import reach
from plumbot.kit.settings import SettingsProblem
from plumbot.kit.telegram.client import TelegramClient
from plumbot.kit.telegram.patience import patiently

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
LARGEST_BODY_BYTES = 1024 * 1024
BODY_SECONDS = 20.0
STORE_SECONDS = 25.0  # longer than SQLite waits for a lock, shorter than Telegram waits for us
RETRY_AFTER_SECONDS = 5
CONNECTIONS = 40
LAST_REQUESTS_SECONDS = 5.0
COMPLAIN_SECONDS = 60.0


@dataclass(frozen=True)
class Address:
    """What Telegram calls, what proves that it is Telegram, and where we listen behind the proxy."""

    url: str
    secret: str
    host: str
    port: int

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


class Webhook:
    """Listens first and then tells Telegram, so that the first call finds somebody."""

    def __init__(
        self, client: TelegramClient, intake: Intake, address: Address, allowed_updates: Sequence[str]
    ) -> None:
        self._client = client
        self._address = address
        self._allowed = list(allowed_updates)
        self._door = Door(intake, address.secret)
        self.is_up = False

    async def run(self) -> None:
        """Until cancelled; then what came in already is stored and answered, and Telegram keeps the rest."""
        app = web.Application()
        app.router.add_route("*", self._address.path, self._door.receive)
        runner = web.AppRunner(
            app, access_log=None, auto_decompress=False, lingering_time=1.0, shutdown_timeout=LAST_REQUESTS_SECONDS
        )
        await runner.setup()
        try:
            await self._listen(runner)
            await self._tell_telegram()
            self.is_up = True
            await asyncio.Event().wait()
        finally:
            self.is_up = False
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        host, port = self._address.host, self._address.port
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise SettingsProblem(
                f"The webhook cannot listen on {host}:{port} ({error.strerror}): stop what uses it, or change "
                "PLUM_TELEGRAM__WEBHOOK_HOST and PLUM_TELEGRAM__WEBHOOK_PORT."
            ) from error
        log.info("webhook_listens", host=host, port=port, path=self._address.path)

    async def _tell_telegram(self) -> None:
        """Never `drop_pending_updates`: what waits is what came while we were away."""
        values = {
            "url": self._address.url, "secret_token": self._address.secret, "allowed_updates": self._allowed,
            "max_connections": CONNECTIONS,
        }  # fmt: skip
        await patiently(self._client, "setWebhook", values)
        log.info("webhook_set")


class Door:
    """Takes one update a request. Who does not know the secret is turned away before a byte of the body is read."""

    def __init__(self, intake: Intake, secret: str) -> None:
        self._intake = intake
        self._secret = secret.encode()
        self._strangers = 0
        self._complain_at = 0.0

    async def receive(self, request: web.Request) -> web.Response:
        if not self._is_telegram(request):
            self._complain(request)
            return _closing(401)
        if request.method != "POST":
            return _closing(405, {"Allow": "POST"})
        if request.content_type != "application/json" or "Content-Encoding" in request.headers:
            return _closing(415)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return _closing(408)
        except (OSError, aiohttp.ClientError, web.RequestPayloadError):
            return _closing(400)  # hung up in the middle: nobody hears this
        if body is None:
            log.warning("webhook_body_too_large")
            return _closing(413)
        return await self._store(body)

    def _is_telegram(self, request: web.Request) -> bool:
        said = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(said.encode("utf-8", "surrogateescape"), self._secret)

    def _complain(self, request: web.Request) -> None:
        """Once a minute: a scanner must not fill the log."""
        now = asyncio.get_running_loop().time()
        self._strangers += 1
        if now >= self._complain_at:
            log.warning("webhook_without_secret", times=self._strangers, remote=request.remote)
            self._strangers, self._complain_at = 0, now + COMPLAIN_SECONDS

    async def _store(self, body: bytes) -> web.Response:
        """Whatever goes wrong, Telegram is not told that we have it, and brings it again."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self._intake.take([_decoded(body)])
        except Exception as fault:
            if is_infrastructure(fault) or isinstance(fault, TimeoutError):
                log.warning("webhook_database_fault", fault=str(fault) or "no answer in time")
            else:
                log.exception("intake_failed")
            return web.Response(status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        reach("webhook.committed")
        return web.Response()


async def _body(request: web.Request) -> bytes | None:
    """None when it is larger than allowed, whatever the request says about its length."""
    if (request.content_length or 0) > LARGEST_BODY_BYTES:
        return None
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > LARGEST_BODY_BYTES:
            return None
    return bytes(body)


def _decoded(body: bytes) -> object:
    """The update; a body that is no JSON stays text, and the intake sets aside what has no update id."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _closing(status: int, headers: dict[str, str] | None = None) -> web.Response:
    """An answer without having read what was sent; the connection is of no use after it."""
    response = web.Response(status=status, headers=headers)
    response.force_close()
    return response
