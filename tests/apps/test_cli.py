"""The command line as an operator meets it: quick help, sentences instead of tracebacks, exit codes, JSON."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from plumbot import __version__
from plumbot.apps.cli import COMMANDS, HERE, give_up, sentence
from plumbot.club.profiles import Person, Profiles
from plumbot.features.admins.rules import NeverMet, OwnerStays
from plumbot.features.applications.tables import Application
from plumbot.kit.clock import SystemClock
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.settings import SettingsProblem
from tests.support.command_line import plumbot

TOKEN = "1234567:not-a-real-token-not-a-real-token-00"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_help_names_every_command(tmp_path: Path) -> None:
    done = plumbot(tmp_path, "--help")
    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_and_version_load_neither_aiogram_nor_sqlalchemy(tmp_path: Path, arguments: list[str]) -> None:
    code = (
        "import sys\nfrom plumbot.apps.cli import app\n"
        f"try:\n    app({arguments})\nexcept SystemExit:\n    pass\n"
        "print(sorted({'aiogram', 'sqlalchemy', 'pydantic', 'aiohttp', 'rich'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr.strip() == "[]"
    assert done.stdout.strip()


@pytest.mark.parametrize("module", ["doctor", "features", "admins", "database", "roster", "inbox", "commands", "run"])
def test_commands_that_only_look_never_load_aiogram(tmp_path: Path, module: str) -> None:
    code = f"import sys, plumbot.apps.{module}\nsys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, timeout=60, check=False).returncode == 0


def test_version_is_said(tmp_path: Path) -> None:
    assert plumbot(tmp_path, "--version").stdout == f"plumbot {__version__}\n"


@pytest.mark.parametrize("arguments", [["fly"], ["doctor", "--fly"], ["admins", "add"], []])
def test_wrong_use_exits_with_2_and_says_what_there_is(tmp_path: Path, arguments: list[str]) -> None:
    done = plumbot(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Usage:" in done.stderr + done.stdout


def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(tmp_path: Path) -> None:
    assert "Did you mean 'features'?" in plumbot(tmp_path, "featurs").stderr


@pytest.mark.parametrize("command", [
    "doctor", "features", "admins list", "admins add", "admins remove", "db upgrade", "db downgrade", "db current",
    "db check", "db wait", "roster import", "roster export", "roster add", "inbox list", "inbox retry", "inbox drop",
    "commands sync", "run", "bot",
])  # fmt: skip
def test_each_command_explains_itself_with_an_example(tmp_path: Path, command: str) -> None:
    done = plumbot(tmp_path, *command.split(), "--help")
    assert done.returncode == 0
    assert f"Usage: plumbot {command} " in done.stdout
    assert "Example: " in done.stdout


def test_a_wrong_setting_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    done = plumbot(tmp_path, "features", PLUM_FEATURES__KARMA="maybe")
    assert done.returncode == 2
    assert done.stderr == "PLUM_FEATURES__KARMA must be on or off, not 'maybe'.\n"


@pytest.mark.parametrize("command", ["run", "bot"])
def test_the_bot_says_what_is_wrong_and_missing_before_it_loads_aiogram(tmp_path: Path, command: str) -> None:
    code = (
        "import sys\nfrom plumbot.apps.cli import main\n"
        f"sys.argv[1:] = [{command!r}]\n"
        "try:\n    main()\nfinally:\n    print('aiogram' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    wrong = {"PLUM_CLUB__TIMEZONE": "Mars/X", "PLUM_CLUB__OWNER_ID": "0", "PLUM_TELEGRAM__MODE": "webhook"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env=os.environ | wrong, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "False False\n")
    assert [line.partition(" ")[0] for line in done.stderr.splitlines()] == [
        "PLUM_CLUB__OWNER_ID", "PLUM_CLUB__TIMEZONE", "PLUM_TELEGRAM__TOKEN", "PLUM_TELEGRAM__WEBHOOK_URL",
        "PLUM_TELEGRAM__WEBHOOK_SECRET", "PLUM_CLUB__CHAT_ID",
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["run", "bot"])
def test_a_bot_without_chat_or_main_admin_names_both_and_does_not_start(tmp_path: Path, command: str) -> None:
    empty = {"PLUM_CLUB__CHAT_ID": "", "PLUM_CLUB__OWNER_ID": ""}  # as deploy/compose/plum.env has them
    done = plumbot(tmp_path, command, PLUM_TELEGRAM__TOKEN=TOKEN, **empty)
    assert done.returncode == 2
    assert [line.partition(" is not set: ")[0] for line in done.stderr.splitlines()] == [*empty]
    assert not (tmp_path / "data").exists()


def test_a_mistyped_token_is_named_beside_the_one_that_is_missing(tmp_path: Path) -> None:
    done = plumbot(tmp_path, "run", PLUM_TELEGRAM__TOKN="x", PLUM_CLUB__CHAT_ID="-1001", PLUM_CLUB__OWNER_ID="5")
    missing, mistyped = done.stderr.splitlines()
    assert missing.startswith("PLUM_TELEGRAM__TOKEN is not set: ")
    assert mistyped == "PLUM_TELEGRAM__TOKN is not a setting of Plum; did you mean PLUM_TELEGRAM__TOKEN?"


@pytest.mark.parametrize("command", ["run", "bot", "worker"])
def test_who_starts_without_a_driver_exits_with_2_having_told_what_is_set_in_vain(tmp_path: Path, command: str) -> None:
    code = (
        "import sys\nfrom plumbot.apps.cli import main\nsys.modules['psycopg'] = None\n"
        f"sys.argv[1:] = [{command!r}]\nmain()"
    )
    given = {
        "PLUM_TELEGRAM__TOKEN": TOKEN, "PLUM_CLUB__CHAT_ID": "-1001", "PLUM_CLUB__OWNER_ID": "5",
        "PLUM_DATABASE__URL": "postgresql://nobody@127.0.0.1:1/none", "PLUM_TELEGRAM__TOKE": "x",
        "PLUM_HTTP__PORT": "0",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env=os.environ | given, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    warned, said = done.stderr.splitlines()
    assert json.loads(warned)["says"].endswith("did you mean PLUM_TELEGRAM__TOKEN?")
    assert json.loads(warned)["level"] == "warning"
    assert (done.returncode, said) == (
        2,
        "PostgreSQL needs its driver: make install LAYERS=postgres (or pip install 'plumbot[postgres]').",
    )


def test_bot_explains_itself_as_the_one_beside_workers(tmp_path: Path) -> None:
    assert "beside `plumbot worker`" in plumbot(tmp_path, "bot", "--help").stdout


def test_a_missing_database_is_one_sentence_and_exit_1(tmp_path: Path) -> None:
    done = plumbot(tmp_path, "admins", "list", PLUM_DATABASE__URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "plumbot db upgrade" in done.stderr


def test_a_database_that_refuses_is_one_sentence_and_exit_1(tmp_path: Path, club: dict[str, str]) -> None:
    with sqlite3.connect(tmp_path / "plum.db") as connection:
        connection.execute("DROP TABLE admins")
    done = plumbot(tmp_path, "admins", "list", **club)
    assert done.returncode == 1
    assert done.stderr.startswith("The database refuses: no such table: admins")
    assert "Traceback" not in done.stderr


def test_doctor_exits_with_1_when_something_fails_also_in_json(tmp_path: Path) -> None:
    done = plumbot(tmp_path, "doctor", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["ok"] is False
    assert any("PLUM_TELEGRAM__TOKEN" in finding["says"] for finding in report["findings"])


def test_there_are_no_colours_where_there_is_no_terminal(tmp_path: Path) -> None:
    assert "\x1b[" not in plumbot(tmp_path, "doctor").stdout + plumbot(tmp_path, "features").stdout


def test_features_say_why_they_are_off(tmp_path: Path) -> None:
    done = plumbot(tmp_path, "features", "--json", PLUM_FEATURES__APPLICATIONS="off")
    by_name = {feature["name"]: feature for feature in json.loads(done.stdout)}
    assert by_name["applications"] == {
        "name": "applications", "on": False, "why": "PLUM_FEATURES__APPLICATIONS is off",
    }  # fmt: skip


def test_the_operator_adds_lists_and_removes_admins(tmp_path: Path, club: dict[str, str]) -> None:
    assert plumbot(tmp_path, "admins", "add", "77", **club).stdout.startswith("77 is an admin now.")
    again = plumbot(tmp_path, "admins", "add", "77", **club)
    assert (again.returncode, again.stderr) == (1, "This person is an admin already.\n")
    listed = json.loads(plumbot(tmp_path, "admins", "list", "--json", **club).stdout)
    assert [(person["user_id"], person["owner"]) for person in listed] == [(5, True), (77, False)]
    assert plumbot(tmp_path, "admins", "remove", "77", **club).stdout == "77 is no longer an admin.\n"
    twice = plumbot(tmp_path, "admins", "remove", "77", **club)
    assert twice.stderr == "This person is not an admin; `plumbot admins list` says who is.\n"
    owner = plumbot(tmp_path, "admins", "remove", "5", **club)
    assert owner.returncode == 1
    assert "PLUM_CLUB__OWNER_ID" in owner.stderr


def test_an_admin_whom_the_operator_adds_gets_the_cards_that_wait(tmp_path: Path, club: dict[str, str]) -> None:
    with Session(create_engine(club["PLUM_DATABASE__URL"])) as session:
        Profiles(SystemClock(), 10).meet(session, Person(77, "Ada"), reachable=True)
        slug = "nina-nin-uni-cse-7-1-25"
        session.add(Application(user_id=12, slug=slug, slug_key=slug, created_at=NOON, updated_at=NOON))
        session.commit()
    assert plumbot(tmp_path, "admins", "add", "77", **club).stdout == "Ada is an admin now.\n"
    with Session(create_engine(club["PLUM_DATABASE__URL"])) as session:
        shown = session.scalars(select(ShownMessage).where(ShownMessage.chat_id == 77)).all()
    assert {row.key for row in shown} == {"admin:77", "card:1:77"}


def test_faults_that_explain_themselves_need_no_traceback() -> None:
    assert sentence(SettingsProblem("Set it.")) == ("Set it.", 2)
    said = sentence(OwnerStays(variable="X"))
    assert said is not None
    assert said[0].startswith("The main admin is set by X")
    assert sentence(NeverMet(who="@eve")) == (
        "The bot has never met @eve: give their Telegram id, or let them press /start in its chat first.", 1
    )  # fmt: skip


def test_what_an_operator_is_told_of_a_refusal_belongs_to_one() -> None:
    for name, words in HERE.items():
        module, _, kind = name.rpartition(".")
        refusal = getattr(import_module(module), kind)
        assert set(re.findall(r"{\w+}", words)) <= set(re.findall(r"{\w+}", refusal.text))
    assert sentence(ValueError("what?")) is None


def test_ctrl_c_during_an_import_is_no_fault_to_report(capsys: pytest.CaptureFixture[str]) -> None:
    fault = RuntimeError("Error calling __set_name__")
    fault.__cause__ = KeyboardInterrupt()
    with pytest.raises(SystemExit, match="130"):
        give_up(fault)
    assert capsys.readouterr().err == ""
