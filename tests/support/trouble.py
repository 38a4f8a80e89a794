"""A real database whose next statements fail, or before whose statements something happens."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

Before = Callable[[Connection], None]


def away() -> Exception:
    """As the driver says that the database cannot be reached."""
    return OperationalError("", None, TimeoutError("nobody answers"))


@contextmanager
def before(words: str, *happenings: Before) -> Iterator[None]:
    """One happening before each of the next statements with these words; all must have come to pass."""
    waiting = list(happenings)

    def step_in(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if waiting and words in " ".join(statement.split()):
            waiting.pop(0)(connection)

    event.listen(Engine, "before_cursor_execute", step_in)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", step_in)
    assert not waiting, f"no statement said {words!r} often enough"


def failing(words: str, *faults: Exception) -> AbstractContextManager[None]:
    """The next statements with these words fail with these, one after the other."""

    def thrower(fault: Exception) -> Before:
        def throw(_connection: Connection) -> None:
            raise fault

        return throw

    return before(words, *(thrower(fault) for fault in faults))
