"""The guide ticks itself off from what really happens, and from nothing else."""

from typing import Any

from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import ADA, BORIS, CLUB, NINA, BotClient


def done(sandbox: RunningSandbox) -> list[str]:
    from plumbot.sandbox import guide

    return [step["id"] for step in guide.view(sandbox.world) if step["done"]]


async def press(bot: BotClient, person: int, label: str) -> None:
    markup = {"inline_keyboard": [[{"text": label, "callback_data": "x"}]]}
    sent = await bot.say(person, "?", reply_markup=markup)
    bot.sandbox.act(person, "press", chat=person, message_id=sent["message_id"], row=0, col=0)


async def owned_link(bot: BotClient, **wish: Any) -> str:
    """A link of the bot's that was sent to Nina."""
    bot.sandbox.act(NINA, "start")
    url = str((await bot.ok("createChatInviteLink", chat_id=CLUB, **wish))["invite_link"])
    await bot.say(NINA, "Your link", reply_markup={"inline_keyboard": [[{"text": "Join", "url": url}]]})
    return url


async def test_applied_and_accepted_are_nina_pressing_those_buttons(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.act(NINA, "start")
    sandbox.act(BORIS, "start")
    await press(bot, BORIS, "Send application")
    await press(bot, NINA, "Rules")
    assert done(sandbox) == []
    await press(bot, NINA, "📨 Отправить заявку")
    assert done(sandbox) == ["applied"]
    await press(bot, NINA, "✅ I accept the rules")
    assert done(sandbox) == ["applied", "accepted"]


async def test_approved_is_an_admins_press_and_a_word_to_nina(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.act(NINA, "start")
    await press(bot, NINA, "Approve")
    await bot.say(NINA)
    assert done(sandbox) == []
    await press(bot, ADA, "✅ Approve")
    assert done(sandbox) == []
    await bot.say(NINA, "You are approved")
    assert done(sandbox) == ["approved"]


async def test_joined_is_nina_inside(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await owned_link(bot)
    sandbox.act(NINA, "follow", link=url)
    assert done(sandbox) == ["joined"]


async def test_outsider_is_a_stranger_on_her_link_declined(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await owned_link(bot, creates_join_request=True)
    sandbox.act(BORIS, "follow", link=url)
    assert done(sandbox) == []
    await bot.ok("declineChatJoinRequest", chat_id=CLUB, user_id=BORIS)
    assert done(sandbox) == ["outsider"]


async def test_outsider_is_a_stranger_on_her_link_removed(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await owned_link(bot)
    sandbox.act(BORIS, "follow", link=url)
    assert done(sandbox) == []
    await bot.ok("banChatMember", chat_id=CLUB, user_id=BORIS)
    assert done(sandbox) == ["outsider"]


async def test_the_owner_declined_on_her_own_link_is_no_outsider(bot: BotClient, sandbox: RunningSandbox) -> None:
    url = await owned_link(bot, creates_join_request=True)
    sandbox.act(NINA, "follow", link=url)
    await bot.ok("declineChatJoinRequest", chat_id=CLUB, user_id=NINA)
    assert done(sandbox) == []


async def test_survived_is_a_kill_a_start_and_an_empty_queue(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.supervisor.on_start("bot")
    await bot.take()
    sandbox.supervisor.on_kill("bot")
    sandbox.act(NINA, "start")
    sandbox.supervisor.on_start("bot")
    await bot.take()
    assert done(sandbox) == []
    await bot.take()
    assert done(sandbox) == ["survived"]
