"""dishka's provider of transcription: the same for the bot, which asks, and for workers, who listen."""

from zoneinfo import ZoneInfo

from dishka import Provider, Scope, provide

from plumbot.apps import speech_queues
from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.permissions import Permissions
from plumbot.features.transcription.admitting import Admitting
from plumbot.features.transcription.group import GroupSpeech
from plumbot.features.transcription.hearing import Hearing
from plumbot.features.transcription.jobs import JobService
from plumbot.features.transcription.limits import SpeechLimits
from plumbot.features.transcription.queueing import Queue
from plumbot.features.transcription.rules import largest_bytes
from plumbot.features.transcription.service import TranscriptionService
from plumbot.features.transcription.telling import Telling
from plumbot.kit.clock import Clock
from plumbot.kit.settings import Settings


class SpeechProvider(Provider):
    """Speech becomes text."""

    scope = Scope.APP

    hearing = provide(Hearing)
    telling = provide(Telling)
    admitting = provide(Admitting)
    speech = provide(TranscriptionService)
    jobs = provide(JobService)

    queue = provide(staticmethod(speech_queues.queue), provides=Queue)

    @provide
    def options(self, settings: Settings, zone: ZoneInfo) -> SpeechLimits:
        said = settings.transcription
        return SpeechLimits(
            zone=zone,
            largest_bytes=largest_bytes(settings.telegram.api_url),
            max_seconds=said.max_seconds,
            open_jobs=said.open_jobs,
            daily_jobs=said.daily_jobs,
            daily_minutes=said.daily_minutes,
            group=said.group,
        )

    @provide
    def group(
        self, clock: Clock, club_chat: ClubChat, permissions: Permissions, speech: TranscriptionService, audit: Audit,
        settings: Settings,
    ) -> GroupSpeech:  # fmt: skip
        return GroupSpeech(clock, club_chat, permissions, speech, audit, settings.transcription.group)
