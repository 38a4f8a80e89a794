"""A voice message from the browser's microphone comes back as words, by the sandbox's own worker."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.test_newcomer import ADA, PATIENCE, phone
from tests.support.browser import artefact, browser

LISTENING_MS = 240_000
RECORDING_MS = 7_000


def real_speech() -> Path:
    """A recording of somebody who reads Dickens; it comes with a package for tests."""
    found = find_spec("moonshine_voice")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "assets" / "two_cities.wav"


@pytest.mark.timeout(LISTENING_MS / 1_000 + 120)
async def test_what_is_said_into_the_microphone_is_written_down(sandbox: str) -> None:
    async with browser(f"--use-file-for-fake-audio-capture={real_speech()}") as chromium:
        context = await chromium.new_context(viewport={"width": 1600, "height": 1000}, locale="en-GB")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(sandbox)
        await expect(page.locator('[data-speech="on"]')).to_be_visible(timeout=LISTENING_MS)
        await expect(page.locator('[data-process="worker"][data-status="running"]')).to_be_visible()
        await phone(page, ADA).locator('[data-action="record"]').click()
        await page.wait_for_timeout(RECORDING_MS)
        await phone(page, ADA).locator('[data-action="record-send"]').click()
        answer = phone(page, ADA).get_by_text("best of times").last
        await expect(answer).to_be_visible(timeout=LISTENING_MS)
        await page.screenshot(path=artefact("voice.png"))
