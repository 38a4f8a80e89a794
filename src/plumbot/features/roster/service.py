"""The roster's verbs."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.features.roster import repository, rules
from plumbot.features.roster.repository import Cursor
from plumbot.features.roster.schemas import Entry, ImportReport, Page, RefusedLine
from plumbot.features.roster.tables import RosterEntry
from plumbot.kit.clock import Clock
from plumbot.kit.folding import folded
from plumbot.kit.holding import ROSTER, hold
from plumbot.kit.refusals import Refusal


class RosterService:
    """Who is listed, and whose entry it is."""

    def __init__(self, clock: Clock, audit: Audit) -> None:
        self._clock = clock
        self._audit = audit

    def standing(self, session: Session, slug_key: str, user_id: int) -> str:
        """What the slug is to the person: `free`, `unclaimed` (listed, nobody's yet), `mine` or `taken`."""
        return rules.standing(repository.owners(session, slug_key), user_id)

    def claim(self, session: Session, slug: str, user_id: int) -> bool:
        """The slug is the person's now. False when it is somebody else's; claiming twice changes nothing."""
        hold(session, ROSTER)
        match self.standing(session, folded(slug), user_id):
            case rules.MINE:
                return True
            case rules.TAKEN:
                return False
            case rules.UNCLAIMED if repository.claim_unclaimed(session, folded(slug), user_id):
                return True
        repository.add(session, self._entry(slug, user_id=user_id))
        return True

    def add(self, session: Session, slug: str, *, by: int | None) -> Entry:
        """List a slug by hand; whoever arrives with it claims it."""
        slug = rules.checked(slug)
        hold(session, ROSTER)
        if repository.owners(session, folded(slug)):
            raise rules.SlugListed
        entry = self._entry(slug, by=by)
        repository.add(session, entry)
        self._audit.record(session, "roster.add", by=by, after={"entry": entry.id, "slug": slug})
        return Entry.model_validate(entry)

    def edit(self, session: Session, entry_id: int, slug: str, *, by: int) -> Entry:
        """Write an entry anew; its owner stays."""
        slug = rules.checked(slug)
        hold(session, ROSTER)
        entry = self._found(session, entry_id)
        if folded(slug) != entry.slug_key and repository.owners(session, folded(slug)):
            raise rules.SlugListed
        self._audit.record(
            session, "roster.edit", by=by, on=entry.user_id, before={"slug": entry.slug}, after={"slug": slug}
        )  # fmt: skip
        entry.slug, entry.slug_key = slug, folded(slug)
        repository.forget_words(session, entry.id)
        session.flush()
        repository.index(session, [entry])
        return Entry.model_validate(entry)

    def remove(self, session: Session, entry_id: int, *, by: int) -> Entry:
        """Take an entry off the list; the person stays where they are."""
        hold(session, ROSTER)
        entry = self._found(session, entry_id)
        gone = Entry.model_validate(entry)
        self._audit.record(session, "roster.remove", by=by, on=entry.user_id, before={"slug": entry.slug})
        repository.forget_words(session, entry.id)
        session.delete(entry)
        session.flush()
        return gone

    def search(self, session: Session, text: str, start: Cursor | None = None) -> Page:
        """Entries with words that begin as the words of the text do, 20 from `start` on; an empty text finds all."""
        conditions = repository.matching(session, text, rules.MOST_WORDS)
        found = repository.from_here(session, conditions, start, rules.PAGE + 1)
        if start is not None and not found:
            return self.search_before(session, text, start)
        following = found.pop() if len(found) > rules.PAGE else None
        return Page(
            entries=tuple(Entry.model_validate(entry) for entry in found),
            total=repository.count(session, conditions),
            before=repository.count(session, [*conditions, repository.before(start)]) if start else 0,
            start=start,
            following=(following.slug_key, following.id) if following else None,
        )

    def search_before(self, session: Session, text: str, end: Cursor) -> Page:
        """The page that ends before this place, or the first one."""
        conditions = repository.matching(session, text, rules.MOST_WORDS)
        found = repository.up_to_here(session, conditions, end, rules.PAGE + 1)
        first = found[-rules.PAGE] if len(found) > rules.PAGE else None
        return self.search(session, text, (first.slug_key, first.id) if first else None)

    def entry(self, session: Session, entry_id: int) -> Entry:
        return Entry.model_validate(self._found(session, entry_id))

    def import_lines(self, session: Session, lines: Iterable[str], *, by: int | None) -> ImportReport:
        """List one slug a line. Empty lines and lines that begin with # are passed over."""
        report = self.import_part(session, enumerate(lines, start=1), by=by)
        self.note_import(session, report, by=by)
        return report

    def import_part(self, session: Session, lines: Iterable[tuple[int, str]], *, by: int | None) -> ImportReport:
        """Numbered lines of a long list, which comes in parts; run again it finds what it added."""
        hold(session, ROSTER)
        wanted, doubled, refused = _read(lines)
        listed = repository.keys_among(session, wanted.keys())
        added = [self._entry(slug, by=by) for key, slug in wanted.items() if key not in listed]
        session.add_all(added)
        session.flush()
        repository.index(session, added)
        return ImportReport(added=len(added), present=len(listed) + doubled, refused=tuple(refused))

    def preview(self, session: Session, lines: Iterable[tuple[int, str]]) -> ImportReport:
        """What an import would do."""
        wanted, doubled, refused = _read(lines)
        listed = len(repository.keys_among(session, wanted.keys()))
        return ImportReport(added=len(wanted) - listed, present=listed + doubled, refused=tuple(refused))

    def note_import(self, session: Session, report: ImportReport, *, by: int | None) -> None:
        counts = {"added": report.added, "present": report.present, "refused": len(report.refused)}
        self._audit.record(session, "roster.import", by=by, after=counts)

    def export(self, session: Session) -> list[str]:
        """Every slug, by slug."""
        return repository.every_slug(session)

    def _entry(self, slug: str, *, user_id: int | None = None, by: int | None = None) -> RosterEntry:
        slug = slug.strip()
        return RosterEntry(slug=slug, slug_key=folded(slug), user_id=user_id, added_by=by, created_at=self._clock.now())

    def _found(self, session: Session, entry_id: int) -> RosterEntry:
        entry = session.get(RosterEntry, entry_id)
        if entry is None:
            raise rules.EntryGone
        return entry


def _read(lines: Iterable[tuple[int, str]]) -> tuple[dict[str, str], int, list[RefusedLine]]:
    """Slugs by the way they are compared, how many came twice, and what is no slug."""
    wanted: dict[str, str] = {}
    refused: list[RefusedLine] = []
    doubled = 0
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            slug = rules.checked(line)
        except Refusal as refusal:
            refused.append(_refused(number, line, refusal))
            continue
        doubled += folded(slug) in wanted
        wanted.setdefault(folded(slug), slug)
    return wanted, doubled, refused


def _refused(number: int, line: str, refusal: Refusal) -> RefusedLine:
    shown = line.strip()[: rules.LONGEST_SLUG]
    return RefusedLine(number=number, line=shown, why=refusal.text, values=refusal.values)
