"""What the pictures of the documentation have in common."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Locator, Page

from .browser import TIMEOUT_MS, Camera

SCALE = 2


@asynccontextmanager
async def sharp_page(page: Page, *, width: int, height: int) -> AsyncIterator[Page]:
    """Yield a page of the same browser for pictures that stay sharp on every screen."""
    browser = page.context.browser
    assert browser is not None
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=SCALE,
        locale="en-GB",
    )
    context.set_default_timeout(TIMEOUT_MS)
    yield await context.new_page()
    await context.close()


def dialog(page: Page) -> Locator:
    """Return the dialog that is open."""
    return page.locator("dialog[open]").last


async def take_dialog(camera: Camera, page: Page, name: str) -> None:
    """Take a picture of the dialog that is open; behind round corners, the page would show."""
    shown = dialog(page)
    await shown.evaluate(
        "element => Object.assign(element.style,"
        " { borderRadius: 0, outline: '1px solid #ccc', outlineOffset: '-1px' })"
    )
    await camera.take(shown, name)


async def settle(page: Page) -> None:
    """Wait until nothing moves any more and the icons are there."""
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(600)
