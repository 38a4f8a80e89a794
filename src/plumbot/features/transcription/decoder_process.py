"""The decoder's own process as its parent holds it: started, asked, read from with patience, ended."""

import json
import os
import select
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO, cast

from plumbot.features.transcription.ports import Cancelled, EngineFailed, IsCancelled, TooHeavy, never_cancelled

GLANCE_SECONDS = 0.2  # how long a cancel may go unnoticed
DYING_SECONDS = 0.05  # a pipe may end a moment before its process
LONGEST_FRAME_BYTES = 1024 * 1024
HEADER = struct.Struct("<cI")
AUDIO, END, FAULT = b"A", b"E", b"F"


class ChildDied(Exception):
    """It ended, or said what it should not say."""


class DecoderProcess:
    """One child: it lives from file to file until one of them spoils it."""

    def __init__(self, memory_bytes: int) -> None:
        script = Path(__file__).with_name("decoding_child.py")
        self._child = subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, "-I", str(script), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={"LC_ALL": "C.UTF-8"},  # the bot's token is none of its business
            start_new_session=True,
        )
        self._in = cast("IO[bytes]", self._child.stdin)
        self._out = cast("IO[bytes]", self._child.stdout)
        self.files = 0

    @property
    def pid(self) -> int:
        return self._child.pid

    def wait_until_ready(self, seconds: float) -> None:
        """Till it has locked itself in and says so."""
        try:
            self.frame(monotonic() + seconds, never_cancelled)
        except (ChildDied, TooHeavy):
            raise EngineFailed(f"the decoder's process does not start ({self.end()}): is PyAV installed?") from None

    def ask(self, request: dict[str, object]) -> None:
        self.files += 1
        with suppress(BrokenPipeError):  # its silence will tell
            self._in.write(json.dumps(request).encode() + b"\n")

    def frame(self, until: float, cancelled: IsCancelled) -> tuple[bytes, bytes]:
        """The next thing that it says; raises Cancelled, TooHeavy after `until`, ChildDied."""
        kind, length = HEADER.unpack(self._read(HEADER.size, until, cancelled))
        if kind not in {AUDIO, END, FAULT} or length > LONGEST_FRAME_BYTES:
            raise ChildDied(f"it said {kind!r} of {length} bytes")
        return kind, self._read(length, until, cancelled)

    def _read(self, count: int, until: float, cancelled: IsCancelled) -> bytes:
        body = bytearray()
        while len(body) < count:
            if cancelled():
                raise Cancelled
            if monotonic() > until:
                raise TooHeavy("no sample came in time")
            if select.select([self._out], [], [], GLANCE_SECONDS)[0]:
                piece = os.read(self._out.fileno(), count - len(body))
                if not piece:
                    raise ChildDied("it ended")
                body += piece
        return bytes(body)

    def end(self) -> int:
        """Kill it if it still lives; gives what it ended with (negative: the signal)."""
        code = self._exit_code()
        for pipe in (self._in, self._out):
            with suppress(BrokenPipeError):
                pipe.close()
        return code

    def _exit_code(self) -> int:
        try:
            return self._child.wait(0 if self._child.poll() is not None else DYING_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            return self._child.wait()
