"""An automation made in the editor by clicks alone: a message fires it, and its trace shows why."""

from collections.abc import AsyncIterator
import re
import shutil
from typing import Final

from playwright.async_api import Locator, Page, ViewportSize, expect
import pytest
import pytest_asyncio

from tests.simulator.samples import Event

from .browser import CHROMIUM, Camera, browser, log_in
from .documentation import ANA, Home, running
from .needs import needs
from .pictures import dialog, settle, sharp_page

# High enough for all fields.
EDITOR: Final[ViewportSize] = {"width": 1100, "height": 1420}
TRACE: Final[ViewportSize] = {"width": 1100, "height": 1040}

pytestmark = needs(CHROMIUM)


@pytest_asyncio.fixture(loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Return a home whose gateway delivered something."""
    async with running(tmp_path_factory.mktemp("trigger")) as running_home:
        yield running_home


@pytest_asyncio.fixture(loop_scope="session")
async def page(home: Home) -> AsyncIterator[Page]:
    """Return a page of a browser that is logged in."""
    executable = shutil.which(CHROMIUM)
    assert executable
    async with (
        browser(executable, **EDITOR) as opened,
        sharp_page(opened, **EDITOR) as sharp,
    ):
        await log_in(sharp, home.home_assistant)
        yield sharp


def row(page: Page, name: str) -> Locator:
    """Return the row of a field in the editor's side panel."""
    heading = page.get_by_text(name, exact=True)
    return page.locator("ha-settings-row").filter(has=heading)


async def test_an_automation_by_clicks(page: Page, home: Home, camera: Camera) -> None:
    """With a device, a sender in another spelling, and an expression whose group the action uses."""
    await page.goto(f"{home.home_assistant.url}/config/automation/dashboard")
    await page.get_by_role("button", name="Create automation").click()
    await page.get_by_text("Create new automation").click()

    await page.get_by_role("button", name="Add trigger").click()
    await page.get_by_text("By type").click()
    await page.get_by_text("Zender SMS & WhatsApp gateway").first.click()
    await page.get_by_text("SMS received").click()

    await settle(page)
    devices = row(page, "Devices")
    await devices.locator("ha-checkbox").click()
    await devices.locator("ha-device-picker").click()
    await page.get_by_text("Phone 10c4d7").last.click()
    senders = row(page, "Senders")
    await senders.locator("ha-checkbox").click()
    await senders.get_by_role("button", name="Add").click()
    await senders.get_by_role("textbox").fill("+39 333 123 4567")
    expression = row(page, "Regular expression")
    await expression.locator("ha-checkbox").click()
    await expression.get_by_role("textbox").fill("open the (gate|door)")
    await settle(page)
    await camera.take(page, "trigger-editor")

    await page.get_by_role("button", name="Add action").click()
    await page.get_by_placeholder("Search").last.fill("persistent")
    await page.get_by_text("Create persistent notification").click()
    # What is typed while the panel is still being built would be lost.
    await settle(page)
    message = row(page, "Message")
    await message.get_by_role("textbox").fill("Opening the {{ trigger.groups[0] }}")
    # The field becomes an editor for templates.
    await expect(message.locator(".cm-content")).to_contain_text("trigger.groups[0]")
    await page.get_by_role("button", name="Save").last.click()
    await page.get_by_role("textbox", name="Name").fill("Open by SMS")
    await page.get_by_role("button", name="Save").last.click()
    await expect(dialog(page)).to_be_hidden()
    await home.wait_for_state("automation.open_by_sms", "on")

    home.actions.clear()
    await home.receive(Event.SMS, message="Open the window")
    await home.receive(Event.SMS, phone="MyBank", message="Open the gate")
    await home.receive(Event.SMS, phone=ANA, message="Please open the gate!")
    [action] = await home.wait_for_actions("persistent_notification.create", 1)
    assert action["message"] == "Opening the gate"

    await page.set_viewport_size(TRACE)
    await page.get_by_text("Traces").click()
    await page.get_by_text("Changed variables").click()
    # What the automation itself was like is not what one looks for.
    await page.get_by_title("Fold line", exact=True).first.click()
    await expect(page.locator(".cm-content")).to_contain_text(
        re.compile(r"event:.*message: Please open the gate!.*groups:\s*- gate")
    )
    await settle(page)
    await camera.take(page, "trace")
