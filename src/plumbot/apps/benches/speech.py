"""Recognition measured: the same clips, model, threads and beam for each way, in processes of their own, in turn."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any

from plumbot.apps.benches import waves
from plumbot.apps.benches.contestants import Measured
from plumbot.apps.benches.word_errors import word_error_percent
from plumbot.apps.speech import speech_options
from plumbot.features.transcription.catalogue import WHISPER, look
from plumbot.features.transcription.decoding import Decoder
from plumbot.features.transcription.ports import SAMPLE_RATE
from plumbot.kit.settings import Settings

MODELS = ("tiny.en", "base")
TEN = 10
SHORT_SECONDS = 12.0
NEEDED = {"moonshine_voice": "moonshine-voice", "jiwer": "jiwer", "faster_whisper": "faster-whisper"}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Clip:
    path: Path
    language: str
    text: str
    seconds: float


@dataclass(frozen=True)
class Row:
    """Medians over the rounds; seconds till all clips are heard unless said otherwise."""

    model: str
    clips: str
    way: str
    count: int
    load_seconds: float
    median_seconds: float
    total_seconds: float
    cpu_seconds: float
    times_real_time: float
    word_error_percent: float
    peak_mib: float


def missing() -> str:
    """What has to be installed first, as a sentence; empty if nothing."""
    wanting = [name for module, name in NEEDED.items() if find_spec(module) is None]
    if not wanting:
        return ""
    return f"The bench needs {', '.join(wanting)}: tools/bootstrap.sh test (or pip install {' '.join(wanting)})."


@dataclass(frozen=True)
class Way:
    """How clips are heard: with so many threads each, so many at once, in so many processes."""

    contestant: str
    threads: int
    at_once: int
    processes: int = 1


class Bench:
    """Clips in a folder, and the ways that hear them, each with as many threads in all."""

    def __init__(self, folder: Path, settings: Settings, *, rounds: int, guess: bool) -> None:
        self.rounds = rounds
        self.guess = guess
        self.options = speech_options(settings)
        self.clips = list(prepared(folder))
        threads, at_once = self.options.threads, self.options.at_once
        self.ways = {
            "naive": Way("naive", threads * at_once, 1),
            "resident": Way("resident", threads * at_once, 1),
            "resident, at once": Way("resident", threads, at_once),
            "ours": Way("ours", threads, at_once),
            "ours, processes": Way("ours", threads, 1, at_once),
        }

    def rows(self, model: str, say: Say) -> Iterator[Row]:
        known = [clip for clip in self.clips if clip.language == "en" or not model.endswith(".en")]
        short = [clip for clip in known if clip.seconds <= SHORT_SECONDS]
        long = [clip for clip in known if clip.seconds > SHORT_SECONDS]
        beside = ("resident", "resident, at once", "ours", "ours, processes")
        for title, clips, ways in (
            ("ten", ten_of(short), ("naive", "resident", "ours")),
            ("short", short, beside),
            ("long", long, ("resident", "ours")),
        ):
            say(f"{model}: {len(clips)} clips ({title}), {self.rounds} rounds of {', '.join(ways)} …")
            runs: dict[str, list[Measured]] = {way: [] for way in ways}
            for _ in range(self.rounds):
                for way in ways:
                    runs[way].append(self._run(self.ways[way], model, clips))
            yield from (row(model, title, way, clips, runs[way]) for way in ways)

    def rows_of_other_engines(self, say: Say) -> Iterator[Row]:
        """The same short clips, as far as a model knows their language."""
        for choice in look(replace(self.options, engine="auto")).choices:
            clips = [clip for clip in self.clips if clip.seconds <= SHORT_SECONDS and choice.knows(clip.language)]
            if choice.engine == WHISPER or not clips:
                continue
            say(f"{choice.name}: {len(clips)} clips (short), {self.rounds} rounds …")
            runs = [self._run(self.ways["ours"], choice.name, clips, choice.engine) for _ in range(self.rounds)]
            yield row(choice.name, "short", "ours", clips, runs)

    def _places(self) -> dict[str, Path | None]:
        """Where models are."""
        told = self.options
        return {"models": told.models, "onnx_model_path": told.onnx_model_path, "vosk_model_path": told.vosk_model_path}

    def _run(self, way: Way, model: str, clips: list[Clip], engine: str = WHISPER) -> Measured:
        """Every process takes each so-manieth clip; what they tell is put together again."""
        parts = [clips[number :: way.processes] for number in range(way.processes)]
        begun = [self._start(way, model, part, engine) for part in parts]
        return together([finished(process) for process in begun])

    def _start(self, way: Way, model: str, clips: list[Clip], engine: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(  # ourselves
            [sys.executable, "-m", "plumbot.apps.benches.contestants"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        request = {
            "contestant": way.contestant, "threads": way.threads, "at_once": way.at_once,
            "engine": engine, "model": model,
            "places": {name: str(place) for name, place in self._places().items() if place},
            "clips": [(str(clip.path), None if self.guess else clip.language) for clip in clips],
        }  # fmt: skip
        if process.stdin is not None:
            process.stdin.write(json.dumps(request))
            process.stdin.close()
            process.stdin = None
        return process


def together(parts: list[Measured]) -> Measured:
    """Of processes that ran side by side, as if they were one."""
    in_turn = zip_longest(*(zip(part.seconds, part.texts, strict=True) for part in parts))
    heard = [clip for clips in in_turn for clip in clips if clip is not None]
    return Measured(
        load_seconds=max(part.load_seconds for part in parts),
        all_seconds=max(part.all_seconds for part in parts),
        seconds=[seconds for seconds, _ in heard],
        texts=[text for _, text in heard],
        cpu_seconds=sum(part.cpu_seconds for part in parts),
        peak_mib=sum(part.peak_mib for part in parts),
    )


def ten_of(clips: list[Clip]) -> list[Clip]:
    """The first and the last short ones: of both languages where there are both."""
    short = [clip for clip in clips if clip.seconds <= SHORT_SECONDS]
    return [*short[: TEN // 2], *short[-(TEN - TEN // 2) :]]


def finished(process: "subprocess.Popen[str]") -> Measured:
    out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"A way of the bench ended with {process.returncode}.")
    return Measured(**json.loads(out))


def row(model: str, title: str, way: str, clips: list[Clip], runs: list[Measured]) -> Row:
    total = median(run.all_seconds for run in runs)
    heard = [(clip.text, text) for run in runs for clip, text in zip(clips, run.texts, strict=True)]
    return Row(
        model=model, clips=title, way=way, count=len(clips),
        load_seconds=median(run.load_seconds for run in runs),
        median_seconds=median(second for run in runs for second in run.seconds),
        total_seconds=total,
        cpu_seconds=median(run.cpu_seconds for run in runs),
        times_real_time=sum(clip.seconds for clip in clips) / total,
        word_error_percent=word_error_percent(heard),
        peak_mib=max(run.peak_mib for run in runs),
    )  # fmt: skip


def prepared(folder: Path) -> Iterator[Clip]:
    """The clips of `assets/speech/clips.json`; parts of a recording are cut out as files."""
    shelf = Path(str(files("plumbot") / "assets" / "speech"))
    spec = find_spec("moonshine_voice")
    recordings = Path(str(spec.origin)).parent / "assets" if spec else shelf
    decoder = Decoder()
    for number, entry in enumerate(json.loads((shelf / "clips.json").read_text(encoding="utf-8"))):
        path = shelf / entry["file"] if "file" in entry else cut(decoder, recordings, folder / f"{number}.wav", entry)
        with decoder.decode(path) as recording:
            yield Clip(path, entry["language"], entry["text"], recording.seconds)
    decoder.close()


def cut(decoder: Decoder, recordings: Path, target: Path, entry: dict[str, Any]) -> Path:
    with decoder.decode(recordings / entry["recording"]) as recording:
        samples = recording.samples(int(entry["start"] * SAMPLE_RATE), int(entry["stop"] * SAMPLE_RATE))
        waves.write(str(target), samples)
    return target


def summary(rows: list[Row]) -> Iterator[str]:
    """How much faster ours is, by the clock and by CPU, and how the word errors differ."""
    ours = {(row.model, row.clips): row for row in rows if row.way == "ours"}
    for other in rows:
        mine = ours[other.model, other.clips]
        if not other.way.startswith("ours"):
            clock, cpu = other.total_seconds / mine.total_seconds, other.cpu_seconds / mine.cpu_seconds
            worse = mine.word_error_percent - other.word_error_percent
            yield (
                f"{other.model}, {other.clips} ({other.count}): ours is {clock:.1f}× as fast as {other.way}, "
                f"{cpu:.1f}× by CPU, word errors {worse:+.1f} points"
            )
