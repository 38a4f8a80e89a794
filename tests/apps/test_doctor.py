"""Doctor: each thing that can be wrong has its line, and the line says what to do."""

import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps.doctor import examine
from plumbot.apps.findings import Finding, as_json, as_lines, healthy, ok, warn
from plumbot.club.chat import ClubChat
from plumbot.club.profiles import Person, Profiles
from plumbot.kit.clock import SystemClock
from plumbot.kit.settings import Settings
from plumbot.sandbox import server as sandbox
from plumbot.sandbox.options import CLUB_ID, SandboxOptions
from plumbot.sandbox.seed import ADA, OLEG
from plumbot.vault import backups

BOT, OWNER, CLUB = 123456, 1, -1001
TOKEN = f"{BOT}:{'a' * 35}"
Json = dict[str, Any]


class BotApi:
    """A small Telegram that answers as it is told; an int is an error code."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, Json | int] = {
            "getMe": {"id": BOT, "is_bot": True, "username": "plum_bot", "can_read_all_group_messages": False},
            "getChat": {"id": CLUB, "type": "supergroup", "title": "Plum Club"},
            "getChatMember": {
                "status": "administrator", "can_invite_users": True, "can_restrict_members": True,
                "can_delete_messages": True,
            },
            "getWebhookInfo": {"url": "", "pending_update_count": 0},
        }  # fmt: skip
        self.parameters: Json = {}

    def but(self, method: str, **other: Any) -> None:
        answer = self.answers[method]
        assert isinstance(answer, dict)
        self.answers[method] = answer | other

    async def answer(self, request: web.Request) -> web.Response:
        answer = self.answers[request.match_info["method"]]
        if isinstance(answer, int):
            refusal = {"ok": False, "error_code": answer, "description": "no", "parameters": self.parameters}
            return web.json_response(refusal, status=answer)
        return web.json_response({"ok": True, "result": answer})


@pytest.fixture
async def telegram() -> AsyncIterator[BotApi]:
    api = BotApi()
    app = web.Application()
    app.router.add_post(f"/bot{TOKEN}/{{method}}", api.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield api
    await runner.cleanup()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a club whose owner has pressed /start; made once and copied for each test."""
    path = tmp_path_factory.mktemp("healthy") / "plum.db"
    migrations.upgrade(f"sqlite:///{path}")
    with Session(create_engine(f"sqlite:///{path}")) as session:
        Profiles(SystemClock(), 10).meet(session, Person(OWNER, "Olga"), reachable=True)
        session.commit()
    return path


@pytest.fixture
def variables(telegram: BotApi, database: Path, tmp_path: Path) -> dict[str, str]:
    """A club in which everything is well."""
    shutil.copy(database, tmp_path / "plum.db")
    has_backup(tmp_path, timedelta(hours=5))
    return {
        "PLUM_TELEGRAM__TOKEN": TOKEN,
        "PLUM_TELEGRAM__API_URL": telegram.url,
        "PLUM_CLUB__CHAT_ID": str(CLUB),
        "PLUM_CLUB__OWNER_ID": str(OWNER),
        "PLUM_CLUB__RULES_URL": "https://club.example/rules",
        "PLUM_DATABASE__URL": f"sqlite:///{tmp_path / 'plum.db'}",
        "PLUM_BACKUP__DIR": str(tmp_path / "backups"),
    }


def has_backup(folder: Path, old: timedelta) -> Path:
    """One by its name, in which its time stands; there is no other."""
    shutil.rmtree(folder / "backups", ignore_errors=True)
    (folder / "backups").mkdir()
    path = folder / "backups" / f"plum-{SystemClock().now() - old:{backups.STAMP}}.tar"
    path.touch()
    return path


async def findings(variables: dict[str, str]) -> list[Finding]:
    return await examine(Settings(variables))


async def only(variables: dict[str, str], verdict: str) -> list[Finding]:
    """The findings of this verdict; all that are not fine have something to do."""
    found = await findings(variables)
    assert all(finding.todo for finding in found if finding.verdict != "ok")
    return [finding for finding in found if finding.verdict == verdict]


async def test_a_healthy_club_is_told_so(variables: dict[str, str]) -> None:
    found = await findings(variables)
    assert {finding.verdict for finding in found} == {"ok"}
    assert healthy(found)
    about = {finding.about for finding in found}
    assert about == {
        "settings",
        "speech",
        "database",
        "admins",
        "karma",
        "token",
        "chat",
        "rights",
        "privacy",
        "webhook",
        "features",
        "backups",
    }


@pytest.mark.parametrize("variable", ["PLUM_TELEGRAM__TOKEN", "PLUM_CLUB__CHAT_ID", "PLUM_CLUB__OWNER_ID"])
async def test_what_the_bot_cannot_do_without_is_named(variables: dict[str, str], variable: str) -> None:
    del variables[variable]
    [finding] = await only(variables, "fail")
    assert finding.says.startswith(f"{variable} is not set")


async def test_what_the_bot_would_miss_is_a_warning(variables: dict[str, str]) -> None:
    del variables["PLUM_CLUB__RULES_URL"]
    [finding] = await only(variables, "warn")
    assert finding.says.startswith("PLUM_CLUB__RULES_URL is not set")


async def test_wrong_settings_are_all_named_and_nothing_else_is_tried(variables: dict[str, str]) -> None:
    variables |= {
        "PLUM_CLUB__CHAT_ID": "club",
        "PLUM_LOG__LEVEL": "loud",
        "PLUM_TELEGRAM__API_URL": "http://127.0.0.1:1",
    }
    failed = await only(variables, "fail")
    assert [finding.says.split()[0] for finding in failed] == ["PLUM_CLUB__CHAT_ID", "PLUM_LOG__LEVEL"]


async def test_eleven_wrong_settings_are_eleven_lines_and_what_is_missing_besides_is_one_more(tmp_path: Path) -> None:
    wrong = {
        "PLUM_TELEGRAM__TOKEN": "abc", "PLUM_TELEGRAM__API_URL": "foo", "PLUM_TELEGRAM__WEBHOOK_SECRET_FILE": "/none",
        "PLUM_CLUB__OWNER_ID": "-1", "PLUM_CLUB__ADMIN_IDS": "1,x,y", "PLUM_CLUB__TIMEZONE": "Mars/X",
        "PLUM_CLUB__ADMISSION": "door", "PLUM_KARMA__START": "ten", "PLUM_KARMA__PAIR_DAILY_CAP": "0",
        "PLUM_DIGEST__TIME": "25:00", "PLUM_HTTP__PORT": "99999999",
    }  # fmt: skip
    missing = ["PLUM_TELEGRAM__WEBHOOK_URL", "PLUM_CLUB__CHAT_ID"]
    failed = await only(wrong | {"PLUM_TELEGRAM__MODE": "webhook"}, "fail")
    assert [finding.says.partition(" ")[0] for finding in failed] == [*wrong, *missing]


@pytest.mark.parametrize(("mode", "warned"), [(0o644, True), (0o640, False), (0o600, False)])
async def test_a_file_of_settings_that_everybody_can_read_is_a_warning(
    variables: dict[str, str], tmp_path: Path, mode: int, warned: bool
) -> None:
    file = tmp_path / ".env"
    file.write_text("")
    file.chmod(mode)
    todos = [finding.todo for finding in await examine(Settings(variables), file) if finding.verdict == "warn"]
    assert todos == ([f"chmod 600 {file}"] if warned else [])


async def test_a_mistyped_variable_is_named_with_the_one_that_was_meant(variables: dict[str, str]) -> None:
    variables["PLUM_CLUB__CHATID"] = "-1"
    [finding] = await only(variables, "warn")
    assert "did you mean PLUM_CLUB__CHAT_ID?" in finding.says


async def test_webhook_mode_without_an_address_fails(variables: dict[str, str]) -> None:
    variables["PLUM_TELEGRAM__MODE"] = "webhook"
    assert (await only(variables, "fail"))[0].says.startswith("PLUM_TELEGRAM__WEBHOOK_URL is not set")


async def test_a_database_that_is_made_at_the_start_is_a_warning(variables: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    variables["PLUM_DATABASE__URL"] = f"sqlite:///{path}"
    [finding] = await only(variables, "warn")
    assert finding.about == "database"
    assert not path.exists()


async def test_a_database_that_nobody_upgrades_fails_with_the_command(
    variables: dict[str, str], tmp_path: Path
) -> None:
    variables |= {
        "PLUM_DATABASE__URL": f"sqlite:///{tmp_path / 'new.db'}",
        "PLUM_DATABASE__MIGRATE_ON_START": "off",
    }
    [finding] = await only(variables, "fail")
    assert "plumbot db upgrade" in finding.says


async def test_a_database_of_a_later_version_fails(variables: dict[str, str]) -> None:
    engine = create_engine(variables["PLUM_DATABASE__URL"])
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    [finding] = await only(variables, "fail")
    assert "9999" in finding.says


async def test_a_file_that_is_no_database_fails(variables: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but quite long enough to look at\n" * 40)
    variables["PLUM_DATABASE__URL"] = f"sqlite:///{path}"
    [finding] = await only(variables, "fail")
    assert "cannot be read as a database" in finding.says


@pytest.mark.parametrize("code", [401, 404])
async def test_a_wrong_token_fails_and_says_where_to_get_it(
    telegram: BotApi, variables: dict[str, str], code: int
) -> None:
    telegram.answers["getMe"] = code
    [finding] = await only(variables, "fail")
    assert finding.about == "token"
    assert "@BotFather" in finding.todo


async def test_a_silent_telegram_fails_without_the_token_in_the_text(variables: dict[str, str]) -> None:
    variables["PLUM_TELEGRAM__API_URL"] = "http://127.0.0.1:1"
    [finding] = await only(variables, "fail")
    assert finding.says == "127.0.0.1:1 gives no usable answer (getMe: nothing answers there.)"
    assert TOKEN not in as_json([finding])


async def test_a_chat_that_the_bot_is_not_in_fails(telegram: BotApi, variables: dict[str, str]) -> None:
    telegram.answers["getChat"] = 400
    [finding] = await only(variables, "fail")
    assert "does not see chat -1001" in finding.says
    assert "PLUM_CLUB__CHAT_ID" in finding.todo


async def test_a_chat_that_became_a_supergroup_fails_with_its_new_id(
    telegram: BotApi, variables: dict[str, str]
) -> None:
    telegram.answers["getChat"] = 400
    telegram.parameters = {"migrate_to_chat_id": -100777}
    [finding] = await only(variables, "fail")
    assert finding.todo == "Set PLUM_CLUB__CHAT_ID=-100777."


@pytest.mark.parametrize(
    ("other", "word"), [({"type": "group"}, "not a supergroup"), ({"username": "plums"}, "is public (@plums)")]
)
async def test_a_chat_of_the_wrong_kind_fails(
    telegram: BotApi, variables: dict[str, str], other: Json, word: str
) -> None:
    telegram.but("getChat", **other)
    [finding] = await only(variables, "fail")
    assert word in finding.says


@pytest.mark.parametrize("right", ["can_invite_users", "can_restrict_members"])
async def test_a_missing_right_fails_by_its_name(telegram: BotApi, variables: dict[str, str], right: str) -> None:
    telegram.but("getChatMember", **{right: False})
    [finding] = await only(variables, "fail")
    assert finding.says.startswith(f"{right} is missing")


async def test_a_right_that_is_only_missed_is_a_warning(telegram: BotApi, variables: dict[str, str]) -> None:
    telegram.but("getChatMember", can_delete_messages=False)
    [finding] = await only(variables, "warn")
    assert finding.says.startswith("can_delete_messages is missing")


async def test_a_bot_that_is_no_admin_fails_and_its_privacy_mode_is_a_warning(
    telegram: BotApi, variables: dict[str, str]
) -> None:
    telegram.answers["getChatMember"] = {"status": "member"}
    found = await findings(variables)
    assert [finding.about for finding in found if finding.verdict == "fail"] == ["rights"]
    assert [finding.about for finding in found if finding.verdict == "warn"] == ["privacy"]


async def test_a_chat_that_moved_is_followed_and_the_new_setting_is_named(variables: dict[str, str]) -> None:
    with Session(create_engine(variables["PLUM_DATABASE__URL"])) as session:
        ClubChat(CLUB).moved(session, CLUB, -100777)
        session.commit()
    [finding] = await only(variables, "warn")
    assert finding.todo == "Set PLUM_CLUB__CHAT_ID=-100777."


async def test_admins_who_never_pressed_start_are_listed(variables: dict[str, str]) -> None:
    variables["PLUM_CLUB__ADMIN_IDS"] = "1, 77, 78"
    warned = await only(variables, "warn")
    assert [finding.says.split()[0] for finding in warned] == ["77", "78"]


async def test_karma_that_is_not_what_the_ledger_adds_up_to_fails(variables: dict[str, str]) -> None:
    with sqlite3.connect(variables["PLUM_DATABASE__URL"].removeprefix("sqlite:///")) as database:
        database.execute("UPDATE profiles SET karma = 99 WHERE user_id = ?", (OWNER,))
    [finding] = await only(variables, "fail")
    assert finding.about == "karma"
    assert f"{OWNER} has 99 instead of 10" in finding.says


async def about_backups(variables: dict[str, str]) -> list[tuple[str, str]]:
    return [(finding.verdict, finding.says) for finding in await findings(variables) if finding.about == "backups"]


@pytest.mark.parametrize(("hours", "verdict"), [(5, "ok"), (35, "ok"), (37, "warn")])
async def test_the_age_of_the_newest_backup_is_told_and_a_missed_night_is_a_warning(
    variables: dict[str, str], tmp_path: Path, hours: int, verdict: str
) -> None:
    path = has_backup(tmp_path, timedelta(hours=hours))
    assert await about_backups(variables) == [(verdict, f"The newest backup was taken {hours} h ago: {path}.")]


async def test_no_backup_yet_is_a_warning_with_the_command(variables: dict[str, str], tmp_path: Path) -> None:
    variables["PLUM_BACKUP__DIR"] = str(tmp_path / "none")
    [finding] = await only(variables, "warn")
    assert finding.about == "backups"
    assert "plumbot backup create" in finding.todo


@pytest.mark.parametrize("variable", ["PLUM_BACKUP__DIR", "PLUM_STORAGE__MEDIA_DIR"])
async def test_a_folder_that_nobody_can_make_fails_with_its_setting(variables: dict[str, str], variable: str) -> None:
    variables[variable] = "/proc/plum/here"
    [finding] = await only(variables, "fail")
    assert finding.says == "/proc/plum/here cannot be made or written."
    assert variable in finding.todo


async def test_a_database_that_nobody_can_make_fails(variables: dict[str, str]) -> None:
    variables["PLUM_DATABASE__URL"] = "sqlite:////proc/plum/plum.db"
    [finding] = await only(variables, "fail")
    assert (finding.about, finding.says) == ("database", "/proc/plum/plum.db cannot be written.")


async def test_where_the_bot_takes_no_backups_that_is_said_and_an_old_one_is_fine(
    variables: dict[str, str], tmp_path: Path
) -> None:
    variables["PLUM_BACKUP__DAILY"] = "off"
    has_backup(tmp_path, timedelta(days=9))
    (one, says), (other, age) = await about_backups(variables)
    assert (one, other) == ("ok", "ok")
    assert says.startswith("PLUM_BACKUP__DAILY is off")
    assert "216 h ago" in age


async def test_a_webhook_in_polling_mode_is_a_warning(telegram: BotApi, variables: dict[str, str]) -> None:
    telegram.answers["getWebhookInfo"] = {"url": "https://other.example/secret-path", "last_error_message": "502"}
    agree, failing = await only(variables, "warn")
    assert "other.example" in agree.says
    assert "secret-path" not in agree.says
    assert "502" in failing.says


async def test_webhook_mode_without_a_webhook_at_telegram_is_a_warning(variables: dict[str, str]) -> None:
    variables |= {
        "PLUM_TELEGRAM__MODE": "webhook",
        "PLUM_TELEGRAM__WEBHOOK_URL": "https://bot.example",
        "PLUM_TELEGRAM__WEBHOOK_SECRET": "s" * 40,
    }
    [finding] = await only(variables, "warn")
    assert "nobody" in finding.says


async def test_a_review_chat_that_the_bot_is_not_in_fails(telegram: BotApi, variables: dict[str, str]) -> None:
    telegram.answers["getChat"] = 400
    variables["PLUM_CLUB__REVIEW_CHAT_ID"] = "-1002"
    assert {finding.about for finding in await only(variables, "fail")} == {"chat", "review"}


async def test_a_feature_that_is_off_says_why(variables: dict[str, str]) -> None:
    variables["PLUM_FEATURES__APPLICATIONS"] = "off"
    said = [finding.says for finding in await findings(variables) if finding.about == "features"]
    assert "applications is off: PLUM_FEATURES__APPLICATIONS is off." in said


async def test_the_sandbox_is_as_healthy_as_the_real_thing(variables: dict[str, str], tmp_path: Path) -> None:
    running = await sandbox.serve(SandboxOptions(state=tmp_path / "sandbox", web_port=0))
    try:
        variables |= {
            "PLUM_TELEGRAM__TOKEN": running.token,
            "PLUM_TELEGRAM__API_URL": running.api_url,
            "PLUM_CLUB__CHAT_ID": str(CLUB_ID),
            "PLUM_CLUB__OWNER_ID": str(OLEG),
            "PLUM_CLUB__ADMIN_IDS": str(ADA),
        }
        found = await findings(variables)
    finally:
        await running.close()
    assert {finding.about for finding in found if finding.verdict != "ok"} == {"admins"}
    assert sum(finding.about == "rights" for finding in found) == 3


def test_for_machines_the_findings_are_json() -> None:
    finding = warn("chat", "It is “odd”.", "Look.")
    assert json.loads(as_json([finding])) == {
        "ok": True,
        "findings": [{"verdict": "warn", "about": "chat", "says": "It is “odd”.", "todo": "Look."}],
    }
    assert json.loads(as_json([replace(finding, verdict="fail")]))["ok"] is False


def test_for_people_what_to_do_stands_below() -> None:
    first, second, last = as_lines([warn("chat", "It is odd.", "Look.")])
    assert "warn" in first
    assert "It is odd." in first
    assert second.strip() == "→ Look."
    assert last.strip() == "0 to mend, 1 to look at."


def test_for_people_the_last_line_says_that_all_is_well() -> None:
    *_, last = as_lines([ok("chat", "It is there.")])
    assert last.strip() == "All is well."
