"""Plumbing that knows nothing of the club: settings, clock, database, inbox, outbox, Telegram, texts."""
