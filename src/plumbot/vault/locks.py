"""Encryption of backups with age: what is made here, the `age` program of any machine opens as well."""

from pathlib import Path
from typing import BinaryIO

import pyrage

from plumbot.vault.faults import Refused

SECRET_KEY = "AGE-SECRET-KEY-1"  # noqa: S105  # how every such key begins
WRONG_KEY = "The backup does not open with this key: set PLUM_BACKUP__KEY to the one that it was made with."


def new_lock(key: str) -> tuple[pyrage.x25519.Identity, bytes | None]:
    """The identity to encrypt for, and that identity under the passphrase, to lie beside. age encrypts a stream for an
    identity only, so a passphrase guards an identity that is made for this one backup."""
    if key.startswith(SECRET_KEY):
        return own_identity(key), None
    identity = pyrage.x25519.Identity.generate()
    return identity, pyrage.passphrase.encrypt(str(identity).encode(), key)


def opened(key: str, kept: bytes | None) -> pyrage.x25519.Identity:
    try:
        if kept is None:
            return own_identity(key)
        return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(kept, key).decode())
    except pyrage.DecryptError as fault:
        raise Refused(WRONG_KEY) from fault


def own_identity(key: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(key)
    except pyrage.IdentityError as fault:
        raise Refused(WRONG_KEY) from fault


def encrypt(source: Path, target: Path, identity: pyrage.x25519.Identity) -> None:
    with source.open("rb") as plain, target.open("wb") as locked:
        pyrage.encrypt_io(plain, locked, [identity.to_public()])


def decrypt(locked: BinaryIO, target: Path, identity: pyrage.x25519.Identity) -> None:
    try:
        with target.open("wb") as plain:
            pyrage.decrypt_io(locked, plain, [identity])
    except pyrage.DecryptError as fault:
        raise Refused(WRONG_KEY) from fault
