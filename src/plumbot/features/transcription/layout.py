"""How a transcript is laid out in messages."""

from plumbot.features.transcription.sentences import parts

SHORT, LONG, PART = 1_000, 8_000, 3_500  # characters: a plain reply, files beyond, one quote


def pieces(text: str) -> list[str]:
    """What goes into one message each; it ends where a sentence ends."""
    return [text] if len(text) <= SHORT else parts(text, PART)


def ending(text: str, most: int) -> str:
    """The last words of a text that grows."""
    if len(text) <= most:
        return text
    tail = text[-most:]
    return "… " + tail[tail.find(" ") + 1 :]


def clock(seconds: float) -> str:
    """For people: 1:05, or 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
