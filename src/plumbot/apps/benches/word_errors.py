"""The share of words that were heard wrong, by jiwer; case and punctuation do not count."""

import re


def plain(text: str) -> str:
    """Words alone, as people compare them."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("ё", "е")))


def word_error_percent(pairs: list[tuple[str, str]]) -> float:
    """Over all pairs of what was said and what was heard."""
    import jiwer

    said = [plain(first) for first, _ in pairs]
    return 100 * float(jiwer.wer(said, [plain(second) for _, second in pairs]))
