"""What people see of speech that becomes text: one message that waits, grows, and ends as the words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from plumbot.club.permissions import Permission
from plumbot.club.places import Command, MenuEntry, Places
from plumbot.features.transcription.layout import clock, ending
from plumbot.features.transcription.rules import LANGUAGES, WRITE_IT_DOWN
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Document, Message, rows, screen
from plumbot.kit.texts import Texts

HOME = "menu:home"  # where Back leads; the menu knows it by this
TEXT_SO_FAR = 700
BAR = 12
GUESS = "auto"
NAMES = {"ru": N_("Russian"), "en": N_("English")}
IN_LANGUAGE = {"ru": N_("In Russian"), "en": N_("In English"), GUESS: N_("Guess the language")}
QUOTE, PLAIN = Markup("<blockquote expandable>{}</blockquote>"), Markup("{}")
TXT, SRT = "speech.txt", "speech.srt"


@dataclass(frozen=True)
class OpenSpeech(Callback, prefix="a2t"):
    """The page that says how to use it."""


@dataclass(frozen=True)
class WishLanguage(Callback, prefix="a2l"):
    """From now on in this language; `auto` guesses."""

    language: str


@dataclass(frozen=True)
class Stop(Callback, prefix="a2x"):
    """Cancel a job that waits or runs."""

    job_id: int


@dataclass(frozen=True)
class Again(Callback, prefix="a2a"):
    """The same clip once more: after a failure, in another language, or (better) with the best model."""

    job_id: int
    language: str
    better: int


@dataclass(frozen=True)
class Delete(Callback, prefix="a2d"):
    """Words and message go."""

    job_id: int


def add_to(places: Places) -> None:
    places.menu.append(MenuEntry(15, N_("Audio to text"), OpenSpeech().pack(), member=True))
    text = N_("The words of a voice message, in reply to it")
    places.commands.append(Command("text", text, Permission.MEMBER, in_group=True))


@screen("speech.about")
def about(t: Texts, *, language: str, minutes: int, jobs: int, mib: int, in_chat: bool, why_not: str | None) -> Message:
    """`why_not` is a msgid: why nobody listens at the moment."""
    lines = [
        Markup("<b>{}</b>").format(t("Audio to text")),
        t("Send or forward me a voice message, a video or a recording, and I write down what is said."),
        t("Up to {minutes} min and {mib} MB each; {jobs} a day.", minutes=minutes, mib=mib, jobs=jobs),
    ]
    if in_chat:
        lines.append(t("In the club's chat: answer with /text, or react with {sign}.", sign=WRITE_IT_DOWN))
    if why_not:
        lines.append(Markup("⚠️ ") + t(why_not))
    choices = [
        Button(("✅ " if language == each else "") + t.plain(IN_LANGUAGE[each]), WishLanguage(each).pack())
        for each in (GUESS, *LANGUAGES)
    ]
    return Message(Markup("\n\n").join(lines), (*rows(*choices), (Button(t.plain("Back"), HOME),)))


@screen("speech.waiting")
def waiting(t: Texts, *, job_id: int, before: int | None, again: bool) -> Message:
    """`before`: how many go first; None where nobody has counted yet."""
    if again:
        line = t("Something broke while I listened, so I begin again.")
    elif before is None:
        line = t("Got it, I will listen soon.")
    elif before == 0:
        line = t("You are next.")
    else:
        line = t.plural("{n} recording goes before yours.", "{n} recordings go before yours.", before)
    return Message(Markup("⏳ ") + line, rows(stop(t, job_id)))


@screen("speech.running")
def running(t: Texts, *, job_id: int, percent: int, text: str, again: bool) -> Message:
    """`text` is what is known so far."""
    full = BAR * max(0, min(100, percent)) // 100
    bar = "▓" * full + "░" * (BAR - full)
    lines = [Markup("🎧 {bar} {percent} %").format(bar=bar, percent=percent)]
    if again:
        lines.append(t("Something broke while I listened, so I begin again."))
    if text.strip():
        lines.append(Markup("{}").format(ending(text, TEXT_SO_FAR)))
    return Message(Markup("\n\n").join(lines), rows(stop(t, job_id)))


@screen("speech.result")
def result(
    t: Texts, *, job_id: int, text: str, quoted: bool, part: int, of: int, language: str | None, seconds: float,
    others: Sequence[str], better: bool,
) -> Message:  # fmt: skip
    """One part of the words; the first says what it is, the last has the buttons."""
    body = (QUOTE if quoted else PLAIN).format(text)
    lines = [body] if part > 1 else [headline(t, language, seconds), body]
    return Message(Markup("\n").join(lines), buttons(t, job_id, others, better) if part == of else ())


@screen("speech.long")
def long(
    t: Texts, *, job_id: int, text: str, language: str | None, seconds: float, others: Sequence[str], better: bool
) -> Message:
    """The words are in files; here is how they begin."""
    lines = [
        headline(t, language, seconds),
        t("It is long, so all of it is in two files: the text, and subtitles with times. It begins:"),
        Markup("<blockquote expandable>{}…</blockquote>").format(text),
    ]
    return Message(Markup("\n").join(lines), buttons(t, job_id, others, better))


@screen("speech.file")
def file(t: Texts, *, job_id: int, kind: str) -> Message:
    """`kind` is `speech.txt` or `speech.srt`."""
    text = t("The whole text") if kind == TXT else t("Subtitles with times")
    return Message(text, document=Document(f"transcript-{job_id}.{kind[-3:]}", kind, {"job_id": job_id}))


@screen("speech.failed")
def failed(t: Texts, *, job_id: int, text: str, values: dict[str, Any], retry: bool) -> Message:
    """`text` is a msgid."""
    again = (Button(t.plain("Retry"), Again(job_id, "", 0).pack()),) if retry else ()
    return Message(Markup("🔇 ") + t(text, **values), rows(*again))


def headline(t: Texts, language: str | None, seconds: float) -> Markup:
    name = t(NAMES[language]) if language in NAMES else Markup("{}").format(language or "")
    told = [part for part in (name, Markup("{}").format(clock(seconds))) if part]
    return Markup("<b>🎧 {}</b>").format(Markup(" · ").join(told))


def stop(t: Texts, job_id: int) -> Button:
    return Button(t.plain("Cancel"), Stop(job_id).pack())


def buttons(t: Texts, job_id: int, others: Sequence[str], better: bool) -> tuple[tuple[Button, ...], ...]:
    """`others` are languages in which it can be heard anew."""
    languages = tuple(Button(t.plain(IN_LANGUAGE[each]), Again(job_id, each, 0).pack()) for each in others)
    model = (Button(t.plain("Better model"), Again(job_id, "", 1).pack()),) if better else ()
    return tuple(line for line in (languages, (*model, Button(t.plain("Delete"), Delete(job_id).pack()))) if line)
