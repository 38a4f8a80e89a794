"""What can listen on this machine, as workers announce it. Looking loads nothing."""

from collections.abc import Sequence

from plumbot.apps import speech
from plumbot.features.transcription.catalogue import ALL, Choice, look, quality
from plumbot.features.transcription.recognition import Recogniser
from plumbot.features.transcription.schemas import Model
from plumbot.kit.settings import Settings


def installed(settings: Settings) -> tuple[Sequence[Model], str | None]:
    """Models that could be loaded; where there are none, why, for operators."""
    catalogue = look(speech.speech_options(settings))
    worst_first = sorted(catalogue.choices, key=quality, reverse=True)
    models = [Model(choice.name, _languages(choice), rank) for rank, choice in enumerate(worst_first, 1)]
    return models, None if models else " ".join(catalogue.missing) or "There is no model."


def recognisers(settings: Settings) -> list[Recogniser]:
    """One recording at a time each; models stay loaded, once for all of them."""
    return speech.recognisers(speech.speech_options(settings), settings.storage.media_dir.absolute())


def _languages(choice: Choice) -> tuple[str, ...]:
    return () if ALL in choice.languages else tuple(sorted(choice.languages))
