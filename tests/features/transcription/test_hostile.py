"""No file hangs the worker, floods it, reaches out of its process or leaves anything behind."""

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from plumbot.features.transcription import decoding_child
from plumbot.features.transcription.decoding import Decoder, DecodingLimits
from plumbot.features.transcription.ports import SAMPLE_RATE, Cancelled, DamagedMedia, SpeechFault, TooHeavy, TooLong
from tests.features.transcription import hostile
from tests.features.transcription.conftest import Clip

MiB = 1024 * 1024
LIMITS = DecodingLimits(max_seconds=60, max_bytes=100 * MiB, silent_seconds=5)
BEYOND_THE_LIMITS_SECONDS = 10


@pytest.fixture
def decoder(tmp_path: Path) -> Iterator[Decoder]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    decoder = Decoder(LIMITS, scratch)
    yield decoder
    decoder.close()
    assert list(scratch.iterdir()) == []


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """An address that files point to; nobody must come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server
        with pytest.raises(BlockingIOError):
            server.accept()


def outcome(decoder: Decoder, path: Path) -> str:
    """The code of the fault; or "fine", after a look at every sample."""
    try:
        recording = decoder.decode(path)
    except SpeechFault as fault:
        return fault.code if fault.text.format(**fault.values) else "without a sentence"
    with recording:
        samples = recording.samples(0, len(recording))
    assert 0 < len(samples) <= LIMITS.max_seconds * SAMPLE_RATE
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1
    return "fine"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutated", [12, pytest.param(150, marks=pytest.mark.soak)])
def test_hostile_files_get_a_sentence_each(
    mutated: int, decoder: Decoder, trap: socket.socket, russian: list[Clip], tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    files = hostile.collection(folder, f"http://127.0.0.1:{trap.getsockname()[1]}", mutated)
    assert len(files) >= 60
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    surprises = []
    for number, file in enumerate(files):
        start = monotonic()
        code = outcome(decoder, folder / file.name)
        lasted = monotonic() - start
        if code not in file.codes and not (code == "fine" and file.may_pass):
            surprises.append(f"{file.name}: {code}")
        if lasted > LIMITS.silent_seconds + BEYOND_THE_LIMITS_SECONDS:
            surprises.append(f"{file.name}: {lasted:.0f} s")
        if number % 20 == 0:
            assert outcome(decoder, russian[0].path) == "fine"
    assert surprises == []
    assert outcome(decoder, russian[0].path) == "fine"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    assert {path.name for path in folder.iterdir()} == {file.name for file in files}


LOCKED_IN = """
import socket, sys
from plumbot.features.transcription.decoding_child import lock_down
lock_down(512 * 1024 * 1024)
with open(sys.argv[1], "rb"):
    for name, attempt in {
        "socket": lambda: socket.socket(),
        "file": lambda: open("/etc/passwd"),
        "write": lambda: open(sys.argv[1], "ab"),
    }.items():
        try:
            attempt()
        except OSError as error:
            print(name, error.errno)
try:
    bytearray(600 * 1024 * 1024)
except MemoryError:
    print("memory")
"""


def test_the_kernel_keeps_the_decoder_to_its_one_file(tmp_path: Path) -> None:
    file = tmp_path / "clip.ogg"
    file.write_bytes(b"OggS")
    run = subprocess.run([sys.executable, "-c", LOCKED_IN, str(file)], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:4] == ["socket 24", "file 24", "write 24", "memory"]


def test_the_decoder_knows_nothing_of_ours(
    decoder: Decoder, russian: list[Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUM_TELEGRAM__TOKEN", "123456:secret")
    decoder.decode(russian[0].path).close()
    assert decoder.pid is not None
    environment = Path(f"/proc/{decoder.pid}/environ").read_bytes()
    assert b"PLUM" not in environment


def test_one_process_serves_many_good_files_and_dies_with_the_decoder(decoder: Decoder, russian: list[Clip]) -> None:
    pids = set()
    for clip in russian[:5]:
        decoder.decode(clip.path).close()
        pids.add(decoder.pid)
    assert len(pids) == 1
    decoder.close()
    assert not Path(f"/proc/{pids.pop()}").exists()


def test_a_killed_process_is_replaced(decoder: Decoder, russian: list[Clip]) -> None:
    decoder.decode(russian[0].path).close()
    first = decoder.pid
    assert first is not None
    os.kill(first, 9)
    with pytest.raises(SpeechFault):
        decoder.decode(russian[0].path)
    decoder.decode(russian[0].path).close()
    assert decoder.pid not in {None, first}


def test_cancel_ends_the_decoding_and_the_process(decoder: Decoder, tmp_path: Path) -> None:
    long = tmp_path / "hours.ogg"
    long.write_bytes(hostile.hours_of_nothing(MiB))
    with pytest.raises(Cancelled):
        decoder.decode(long, lambda: True)
    assert decoder.pid is None


def test_too_long_says_how_long_is_allowed(decoder: Decoder, tmp_path: Path) -> None:
    long = tmp_path / "hours.ogg"
    long.write_bytes(hostile.hours_of_nothing(MiB))
    with pytest.raises(TooLong) as caught:
        decoder.decode(long)
    assert caught.value.values == {"minutes": 1}


def test_what_is_no_file_is_not_opened(decoder: Decoder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(DamagedMedia):
            decoder.decode(tmp_path / name)


def test_a_file_that_is_too_big_is_not_read(decoder: Decoder, tmp_path: Path) -> None:
    with (tmp_path / "big.ogg").open("wb") as file:
        file.write(b"OggS")
        file.truncate(LIMITS.max_bytes + 1)
    with pytest.raises(TooHeavy):
        decoder.decode(tmp_path / "big.ogg")
    assert decoder.pid is None


def test_the_script_needs_nothing_of_the_package() -> None:
    source = Path(decoding_child.__file__).read_text(encoding="utf-8")
    assert "import plumbot" not in source
    assert "from plumbot" not in source
