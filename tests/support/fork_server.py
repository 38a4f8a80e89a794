"""A process that has the whole bot imported and forks children of it: a start costs milliseconds instead of seconds.

Reads one JSON object a line: {"variables": {...}, "folder": "...", "log": "..."}; answers with the child's pid.
"""

import json
import os
import signal
import sys
from pathlib import Path

from plumbot.apps import bot


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(asked)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become(asked: dict[str, object]) -> None:
    """In the child: a bot like any other, with its own settings and its own log."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(str(asked["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        variables = asked["variables"]
        if not isinstance(variables, dict):
            raise TypeError("variables must be an object")
        for name in [name for name in os.environ if name.startswith("PLUM_")]:
            del os.environ[name]
        os.environ.update(variables)
        os.chdir(Path(str(asked["folder"])))
        bot.run()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
