"""Files up and down."""

import struct
import zlib
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from plumbot.sandbox import clips, images
from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import NINA, BotClient, Page


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture(autouse=True)
def nina_has_started(sandbox: RunningSandbox) -> None:
    sandbox.act(NINA, "start")


async def send(bot: BotClient, method: str, field: str, data: bytes, name: str, **more: Any) -> dict[str, Any]:
    form = aiohttp.FormData({"chat_id": str(NINA), **more})
    form.add_field(field, data, filename=name)
    async with bot.http.post(f"{bot.sandbox.bot_url}/{method}", data=form) as answer:
        body: dict[str, Any] = await answer.json()
        return body


async def upload(page: Page, **fields: Any) -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData()
    for name, value in fields.items():
        if isinstance(value, bytes):
            form.add_field(name, value, filename="voice.ogg", content_type="audio/ogg")
        else:
            form.add_field(name, str(value))
    async with page.http.post(f"{page.url}/api/upload", data=form, headers={"X-Sandbox": "1"}) as answer:
        return answer.status, await answer.json()


async def test_a_photo_is_measured_and_can_be_sent_again_by_its_id(bot: BotClient) -> None:
    body = await send(bot, "sendPhoto", "photo", png(30, 20), "x.png", caption="<i>x</i>", parse_mode="HTML")
    (size,) = body["result"]["photo"]
    assert (size["width"], size["height"]) == (30, 20)
    assert body["result"]["caption_entities"][0]["type"] == "italic"
    again = await bot.ok("sendPhoto", chat_id=NINA, photo=size["file_id"])
    assert again["photo"][0]["file_unique_id"] == size["file_unique_id"]


async def test_what_is_no_picture_is_refused_as_a_photo(bot: BotClient) -> None:
    body = await send(bot, "sendPhoto", "photo", b"not a picture", "x.png")
    assert body["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    assert "there is no photo" in await bot.refused("sendPhoto", chat_id=NINA)
    assert "wrong file identifier" in await bot.refused("sendPhoto", chat_id=NINA, photo="nonsense")
    empty = await send(bot, "sendDocument", "document", b"", "x.txt")
    assert empty["description"] == "Bad Request: file must be non-empty"


async def test_a_caption_holds_1024_units(bot: BotClient) -> None:
    body = await send(bot, "sendDocument", "document", b"x", "x.txt", caption="x" * 1025)
    assert body["description"] == "Bad Request: message caption is too long"


async def test_a_text_cannot_become_a_caption(bot: BotClient) -> None:
    sent = await bot.say(NINA)
    place = {"chat_id": NINA, "message_id": sent["message_id"]}
    assert "there is no caption" in await bot.refused("editMessageCaption", **place, caption="x")
    photo = (await send(bot, "sendPhoto", "photo", png(3, 3), "x.png"))["result"]
    place["message_id"] = photo["message_id"]
    assert "there is no text" in await bot.refused("editMessageText", **place, text="x")
    assert (await bot.ok("editMessageCaption", **place, caption="y"))["caption"] == "y"


async def test_media_is_replaced_in_place(bot: BotClient) -> None:
    photo = (await send(bot, "sendPhoto", "photo", png(3, 3), "x.png"))["result"]
    media = '{"type":"photo","media":"attach://new","caption":"now"}'
    form = aiohttp.FormData({"chat_id": str(NINA), "message_id": str(photo["message_id"]), "media": media})
    form.add_field("new", png(4, 4), filename="y.png")
    async with bot.http.post(f"{bot.sandbox.bot_url}/editMessageMedia", data=form) as answer:
        edited = (await answer.json())["result"]
    assert (edited["photo"][0]["width"], edited["caption"]) == (4, "now")


async def test_a_voice_message_from_the_page_can_be_downloaded(bot: BotClient, page: Page) -> None:
    status, body = await upload(page, **{"as": NINA}, chat=NINA, kind="voice", duration="3.4", file=b"OggS voice")
    assert status == 200, body
    message = (await bot.of_kind("message"))[-1]
    voice = message["voice"]
    assert (voice["duration"], voice["mime_type"], voice["file_size"]) == (3, "audio/ogg", 10)
    path = (await bot.ok("getFile", file_id=voice["file_id"]))["file_path"]
    assert path.startswith("voice/file_")
    address = f"{bot.sandbox.api_url}/file/bot{bot.sandbox.token}/{path}"
    async with bot.http.get(address) as answer:
        assert await answer.read() == b"OggS voice"
    async with bot.http.get(address.replace(bot.sandbox.token, "7000000001:WRONG")) as answer:
        assert answer.status == 401
    async with bot.http.get(page.url + body["message"]["voice"]["url"]) as answer:
        assert (answer.content_type, await answer.read()) == ("audio/ogg", b"OggS voice")


async def test_a_file_over_20_mb_cannot_be_downloaded(bot: BotClient, page: Page) -> None:
    large = b"x" * (20 * 1024 * 1024 + 1)
    await upload(page, **{"as": NINA}, chat=NINA, kind="audio", file=large)
    audio = (await bot.of_kind("message"))[-1]["audio"]
    assert await bot.refused("getFile", file_id=audio["file_id"]) == "Bad Request: file is too big"


async def test_an_unknown_file_is_refused(bot: BotClient) -> None:
    refusal = await bot.refused("getFile", file_id="nonsense")
    assert refusal == "Bad Request: wrong file_id or the file is temporarily unavailable"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "voice", "file": b""}, "The file is empty: choose another one."),
        ({"kind": "photo", "file": b"text"}, "This is no picture that Telegram takes: send it as a document instead."),
        ({"kind": "voice"}, "There is no file in this upload."),
        (
            {"kind": "smell", "file": b"x"},
            "A file can be sent as voice, audio, photo, document, video_note, not as 'smell'.",
        ),
    ],
)
async def test_a_bad_upload_gets_a_sentence(page: Page, fields: dict[str, Any], sentence: str) -> None:
    status, body = await upload(page, **{"as": NINA}, chat=NINA, **fields)
    assert (status, body) == (400, {"ok": False, "error": sentence})


async def test_an_album_is_several_messages_of_one_group(bot: BotClient) -> None:
    media = '[{"type":"photo","media":"attach://a","caption":"both"},{"type":"photo","media":"attach://b"}]'
    form = aiohttp.FormData({"chat_id": str(NINA), "media": media})
    form.add_field("a", png(3, 3), filename="a.png")
    form.add_field("b", png(4, 4), filename="b.png")
    async with bot.http.post(f"{bot.sandbox.bot_url}/sendMediaGroup", data=form) as answer:
        sent = (await answer.json())["result"]
    assert len({m["media_group_id"] for m in sent}) == 1
    assert [m["photo"][0]["width"] for m in sent] == [3, 4]


def test_pictures_of_four_kinds_are_measured() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0\x00\x11\x08" + struct.pack(">HH", 20, 30) + b"\x03"
    webp = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + (29).to_bytes(3, "little") + (19).to_bytes(3, "little")
    gif = b"GIF89a" + struct.pack("<HH", 30, 20)
    assert [images.size(data) for data in (jpeg, webp, gif, png(30, 20), b"")] == [(30, 20)] * 4 + [None]


async def test_a_bundled_clip_is_sent_as_a_voice_message(
    bot: BotClient, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    (folder / "one.ogg").write_bytes(b"OggS clip")
    (folder / "clips.json").write_text('[{"id":"one","title":"One","duration":2,"file":"one.ogg"}]')
    monkeypatch.setattr(clips, "FOLDER", folder)
    assert (await page.get("/api/state"))["clips"] == [{"id": "one", "title": "One", "duration": 2}]
    await page.act(NINA, "clip", chat=NINA, clip_id="one")
    assert (await bot.of_kind("message"))[-1]["voice"]["duration"] == 2
