"""The gettext catalogues: `update` from the code, `compile` for the program, `check` that they are whole.

Msgids are English sentences, so that the English catalogue may leave its translations empty.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "plumbot"
LOCALES = SOURCE / "locales"
DOMAIN = "plumbot"
LANGUAGES = ("en", "ru")
WRITTEN_IN = "en"
# How a text is named in the code: t("…"), t.plain("…"), t.plural("…", "…", n), and N_("…") where it waits.
KEYWORDS = {"t": None, "texts": None, "plain": None, "plural": (1, 2), "N_": None}
PLACEHOLDER = re.compile(r"\{\w*\}|</?[a-z][^>]*>")
HEADER = "# Texts of Plum. `make catalogs` collects them from the code; only msgstr is written by hand."
ABOUT = {
    "project": "Plum",
    "version": "1",
    "last_translator": "The Plum authors",
    "language_team": "The Plum authors",
    "msgid_bugs_address": "see CONTRIBUTING.md",
}
MOST_SHOWN = 40
LINE_WIDTH = 0  # one line a text: translations of several people then merge


def path_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def texts_of_code() -> Catalog:
    found = Catalog(domain=DOMAIN, charset="utf-8")
    methods = [("sandbox/**.py", "ignore"), ("migrations/**.py", "ignore"), ("**.py", "python")]
    for _, _, message, comments, context in extract_from_dir(
        str(SOURCE), method_map=methods, keywords=KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True
    ):
        found.add(message, None, auto_comments=comments, context=context)
    return found


def catalogue(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN, charset="utf-8", fuzzy=False, header_comment=HEADER, **ABOUT)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def update() -> None:
    """Add what is new and drop what nobody says any more; translations stay."""
    template = texts_of_code()
    for language in LANGUAGES:
        translations = catalogue(language)
        translations.update(template, no_fuzzy_matching=True, update_creation_date=False)
        translations.last_translator, translations.language_team = "The Plum authors", language
        translations.msgid_bugs_address = "the issues of the project"
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).open("wb") as file:
            write_po(file, translations, width=LINE_WIDTH, ignore_obsolete=True, sort_output=True, no_location=True)


def compile_one(path: Path) -> None:
    with path.open("rb") as file:
        translations = read_po(file, domain=DOMAIN)
    # Written beside and moved, so that a running program never reads half a catalogue.
    unfinished = path.with_suffix(".mo.new")
    with unfinished.open("wb") as file:
        write_mo(file, translations)
    unfinished.replace(path.with_suffix(".mo"))


def forms(text: object) -> tuple[str, ...]:
    return tuple(str(form) for form in text) if isinstance(text, list | tuple) else (str(text or ""),)


def fault_of(message: Message, language: str) -> str | None:
    translations = forms(message.string)
    if message.fuzzy:
        return "is marked fuzzy"
    if not all(translations):
        return None if language == WRITTEN_IN else "has no translation"
    wanted = set(PLACEHOLDER.findall(forms(message.id)[-1]))
    if any(set(PLACEHOLDER.findall(form)) != wanted for form in translations):
        return f"must keep {', '.join(sorted(wanted)) or 'no placeholders'}"
    return None


def faults(language: str, template: Catalog) -> Iterator[str]:
    translations = catalogue(language)
    for wanted in template:
        if wanted.id and wanted.id not in translations:
            yield f"{language}: {forms(wanted.id)[0]!r} is missing: run 'make catalogs'"
    for message in translations:
        if not message.id:
            continue
        if message.id not in template:
            yield f"{language}: {forms(message.id)[0]!r} is said nowhere: run 'make catalogs'"
        elif fault := fault_of(message, language):
            yield f"{language}: {forms(message.id)[0]!r} {fault}"


def check() -> None:
    template = texts_of_code()
    found = [fault for language in LANGUAGES for fault in faults(language, template)]
    if found:
        rest = [f"… and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
        sys.exit("\n".join([*found[:MOST_SHOWN], *rest, f"{len(found)} texts to repair in {LOCALES.name}"]))
    print(f"catalogues: {len(template)} texts in {', '.join(LANGUAGES)}")


def main(arguments: list[str]) -> None:
    commands: dict[str, Callable[[], None]] = {"update": update, "check": check}
    match arguments:
        case ["compile", *paths]:
            for path in paths or [str(path_of(language)) for language in LANGUAGES]:
                compile_one(Path(path))
        case [command] if command in commands:
            commands[command]()
        case _:
            sys.exit("use: catalogs.py update | check | compile [FILE.po …]")


if __name__ == "__main__":
    main(sys.argv[1:])
