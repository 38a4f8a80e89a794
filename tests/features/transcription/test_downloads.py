"""A model is fetched when told: goes on where it was cut off, is checked, and is there only when whole."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from plumbot.features.transcription import downloads
from plumbot.features.transcription.downloads import CHECKSUMS, Download, DownloadFailed

REPOSITORY = "Systran/faster-whisper-small"


@dataclass
class Hub:
    """A hub of two files; `cut` answers end early, `lies` holds other bytes than it lists."""

    files: dict[str, bytes] = field(
        default_factory=lambda: {"model.bin": bytes(range(256)) * 9000, "config.json": b"{}"}
    )
    cut: int = 0
    lies: bool = False
    ranges: list[str | None] = field(default_factory=list)

    async def tree(self, request: web.Request) -> web.Response:
        listed = [
            {"path": name, "size": len(body), "lfs": {"oid": hashlib.sha256(body).hexdigest()}}
            for name, body in self.files.items()
        ]
        return web.json_response([*listed, {"path": "README.md", "size": 5}])

    async def file(self, request: web.Request) -> web.StreamResponse:
        body = self.files[request.match_info["name"]]
        wanted = request.headers.get("Range")
        self.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if self.lies:
            body = body[:-1] + b"!"
        if self.cut and len(body) > 1000:
            self.cut -= 1
            answer = web.StreamResponse(status=206 if start else 200)
            answer.content_length = len(body) - start
            await answer.prepare(request)
            await answer.write(body[start : start + 700_000])
            if request.transport is not None:
                request.transport.close()
            return answer
        return web.Response(status=206 if start else 200, body=body[start:])


@asynccontextmanager
async def served(hub: Hub) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get(f"/api/models/{REPOSITORY}/tree/main", hub.tree)
    app.router.add_get(f"/{REPOSITORY}/resolve/main/{{name}}", hub.file)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def fetched(hub: Hub, models: Path, seen: list[tuple[int, int]] | None = None) -> Path:
    async with served(hub) as address:
        download = Download("small", models, address)
        files = await download.files()
        return await download.run(files, lambda done, total: (seen if seen is not None else []).append((done, total)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_model_comes_whole_with_its_checksums(tmp_path: Path) -> None:
    hub, seen = Hub(), list[tuple[int, int]]()
    folder = await fetched(hub, tmp_path, seen)
    assert folder == tmp_path / "small"
    assert names(folder) == [CHECKSUMS, "config.json", "model.bin"]
    assert (folder / "model.bin").read_bytes() == hub.files["model.bin"]
    assert (folder / CHECKSUMS).read_text().count("\n") == 2
    assert seen[-1] == (sum(map(len, hub.files.values())),) * 2
    assert names(tmp_path) == ["small"]


async def test_what_was_cut_off_goes_on_where_it_ended(tmp_path: Path) -> None:
    hub = Hub(cut=2)
    folder = await fetched(hub, tmp_path)
    assert (folder / "model.bin").read_bytes() == hub.files["model.bin"]
    assert sum(wanted is not None for wanted in hub.ranges) == 2


async def test_what_came_damaged_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="damaged"):
        await fetched(Hub(lies=True), tmp_path)
    assert not (tmp_path / "small").exists()


async def test_a_hub_that_is_down_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="try again later"):
        async with served(Hub()) as address:
            await Download("base", tmp_path, address).files()
    assert names(tmp_path) == []


def test_an_unknown_model_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="gigaam-v3-e2e-rnnt"):
        Download("enormous", tmp_path)


def test_a_path_out_of_the_folder_is_not_fetched() -> None:
    with pytest.raises(DownloadFailed):
        downloads.remote({"path": "../evil", "size": 1})


async def test_two_runs_do_not_fetch_twice(tmp_path: Path) -> None:
    hub = Hub()
    await fetched(hub, tmp_path)
    asked = len(hub.ranges)
    await fetched(hub, tmp_path)
    await asyncio.sleep(0)
    assert len(hub.ranges) == asked
