"""How texts are compared: without regard to case, in any alphabet, however their accents are composed.

SQLite's own `lower`, `LIKE` and `NOCASE` know only Latin letters, so folded texts are stored and compared as they are.
"""

import unicodedata


def folded(text: str) -> str:
    """Equal for texts that people read as the same word."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).casefold())
