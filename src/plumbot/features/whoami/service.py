"""Who somebody is, answered in a message of its own that a later answer edits."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Profile
from plumbot.features.whoami import repository, rules
from plumbot.features.whoami.schemas import Found
from plumbot.features.whoami.tables import Lookup
from plumbot.kit.clock import Clock
from plumbot.kit.here import Here
from plumbot.kit.outbox.verbs import Answer, Outbox
from plumbot.kit.signals import after_commit

LOOKUPS = "lookups"  # the signal that there is something to look up


class WhoamiService:
    """`lookup` says that operators let a site be asked."""

    def __init__(self, clock: Clock, outbox: Outbox, profiles: Profiles, *, lookup: bool) -> None:
        self._clock = clock
        self._outbox = outbox
        self._profiles = profiles
        self._lookup = lookup

    def own(self, session: Session, person: Person, here: Here) -> None:
        """Oneself; in a group also the chat, and the topic where there is one."""
        place = None if here.private else here.chat_id
        values = {**_person(person), "language": person.language_code, "chat_id": place, "thread_id": here.thread_id}
        self._show(session, here, "whoami.own", **values)

    def author(self, session: Session, person: Person, here: Here) -> None:
        """Who wrote the message that was replied to: the update itself says it."""
        self._show(session, here, "whoami.person", source="message", **_person(person))

    def somebody(self, session: Session, who: str, here: Here) -> None:
        """First what the club's profiles know, then Telegram (by id only), then the site (by name)."""
        asked = rules.asked(who)
        if asked.username is not None:
            known = self._profiles.by_username(session, asked.username)
        else:
            known = self._profiles.find(session, asked.user_id or 0)
        if known is not None and (known.first_name or known.username):
            self._show(session, here, "whoami.person", source="club", **_known(known))
        elif asked.user_id is not None:
            self._ask_telegram(session, asked.user_id, here)
        elif not self._lookup:
            self._show(session, here, "whoami.never_met", username=asked.username)
        else:
            self._ask_site(session, asked.username or "", here)

    def chat_known(self, session: Session, answer: Answer) -> None:
        """Telegram says whose id it is, or that the bot has never met them."""
        note = answer.values
        screen, values = "whoami.unknown_id", {"user_id": note["about"]}
        if answer.ok and answer.result.get("type") == "private":
            screen, values = "whoami.person", {"source": "telegram", **_person(Person.from_telegram(answer.result))}
        self._outbox.show(
            session, note["key"], note["chat_id"], screen, thread=note["thread_id"], reply_to=note["reply_to"], **values
        )

    def answered(self, session: Session, lookup_id: int, found: Found | None, trouble: str | None) -> None:
        """The site's answer, or the msgid that says why there is none; the question is done with."""
        lookup = repository.take(session, lookup_id)
        if lookup is None:
            return
        values: dict[str, Any] = {"username": lookup.username}
        screen = "whoami.unknown_name"
        if trouble is not None:
            screen, values = "whoami.no_answer", values | {"text": trouble}
        elif found is not None:
            screen, values = "whoami.person", {"source": "site", **found.shown()}
        self._outbox.show(session, lookup.key, lookup.chat_id, screen, thread=lookup.thread_id, **values)

    def _ask_telegram(self, session: Session, user_id: int, here: Here) -> None:
        reply_to = None if here.private else here.message_id
        note = {"key": _key(here), "chat_id": here.chat_id, "thread_id": here.thread_id, "reply_to": reply_to}
        self._outbox.call(
            session, _key(here), "getChat", then="whoami.chat_known", then_values=note | {"about": user_id},
            lane=here.user_id, chat_id=user_id,
        )  # fmt: skip

    def _ask_site(self, session: Session, username: str, here: Here) -> None:
        waiting = repository.open_of(session, here.user_id)
        if waiting >= rules.MOST_OPEN_LOOKUPS:
            raise rules.TooManyLookups(n=waiting)
        self._show(session, here, "whoami.asking", username=username)
        session.add(
            Lookup(
                key=_key(here), user_id=here.user_id, chat_id=here.chat_id, thread_id=here.thread_id,
                username=username, created_at=self._clock.now(),
            )
        )  # fmt: skip
        session.flush()
        after_commit(session, LOOKUPS)

    def _show(self, session: Session, here: Here, screen: str, **values: Any) -> None:
        reply_to = None if here.private else here.message_id
        self._outbox.show(
            session, _key(here), here.chat_id, screen, thread=here.thread_id, reply_to=reply_to, **values
        )  # fmt: skip


def _key(here: Here) -> str:
    return f"whoami:{here.seq}"


def _person(person: Person) -> dict[str, Any]:
    return {"user_id": person.user_id, "name": person.name, "username": person.username}


def _known(profile: Profile) -> dict[str, Any]:
    return _person(Person(profile.user_id, profile.first_name, profile.last_name, profile.username))
