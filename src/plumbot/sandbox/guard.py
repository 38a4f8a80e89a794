"""Only this machine's own page may use the web API: Host and Origin are checked, and what it may load."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

OURS = frozenset({"127.0.0.1", "localhost"})
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob: data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def _local(address: str, port: int) -> bool:
    """Whether "host:port" is this server; foreign names may have been pointed at 127.0.0.1."""
    try:
        parts = urlsplit(f"//{address}")
        return parts.hostname in OURS and (parts.port or 80) == port
    except ValueError:
        return False


def _refusal(request: web.Request, port: int) -> str:
    if not _local(request.headers.get("Host", ""), port):
        return f"This page answers only at http://127.0.0.1:{port}."
    origin = request.headers.get("Origin")
    if origin is not None and not (origin.startswith("http://") and _local(origin[7:], port)):
        return "Another site must not use the sandbox."
    if request.method == "POST" and request.headers.get("X-Sandbox") != "1":
        return "A POST needs the header X-Sandbox: 1."
    return ""


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    socket = request.transport.get_extra_info("sockname") if request.transport else None
    refusal = _refusal(request, socket[1] if socket else 0)
    if refusal:
        return web.json_response({"ok": False, "error": refusal}, status=403)
    response = await handler(request)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response
