"""What tests start ends with them, however they end."""

import subprocess
import sys
import time
from pathlib import Path

from tests.support.processes import ROOT
from tests.support.telegram import PATIENCE_SECONDS

PARENT = """
import os, signal, time
from tests.support.processes import die_with_parent

reading, writing = os.pipe()
child = os.fork()
if child == 0:
    die_with_parent(signal.SIGKILL)
    os.write(writing, b".")
    time.sleep(600)
os.read(reading, 1)
print(child, flush=True)
time.sleep(600)
"""


def test_a_child_dies_with_a_killed_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = Path("/proc", parent.stdout.readline().strip(), "status")
        assert child.exists()
        parent.kill()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while child.exists() and "(zombie)" not in child.read_text(encoding="ascii"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
