"""Whom the main admin may appoint and dismiss, and how a person is named."""

from dataclasses import dataclass

from plumbot.kit.refusals import N_, Refusal

OWNER_VARIABLE = "PLUM_CLUB__OWNER_ID"
ADMINS_VARIABLE = "PLUM_CLUB__ADMIN_IDS"
LARGEST_ID = 2**52  # Telegram promises that ids stay below


class NobodyNamed(Refusal):
    text = N_("Name a person by their Telegram id or @name, for example: /admin_add 123456789")


class NotAPerson(Refusal):
    text = N_("“{who}” is neither a Telegram id nor an @name. An id is a number such as 123456789.")


class NeverMet(Refusal):
    text = N_("I have never met {who}. Let them write to me first, or give me their Telegram id.")


class AdminAlready(Refusal):
    text = N_("This person is an admin already.")


class NoAdmin(Refusal):
    text = N_("This person is not an admin. /admins lists who is.")


class OwnerStays(Refusal):
    text = N_("The main admin is set by {variable} and cannot be removed here. Change it there and start anew.")


class NamedInSettings(Refusal):
    text = N_("This admin is named by {variable} and cannot be removed here. Change it there and start anew.")


class LastAdminStays(Refusal):
    text = N_("This is the last admin: without one nobody could decide. Appoint another one first.")


@dataclass(frozen=True)
class Named:
    """A person as somebody typed them: by id or by @name."""

    user_id: int | None = None
    username: str | None = None


def named(who: str) -> Named:
    """Read an id or an @name; raises when it can be neither."""
    who = who.strip()
    if not who:
        raise NobodyNamed
    if who.isdecimal() and who.isascii() and 0 < int(who[:20]) < LARGEST_ID:
        return Named(user_id=int(who))
    name = who.removeprefix("@")
    if name.isascii() and name.replace("_", "").isalnum() and not name[0].isdecimal():
        return Named(username=name)
    raise NotAPerson(who=who[:64])
