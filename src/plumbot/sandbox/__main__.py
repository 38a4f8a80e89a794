"""`python -m plumbot.sandbox`: the sandbox by itself, without a bot."""

import argparse
import asyncio
import sys
from pathlib import Path

from plumbot.sandbox.errors import Refused
from plumbot.sandbox.options import WEB_PORT, SandboxOptions
from plumbot.sandbox.server import serve


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _run(options: SandboxOptions) -> None:
    sandbox = await serve(options)
    _say(f"Page:    {sandbox.web_url}")
    _say(f"Bot API: {sandbox.api_url}  token {sandbox.token}")
    try:
        await asyncio.Event().wait()
    finally:
        await sandbox.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m plumbot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=WEB_PORT, help="port of the page; the Bot API takes the next")
    parser.add_argument("--state", type=Path, default=Path(".sandbox"), help="folder that keeps everything")
    parser.add_argument("--no-limits", action="store_true", help="do not keep Telegram's sending limits")
    given = parser.parse_args()
    options = SandboxOptions(state=given.state, web_port=given.port, strict_rates=not given.no_limits, say=_say)
    try:
        asyncio.run(_run(options))
    except Refused as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        _say("Stopped.")


if __name__ == "__main__":
    main()
