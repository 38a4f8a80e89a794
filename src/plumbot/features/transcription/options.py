"""What an operator may choose about recognition, as plain values."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SpeechOptions:
    """From PLUM_TRANSCRIPTION__…; `models` is the folder of downloaded models."""

    engine: str = "auto"
    model: str = "small"
    model_path: Path | None = None
    vosk_model_path: Path | None = None
    onnx_model_path: Path | None = None
    models: Path = Path("data/media/models")
    threads: int = 1  # of one recognition
    at_once: int = 1  # recognitions that share a model
    max_seconds: int = 3600
    club_language: str = "ru"
