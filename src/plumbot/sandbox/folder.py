"""One sandbox a folder: two would write over each other's memory."""

import fcntl
import os
from pathlib import Path

from plumbot.sandbox.errors import Refused


class Folder:
    """Holds the folder until closed or until the process dies, however it dies."""

    def __init__(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(place / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise Refused(
                f"Another sandbox is running with the folder {place}: stop it, or choose another folder."
            ) from error

    def close(self) -> None:
        os.close(self._handle)
