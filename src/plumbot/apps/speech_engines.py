"""What can listen on this machine, made from settings."""

from collections.abc import Sequence

from plumbot.features.transcription.decoding import Decoder, DecodingLimits
from plumbot.features.transcription.loading import LoadedEngines
from plumbot.features.transcription.ports import EngineMissing
from plumbot.features.transcription.recognition import Recogniser
from plumbot.features.transcription.schemas import Model
from plumbot.kit.settings import Settings


def installed(_settings: Settings) -> tuple[Sequence[Model], str | None]:
    """Models that could be loaded; where there are none, why."""
    try:
        engine = LoadedEngines().engine(None, None)
    except EngineMissing as missing:
        return (), missing.detail
    return (Model(engine.model, ("en",), 1),), None


def recogniser(settings: Settings) -> Recogniser:
    """One recording at a time; its models stay loaded."""
    said = settings.transcription
    limits = DecodingLimits(max_seconds=said.max_seconds)
    return Recogniser(LoadedEngines(), Decoder(limits, settings.storage.media_dir.absolute()))
