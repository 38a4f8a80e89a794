"""The decoder's own process: one file at a time, with nothing at hand but that file.

Runs as a script, without the rest of the package. It may hold one descriptor beside its three pipes, so once the file
is open it can open nothing: no other file, no socket. The kernel holds its memory, its seconds and what it may write.
"""

import io
import json
import os
import resource
import struct
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

RATE = 16_000
BYTES_A_SECOND = RATE * 4
AUDIO, END, FAULT = b"A", b"E", b"F"
FRAME_BYTES = 256 * 1024
BROKEN_PACKETS_ENDURED = 200
NO_OTHER_PLACES = {"protocol_whitelist": "", "format_whitelist": "", "enable_drefs": "0"}


class Refused(Exception):
    """The file is no good; its only argument is the code."""


def say(kind: bytes, body: bytes) -> None:
    pipe = sys.stdout.buffer
    pipe.write(struct.pack("<cI", kind, len(body)) + body)
    pipe.flush()


def warm_up() -> None:
    """Python loads some of its parts at their first use: later it could not."""
    silence = bytes(2 * RATE)
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(silence),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        RATE,
        2 * RATE,
        2,
        16,
        b"data",
        len(silence),
    )
    for _ in resampled(frames_of(io.BytesIO(head + silence), "wav")):
        pass


def lock_down(memory_bytes: int) -> None:
    """From here on: no new descriptors but one, no writing to disk, no core, so much memory."""
    os.closerange(3, 256)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def allow_cpu(seconds: int) -> None:
    """So many seconds more than were used till now; then the kernel ends this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def frames_of(file: BinaryIO, kind: str) -> Iterator[AudioFrame]:
    options = {**NO_OTHER_PLACES, "format_whitelist": kind_names(kind)}
    with av.open(file, mode="r", format=kind, options=options, metadata_errors="replace") as container:
        if not container.streams.audio:
            raise Refused("no_sound")
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        broken = 0
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except av.error.InvalidDataError:
                broken += 1
                if broken > BROKEN_PACKETS_ENDURED:
                    raise


def kind_names(kind: str) -> str:
    return str(av.format.ContainerFormat(kind, "r").name)


def resampled(frames: Iterator[AudioFrame]) -> Iterator[bytes]:
    """16 kHz, one channel, float32; a stream that changes its shape on the way gets a new resampler."""
    resampler, shape = None, None
    for frame in frames:
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler is None or now != shape:
            resampler, shape = AudioResampler(format="flt", layout="mono", rate=RATE), now
        frame.pts = None
        for piece in resampler.resample(frame):
            yield bytes(piece.planes[0])[: piece.samples * 4]
    if resampler is not None:
        for piece in resampler.resample(None):
            yield bytes(piece.planes[0])[: piece.samples * 4]


def serve(request: dict[str, Any]) -> None:
    allow_cpu(request["cpu_seconds"])
    most = request["max_seconds"] * BYTES_A_SECOND
    sent, waiting = 0, bytearray()
    with open(request["path"], "rb", buffering=0) as file:  # noqa: PTH123  # unbuffered, and nothing else imported
        for piece in resampled(frames_of(file, request["kind"])):
            waiting += piece
            if sent + len(waiting) > most:
                raise Refused("too_long")
            if len(waiting) >= FRAME_BYTES:
                say(AUDIO, bytes(waiting))
                sent += len(waiting)
                waiting = bytearray()
    if waiting:
        say(AUDIO, bytes(waiting))
    if not sent + len(waiting):
        raise Refused("no_sound")
    say(END, b"")


def answer(request: dict[str, Any]) -> None:
    try:
        serve(request)
    except Refused as refused:
        say(FAULT, str(refused).encode())
    except MemoryError:
        say(FAULT, b"too_heavy")
    except (av.error.FFmpegError, ValueError, OSError, EOFError):
        say(FAULT, b"damaged")


def main() -> NoReturn:
    memory = int(sys.argv[1])
    av.logging.set_level(av.logging.PANIC)
    warm_up()
    lock_down(memory)
    say(END, b"ready")
    for line in sys.stdin:
        answer(json.loads(line))
    sys.exit(0)


if __name__ == "__main__":
    main()
