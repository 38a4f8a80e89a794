"""The changelog's section of one version, for a release: `release_notes.py v1.2.3` prints it, or what disagrees."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def notes(tag: str, changelog: str, version: str) -> str:
    """The section of `tag`, which must name `version`; a SystemExit says what is wrong."""
    if tag.removeprefix("v") != version:
        raise SystemExit(f"The tag {tag} does not name the version {version} of src/plumbot/__init__.py.")
    found = re.search(rf"^## {re.escape(version)}\b.*?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None or not found[1].strip():
        raise SystemExit(f"CHANGELOG.md says nothing of {version}: give it a section of that name.")
    return found[1].strip()


def main() -> None:
    (tag,) = sys.argv[1:] or [""]
    source = (ROOT / "src" / "plumbot" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'__version__ = "([^"]+)"', source)
    print(notes(tag, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version[1] if version else ""))


if __name__ == "__main__":
    main()
