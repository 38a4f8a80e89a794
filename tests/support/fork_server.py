"""A process that has the whole bot imported and forks children of it: a start costs milliseconds instead of seconds.

Reads one JSON object a line: {"variables": {...}, "folder": "...", "log": "..."}, perhaps with the command line's
"arguments" and a file of its own for "errors"; answers with the child's pid.
How a child ended stands in the file LOG.code: its exit code, or minus the signal, as `subprocess` has it.
"""

import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from plumbot import migrations
from plumbot.apps.aiogram_models import build_when_used
from plumbot.apps.run import run as run_bot
from tests.support.processes import die_with_parent

LOGS: dict[int, str] = {}


def main(run: Callable[[], None] = run_bot, *more: str) -> None:
    """`more` are modules that children will want."""
    _warm_up("plumbot.kit.postgres", *more)
    signal.signal(signal.SIGCHLD, _note_the_end)
    gc.collect()
    gc.freeze()  # else each child's first collections copy every page of ours
    for line in sys.stdin:
        asked = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGCHLD,))  # it may end before we know its log
        pid = os.fork()
        if pid == 0:
            _become(asked, run)
        LOGS[pid] = str(asked["log"])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGCHLD,))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _warm_up(*modules: str) -> None:
    """What each start would load anew is loaded once, before the forks."""
    build_when_used()
    for module in ("plumbot.apps.bot", *modules):
        importlib.import_module(module)
    importlib.import_module("aiogram.types").Update.model_rebuild()
    with tempfile.TemporaryDirectory() as folder:
        migrations.check(f"sqlite:///{folder}/plum.db")


def _note_the_end(_number: int, _frame: FrameType | None) -> None:
    """Noted before it is reaped: who sees that it is gone finds the code.

    Python may call this again in the middle of itself when another child ends: not while the signal is blocked.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGCHLD,))
    try:
        while LOGS:
            child = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if child is None:
                return
            code = child.si_status if child.si_code == os.CLD_EXITED else -child.si_status
            with suppress(FileNotFoundError):  # the test is over, and its folder with it
                Path(f"{LOGS.pop(child.si_pid)}.code").write_text(str(code), encoding="ascii")
            os.waitpid(child.si_pid, 0)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _become(asked: dict[str, object], run: Callable[[], None]) -> None:
    """In the child: a bot like any other, with its own settings and its own log."""
    code = 1
    try:
        die_with_parent(signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGCHLD,))
        log = os.open(str(asked["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(os.open(str(asked["errors"]), os.O_WRONLY | os.O_CREAT, 0o600) if "errors" in asked else log, 2)
        variables = asked["variables"]
        if not isinstance(variables, dict):
            raise TypeError("variables must be an object")
        for name in [name for name in os.environ if name.startswith("PLUM_")]:
            del os.environ[name]
        os.environ.update(variables)
        os.chdir(Path(str(asked["folder"])))
        if isinstance(arguments := asked.get("arguments"), list):
            sys.argv[1:] = arguments
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # whatever it is, the log of this bot shows it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
