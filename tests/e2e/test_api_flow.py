"""The gateway's API key in a real browser: giving it, replacing it, and what it makes possible."""

import asyncio
from typing import Final

from playwright.async_api import Page, expect
import pytest

from tests.simulator.api_state import Permission
from tests.simulator.client import CommandError
from tests.simulator.dashboard import Dashboard
from tests.simulator.home_assistant import HomeAssistant
from tests.simulator.samples import PHONE, Event
from tests.simulator.set_up import GROUPS, PHONE_NAME, configure_zender, furnish

from .browser import CHROMIUM
from .documentation import ANA, POLL_INTERVAL, TIMEOUT
from .needs import needs
from .pictures import dialog

INTEGRATION: Final = "/config/integrations/integration/zender"
WRONG_KEY: Final = "0123456789" * 4
CODE: Final = "*123#"

pytestmark = needs(CHROMIUM)


async def fill(page: Page, **values: str) -> None:
    """Fill in fields of the open dialog and submit it."""
    for name, value in values.items():
        await page.locator(f'input[name="{name}"]').fill(value)
    await submit(page)


async def submit(page: Page) -> None:
    """Submit the open dialog."""
    await page.get_by_role("button", name="Submit").click()


async def choose(page: Page, field: str, option: str) -> None:
    """Choose in a field of the open dialog."""
    await page.locator(f'ha-picker-field[aria-label="{field}"]').click()
    await page.get_by_role("menuitem", name=option).click()


async def close(page: Page, button: str) -> None:
    """Close the dialog at its end."""
    await page.get_by_role("button", name=button).last.click()
    await expect(dialog(page)).to_be_hidden()


async def submit_api(
    page: Page, home_assistant: HomeAssistant, site: str, api_key: str
) -> None:
    """Give the only gateway's site and key, in spite of the warning."""
    await page.goto(home_assistant.url + INTEGRATION)
    await page.locator("ha-config-entry-row").get_by_label("Menu").first.click()
    await page.get_by_text("Reconfigure", exact=True).click()
    await page.get_by_text("Change the site or the API key").click()
    await fill(page, url=site, api_key=api_key)
    await expect(page.get_by_text("Without https")).to_be_visible()
    await submit(page)


async def connect(home_assistant: HomeAssistant, dashboard: Dashboard) -> str:
    """Connect a gateway that may be asked everything, and return its key."""
    key = furnish(dashboard.gateway)
    await configure_zender(
        home_assistant.client, dashboard.gateway, site=dashboard.url, api_key=key
    )
    return key


async def send_sms(home_assistant: HomeAssistant, message: str) -> None:
    """Send an SMS from the only phone."""
    await home_assistant.client.post(
        "/api/services/zender/send_sms", {"phone": ANA, "message": message}
    )


async def notify(home_assistant: HomeAssistant, entity_id: str, message: str) -> None:
    """Send a message to a contact, as soon as it is there."""
    client = home_assistant.client
    for _ in range(int(TIMEOUT / POLL_INTERVAL)):
        states = await client.get("/api/states")
        if entity_id in {state["entity_id"] for state in states}:
            break
        await asyncio.sleep(POLL_INTERVAL)
    await client.post(
        "/api/services/notify/send_message",
        {"entity_id": entity_id, "message": message},
    )


async def test_key_is_added(
    page: Page, fresh_home_assistant: HomeAssistant, dashboard: Dashboard
) -> None:
    """A wrong one is refused in the dialog; with the right one, phones have names, and Home Assistant sends."""
    gateway = dashboard.gateway
    await configure_zender(fresh_home_assistant.client, gateway)
    key = furnish(gateway)
    await submit_api(page, fresh_home_assistant, dashboard.url, WRONG_KEY)
    await expect(page.get_by_text("does not know this key")).to_be_visible()
    await fill(page, api_key=key)
    await expect(page.get_by_text("Reconfiguration was successful")).to_be_visible()
    await close(page, "Close")
    await expect(page.get_by_text(PHONE_NAME)).to_be_visible()
    await send_sms(fresh_home_assistant, "Hello")
    [sent] = gateway.sent
    assert (sent.sender, sent.recipient, sent.message) == (PHONE, ANA, "Hello")


async def test_key_may_not_do_everything(
    page: Page, fresh_home_assistant: HomeAssistant, dashboard: Dashboard
) -> None:
    """The dialog says what it lacks, and one can go on."""
    gateway = dashboard.gateway
    await configure_zender(fresh_home_assistant.client, gateway)
    furnish(gateway)
    lacks = {Permission.GET_CREDITS, Permission.GET_WA_ACCOUNTS}
    key = gateway.api.add_key(set(Permission) - lacks)
    await submit_api(page, fresh_home_assistant, dashboard.url, key)
    await expect(page.get_by_text("may not do everything")).to_be_visible()
    await expect(page.get_by_text("See the credits")).to_be_visible()
    await expect(page.get_by_text("List WhatsApp accounts")).to_be_visible()
    await expect(page.get_by_text("List phones")).to_be_hidden()
    await submit(page)
    await expect(page.get_by_text("Reconfiguration was successful")).to_be_visible()
    await close(page, "Close")
    await expect(page.get_by_text(PHONE_NAME)).to_be_visible()


async def test_key_is_revoked(
    page: Page, fresh_home_assistant: HomeAssistant, dashboard: Dashboard
) -> None:
    """When something cannot be sent for it, the integration asks for another one; then it can."""
    gateway = dashboard.gateway
    old = await connect(fresh_home_assistant, dashboard)
    await page.goto(fresh_home_assistant.url + INTEGRATION)
    await expect(page.get_by_text(PHONE_NAME)).to_be_visible()
    del gateway.api.keys[old]
    new = gateway.api.add_key()
    with pytest.raises(CommandError):
        await send_sms(fresh_home_assistant, "Hello")
    await expect(page.get_by_text("Attention required")).to_be_visible()
    await page.get_by_role("button", name="Reconfigure").click()
    await expect(page.get_by_text("A new API key is needed")).to_be_visible()
    await fill(page, api_key=old)
    await expect(page.get_by_text("does not know this key")).to_be_visible()
    await fill(page, api_key=new)
    await expect(page.get_by_text("Re-authentication was successful")).to_be_visible()
    await close(page, "Close")
    await expect(page.get_by_text("Attention required")).to_be_hidden()
    await send_sms(fresh_home_assistant, "Hello again")
    assert [item.message for item in gateway.sent] == ["Hello again"]


async def test_contacts_are_added(
    page: Page, fresh_home_assistant: HomeAssistant, dashboard: Dashboard
) -> None:
    """Someone with a number, whom a SIM reaches, and a group that the gateway lists; both get messages."""
    gateway = dashboard.gateway
    await connect(fresh_home_assistant, dashboard)
    await gateway.receive(
        Event.SMS, {"sim": 2, "device": PHONE, "phone": ANA, "message": "Hello"}
    )
    await page.goto(fresh_home_assistant.url + INTEGRATION)
    await page.get_by_role("button", name="Add contact").click()
    await page.get_by_text("SMS", exact=True).click()
    await choose(page, "Sent from", f"{PHONE_NAME} · SIM 2")
    await fill(page, name="Ana", address="333 123 4567")
    await expect(page.get_by_text("Created configuration for Ana")).to_be_visible()
    await close(page, "Finish")

    [(group, name)] = GROUPS.items()
    await page.get_by_role("button", name="Add contact").click()
    await page.get_by_text("WhatsApp, to a group").click()
    await choose(page, "Group", name)
    await submit(page)
    await expect(page.get_by_text(f"Created configuration for {name}")).to_be_visible()
    await close(page, "Finish")

    # The later one first: when it is there, the other is there again.
    await notify(fresh_home_assistant, "notify.family", "To all")
    await notify(fresh_home_assistant, "notify.ana", "To Ana")
    to_all, to_ana = gateway.sent
    assert (to_ana.recipient, to_ana.parameters["sim"]) == (ANA, "2")
    assert (to_all.recipient, to_all.message) == (group, "To all")


async def test_ussd_code_is_added(
    page: Page, fresh_home_assistant: HomeAssistant, dashboard: Dashboard
) -> None:
    """And asked: the number in the response is shown."""
    gateway = dashboard.gateway
    gateway.api.ussd_answers[CODE] = "Your balance is 7.25 EUR."
    await connect(fresh_home_assistant, dashboard)
    await page.goto(fresh_home_assistant.url + INTEGRATION)
    await page.get_by_role("button", name="Add USSD code").click()
    await choose(page, "SIM", f"{PHONE_NAME} · SIM 1")
    await fill(
        page,
        name="Balance",
        code=CODE,
        pattern="balance is ([0-9.,]+)",
        unit_of_measurement="EUR",
    )
    await expect(page.get_by_text("Created configuration for Balance")).to_be_visible()
    await close(page, "Finish")
    device = page.locator("ha-config-entry-device-row")
    await device.get_by_text("Balance", exact=True).click()
    await page.get_by_role("button", name="Press").click()
    await expect(page.get_by_text("7.25 EUR")).to_be_visible()
