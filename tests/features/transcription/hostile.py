"""Files that nobody should have to open, made on the spot: empty, cut, renamed, lying, swollen, pointing elsewhere."""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.features.transcription.conftest import SPEECH

KNOWN = frozenset({"damaged", "unknown_kind", "no_sound", "too_long", "too_heavy"})
MiB = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    """A file by name; `codes`: the faults that may come of it, `may_pass`: or it may turn out to be sound."""

    name: str
    build: Callable[[], bytes]
    codes: frozenset[str] = KNOWN
    may_pass: bool = False


def good_ogg() -> bytes:
    return (SPEECH / "ru01.ogg").read_bytes()


def encoded(container: str, codec: str, seconds: float = 2.0) -> bytes:
    """A tone in this container."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=48000, layout="mono")
        time = np.arange(int(48000 * seconds)) / 48000
        tone = (8000 * np.sin(2 * np.pi * 300 * time)).astype(np.int16)
        resampler = av.AudioResampler(stream.codec_context.format or "s16", "mono", 48000, stream.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        frame.sample_rate = 48000
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return out.getvalue()


def silent_film() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        file.mux(stream.encode(None))
    return out.getvalue()


def wav(channels: int = 1, rate: int = 16000, bits: int = 16, kind: int = 1, data: bytes = b"\0" * 6400) -> bytes:
    align = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def lying_wav() -> bytes:
    return wav().replace(b"data" + struct.pack("<I", 6400), b"data" + struct.pack("<I", 0xFFFFFF00))


def strange_numbers() -> bytes:
    values = [np.nan, np.inf, -np.inf, 1e38, -1e38, 0.0]
    return wav(bits=32, kind=3, data=np.tile(np.array(values, np.float32), 3000).tobytes())


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("voice.ogg", bytes(20 * MiB))
    return out.getvalue()


def ogg_page(body: list[bytes], number: int, granule: int, flags: int = 0) -> bytes:
    """One page, with the checksum that Ogg wants: a CRC with its bits the other way round."""
    head = b"OggS\0" + struct.pack("<BqIII", flags, granule, 7, number, 0)
    lacing = bytes([len(body), *map(len, body)])
    page = head + lacing + b"".join(body)
    turned = page.translate(bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256)))
    crc = zlib.crc32(turned, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return head[:22] + struct.pack("<I", int(f"{crc:032b}"[::-1], 2)) + lacing + b"".join(body)


def hours_of_nothing(size: int) -> bytes:
    """Opus packets of two bytes that last 120 ms each: some eleven hours a megabyte."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
    pages = [ogg_page([head], 0, 0, 2), ogg_page([tags], 1, 0)]
    written = number = 0
    while written < size:
        number += 1
        page = ogg_page([b"\xfb\x06"] * 255, number + 1, number * 255 * 5760)
        pages.append(page)
        written += len(page)
    return b"".join(pages)


def swollen_table(box: bytes) -> Callable[[], bytes]:
    """An MP4 whose table says that it has four billion entries."""

    def build() -> bytes:
        raw = bytearray(encoded("mp4", "aac"))
        place = raw.find(box)
        count = place + (12 if box == b"stsz" else 8)
        raw[count : count + 4] = b"\x7f\xff\xff\xff"
        return bytes(raw)

    return build


def elsewhere_mp4() -> bytes:
    """An MP4 whose samples lie in another file."""
    raw = encoded("mp4", "aac")
    return raw.replace(b"url \0\0\0\x01", b"url \0\0\0\0")


def flipped(build: Callable[[], bytes], seed: int, share: float = 0.01) -> Callable[[], bytes]:
    def damage() -> bytes:
        raw, dice = bytearray(build()), random.Random(seed)
        for _ in range(max(1, int(len(raw) * share))):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        return bytes(raw)

    return damage


def cut(build: Callable[[], bytes], share: float) -> Callable[[], bytes]:
    def shorten() -> bytes:
        raw = build()
        return raw[: max(1, int(len(raw) * share))]

    return shorten


def noise(begin: bytes, seed: int, size: int = 50_000) -> Callable[[], bytes]:
    return lambda: begin + random.Random(seed).randbytes(size)


def said(text: str) -> Callable[[], bytes]:
    return text.encode


CONTAINERS: dict[str, Callable[[], bytes]] = {
    "ogg": good_ogg,
    "m4a": lambda: encoded("mp4", "aac"),
    "mp3": lambda: encoded("mp3", "libmp3lame"),
    "webm": lambda: encoded("webm", "libopus"),
    "flac": lambda: encoded("flac", "flac"),
    "wav": lambda: encoded("wav", "pcm_s16le"),
}
MAGIC = {
    "ogg": b"OggS\0\x02", "flac": b"fLaC\0\0\0\x22", "webm": b"\x1aE\xdf\xa3", "mp3": b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
    "frame": b"\xff\xfb\x90\x64", "aac": b"\xff\xf1\x50\x80", "wav": b"RIFF\xff\xff\xff\xffWAVE",
    "caf": b"caff\0\x01\0\0", "mp4": b"\0\0\0\x20ftypisom", "aiff": b"FORM\0\0\xff\xffAIFF", "amr": b"#!AMR\n",
}  # fmt: skip
UNKNOWN = frozenset({"unknown_kind"})


def not_media(address: str) -> Iterator[Hostile]:
    """What is no recording at all, or only a list of places where one might be. Nobody goes there."""
    yield Hostile("empty", bytes, frozenset({"damaged"}))
    yield Hostile("one-byte", lambda: b"O", UNKNOWN)
    texts = {
        "renamed-text.ogg": "Dear Sir or Madam, this is a letter.",
        "page.mp3": "<!doctype html><audio src='x'>",
        "list-web.m3u8": f"#EXTM3U\n#EXTINF:5,\n{address}/a.ts\n#EXT-X-ENDLIST\n",
        "list-file.m3u8": "#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "list.m3u": f"{address}/a.mp3\n",
        "concat.ogg": f"ffconcat version 1.0\nfile '{address}/a.ogg'\nfile '/etc/passwd'\n",
        "dash.mp4": f"<?xml version='1.0'?><MPD><BaseURL>{address}</BaseURL></MPD>",
        "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    }
    for name, text in texts.items():
        yield Hostile(name, said(text), UNKNOWN)
    yield Hostile("picture.ogg", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), UNKNOWN)
    yield Hostile("bomb.zip", zip_bomb, UNKNOWN)
    yield Hostile("bomb.gz", lambda: gzip.compress(bytes(20 * MiB)), UNKNOWN)
    yield Hostile("elsewhere.mp4", elsewhere_mp4, may_pass=True)


def lying() -> Iterator[Hostile]:
    """Headers that promise what is not there, or what nobody can hold."""
    yield Hostile("claims-4-gb.wav", lying_wav, may_pass=True)
    yield Hostile("numbers.wav", strange_numbers, may_pass=True)
    yield Hostile("no-rate.wav", lambda: wav(rate=0), may_pass=True)
    yield Hostile("huge-rate.wav", lambda: wav(rate=0x7FFFFFFF), may_pass=True)
    yield Hostile("no-channels.wav", lambda: wav(channels=0))
    yield Hostile("many-channels.wav", lambda: wav(channels=60000), may_pass=True)
    yield Hostile("thousand-bits.wav", lambda: wav(bits=1000))
    yield Hostile("no-samples.wav", lambda: wav(data=b""), frozenset({"no_sound", "damaged"}))
    yield Hostile("silent-film.mp4", silent_film, frozenset({"no_sound"}))
    yield Hostile("hours.ogg", lambda: hours_of_nothing(20 * MiB), frozenset({"too_long", "too_heavy"}))
    for box in (b"stsz", b"stts", b"stsc", b"stco"):
        yield Hostile(f"swollen-{box.decode()}.m4a", swollen_table(box), may_pass=True)
    yield Hostile("endless-tag.mp3", lambda: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(2 * MiB))
    yield Hostile("many-chunks.wav", lambda: b"RIFF\xff\xff\xff\x7fWAVE" + b"LIST\0\0\0\0" * 100_000)


def damaged() -> Iterator[Hostile]:
    """Once good files: cut short, or noise behind a good beginning."""
    for name, build in CONTAINERS.items():
        for share in (0.005, 0.3, 0.9):
            yield Hostile(f"cut-{share}.{name}", cut(build, share), may_pass=True)
    for name, begin in MAGIC.items():
        yield Hostile(f"noise.{name}", noise(begin, 5), may_pass=True)


def mutations(count: int) -> Iterator[Hostile]:
    """Good files with a hundredth of their bytes changed."""
    names = list(CONTAINERS)
    for seed in range(count):
        name = names[seed % len(names)]
        yield Hostile(f"flipped-{seed}.{name}", flipped(CONTAINERS[name], seed), may_pass=True)


def collection(folder: Path, address: str, mutated: int) -> list[Hostile]:
    """All of them, written into the folder."""
    found = [*not_media(address), *lying(), *damaged(), *mutations(mutated)]
    for file in found:
        (folder / file.name).write_bytes(file.build())
    return found
