"""Wake-up calls after a commit: who waits for work learns that there is some. A lost call costs a poll, never a row."""

import asyncio
from collections import defaultdict

from sqlalchemy.orm import Session

OUTBOX, INBOX = "outbox", "inbox"


class Signals:
    """In one process: an event for each topic."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def fire(self, topic: str) -> None:
        self._events[topic].set()

    async def wait(self, topic: str, seconds: float) -> None:
        """Until the topic fires or the time is over."""
        event = self._events[topic]
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
        finally:
            event.clear()


def after_commit(session: Session, topic: str) -> None:
    """Fire `topic` when this session's unit has committed."""
    session.info.setdefault("signals", set()).add(topic)
