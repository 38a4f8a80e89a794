"""The settings themselves, one block a feature; `.env.example` explains them to operators."""

import datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from plumbot.kit.settings_loading import Block
from plumbot.kit.settings_values import (
    bot_token,
    database_url,
    secret_of_webhook,
    time_zone,
    web_address,
    words,
)

Words = Annotated[tuple[str, ...], BeforeValidator(words)]
Ids = Annotated[tuple[int, ...], BeforeValidator(words)]
WebAddress = Annotated[str, AfterValidator(web_address)]
Port = Annotated[int, Field(ge=1, le=65535)]
POSITIVE_WORDS = ("+", "класс", "согл", "+реп", "спасибо", "круто", "топ")
POSITIVE_REACTIONS = tuple("👍 🔥 ❤ 💙 💚 💛 🧡 💜 🤎 🖤 🤍 ❤‍🔥 💖 💗 💓 💕".split())
NEGATIVE_REACTIONS = tuple("👎 💩 🤮".split())
NEEDS = {"digest": "karma", "whoami_lookup": "whoami"}  # digests tell of karma


class TelegramSettings(Block):
    """The way to Telegram."""

    token: Annotated[SecretStr | None, AfterValidator(bot_token)] = None
    api_url: WebAddress = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: WebAddress | None = None
    webhook_secret: Annotated[SecretStr | None, AfterValidator(secret_of_webhook)] = None
    webhook_host: str = "127.0.0.1"
    webhook_port: Port = 8443

    def require_token(self) -> str:
        return self.require(self.token, "token", "the token that @BotFather gave for the bot").get_secret_value()

    @property
    def bot_id(self) -> int:
        """The bot's own user id: it stands before the colon of its token."""
        return int(self.require_token().partition(":")[0])

    def require_webhook(self) -> tuple[str, str]:
        """The public address that Telegram calls, and the secret that proves it is Telegram."""
        return self.require_webhook_url(), self.require_webhook_secret()

    def require_webhook_url(self) -> str:
        return self.require(self.webhook_url, "webhook_url", "the public https address that Telegram is to call")

    def require_webhook_secret(self) -> str:
        meaning = "32 or more letters and digits that only Telegram will know"
        return self.require(self.webhook_secret, "webhook_secret", meaning).get_secret_value()


class ClubSettings(Block):
    """The club: its chat, its people in charge, its habits."""

    chat_id: Annotated[int | None, Field(lt=0, examples=["-1001234567890"])] = None
    owner_id: Annotated[int | None, Field(gt=0, examples=["123456789"])] = None
    admin_ids: Annotated[Ids, Field(examples=["123456789,987654321"])] = ()
    name: str = "Plum Club"
    rules_url: WebAddress | None = None
    language: Literal["ru", "en"] = "ru"
    timezone: Annotated[str, AfterValidator(time_zone)] = "Europe/Moscow"
    review_chat_id: Annotated[int | None, Field(examples=["-1001234567890"])] = None
    alert_chat_id: Annotated[int | None, Field(examples=["-1001234567890"])] = None
    admission: Literal["request", "link"] = "request"
    reapply_hours: Annotated[int, Field(ge=0)] = 24
    remind_hours: Annotated[int, Field(ge=1)] = 24

    def require_chat_id(self) -> int:
        return self.require(self.chat_id, "chat_id", "the id of the club's supergroup, such as -1001234567890")

    def require_owner_id(self) -> int:
        return self.require(self.owner_id, "owner_id", "the Telegram id of the main admin, such as 123456789")


class DatabaseSettings(Block):
    """Where everything is kept."""

    url: Annotated[SecretStr, AfterValidator(database_url)] = SecretStr("sqlite:///./data/plum.db")
    migrate_on_start: bool | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_secret_value().startswith("sqlite")

    @property
    def sqlite_path(self) -> Path | None:
        """The file, where there is one (None for PostgreSQL and for a database in memory)."""
        path = urlsplit(self.url.get_secret_value()).path.removeprefix("/")
        return Path(path) if self.is_sqlite and path not in {"", ":memory:"} else None

    @property
    def migrates_on_start(self) -> bool:
        return self.is_sqlite if self.migrate_on_start is None else self.migrate_on_start


class WorkerSettings(Block):
    """Whether jobs and timers live in the bot's process; unset: as the database has it."""

    embedded: bool | None = None


class TranscriptionSettings(Block):
    """Speech to text: engine, model, and what one person may ask for."""

    engine: Literal["auto", "faster-whisper", "onnx", "vosk", "sphinx"] = "auto"
    model: str = "small"
    model_path: Path | None = None
    vosk_model_path: Path | None = None
    onnx_model_path: Path | None = None
    threads: Annotated[int, Field(ge=1)] = 1
    workers: Annotated[int, Field(ge=1)] = 2
    max_seconds: Annotated[int, Field(ge=1)] = 3600
    daily_jobs: Annotated[int, Field(ge=1)] = 20
    daily_minutes: Annotated[int, Field(ge=1)] = 60
    open_jobs: Annotated[int, Field(ge=1)] = 3
    group: Literal["off", "reply", "auto"] = "off"


class KarmaSettings(Block):
    """What gives karma, and how much of it."""

    start: int = 10
    positive_words: Words = POSITIVE_WORDS
    positive_reactions: Words = POSITIVE_REACTIONS
    negative_reactions: Words = NEGATIVE_REACTIONS
    pair_daily_cap: Annotated[int, Field(ge=1)] = 10


class DigestSettings(Block):
    """When the club hears how its karma stands."""

    time: Annotated[datetime.time, Field(examples=["21:00"])] = datetime.time(21)
    weekly: bool = False


class WhoamiSettings(Block):
    """The site that knows people whom the club does not (see the flag WHOAMI_LOOKUP)."""

    base_url: WebAddress = "https://tg-user.id"
    timeout_seconds: Annotated[float, Field(gt=0)] = 5.0
    per_minute: Annotated[int, Field(ge=1)] = 20


class HttpSettings(Block):
    """Health and metrics; port 0 switches them off."""

    host: str = "127.0.0.1"
    port: Annotated[int | None, Field(ge=0, le=65535)] = None

    def port_for(self, process: Literal["bot", "worker"]) -> int:
        return {"bot": 8080, "worker": 8081}[process] if self.port is None else self.port


class LogSettings(Block):
    """How much is logged and in which shape; unset: `console` on a terminal, else `json`."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["json", "console"] | None = None


class FeaturesSettings(Block):
    """What is switched on."""

    applications: bool = True
    transcription: bool = True
    karma: bool = True
    digest: bool = True
    whoami: bool = True
    whoami_lookup: bool = False
    profile_card: bool = True

    def enabled(self, feature: str) -> bool:
        """Whether the feature is on, and what it needs; one that nobody can switch off is."""
        return self.off_by(feature) is None

    def off_by(self, feature: str) -> str | None:
        """The switch that keeps it off: its own, or that of a feature without which it is nothing."""
        needed = self.off_by(NEEDS[feature]) if feature in NEEDS else None
        return needed or (None if getattr(self, feature, True) else feature)


class StorageSettings(Block):
    """Where temporary audio lies while a job runs."""

    media_dir: Path = Path("data/media")


class BackupSettings(Block):
    """Where backups go, how long they stay, what encrypts them; `daily` unset: on SQLite only."""

    dir: Path = Path("data/backups")
    keep_days: Annotated[int, Field(ge=1)] = 14
    key: SecretStr | None = None
    daily: bool | None = None
    pg_bin: Path | None = None
