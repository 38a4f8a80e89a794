"""Which handlers there are, and what they take of a group; only the bot's process imports this."""

from collections.abc import Callable

from aiogram import Router

from plumbot.club.places import Places
from plumbot.features.admin import handlers as admin
from plumbot.features.admins import handlers as admins
from plumbot.features.admission import handlers as admission
from plumbot.features.applications import handlers as applications
from plumbot.features.backups import handlers as backups
from plumbot.features.blacklist import handlers as blacklist
from plumbot.features.digest import handlers as digest
from plumbot.features.karma import handlers as karma
from plumbot.features.menu import handlers as menu
from plumbot.features.privacy import handlers as privacy
from plumbot.features.profile import handlers as profile
from plumbot.features.roster import handlers as roster
from plumbot.features.transcription import handlers as transcription
from plumbot.features.whoami import handlers as whoami
from plumbot.kit.inbox.raw import GroupInterest

GROUP_SERVICE_FIELDS = ("new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id")


# Features that can be switched off (PLUM_FEATURES__…); one that is off is not heard at all.
SWITCHED = {
    "karma": karma.router,
    "digest": digest.router,
    "profile": profile.router,
    "whoami": whoami.router,
    "transcription": transcription.router,
}


def everything(_feature: str) -> bool:
    return True


def routers(enabled: Callable[[str], bool] = everything) -> list[Router]:
    """In the order of asking: who takes a thing under a condition stands before who takes it always."""
    return [
        *([applications.router(), applications.panel_router()] if enabled("applications") else []),
        admin.router(),
        roster.router(),
        blacklist.panel_router(),
        admins.panel_router(),
        backups.router(),
        *([karma.panel_router()] if enabled("karma") else []),
        admission.router(),
        blacklist.router(),
        admins.router(),
        privacy.router(),
        *(router() for feature, router in SWITCHED.items() if enabled(feature)),
        menu.router(),
        menu.last_resort(),
    ]


def group_interest(places: Places) -> GroupInterest:
    """All else that is said in a group is chatter. A test holds this and the routers together."""
    return GroupInterest({command.name for command in places.commands if command.in_group}, GROUP_SERVICE_FIELDS)
