"""What has to be true before a job is queued."""

from sqlalchemy.orm import Session

from plumbot.club.profiles import Profiles
from plumbot.features.transcription import repository, rules
from plumbot.features.transcription.hearing import Hearing
from plumbot.features.transcription.limits import SpeechLimits
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.clock import Clock


class Admitting:
    """Raises the first refusal that there is. Whether the person is a member, the door has asked already."""

    def __init__(self, clock: Clock, profiles: Profiles, hearing: Hearing, options: SpeechLimits) -> None:
        self._clock = clock
        self._profiles = profiles
        self._hearing = hearing
        self.options = options

    def check_clip(self, session: Session, job: A2TJob) -> None:
        """About the recording, whoever asks."""
        speaker = self._profiles.find(session, job.speaker_id) if job.speaker_id else None
        if speaker is not None and not speaker.transcribe:
            raise rules.OptedOut
        rules.check_size(job.file_size, self.options.largest_bytes)
        rules.check_length(job.audio_seconds, self.options.max_seconds)
        if repository.open_about(session, job.chat_id or 0, job.message_id or 0):
            raise rules.AlreadyAsked

    def check_person(self, session: Session, job: A2TJob) -> None:
        """About who asks, and whether anybody listens; what is known already costs nothing."""
        refusal = self._hearing.why_not(session)
        if refusal is not None:
            raise refusal
        rules.check_open(repository.open_of(session, job.user_id), self.options.open_jobs)
        now = self._clock.now()
        begin, end = rules.day_of(now, self.options.zone)
        jobs, seconds = repository.used_since(session, job.user_id, begin)
        most = self.options
        rules.check_day(jobs, seconds, job.audio_seconds, most.daily_jobs, most.daily_minutes, end - now)
