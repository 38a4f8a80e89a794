"""What the page's own controls do: the bot's rights, a log that follows, commands in the middle of a sentence."""

from playwright.async_api import expect

from tests.browser.test_newcomer import ADA, NINA, PATIENCE, phone, press, reads, write
from tests.support.browser import browser

PICTURE = "src/plumbot/assets/menu.png"

AT_THE_END = "node => node.scrollHeight - node.scrollTop - node.clientHeight < 4"
SHORTER_THEN_LONGER = """node => {
    const log = node.firstElementChild, last = log.lastElementChild, more = document.createElement("div");
    last.style.display = "none";
    node.scrollTop;
    last.style.display = "";
    more.style.cssText = "flex: none; height: 400px";
    log.append(more);
}"""  # as when a message is deleted and a picture unfolds before the browser says that it scrolled


async def test_rights_are_taken_and_given_and_the_newest_message_stays_in_view_after_a_photo(sandbox: str) -> None:
    async with browser() as chromium:
        page = await chromium.new_page(viewport={"width": 1440, "height": 700}, locale="en-GB")
        page.set_default_timeout(PATIENCE)
        await page.goto(sandbox)
        await page.locator('[data-action="take-rights"]').click()
        await expect(page.locator('[data-action="give-rights"]')).to_be_visible()
        await page.locator('[data-action="give-rights"]').click()
        await expect(page.locator('[data-action="take-rights"]')).to_be_visible()

        await press(page, NINA, "Start")
        await press(page, NINA, "Join the club")
        await write(page, NINA, "nina-petrova-Harvard-CSE-77-3-21")
        await reads(page, NINA, "Is everything right?")
        chooser = phone(page, NINA).locator("input[data-file]")
        await chooser.set_input_files(PICTURE)
        if await page.locator('[data-action="send"]').count():
            await phone(page, NINA).locator('[data-action="send"]').first.click()
        await reads(page, NINA, "Choose one of the buttons above")
        scroller = await phone(page, NINA).locator(".scroller").element_handle(timeout=PATIENCE)
        await page.wait_for_function(AT_THE_END, arg=scroller)
        assert scroller is not None
        await scroller.evaluate(SHORTER_THEN_LONGER)
        await page.wait_for_function(AT_THE_END, arg=scroller)
        inline = phone(page, ADA).locator('[data-action="command"]').first
        assert await inline.evaluate("node => getComputedStyle(node).display") == "inline"
