"""Each blueprint is imported in a real browser, an automation is made of it, and a message makes that do its work."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import re
import shutil
from typing import Any, Final

from playwright.async_api import Locator, Page, ViewportSize, expect
import pytest
import pytest_asyncio
from yarl import URL

from homeassistant.util.yaml import load_yaml_dict
from tests.automating import BLUEPRINTS, NAMES
from tests.simulator.dashboard import Dashboard
from tests.simulator.gateway import Gateway
from tests.simulator.samples import Event

from .browser import CHROMIUM, Camera, browser, log_in
from .documentation import ANA, DOCS, Home, running, until
from .needs import needs
from .pictures import dialog, settle, sharp_page, take_dialog
from .raw_files import raw_files

PAGE: Final = DOCS / "blueprints.md"
# High enough for all rows and fields.
SIZE: Final[ViewportSize] = {"width": 1100, "height": 1420}
FORM: Final[ViewportSize] = {"width": 1100, "height": 980}
BY_CLICKS: Final = "reply_to_sms"
ANSWER: Final = "Thank you! We read it today, and answer by tonight."
# They have been sent nothing before.
BEN: Final = "+393339876543"
CARLA: Final = "+393335550123"

pytestmark = needs(CHROMIUM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a blueprint is given, what then arrives, and the action that it performs."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    event: Event
    message: Mapping[str, Any] = field(default_factory=dict)
    action: str


USES: Final[Mapping[str, Use]] = {
    "reply_to_whatsapp": Use(event=Event.WHATSAPP, action="zender.reply"),
    "forward_by_email": Use(
        inputs={"recipients": ["notify.mailbox"]},
        event=Event.SMS,
        action="notify.send_message",
    ),
    "save_to_file": Use(
        inputs={"file": "notify.file"},
        event=Event.WHATSAPP,
        action="notify.send_message",
    ),
    "sms_on_app_notification": Use(
        inputs={"packages": ["com.ring.android"], "people": [ANA]},
        event=Event.NOTIFICATIONS,
        action="zender.send_sms",
    ),
    "run_on_app_notification": Use(
        inputs={
            "packages": ["com.ring.android"],
            "run": [
                {
                    "action": "persistent_notification.create",
                    "data": {"message": "It rang: {{ trigger.event.content }}"},
                }
            ],
        },
        event=Event.NOTIFICATIONS,
        action="persistent_notification.create",
    ),
    "low_ussd_balance": Use(
        inputs={"below": 10, "codes": ["*123#"], "recipients": ["notify.ana"]},
        event=Event.USSD,
        action="notify.send_message",
    ),
    "show_one_time_code": Use(
        event=Event.SMS,
        message={"message": "Your code is 482913."},
        action="notify.mobile_app_hall_phone",
    ),
    "control_by_message": Use(
        inputs={"senders": [ANA], "code_word": "sesame", "word_1": "open gate"},
        event=Event.SMS,
        message={"message": "Sesame open gate"},
        action="zender.reply",
    ),
    "alarm_until_answered": Use(
        inputs={
            "alarm": [{"trigger": "zender.notification_received"}],
            "people": [ANA],
        },
        event=Event.NOTIFICATIONS,
        action="zender.send_sms",
    ),
}


@asynccontextmanager
async def site(gateway: Gateway) -> AsyncIterator[str]:
    """Run the gateway's site, and yield its address."""
    async with Dashboard(gateway) as dashboard:
        yield dashboard.url


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Return a home that can send, and finds this repository's blueprints at GitHub."""
    group = {"platform": "group", "name": "mobile_app_hall_phone", "services": []}
    folder = tmp_path_factory.mktemp("blueprints")
    async with (
        raw_files(tmp_path_factory.mktemp("raw_files")),
        running(folder, {"my": {}}, {"notify": [group]}, site=site) as running_home,
    ):
        yield running_home


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(home: Home) -> AsyncIterator[Page]:
    """Return a page of a browser that is logged in."""
    executable = shutil.which(CHROMIUM)
    assert executable
    async with (
        browser(executable, **SIZE) as opened,
        sharp_page(opened, **SIZE) as sharp,
    ):
        await log_in(sharp, home.home_assistant)
        yield sharp


def link(name: str) -> URL:
    """Return the address behind a blueprint's button, in the documentation."""
    found = re.search(
        rf"\((https://my\.home-assistant\.io/redirect/\S+%2F{name}\.yaml)\)",
        PAGE.read_text("utf-8"),
    )
    assert found
    return URL(found[1])


async def preview(page: Page, name: str) -> Locator:
    """Return the dialog once it shows what is to be imported."""
    blueprint = load_yaml_dict(BLUEPRINTS / f"{name}.yaml")["blueprint"]
    shown = page.locator("ha-dialog-import-blueprint")
    await shown.get_by_role("button", name="Preview").click()
    await expect(shown).to_contain_text(f"Blueprint '{blueprint['name']}'")
    for paragraph in blueprint["description"].splitlines():
        await expect(shown).to_contain_text(paragraph)
    return shown


async def confirm(page: Page, shown: Locator, name: str) -> Locator:
    """Import what the dialog shows, and return its row in the list."""
    await shown.get_by_role("button", name="Import blueprint").click()
    await expect(dialog(page)).to_be_hidden()
    row = page.get_by_role("row").filter(has_text=f"zender-home-assistant/{name}.yaml")
    await expect(row).to_contain_text("Automation")
    return row


def made_of(home: Home, name: str) -> dict[str, Any]:
    """Return an automation; codes are shown on the phone that gets notifications."""
    inputs = dict(USES[name].inputs)
    if name == "show_one_time_code":
        inputs["phones"] = [
            fired.data["device_id"] for fired in home.day if "package" in fired.data
        ][:1]
    path = f"zender-home-assistant/{name}.yaml"
    return {"alias": name, "use_blueprint": {"path": path, "input": inputs}}


@pytest.mark.parametrize("name", [name for name in NAMES if name != BY_CLICKS])
async def test_by_its_button(home: Home, page: Page, name: str) -> None:
    """It leads to the preview; the automation listens, and acts."""
    my = link(name)
    await page.goto(
        f"{home.home_assistant.url}/_my_redirect/{my.parts[2]}?{my.raw_query_string}"
    )
    await confirm(page, await preview(page, name), name)

    use = USES[name]
    async with home.automation(made_of(home, name)):
        await home.wait_for_state(f"automation.{name}", "on")
        await home.receive(use.event, **use.message)
        await home.wait_for_actions(use.action, 1)


def field_of(page: Page, name: str) -> Locator:
    """Return the row of a field in the form."""
    heading = page.get_by_text(name, exact=True)
    return page.locator("ha-settings-row").filter(has=heading)


async def test_by_clicks(home: Home, page: Page, camera: Camera) -> None:
    """From the settings to an automation that answers what comes to one of the SIMs."""
    await page.goto(home.home_assistant.url)
    await page.get_by_text("Settings", exact=True).first.click()
    await page.get_by_text("Automations & scenes").click()
    await page.get_by_role("link", name="Blueprints").click()
    await page.get_by_role("button", name="Import blueprint").click()
    address = link(BY_CLICKS).query["blueprint_url"]
    await (
        page.locator("ha-dialog-import-blueprint").get_by_role("textbox").fill(address)
    )
    shown = await preview(page, BY_CLICKS)
    await settle(page)
    await take_dialog(camera, page, "blueprint-import")
    row = await confirm(page, shown, BY_CLICKS)

    await row.get_by_role("button", name="Menu").click()
    await row.get_by_role("menuitem", name="Create automation").click()
    await field_of(page, "Answer").get_by_role("textbox").fill(ANSWER)
    await page.set_viewport_size(FORM)
    await settle(page)
    await camera.take(page, "blueprint-form")
    await page.set_viewport_size(SIZE)
    await page.get_by_text("Whom to answer, and how often").click()
    await field_of(page, "Phones and SIMs").locator("ha-device-picker").click()
    await page.get_by_text("SIM 1").last.click()
    await page.get_by_role("button", name="Save").last.click()
    # It is saved under the blueprint's name.
    await expect(page.get_by_role("link", name="Traces")).to_be_visible()
    await page.get_by_role("button", name="Menu").last.click()
    await page.get_by_role("menuitem", name="Rename").click()
    await page.get_by_role("textbox", name="Name").fill("Answer customers")
    await page.get_by_role("button", name="Rename").last.click()
    await expect(page.get_by_text("Answer customers")).to_be_visible()
    await home.wait_for_state("automation.reply_to_sms", "on")

    home.gateway.sent.clear()
    await home.receive(Event.SMS, phone=CARLA, sim=2, message="For somebody else")
    await home.receive(Event.SMS, phone=BEN, message="Are you there?")
    sent = await until(lambda: home.gateway.sent, bool)
    assert [(item.recipient, item.message) for item in sent] == [(BEN, ANSWER)]
