"""A machine of an operator: a folder with the bot's settings, a pretend Telegram, a shell that runs commands."""

import asyncio
import multiprocessing
import os
import re
import shlex
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from plumbot.sandbox.options import CLUB_ID, TOKEN, SandboxOptions
from plumbot.sandbox.server import RunningSandbox, serve
from tests.support.house import ROOT

COMMAND_SECONDS = 100
PLAIN = re.compile(r"^(PLUM_\w+=\S+ )*plumbot [^|&;<>$]*$")
# Python's own fork server: what every command loads is loaded once.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["plumbot.apps.cli", "plumbot.apps.admins", "tests.operations.machine"])
PLUMBOT = '#!/bin/sh\nexec "{python}" -m plumbot "$@"\n'
# Of curl what the pages use; it is not on every machine.
CURL = """#!/bin/sh
shift # -s
exec "{python}" -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode())' "$@"
"""
# What systemd does: stop and start one process, and say that it is up when it is.
SYSTEMCTL = """#!/bin/bash
stop() {
    [ -f plum.pid ] || return 0
    pid=$(cat plum.pid); rm plum.pid
    kill "$pid" 2>/dev/null || return 0
    for _ in $(seq 300); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
    return 1
}
start() {
    plumbot run >plum.log 2>&1 & echo $! >plum.pid
    for _ in $(seq 600); do
        grep -q '"event": "started"' plum.log && return 0
        kill -0 "$(cat plum.pid)" 2>/dev/null || { cat plum.log >&2; return 1; }
        sleep 0.1
    done
    return 1
}
[ "$2" = plum ] || exit 5
case $1 in
    stop) stop ;;
    start) start ;;
    restart) stop && start ;;
    status) kill -0 "$(cat plum.pid)" ;;
    *) exit 2 ;;
esac
"""


@dataclass
class Machine:
    """`names` stand in the pages for what is called otherwise here."""

    folder: Path
    home: Path
    sandbox: RunningSandbox
    names: dict[str, str] = field(default_factory=dict)

    def settings(self) -> str:
        return "".join(f"{name}={value}\n" for name, value in {
            "PLUM_TELEGRAM__TOKEN": TOKEN,
            "PLUM_TELEGRAM__API_URL": self.sandbox.api_url,
            "PLUM_CLUB__CHAT_ID": str(CLUB_ID),
            "PLUM_CLUB__OWNER_ID": "1004",
            "PLUM_DATABASE__URL": "sqlite:///./data/plum.db",
            "PLUM_HTTP__PORT": "0",
            "PLUM_LOG__FORMAT": "json",
            "PLUM_BACKUP__DAILY": "off",
        }.items())  # fmt: skip

    async def run(self, line: str) -> tuple[int, str]:
        """Exit code, and what was said."""
        for name, here in self.names.items():
            line = line.replace(name, here)
        if PLAIN.match(line):
            return await asyncio.to_thread(self._forked, line)
        process = await asyncio.create_subprocess_exec(
            "bash", "-c", line, cwd=self.folder, env=self._environment(), start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(process.communicate(), COMMAND_SECONDS)
        return process.returncode or 0, said.decode()

    def _forked(self, line: str) -> tuple[int, str]:
        """The same as the shell would do, without the seconds that a Python takes to load everything."""
        words, said = shlex.split(line, comments=True), self.home / "said"
        given = dict(word.split("=", 1) for word in words[: words.index("plumbot")])
        arguments = (words[words.index("plumbot") :], self.folder, self._environment() | given, said)
        child = FORKS.Process(target=become, args=arguments)
        child.start()
        child.join(COMMAND_SECONDS)
        assert child.exitcode is not None, f"{line} does not end"
        return child.exitcode, said.read_text(encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PLUM_")}
        return ours | {"PATH": f"{self.home / 'bin'}:{self.names.get('pg_bin', '')}:{os.environ['PATH']}"}


def become(words: list[str], folder: Path, environment: dict[str, str], said: Path) -> None:
    """In the child: plumbot, as from the shell."""
    from plumbot.apps import cli

    log, nothing = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), os.open(os.devnull, os.O_RDONLY)
    for here, there in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(here, there)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate(("r", "w", "w")))
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = words
    try:
        cli.main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def put_program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    (folder / name).chmod(0o755)


@asynccontextmanager
async def machine(home: Path) -> AsyncIterator[Machine]:
    """Nothing is left running."""
    put_program(home / "bin", "plumbot", PLUMBOT.format(python=sys.executable))
    put_program(home / "bin", "systemctl", SYSTEMCTL)
    put_program(home / "bin", "curl", CURL.format(python=sys.executable))
    (home / "plum").mkdir()
    shutil.copy(ROOT / ".env.example", home / "example.env")
    sandbox = await serve(SandboxOptions(state=home / "telegram", web_port=0))
    it = Machine(home / "plum", home, sandbox, {"/opt/plum/.env.example": str(home / "example.env")})
    try:
        yield it
    finally:
        kill_what_runs(home)
        await sandbox.close()


def kill_what_runs(home: Path) -> None:
    for pid in home.rglob("plum.pid"):
        os.kill(int(pid.read_text()), signal.SIGKILL)
