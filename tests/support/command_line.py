"""The command line in a process of its own, forked from one that has loaded what it needs."""

import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from plumbot.apps import cli
from tests.support import fork_server
from tests.support.processes import fork_server as shared_server

LIMIT_SECONDS = 180.0


def plumbot(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """In this folder, with our environment and these variables."""
    server = shared_server(__name__)
    with tempfile.TemporaryDirectory() as kept:
        out, errors = Path(kept) / "out", Path(kept) / "errors"
        environment = dict(os.environ) | variables
        pid = server.fork(environment, folder, out, errors=str(errors), arguments=[*arguments])
        code = _ended(pid, Path(f"{out}.code"))
        said = (file.read_text(encoding="utf-8") if file.exists() else "" for file in (out, errors))
        return subprocess.CompletedProcess(["plumbot", *arguments], code, *said)


def _ended(pid: int, code: Path) -> int:
    until = time.monotonic() + LIMIT_SECONDS
    while not code.exists() or not code.read_text():
        if time.monotonic() > until:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            raise TimeoutError(f"The command has not ended within {LIMIT_SECONDS:.0f} s.")
        time.sleep(0.01)
    return int(code.read_text())


if __name__ == "__main__":
    fork_server.main(cli.main, *(command.place.partition(":")[0] for command in cli.COMMANDS.values()))
