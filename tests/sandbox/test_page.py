"""The web API: who may use it, what it shows, and what people can do there."""

import pytest

from plumbot.sandbox import guard
from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import ADA, BORIS, CLUB, MIRA, NINA, OLEG, BotClient, Page


async def test_the_snapshot_shows_cast_club_and_guide(page: Page) -> None:
    state = await page.get("/api/state")
    assert [p["first_name"] for p in state["people"][:5]] == ["Nina", "Mira", "Ada", "Oleg", "Boris"]
    (club,) = [c for c in state["chats"] if c["id"] == CLUB]
    members = {m["user_id"]: m["status"] for m in club["members"]}
    assert (members[OLEG], members[ADA], members[MIRA]) == ("creator", "administrator", "member")
    assert NINA not in members
    assert [step["id"] for step in state["guide"]] == [
        "applied",
        "approved",
        "accepted",
        "joined",
        "outsider",
        "survived",
    ]
    assert state["faults"] == {"mode": "none", "rate": 0}
    assert state["admission"] == "request"
    assert (state["waiting"], state["processes"], state["speech"]["state"]) == (0, [], "off")


async def test_the_club_has_a_history_with_people_and_reactions(page: Page) -> None:
    shown = (await page.get("/api/messages", chat=CLUB, limit=200, **{"as": MIRA}))["messages"]
    assert len(shown) >= 12
    assert [m["message_id"] for m in shown] == sorted(m["message_id"] for m in shown)
    assert any(m["reactions"] for m in shown)
    older = await page.get("/api/messages", chat=CLUB, before=shown[5]["message_id"], limit=2, **{"as": MIRA})
    assert [m["message_id"] for m in older["messages"]] == [m["message_id"] for m in shown[3:5]]


async def test_nobody_sees_a_chat_they_are_not_in(page: Page) -> None:
    assert (await page.get("/api/messages", chat=CLUB, **{"as": NINA}))["error"] == "Nina is not in Plum Club."
    assert not (await page.get("/api/messages", chat=NINA, **{"as": ADA}))["ok"]
    status, body = await page.post("/api/act", {"as": NINA, "do": "send", "chat": CLUB, "text": "let me in"})
    assert (status, body["ok"]) == (400, False)


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "127.0.0.1:1"}],
)
async def test_other_hosts_and_origins_are_refused(page: Page, headers: dict[str, str]) -> None:
    async with page.http.get(f"{page.url}/api/state", headers=headers) as answer:
        assert answer.status == 403
    status, _ = await page.post("/api/act", {"as": NINA, "do": "start"}, **headers)
    assert status == 403


async def test_a_post_needs_the_header_and_localhost_is_fine(page: Page) -> None:
    async with page.http.post(f"{page.url}/api/reset", json={}) as answer:
        assert answer.status == 403
    port = page.url.rpartition(":")[2]
    headers = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    status, _ = await page.post("/api/act", {"as": NINA, "do": "start"}, **headers)
    assert status == 200


async def test_answers_carry_a_strict_policy(page: Page) -> None:
    async with page.http.get(f"{page.url}/api/state") as answer:
        assert answer.headers["Content-Security-Policy"] == guard.POLICY
        assert "script-src" not in guard.POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/web/../server.py", "/web/%2e%2e/server.py", "/web/nothing.js", "/api/file/x"])
async def test_only_files_of_the_page_are_served(page: Page, path: str) -> None:
    async with page.http.get(page.url + path) as answer:
        assert answer.status == 404


async def test_the_stream_tells_everything_after_a_number(page: Page, bot: BotClient, sandbox: RunningSandbox) -> None:
    seq = (await page.get("/api/state"))["seq"]
    await page.act(NINA, "start")
    sent = await bot.say(NINA, "Hello")
    events = await page.events(seq, "call")
    assert [e["type"] for e in events] == ["people", "message", "waiting", "message", "call"]
    assert [e["seq"] for e in events] == list(range(seq + 1, seq + 6))
    shown, call = events[3]["message"], events[4]["call"]
    assert shown["message_id"] == sent["message_id"] == call["message_id"]
    assert shown["call_id"] == call["id"]
    assert (call["method"], call["ok"], call["user_id"]) == ("sendMessage", True, NINA)
    assert await page.events(seq + 4, "call") == events[4:]


async def test_a_stream_from_an_unknown_number_begins_with_a_reset(page: Page) -> None:
    assert [e["type"] for e in await page.events(1, "reset")] == ["reset"]


async def test_calls_are_listed_without_secrets(page: Page, bot: BotClient, sandbox: RunningSandbox) -> None:
    await bot.ok("setWebhook", url="http://127.0.0.1:1/hook", secret_token="very-secret")
    await bot.ok("deleteWebhook")
    await bot.refused("sendMessage", chat_id=NINA, text="x" * 1000)
    calls = (await page.get("/api/calls"))["calls"]
    assert [c["method"] for c in calls] == ["setWebhook", "deleteWebhook", "sendMessage"]
    assert "secret_token" not in calls[0]["params"]
    assert len(calls[2]["params"]["text"]) < 400
    assert (calls[2]["ok"], calls[2]["error_code"]) == (False, 403)
    assert sandbox.token not in str(calls)
    assert (await page.get("/api/calls", after=calls[1]["id"]))["calls"] == calls[2:]


async def test_buttons_are_shown_and_pressed_by_their_place(page: Page, bot: BotClient) -> None:
    await page.act(NINA, "start")
    rows = [[{"text": "A", "callback_data": "a"}], [{"text": "B", "url": "https://t.me/x"}]]
    sent = await bot.say(NINA, reply_markup={"inline_keyboard": rows})
    shown = (await page.get("/api/messages", chat=NINA, **{"as": NINA}))["messages"][-1]
    assert shown["buttons"] == [[{"text": "A", "data": "a"}], [{"text": "B", "url": "https://t.me/x"}]]
    place = {"chat": NINA, "message_id": sent["message_id"], "col": 0}
    assert (await page.act(NINA, "press", row=0, **place))["press_id"]
    for row in (1, 2):
        status, body = await page.post("/api/act", {"as": NINA, "do": "press", "row": row, **place})
        assert (status, body["ok"]) == (400, False)
    await bot.ok("deleteMessage", chat_id=NINA, message_id=sent["message_id"])
    status, body = await page.post("/api/act", {"as": NINA, "do": "press", "row": 0, **place})
    assert body["error"] == "That message is not there any more."


async def test_links_to_the_bot_open_it_with_their_payload(page: Page, bot: BotClient) -> None:
    found = await page.act(NINA, "follow", link="https://t.me/plum_sandbox_bot?start=join")
    assert (found["outcome"], found["payload"]) == ("start", "join")
    await page.act(NINA, "start", payload="join")
    assert (await bot.of_kind("message"))[-1]["text"] == "/start join"
    status, _ = await page.post("/api/act", {"as": NINA, "do": "follow", "link": "nonsense"})
    assert status == 400


async def test_a_new_person_can_be_added_and_is_unknown_to_the_bot(page: Page, bot: BotClient) -> None:
    seq = (await page.get("/api/state"))["seq"]
    made = (await page.act(NINA, "add_person", first_name="Zoe", username="@zoe", language_code="ru"))["user"]
    assert (made["id"], made["username"], made["language_code"]) == (1006, "zoe", "ru")
    assert [e["type"] for e in await page.events(seq, "chats")] == ["people", "chats"]
    assert "initiate" in await bot.refused("sendMessage", chat_id=1006, text="x")
    taken = {"as": NINA, "do": "add_person", "first_name": "Zoe", "username": "ZOE"}
    assert (await page.post("/api/act", taken))[1]["error"] == "@ZOE is taken: choose another username."


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"as": 1001},
        {"as": "1001", "do": "start"},
        {"as": 1001, "do": "dance"},
        {"as": 1001, "do": "send", "chat": "x", "text": "y"},
        {"as": 1001, "do": "send", "chat": 1001, "text": " "},
        {"as": 1001, "do": "send", "chat": 1001, "text": 5},
        {"as": 1002, "do": "admin_remove", "chat": CLUB, "user": 2001},
        {"as": 1003, "do": "admin_approve", "chat": CLUB, "user": BORIS},
    ],
)
async def test_a_wrong_wish_gets_a_sentence(page: Page, body: dict[str, object]) -> None:
    status, answer = await page.post("/api/act", body)
    assert (status, answer["ok"]) == (400, False)
    assert answer["error"].endswith(".")


async def test_people_delete_their_own_and_admins_anybodys(page: Page) -> None:
    sent = (await page.act(MIRA, "send", chat=CLUB, text="x"))["message"]["message_id"]
    place = {"chat": CLUB, "message_id": sent}
    status, _ = await page.post("/api/act", {"as": 2001, "do": "delete", **place})
    assert status == 400
    assert (await page.act(ADA, "delete", **place))["ok"]


async def test_reset_goes_back_to_the_first_day(page: Page, bot: BotClient) -> None:
    await page.act(NINA, "start")
    await page.act(NINA, "add_person", first_name="Zoe", username="zoe", language_code="en")
    seq = (await page.get("/api/state"))["seq"]
    assert (await page.post("/api/reset", {}))[0] == 200
    assert (await page.events(seq, "reset"))[-1]["type"] == "reset"
    state = await page.get("/api/state")
    assert state["waiting"] == 0
    assert not state["people"][0]["started"]
    assert 1006 not in [p["id"] for p in state["people"]]
    assert await bot.ok("getUpdates") == []
    assert (await page.get("/api/messages", chat=NINA, **{"as": NINA}))["messages"] == []


async def test_commands_of_each_scope_are_shown(page: Page, bot: BotClient) -> None:
    await bot.ok("setMyCommands", commands=[{"command": "start", "description": "Begin"}], language_code="ru")
    await bot.ok(
        "setMyCommands",
        commands=[{"command": "admin", "description": "Panel"}],
        scope={"type": "chat", "chat_id": ADA},
    )
    assert (await page.get("/api/state"))["bot"]["commands"] == {
        "default:ru": [{"command": "start", "description": "Begin"}],
        f"chat:{ADA}": [{"command": "admin", "description": "Panel"}],
    }
    bad = await bot.refused("setMyCommands", commands=[{"command": "Start!", "description": "x"}])
    assert bad == "Bad Request: BOT_COMMAND_INVALID"
    unknown = {"type": "chat", "chat_id": NINA}
    assert "chat not found" in await bot.refused("setMyCommands", commands=[], scope=unknown)
    assert await bot.ok("deleteMyCommands", language_code="ru") is True
