"""What doctor finds about speech: who would recognise which language, what is missing, how to get something better."""

from collections.abc import Iterator
from importlib.util import find_spec

from plumbot.apps.findings import Finding, warn
from plumbot.apps.speech import speech_options
from plumbot.features.transcription.catalogue import OFFERED, ONNX, ORDER, PACKAGES, WHISPER, Catalogue, look, remedy
from plumbot.features.transcription.models import whisper_models
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.ports import EngineMissing
from plumbot.kit.settings import Settings

ABOUT = "speech"
NAMES = {"ru": "Russian", "en": "English"}


def look_at_speech(settings: Settings) -> list[Finding]:
    if not settings.features.enabled("transcription"):
        return []
    options = speech_options(settings)
    catalogue = look(options)
    if not catalogue.choices:
        return [told("Nothing recognises speech here: the menu says that it is off.", " ".join(catalogue.missing))]
    languages = (language_finding(catalogue, options, language) for language in OFFERED)
    return [*languages, *model_findings(catalogue, options)]


def language_finding(catalogue: Catalogue, options: SpeechOptions, language: str) -> Finding:
    ranked = catalogue.ranked(language)
    advice = better_advice(catalogue, options, language)
    if not ranked:
        return told(f"{NAMES[language]} is understood by nothing that is here.", advice)
    after = f" (then {', '.join(choice.name for choice in ranked[1:])})" if ranked[1:] else ""
    return told(f"{NAMES[language]} is recognised by {ranked[0].name}{after}.", advice)


def told(says: str, todo: str = "") -> Finding:
    """Speech is an extra: what is missing is told with its remedy, and nothing is wrong with the club for it."""
    return Finding("ok", ABOUT, says, todo)


def better_advice(catalogue: Catalogue, options: SpeechOptions, language: str) -> str:
    """One command for the best of the table, where it is not there yet and another engine may be used."""
    best = ORDER[language][0]
    engine, _, model = best.partition("/")
    if engine != ONNX or catalogue.named(best) or options.engine not in {"auto", ONNX}:
        return ""
    install = "" if find_spec(PACKAGES[ONNX]) else f"{remedy(ONNX)}, then "
    return f"Better on a CPU: {install}plumbot transcribe --download {model}"


def model_findings(catalogue: Catalogue, options: SpeechOptions) -> Iterator[Finding]:
    """The model that was asked for, and those that are damaged."""
    whisper = {choice.model for choice in catalogue.choices if choice.engine == WHISPER}
    if whisper and catalogue.preferred not in whisper:
        says = f"PLUM_TRANSCRIPTION__MODEL is {catalogue.preferred}, which is not here."
        yield told(says, f"plumbot transcribe --download {catalogue.preferred}")
    for name, files in whisper_models(options.models, options.model_path).items():
        try:
            files.checked()
        except EngineMissing as fault:
            yield warn(ABOUT, f"The model {name} cannot be used: {fault.detail}", "Fetch it again, or remove it.")
    yield told("Models: " + ", ".join(choice.name for choice in catalogue.choices) + ".")
