"""The cast and the club as they are on the first day."""

from plumbot.sandbox import history, links, objects
from plumbot.sandbox.options import ANONYMOUS_ID, BOT_ID, BOT_USERNAME, CLUB_ID
from plumbot.sandbox.records import Chat, Member, Person
from plumbot.sandbox.world import World

NINA, MIRA, ADA, OLEG, BORIS = 1001, 1002, 1003, 1004, 1005

CAST = (
    Person(NINA, "Nina", username="nina", language_code="en", role_hint="guest"),
    Person(MIRA, "Mira", username="mira", language_code="ru", role_hint="member"),
    Person(ADA, "Ada", username="ada", language_code="en", role_hint="admin", started=True),
    Person(OLEG, "Oleg", username="oleg", language_code="ru", role_hint="owner", started=True),
    Person(BORIS, "Boris", username="boris", language_code="en", role_hint="stranger"),
)
BOT_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_restrict_members",
    "can_invite_users",
    "can_pin_messages",
)


def fill(world: World) -> None:
    """An empty world becomes the first day."""
    world.people.put(Person(BOT_ID, "Plum", username=BOT_USERNAME, is_bot=True))
    world.people.put(Person(ANONYMOUS_ID, "Group", username="GroupAnonymousBot", is_bot=True))
    for person in CAST:
        world.people.put(Person(**vars(person)))
        world.chats.put(Chat(person.id, "private"))
    club = world.chats.put(Chat(CLUB_ID, "supergroup", "Plum Club"))
    _enter(world, OLEG, "creator")
    _enter(world, ADA, "administrator", dict.fromkeys(objects.ADMIN_RIGHTS, True))
    _enter(world, BOT_ID, "administrator", dict.fromkeys(BOT_RIGHTS, True))
    _enter(world, MIRA, "member")
    links.primary(world, club, OLEG)
    if world.options.history:
        history.write(world, club)
    world.commit()


def _enter(world: World, user_id: int, status: str, rights: dict[str, bool] | None = None) -> None:
    world.members.put(Member(CLUB_ID, user_id, status, rights or {}))


def reset(world: World) -> None:
    """Back to the first day; open pages are told to load everything again."""
    world.forget_everything()
    fill(world)
    world.events.emit("reset")
