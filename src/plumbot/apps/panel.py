"""What the admins' panel is put together from: sections, switches, and what health looks at."""

from dishka import AsyncContainer

from plumbot.apps.ordered_backup import content_from
from plumbot.club.places import Places
from plumbot.features.admin import screens as frame
from plumbot.features.admins import panel_screens as admins
from plumbot.features.applications import panel_screens as applications
from plumbot.features.applications.pausing import PauseService
from plumbot.features.backups import screens as backups
from plumbot.features.blacklist import panel_screens as blacklist
from plumbot.features.digest.service import DigestService
from plumbot.features.karma import panel_screens as karma
from plumbot.features.roster import screens as roster
from plumbot.features.transcription import glance
from plumbot.kit.documents import Documents
from plumbot.kit.settings import Settings

PANEL_SCREENS = (frame, applications, roster, blacklist, karma, admins, backups)


async def add_panel(container: AsyncContainer, places: Places) -> None:
    """What is switched off in the settings has no place here either."""
    settings = await container.get(Settings)
    frame.add_to(places)
    if settings.features.enabled("applications"):
        applications.add_to_panel(places, await container.get(PauseService))
    roster.add_to(places)
    blacklist.add_to_panel(places)
    admins.add_to_panel(places)
    backups.add_to_panel(places)
    (await container.get(Documents)).offer(backups.SOURCE, content_from(settings))
    glance.add_to(places)
    if settings.features.enabled("karma"):
        karma.add_to_panel(places)
    if settings.features.enabled("digest"):
        (await container.get(DigestService)).add_to_panel(places)
