"""The club of the sandbox hangs together: nobody was thanked before they joined, or for what was not written yet."""

from datetime import datetime
from pathlib import Path

from plumbot.apps.sandbox import Sandbox
from plumbot.apps.sandbox_club import fill
from plumbot.sandbox.options import CLUB_ID, SandboxOptions
from plumbot.sandbox.server import serve
from tests.support.databases import asked, migrated


async def test_history_begins_after_everybody_has_joined_and_thanks_follow_the_messages_they_are_for(
    tmp_path: Path,
) -> None:
    url = migrated(tmp_path)
    running = await serve(SandboxOptions(state=tmp_path / "sandbox", web_port=0))
    try:
        await fill(url, running.world)
        written = {m.message_id: m for m in running.world.messages.where(lambda m: m.chat_id == CLUB_ID)}
    finally:
        await running.close()
    joined = {user: moment(at) for user, at in asked(url, "SELECT user_id, joined_at FROM profiles")}
    assert all(moment_of.date >= joined[moment_of.from_id].timestamp() for moment_of in written.values())
    votes = asked(url, "SELECT user_id, actor_id, message_id, created_at FROM karma_events WHERE actor_id IS NOT NULL")
    assert len(votes) > 100
    for receiver, giver, message_id, at in votes:
        assert written[message_id].from_id == receiver != giver
        assert max(joined[receiver], joined[giver]) < moment(at)
        assert written[message_id].date < moment(at).timestamp()


def moment(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    return found if found.tzinfo else datetime.fromisoformat(f"{written}+00:00")


async def test_the_sandbox_says_with_which_settings_the_real_commands_work_against_it(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, 0)
    sandbox._server = await serve(SandboxOptions(state=tmp_path / "sandbox", web_port=0))
    try:
        said = sandbox.for_commands()
        told = sandbox.bot_settings()
    finally:
        await sandbox.close()
    for name in ("TELEGRAM__TOKEN", "TELEGRAM__API_URL", "CLUB__CHAT_ID", "CLUB__OWNER_ID"):
        assert f"PLUM_{name}={told[f'PLUM_{name}']}\n" in said
    assert "docs/sandbox.md" in said
