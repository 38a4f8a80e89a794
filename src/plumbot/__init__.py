"""Plum: the self-hosted Telegram bot of a private club. Where to start reading: `docs/tour.md`."""

__version__ = "1.0.0.dev0"
