"""The command line in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path


def plumbot(tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """In a process and a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "plumbot.apps.cli", *arguments],
        cwd=tmp_path, env=os.environ | variables, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
