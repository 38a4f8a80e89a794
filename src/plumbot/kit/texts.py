"""Texts in the reader's language: msgids are English sentences, catalogues are gettext's, every value is escaped."""

import gettext
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

LANGUAGES = ("ru", "en")
LOCALES = Path(__file__).parent.parent / "locales"


class Texts:
    """The texts of one language. Called with a msgid and values it gives Telegram HTML in which values are escaped."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._catalogue = _catalogue(self.language)

    def __call__(self, message: str, /, **values: object) -> Markup:
        return Markup(self._catalogue.gettext(message)).format(**values)  # noqa: S704  # catalogues are ours; values are escaped by format

    def plural(self, one: str, many: str, n: int, /, **values: object) -> Markup:
        """The form for `n`, which is also the value `{n}`."""
        return Markup(self._catalogue.ngettext(one, many, n)).format(n=n, **values)  # noqa: S704  # as above

    def plain(self, message: str, /, **values: object) -> str:
        """For buttons and alerts, where Telegram reads no HTML."""
        return self._catalogue.gettext(message).format(**values)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("plumbot", LOCALES, [language], fallback=True)
