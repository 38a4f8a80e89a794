"""Real speech through the whole pipeline: a phone, the bot, a worker with real models, and what comes back."""

import json
from pathlib import Path

import pytest

from plumbot.apps.benches.word_errors import word_error_percent
from tests.features.transcription.conftest import SPEECH, Clip, recording
from tests.journeys.test_speech import listening
from tests.support.club import Club
from tests.support.phones import Json

PATIENCE_SECONDS = 240
WORKER = ("plumbot", "worker")
MOST_ERRORS_PERCENT = 15
CHOICES = {"en": "In English", "ru": "In Russian"}

# espeak-ng -v ru -g 4 -s 150: one of the few Russian sentences in this voice that Whisper base understands
SYNTHETIC = Clip(Path(__file__).parent / "recordings" / "espeak_ru.ogg", "ru", "Спасибо за внимание, до новых встреч.")

pytestmark = pytest.mark.timeout(PATIENCE_SECONDS + 120)


@pytest.fixture
def dickens() -> Clip:
    """44 seconds."""
    return Clip(recording("two_cities.wav"), "en", json.loads((SPEECH / "clips.json").read_text("utf-8"))[-1]["text"])


def models(name: str) -> dict[str, str]:
    return {"PLUM_TRANSCRIPTION__MODEL": name, "PLUM_TRANSCRIPTION__ENGINE": "faster-whisper"}


async def chooses(it: Club, language: str) -> None:
    ada = it.people.ada
    await ada.start()
    await ada.press("Audio to text")
    page = await ada.sees(*CHOICES.values())  # a result, too, offers other languages, but never both
    await ada.press(CHOICES[language], on=page)
    await ada.sees(f"✅ {CHOICES[language]}")


async def answered(it: Club, sent: int, language: str, model: str) -> Json:
    """The message with the words, of a job that one worker did with this model at the first attempt."""
    answer = await it.people.ada.sees("[Delete]", after=sent, within=PATIENCE_SECONDS)
    assert answer["reply_to_message_id"] == sent
    newest = "SELECT status, attempts, engine, model, found_language FROM a2t_jobs ORDER BY id DESC LIMIT 1"
    assert it.asks(newest) == [("done", 1, "faster-whisper", model, language)]
    return answer


async def errors_percent(it: Club, clip: Clip, seconds: int, model: str) -> float:
    """Of the words that the person reads."""
    sent = await it.people.ada.says(clip.path.read_bytes(), seconds=seconds, name=clip.path.name)
    answer = await answered(it, sent, clip.language, model)
    [(text,)] = it.asks("SELECT text FROM a2t_jobs ORDER BY id DESC LIMIT 1")
    assert text in answer["text"]
    return word_error_percent([(clip.text, text)])


@pytest.mark.parametrize("model", ["tiny.en", pytest.param("base", marks=pytest.mark.soak)])
async def test_the_long_english_recording_comes_back_as_its_words(tmp_path: Path, dickens: Clip, model: str) -> None:
    async with listening(tmp_path, 0.0, WORKER, **models(model)) as (it, _):
        await chooses(it, "en")
        assert await errors_percent(it, dickens, 44, model) <= MOST_ERRORS_PERCENT


@pytest.mark.soak
async def test_a_russian_recording_comes_back_as_its_words(tmp_path: Path) -> None:
    async with listening(tmp_path, 0.0, WORKER, **models("base")) as (it, _):
        await chooses(it, "ru")
        assert await errors_percent(it, SYNTHETIC, 4, "base") <= MOST_ERRORS_PERCENT


@pytest.mark.parametrize(
    ("language", "model", "words"),
    [
        pytest.param("en", "tiny.en", ("meeting", "evening", "bring"), marks=pytest.mark.soak),
        ("ru", "base", ("завтра", "клубе", "встреча")),
    ],
)
async def test_a_clip_of_the_sandbox_comes_back_as_its_words(
    tmp_path: Path, language: str, model: str, words: tuple[str, ...]
) -> None:
    """The model is the best that is installed and named; the language is the one that the person chose."""
    async with listening(tmp_path, 0.0, WORKER, **models(model)) as (it, _):
        await chooses(it, language)
        ada = it.people.ada
        sent = (await ada.act("clip", chat=ada.user_id, clip_id=language))["message"]["message_id"]
        said = (await answered(it, sent, language, model))["text"].casefold()
        assert [word for word in words if word not in said] == [], said
