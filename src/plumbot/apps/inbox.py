"""`plumbot inbox`: updates that failed again and again and were set aside."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from plumbot.apps.operating import AsJson, Yes, changed, counted, looked, say_json, sure
from plumbot.club.audit import Audit
from plumbot.kit.clock import SystemClock
from plumbot.kit.inbox import repair
from plumbot.kit.inbox.tables import DEAD, InboxRow
from plumbot.kit.logging import redacted

NOTHING_DONE = 1
LONGEST_ERROR = 160

app = typer.Typer(help="Updates that were set aside: list, retry, drop.", no_args_is_help=True)

Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of updates, as `plumbot inbox list` shows them.")]
Everything = Annotated[bool, typer.Option("--all", help="All that are set aside.")]


@app.command("list")
def everything(
    state: Annotated[str, typer.Option(help="dead (set aside), new (waiting) or done.")] = DEAD,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, the oldest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List updates that were set aside, each with its number and what went wrong.

    Example: plumbot inbox list --json
    """
    if state not in repair.STATES:
        raise typer.BadParameter(f"one of {', '.join(repair.STATES)} is meant.", param_hint="--state")

    def look(session: Session) -> tuple[list[dict[str, Any]], int]:
        return [described(row) for row in repair.in_state(session, state, limit)], repair.how_many(session, state)

    rows, total = looked(look)
    if as_json:
        say_json({"total": total, "updates": rows})
        return
    for row in rows:
        typer.echo(f"{row['seq']:>8}  {row['kind']:<16} of {row['lane']:<12} {row['received_at']:%Y-%m-%d %H:%M}")
        if row["error"]:
            typer.echo(f"{'':10}{row['attempts']} attempts: {row['error'][:LONGEST_ERROR]}")
    rest = f" {total - len(rows)} more: --limit shows them." if total > len(rows) else ""
    typer.echo(
        (f"{counted(total, 'update', 'updates')}." if total else "No updates are in this state.") + rest, err=True
    )


@app.command()
def retry(numbers: Numbers = None, everything: Everything = False, as_json: AsJson = False) -> None:
    """Try updates again that were set aside, for example after an upgrade that mends the fault.

    Example: plumbot inbox retry 1207 1208
    """
    found = settled(numbers, everything, "inbox.retry", repair.retry)
    tell(
        found,
        f"To be tried again: {counted(len(found), 'update', 'updates')}; the bot takes them within seconds.",
        as_json,
    )


@app.command()
def drop(numbers: Numbers = None, everything: Everything = False, yes: Yes = False, as_json: AsJson = False) -> None:
    """Give updates up: they are marked as done and have no effect any more.

    Example: plumbot inbox drop 1207 --yes
    """
    which = "all updates that are set aside" if everything else f"updates {', '.join(map(str, numbers or []))}"
    sure(f"Give up {which}? What people wrote in them is lost.", yes=yes)
    now = SystemClock().now()
    found = settled(numbers, everything, "inbox.drop", lambda session, seqs: repair.drop(session, seqs, now))
    tell(found, f"Given up: {counted(len(found), 'update', 'updates')}.", as_json)


def settled(
    numbers: list[int] | None, everything: bool, action: str, act: Callable[[Session, list[int]], None]
) -> list[int]:
    """Each gets its entry in the audit, in the same transaction."""
    if bool(numbers) is everything:
        raise typer.BadParameter("name updates by their numbers, or say --all.", param_hint="NUMBERS")

    def work(session: Session, audit: Audit) -> list[int]:
        found = repair.dead_among(session, None if everything else set(numbers or ()))
        for seq in found:
            audit.record(session, action, by=None, after={"seq": seq})
        act(session, found)
        return found

    return changed(Audit, work)


def tell(found: list[int], text: str, as_json: bool) -> None:
    """Nothing to do is no success: the numbers were mistyped, or somebody was quicker."""
    if as_json:
        say_json({"updates": found})
    elif found:
        typer.echo(text)
    else:
        typer.echo("None of these is set aside; `plumbot inbox list` shows which are.", err=True)
    raise typer.Exit(0 if found else NOTHING_DONE)


def described(row: InboxRow) -> dict[str, Any]:
    """Without its body, which holds what people wrote."""
    return {
        "seq": row.seq, "kind": row.kind, "lane": row.lane, "source": row.source, "attempts": row.attempts,
        "received_at": row.received_at, "error": redacted(row.error.partition("\n")[0]) if row.error else None,
    }  # fmt: skip
