"""The sandbox's own clips, a real worker with real models, and what comes back: English and Russian."""

from pathlib import Path

import pytest

from tests.journeys.test_speech import listening

PATIENCE_SECONDS = 240


@pytest.mark.timeout(PATIENCE_SECONDS + 120)
@pytest.mark.parametrize(
    ("clip", "language", "model", "words"),
    [
        ("en", "en", "tiny.en", ("meeting", "evening", "bring")),
        ("ru", "ru", "base", ("завтра", "клубе", "встреча")),
    ],
)
async def test_a_clip_comes_back_as_its_words(
    tmp_path: Path, clip: str, language: str, model: str, words: tuple[str, ...]
) -> None:
    """The model is the best that is installed and named; the language is the one that the person chose."""
    changed = {"PLUM_TRANSCRIPTION__MODEL": model, "PLUM_TRANSCRIPTION__ENGINE": "faster-whisper"}
    async with listening(tmp_path, 0.0, ("plumbot", "worker"), **changed) as (it, _):
        ada = it.people.ada
        await ada.start()
        await ada.press("Audio to text")
        await ada.press({"en": "In English", "ru": "In Russian"}[language])
        await ada.sees("✅")
        sent = (await ada.act("clip", chat=ada.user_id, clip_id=clip))["message"]["message_id"]
        answer = await ada.sees("[Delete]", after=sent, within=PATIENCE_SECONDS)
        said = answer["text"].casefold()
        assert [word for word in words if word not in said] == [], said
        [(status, engine, used, found)] = it.asks("SELECT status, engine, model, found_language FROM a2t_jobs")
        assert (status, engine, used, found) == ("done", "faster-whisper", model, language)
