"""Health and metrics over HTTP: whether the process lives, can do its work, and how it does. No people, no secrets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

log = structlog.get_logger()

PORT_AGAIN_SECONDS = 30.0
PROBE_SECONDS = 3.0

Probe = Callable[[], Awaitable[str | None]]
Exposition = Callable[[], Awaitable[bytes]]


class Health:
    """`probes` by name; each gives None when all is well, else what is wrong."""

    def __init__(self, probes: dict[str, Probe]) -> None:
        self._probes = probes

    async def live(self, _request: web.Request) -> web.Response:
        """That this is answered at all is the proof: the loop turns."""
        return web.json_response({"live": True})

    async def ready(self, _request: web.Request) -> web.Response:
        found = await self.checks()
        well = not any(found.values())
        told = {"ready": well, "checks": {name: trouble or "ok" for name, trouble in found.items()}}
        return web.json_response(told, status=200 if well else 503)

    async def checks(self) -> dict[str, str | None]:
        """What is wrong by the name of its probe, or None."""
        found = await asyncio.gather(*(_asked(name, probe) for name, probe in self._probes.items()))
        return dict(zip(self._probes, found, strict=True))


async def _asked(name: str, probe: Probe) -> str | None:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except TimeoutError:
        return f"no answer within {PROBE_SECONDS:.0f} s"
    except Exception as fault:  # noqa: BLE001  # a probe that fails is an answer, too
        log.warning("probe_failed", probe=name, fault=str(fault))
        return f"it fails: {type(fault).__name__}"  # the words of a fault may quote anything


@asynccontextmanager
async def health_server(health: Health, metrics: Exposition, host: str, port: int) -> AsyncIterator[None]:
    """Answers while the block runs; port 0 is off. A port that is taken stops nobody: it is tried again."""
    if not port:
        yield
        return
    app = web.Application()
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", health.ready)
    app.router.add_get("/metrics", _telling(metrics))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    listening = asyncio.create_task(_listen(runner, host, port), name="health")
    try:
        yield
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await runner.cleanup()


def _telling(metrics: Exposition) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def tell(_request: web.Request) -> web.Response:
        return web.Response(body=await metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return tell


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    while True:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            log.warning("health_port_taken", host=host, port=port, fault=error.strerror, seconds=PORT_AGAIN_SECONDS)
            await asyncio.sleep(PORT_AGAIN_SECONDS)
        else:
            log.info("health_listens", host=host, port=port)
            return
