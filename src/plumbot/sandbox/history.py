"""A dozen people and two months of talk, so that the club chat looks lived in."""

from plumbot.sandbox.entities import with_recognised
from plumbot.sandbox.records import Chat, Member, Message, Person
from plumbot.sandbox.world import World

MIRA, ADA, OLEG = 1002, 1003, 1004

CLUB = ("Tess", "Ivo", "Lena", "Marek", "Yara", "Pavel", "Rosa", "Timur", "Elif", "Jonas", "Vera", "Kofi")
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
DAYS_AGO = (64, 63.9, 63.8, 63.7, 50, 49.9, 33, 32.9, 32.8, 20, 9, 8.9, 2, 1.9)
LIKES = ((5, 2003, "👍"), (5, OLEG, "❤"), (11, MIRA, "🔥"), (11, 2001, "👍"), (14, 2008, "❤"))


def write(world: World, club: Chat) -> None:
    """The bot was not told of any of this: it happened before it came."""
    for number, name in enumerate(CLUB, start=2001):
        language = "ru" if number % 3 == 0 else "en"
        username = f"{name.lower()}_club"
        world.people.put(Person(number, name, username=username, language_code=language, role_hint="club"))
        world.chats.put(Chat(number, "private"))
        world.members.put(Member(club.id, number, "member"))
    for days_ago, (author, reply_to, text) in zip(DAYS_AGO, HISTORY, strict=True):
        message = Message(club.id, world.next_message_id(club), author, world.now() - int(days_ago * 24 * 3600))
        message.text, message.entities, message.reply_to = text, with_recognised(text, []), reply_to
        world.messages.put(message)
    for message_id, user_id, emoji in LIKES:
        liked = world.message(club.id, message_id)
        if liked:
            liked.reactions[str(user_id)] = [emoji]
            world.messages.put(liked)
