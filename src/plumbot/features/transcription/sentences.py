"""Long text is cut where a sentence ends."""

import re
from collections.abc import Iterator

SENTENCE = re.compile(r".+?(?:[.!?…]+[\"'»”)\]]*(?=\s|$)|$)", re.DOTALL)
WORDS = re.compile(r"\S+")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, without the blanks between them."""
    return [found for match in SENTENCE.finditer(text) if (found := match.group().strip())]


def parts(text: str, most: int) -> list[str]:
    """The text in parts of at most `most` characters: whole sentences, else whole words, else what fits."""
    found: list[str] = []
    for piece in _small_enough(text, most):
        if found and len(found[-1]) + 1 + len(piece) <= most:
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def _small_enough(text: str, most: int) -> Iterator[str]:
    for sentence in sentences(text):
        if len(sentence) <= most:
            yield sentence
            continue
        for word in WORDS.findall(sentence):
            yield from (word[place : place + most] for place in range(0, len(word), most))


def beginning(text: str, most: int) -> str:
    """The first part, with a mark that it goes on."""
    if len(text) <= most:
        return text
    return f"{parts(text, most - 2)[0]} …"
