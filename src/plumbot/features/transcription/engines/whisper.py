"""faster-whisper: one resident model for many languages.

Whisper takes 30 seconds at a time and fills up what is shorter. Most voice messages last less than 12 seconds: they get
a window of their own length and a little, and one look of the encoder serves both for the language and for the words.
What comes out has to pass the guards; what does not is heard again the usual way.
"""

from collections.abc import Iterator
from contextlib import closing
from math import ceil
from typing import TYPE_CHECKING, Any

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from plumbot.features.transcription.engines.guards import Attempt, is_loop, is_silence, must_be_heard_again
from plumbot.features.transcription.models import WhisperFiles
from plumbot.features.transcription.ports import SAMPLE_RATE, Cancelled, Heard, IsCancelled, Segment

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples

SHORT_SECONDS = 12.0
FRAMES_A_SECOND = 100
SILENCE_SECONDS = 2.0  # behind a short clip: without any filling-up the smaller models repeat themselves
LEAST_FRAMES, MOST_FRAMES = 800, 1500
TOKEN_SECONDS = 0.02
BEAM, BEAM_AGAIN = 1, 5
SEED = 5  # warmer attempts are drawn: after a start the same clips come to the same words
LEAST_TOKENS, TOKENS_A_SECOND = 30, 15  # nobody speaks faster: what goes on is a loop, and the guards find it


class WhisperEngine:
    """float16 on a GPU where there is one, else int8."""

    name = "faster-whisper"
    longest_seconds = 29.5

    def __init__(self, files: WhisperFiles, model: str, threads: int, at_once: int) -> None:
        """`threads` for each of the pieces that are heard `at_once`; the weights are there once."""
        self.model = model
        ctranslate2.set_random_seed(SEED)
        gpu = ctranslate2.get_cuda_device_count() > 0
        self._whisper = WhisperModel(
            files.place,
            files=files.contents(),
            device="cuda" if gpu else "cpu",
            compute_type="float16" if gpu else "int8",
            cpu_threads=threads,
            num_workers=at_once,
            local_files_only=True,
        )

    @property
    def knows_languages(self) -> bool:
        return bool(self._whisper.model.is_multilingual)

    def hear(self, piece: "Samples", language: str | None, cancelled: IsCancelled) -> Heard:
        if len(piece) > SHORT_SECONDS * SAMPLE_RATE:
            return self._usual(piece, language, cancelled, BEAM)
        heard, attempt = self._short(piece, language)
        if is_silence(attempt):
            return Heard()
        if not must_be_heard_again(attempt):
            return heard
        return self._usual(piece, language, cancelled, BEAM_AGAIN)

    def language_of(self, piece: "Samples") -> tuple[str, float]:
        """The language of a piece and how likely it is."""
        return self._language(self._encoded(piece))

    def _encoded(self, piece: "Samples") -> Any:
        import numpy as np

        window = window_of(len(piece) / SAMPLE_RATE)
        mel = self._whisper.feature_extractor(piece)[:, :window]
        return self._whisper.encode(np.pad(mel, ((0, 0), (0, window - mel.shape[-1]))))

    def _language(self, encoded: Any) -> tuple[str, float]:
        token, probability = self._whisper.model.detect_language(encoded)[0][0]
        return token.strip("<|>"), float(probability)

    def _short(self, piece: "Samples", language: str | None) -> tuple[Heard, Attempt]:
        encoded = self._encoded(piece)
        found, probability = language or "en", None
        if language is None and self.knows_languages:
            found, probability = self._language(encoded)
        tokenizer, seconds = self._tokenizer(found), len(piece) / SAMPLE_RATE
        result = self._generated(encoded, tokenizer, seconds)
        tokens = list(result.sequences_ids[0])
        average = result.scores[0] * len(tokens) / (len(tokens) + 1)
        spoken = list(_segments(tokens, tokenizer, seconds, average, result.no_speech_prob))
        attempt = Attempt(
            text="".join(segment.text for segment in spoken),
            seconds=seconds,
            last_word_seconds=spoken[-1].end if spoken else 0.0,
            average_log=average,
            no_speech=result.no_speech_prob,
        )
        return Heard(tuple(spoken), found, probability), attempt

    def _tokenizer(self, language: str) -> Tokenizer:
        several = self.knows_languages
        return Tokenizer(self._whisper.hf_tokenizer, several, task="transcribe", language=language if several else "en")

    def _generated(self, encoded: Any, tokenizer: Tokenizer, seconds: float) -> Any:
        (result,) = self._whisper.model.generate(
            encoded,
            [tokenizer.sot_sequence],
            beam_size=BEAM,
            max_length=LEAST_TOKENS + ceil(TOKENS_A_SECOND * seconds),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
            max_initial_timestamp_index=round(1.0 / TOKEN_SECONDS),
        )
        return result

    def _usual(self, piece: "Samples", language: str | None, cancelled: IsCancelled, beam: int) -> Heard:
        """The full window, with warmer and warmer attempts where the guards of faster-whisper want them."""
        if not self.knows_languages:
            language = "en"
        segments, info = self._whisper.transcribe(
            piece, language=language, beam_size=beam, condition_on_previous_text=False
        )
        kept = []
        with closing(segments):
            for segment in segments:
                if cancelled():
                    raise Cancelled
                if not is_loop(segment.text, segment.end - segment.start):
                    kept.append(_kept(segment))
        guessed = language is None
        return Heard(tuple(kept), info.language, float(info.language_probability) if guessed else None)


def window_of(seconds: float) -> int:
    """How many frames a short clip is given, in whole seconds."""
    wanted = ceil(seconds + SILENCE_SECONDS) * FRAMES_A_SECOND
    return max(LEAST_FRAMES, min(MOST_FRAMES, wanted))


def _kept(segment: Any) -> Segment:
    return Segment(
        segment.text.strip(), float(segment.start), float(segment.end), segment.avg_logprob, segment.no_speech_prob
    )


def _segments(
    tokens: list[int], tokenizer: Tokenizer, seconds: float, average: float, no_speech: float
) -> Iterator[Segment]:
    """Words between two times; the model leaves the last time out when the sound ends with the words."""
    words: list[int] = []
    start = 0.0
    for token in [*tokens, None]:
        if token is not None and token < tokenizer.timestamp_begin:
            words.append(token)
            continue
        time = seconds if token is None else min(seconds, (token - tokenizer.timestamp_begin) * TOKEN_SECONDS)
        if words and (text := tokenizer.decode(words).strip()):
            yield Segment(text, start, time, average, no_speech)
        words, start = [], time
