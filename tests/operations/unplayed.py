"""Documented commands that are not played here, and why. Everything else is."""

import re

from tests.operations.commands import begins

# Others run them: the file has the command, or its words in quotes.
ELSEWHERE = {
    "make demo": "tests/operations/test_documents.py",
    "plumbot sandbox": "Makefile",  # `make demo`
    "make check": ".ci/run",
    "make test": ".ci/run",
    "make env": "Makefile",  # `make check` begins with it
    "tools/check_deploy.sh": "Makefile",  # `make check` ends with it
    "make coverage": ".github/workflows/ci.yml",
    "deploy/systemd/install.sh": "tests/house/test_install_script.py",
    "plumbot transcribe FILE": "tests/apps/test_speech_commands.py",
    "plumbot bench members": "tests/apps/test_benches.py",
    "plumbot bench busy": "tests/apps/test_bench_listening.py",
} | {
    f"plumbot bench {name}": "tests/operations/test_benches.py"  # most of them in `make soak`
    for name in ("growth", "digest", "updates", "processes", "bots", "speech", "all")
}
# What no test machine has.
NEEDS = {
    ".ci/run": "a machine that installs its own browser; it is what runs all of this",
    "make soak": "an hour; its tests run in `make test`, with smaller figures",
    "pip install": "the wheel of a release, and a package index",
    "make lock": "a package index with every release",
    "plumbot transcribe --download": "hundreds of megabytes from the network",
    "journalctl --vacuum-size=200M": "a systemd with its own log",
    "cd /var/lib/plum && runuser -u plum -- bash": "the user that install.sh makes",
}


def elsewhere(command: str) -> str | None:
    """The file that has it."""
    plain = re.sub(r"^(?:[A-Z]+=\S+ )+|^/opt/plum/", "", command)
    return next((file for one, file in ELSEWHERE.items() if begins(one, plain)), None)


def needs(command: str) -> str | None:
    return next((what for one, what in NEEDS.items() if begins(one, command)), None)
