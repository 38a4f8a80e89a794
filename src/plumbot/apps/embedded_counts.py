"""What an embedded worker counts is seen on the bot's `/metrics`: told in lines over the socket that ties the two."""

import asyncio
import json
import socket
from contextlib import suppress

import structlog

from plumbot.kit.metrics import count_recognition

log = structlog.get_logger()

STDIN = 0  # in the child: reading tells when the bot ends, writing tells the bot


def tell_the_bot(engine: str, outcome: str, share: float | None = None) -> None:
    """Where nobody reads, a figure is lost and nothing else: recognition never waits for it."""
    line = json.dumps([engine, outcome, share]).encode() + b"\n"
    with suppress(OSError), socket.socket(fileno=STDIN) as ours:
        try:
            ours.send(line, socket.MSG_DONTWAIT)
        finally:
            ours.detach()


async def hear_the_child(ours: socket.socket) -> None:
    """Counts what comes, until the child ends."""
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    try:
        while line := await reader.readline():
            with suppress(ValueError, TypeError):  # half a line, of a child that was killed
                count_recognition(*json.loads(line))
    except OSError as fault:
        log.info("counts_ended", fault=str(fault))
    finally:
        writer.close()
