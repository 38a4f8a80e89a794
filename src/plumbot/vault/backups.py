"""Backups: one file each with a manifest, a checksum beside it, readable by their owner only; verified by restoring."""

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DatabaseError

from plumbot import __version__, migrations
from plumbot.migrations.addresses import is_sqlite
from plumbot.vault import locks, snapshots
from plumbot.vault.databases import counts_of, reading, require_nobody_at_work
from plumbot.vault.faults import Refused
from plumbot.vault.snapshots import Content

NAME = re.compile(r"plum-(\d{8}T\d{6}Z)\.tar")
STAMP = "%Y%m%dT%H%M%SZ"
CHECKSUM = ".sha256"
MANIFEST, LOCKED_KEY, CLOSED = "manifest.json", "key.age", ".age"
MAKING = ".making-"
FORMAT = 1
UNREADABLE = "it cannot be read"
MEMBERS = {"sqlite": "database.db.gz", "postgresql": "database.pgdump"}

Reached = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """Where backups lie, what encrypts them, where PostgreSQL's programs are (None: on the PATH)."""

    folder: Path
    key: str | None = None
    pg_bin: Path | None = None
    keep_days: int = 14


@dataclass(frozen=True)
class Manifest:
    """What the backup says of itself."""

    kind: str
    at: str
    made_by: str
    content: Content
    encrypted: bool
    format: int = FORMAT


@dataclass(frozen=True)
class Backup:
    """A file and what it holds."""

    path: Path
    manifest: Manifest


def create(url: str, options: Options, now: datetime, reached: Reached = lambda _: None) -> Backup:
    """Take one while the bot runs; then let go of those that are older than `keep_days`."""
    if problem := migrations.check(url):
        raise Refused(f"There is nothing to back up yet. {problem}")
    _make_folder(options.folder)
    target = options.folder / f"plum-{now.astimezone(UTC).strftime(STAMP)}.tar"
    with _workshop(options.folder) as workshop:
        kind = "sqlite" if is_sqlite(url) else "postgresql"
        snapshot = workshop / MEMBERS[kind]
        content = snapshots.take(url, snapshot, options.pg_bin)
        reached("snapshot taken")
        manifest = Manifest(kind, now.astimezone(UTC).isoformat(), __version__, content, options.key is not None)
        half = _packed(workshop, snapshot, manifest, options.key)
        reached("packed")
        _write(target.with_name(target.name + CHECKSUM), f"{_sha256(half)}  {target.name}\n")
        half.replace(target)
    reached("kept")
    prune(options, now)
    return Backup(target, manifest)


def listed(folder: Path) -> list[Path]:
    """The newest first."""
    found = folder.glob("plum-*.tar") if folder.is_dir() else ()
    return sorted((path for path in found if NAME.fullmatch(path.name)), key=lambda path: path.name, reverse=True)


def made_at(path: Path) -> datetime:
    match = NAME.fullmatch(path.name)
    if match is None:
        raise Refused(f"{path.name} is not named as a backup of ours is.")
    return datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)


def prune(options: Options, now: datetime) -> list[Path]:
    """Those that are too old; the newest stays however old it is."""
    old = [path for path in listed(options.folder)[1:] if made_at(path) < now - timedelta(days=options.keep_days)]
    for path in old:
        path.unlink()
        path.with_name(path.name + CHECKSUM).unlink(missing_ok=True)
    return old


def verify(path: Path, url: str, options: Options, reached: Reached = lambda _: None) -> Manifest:
    """Restore it into a scratch database and compare what is there with what the manifest says."""
    with _unpacked(path, options) as (manifest, snapshot):
        reached("unpacked")
        here = "sqlite" if is_sqlite(url) else "postgresql"
        if manifest.kind != here:
            raise Refused(f"{path.name} is a backup of {manifest.kind}, and PLUM_DATABASE__URL names {here}.")
        with snapshots.scratch(url, snapshot.parent, f"plum_verify_{os.getpid()}") as scratch:
            snapshots.bring_back(snapshot, scratch, options.pg_bin)
            reached("restored into scratch")
            _require_same(manifest.content, snapshots.content_of(scratch))
    return manifest


def restore(
    path: Path, url: str, options: Options, *, replace: bool = False, reached: Reached = lambda _: None
) -> Manifest:
    """Into the database of the settings; one that holds rows is replaced only when told to."""
    with _unpacked(path, options) as (manifest, snapshot):
        here = "sqlite" if is_sqlite(url) else "postgresql"
        if manifest.kind != here:
            raise Refused(f"{path.name} is a backup of {manifest.kind}, and PLUM_DATABASE__URL names {here}.")
        if manifest.content.revision not in migrations.revisions():
            raise Refused(f"{path.name} was made by a newer Plum ({manifest.made_by}): install that version first.")
        if here == "postgresql":
            snapshots.program("pg_restore", options.pg_bin)
        held = held_by(url)
        if held and not replace:
            raise Refused(
                f"The database holds rows already ({held}): nothing was changed. To replace it, add --replace."
            )
        reached("unpacked")
        if held is not None:
            _require_nobody_at_work(url, held)
            snapshots.clear(url)
        snapshots.bring_back(snapshot, url, options.pg_bin)
        reached("restored")
        _require_same(manifest.content, snapshots.content_of(url))
    return manifest


def held_by(url: str) -> str | None:
    """What stands in the database; empty for none, None where there are no tables."""
    try:
        if migrations.current(url) is None:
            return None
        with reading(url) as found:
            counts = {name: count for name, count in counts_of(found).items() if count}
    except (migrations.DatabaseUnreachable, DatabaseError):
        if not is_sqlite(url):
            raise
        return UNREADABLE  # a damaged file is what one restores over
    return ", ".join(f"{name} {count}" for name, count in list(counts.items())[:4])


def _require_nobody_at_work(url: str, held: str) -> None:
    if held != UNREADABLE:
        with reading(url) as found:
            require_nobody_at_work(found)


def _require_same(told: Content, found: Content) -> None:
    unlike = [name for name, count in told.counts.items() if found.counts.get(name) != count]
    if unlike or told.wrong_ledgers != found.wrong_ledgers or told.revision != found.revision:
        raise Refused(f"The backup does not hold what it says ({', '.join(unlike) or 'ledger or revision'}).")


def _packed(workshop: Path, snapshot: Path, manifest: Manifest, key: str | None) -> Path:
    packed = workshop / "packed.tar"
    with tarfile.open(packed, "w") as tar:
        _add(tar, MANIFEST, json.dumps(asdict(manifest), indent=2).encode())
        if key is not None:
            identity, kept = locks.new_lock(key)
            closed = snapshot.with_name(snapshot.name + CLOSED)
            locks.encrypt(snapshot, closed, identity)
            if kept is not None:
                _add(tar, LOCKED_KEY, kept)
            snapshot = closed
        tar.add(snapshot, snapshot.name)
    packed.chmod(0o600)
    with packed.open("rb") as written:
        os.fsync(written.fileno())
    return packed


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


@contextmanager
def _unpacked(path: Path, options: Options) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and the snapshot, decrypted, in a folder that goes away."""
    _require_intact(path)
    with tempfile.TemporaryDirectory(prefix="plum-backup-") as folder:
        try:
            with tarfile.open(path) as tar:
                manifest = _manifest(_bytes(tar, MANIFEST))
                yield manifest, _snapshot(tar, manifest, Path(folder), options.key)
        except (tarfile.TarError, KeyError) as fault:
            raise Refused(f"{path} is not a backup of ours ({fault}).") from fault


def _snapshot(tar: tarfile.TarFile, manifest: Manifest, folder: Path, key: str | None) -> Path:
    target = folder / MEMBERS[manifest.kind]
    member = tar.extractfile(target.name + (CLOSED if manifest.encrypted else ""))
    if member is None:
        raise KeyError(target.name)
    with member:
        if not manifest.encrypted:
            with target.open("wb") as out:
                shutil.copyfileobj(member, out, 1 << 20)
        elif key is None:
            raise Refused("The backup is encrypted: set PLUM_BACKUP__KEY to the key that it was made with.")
        else:
            kept = _bytes(tar, LOCKED_KEY) if LOCKED_KEY in tar.getnames() else None
            locks.decrypt(member, target, locks.opened(key, kept))  # type: ignore[arg-type]  # tarfile says IO[bytes]
    return target


def _bytes(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    with member:
        return member.read()


def _manifest(kept: bytes) -> Manifest:
    found: dict[str, Any] = json.loads(kept)
    if found.get("format") != FORMAT:
        raise Refused("The backup was made by a newer Plum: install that version first.")
    return Manifest(**{**found, "content": Content(**found["content"])})


def _require_intact(path: Path) -> None:
    if not path.is_file():
        raise Refused(f"There is no file {path}: `plumbot backup list` names those that are there.")
    beside = path.with_name(path.name + CHECKSUM)
    if not beside.exists():
        raise Refused(f"{beside} is missing: a backup is two files, bring both.")
    if beside.read_text(encoding="utf-8").split()[:1] != [_sha256(path)]:
        raise Refused(f"{path} is not what was written (its checksum differs): take another backup.")


def _sha256(path: Path) -> str:
    with path.open("rb") as found:
        return hashlib.file_digest(found, "sha256").hexdigest()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise Refused(f"{folder} cannot be made ({fault.strerror}): look at PLUM_BACKUP__DIR.") from fault
    for left in folder.glob(f"{MAKING}*"):  # by a run that was killed
        if left.stat().st_mtime < datetime.now(UTC).timestamp() - 24 * 3600:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix=MAKING, dir=folder) as workshop:
            yield Path(workshop)
    except OSError as fault:
        raise Refused(f"The backup cannot be written to {folder} ({fault.strerror or fault}).") from fault


def _write(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(content)
