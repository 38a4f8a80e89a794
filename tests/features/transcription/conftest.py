"""A club whose speech is heard."""

import pytest
from sqlalchemy.orm import Session

from tests.features.conftest import FixedClock
from tests.features.transcription.speech_house import SpeechHouse


@pytest.fixture
def house(session: Session, clock: FixedClock) -> SpeechHouse:
    found = SpeechHouse(clock)
    found.opens(session)
    return found
