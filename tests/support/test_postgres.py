"""The PostgreSQL of the tests is a real one, fresh for each, and leaves nothing behind."""

import os
import signal
import socket

import psycopg
import pytest

from tests.conftest import OutsideNetworkError
from tests.support.postgres import PostgresServer, temporary_server


def connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""))


def fill(url: str) -> None:
    with connected(url) as connection:
        connection.execute("CREATE TABLE bees (name text)")
        connection.execute("INSERT INTO bees VALUES ('Пчела')")


def test_each_test_gets_an_empty_database(postgres: PostgresServer) -> None:
    with postgres.fresh() as first:
        fill(first)
        with postgres.fresh() as second, connected(second) as connection:
            found = connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'bees'").fetchone()
            assert found == (0,)


def test_a_template_is_built_once_and_copied(postgres: PostgresServer) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        fill(url)

    for _ in range(2):
        with postgres.fresh(postgres.template("of_this_test", build)) as url, connected(url) as connection:
            assert connection.execute("SELECT name FROM bees").fetchall() == [("Пчела",)]
            connection.execute("DELETE FROM bees")
    assert len(built) == 1


def test_what_was_committed_outlives_a_crash_of_a_durable_server() -> None:
    with temporary_server(durable=True) as server, server.fresh() as url:
        fill(url)
        server.stop(signal.SIGQUIT)
        server.start()
        with connected(url) as connection:
            assert connection.execute("SELECT name FROM bees").fetchall() == [("Пчела",)]


def test_the_server_runs_as_somebody_else_than_root(postgres: PostgresServer, postgres_url: str) -> None:
    with connected(postgres_url) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    assert os.stat(str(folder)).st_uid != 0  # noqa: PTH116


def test_tests_cannot_reach_other_machines() -> None:
    with socket.socket() as outside, pytest.raises(OutsideNetworkError):
        outside.connect(("192.0.2.1", 80))
