"""A voice message's way to its words: the bot queues it, a worker of its own listens, one message tells of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.sandbox.options import CLUB_ID
from tests.support.club import Club, club
from tests.support.phones import labels_of
from tests.support.speech import WorkerProcess, recording

MEASURING = ("tests.support.speech",)
SLOW = 8.0  # seconds that the engine takes for a piece: long enough to be seen at work, on a busy machine too


@asynccontextmanager
async def listening(
    folder: Path, seconds_a_piece: float = 0.0, command: tuple[str, ...] = MEASURING, **changed: str
) -> AsyncIterator[tuple[Club, WorkerProcess]]:
    """A club whose bot has a worker beside it."""
    media = {"PLUM_STORAGE__MEDIA_DIR": str(folder / "media")}
    async with club(folder, started=True, **{**media, **changed}) as it:
        worker = WorkerProcess(it.variables(), folder, seconds_a_piece, command)
        await worker.start()
        try:
            await worker.listens()
            yield it, worker
        finally:
            await worker.stop()


async def test_a_voice_message_is_answered_by_its_words(tmp_path: Path) -> None:
    async with listening(tmp_path) as (it, worker):
        mira = it.people.mira
        await mira.start()
        sent = await mira.says(recording(2_000))
        answer = await mira.sees("seconds.", after=sent)
        assert answer["reply_to_message_id"] == sent
        assert labels_of(answer)[-1] == "Удалить"
        assert it.asks("SELECT status, attempts, engine FROM a2t_jobs") == [("done", 1, "measuring")]
        again = await mira.says(recording(2_000))
        await mira.sees("seconds.", after=again)
        assert it.asks("SELECT count(*), sum(attempts) FROM a2t_jobs") == [(2, 1)], "known already"
        await mira.press("Удалить", on=answer)
        await it.settles()
        assert [one for one in await mira.messages() if one["message_id"] == answer["message_id"]] == []
        assert " seconds." not in worker.said(), "nothing of what was said is in the log"
    assert list((tmp_path / "media").rglob("*")) == [], "no file is left behind"


async def test_cancel_stops_the_work_and_retry_begins_anew(tmp_path: Path) -> None:
    async with listening(tmp_path, SLOW) as (it, worker):
        mira = it.people.mira
        await mira.start()
        await mira.says(recording(1_500))
        await mira.sees("%", "[Отмена]")
        await mira.press("Отмена")
        await mira.sees("Отменено", "[Повторить]")
        assert it.asks("SELECT status FROM a2t_jobs") == [("cancelled",)]
        await mira.press("Повторить")
        await mira.sees("seconds.")
        assert it.asks("SELECT status FROM a2t_jobs ORDER BY id") == [("cancelled",), ("done",)]
        assert worker.kept() == [2]


async def test_a_worker_that_dies_is_told_and_another_goes_on(tmp_path: Path) -> None:
    async with listening(tmp_path, SLOW) as (it, worker):
        mira = it.people.mira
        await mira.start()
        await mira.says(recording(1_500))
        await mira.sees("%")
        await worker.kill()
        assert list((tmp_path / "media").rglob("of-*")), "a kill leaves the file, for the next one to sweep"
        await worker.start()
        await mira.sees("Начинаю сначала")
        await mira.sees("seconds.")
        assert it.asks("SELECT status, attempts, failures FROM a2t_jobs") == [("done", 2, 1)]


async def test_in_the_clubs_chat_a_reply_or_a_reaction_asks(tmp_path: Path) -> None:
    async with listening(tmp_path, PLUM_TRANSCRIPTION__GROUP="reply") as (it, _):
        mira, ada, oleg = it.people.mira, it.people.ada, it.people.oleg
        said = await oleg.says(recording(1_000), CLUB_ID)
        asked = await mira.send("/text", CLUB_ID, reply_to=said)
        answer = await ada.sees("seconds.", chat=CLUB_ID, after=asked)
        assert answer["reply_to_message_id"] == said
        other = await oleg.says(recording(1_700), CLUB_ID)
        await ada.act("react", chat=CLUB_ID, message_id=other, emoji=["✍"])
        answer = await mira.sees("seconds.", chat=CLUB_ID, after=other)
        assert answer["reply_to_message_id"] == other
        await it.does(_opt_out, oleg.user_id)
        third = await oleg.says(recording(1_300), CLUB_ID)
        refused = await mira.send("/text", CLUB_ID, reply_to=third)
        await mira.sees("does not want to be transcribed", chat=CLUB_ID, after=refused)


def _opt_out(session: Session, user_id: int) -> None:
    session.execute(update(Profile).where(Profile.user_id == user_id).values(transcribe=False))


async def test_without_a_worker_the_menu_says_why_and_the_rest_works(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        mira = it.people.mira
        await mira.start()
        await mira.press("Аудио в текст")
        await mira.sees("сейчас не работает")
        sent = await mira.says(recording(1_000))
        await mira.sees("сейчас не работает", after=sent)
        await mira.send("/help")
        await mira.sees("/text")
        assert it.asks("SELECT count(*) FROM a2t_jobs") == [(0,)]


@pytest.mark.parametrize(
    ("kind", "name"), [("audio", "song.wav"), ("video_note", "note.wav"), ("document", "talk.wav")]
)
async def test_every_kind_of_recording_is_heard(tmp_path: Path, kind: str, name: str) -> None:
    async with listening(tmp_path) as (it, _):
        sent = await it.people.ada.says(recording(1_000), kind=kind, name=name)
        await it.people.ada.sees("seconds.", after=sent)
