"""Addresses of databases as they are typed on the command line."""

import typer
from pydantic import SecretStr

from plumbot.kit.settings_values import database_url


def database_at(address: str) -> str:
    """In our form; another than SQLite's or PostgreSQL's is wrong use."""
    try:
        return database_url(SecretStr(address)).get_secret_value()
    except ValueError as wrong:
        raise typer.BadParameter(f"a database is named as {wrong}") from wrong
