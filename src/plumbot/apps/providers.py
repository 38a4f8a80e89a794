"""dishka's providers of the two lower floors: plumbing and the club's nouns, made from settings."""

from dishka import Provider, Scope, from_context, provide
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.events import Events
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.places import Places
from plumbot.club.profiles import Profiles
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock, SystemClock
from plumbot.kit.databases import open_database
from plumbot.kit.db import SessionManager
from plumbot.kit.documents import Documents
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.outbox.sender import SenderHooks
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.refusals import N_
from plumbot.kit.settings import Settings
from plumbot.kit.signals import Signals
from plumbot.kit.telegram.client import TelegramClient

LOST = N_("Telegram does not take {key}: {error}\nNobody will be told it again; please look into it.")
MOVED = N_("Telegram moved the club's chat from {old} to {new}. The bot has followed; set PLUM_CLUB__CHAT_ID={new}.")


class KitProvider(Provider):
    """The clock, the database, the outbox and the way to Telegram."""

    scope = Scope.APP
    settings = from_context(Settings)

    @provide
    def clock(self) -> Clock:
        return SystemClock()

    signals = provide(Signals)

    @provide
    def sessions(self, settings: Settings, signals: Signals) -> SessionManager:
        return open_database(settings.database.url.get_secret_value(), signals)

    outbox = provide(Outbox)
    documents = provide(Documents)

    @provide
    def limits(self) -> Limits:
        return Limits()

    @provide
    def alerts(self, outbox: Outbox, settings: Settings) -> Alerts:
        return Alerts(outbox, settings.club.alert_chat_id or settings.club.owner_id)

    @provide
    def client(self, settings: Settings) -> TelegramClient:
        return TelegramClient(settings.telegram.require_token(), settings.telegram.api_url)


class ClubProvider(Provider):
    """People, rights, language, audit, events and places."""

    scope = Scope.APP

    audit = provide(Audit)
    events = provide(Events)

    @provide
    def places(self) -> Places:
        return Places()

    @provide
    def profiles(self, clock: Clock, settings: Settings) -> Profiles:
        return Profiles(clock, settings.karma.start)

    @provide
    def permissions(self, settings: Settings) -> Permissions:
        return Permissions(settings.club.owner_id)

    @provide
    def languages(self, settings: Settings) -> Languages:
        return Languages(settings.club.language)

    @provide
    def club_chat(self, settings: Settings) -> ClubChat:
        return ClubChat(settings.club.chat_id)

    @provide
    def sender_hooks(
        self, languages: Languages, profiles: Profiles, chat: ClubChat, alerts: Alerts, documents: Documents
    ) -> SenderHooks:
        def unreachable(session: Session, chat_id: int) -> None:
            person = profiles.find(session, chat_id)
            if person is not None:
                person.reachable = False

        def migrated(session: Session, old: int, new: int) -> None:
            if chat.moved(session, old, new):
                alerts.tell(session, f"moved:{new}", MOVED, old=old, new=new)

        def lost(session: Session, key: str, error: str) -> None:
            alerts.tell(session, f"lost:{key}", LOST, key=key, error=error)

        return SenderHooks(languages.of, unreachable, migrated, lost, documents)
