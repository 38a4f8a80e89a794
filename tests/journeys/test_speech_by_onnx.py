"""A voice message's whole way where nothing but the extra `onnx` is installed, with a model that the test makes."""

from pathlib import Path

from tests.features.transcription.conftest import SPEECH
from tests.features.transcription.tiny_models import nemo_ctc
from tests.journeys.test_speech import listening
from tests.support.phones import labels_of

ONLY_ONNX = ("tests.support.only_onnx",)


async def test_a_voice_message_becomes_text_with_nothing_but_onnx(tmp_path: Path) -> None:
    model = nemo_ctc(tmp_path / "tiny-ru")
    changed = {"PLUM_TRANSCRIPTION__ONNX_MODEL_PATH": str(model), "PLUM_CLUB__LANGUAGE": "ru"}
    async with listening(tmp_path, 0.0, ONLY_ONNX, **changed) as (it, worker):
        mira = it.people.mira
        await mira.start()
        sent = await mira.says((SPEECH / "ru02.ogg").read_bytes(), seconds=6)
        answer = await mira.sees("[Удалить]", after=sent)
        assert answer["reply_to_message_id"] == sent
        [(text, *about)] = it.asks("SELECT text, status, engine, model, found_language FROM a2t_jobs")
        assert about == ["done", "onnx", "tiny-ru", "ru"]
        assert set(text.split()) == {"да"}
        assert text in answer["text"]
        assert labels_of(answer) == ["Удалить"], "no other language and no better model: nothing here knows any"
    assert "faster" not in worker.said()
