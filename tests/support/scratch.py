"""Where tests put their files: into memory where there is room, since databases made and thrown away by the thousand
cost a disk a sixth of all time. `TMPDIR=/tmp make test` keeps them on the disk."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # whoever makes files there gives them names of their own, as in /tmp
WANTED_BYTES = 3 << 30  # the suite's four PostgreSQL servers and the files of its largest tests, twice


def files_in_memory() -> None:
    """Helpers of pytest-xdist and whatever tests start inherit it."""
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _has_room() -> bool:
    """A container's is small and runs no programs; PostgreSQL's are copied there for root."""
    if not MEMORY.is_dir() or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return False
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > WANTED_BYTES
