"""`plumbot errors`: faults that nobody expected, by the reference that people and maintainers were given."""

import json
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from sqlalchemy import select

from plumbot.apps.operating import AsJson, looked, say_json
from plumbot.kit.errors.tables import ErrorRow

NOTHING = 1

app = typer.Typer(help="Faults that nobody expected.", no_args_is_help=True)


@dataclass(frozen=True)
class Told:
    """A row of `errors` as it is printed; moments are UTC in ISO format."""

    reference: str
    place: str
    kind: str
    times: int
    first_at: str
    last_at: str
    context: dict[str, Any]
    trace: str


@app.command("list")
def newest(as_json: AsJson = False) -> None:
    """List the faults of the last 30 days, the newest first.

    Example: plumbot errors list
    """
    query = select(ErrorRow).order_by(ErrorRow.last_at.desc())
    found = looked(lambda session: [told(row) for row in session.scalars(query)])
    if as_json:
        say_json([asdict(one) for one in found])
        return
    for one in found:
        typer.echo(f"{one.reference}  {one.last_at[:19]}  {one.times:>5} times  {one.kind} in {one.place}")
    if not found:
        typer.echo("Nothing has failed.")


@app.command()
def show(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The number that somebody was given.")],
    as_json: AsJson = False,
) -> None:
    """Print what happened: when, where, with which update, and the stack trace of the last time.

    Example: plumbot errors show K7Q2M9
    """
    found = looked(lambda session: told(row) if (row := session.get(ErrorRow, reference.upper())) else None)
    if found is None:
        typer.echo(f"There is no fault {reference}: `plumbot errors list` names those of the last 30 days.", err=True)
        raise typer.Exit(NOTHING)
    if as_json:
        say_json(asdict(found))
        return
    typer.echo(f"{found.reference}: {found.kind} in {found.place}")
    typer.echo(f"{found.times} times, first {found.first_at}, last {found.last_at}")
    typer.echo(f"The last time: {json.dumps(found.context, ensure_ascii=False)}\n\n{found.trace}")


def told(row: ErrorRow) -> Told:
    moments = row.first_at.isoformat(), row.last_at.isoformat()
    return Told(row.reference, row.place, row.kind, row.times, *moments, as_object(row.context), row.trace)


def as_object(context: str) -> dict[str, Any]:
    """What the log knew; a long one was cut when it was kept, and is text then."""
    try:
        return dict(json.loads(context))
    except ValueError:
        return {"cut": context}
