"""Updates as the Bot API may send them: every kind, odd values, people and chats that meet again and again."""

from typing import Any

from hypothesis import strategies as st

from plumbot.features.admission.rules import ANONYMOUS_ADMIN

Json = dict[str, Any]
Maker = st.SearchStrategy[Json]

OWNER, ADMIN, BOT = 1004, 1003, 7_000_000_001
CLUB, FORUM, GROUP, CHANNEL = -1002000000001, -1002000000002, -77, -1002000000003
PEOPLE = (1001, 1002, ADMIN, OWNER, 1005, 1006, 2**52 - 1)
MOMENTS = st.integers(1_790_000_000, 1_800_000_000)
NUMBERS = st.one_of(st.integers(0, 12), st.sampled_from([-1, 2**31, 2**63 - 1, 2**63, 10**30, *PEOPLE[:3]]))

ODD = ("", " ", "<b>x</b>", "&lt;", "a\u0000b", "\ud800", "\u202eeht", "🎉" * 30, "%s {name} {0}", "n" * 4096, "-", "/")
SLUGS = ("nina-petrova-Harvard-CSE-77-3-21", "Нина-Петрова-МГУ-ВМК-77-3-21", "a-b-c-d-e-f-g", "--- --- -", "a-b-c")
COMMANDS = (
    "start", "start join", "start deny_1", "start fix_99999999999999999999", "start x", "menu", "help", "language",
    "join", "cancel", "blacklist", "blacklist 1001 why", "blacklist @nina", "unblacklist 1001",
    "admins", "admin_add 1005", "admin_remove @boris", "admin_add 99999999999999999999", "away", "back",
    "pause_applications {note}", "resume_applications",
    "stats", "top", "why", "nonsense", "join@plum_sandbox_bot", "start@another_bot",
)  # fmt: skip
# What our buttons carry before a number, and what they carry without one.
ACTS = {
    "mine": ("ask", "withdraw", "stay", "correct"),
    "apl": ("ok", "no", "fix", "card", "no.words", "fix.words"),
    "apr": ("-", "@deny.full", "@fix.course", "@fix.nothing"),
    "apw": ("page", "pick", "open", "deny", "list"),
    "pref": ("digest", "transcribe"),
}
NUMBERED = ("arr-keep", "arr-out", "case-give", "case-no", "bl-yes", "bl-no", "me", "top")
BARE = (
    "menu:home", "menu:rules", "menu:help", "menu:info", "menu:settings", "lang:ru", "lang:en", "lang:xx", "join",
    "rules-ok", "link-new", "apd:-", "apd:@deny.full", "jn:line", "jn:steps", "jn:back", "jn:keep", "jn:change",
    "jn:resume", "jn:send", "jn:cancel", "jn:first_name", "jn:course", "jn:nonsense",
)  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(SLUGS),
        st.sampled_from(COMMANDS).map(lambda words: f"/{words}"),
        st.sampled_from(ODD),
        st.text(max_size=60),
    )


def optional(**fields: st.SearchStrategy[Any]) -> Maker:
    """Any of these fields may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


def joined(*makers: Maker) -> Maker:
    return st.tuples(*makers).map(lambda parts: {name: value for part in parts for name, value in part.items()})


def fixed(**fields: Any) -> Maker:
    made = {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in fields.items()}
    return st.fixed_dictionaries(made)


names = st.one_of(st.sampled_from(("Nina", "Нина", *ODD)), st.text(max_size=64))
users = joined(
    fixed(id=st.sampled_from((*PEOPLE, ADMIN, OWNER)), is_bot=False, first_name=names),
    optional(
        last_name=names,
        username=st.sampled_from(("nina", "Nina", "boris", "x" * 32)),
        language_code=st.sampled_from(("ru", "en", "en-GB", "uk", "zz", "zh-hans-CN-a-very-long-one", "")),
        is_premium=st.just(True),
    ),
)
stand_ins = st.sampled_from(
    [
        {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
        {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"},
        {"id": 777000, "is_bot": False, "first_name": "Telegram"},
        {"id": BOT, "is_bot": True, "first_name": "Plum", "username": "plum_sandbox_bot"},
        {"id": 4242, "is_bot": True, "first_name": "Another bot"},
    ]
)
speakers = st.one_of(users, users, users, stand_ins)
groups = st.sampled_from(
    [
        {"id": CLUB, "type": "supergroup", "title": "Plum Club"},
        {"id": FORUM, "type": "supergroup", "title": "Forum", "is_forum": True},
        {"id": GROUP, "type": "group", "title": "<i>Small</i>"},
    ]
)
channels = st.just({"id": CHANNEL, "type": "channel", "title": "News"})
message_ids = st.integers(1, 400)
photo = {"file_id": "F", "file_unique_id": "f", "width": 1, "height": 1}
file = {"file_id": "F", "file_unique_id": "f"}
option = {"persistent_id": "1", "text": "Yes", "voter_count": 0}
poll = {
    "id": "1", "question": "?", "options": [option], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
    "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
}  # fmt: skip
contents: Maker = st.one_of(
    *(texts().map(lambda text: {"text": text, "entities": _entities(text)}),) * 4,
    fixed(photo=[photo], caption=texts()),
    fixed(voice={**file, "duration": 1}),
    fixed(document=file),
    fixed(location={"latitude": 1.0, "longitude": 1.0}),
    fixed(contact={"phone_number": "1", "first_name": "x"}),
    fixed(dice={"emoji": "🎲", "value": 3}),
    fixed(new_chat_members=st.lists(users, min_size=1, max_size=2)),
    fixed(left_chat_member=users),
    fixed(forum_topic_created={"name": "Topic", "icon_color": 1}),
    st.sampled_from(
        [{"migrate_to_chat_id": -1002000000009}, {"migrate_from_chat_id": -78}, {"new_chat_title": "<b>"}, {}]
    ),
    fixed(group_chat_created=True),
    fixed(thing_of_the_future={"a": [1, {"b": None}]}),
)


def _entities(text: str) -> list[Json]:
    return [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text.startswith("/s") else []


def _private(message: Json) -> Json:
    person = message["from"]
    return message | {"chat": {"id": person["id"], "type": "private", "first_name": person["first_name"]}}


written = joined(fixed(message_id=message_ids, date=MOMENTS), contents)
private_messages = joined(written, st.builds(dict, users.map(lambda user: {"from": user}))).map(_private)
replied = written.flatmap(
    lambda old: speakers.map(lambda user: old | {"from": user, "chat": {"id": 1, "type": "private"}})
)
group_messages = joined(
    written,
    speakers.map(lambda user: {"from": user}),
    groups.map(lambda chat: {"chat": chat}),
    optional(
        sender_chat=groups,
        reply_to_message=replied,
        message_thread_id=message_ids,
        is_topic_message=st.booleans(),
        edit_date=MOMENTS,
        forward_origin=fixed(type="hidden_user", date=MOMENTS, sender_user_name=names),
    ),
)
messages = st.one_of(private_messages, private_messages, group_messages)
posts = joined(written, channels.map(lambda chat: {"chat": chat}), optional(sender_chat=channels))

numbers = st.one_of(NUMBERS.map(str), st.text(max_size=4))
real = st.one_of(
    st.sampled_from(BARE),
    st.sampled_from([f"{prefix}:{act}" for prefix, acts in ACTS.items() for act in acts] + list(NUMBERED)).flatmap(
        lambda beginning: numbers.map(lambda number: f"{beginning}:{number}")
    ),
)
data = st.one_of(
    real,
    real,
    st.tuples(st.sampled_from(["3.", "1.", "zzzzzzzzzzzzzzzz."]), real).map("".join),
    st.sampled_from(["", ".", "1.", "some_old_callback", "approve_12", "a:b:c:d:e:f", ":"]),
    st.text(max_size=20),
)
pressed_messages = st.one_of(
    users.map(lambda user: {"id": user["id"], "type": "private"}),
    groups,
).flatmap(
    lambda chat: st.one_of(
        fixed(message_id=message_ids, date=MOMENTS, chat=chat, text="Buttons"),
        fixed(message_id=message_ids, date=0, chat=chat),
    )
)
presses = joined(
    fixed(id=st.integers(1, 10**18).map(str), chat_instance="1"),
    users.map(lambda user: {"from": user}),
    optional(data=data, message=pressed_messages),
    st.sampled_from([{}, {"inline_message_id": "I"}]),
)
own_presses = st.tuples(presses, data, message_ids).map(
    lambda made: (
        made[0]
        | {"data": made[1]}
        | {"message": {"message_id": made[2], "date": 1, "chat": {"id": made[0]["from"]["id"], "type": "private"}}}
    )
)

ADMIN_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_manage_tags", "can_send_welcome_messages",
)  # fmt: skip
PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_react_to_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_edit_tag",
)  # fmt: skip


def standings(people: Maker) -> Maker:
    """A chat member of any status."""
    return people.flatmap(
        lambda user: st.one_of(
            fixed(status=st.sampled_from(["member", "left"]), user=user),
            fixed(status="kicked", user=user, until_date=0),
            fixed(status="creator", user=user, is_anonymous=False),
            joined(
                fixed(status="administrator", user=user),
                st.booleans().map(lambda on: dict.fromkeys(ADMIN_RIGHTS, on)),
            ),
            joined(
                fixed(status="restricted", user=user, is_member=st.booleans(), until_date=0),
                st.booleans().map(lambda on: dict.fromkeys(PERMISSIONS, on)),
            ),
        )
    )


links = joined(
    fixed(
        invite_link=st.sampled_from([f"https://t.me/+{number}" for number in range(5)] + ["https://t.me/+abc..."]),
        creator=speakers, creates_join_request=st.booleans(), is_primary=False, is_revoked=False,
    ),
    optional(name=st.sampled_from(["plum-0000", "Friends", "<b>"]), expire_date=MOMENTS, member_limit=st.just(1)),
)  # fmt: skip


def changes(people: Maker, chats: Maker) -> Maker:
    return joined(
        fixed(date=MOMENTS, old_chat_member=standings(people), new_chat_member=standings(people), chat=chats),
        speakers.map(lambda user: {"from": user}),
        optional(invite_link=links, via_join_request=st.booleans(), via_chat_folder_invite_link=st.booleans()),
    )


own_chats = users.map(lambda user: {"id": user["id"], "type": "private", "first_name": user["first_name"]})
bots = st.just({"id": BOT, "is_bot": True, "first_name": "Plum"})
emoji = st.lists(
    st.one_of(
        fixed(type="emoji", emoji=st.sampled_from(["👍", "💩", "❤", "🎉", "☃"])),
        fixed(type="custom_emoji", custom_emoji_id="1"),
        fixed(type="paid"),
    ),
    max_size=3,
)
requests = joined(
    fixed(chat=groups, date=MOMENTS, user_chat_id=st.sampled_from(PEOPLE)),
    users.map(lambda user: {"from": user}),
    optional(invite_link=links, bio=texts()),
)
reactions = joined(
    fixed(chat=groups, message_id=message_ids, date=MOMENTS, old_reaction=emoji, new_reaction=emoji),
    st.one_of(users.map(lambda user: {"user": user}), groups.map(lambda chat: {"actor_chat": chat})),
)
KINDS: dict[str, Maker] = {
    "message": messages,
    "edited_message": messages.map(lambda message: message | {"edit_date": 1_795_000_000}),
    "channel_post": posts,
    "edited_channel_post": posts,
    "business_message": private_messages,
    "callback_query": st.one_of(own_presses, own_presses, presses),
    "my_chat_member": st.one_of(changes(bots, own_chats), changes(bots, groups)),
    "chat_member": changes(st.one_of(users, users, stand_ins), groups),
    "chat_join_request": requests,
    "message_reaction": reactions,
    "message_reaction_count": fixed(chat=groups, message_id=message_ids, date=MOMENTS, reactions=[]),
    "inline_query": joined(fixed(id="1", query=texts(), offset=""), users.map(lambda user: {"from": user})),
    "chosen_inline_result": joined(fixed(result_id="1", query=texts()), users.map(lambda user: {"from": user})),
    "poll": st.just(poll),
    "poll_answer": fixed(poll_id="1", option_ids=[0], option_persistent_ids=["1"], user=users),
    "pre_checkout_query": joined(
        fixed(id="1", currency="XTR", total_amount=1, invoice_payload="x"), users.map(lambda user: {"from": user})
    ),
    "deleted_business_messages": fixed(business_connection_id="1", chat=own_chats, message_ids=[1]),
    "kind_of_the_future": fixed(id=NUMBERS, user=users),
}


def of_kind(kind: str) -> Maker:
    return KINDS[kind].map(lambda content: {kind: content})


single: Maker = st.one_of(*map(of_kind, KINDS), *map(of_kind, ("message", "callback_query") * 4))


def says(person: int, text: str) -> Json:
    content = {"message_id": 1, "date": 1_795_000_000, "text": text, "entities": _entities(text)}
    user = {"id": person, "is_bot": False, "first_name": f"P{person}", "language_code": "ru" if person % 2 else "en"}
    return {"message": content | {"from": user, "chat": {"id": person, "type": "private"}}}


def presses_on(person: int, carried: str, message_id: int = 1) -> Json:
    place = {"message_id": message_id, "date": 1, "chat": {"id": person, "type": "private"}, "text": "x"}
    user = {"id": person, "is_bot": False, "first_name": f"P{person}"}
    return {
        "callback_query": {"id": str(message_id), "from": user, "chat_instance": "1", "data": carried, "message": place}
    }


def way(person: int, number: int, decision: str, ending: Json) -> list[list[Json]]:
    """A stretch of the newcomer's way with odd things at its joints."""
    slug = f"p{person}-Test-Harvard-CSE-77-3-21"
    deciding = presses_on(ADMIN, decision.format(number))
    begin = [[says(OWNER, "/resume_applications")], [says(person, "/join")]]
    return [*begin, [says(person, slug)], [presses_on(person, "jn:send")], [deciding], [ending]]


ways = st.builds(
    way,
    st.integers(3_000, 3_100),
    st.integers(1, 12),
    st.sampled_from(["apl:ok:{}", "apr:-:{}", "apr:@fix.course:{}", "apl:fix.words:{}"]),
    st.one_of(single, st.sampled_from(PEOPLE).map(lambda person: presses_on(person, "rules-ok"))),
)
# Each list is handed over at once, the next when it is dealt with.
batches: st.SearchStrategy[list[list[Json]]] = st.one_of(
    st.lists(single, min_size=1, max_size=8).map(lambda batch: [batch]),
    st.lists(single, min_size=1, max_size=8).map(lambda batch: [batch]),
    ways,
)
