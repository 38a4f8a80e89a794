"""Settings: lazy, and one sentence for whatever is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from plumbot.kit.settings import Settings, SettingsProblem, load_settings, unknown_variables

TOKEN = "123456:AAE-token_of_tests"


def sentence(**variables: str) -> str:
    (problem,) = Settings(variables).problems()
    return str(problem)


def test_nothing_is_needed_to_load_settings() -> None:
    assert list(Settings().problems()) == []


def test_a_wrong_block_troubles_only_who_asks_for_it() -> None:
    settings = Settings({"PLUM_WHOAMI__PER_MINUTE": "many", "PLUM_CLUB__NAME": "Bees"})
    assert settings.club.name == "Bees"
    with pytest.raises(SettingsProblem):
        _ = settings.whoami


def test_a_block_is_read_once() -> None:
    settings = Settings()
    assert settings.club is settings.club


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("PLUM_CLUB__CHAT_ID", "abc", "a whole number such as -1001234567890, not 'abc'"),
        ("PLUM_CLUB__CHAT_ID", "5", "a number below 0 such as -1001234567890, not '5'"),
        (
            "PLUM_CLUB__ADMIN_IDS",
            "1,x",
            "whole numbers with commas between them such as 123456789,987654321, not 'x'",
        ),
        ("PLUM_CLUB__TIMEZONE", "Mars/Phobos", "a time zone such as Europe/Moscow, not 'Mars/Phobos'"),
        ("PLUM_CLUB__LANGUAGE", "xx", "one of ru, en, not 'xx'"),
        ("PLUM_CLUB__RULES_URL", "rules", "a web address such as https://example.org, not 'rules'"),
        ("PLUM_HTTP__PORT", "99999", "a number not above 65535, not '99999'"),
        ("PLUM_LOG__FORMAT", "xml", "one of json, console, not 'xml'"),
        ("PLUM_DIGEST__TIME", "25:77", "a time such as 21:00, not '25:77'"),
        ("PLUM_DIGEST__WEEKLY", "perhaps", "on or off, not 'perhaps'"),
        ("PLUM_WHOAMI__TIMEOUT_SECONDS", "soon", "a number, not 'soon'"),
        ("PLUM_WHOAMI__TIMEOUT_SECONDS", "0", "a number above 0.0, not '0'"),
    ],
)
def test_a_wrong_value_gives_one_line_naming_the_variable_and_what_is_expected(
    variable: str, value: str, expected: str
) -> None:
    assert sentence(**{variable: value}) == f"{variable} must be {expected}."


@pytest.mark.parametrize("variable", ["PLUM_TELEGRAM__TOKEN", "PLUM_TELEGRAM__WEBHOOK_SECRET", "PLUM_DATABASE__URL"])
def test_a_secret_is_never_repeated(variable: str) -> None:
    text = sentence(**{variable: "hush hush"})
    assert variable in text
    assert "hush" not in text
    assert "\n" not in text


def test_a_problem_carries_no_cause_that_would_quote_the_value() -> None:
    with pytest.raises(SettingsProblem) as raised:
        _ = Settings({"PLUM_TELEGRAM__TOKEN": "hush hush"}).telegram
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_secrets_do_not_show_in_a_printed_block() -> None:
    assert "AAE" not in repr(Settings({"PLUM_TELEGRAM__TOKEN": TOKEN}).telegram)


def test_who_needs_the_token_is_told_its_variable() -> None:
    with pytest.raises(SettingsProblem, match=r"^PLUM_TELEGRAM__TOKEN is not set: "):
        Settings().telegram.require_token()
    with pytest.raises(SettingsProblem, match=r"^PLUM_CLUB__CHAT_ID is not set: "):
        Settings().club.require_chat_id()
    with pytest.raises(SettingsProblem, match=r"^PLUM_TELEGRAM__WEBHOOK_URL is not set: "):
        Settings().telegram.require_webhook()


def test_the_bot_knows_its_own_id_from_its_token() -> None:
    assert Settings({"PLUM_TELEGRAM__TOKEN": TOKEN}).telegram.bot_id == 123456


@pytest.mark.parametrize("text", ["1,2,3", "1, 2, 3", "1 2 3", " 1,2,3, "])
def test_admin_ids_stand_between_commas_or_spaces(text: str) -> None:
    assert Settings({"PLUM_CLUB__ADMIN_IDS": text}).club.admin_ids == (1, 2, 3)


@pytest.mark.parametrize(("text", "value"), [("on", True), ("off", False), ("ON", True), ("true", True), ("0", False)])
def test_switches_say_on_or_off(text: str, value: bool) -> None:
    assert Settings({"PLUM_FEATURES__KARMA": text}).features.karma is value


def test_an_empty_value_means_not_set() -> None:
    assert Settings({"PLUM_CLUB__OWNER_ID": ""}).club.owner_id is None


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite+aiosqlite:///./data/plum.db", "sqlite:///./data/plum.db"),
        ("sqlite:////var/lib/plum.db", "sqlite:////var/lib/plum.db"),
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
    ],
)
def test_a_database_may_be_named_the_usual_ways(given: str, used: str) -> None:
    assert Settings({"PLUM_DATABASE__URL": given}).database.url.get_secret_value() == used


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///./data/plum.db", Path("data/plum.db")),
        ("sqlite:////var/lib/plum.db", Path("/var/lib/plum.db")),
        ("sqlite:///:memory:", None),
        ("postgresql://h/d", None),
    ],
)
def test_the_file_of_a_database_is_known_where_there_is_one(url: str, path: Path | None) -> None:
    assert Settings({"PLUM_DATABASE__URL": url}).database.sqlite_path == path


@pytest.mark.parametrize(("url", "small"), [("sqlite:///x.db", True), ("postgresql://h/d", False)])
def test_one_process_does_everything_on_sqlite_only(url: str, small: bool) -> None:
    settings = Settings({"PLUM_DATABASE__URL": url})
    assert settings.worker_embedded is small
    assert settings.database.migrates_on_start is small
    told = Settings(
        {
            "PLUM_DATABASE__URL": url,
            "PLUM_WORKER__EMBEDDED": "off" if small else "on",
            "PLUM_DATABASE__MIGRATE_ON_START": "off" if small else "on",
        }
    )
    assert told.worker_embedded is not small
    assert told.database.migrates_on_start is not small


def test_bot_and_worker_listen_on_different_ports() -> None:
    assert Settings().http.port_for("bot") == 8080
    assert Settings().http.port_for("worker") == 8081
    assert Settings({"PLUM_HTTP__PORT": "9000"}).http.port_for("worker") == 9000


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    assert Settings({"PLUM_TELEGRAM__TOKEN_FILE": str(file)}).telegram.require_token() == TOKEN


def test_only_secrets_are_read_from_files(tmp_path: Path) -> None:
    file = tmp_path / "name"
    file.write_text("Bees")
    settings = Settings({"PLUM_CLUB__NAME_FILE": str(file)})
    assert settings.club.name == "Plum Club"
    assert len(unknown_variables(settings)) == 1


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    text = sentence(PLUM_TELEGRAM__TOKEN_FILE=str(tmp_path / "none"))
    assert text.startswith("PLUM_TELEGRAM__TOKEN_FILE names ")
    assert text.endswith("which cannot be read: No such file or directory.")


def test_a_secret_given_both_ways_is_refused() -> None:
    both = {"PLUM_BACKUP__KEY": "a", "PLUM_BACKUP__KEY_FILE": "b"}
    assert sentence(**both) == "PLUM_BACKUP__KEY and PLUM_BACKUP__KEY_FILE are both set: keep one of them."


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PLUM_CLUB__NAME=File\nPLUM_CLUB__OWNER_ID=7\nPLUM_TELEGRAM__TOKEN_FILE=/nowhere\nHOME=/x\n")
    settings = load_settings({"PLUM_CLUB__NAME": "Environment", "PLUM_TELEGRAM__TOKEN": TOKEN, "HOME": "/y"}, file)
    assert settings.club.name == "Environment"
    assert settings.club.owner_id == 7
    assert settings.telegram.require_token() == TOKEN
    assert "HOME" not in settings.variables


def test_without_a_file_the_environment_is_enough(tmp_path: Path) -> None:
    assert load_settings({"PLUM_CLUB__NAME": "Bees"}, tmp_path / ".env").club.name == "Bees"


def test_a_dollar_in_the_file_is_a_dollar(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PLUM_CLUB__NAME='a${HOME}b'\n")
    assert load_settings({}, file).club.name == "a${HOME}b"


def test_a_mistyped_variable_is_told_with_the_nearest_name() -> None:
    settings = Settings({"PLUM_TELEGRAM__TOKE": "x", "PLUM_CLUB__NAME": "Bees"})
    assert unknown_variables(settings) == [
        "PLUM_TELEGRAM__TOKE is not a setting of Plum; did you mean PLUM_TELEGRAM__TOKEN?"
    ]


def test_features_nobody_can_switch_off_are_on() -> None:
    features = Settings({"PLUM_FEATURES__KARMA": "off"}).features
    assert not features.enabled("karma")
    assert not features.enabled("whoami_lookup")
    assert features.enabled("menu")


def test_settings_load_without_the_heavy_libraries() -> None:
    heavy = "{'aiogram', 'sqlalchemy', 'aiohttp'}"
    code = f"import sys, plumbot.kit.settings; print(*sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
