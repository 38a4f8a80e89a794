"""Models are fetched when somebody says so, never else: resumable, checked, and in place only when whole."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import aiohttp

from plumbot.features.transcription.models import WHISPER_NAMES

HUB = "https://huggingface.co"
PIECE_BYTES = 1024 * 1024
SILENT_SECONDS = 60.0
ATTEMPTS = 5
PART = ".part"
CHECKSUMS = "SHA256SUMS"
OnBytes = Callable[[int, int], None]  # done, of how many

WHISPER_FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.*", "preprocessor_config.json")
TURBO = "large-v3-turbo"
GIGAAM, PARAKEET = "istupakov/gigaam-v3-onnx", "istupakov/parakeet-tdt-0.6b-v3-onnx"


class DownloadFailed(Exception):
    """Its text is one sentence for the operator."""


@dataclass(frozen=True)
class Source:
    """Where a model lies, and which of the files there belong to it."""

    repository: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class RemoteFile:
    path: str
    size: int
    sha256: str | None  # of big files; small ones have none


SOURCES: dict[str, Source] = {
    **{name: Source(f"Systran/faster-whisper-{name}", WHISPER_FILES) for name in WHISPER_NAMES if name != TURBO},
    "distil-large-v3": Source("Systran/faster-distil-whisper-large-v3", WHISPER_FILES),
    TURBO: Source("mobiuslabsgmbh/faster-whisper-large-v3-turbo", WHISPER_FILES),
    "gigaam-v3-e2e-rnnt": Source(GIGAAM, ("config.json", "v3_e2e_rnnt*.int8.onnx", "v3_e2e_rnnt_vocab.txt")),
    "gigaam-v3-e2e-ctc": Source(GIGAAM, ("config.json", "v3_e2e_ctc*.int8.onnx", "v3_e2e_ctc_vocab.txt")),
    "nemo-parakeet-tdt-0.6b-v3": Source(PARAKEET, ("config.json", "*.int8.onnx", "vocab.txt")),
}


class Download:
    """One model on its way into its folder."""

    def __init__(self, name: str, models: Path, hub: str = HUB) -> None:
        if name not in SOURCES:
            raise DownloadFailed(f"There is no model {name}. There are: {', '.join(SOURCES)}.")
        self.name = name
        self.target = models / name
        self._source = SOURCES[name]
        self._hub = hub
        self._parts = models / f"{name}{PART}"

    async def files(self) -> list[RemoteFile]:
        """What would be fetched; asks the hub."""
        try:
            async with self._session() as http, http.get(self._address("api/models", "tree/main")) as answer:
                if answer.status != 200:
                    raise DownloadFailed(f"The hub answers {answer.status} for {self.name}: try again later.")
                listed: list[dict[str, Any]] = await answer.json()
        except (aiohttp.ClientError, TimeoutError):
            raise DownloadFailed(f"{self._hub} cannot be reached: try again later.") from None
        found = [remote(entry) for entry in listed if any(fnmatch(entry["path"], want) for want in self._source.files)]
        if not found:
            raise DownloadFailed(f"The hub has no files for {self.name} any more.")
        return found

    async def run(self, files: list[RemoteFile], on_bytes: OnBytes) -> Path:
        """Fetch what is missing; the folder appears when all of it is there and checked."""
        if self.target.exists():
            return self.target
        self._parts.mkdir(parents=True, exist_ok=True)
        total, before = sum(file.size for file in files), 0
        sums = []
        for file in files:
            done = before
            await self._fetch(file, lambda here, done=done: on_bytes(done + here, total))  # type: ignore[misc]
            sums.append(f"{await asyncio.to_thread(self._checked, file)}  {file.path}\n")
            before += file.size
        (self._parts / CHECKSUMS).write_text("".join(sums), encoding="utf-8")
        self._parts.rename(self.target)
        return self.target

    async def _fetch(self, file: RemoteFile, on_bytes: Callable[[int], None]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._go_on(file, on_bytes)
            except (aiohttp.ClientError, TimeoutError) as error:
                if attempt == ATTEMPTS:
                    reason = type(error).__name__
                    raise DownloadFailed(f"{file.path} did not come ({reason}): run the command again.") from None
                await asyncio.sleep(min(2**attempt, 10) * 0.1)
                continue
            return

    async def _go_on(self, file: RemoteFile, on_bytes: Callable[[int], None]) -> None:
        """From where the last attempt ended."""
        place = self._parts / file.path
        have = place.stat().st_size if place.exists() else 0
        if have >= file.size:
            return
        headers = {"Range": f"bytes={have}-"} if have else {}
        async with (
            self._session() as http,
            http.get(self._address("", f"resolve/main/{file.path}"), headers=headers) as answer,
        ):
            if answer.status not in {200, 206}:
                raise DownloadFailed(f"The hub answers {answer.status} for {file.path}: try again later.")
            have = have if answer.status == 206 else 0
            with place.open("r+b" if have else "wb") as out:
                out.seek(have)
                async for piece in answer.content.iter_chunked(PIECE_BYTES):
                    have += len(piece)
                    if have > file.size:
                        raise DownloadFailed(f"{file.path} is longer than the hub said: nothing of it is used.")
                    out.write(piece)
                    on_bytes(have)
        if have < file.size:
            raise aiohttp.ClientPayloadError("it ended early")

    def _checked(self, file: RemoteFile) -> str:
        place = self._parts / file.path
        digest = hashlib.sha256()
        with place.open("rb") as content:
            while piece := content.read(PIECE_BYTES):
                digest.update(piece)
        if file.sha256 not in {None, digest.hexdigest()}:
            place.unlink()
            raise DownloadFailed(f"{file.path} came damaged and was removed: run the command again.")
        return digest.hexdigest()

    def _address(self, front: str, rest: str) -> str:
        return "/".join(filter(None, (self._hub, front, self._source.repository, rest)))

    def _session(self) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=SILENT_SECONDS, sock_read=SILENT_SECONDS)
        return aiohttp.ClientSession(timeout=timeout, trust_env=True)


def remote(entry: dict[str, Any]) -> RemoteFile:
    """As the hub lists it; a path stays inside the folder."""
    path = str(entry["path"])
    if Path(path).name != path:
        raise DownloadFailed(f"The hub names a file {path}: that is not fetched.")
    return RemoteFile(path, int(entry["size"]), entry.get("lfs", {}).get("oid"))
