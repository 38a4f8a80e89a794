"""The outbox when the database, Telegram or we are at fault, and messages that change at the last moment."""

import pytest
from markupsafe import Markup
from sqlalchemy import Connection, create_engine
from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.limits import BURST, Limits
from plumbot.kit.outbox.messages import Messages
from plumbot.kit.outbox.outcomes import Outcome, of_message
from plumbot.kit.outbox.render import request_for
from plumbot.kit.outbox.retries import Retries
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import Button, Message
from plumbot.kit.telegram.client import ApiError, TelegramClient
from tests.kit.test_sender import CLUB, NINA, Desk
from tests.support.telegram import Findings, Post, TurnableClock, error, quick_limits, row_of, sending, until
from tests.support.trouble import away, before, failing

ON_SQLITE = pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)
OURS = ValueError("a mistake of ours")
ONE_ROW = "WHERE outbox.id ="


@pytest.fixture
def desk(
    spine: SessionManager, outbox: Outbox, client: TelegramClient, clock: TurnableClock, findings: Findings
) -> Desk:
    return Desk(spine, outbox, client, clock, findings)


@pytest.fixture
def messages(desk: Desk) -> Messages:
    retries = Retries(desk.sessions, desk.clock)
    return Messages(desk.sessions, desk.client, desk.clock, desk.findings.hooks(), quick_limits(), retries)


@ON_SQLITE
async def test_a_look_that_fails_is_made_again(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    with failing("row_number() OVER (PARTITION BY outbox.chat_id", OURS, away()):
        await desk.send_all()
    assert post.shown(NINA) == ["one"]


@ON_SQLITE
async def test_a_message_that_cannot_be_read_for_a_while_is_sent_afterwards(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    with failing(ONE_ROW, away()):
        await desk.send_all()
    assert post.shown(NINA) == ["one"]


@ON_SQLITE
async def test_a_message_that_cannot_be_given_up_is_found_again_and_told_once(
    desk: Desk, post: Post, findings: Findings
) -> None:
    await desk.sessions.change(desk.outbox.show, "a", NINA, "test.broken")
    with failing("UPDATE outbox SET", OURS):
        await desk.send_all()
    assert (findings.lost, post.requests) == (["a"], [])


@ON_SQLITE
async def test_a_call_that_we_fail_to_make_is_put_off_and_made(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    await desk.send_all()
    await desk.sessions.change(desk.outbox.call, "pin", "pinChatMessage", message="a")
    with failing('WHERE outbox."key" =', OURS):
        await desk.send_all()
    assert [values["chat_id"] for values in post.made("pinChatMessage")] == [NINA]


@ON_SQLITE
async def test_calls_that_wait_for_their_turn_at_a_stop_are_made_by_the_next_process(desk: Desk, post: Post) -> None:
    names = [str(number) for number in range(BURST + 2)]
    for name in names:
        await desk.sessions.change(desk.outbox.call, f"c{name}", "setMyName", name=name)
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings, limits=Limits(a_second=0.05)):
        await until(lambda: len(post.requests) >= BURST)
    assert len(post.requests) == BURST
    await desk.send_all()
    assert sorted(values["name"] for values in post.made("setMyName")) == names


@ON_SQLITE
async def test_who_comes_too_late_for_a_message_leaves_it_as_it_is(desk: Desk, post: Post, messages: Messages) -> None:
    await desk.show("a", "one")
    head = await desk.row("a")
    for _ in range(2):
        await messages.deliver(head)
    assert len(post.requests) == 1


@ON_SQLITE
async def test_what_may_be_said_once_is_not_said_as_it_was_before_its_last_change(
    desk: Desk, post: Post, messages: Messages
) -> None:
    await desk.show("a", "one", at_most_once=True)
    head = await desk.row("a")

    def change(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE outbox SET rev = rev + 1")

    with before("UPDATE outbox SET", change):
        await messages.deliver(head)
    assert (post.requests, (await desk.row("a")).dirty) == ([], True)


@ON_SQLITE
async def test_only_so_many_pictures_are_remembered(
    desk: Desk, messages: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumbot.kit.outbox.messages.PHOTOS_REMEMBERED", 1)
    for key in ("first", "second"):
        await desk.show(key, "look", picture=key)
        await messages.deliver(await desk.row(key))
    assert list(messages.photos) == ["second"]


@ON_SQLITE
async def test_an_alert_that_telegram_refuses_is_not_told_by_another_alert(
    desk: Desk, post: Post, findings: Findings
) -> None:
    post.plan(error(400, "Bad Request: can't parse entities"))
    await desk.show("alert:x", "one")
    await desk.send_all()
    assert (findings.lost, (await desk.row("alert:x")).closed) == ([], True)


@pytest.mark.parametrize(
    "answers",
    [
        ["Bad Request: message to delete not found"],
        ["Bad Request: message can't be deleted", "Bad Request: message can't be edited"],
        ["Bad Request: message can't be deleted", *["Bad Request: message can't be edited"] * 2],
    ],
)
@ON_SQLITE
async def test_whatever_becomes_of_a_retired_message_it_is_tried_no_more(
    desk: Desk, post: Post, answers: list[str]
) -> None:
    await desk.show("a", "one")
    await desk.send_all()
    post.plan(*(error(400, answer) for answer in answers))
    await desk.retire("a")
    await desk.send_all()
    row = await desk.row("a")
    assert (row.closed, row.message_id, len(post.faults)) == (True, None, 0)


def test_a_method_that_exists_everywhere_and_is_not_found_means_a_wrong_token() -> None:
    assert of_message(ApiError(404, "Not Found")) is Outcome.UNAUTHORIZED


def test_a_new_message_goes_to_its_topic_as_an_answer_with_links_that_lead_out() -> None:
    row = ShownMessage(id=37, chat_id=CLUB, key="a", screen="x", values={}, thread_id=5, reply_to=6)
    lines = ((Button("Page", url="https://example.org/"), Button("Press", "d:1")), (Button("Odd", url="file:///x"),))
    values = request_for(row, Message(Markup("text"), lines)).values
    assert (values["message_thread_id"], values["reply_parameters"]["message_id"]) == (5, 6)
    page, press = {"text": "Page", "url": "https://example.org/"}, {"text": "Press", "callback_data": "11.d:1"}
    assert values["reply_markup"] == {"inline_keyboard": [[page, press]]}


def test_of_two_who_show_a_new_message_at_once_both_are_shown(migrated_postgres_url: str, outbox: Outbox) -> None:
    engine = create_engine(migrated_postgres_url)

    def quicker(_connection: Connection) -> None:
        with Session(engine) as other:
            outbox.show(other, "a", NINA, "test.note", text="theirs")
            other.commit()

    with Session(engine) as session, before("INSERT INTO outbox", quicker):
        outbox.show(session, "a", NINA, "test.note", text="ours")
        session.commit()
    with Session(engine) as session:
        row = row_of(session, "a")
        assert (row.values, row.rev, row.dirty) == ({"text": "ours"}, 2, True)
    engine.dispose()
