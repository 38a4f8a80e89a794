"""`plumbot bench` as docs/performance.md names it, in small sizes; what takes minutes runs in `make soak`."""

import json
from pathlib import Path

import pytest

from tests.operations.machine import machine
from tests.operations.play import installed

SMALL = ("plumbot bench growth --minutes 0.2", "plumbot bench digest --members 100")
LARGE = (
    "plumbot bench updates --rounds 1",
    "plumbot bench processes --rounds 1 --updates 100",
    "plumbot bench bots --database URL --rounds 1 --requests 100",
    "plumbot bench speech --model tiny.en --rounds 1",
    "plumbot bench all --rounds 1",
)


@pytest.mark.parametrize("command", [*SMALL, *(pytest.param(one, marks=pytest.mark.soak) for one in LARGE)])
@pytest.mark.timeout(3600)
async def test_a_bench_tells_its_figures(tmp_path: Path, postgres_url: str, command: str) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        it.names["URL"] = postgres_url.replace("+psycopg", "")
        it.seconds = 3000
        code, told = await it.run(f"{command} --json")
        assert code == 0, told
        assert json.loads([line for line in told.splitlines() if line.startswith(("[", "{"))][-1])
