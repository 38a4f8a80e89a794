"""dishka's providers for whoami and privacy, and what each feature keeps of people."""

from collections.abc import Sequence

from dishka import Provider, Scope, provide

from plumbot.club.places import PersonalData
from plumbot.club.profiles import Profiles
from plumbot.features.admins.personal import ADMINS
from plumbot.features.admission.personal import ADMISSION
from plumbot.features.applications.leaving import Leaving
from plumbot.features.applications.personal import APPLICATIONS
from plumbot.features.blacklist.personal import BLACKLIST
from plumbot.features.karma.personal import KARMA
from plumbot.features.privacy import ports as privacy_ports
from plumbot.features.privacy.service import PrivacyService
from plumbot.features.roster.personal import ROSTER
from plumbot.features.transcription.personal import TRANSCRIPTION
from plumbot.features.whoami.personal import WHOAMI
from plumbot.features.whoami.ports import Directory
from plumbot.features.whoami.service import WhoamiService
from plumbot.features.whoami.site import Manners, Site
from plumbot.features.whoami.tasks import Lookups
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.settings import Settings

# Also of features that are switched off: what they kept before is still a person's own.
PERSONAL: Sequence[PersonalData] = (
    APPLICATIONS, ADMISSION, ROSTER, BLACKLIST, ADMINS, KARMA, TRANSCRIPTION, WHOAMI,
)  # fmt: skip


class PersonalProvider(Provider):
    """Who somebody is, and what is kept of them."""

    scope = Scope.APP

    leaving = provide(Leaving, provides=privacy_ports.Applications)
    privacy = provide(PrivacyService)
    lookups = provide(Lookups)

    @provide
    def whoami(self, clock: Clock, outbox: Outbox, profiles: Profiles, settings: Settings) -> WhoamiService:
        return WhoamiService(clock, outbox, profiles, lookup=settings.features.whoami_lookup)

    @provide
    def directory(self, settings: Settings) -> Directory:
        whoami = settings.whoami
        return Site(whoami.base_url, Manners(whoami.timeout_seconds, whoami.per_minute))
