"""Which session manager serves a database URL; the driver of the other is never imported."""

from plumbot.kit.db import SessionManager
from plumbot.kit.signals import Signals


def open_database(url: str, signals: Signals) -> SessionManager:
    """The session manager for a database URL. The driver is imported only here."""
    if url.startswith("sqlite"):
        from plumbot.kit.sqlite import SqliteSessions

        return SqliteSessions(url, signals)
    from plumbot.kit.postgres import PostgresSessions

    return PostgresSessions(url, signals)
