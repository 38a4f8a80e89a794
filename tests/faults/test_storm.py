"""Whatever dies when: an accepted update takes effect exactly once, and what people should see comes to be seen."""

from pathlib import Path

import pytest

from tests.faults import storm
from tests.faults.conftest import Database, Hold, on_both
from tests.support.scoreboard import SOAK


@pytest.mark.kill
@pytest.mark.timeout(7_500 if SOAK else 660)
@on_both
async def test_killed_again_and_again_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, lasting: Database, hold: Hold
) -> None:
    size = storm.SOAK if SOAK else storm.CI if lasting.name == "SQLite" else storm.CI_AGAIN
    async with storm.storm(tmp_path, lasting.url, size) as it:
        await it.blow()
        print(it.weather())
        assert it.killer.kills == it.size.kills
        assert it.killer.ended == []
        assert it.scene.wire.stream.wrong_offsets == []
        hold(it.tallies(), lasting.name)
