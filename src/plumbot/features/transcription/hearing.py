"""Who is there to listen, and with which models: as the workers themselves have said in the database."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from plumbot.features.transcription import repository
from plumbot.features.transcription.catalogue import place_of
from plumbot.features.transcription.rules import NobodyListens, NothingInstalled
from plumbot.features.transcription.schemas import Model
from plumbot.features.transcription.tables import A2TJob, SpeechWorker
from plumbot.kit.clock import Clock
from plumbot.kit.refusals import Refusal


class Hearing:
    """Asked before anything is queued: what nobody can do is refused with the reason."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def announce(self, session: Session, holder: str, models: Sequence[Model], why_not: str | None) -> None:
        """A worker is there; said again and again while it is. `why_not` is for operators."""
        told = [[model.name, list(model.languages), model.rank] for model in models]
        seen = repository.present(session, self._clock.now())
        session.merge(SpeechWorker(holder=holder, models=told, why_not=why_not, seen_at=seen))

    def leave(self, session: Session, holder: str) -> None:
        worker = session.get(SpeechWorker, holder)
        if worker is not None:
            session.delete(worker)

    def why_not(self, session: Session) -> type[Refusal] | None:
        """None when somebody listens."""
        there = self._there(session)
        if any(worker.models for worker in there):
            return None
        return NothingInstalled if there else NobodyListens

    def better_than(self, session: Session, job: A2TJob) -> str | None:
        """The best model for the job's language by the catalogue's table, where it is not the one that was used."""
        language = job.found_language or job.language

        def order(model: Model) -> tuple[int, int]:
            return place_of(model.name, language), -model.rank

        fitting = [model for model in self.models(session) if model.speaks(language)]
        used = [order(model) for model in fitting if model.name in (job.model, f"{job.engine}/{job.model}")]
        best = min(fitting, key=order, default=None)
        if best is None or (used and order(best) >= min(used)):
            return None
        return best.name

    def models(self, session: Session) -> list[Model]:
        said = (model for worker in self._there(session) for model in worker.models)
        return [Model(name, tuple(languages), rank) for name, languages, rank in said]

    def _there(self, session: Session) -> Sequence[SpeechWorker]:
        return repository.workers(session, repository.present(session, self._clock.now()))
