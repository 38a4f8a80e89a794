"""A small client of the Bot API. Its errors never hold an address, since the address holds the token."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

REQUEST_SECONDS = 20.0
LARGEST_ANSWER_BYTES = 32 * 1024 * 1024


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
    """No usable answer: refused, dropped, timed out, 5xx, or not JSON. `taken` is None: it may have been done or not."""

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
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=64, ttl_dns_cache=300), trust_env=True, auto_decompress=True
        )
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
        body = _form(values or {}, files) if files else None
        timeout = aiohttp.ClientTimeout(total=seconds, connect=min(seconds, 10))
        async with _faults_named(method):
            async with self._session.post(
                f"{self._base}/{method}", data=body, json=None if files else values or {}, timeout=timeout,
                allow_redirects=False,
            ) as response:  # fmt: skip
                return _result(method, response.status, await response.content.read(LARGEST_ANSWER_BYTES))

    async def download(self, file_path: str, *, largest_bytes: int, seconds: float = 300.0) -> AsyncIterator[bytes]:
        """The content of a file in pieces; NetworkFault when it is larger than allowed or cannot be had."""
        timeout = aiohttp.ClientTimeout(total=seconds, connect=10)
        async with _faults_named("file download"):
            async with self._session.get(
                f"{self._files}/{file_path}", timeout=timeout, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise NetworkFault(f"The file could not be downloaded: status {response.status}.")
                seen = 0
                async for piece in response.content.iter_chunked(65536):
                    seen += len(piece)
                    if seen > largest_bytes:
                        raise NetworkFault(f"The file is larger than {largest_bytes} bytes.")
                    yield piece

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise RuntimeError("Open the client with `async with` before using it.")
        return self._http


@asynccontextmanager
async def _faults_named(what: str) -> AsyncIterator[None]:
    """aiohttp's own errors hold the address and so the token: they are replaced, not chained."""
    try:
        yield
    except TimeoutError:
        raise NetworkFault(f"{what}: no answer in time.", timed_out=True) from None
    except (aiohttp.ClientError, ConnectionError, asyncio.IncompleteReadError) as fault:
        raise NetworkFault(f"{what}: {type(fault).__name__}.") from None


def _form(values: dict[str, Any], files: dict[str, Upload]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in values.items():
        if value is not None:
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, upload in files.items():
        form.add_field(name, upload.content, filename=upload.filename, content_type="application/octet-stream")
    return form


def _result(method: str, status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
    except ValueError:
        raise NetworkFault(f"{method}: status {status} and no JSON.") from None
    if not isinstance(answer, dict):
        raise NetworkFault(f"{method}: status {status} and JSON of another shape.")
    if answer.get("ok") is True:
        return answer.get("result")
    code = answer.get("error_code")
    if not isinstance(code, int) or code >= 500:
        raise NetworkFault(f"{method}: status {status}, error {code}.")
    parameters = answer.get("parameters") or {}
    raise ApiError(
        code,
        str(answer.get("description", "")),
        parameters.get("retry_after"),
        parameters.get("migrate_to_chat_id"),
    )
