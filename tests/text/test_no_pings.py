"""In groups nobody is pinged and nothing becomes a link by what people call themselves: such texts stand as code."""

import pytest

from plumbot.kit.outbox.render import message_of, request_for
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.sandbox.html import parse
from tests.text.values import screens, values_for

GROUP = -1001
IN_GROUPS = ["karma.stats", "karma.why", "karma.top", "karma.closed", "karma.panel", "digest.weekly", "whoami.own",
             "whoami.person",
             "whoami.never_met", "whoami.asking", "whoami.unknown_name", "whoami.no_answer"]  # fmt: skip
ALSO = {"karma.panel": {"in_group": True, "changes": []}}
HOSTILE = "@somebody_else"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", IN_GROUPS)
def test_a_name_that_looks_like_an_account_pings_nobody(name: str, language: str) -> None:
    shown = 0
    for turn in range(4):
        values = values_for(name, screens()[name], HOSTILE, turn) | ALSO.get(name, {})
        row = ShownMessage(id=1, key="k", chat_id=GROUP, screen=name, values=values)
        request = request_for(row, message_of(row, language)).values
        text, entities = parse(request.get("text") or request["caption"])
        as_code = [(each["offset"], each["offset"] + each["length"]) for each in entities if each["type"] == "code"]
        for at in range(len(text)):
            if text.startswith(HOSTILE, at):
                shown += 1
                assert any(start <= at < end for start, end in as_code), text
    assert shown
