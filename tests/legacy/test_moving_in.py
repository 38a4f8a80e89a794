"""After the move the first start shows anew what waits; old links lead in as before."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.apps import wiring
from plumbot.apps.moving_in import move_in
from plumbot.features.admission import repository
from plumbot.features.admission.door import Door
from plumbot.features.admission.schemas import SeenLink
from plumbot.features.admission.service import AdmissionService
from plumbot.features.admission.settling import SWITCH
from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.settings import Settings
from plumbot.kit.switches import Switch
from plumbot.legacy.adopting import adopt
from plumbot.legacy.bringing import url_of

R = TypeVar("R")

OWNER = 4001


@pytest.fixture
def settings(november: Path) -> Settings:
    adopt(november, datetime.now(UTC))
    return Settings({
        "PLUM_DATABASE__URL": url_of(november), "PLUM_CLUB__OWNER_ID": str(OWNER), "PLUM_CLUB__CHAT_ID": "-1001",
    })  # fmt: skip


async def in_the_house(settings: Settings, act: Callable[..., R], *wanted: type) -> tuple[bool, bool, R]:
    """Start twice, then look; whether each start moved in, and what is seen."""
    container = wiring.build(settings)
    sessions = await container.get(SessionManager)
    try:
        await wiring.connect(container)
        first, second = await move_in(container), await move_in(container)
        seen: R = await sessions.change(act, *[await container.get(one) for one in wanted])
    finally:
        await sessions.close()
        await container.close()
    return first, second, seen


async def test_cards_and_prompts_are_shown_anew_once(settings: Settings) -> None:
    def look(session: Session) -> dict[str, str]:
        rows = session.scalars(select(ShownMessage).where(ShownMessage.dirty)).all()
        return {row.key: row.screen for row in rows}

    first, second, shown = await in_the_house(settings, look)
    assert (first, second) == (True, False)
    cards = {key for key, screen in shown.items() if screen == "applications.card"}
    assert cards == {f"card:{one}:{desk}" for one in (200, 205) for desk in (OWNER, 101, 801)}
    assert shown["join:201"] == shown["join:202"] == "applications.pending"
    assert shown["join:203"] == "admission.approved"


async def test_who_is_inside_is_asked_of_telegram(settings: Settings) -> None:
    def look(session: Session) -> bool:
        return session.get(Switch, SWITCH) is not None

    assert (await in_the_house(settings, look))[2]


async def test_an_old_invite_that_is_open_keeps_working(settings: Settings) -> None:
    def look(session: Session, door: Door, admission: AdmissionService) -> tuple[str, bool, str | None]:
        invite = repository.invite_of_link(session, SeenLink(address="https://t.me/+old203", name=None))
        assert invite is not None
        admission.accept_rules(session, invite.user_id)
        shown = session.scalar(select(ShownMessage).where(ShownMessage.key == f"join:{invite.user_id}"))
        assert shown is not None
        return invite.token, door.works(invite), shown.values["link"]

    assert (await in_the_house(settings, look, Door, AdmissionService))[2] == ("old2", True, "https://t.me/+old203")
