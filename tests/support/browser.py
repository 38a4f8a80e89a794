"""A Chromium for tests: one of the machine, else Playwright's own; without either the tests say what to install."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARTEFACTS = Path(__file__).parents[2] / "artefacts"
HOW = "No browser: install one (Debian: apt-get install chromium; else: .venv/bin/playwright install chromium)."
ARGUMENTS = (
    "--no-sandbox",  # Chromium refuses to start as root otherwise, and the page is ours
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


@asynccontextmanager
async def browser(*more: str) -> AsyncIterator[Browser]:
    """`more` arguments for Chromium. Skips the test, saying how to get one, where there is no browser."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    async with async_playwright() as playwright:
        try:
            chromium = await playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, *more])
        except Error:
            pytest.skip(HOW)
        try:
            yield chromium
        finally:
            await chromium.close()


def artefact(name: str) -> Path:
    """Where a screenshot is kept for whoever wants to look at it afterwards."""
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS / name
