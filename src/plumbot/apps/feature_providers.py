"""dishka's providers of the features: which service stands behind which port, and which setting goes where."""

from zoneinfo import ZoneInfo

from dishka import AnyOf, Provider, Scope, provide

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.events import Events
from plumbot.club.permissions import Permissions
from plumbot.club.places import Places
from plumbot.club.profiles import Profiles
from plumbot.features.admin.service import PanelService
from plumbot.features.admins.service import AdminService
from plumbot.features.admission import ports as admission_ports
from plumbot.features.admission.arrivals import ArrivalService
from plumbot.features.admission.attendance import Attendance
from plumbot.features.admission.door import Door
from plumbot.features.admission.gate import GateService
from plumbot.features.admission.notices import Notices
from plumbot.features.admission.options import AdmissionOptions
from plumbot.features.admission.service import AdmissionService
from plumbot.features.admission.settling import SettlingService
from plumbot.features.admission.upkeep import UpkeepService
from plumbot.features.applications import ports as application_ports
from plumbot.features.applications.applicant import ApplicantView
from plumbot.features.applications.approved import ApprovedApplications
from plumbot.features.applications.cards import Cards
from plumbot.features.applications.cooldown import Cooldown
from plumbot.features.applications.decisions import DecisionService
from plumbot.features.applications.eligibility import Eligibility
from plumbot.features.applications.follow_up import FollowUpService
from plumbot.features.applications.membership import MembershipCheck, MembershipQuestion
from plumbot.features.applications.pausing import PauseService
from plumbot.features.applications.pending import PendingList
from plumbot.features.applications.service import ApplicationService
from plumbot.features.applications.waves import Waves
from plumbot.features.backups.service import BackupService
from plumbot.features.blacklist.bans import Bans
from plumbot.features.blacklist.panel import BlacklistPanel
from plumbot.features.blacklist.service import BlacklistService
from plumbot.features.digest import ports as digest_ports
from plumbot.features.digest.daily import DailyDigest, DigestHour
from plumbot.features.digest.service import DigestService
from plumbot.features.digest.weekly import WeeklyDigest
from plumbot.features.karma.correction import CorrectionService
from plumbot.features.karma.ledger import Ledger
from plumbot.features.karma.options import KarmaOptions
from plumbot.features.karma.service import KarmaService
from plumbot.features.karma.standing import Standing
from plumbot.features.karma.statistics import StatisticsService
from plumbot.features.menu.command_lists import CommandLists
from plumbot.features.menu.commands import CommandService
from plumbot.features.menu.service import ClubFacts, MenuService, PresenceService
from plumbot.features.profile.service import ProfileService
from plumbot.features.roster.panel import RosterPanel
from plumbot.features.roster.service import RosterService
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.settings import Settings


class ListsProvider(Provider):
    """Roster, blacklist and admins."""

    scope = Scope.APP

    roster = provide(RosterService, provides=AnyOf[RosterService, application_ports.Roster, admission_ports.Roster])
    bans = provide(Bans)
    blacklist = provide(
        BlacklistService, provides=AnyOf[BlacklistService, application_ports.Blacklist, admission_ports.Blacklist]
    )
    admins = provide(AdminService)


class PanelProvider(Provider):
    """The admins' panel: its frame, and the sections of the features."""

    scope = Scope.APP

    frame = provide(PanelService)
    pending = provide(PendingList)
    roster = provide(RosterPanel)
    blacklist = provide(BlacklistPanel)
    corrections = provide(CorrectionService)

    @provide
    def backups(self, clock: Clock, outbox: Outbox, audit: Audit, settings: Settings) -> BackupService:
        return BackupService(clock, outbox, audit, encrypted=settings.backup.key is not None)


class ApplicationsProvider(Provider):
    """Applying and deciding."""

    scope = Scope.APP

    waves = provide(Waves)
    approved = provide(ApprovedApplications, provides=AnyOf[ApprovedApplications, admission_ports.Applications])
    question = provide(MembershipQuestion)
    check = provide(MembershipCheck)
    applications = provide(ApplicationService)
    decisions = provide(DecisionService)
    pausing = provide(PauseService)

    @provide
    def zone(self, settings: Settings) -> ZoneInfo:
        return ZoneInfo(settings.club.timezone)

    @provide
    def applicant(self, outbox: Outbox, events: Events, cooldown: Cooldown, zone: ZoneInfo) -> ApplicantView:
        return ApplicantView(outbox, events, cooldown, zone=zone)

    @provide
    def cooldown(self, clock: Clock, settings: Settings) -> Cooldown:
        return Cooldown(clock, reapply_hours=settings.club.reapply_hours)

    @provide
    def cards(
        self,
        clock: Clock,
        outbox: Outbox,
        permissions: Permissions,
        profiles: Profiles,
        roster: application_ports.Roster,
        waves: Waves,
        settings: Settings,
        zone: ZoneInfo,
    ) -> Cards:
        review = settings.club.review_chat_id
        return Cards(clock, outbox, permissions, profiles, roster, waves, review_chat_id=review, zone=zone)

    @provide
    def eligibility(
        self,
        cooldown: Cooldown,
        profiles: Profiles,
        roster: application_ports.Roster,
        blacklist: application_ports.Blacklist,
        invites: application_ports.Invites,
        zone: ZoneInfo,
    ) -> Eligibility:
        return Eligibility(cooldown, profiles, roster, blacklist, invites, zone=zone)

    @provide
    def follow_up(
        self, permissions: Permissions, cards: Cards, applicant: ApplicantView, settings: Settings
    ) -> FollowUpService:
        return FollowUpService(permissions, cards, applicant, remind_hours=settings.club.remind_hours)


class MenuProvider(Provider):
    """The menu and who is there to see it."""

    scope = Scope.APP

    presence = provide(PresenceService)

    @provide
    def command_lists(
        self, places: Places, permissions: Permissions, profiles: Profiles, settings: Settings
    ) -> CommandLists:
        return CommandLists(places, permissions, profiles, settings.club.language)

    @provide
    def command_service(self, lists: CommandLists, clock: Clock, outbox: Outbox) -> CommandService:
        return CommandService(lists, clock, outbox)

    @provide
    def menu(
        self,
        settings: Settings,
        places: Places,
        profiles: Profiles,
        permissions: Permissions,
        events: Events,
        applications: ApplicationService,
    ) -> MenuService:
        rules_url = settings.club.rules_url
        club = ClubFacts(settings.club.name, rules_url, settings.club.language)
        return MenuService(club, places, profiles, permissions, events, [applications])


class KarmaProvider(Provider):
    """Who thanks whom, and what comes of it."""

    scope = Scope.APP

    ledger = provide(Ledger)
    karma = provide(KarmaService)
    statistics = provide(StatisticsService)

    @provide
    def options(self, settings: Settings, zone: ZoneInfo) -> KarmaOptions:
        said = settings.karma
        return KarmaOptions.read(
            said.positive_words, said.positive_reactions, said.negative_reactions, said.pair_daily_cap, zone
        )


class ProfileProvider(Provider):
    """What members are told of themselves: their profile, and the digests."""

    scope = Scope.APP

    standing = provide(Standing, provides=AnyOf[Standing, digest_ports.Changes])
    daily = provide(DailyDigest)
    weekly = provide(WeeklyDigest)

    @provide
    def profile(
        self, clock: Clock, profiles: Profiles, standing: Standing, settings: Settings, zone: ZoneInfo
    ) -> ProfileService:
        known = standing if settings.features.enabled("karma") else None
        card = settings.features.enabled("profile_card")
        return ProfileService(clock, profiles, known, zone=zone, with_card=card)

    @provide
    def digests(self, clock: Clock, profiles: Profiles, audit: Audit, settings: Settings) -> DigestService:
        return DigestService(clock, profiles, audit, weekly_by_default=settings.digest.weekly)

    @provide
    def hour(self, settings: Settings, zone: ZoneInfo) -> DigestHour:
        return DigestHour(settings.digest.time, zone)


class AdmissionProvider(Provider):
    """Links into the club chat, and who comes by them."""

    scope = Scope.APP

    attendance = provide(Attendance)
    door = provide(Door)
    notices = provide(Notices)
    admission = provide(AdmissionService, provides=AnyOf[AdmissionService, application_ports.Invites])
    arrivals = provide(ArrivalService, provides=AnyOf[ArrivalService, application_ports.Inside])
    gate = provide(GateService)
    upkeep = provide(UpkeepService)

    @provide
    def settling(
        self, clock: Clock, outbox: Outbox, club_chat: ClubChat, attendance: Attendance, options: AdmissionOptions
    ) -> SettlingService:
        return SettlingService(clock, outbox, club_chat, attendance, options.settle_a_minute)

    @provide
    def options(self, settings: Settings) -> AdmissionOptions:
        club = settings.club
        return AdmissionOptions(
            club=club.name,
            rules_url=club.rules_url,
            mode=club.admission,
            timezone=club.timezone,
            review_chat_id=club.review_chat_id,
        )
