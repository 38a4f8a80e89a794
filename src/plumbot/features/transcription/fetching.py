"""The clip's way from Telegram into a private folder, and out of it again."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import structlog

from plumbot.features.transcription.ports import Cancelled, SpeechFault
from plumbot.features.transcription.rules import MIB
from plumbot.kit.leases import is_gone
from plumbot.kit.refusals import N_
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient

log = structlog.get_logger()

TRIES = 5
FIRST_PAUSE_SECONDS = 1.0
MARK = "of-"  # a folder's name tells whose it is


class FileTooBig(SpeechFault):
    code = "too_big"
    text = N_("This file is too big: Telegram gives me files of up to {mib} MB.")


class FileGone(SpeechFault):
    code = "file_gone"
    text = N_("Telegram does not give me this recording any more. Send it again.")


class TelegramAway(SpeechFault):
    code = "telegram_away"
    text = N_("Telegram did not give me the recording.")
    final: ClassVar[bool] = False


@dataclass(frozen=True)
class Fetcher:
    """Files of one process; `folder` is its own, nobody else may look into it."""

    client: TelegramClient
    folder: Path
    largest_bytes: int
    first_pause_seconds: float = FIRST_PAUSE_SECONDS

    @classmethod
    def within(cls, media: Path, holder: str, client: TelegramClient, largest_bytes: int) -> "Fetcher":
        """What processes have left behind that do not live any more is swept away."""
        media.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in media.glob(f"{MARK}*"):
            owner = left.name.removeprefix(MARK).replace("=", ":")
            if owner == holder or is_gone(owner):
                shutil.rmtree(left, ignore_errors=True)
        folder = media / f"{MARK}{holder.replace(':', '=')}"
        folder.mkdir(mode=0o700, exist_ok=True)
        return cls(client, folder, largest_bytes)

    @asynccontextmanager
    async def fetched(self, job_id: int, file_id: str, cancelled: Callable[[], bool]) -> AsyncIterator[Path]:
        """The file, for as long as the block runs. Raises a SpeechFault."""
        path = self.folder / f"{job_id}"
        try:
            await self._fetch(file_id, path, cancelled)
            yield path
        finally:
            with suppress(FileNotFoundError):
                path.unlink()

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _fetch(self, file_id: str, path: Path, cancelled: Callable[[], bool]) -> None:
        pause = self.first_pause_seconds
        for left in reversed(range(TRIES)):
            if cancelled():
                raise Cancelled
            try:
                await self._once(file_id, path, cancelled)
            except NetworkFault as fault:
                log.warning("download_failed", fault=str(fault), tries_left=left)
            except ApiError as error:
                if error.code != 429:
                    raise self._refused(error) from None
                pause = max(pause, float(error.retry_after or 1))
            else:
                return
            if left:
                await asyncio.sleep(pause)
                pause *= 2
        raise TelegramAway

    async def _once(self, file_id: str, path: Path, cancelled: Callable[[], bool]) -> None:
        found = await self.client.request("getFile", {"file_id": file_id})
        place = str(found.get("file_path") or "")
        if int(found.get("file_size") or 0) > self.largest_bytes:
            raise FileTooBig(mib=self.largest_bytes // MIB)
        if place.startswith("/"):  # a Bot API server of one's own names the file on its disk
            await asyncio.to_thread(shutil.copyfile, place, path)
            return
        with open(path, "wb", opener=_private) as file:  # noqa: ASYNC230  # a disk takes it faster than any network gives it
            async with aclosing(self.client.download(place, largest_bytes=self.largest_bytes)) as pieces:
                async for piece in pieces:
                    if cancelled():
                        raise Cancelled
                    file.write(piece)

    def _refused(self, error: ApiError) -> SpeechFault:
        log.warning("file_refused", error=str(error))
        return FileTooBig(mib=self.largest_bytes // MIB) if error.says("too big") else FileGone()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
