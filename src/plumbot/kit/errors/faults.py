"""What a fault is called: the same mistake has the same reference, on every machine and in every process."""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from plumbot.kit.inbox.raw import fit
from plumbot.kit.logging import redacted, without_secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 of them; what is confused over a telephone is left out
LENGTH = 6
LONGEST_TRACE = 16_000
LONGEST_CONTEXT = 2_000
OURS = "plumbot"
OF_LOGGING = frozenset({"event", "level", "logger", "timestamp", "exc_info", "exception", "_record", "_from_structlog"})
# The log has them; a row of a month must not.
OF_PEOPLE = frozenset({"lane", "user", "user_id", "chat_id", "chat", "key"})


@dataclass(frozen=True)
class Fault:
    """One time that something failed, ready to be kept: nothing in it is secret any more."""

    reference: str
    place: str
    kind: str
    trace: str
    context: str


def reference_of(fault: BaseException) -> str:
    """Six letters that stand for this kind of exception on this way through our code, lines left aside."""
    way = [(frame.filename.rpartition(OURS)[2], frame.name) for frame in traceback.extract_tb(fault.__traceback__)]
    named = json.dumps([type(fault).__module__, type(fault).__qualname__, [step for step in way if step[0]]])
    digest = int.from_bytes(blake2b(named.encode(), digest_size=8).digest())
    return "".join(LETTERS[digest >> 5 * place & 31] for place in range(LENGTH))


def fault_of(record: logging.LogRecord) -> Fault | None:
    """The fault of a record that carries an exception, else None."""
    said: Mapping[str, Any] = record.msg if isinstance(record.msg, dict) else {}
    fault = _exception(record.exc_info or said.get("exc_info"))
    if fault is None:
        return None
    context = {key: value for key, value in said.items() if key not in OF_LOGGING | OF_PEOPLE}
    context["said"] = said.get("event") or record.getMessage()
    trace = str(fit(redacted("".join(traceback.format_exception(fault)))))
    return Fault(
        reference_of(fault),
        _place(record, said)[:80],
        type(fault).__qualname__[:120],
        trace if len(trace) <= LONGEST_TRACE else f"…{trace[-LONGEST_TRACE:]}",
        str(fit(redacted(json.dumps(without_secrets(context), ensure_ascii=False, default=repr))))[:LONGEST_CONTEXT],
    )


def _place(record: logging.LogRecord, said: Mapping[str, Any]) -> str:
    """The handler that was at work, or what takes a call's answer: their faults are all logged by the same line."""
    return str(said.get("handler") or said.get("then") or record.name.removeprefix(f"{OURS}."))


def _exception(given: Any) -> BaseException | None:
    if given is True:  # `log.exception`, and we are still inside its except block
        return sys.exc_info()[1]
    if isinstance(given, BaseException):
        return given
    return given[1] if isinstance(given, tuple) and len(given) == 3 else None
