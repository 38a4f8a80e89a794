"""The watch over the token works: every test with a club has it at its end."""

import logging
from pathlib import Path

import pytest
import structlog

from plumbot.sandbox.options import TOKEN
from tests.support.secrecy import check_that_no_secret_leaked, logged


def test_a_token_in_any_file_that_a_bot_left_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "bot.log").write_text("all is well", encoding="utf-8")
    check_that_no_secret_leaked(tmp_path)
    (tmp_path / "plum.db-wal").write_bytes(b"\x00" + TOKEN.encode() + b"\x00")
    with pytest.raises(AssertionError, match="db-wal"):
        check_that_no_secret_leaked(tmp_path)


def test_what_is_watched_is_written_down_to_debug_and_without_the_token(tmp_path: Path) -> None:
    log = tmp_path / "here.log"
    with logged(log):
        structlog.get_logger("plumbot").debug("asked", url=f"https://api.telegram.org/bot{TOKEN}/getMe")
        logging.getLogger("aiohttp.client").debug("GET /bot%s/getMe", TOKEN)
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2
    check_that_no_secret_leaked(tmp_path)
