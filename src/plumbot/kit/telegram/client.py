"""A small client of the Bot API. Its errors never hold an address, since the address holds the token."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

from plumbot.kit.metrics import API_CALLS, API_SECONDS, timed

REQUEST_SECONDS = 20.0
CONNECT_SECONDS = 10.0
LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
PIECE_BYTES = 64 * 1024
OURSELVES = ("127.0.0.1", "localhost", "::1")  # never by a proxy
TROUBLES = (TimeoutError, aiohttp.ClientError, OSError, asyncio.IncompleteReadError)

# What broke, in words for operators; the first that fits.
WORDS: dict[type[Exception], str] = {
    aiohttp.ClientConnectorDNSError: "no server of that name is found",
    aiohttp.ClientSSLError: "its certificate is not accepted",
    aiohttp.ClientProxyConnectionError: "the proxy does not answer",
    aiohttp.ClientConnectorError: "nothing answers there",
    aiohttp.ServerDisconnectedError: "the connection was closed before the answer",
    aiohttp.ClientPayloadError: "the connection was closed in the middle of the answer",
    aiohttp.ClientResponseError: "what answers does not speak HTTP as Telegram does",
    aiohttp.InvalidURL: "the address cannot be used",
    Exception: "the connection broke",
}


class ApiError(Exception):
    """Telegram understood and said no. `description` is Telegram's own sentence."""

    def __init__(
        self, code: int, description: str, retry_after: int | None = None, migrate_to: int | None = None
    ) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to

    def says(self, words: str) -> bool:
        return words.lower() in self.description.lower()


class NetworkFault(Exception):
    """No usable answer: refused, dropped, timed out, 5xx, or not JSON. It may have been done or not."""

    def __init__(self, what: str, *, timed_out: bool = False) -> None:
        super().__init__(what)
        self.timed_out = timed_out


@dataclass(frozen=True)
class Upload:
    """Bytes for a file parameter."""

    content: bytes
    filename: str


class TelegramClient:
    """Requests of one bot. Use as an asynchronous context manager."""

    def __init__(self, token: str, api_url: str) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}"
        self._files = f"{api_url.rstrip('/')}/file/bot{token}"
        self._through_proxy = urlsplit(api_url).hostname not in OURSELVES
        self._http: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return "<TelegramClient>"

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=64, ttl_dns_cache=300)
        self._http = aiohttp.ClientSession(connector=connector, trust_env=self._through_proxy)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def request(
        self,
        method: str,
        values: dict[str, Any] | None = None,
        *,
        files: dict[str, Upload] | None = None,
        seconds: float = REQUEST_SECONDS,
    ) -> Any:
        """The `result` of the method. Raises ApiError or NetworkFault; never retries."""
        try:
            with timed(API_SECONDS.labels(method)):
                status, body = await self._exchange(method, values or {}, files, seconds)
            result = _result(method, status, body)
        except TROUBLES as trouble:
            named = _named(method, trouble)
        except (ApiError, NetworkFault) as fault:
            API_CALLS.labels(method, _outcome(fault)).inc()
            raise
        else:
            API_CALLS.labels(method, "ok").inc()
            return result
        API_CALLS.labels(method, "network").inc()
        raise named  # out here, so that it is not chained to aiohttp's error, which holds the address

    async def _exchange(
        self, method: str, values: dict[str, Any], files: dict[str, Upload] | None, seconds: float
    ) -> tuple[int, bytes]:
        content = {"data": _form(values, files)} if files else {"json": values}
        timeout = aiohttp.ClientTimeout(total=seconds, connect=min(seconds, CONNECT_SECONDS))
        url = f"{self._base}/{method}"
        async with self._session.post(url, **content, timeout=timeout, allow_redirects=False) as response:
            body = bytearray()
            async for piece in response.content.iter_chunked(PIECE_BYTES):
                body += piece
                if len(body) > LARGEST_ANSWER_BYTES:
                    raise NetworkFault(f"{method}: the answer is larger than {LARGEST_ANSWER_BYTES} bytes.")
            return response.status, bytes(body)

    async def download(
        self, file_path: str, *, largest_bytes: int, seconds: float = 300.0
    ) -> AsyncGenerator[bytes, None]:
        """The content of a file in pieces; NetworkFault when it is larger than allowed or cannot be had."""
        try:
            async with aclosing(self._pieces(file_path, largest_bytes, seconds)) as pieces:
                async for piece in pieces:
                    yield piece
        except TROUBLES as trouble:
            named = _named("file download", trouble)
        else:
            return
        raise named

    async def _pieces(self, file_path: str, largest_bytes: int, seconds: float) -> AsyncGenerator[bytes, None]:
        timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
        url = f"{self._files}/{file_path}"
        async with self._session.get(url, timeout=timeout, allow_redirects=False) as response:
            if response.status != 200:
                raise NetworkFault(f"The file could not be downloaded: status {response.status}.")
            seen = 0
            async for piece in response.content.iter_chunked(PIECE_BYTES):
                seen += len(piece)
                if seen > largest_bytes:
                    raise NetworkFault(f"The file is larger than {largest_bytes} bytes.")
                yield piece

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise RuntimeError("Open the client with `async with` before using it.")
        return self._http


def _named(what: str, trouble: Exception) -> NetworkFault:
    """Our own words: aiohttp's hold the address and so the token."""
    if isinstance(trouble, TimeoutError):
        return NetworkFault(f"{what}: no answer in time.", timed_out=True)
    words = next(words for kind, words in WORDS.items() if isinstance(trouble, kind))
    return NetworkFault(f"{what}: {words}.")


def _outcome(fault: ApiError | NetworkFault) -> str:
    if isinstance(fault, NetworkFault):
        return "network"
    return "too_many" if fault.code == 429 else "refused"


def _form(values: dict[str, Any], files: dict[str, Upload]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in values.items():
        if value is not None:
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, upload in files.items():
        form.add_field(name, upload.content, filename=upload.filename, content_type="application/octet-stream")
    return form


def _result(method: str, status: int, body: bytes) -> Any:
    answer = _decoded(method, status, body)
    if answer.get("ok") is True:
        return answer.get("result")
    code = answer.get("error_code")
    if not isinstance(code, int) or code >= 500:
        raise NetworkFault(f"{method}: status {status}, error {code}.")
    parameters = answer.get("parameters")
    more = parameters if isinstance(parameters, dict) else {}
    description = str(answer.get("description", ""))
    raise ApiError(code, description, _number(more, "retry_after"), _number(more, "migrate_to_chat_id"))


def _decoded(method: str, status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise NetworkFault(f"{method}: status {status} and no JSON as Telegram writes it.")
    return answer


def _number(parameters: dict[str, Any], name: str) -> int | None:
    value = parameters.get(name)
    return value if type(value) is int else None
