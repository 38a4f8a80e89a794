"""What is read out of the site's page: the token of its form, and the cookies that belong to it."""

from html.parser import HTMLParser
from http.cookies import SimpleCookie

from plumbot.features.whoami.rules import SiteStrange

LONGEST_TOKEN = 512
MOST_COOKIES = 20
LONGEST_COOKIES = 4096


class _TokenReader(HTMLParser):
    """Takes the first such <meta>; what stands in scripts and comments is no tag to it."""

    def __init__(self) -> None:
        super().__init__()
        self.token: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(reversed(attrs))
        if tag == "meta" and self.token is None and (named.get("name") or "").lower() == "csrf-token":
            self.token = named.get("content") or ""


def token_in(page: str) -> str:
    """The CSRF token of the page; it becomes a header, so nothing but visible ASCII is taken."""
    reader = _TokenReader()
    reader.feed(page)
    token = (reader.token or "").strip()
    if not 0 < len(token) <= LONGEST_TOKEN or not all("!" <= character <= "~" for character in token):
        raise SiteStrange
    return token


def cookies_of(cookies: SimpleCookie) -> str:
    """The value of our Cookie header."""
    header = "; ".join(f"{one.key}={one.coded_value}" for one in [*cookies.values()][:MOST_COOKIES])
    if len(header) > LONGEST_COOKIES or not (header.isascii() and header.isprintable()):
        raise SiteStrange
    return header
