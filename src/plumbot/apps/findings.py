"""What doctor finds: one line with a verdict, and what to do about it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import typer

Verdict = Literal["ok", "warn", "fail"]
COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@dataclass(frozen=True)
class Finding:
    """`about` names the thing looked at, `todo` is empty where nothing needs doing."""

    verdict: Verdict
    about: str
    says: str
    todo: str = ""


def ok(about: str, says: str) -> Finding:
    return Finding("ok", about, says)


def warn(about: str, says: str, todo: str) -> Finding:
    return Finding("warn", about, says, todo)


def fail(about: str, says: str, todo: str) -> Finding:
    return Finding("fail", about, says, todo)


def healthy(findings: Iterable[Finding]) -> bool:
    return all(finding.verdict != "fail" for finding in findings)


def as_lines(findings: list[Finding]) -> Iterable[str]:
    """For people, with a last line that counts; colours disappear where there is no terminal."""
    for finding in findings:
        verdict = typer.style(f"{finding.verdict:<4}", fg=COLOURS[finding.verdict], bold=finding.verdict == "fail")
        yield f"{verdict}  {finding.about:<10} {finding.says}"
        if finding.todo:
            yield f"{'':17}→ {finding.todo}"
    fails, warns = (sum(finding.verdict == verdict for finding in findings) for verdict in ("fail", "warn"))
    yield f"\n{fails} to mend, {warns} to look at." if fails or warns else "\nAll is well."


def as_json(findings: list[Finding]) -> str:
    """For machines: `ok` and the list of findings."""
    return json.dumps(
        {"ok": healthy(findings), "findings": [asdict(finding) for finding in findings]}, ensure_ascii=False
    )
