"""The main admin orders a backup in the panel: it comes as a file, and it is whole."""

import io
import tarfile
from pathlib import Path

from tests.journeys.ways import RUSSIAN
from tests.support.club import club
from tests.support.postgres import PostgresServer


async def test_a_backup_comes_as_a_file_after_two_questions_where_there_is_no_key(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    programs = str(postgres.program("pg_dump").parent)
    async with club(tmp_path, PLUM_BACKUP__DIR=str(tmp_path / "backups"), PLUM_BACKUP__PG_BIN=programs) as it:
        oleg, ada = it.people.oleg, it.people.ada
        await ada.send("/admin")
        assert "[Backup]" not in str(await ada.sees("Admins' panel"))
        await oleg.send("/admin")
        await oleg.press(RUSSIAN("Backup"))
        await oleg.press(RUSSIAN("Make one all the same"))
        await oleg.press(RUSSIAN("Yes, send it unencrypted"))
        await oleg.sees(RUSSIAN("The file comes below."))
        sent = await oleg.sees("plumbot backup restore")
        (made,) = (tmp_path / "backups").glob("plum-*.tar")
        assert sent["document"]["file_name"] == made.name
        with tarfile.open(fileobj=io.BytesIO(made.read_bytes())) as tar:
            assert "manifest.json" in tar.getnames()
        await it.settles()
        assert it.asks("SELECT count(*) FROM switches WHERE name = 'backup.ordered'") == [(0,)]
        assert it.asks("SELECT actor_id FROM audit WHERE action = 'backup.order'") == [(1004,)]
