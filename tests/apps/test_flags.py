"""Each feature switched off alone: it is heard no more and offered nowhere, and everything else works as before."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot, Router
from aiogram.types import Update

from plumbot.apps import routing, wiring
from plumbot.apps.dispatcher import SilentSession
from plumbot.apps.features import states
from plumbot.club.places import Places
from plumbot.kit.settings import Settings
from plumbot.kit.settings_blocks import FeaturesSettings
from plumbot.sandbox.options import TOKEN
from tests.support.club import club
from tests.support.databases import migrated

ALL_ON = {"whoami_lookup": "on"}


@dataclass(frozen=True)
class Gone:
    """What a switch takes away. Lists of the menu are by the button's English words."""

    routers: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()
    buttons: frozenset[str] = frozenset()


def gone(routers: str = "", commands: str = "", *buttons: str) -> Gone:
    return Gone(frozenset(filter(None, routers.split(","))), frozenset(commands.split()), frozenset(buttons))


GONE = {
    "applications": gone(
        "applications,applications panel",
        "join cancel pause_applications resume_applications",
        "Join the club",
        "Applications",
    ),
    "transcription": gone("transcription", "text", "Audio to text"),
    "karma": gone("karma,karma panel,digest", "stats why top karma karma_add karma_set weekly_digest", "Karma"),
    "digest": gone("digest", "weekly_digest"),
    "whoami": gone("whoami", "whoami"),
    "profile_card": gone(),
    "whoami_lookup": gone(),
}


@dataclass
class Wired:
    """A bot as its settings make it, before it runs."""

    places: Places
    routers: list[Router]
    parts: list[str]

    @property
    def commands(self) -> set[str]:
        return {command.name for command in self.places.commands}

    @property
    def buttons(self) -> set[str]:
        return {entry.text for entry in self.places.menu} | {section.text for section in self.places.sections}

    async def answering(self, bot: Bot, command: str) -> str:
        """Which handler takes this command in a private chat."""
        who = {"id": 100, "is_bot": False, "first_name": "Nina"}
        chat = {"id": 100, "type": "private"}
        message = {"message_id": 5, "date": 1, "chat": chat, "from": who, "text": f"/{command}"}
        event = Update.model_validate({"update_id": 1, "message": message}, context={"bot": bot}).message
        for router in self.routers:
            for handler in router.observers["message"].handlers:
                taken, _ = await handler.check(event, bot=bot, raw_state=None, state=None)
                if taken:
                    return f"{router.name}: {getattr(handler.callback, '__name__', '')}"
        raise AssertionError(f"Nobody takes /{command}.")


async def wired(folder: Path, **switches: str) -> Wired:
    variables = {f"PLUM_FEATURES__{name.upper()}": value for name, value in switches.items()}
    settings = Settings(
        {"PLUM_TELEGRAM__TOKEN": TOKEN, "PLUM_DATABASE__URL": migrated(folder), "PLUM_CLUB__CHAT_ID": "-1001"}
        | variables
    )
    container = wiring.build(settings)
    try:
        await wiring.connect(container)
        parts = [timer.name for timer in await wiring.timers(container)]
        parts += [getattr(one, "__qualname__", "") for one in await wiring.observers(container)]
        parts += [type(one).__name__ for one in await wiring.patrols(container)]
        assert await wiring.call_answers(container), "what was asked of Telegram before comes back to somebody"
        return Wired(await container.get(Places), routing.routers(settings.features.enabled), parts)
    finally:
        await container.close()


@pytest.fixture
def bot() -> Bot:
    session = SilentSession()
    session.username = "plum_test_bot"
    return Bot(TOKEN, session=session)


def test_every_switch_is_tried_here() -> None:
    assert set(GONE) == set(FeaturesSettings.model_fields)


@pytest.mark.parametrize("feature", GONE)
async def test_one_that_is_off_is_nowhere_and_the_rest_is_as_it_was(feature: str, bot: Bot, tmp_path: Path) -> None:
    usual, without = await wired(tmp_path, **ALL_ON), await wired(tmp_path, **ALL_ON | {feature: "off"})
    taken = GONE[feature]
    assert {router.name for router in usual.routers} - {router.name for router in without.routers} == taken.routers
    assert usual.commands - without.commands == taken.commands
    assert usual.buttons - without.buttons == taken.buttons
    for command in sorted(taken.commands):
        assert (await without.answering(bot, command)).startswith("last resort"), command
    for command in sorted(without.commands):
        assert await without.answering(bot, command) == await usual.answering(bot, command)


PARTS = {
    "applications": {"applications.remind"},
    "transcription": {"GroupSpeech.observe", "EmbeddedWorker"},
    "karma": {"KarmaService.observe", "digest.daily", "digest.weekly"},
    "digest": {"digest.daily", "digest.weekly"},
    "whoami": {"Lookups"},
    "whoami_lookup": {"Lookups"},
    "profile_card": set[str](),
}


@pytest.mark.parametrize("feature", PARTS)
async def test_nothing_of_it_runs_beside(feature: str, tmp_path: Path) -> None:
    usual, without = await wired(tmp_path, **ALL_ON), await wired(tmp_path, **ALL_ON | {feature: "off"})
    assert set(usual.parts) - set(without.parts) == PARTS[feature]
    assert set(without.parts) - set(usual.parts) == set()


@pytest.mark.parametrize("feature", GONE)
def test_it_is_told_which_switch_keeps_what_off(feature: str) -> None:
    told = {one.name: one for one in states(Settings({f"PLUM_FEATURES__{feature.upper()}": "off"}))}
    assert told[feature].why == f"PLUM_FEATURES__{feature.upper()} is off"
    if feature == "karma":
        assert told["digest"].why == "PLUM_FEATURES__KARMA is off"
    others = set(told) - {feature, "digest" if feature == "karma" else feature, "whoami_lookup"}
    assert {name for name in others if not told[name].on} == set()


NEEDS_WORDS = {"karma_add", "karma_set", "admin_add", "admin_remove", "blacklist", "unblacklist", "forget"}


@pytest.mark.parametrize("feature", [name for name in GONE if name != "whoami_lookup"])
async def test_a_running_bot_without_it_answers_all_else(feature: str, tmp_path: Path) -> None:
    (tmp_path / "wired").mkdir()
    places = (await wired(tmp_path / "wired", **{feature: "off"})).places
    switched: dict[str, str] = {f"PLUM_FEATURES__{feature.upper()}": "off"}
    async with club(tmp_path, started=True, **switched) as it:
        ada = it.people.ada
        nina = it.people.nina
        await nina.start()
        await nina.press("Club info")
        await nina.sees("members", "[Back]")
        await ada.start()
        await ada.sees("[Rules]", "[Help]")
        await ada.send("/help")
        text = _words(await ada.sees("/whoami" if feature != "whoami" else "/admin"))
        assert {name for name in GONE[feature].commands if re.search(rf"/{name}\b", text)} == set()
        for command in sorted({command.name for command in places.commands} - NEEDS_WORDS):
            await ada.send(f"/{command}")
        await it.settles()
        unknown = [text for text in map(_words, await ada.messages()) if "I do not know the command" in text]
        assert unknown == []
        for command in sorted(GONE[feature].commands)[:1]:
            await ada.send(f"/{command}")
            await ada.sees(f"I do not know the command /{command}")
        menu = [_words(message) for message in await nina.messages()]
        assert [label for label in GONE[feature].buttons if any(label in words for words in menu)] == []
        assert it.asks("SELECT kind, error FROM inbox WHERE status <> 'done' OR attempts > 1") == []


def _words(message: dict[str, Any]) -> str:
    labels = (button["text"] for row in message.get("buttons") or () for button in row)
    return " ".join([message.get("text") or message.get("caption") or "", *labels])
