"""A checkout on the operator's machine, with an older version to go back to and a newer one to pull."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.operations.machine import Machine, put_program
from tests.support.house import ROOT

PARTS = ("src", "tools", "requirements", "deploy", "compose.yaml", "Dockerfile", "Makefile", "pyproject.toml")
FILES = ("README.md", "LICENSE", "CHANGELOG.md", ".env.example", ".gitignore", ".pre-commit-config.yaml")
# Of uv what tools/bootstrap.sh uses: the packages are there already, and nothing is fetched.
UV = """#!/bin/sh
case "$1 $2" in
    "venv "*) mkdir .venv && cp {venv}/pyvenv.cfg .venv && ln -s {venv}/bin {venv}/lib .venv ;;
    "pip sync") for file; do case $file in *.txt) [ -s "$file" ] || exit 1 ;; esac; done ;;
    "pip install") ;;
    *) exit 2 ;;
esac
"""


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, env=os.environ | AS_SOMEBODY)


AS_SOMEBODY = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
}


def check_out(it: Machine) -> None:
    """The machine's folder becomes a checkout of ours."""
    theirs = it.home / "theirs"
    for name in PARTS + FILES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, theirs / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, theirs / name)
    git(theirs, "init", "--quiet", "--initial-branch=main")
    git(theirs, "add", "--all")
    git(theirs, "commit", "--quiet", "--message=old")
    git(theirs, "tag", "OLD_VERSION")
    it.folder.rmdir()
    git(it.home, "clone", "--quiet", str(theirs), it.folder.name)
    (theirs / "NEWER").write_text("", encoding="utf-8")
    git(theirs, "add", "--all")
    git(theirs, "commit", "--quiet", "--message=new")
    put_program(it.home / "bin", "uv", UV.format(venv=sys.prefix))
    # Whatever else would install: it may fetch nothing and change nothing.
    it.exported |= AS_SOMEBODY | {"UV": str(it.home / "bin" / "uv"), "PIP_NO_INDEX": "1", "PIP_DRY_RUN": "1"}
