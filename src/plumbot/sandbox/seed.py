"""The cast and the club as they are on the first day, and a history for the chat."""

from plumbot.sandbox import links, objects
from plumbot.sandbox.entities import with_recognised
from plumbot.sandbox.options import ANONYMOUS_ID, BOT_ID, BOT_USERNAME, CLUB_ID
from plumbot.sandbox.records import Chat, Member, Message, Person
from plumbot.sandbox.world import World

NINA, MIRA, ADA, OLEG, BORIS = 1001, 1002, 1003, 1004, 1005

CAST = (
    Person(NINA, "Nina", username="nina", language_code="en", role_hint="guest"),
    Person(MIRA, "Mira", username="mira", language_code="ru", role_hint="member"),
    Person(ADA, "Ada", username="ada", language_code="en", role_hint="admin", started=True),
    Person(OLEG, "Oleg", username="oleg", language_code="ru", role_hint="owner", started=True),
    Person(BORIS, "Boris", username="boris", language_code="en", role_hint="stranger"),
)
CLUB = ("Tess", "Ivo", "Lena", "Marek", "Yara", "Pavel", "Rosa", "Timur", "Elif", "Jonas", "Vera", "Kofi")
BOT_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_restrict_members",
    "can_invite_users",
    "can_pin_messages",
)
HISTORY = (
    (OLEG, 0, "Всем привет! Завтра встречаемся в семь, как обычно."),
    (2001, 0, "I'll bring the projector."),
    (MIRA, 1, "Буду. Кто может захватить удлинитель?"),
    (2002, 3, "I can, there is one at home."),
    (ADA, 0, "The rules page has a new paragraph about guests, please read it."),
    (2003, 5, "Прочитала, всё понятно, спасибо."),
    (2004, 0, "Does anybody still have the slides from last week?"),
    (2005, 7, "Yes, I will send them tonight."),
    (2004, 8, "Thank you!"),
    (2006, 0, "Я опоздаю минут на двадцать, начинайте без меня."),
    (2007, 0, "What a talk that was. More of these, please."),
    (OLEG, 11, "Спасибо! Следующая через две недели."),
    (2008, 0, "Who wants to help with the library shelf on Saturday?"),
    (MIRA, 13, "Я с удовольствием."),
)
LIKES = ((5, 2003, "👍"), (5, OLEG, "❤"), (11, MIRA, "🔥"), (11, 2001, "👍"), (14, 2008, "❤"))


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
        _history(world, club)
    world.commit()


def _enter(world: World, user_id: int, status: str, rights: dict[str, bool] | None = None) -> None:
    world.members.put(Member(CLUB_ID, user_id, status, rights or {}))


def _history(world: World, club: Chat) -> None:
    """The bot was not told of any of this: it happened before it came."""
    for number, name in enumerate(CLUB, start=2001):
        language = "ru" if number % 3 == 0 else "en"
        username = f"{name.lower()}_club"
        world.people.put(Person(number, name, username=username, language_code=language, role_hint="club"))
        world.chats.put(Chat(number, "private"))
        _enter(world, number, "member")
    began = world.now() - 3 * 24 * 3600
    for index, (author, reply_to, text) in enumerate(HISTORY):
        message = Message(club.id, world.next_message_id(club), author, began + index * 3 * 3600)
        message.text, message.entities, message.reply_to = text, with_recognised(text, []), reply_to
        world.messages.put(message)
    for message_id, user_id, emoji in LIKES:
        liked = world.message(club.id, message_id)
        if liked:
            liked.reactions[str(user_id)] = [emoji]
            world.messages.put(liked)


def reset(world: World) -> None:
    """Back to the first day; open pages are told to load everything again."""
    world.forget_everything()
    fill(world)
    world.events.emit("reset")
