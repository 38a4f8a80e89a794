"""Doctor's look at the database: reachable, at the right revision, and what it knows that settings do not."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps.doctor_folders import writable
from plumbot.apps.doctor_workers import look_at_workers
from plumbot.apps.findings import Finding, fail, ok, warn
from plumbot.club.chat import ClubChat
from plumbot.club.permissions import Permissions
from plumbot.club.tables import Profile
from plumbot.features.karma.ledger import broken_ledgers
from plumbot.kit.databases import open_database
from plumbot.kit.settings import Settings
from plumbot.kit.signals import Signals

PATIENCE_SECONDS = 6.0
ABOUT = "database"


@dataclass(frozen=True)
class Known:
    """The findings, and the id that the club's chat has now."""

    chat_id: int | None
    findings: list[Finding] = field(default_factory=list)


async def look_at_database(settings: Settings) -> Known:
    schema = await asyncio.to_thread(look_at_schema, settings)
    if schema.verdict != "ok":
        return Known(settings.club.chat_id, [schema])
    sessions = open_database(settings.database.url.get_secret_value(), Signals())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            chat_id, admins = await sessions.read(what_it_knows, settings)
    except (SQLAlchemyError, TimeoutError) as fault:
        says = f"The database does not answer: {type(fault).__name__}."
        return Known(settings.club.chat_id, [fail(ABOUT, says, "Look at PLUM_DATABASE__URL and at the server.")])
    finally:
        await sessions.close()
    return Known(chat_id, [schema, *look_at_move(settings.club.chat_id, chat_id), *admins])


def look_at_schema(settings: Settings) -> Finding:
    url = settings.database.url.get_secret_value()
    if (path := settings.database.sqlite_path) and not writable(path):
        todo = f"Let the bot's user write to {path.absolute().parent}, or set PLUM_DATABASE__URL."
        return fail(ABOUT, f"{path} cannot be written.", todo)
    try:
        problem = migrations.check(url)
    except migrations.DriverMissing as missing:
        return fail(ABOUT, str(missing), "Or set PLUM_DATABASE__URL to SQLite.")
    if problem is None:
        return ok(ABOUT, f"It answers and is at revision {migrations.head()}, as needed.")
    if settings.database.migrates_on_start and upgradable(url):
        return warn(ABOUT, problem, "Or just start the bot: it upgrades the database first.")
    return fail(ABOUT, problem, "Until then the bot does not start.")


def upgradable(url: str) -> bool:
    try:
        found = migrations.current(url)
    except migrations.DatabaseUnreachable:
        return False
    return found is None or found in migrations.revisions()


def what_it_knows(session: Session, settings: Settings) -> tuple[int | None, list[Finding]]:
    chat_id = ClubChat(settings.club.chat_id).id(session)
    return chat_id, [*look_at_admins(session, settings), look_at_karma(session), *look_at_workers(session, settings)]


def look_at_admins(session: Session, settings: Settings) -> list[Finding]:
    everybody = dict.fromkeys([*Permissions(settings.club.owner_id).admins(session), *settings.club.admin_ids])
    if not everybody:
        return []  # settings have said that the main admin is missing
    found = session.scalars(select(Profile).where(Profile.user_id.in_(list(everybody)), Profile.reachable))
    reachable = {profile.user_id for profile in found}
    silent = [
        warn("admins", f"{user_id} has never pressed /start and gets no cards.", "Ask them to open the bot's chat.")
        for user_id in everybody
        if user_id not in reachable
    ]
    return silent or [ok("admins", f"All {len(everybody)} can be written to.")]


def look_at_karma(session: Session) -> Finding:
    """Everybody's karma is what they started with and what the ledger says since."""
    broken = broken_ledgers(session)
    if not broken:
        return ok("karma", "Everybody's karma is what the ledger adds up to.")
    who, karma, due = broken[0]
    says = f"The karma of {len(broken)} people is not what the ledger adds up to; {who} has {karma} instead of {due}."
    return fail("karma", says, "Somebody wrote to the database by hand: restore a backup, or correct profiles.karma.")


def look_at_move(configured: int | None, present: int | None) -> list[Finding]:
    if configured == present:
        return []
    says = f"Telegram moved the club's chat from {configured} to {present}. The bot has followed."
    return [warn("chat", says, f"Set PLUM_CLUB__CHAT_ID={present}.")]
