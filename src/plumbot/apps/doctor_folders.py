"""Whether the bot can write where the settings send it: tried, since permissions alone do not tell."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

from plumbot.apps.findings import Finding, fail
from plumbot.kit.settings import Settings

ABOUT = "folders"


def look_at_folders(settings: Settings) -> Iterator[Finding]:
    """Only what cannot be used is told; the database's is looked at with the database."""
    used = {"PLUM_BACKUP__DIR": settings.backup.dir}
    if settings.features.enabled("transcription"):
        used["PLUM_STORAGE__MEDIA_DIR"] = settings.storage.media_dir
    for variable, folder in used.items():
        if not writable(folder):
            says = f"{folder.absolute()} cannot be made or written."
            yield fail(ABOUT, says, f"Let the bot's user write there, or set {variable}.")


def writable(path: Path) -> bool:
    """The file or folder, or the nearest folder in which it can be made."""
    there = path.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        return os.access(there, os.W_OK)
    try:
        with TemporaryFile(dir=there):
            return True
    except OSError:
        return False
