"""Files become samples, in a process of its own that holds nothing of ours and that can be ended at any time."""

import signal
import stat
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from plumbot.features.transcription.decoder_process import AUDIO, FAULT, ChildDied, DecoderProcess
from plumbot.features.transcription.media import HEAD_BYTES, kind_of
from plumbot.features.transcription.ports import (
    SAMPLE_RATE,
    DamagedMedia,
    EngineFailed,
    IsCancelled,
    NoSound,
    SpeechFault,
    TooHeavy,
    TooLong,
    UnknownMedia,
    never_cancelled,
)
from plumbot.features.transcription.recording import Recording

MiB = 1024 * 1024
START_SECONDS = 30.0  # for Python and FFmpeg on a machine that is busy
FILES_A_PROCESS = 100
FAULTS = {"damaged": DamagedMedia, "no_sound": NoSound, "too_heavy": TooHeavy}
OUT_OF_CPU = {-signal.SIGXCPU, -signal.SIGKILL}


@dataclass(frozen=True)
class DecodingLimits:
    """What one file may cost."""

    max_seconds: int = 3600  # of sound, counted as it comes out: headers are not asked
    max_bytes: int = 2000 * MiB
    memory_bytes: int = 512 * MiB  # of the decoder's process
    silent_seconds: float = 10.0  # of time without a sample

    @property
    def cpu_seconds(self) -> int:
        """Some ten times of what the longest recording takes on a slow machine."""
        return 10 + self.max_seconds // 50

    @property
    def patience_seconds(self) -> float:
        return 2.0 * self.cpu_seconds


class Decoder:
    """Holds one child process ready, and takes another when a file has spoilt it. One file at a time."""

    def __init__(self, limits: DecodingLimits | None = None, folder: Path | None = None) -> None:
        """`folder` is where samples lie that do not fit in memory (without a name); None: the system's."""
        self.limits = limits or DecodingLimits()
        self._folder = folder
        self._process: DecoderProcess | None = None

    def decode(self, path: Path, cancelled: IsCancelled = never_cancelled) -> Recording:
        """All of the file's sound. Close what you get. Raises a SpeechFault that tells why not."""
        kind = self._kind(path)
        with ExitStack() as otherwise:
            otherwise.callback(self.close)  # whatever it was: the next file gets a fresh process
            recording = otherwise.enter_context(Recording(self._folder))
            self._receive(path.resolve(), kind, recording, cancelled)
            otherwise.pop_all()
        return recording

    def prepare(self) -> None:
        """Start the child, so that the first file finds it ready."""
        self._ready()

    def close(self) -> int:
        """End the process; gives what it ended with."""
        process, self._process = self._process, None
        return process.end() if process else 0

    @property
    def pid(self) -> int | None:
        """Of the child that is ready, if there is one."""
        return self._process.pid if self._process else None

    def _kind(self, path: Path) -> str:
        try:
            about = path.stat()
            if not stat.S_ISREG(about.st_mode):
                raise DamagedMedia("it is no file")
            if about.st_size > self.limits.max_bytes:
                raise TooHeavy(f"the file has more than {self.limits.max_bytes} bytes")
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
        except OSError as error:
            raise EngineFailed(f"the file cannot be read: {error.strerror}") from None
        if not head:
            raise DamagedMedia("the file is empty")
        if (kind := kind_of(head)) is None:
            raise UnknownMedia(f"it begins with {head[:8].hex()}")
        return kind

    def _receive(self, path: Path, kind: str, into: Recording, cancelled: IsCancelled) -> None:
        limits, process = self.limits, self._ready()
        request = {
            "path": str(path),
            "kind": kind,
            "max_seconds": limits.max_seconds,
            "cpu_seconds": limits.cpu_seconds,
        }
        process.ask(request)
        end = monotonic() + limits.patience_seconds
        while True:
            try:
                said, body = process.frame(min(end, monotonic() + limits.silent_seconds), cancelled)
            except ChildDied as died:
                raise self._post_mortem(str(died)) from None
            if said != AUDIO:
                break
            into.append(body)
            if len(into) > limits.max_seconds * SAMPLE_RATE:
                raise self._too_long()
        if said == FAULT:
            raise self._fault(body.decode("ascii", "replace"))

    def _ready(self) -> DecoderProcess:
        if self._process is not None and self._process.files >= FILES_A_PROCESS:
            self.close()
        if self._process is None:
            self._process = DecoderProcess(self.limits.memory_bytes)
            self._process.wait_until_ready(START_SECONDS)
        return self._process

    def _post_mortem(self, said: str) -> SpeechFault:
        code = self.close()
        detail = f"the decoder's process: {said}, with {code}"
        return TooHeavy(detail) if code in OUT_OF_CPU else DamagedMedia(detail)

    def _fault(self, code: str) -> SpeechFault:
        return self._too_long() if code == "too_long" else FAULTS.get(code, DamagedMedia)(f"the decoder says {code}")

    def _too_long(self) -> TooLong:
        return TooLong(minutes=max(1, self.limits.max_seconds // 60))
