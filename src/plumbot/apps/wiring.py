"""Who calls whom: the container, the events and who listens, the answers of calls, timers, places."""

from collections.abc import Mapping, Sequence
from typing import Any

from dishka import AsyncContainer, Provider, make_async_container

from plumbot.apps.embedded_worker import EmbeddedWorker
from plumbot.apps.feature_providers import (
    AdmissionProvider,
    ApplicationsProvider,
    KarmaProvider,
    ListsProvider,
    MenuProvider,
    PanelProvider,
    ProfileProvider,
)
from plumbot.apps.features import state
from plumbot.apps.panel import PANEL_SCREENS, add_panel
from plumbot.apps.personal_providers import PERSONAL, PersonalProvider
from plumbot.apps.providers import ClubProvider, KitProvider
from plumbot.apps.speech_providers import SpeechProvider
from plumbot.club.events import (
    AdminsChanged,
    ApplicationApproved,
    ApplicationClosed,
    Events,
    LanguageChosen,
    MemberArrived,
    MemberLeft,
    PersonBlacklisted,
    PersonReachable,
)
from plumbot.club.places import Places
from plumbot.features.admins import screens as admin_screens
from plumbot.features.admission import screens as admission_screens
from plumbot.features.admission.arrivals import ArrivalService
from plumbot.features.admission.gate import GateService
from plumbot.features.admission.service import AdmissionService
from plumbot.features.admission.settling import SettlingService
from plumbot.features.admission.upkeep import UpkeepService
from plumbot.features.applications import readings as application_readings
from plumbot.features.applications import review_screens
from plumbot.features.applications import screens as application_screens
from plumbot.features.applications.cooldown import Cooldown
from plumbot.features.applications.follow_up import FollowUpService
from plumbot.features.applications.membership import MembershipCheck
from plumbot.features.applications.service import ApplicationService
from plumbot.features.blacklist import screens as blacklist_screens
from plumbot.features.blacklist.bans import Bans
from plumbot.features.digest import screens as digest_screens
from plumbot.features.digest.daily import DailyDigest, DigestHour
from plumbot.features.digest.weekly import WeeklyDigest
from plumbot.features.karma import ranking
from plumbot.features.karma import screens as karma_screens
from plumbot.features.karma.ledger import Ledger
from plumbot.features.karma.service import KarmaService
from plumbot.features.menu import screens as menu_screens
from plumbot.features.menu.commands import CommandService
from plumbot.features.menu.service import PresenceService
from plumbot.features.privacy import person
from plumbot.features.privacy import screens as privacy_screens
from plumbot.features.privacy.service import PrivacyService
from plumbot.features.profile import screens as profile_screens
from plumbot.features.transcription import files as speech_files
from plumbot.features.transcription import readings as transcription_readings
from plumbot.features.transcription import screens as speech_screens
from plumbot.features.transcription.group import GroupSpeech
from plumbot.features.transcription.hearing import Hearing
from plumbot.features.transcription.service import TranscriptionService
from plumbot.features.whoami import screens as whoami_screens
from plumbot.features.whoami.service import WhoamiService
from plumbot.features.whoami.tasks import Lookups
from plumbot.kit import spine_readings
from plumbot.kit.db import SessionManager
from plumbot.kit.documents import Documents
from plumbot.kit.inbox.intake import Observer
from plumbot.kit.inbox.repository import prune
from plumbot.kit.inbox.runner import Then
from plumbot.kit.outbox.pruning import prune_calls
from plumbot.kit.settings import Settings
from plumbot.kit.timers import Timer, each_minute, hourly

# A screen is known once its module is imported: whoever sends needs all of them.
SCREENS = (
    *PANEL_SCREENS,
    admin_screens,
    admission_screens,
    application_screens,
    review_screens,
    blacklist_screens,
    karma_screens,
    digest_screens,
    menu_screens,
    privacy_screens,
    profile_screens,
    speech_screens,
    whoami_screens,
)


def build(settings: Settings, *instead: Provider) -> AsyncContainer:
    """Everything the bot's process is made of, made when it is first asked for; `instead` replaces parts of it."""
    providers = (
        KitProvider(),
        ClubProvider(),
        ListsProvider(),
        PanelProvider(),
        ApplicationsProvider(),
        AdmissionProvider(),
        KarmaProvider(),
        ProfileProvider(),
        MenuProvider(),
        PersonalProvider(),
        SpeechProvider(),
        *instead,
    )
    return make_async_container(*providers, context={Settings: settings})


async def connect(container: AsyncContainer) -> None:
    """Places are filled and listeners subscribed; once, before the first update."""
    places = await container.get(Places)
    for feature in (menu_screens, blacklist_screens, admin_screens, privacy_screens):
        feature.add_to(places)
    places.personal += PERSONAL
    documents = await container.get(Documents)
    documents.offer(privacy_screens.MYDATA, (await container.get(PrivacyService)).document)
    documents.offer(speech_screens.TXT, speech_files.txt)
    documents.offer(speech_screens.SRT, speech_files.subtitles)
    places.readings += (
        *spine_readings.READINGS,
        *application_readings.READINGS,
        *transcription_readings.READINGS,
    )
    _add_switched(places, await container.get(Settings))
    if state((await container.get(Settings)).features, "transcription").on:
        (await container.get(GroupSpeech)).add_to_panel(places)
    await add_panel(container, places)
    events = await container.get(Events)
    admission_service, arrivals = await container.get(AdmissionService), await container.get(ArrivalService)
    follow_up, presence = await container.get(FollowUpService), await container.get(PresenceService)
    events.on(ApplicationApproved, admission_service.on_approved)
    events.on(ApplicationApproved, arrivals.on_approved)
    events.on(ApplicationClosed, admission_service.on_closed)
    events.on(PersonBlacklisted, (await container.get(ApplicationService)).on_blacklisted)
    events.on(PersonBlacklisted, admission_service.on_blacklisted)
    events.on(PersonReachable, follow_up.on_reachable)
    events.on(AdminsChanged, follow_up.on_admins_changed)
    events.on(MemberArrived, presence.on_arrival)
    events.on(MemberLeft, presence.on_leaving)
    events.on(LanguageChosen, presence.on_language)
    commands = await container.get(CommandService)
    changes: tuple[type[Any], ...] = (MemberArrived, MemberLeft, PersonReachable, AdminsChanged, LanguageChosen)
    for event in changes:
        events.on(event, commands.on_change)


def _add_switched(places: Places, settings: Settings) -> None:
    """What can be switched off adds itself only when it is on."""
    profile_screens.add_to(places)
    if settings.features.enabled("applications"):
        application_screens.add_to(places)
    if settings.features.enabled("karma"):
        karma_screens.add_to(places)
    if settings.features.enabled("whoami"):
        whoami_screens.add_to(places)
    if settings.features.enabled("digest"):
        digest_screens.add_to(places)
    if state(settings.features, "transcription").on:
        profile_screens.add_transcribing_to(places)
        speech_screens.add_to(places)


async def call_answers(container: AsyncContainer) -> Mapping[str, Then]:
    """Which service method takes the answer of a call; the names stand in `then=`."""
    return {
        "applications.membership_known": (await container.get(MembershipCheck)).membership_known,
        "admission.link_made": (await container.get(AdmissionService)).link_made,
        "admission.request_answered": (await container.get(GateService)).request_answered,
        "admission.right_checked": (await container.get(UpkeepService)).right_checked,
        "admission.presence_known": (await container.get(SettlingService)).presence_known,
        "blacklist.banned": (await container.get(Bans)).banned,
        "menu.commands_told": (await container.get(CommandService)).commands_told,
        "whoami.chat_known": (await container.get(WhoamiService)).chat_known,
    }


async def timers(container: AsyncContainer) -> Sequence[Timer]:
    follow_up, admission_service = await container.get(FollowUpService), await container.get(AdmissionService)
    settling = await container.get(SettlingService)
    applying = (await container.get(Settings)).features.enabled("applications")
    return [
        *([Timer("applications.remind", hourly, follow_up.remind)] if applying else []),
        Timer("applications.end_cooldowns", hourly, (await container.get(Cooldown)).prune),
        Timer("admission.expire_links", each_minute, admission_service.expire_links),
        Timer("admission.ask_again", hourly, (await container.get(UpkeepService)).ask_again),
        Timer("admission.settle_presence", each_minute, settling.settle_presence),
        Timer("inbox.prune", hourly, prune),
        Timer("outbox.prune_calls", hourly, prune_calls),
        Timer("privacy.tidy", hourly, person.tidy),
        Timer("speech.forget", hourly, (await container.get(TranscriptionService)).forget_old),
        *await _karma_timers(container),
        *await _digest_timers(container),
        *await _command_timers(container),
    ]


async def patrols(container: AsyncContainer) -> Sequence[Lookups | EmbeddedWorker]:
    """What asks the world outside, away from the lanes, and the worker where it lives with the bot."""
    settings = await container.get(Settings)
    features, beside = settings.features, list[Lookups | EmbeddedWorker]()
    if features.enabled("whoami_lookup"):
        beside.append(await container.get(Lookups))
    if features.transcription and settings.worker_embedded:
        sessions, hearing = await container.get(SessionManager), await container.get(Hearing)
        beside.append(EmbeddedWorker(settings, sessions, hearing))
    return beside


async def _digest_timers(container: AsyncContainer) -> Sequence[Timer]:
    if not (await container.get(Settings)).features.enabled("digest"):
        return []
    hour, daily = await container.get(DigestHour), await container.get(DailyDigest)
    return [
        Timer("digest.daily", hour.slot, daily.begin, daily.carry_on),
        Timer("digest.weekly", hour.slot, (await container.get(WeeklyDigest)).tell),
    ]


async def _command_timers(container: AsyncContainer) -> Sequence[Timer]:
    """At each start that brings other commands, and once a day."""
    commands = await container.get(CommandService)
    return [Timer("commands.tell", commands.slot, commands.begin, commands.carry_on)]


async def _karma_timers(container: AsyncContainer) -> Sequence[Timer]:
    """Also when karma is off: what was learnt before is to be forgotten in time."""
    karma, ledger = await container.get(KarmaService), await container.get(Ledger)
    return [
        Timer("karma.forget_old_messages", hourly, karma.forget_old_messages),
        Timer("karma.count_days", each_minute, ledger.count_days_in_our_zone),
        Timer("karma.set_marks", each_minute, ranking.set_marks),
    ]


async def observers(container: AsyncContainer) -> Sequence[Observer]:
    """Who wants to see the plain talk of groups."""
    features = (await container.get(Settings)).features
    observers: list[Observer] = []
    if features.enabled("karma"):
        observers.append((await container.get(KarmaService)).observe)
    if features.enabled("transcription"):
        observers.append((await container.get(GroupSpeech)).observe)
    return observers
