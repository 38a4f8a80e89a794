"""Recognition, made from the settings: for the worker, the command line and the bench."""

from dataclasses import replace
from pathlib import Path

from plumbot.features.transcription.decoding import Decoder, DecodingLimits
from plumbot.features.transcription.loading import LoadedEngines
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.recognition import Recogniser
from plumbot.kit.settings import Settings

MODELS = "models"


def speech_options(settings: Settings) -> SpeechOptions:
    chosen = settings.transcription
    return SpeechOptions(
        engine=chosen.engine,
        model=chosen.model,
        model_path=chosen.model_path,
        vosk_model_path=chosen.vosk_model_path,
        onnx_model_path=chosen.onnx_model_path,
        models=settings.storage.media_dir / MODELS,
        threads=chosen.threads,
        at_once=chosen.workers,
        max_seconds=chosen.max_seconds,
        club_language=settings.club.language,
    )


def recogniser(options: SpeechOptions, scratch: Path | None = None) -> Recogniser:
    """Loads nothing yet. `scratch`: where samples that do not fit in memory lie, without a name."""
    return recognisers(replace(options, at_once=1), scratch)[0]


def recognisers(options: SpeechOptions, scratch: Path | None = None) -> list[Recogniser]:
    """As many as may work at once; they share what they load."""
    engines, limits = LoadedEngines(options), DecodingLimits(max_seconds=options.max_seconds)
    return [Recogniser(engines, Decoder(limits, scratch)) for _ in range(options.at_once)]
