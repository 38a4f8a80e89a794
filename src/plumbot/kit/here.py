"""Where an update happened, and the answer to it."""

from dataclasses import dataclass, field
from typing import Any

from plumbot.kit.db import Unit
from plumbot.kit.outbox.verbs import Outbox


@dataclass(frozen=True)
class Here:
    """Chat and person of one update.

    `pressed` is the outbox key of the message whose button was pressed; `speaks` says that the person wrote or pressed.
    """

    seq: int
    chat_id: int
    user_id: int
    private: bool
    thread_id: int | None = None
    message_id: int | None = None
    pressed: str | None = None
    speaks: bool = True


@dataclass
class Reply:
    """Answers the update that is being handled; part of its unit."""

    here: Here
    unit: Unit
    outbox: Outbox
    toast_text: tuple[str, dict[str, Any]] | None = None
    _count: int = field(default=0)

    async def show(self, screen: str, *, key: str | None = None, **values: Any) -> None:
        """A press edits the pressed message in place; anything else is answered by a message at the bottom.

        With `key` the message is a standing one (a menu, a prompt) that is sent anew and replaces its former self.
        """
        here = self.here
        if here.pressed:
            await self.unit.run(self.outbox.show, here.pressed, here.chat_id, screen, thread=here.thread_id, **values)
            return
        self._count += 1
        key = key or f"u{here.seq}.{self._count}"
        reply_to = None if here.private else here.message_id
        await self.unit.run(
            self.outbox.show,
            key,
            here.chat_id,
            screen,
            thread=here.thread_id,
            reply_to=reply_to,
            fresh=True,
            **values,
        )

    def toast(self, message: str, **values: Any) -> None:
        """A short notice over the pressed button (200 characters, plain text, a msgid)."""
        self.toast_text = (message, values)
