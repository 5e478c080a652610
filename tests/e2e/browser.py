"""A real browser that is logged in to Home Assistant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Locator, Page, async_playwright

from tests.simulator.home_assistant import PASSWORD, USERNAME, HomeAssistant

CHROMIUM: Final = "chromium"
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A busy machine takes its time to load the frontend.
TIMEOUT_MS: Final = 120_000


@asynccontextmanager
async def browser(executable: str, *, width: int, height: int) -> AsyncIterator[Page]:
    """Open a browser and yield its page."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=executable, args=ARGUMENTS
        )
        context = await chromium.new_context(
            viewport={"width": width, "height": height}, locale="en-GB"
        )
        context.set_default_timeout(TIMEOUT_MS)
        yield await context.new_page()
        await chromium.close()


async def log_in(page: Page, home_assistant: HomeAssistant) -> None:
    """Log in as the first user and wait for the first page."""
    await page.goto(home_assistant.url)
    await page.get_by_label("Username").fill(USERNAME)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_text("Settings", exact=True).first.wait_for()


class Camera:
    """Takes the pictures of the documentation."""

    def __init__(self, folder: Path) -> None:
        """Say where the pictures go."""
        self._folder = folder

    async def take(self, shown: Page | Locator, name: str) -> None:
        """Take a picture of a page or of a part of it."""
        await shown.screenshot(path=self._folder / f"{name}.png", animations="disabled")
