"""The admins' panel as features see it: one message a person, the way back, and questions answered by typing."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from sqlalchemy.orm import Session

from plumbot.kit.here import Reply
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import Button
from plumbot.kit.texts import Texts

HOME = "adm:home"  # data of the button that leads to the panel's first page
ASKED = "panel:"  # a dialogue's state begins so while the panel waits for typed words

Values = dict[str, Any]


class Dialogue(Protocol):
    """A person's dialogue, as aiogram has it."""

    async def get_data(self) -> dict[str, Any]: ...

    async def set_state(self, state: str | None = None) -> None: ...

    async def set_data(self, data: dict[str, Any]) -> None: ...


def key(user_id: int) -> str:
    """A person has one panel: typed words bring it to the bottom, and what was above goes."""
    return f"panel:{user_id}"


def back(t: Texts, data: str = HOME) -> Button:
    return Button(t.plain("Back"), data)


async def show(reply: Reply, screen: str, /, **values: Any) -> None:
    """A press edits the panel in place; typed words bring it to the bottom."""
    await reply.show(screen, key=key(reply.here.user_id), **values)


def at(reply: Reply) -> str:
    """The outbox key of the panel that the person is at."""
    return reply.here.pressed or key(reply.here.user_id)


def seen(session: Session, outbox: Outbox, shown: str, *screens: str) -> Values:
    """The values of the message `shown`, where it shows one of these screens: there the panel remembers where it is."""
    row = outbox.find(session, shown)
    return dict(row.values) if row is not None and row.screen in screens else {}


def asked(question: str) -> str:
    """The state of a dialogue in which this question waits for words: `StateFilter(asked("roster.find"))`."""
    return ASKED + question


async def ask(reply: Reply, state: Dialogue, question: str, screen: str, /, **values: Any) -> None:
    """Show a question that is answered by typing. The values can be read in the answer by `about`."""
    await state.set_state(asked(question))
    await state.set_data({"panel": values})
    await show(reply, screen, **values)


async def about(state: Dialogue) -> Values:
    """What the question was about."""
    found: Values = (await state.get_data()).get("panel", {})
    return found


async def leave_question(
    handler: Callable[[Any, dict[str, Any]], Awaitable[Any]], event: Any, data: dict[str, Any]
) -> Any:
    """A middleware for presses of the panel: whoever presses something does not answer that question any more."""
    if (data.get("raw_state") or "").startswith(ASKED):
        await data["state"].clear()
    return await handler(event, data)
