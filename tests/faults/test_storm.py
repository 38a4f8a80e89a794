"""Whatever dies when: an accepted update takes effect exactly once, and what people should see comes to be seen."""

from pathlib import Path

import pytest

from tests.faults import storm
from tests.faults.conftest import Hold
from tests.support.databases import migrated
from tests.support.scoreboard import SOAK


@pytest.mark.kill
@pytest.mark.timeout(1_800 if SOAK else 240)
@pytest.mark.xdist_group("storm-sqlite")
async def test_killed_again_and_again_nothing_is_lost_and_nothing_doubled(tmp_path: Path, hold: Hold) -> None:
    async with storm.storm(tmp_path, migrated(tmp_path), storm.SOAK if SOAK else storm.CI) as it:
        await it.blow()
        print(it.weather())
        assert it.killer.kills == it.size.kills
        assert it.killer.ended == []
        assert it.scene.wire.stream.wrong_offsets == []
        hold(it.tallies(), "SQLite")
