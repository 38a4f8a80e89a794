"""docs/privacy.md: the words are written by hand, the tables come from club/personal_data.py. `update` or `check`."""

import sys
from pathlib import Path

from plumbot.club.personal_data import page

PAGE = Path(__file__).resolve().parent.parent / "docs" / "privacy.md"
MARK = "<!-- The tables below are written by tools/privacy_page.py. -->"


def whole(text: str) -> str:
    """The page with today's tables."""
    return f"{text.partition(MARK)[0]}{MARK}\n\n{page()}"


if __name__ == "__main__":
    present = PAGE.read_text(encoding="utf-8")
    match sys.argv[1:]:
        case ["update"]:
            PAGE.write_text(whole(present), encoding="utf-8")
        case ["check"] if present == whole(present):
            print("docs/privacy.md is up to date")
        case ["check"]:
            sys.exit("docs/privacy.md is not what club/personal_data.py says: run tools/privacy_page.py update")
        case _:
            sys.exit("use: privacy_page.py update | check")
