"""What can be set when the sandbox is started; the defaults suit a person, tests turn some of it down."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

BOT_ID = 7_000_000_001
ANONYMOUS_ID = 1087968824  # as whom Telegram shows admins who write anonymously
BOT_USERNAME = "plum_sandbox_bot"
TOKEN = f"{BOT_ID}:SANDBOX-TOKEN-NOT-SECRET-000000000"
CLUB_ID = -1_002_000_000_001

WEB_PORT = 8300
PORTS_TO_TRY = 20


@dataclass
class SandboxOptions:
    """Ports: 0 takes any free one; `api_port=None` means the one after the web port."""

    state: Path = Path(".sandbox")
    web_port: int = WEB_PORT
    api_port: int | None = None
    token: str = TOKEN
    strict_rates: bool = True
    removed_come_as_requests: bool = False  # Telegram "can" turn a formerly removed person's join into a request
    press_seconds: float = 150
    keep_updates_seconds: float = 24 * 3600
    slow_seconds: tuple[float, float] = (2, 5)
    hang_seconds: float = 10  # how long an answer hangs before the connection drops ("timeout_after")
    webhook_pause_seconds: float = 1  # the first pause after a failed delivery; it doubles up to 60
    admission: str = "request"  # how the bot that is started with it lets people in: the guide speaks of it
    history: bool = True  # seed the club with people and messages
    clock: Callable[[], float] = time.time
    say: Callable[[str], None] = lambda _: None
    chance: random.Random = field(default_factory=random.Random)
