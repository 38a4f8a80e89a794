"""The first start after old data were taken over: what waits is shown anew, and it is found out who is still inside."""

from dishka import AsyncContainer
from sqlalchemy.orm import Session

from plumbot.features.admission.settling import SettlingService
from plumbot.features.applications.follow_up import FollowUpService
from plumbot.kit.db import SessionManager
from plumbot.kit.switches import Switch
from plumbot.legacy.bringing import MOVING_IN


async def move_in(container: AsyncContainer) -> bool:
    """Once, in one transaction; False when there is nothing to do."""
    sessions = await container.get(SessionManager)
    settling, follow_up = await container.get(SettlingService), await container.get(FollowUpService)
    moved: bool = await sessions.insist(_move_in, settling, follow_up)
    return moved


def _move_in(session: Session, settling: SettlingService, follow_up: FollowUpService) -> bool:
    switch = session.get(Switch, MOVING_IN)
    if switch is None:
        return False
    settling.begin(session)
    follow_up.bring_up_all(session)
    session.delete(switch)
    return True
