"""Real models, loaded once, and real speech."""

import json
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from plumbot.apps.speech import recogniser
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.ports import SAMPLE_RATE
from plumbot.features.transcription.recognition import Recogniser
from tests.features.conftest import FixedClock
from tests.features.transcription.speech_house import SpeechHouse
from tests.support.house import SOURCE

SPEECH = SOURCE / "assets" / "speech"


@dataclass(frozen=True)
class Clip:
    """A file and what is said in it."""

    path: Path
    language: str
    text: str


def recording(name: str) -> Path:
    """A real recording that comes with a package of the test group."""
    spec = find_spec("moonshine_voice")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "assets" / name


@pytest.fixture(scope="session")
def clips() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((SPEECH / "clips.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def dickens(clips: list[dict[str, Any]]) -> Clip:
    return Clip(recording("two_cities.wav"), "en", clips[-1]["text"])


@pytest.fixture(scope="session")
def beckett(clips: list[dict[str, Any]]) -> Clip:
    return Clip(recording("beckett.wav"), "en", clips[-2]["text"])


@pytest.fixture(scope="session")
def russian(clips: list[dict[str, Any]]) -> list[Clip]:
    return [Clip(SPEECH / clip["file"], "ru", clip["text"]) for clip in clips if clip["language"] == "ru"]


@pytest.fixture(scope="session")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recogniser]:
    """The recogniser of `make demo`: packaged models, each loaded when it is first wanted."""
    made = recogniser(SpeechOptions(models=tmp_path_factory.mktemp("models")))
    yield made
    made.close()


def written(path: Path, samples: np.ndarray[Any, Any]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32000).astype("<i2").tobytes())
    return path


@pytest.fixture
def house(session: Session, clock: FixedClock) -> SpeechHouse:
    """A club whose speech is heard."""
    found = SpeechHouse(clock)
    found.opens(session)
    return found
