"""The states of an application, and which of them follows which."""

from enum import StrEnum


class Status(StrEnum):
    """Where an application stands."""

    PENDING = "pending"
    NEEDS_CHANGES = "needs_changes"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DONE = "done"


# Who is found inside the chat is done, whatever was open; who is blacklisted is rejected, whatever was open.
FOLLOWS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.APPROVED, Status.REJECTED, Status.NEEDS_CHANGES, Status.WITHDRAWN, Status.DONE}),
    Status.NEEDS_CHANGES: frozenset({Status.PENDING, Status.WITHDRAWN, Status.DONE, Status.REJECTED}),
    Status.APPROVED: frozenset({Status.DONE, Status.REJECTED}),
    Status.REJECTED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.DONE: frozenset(),
}
OPEN = tuple(status for status, following in FOLLOWS.items() if following)
WITH_THE_APPLICANT_OR_ADMINS = (Status.PENDING, Status.NEEDS_CHANGES)


def may_follow(before: Status, after: Status) -> bool:
    """Whether an application may go from one state to the other."""
    return after in FOLLOWS[before]
