"""Which state follows which."""

import pytest

from plumbot.features.applications.states import FOLLOWS, OPEN, Status, may_follow
from plumbot.features.applications.tables import OPEN as OPEN_IN_SQL

P, C, A, R, W, D = (
    Status.PENDING, Status.NEEDS_CHANGES, Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.DONE,
)  # fmt: skip
ALLOWED = {(P, A), (P, R), (P, C), (P, W), (P, D), (C, P), (C, W), (C, R), (C, D), (A, D), (A, R)}


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_only_the_table_of_states_is_allowed(before: Status, after: Status) -> None:
    assert may_follow(before, after) is ((before, after) in ALLOWED)


def test_what_has_ended_never_goes_on() -> None:
    assert {status for status, following in FOLLOWS.items() if not following} == {R, W, D}


def test_the_database_knows_the_same_open_states() -> None:
    """One open application a person is a unique index there."""
    open_states = ", ".join(repr(str(status)) for status in OPEN)
    assert f"status IN ({open_states})" == OPEN_IN_SQL
