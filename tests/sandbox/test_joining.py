"""Links, requests, members: every way into the club and out of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from plumbot.sandbox import admins
from plumbot.sandbox.errors import Refused
from plumbot.sandbox.records import Chat, Member
from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import ADA, BORIS, CLUB, MIRA, NINA, OLEG, BotClient, Clock, options, running

BOT = 7000000001
Json = dict[str, Any]


@pytest.fixture(autouse=True)
async def all_kinds(bot: BotClient) -> None:
    await bot.listen_to_everything()


async def link(bot: BotClient, **wish: Any) -> str:
    made = await bot.ok("createChatInviteLink", chat_id=CLUB, **wish)
    return str(made["invite_link"])


def follow(sandbox: RunningSandbox, person: int, url: str) -> str:
    return str(sandbox.act(person, "follow", link=url)["outcome"])


async def status(bot: BotClient, person: int) -> str:
    return str((await bot.ok("getChatMember", chat_id=CLUB, user_id=person))["status"])


async def test_joining_by_a_link_tells_which(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await link(bot, name="nina-1", member_limit=1)
    assert follow(sandbox, NINA, url) == "joined"
    updates = await bot.take()
    (joined,) = [u["chat_member"] for u in updates if "chat_member" in u]
    assert (joined["old_chat_member"]["status"], joined["new_chat_member"]["status"]) == ("left", "member")
    assert (joined["from"]["id"], joined["new_chat_member"]["user"]["id"]) == (NINA, NINA)
    assert joined["invite_link"]["invite_link"] == url
    assert (joined["invite_link"]["name"], joined["invite_link"]["member_limit"]) == ("nina-1", 1)
    assert "via_join_request" not in joined
    (service,) = [u["message"] for u in updates if "message" in u]
    assert [user["id"] for user in service["new_chat_members"]] == [NINA]
    assert follow(sandbox, NINA, url) == "already"


async def test_a_member_limit_counts_who_is_inside_now(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await link(bot, member_limit=1)
    assert follow(sandbox, NINA, url) == "joined"
    assert follow(sandbox, BORIS, url) == "invalid"
    sandbox.act(NINA, "leave", chat=CLUB)
    assert follow(sandbox, BORIS, url) == "joined"


async def test_a_link_dies_at_its_expiry(bot: BotClient, sandbox: RunningSandbox, clock: Clock) -> None:
    url = await link(bot, expire_date=int(clock.now) + 60)
    clock.forward(59)
    assert follow(sandbox, NINA, url) == "joined"
    clock.forward(1)
    assert follow(sandbox, BORIS, url) == "invalid"


async def test_a_revoked_link_is_dead(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await link(bot)
    revoked = await bot.ok("revokeChatInviteLink", chat_id=CLUB, invite_link=url)
    assert revoked["is_revoked"] is True
    assert follow(sandbox, NINA, url) == "invalid"
    assert follow(sandbox, NINA, "https://t.me/+unknown0000000") == "invalid"


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        ({"name": "x" * 33}, "invite link name must be up to 32 characters long"),
        (
            {"creates_join_request": True, "member_limit": 1},
            "member limit can't be specified for links requiring administrator approval",
        ),
        ({"member_limit": 100_000}, "member limit is out of range"),
        ({"expire_date": 1}, "EXPIRE_DATE_INVALID"),
    ],
)
async def test_impossible_links_are_refused(bot: BotClient, wish: Json, complaint: str) -> None:
    refusal = await bot.refused("createChatInviteLink", chat_id=CLUB, **wish)
    assert refusal == f"Bad Request: {complaint}"


async def test_links_and_requests_need_the_right_to_invite(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await link(bot, creates_join_request=True)
    sandbox.act(OLEG, "admin_rights", chat=CLUB, user=BOT, rights={"can_delete_messages": True})
    changes = await bot.of_kind("my_chat_member")
    assert changes[0]["new_chat_member"]["can_invite_users"] is False
    assert "not enough rights" in await bot.refused("createChatInviteLink", chat_id=CLUB)
    assert "not enough rights" in await bot.refused("approveChatJoinRequest", chat_id=CLUB, user_id=NINA)
    assert "not enough rights" in await bot.refused("banChatMember", chat_id=CLUB, user_id=NINA)
    assert follow(sandbox, NINA, url) == "requested"
    assert await bot.of_kind("chat_join_request") == []


async def test_a_request_opens_the_door_to_write_for_five_minutes(
    bot: BotClient, sandbox: RunningSandbox, clock: Clock
) -> None:
    url = await link(bot, creates_join_request=True)
    assert follow(sandbox, NINA, url) == "requested"
    assert follow(sandbox, NINA, url) == "requested"
    (request,) = await bot.of_kind("chat_join_request")
    assert request["user_chat_id"] == NINA
    assert request["invite_link"]["invite_link"] == url
    assert request["invite_link"]["pending_join_request_count"] == 1
    assert (await bot.say(NINA))["text"] == "Hello"
    clock.forward(301)
    assert "initiate" in await bot.refused("sendMessage", chat_id=NINA, text="x")


async def test_an_approved_request_lets_in_and_a_declined_one_does_not(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await link(bot, creates_join_request=True)
    follow(sandbox, NINA, url)
    follow(sandbox, BORIS, url)
    await bot.take()
    assert await bot.ok("approveChatJoinRequest", chat_id=CLUB, user_id=NINA) is True
    assert await bot.ok("declineChatJoinRequest", chat_id=CLUB, user_id=BORIS) is True
    (joined,) = await bot.of_kind("chat_member")
    assert (joined["from"]["id"], joined["new_chat_member"]["user"]["id"]) == (BOT, NINA)
    assert joined["invite_link"]["invite_link"] == url
    assert (await status(bot, NINA), await status(bot, BORIS)) == ("member", "left")
    again = await bot.refused("approveChatJoinRequest", chat_id=CLUB, user_id=NINA)
    assert again == "Bad Request: USER_ALREADY_PARTICIPANT"
    missing = await bot.refused("declineChatJoinRequest", chat_id=CLUB, user_id=BORIS)
    assert missing == "Bad Request: HIDE_REQUESTER_MISSING"


async def test_a_human_admin_can_approve_in_his_client(bot: BotClient, sandbox: RunningSandbox) -> None:
    follow(sandbox, BORIS, await link(bot, creates_join_request=True))
    sandbox.act(ADA, "admin_approve", chat=CLUB, user=BORIS)
    (joined,) = await bot.of_kind("chat_member")
    assert (joined["from"]["id"], joined["new_chat_member"]["user"]["id"]) == (ADA, BORIS)


async def test_a_request_without_a_link_says_so(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.act(NINA, "request", chat=CLUB)
    (request,) = await bot.of_kind("chat_join_request")
    assert "invite_link" not in request
    await bot.ok("approveChatJoinRequest", chat_id=CLUB, user_id=NINA)
    (joined,) = await bot.of_kind("chat_member")
    assert joined["via_join_request"] is True


async def test_links_of_others_are_cut_short_and_not_ours_to_change(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = sandbox.act(ADA, "admin_link", chat=CLUB)["link"]
    follow(sandbox, NINA, url)
    (joined,) = await bot.of_kind("chat_member")
    shown = joined["invite_link"]["invite_link"]
    assert shown.endswith("…")
    assert url.startswith(shown[:-1])
    assert (await bot.call("revokeChatInviteLink", chat_id=CLUB, invite_link=url))["error_code"] == 400


async def test_a_banned_person_stays_outside_until_unbanned(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await link(bot)
    follow(sandbox, NINA, url)
    await bot.take()
    await bot.ok("banChatMember", chat_id=CLUB, user_id=NINA)
    updates = await bot.take()
    (left,) = [u["message"] for u in updates if "message" in u]
    assert (left["left_chat_member"]["id"], left["from"]["id"]) == (NINA, BOT)
    assert follow(sandbox, NINA, url) == "banned"
    await bot.ok("unbanChatMember", chat_id=CLUB, user_id=NINA, only_if_banned=True)
    assert follow(sandbox, NINA, url) == "joined"


async def test_unban_removes_a_present_member_unless_only_if_banned(bot: BotClient, sandbox: RunningSandbox) -> None:
    await bot.ok("unbanChatMember", chat_id=CLUB, user_id=MIRA, only_if_banned=True)
    assert await status(bot, MIRA) == "member"
    await bot.ok("unbanChatMember", chat_id=CLUB, user_id=MIRA)
    assert await status(bot, MIRA) == "left"


async def test_a_ban_with_a_date_ends(bot: BotClient, sandbox: RunningSandbox, clock: Clock) -> None:
    url = await link(bot)
    await bot.ok("banChatMember", chat_id=CLUB, user_id=NINA, until_date=int(clock.now) + 60)
    assert follow(sandbox, NINA, url) == "banned"
    clock.forward(60)
    assert follow(sandbox, NINA, url) == "joined"


async def test_owner_and_admins_cannot_be_removed(bot: BotClient) -> None:
    owner = await bot.refused("banChatMember", chat_id=CLUB, user_id=OLEG)
    admin = await bot.refused("banChatMember", chat_id=CLUB, user_id=ADA)
    assert owner == "Bad Request: can't remove chat owner"
    assert admin == "Bad Request: user is an administrator of the chat"


async def test_a_restricted_person_may_not_write(bot: BotClient, sandbox: RunningSandbox) -> None:
    await bot.ok("restrictChatMember", chat_id=CLUB, user_id=MIRA, permissions={})
    shown = await bot.ok("getChatMember", chat_id=CLUB, user_id=MIRA)
    assert (shown["status"], shown["is_member"], shown["can_send_messages"]) == ("restricted", True, False)
    with pytest.raises(Refused, match="may not write"):
        sandbox.act(MIRA, "send", chat=CLUB, text="x")


async def test_leaving_is_told_twice(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.act(MIRA, "leave", chat=CLUB)
    assert sorted(await bot.kinds()) == ["chat_member", "message"]


async def test_the_chat_can_be_asked_about(bot: BotClient) -> None:
    assert (await bot.ok("getChat", chat_id=CLUB))["title"] == "Plum Club"
    assert (await bot.ok("getChat", chat_id=MIRA))["first_name"] == "Mira"
    admins = await bot.ok("getChatAdministrators", chat_id=CLUB)
    assert {m["user"]["id"] for m in admins} == {OLEG, ADA, BOT}
    assert await bot.ok("getChatMemberCount", chat_id=CLUB) == 16
    assert await status(bot, NINA) == "left"


async def test_outside_the_group_the_bot_can_do_nothing_there(bot: BotClient, sandbox: RunningSandbox) -> None:
    await bot.ok("leaveChat", chat_id=CLUB)
    refusal = await bot.refused("sendMessage", chat_id=CLUB, text="x")
    assert refusal == "Forbidden: bot is not a member of the supergroup chat"
    await bot.take()
    sandbox.act(MIRA, "send", chat=CLUB, text="x")
    assert await bot.kinds() == []


@pytest.fixture
async def returning(tmp_path: Path, clock: Clock) -> AsyncIterator[tuple[RunningSandbox, BotClient]]:
    given = options(tmp_path / "returning", clock, removed_come_as_requests=True)
    async with running(given) as (sandbox, bot, _page):
        yield sandbox, bot


async def test_who_was_removed_once_can_come_as_a_request(
    returning: tuple[RunningSandbox, BotClient],
) -> None:
    sandbox, bot = returning
    sandbox.act(ADA, "admin_remove", chat=CLUB, user=MIRA, ban=False)
    assert follow(sandbox, MIRA, await link(bot)) == "requested"
    assert "chat_join_request" in await bot.kinds()


async def test_a_request_ends_when_its_person_comes_in_another_way(bot: BotClient, sandbox: RunningSandbox) -> None:
    follow(sandbox, NINA, await link(bot, creates_join_request=True))
    sandbox.act(ADA, "admin_add", chat=CLUB, user=NINA)
    (joined,) = await bot.of_kind("chat_member")
    assert joined["from"]["id"] == ADA
    assert "invite_link" not in joined
    sandbox.act(NINA, "leave", chat=CLUB)
    refusal = await bot.refused("approveChatJoinRequest", chat_id=CLUB, user_id=NINA)
    assert refusal == "Bad Request: HIDE_REQUESTER_MISSING"


async def test_an_anonymous_admin_is_a_stand_in(bot: BotClient, sandbox: RunningSandbox) -> None:
    sent = sandbox.act(ADA, "send", chat=CLUB, text="as the group", anonymous=True)["message"]
    sandbox.act(ADA, "react", chat=CLUB, message_id=sent["message_id"], emoji=["👍"], anonymous=True)
    updates = await bot.take()
    message, reaction = updates[0]["message"], updates[1]["message_reaction"]
    assert (message["from"]["id"], message["sender_chat"]["id"]) == (1087968824, CLUB)
    assert reaction["actor_chat"]["id"] == CLUB
    assert "user" not in reaction
    with pytest.raises(Refused, match="Only an admin"):
        sandbox.act(MIRA, "send", chat=CLUB, text="x", anonymous=True)


async def test_a_group_that_became_a_supergroup_points_to_its_new_id(bot: BotClient, sandbox: RunningSandbox) -> None:
    world = sandbox.world
    world.chats.put(Chat(-500, "group", "Small"))
    world.members.put(Member(-500, BOT, "administrator", {"can_invite_users": True}))
    await bot.say(-500)
    new = admins.upgrade(world, -500)
    body = await bot.call("sendMessage", chat_id=-500, text="x")
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert (await bot.say(new.id))["chat"]["type"] == "supergroup"
    told = await bot.of_kind("message")
    assert [m.get("migrate_to_chat_id", m.get("migrate_from_chat_id")) for m in told] == [new.id, -500]


async def test_in_a_forum_every_message_answers_its_topic(bot: BotClient, sandbox: RunningSandbox) -> None:
    topic = sandbox.act(OLEG, "admin_topic", chat=CLUB, name="Talks")["thread"]
    sandbox.act(MIRA, "send", chat=CLUB, text="in the topic", thread=topic)
    message = (await bot.of_kind("message"))[-1]
    assert (message["message_thread_id"], message["is_topic_message"]) == (topic, True)
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Talks"
    assert (await bot.say(CLUB, message_thread_id=topic))["message_thread_id"] == topic
    refusal = await bot.refused("sendMessage", chat_id=CLUB, text="x", message_thread_id=3)
    assert refusal == "Bad Request: message thread not found"


async def test_the_page_hears_whether_somebody_came_or_went_or_only_stands_otherwise_now(
    bot: BotClient, sandbox: RunningSandbox
) -> None:
    """A ban of somebody who was outside is no departure."""
    events = sandbox.world.events
    seq = events.seq
    for person in (BORIS, MIRA):
        await bot.ok("banChatMember", chat_id=CLUB, user_id=person)
    heard = [(one["user_id"], one["status"], one["moved"]) for one in events.since(seq) if one["type"] == "member"]
    assert heard == [(BORIS, "kicked", False), (MIRA, "kicked", True)]
