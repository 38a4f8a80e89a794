"""What the decoder made of a file: samples, on disk without a name once they are many."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from plumbot.features.transcription.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples

BYTES_A_SAMPLE = 4
IN_MEMORY_BYTES = 16 * 1024 * 1024  # four minutes


class Recording:
    """One channel at 16 kHz. What does not fit in memory lies in a file without a name: a kill leaves nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        place = None if folder is None else str(folder)
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, dir=place)  # noqa: SIM115  # close()
        self._bytes = 0

    def append(self, samples: bytes) -> None:
        self._spool.seek(self._bytes)
        self._spool.write(samples)
        self._bytes += len(samples)

    @property
    def seconds(self) -> float:
        return self._bytes / BYTES_A_SAMPLE / SAMPLE_RATE

    def __len__(self) -> int:
        return self._bytes // BYTES_A_SAMPLE

    def samples(self, start: int, stop: int) -> "Samples":
        """From one sample to another; whatever the file held, these are numbers between -1 and 1."""
        import numpy as np

        start, stop = max(0, start), min(stop, len(self))
        self._spool.seek(start * BYTES_A_SAMPLE)
        raw = np.frombuffer(self._spool.read(max(0, stop - start) * BYTES_A_SAMPLE), dtype=np.float32)
        found: Samples = np.clip(np.nan_to_num(raw, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
        return found

    def close(self) -> None:
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
