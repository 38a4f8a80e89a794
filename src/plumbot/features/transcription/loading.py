"""Which engine serves a wish, loaded once and kept."""

from importlib.util import find_spec

from plumbot.features.transcription.ears import LoudnessEars
from plumbot.features.transcription.pieces import Ears
from plumbot.features.transcription.ports import EngineMissing, SpeechEngine


class LoadedEngines:
    """Engines by name, each loaded at its first use."""

    def __init__(self) -> None:
        self._kept: dict[str, SpeechEngine] = {}
        self._ears = LoudnessEars()

    def ears(self) -> Ears:
        return self._ears

    def engine(self, language: str | None, model: str | None) -> SpeechEngine:
        if find_spec("pocketsphinx") is None:
            raise EngineMissing("no engine is installed")
        if "sphinx" not in self._kept:
            from plumbot.features.transcription.engines.sphinx import SphinxEngine

            self._kept["sphinx"] = SphinxEngine()
        return self._kept["sphinx"]
