"""The newcomer's whole way in a browser, by clicking only."""

from playwright.async_api import Locator, Page, expect

from tests.support.browser import artefact, browser

NINA, ADA, BORIS = "1001", "1003", "1005"
CLUB = "-1002000000001"
PATIENCE = 60_000


def phone(page: Page, person: str) -> Locator:
    return page.locator(f'[data-phone="{person}"]')


async def press(page: Page, person: str, label: str) -> None:
    await phone(page, person).get_by_role("button", name=label, exact=True).last.click(timeout=PATIENCE)


async def write(page: Page, person: str, text: str) -> None:
    composer = phone(page, person).locator("textarea[data-composer]")
    await composer.fill(text, timeout=PATIENCE)
    await composer.press("Enter")


async def reads(page: Page, person: str, text: str) -> None:
    await expect(phone(page, person).get_by_text(text).last).to_be_visible(timeout=PATIENCE)


async def ticked(page: Page, step: str) -> None:
    await expect(page.locator(f'[data-guide="{step}"]')).to_have_attribute("data-done", "true", timeout=PATIENCE)


async def test_guest_to_member_by_clicking_with_a_stranger_and_a_kill_on_the_way(sandbox: str) -> None:
    async with browser() as chromium:
        page = await chromium.new_page(viewport={"width": 1600, "height": 1000}, locale="en-GB")
        page.set_default_timeout(PATIENCE)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(sandbox)
        await press(page, NINA, "Start")
        await press(page, NINA, "Join the club")
        await write(page, NINA, "nina-petrova-Harvard-CSE-77-3-21")
        await reads(page, NINA, "Is everything right?")
        await press(page, NINA, "Send application")
        await ticked(page, "applied")
        await page.screenshot(path=artefact("newcomer-1-applied.png"))

        await press(page, ADA, "Approve")
        await ticked(page, "approved")
        await page.locator('[data-action="kill"]').click()
        await press(page, NINA, "I accept the rules")
        await expect(page.locator("[data-waiting]")).not_to_contain_text("no updates")
        await page.locator('[data-action="start-bot"]').click()
        await ticked(page, "accepted")
        await ticked(page, "survived")
        await reads(page, NINA, "t.me/+")
        await page.screenshot(path=artefact("newcomer-2-link.png"))

        await phone(page, NINA).locator('[data-action="open-link-as"]').last.click()
        await page.get_by_role("menuitem", name="Boris").click()
        await ticked(page, "outsider")
        await reads(page, ADA, "Boris")
        await phone(page, NINA).get_by_role("link", name="t.me/+").last.click()
        await ticked(page, "joined")
        await reads(page, NINA, "Welcome")
        await page.screenshot(path=artefact("newcomer-3-inside.png"))
        assert faults == []
