"""Adding a gateway in a real browser, as a user does."""

from typing import Final

from playwright.async_api import Page, expect

from tests.simulator.dashboard import Dashboard
from tests.simulator.home_assistant import HomeAssistant
from tests.simulator.samples import DOCUMENTED

from .browser import CHROMIUM, Camera
from .needs import needs
from .pictures import settle, take_dialog

ADD: Final = "/config/integrations/dashboard/add?domain=zender"
PUBLIC_URL: Final = "https://home.example.org"

pytestmark = needs(CHROMIUM)


async def open_flow(page: Page, home_assistant: HomeAssistant) -> None:
    """Begin to add a gateway."""
    await page.goto(home_assistant.url + ADD)
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_text("Give the gateway this address")).to_be_visible()


async def shown_url(page: Page) -> str:
    """Return the webhook's address that the dialog shows to copy."""
    shown = await page.locator("ha-markdown code").first.inner_text()
    return str(shown).strip()


async def catch_up(page: Page) -> None:
    """Wait until Home Assistant has done what the frontend asked for, as to follow a dialog's progress."""
    await page.evaluate("async () => (await window.hassConnection).conn.ping()")


async def test_first_message_in_five_minutes(
    page: Page,
    fresh_home_assistant: HomeAssistant,
    dashboard: Dashboard,
    camera: Camera,
) -> None:
    """Add, listen, trigger, confirm; then the phone and what it received are there."""
    async with await fresh_home_assistant.client.websocket() as websocket:
        await open_flow(page, fresh_home_assistant)
        await expect(page.get_by_text("works only in your own network")).to_be_visible()
        local_url = await shown_url(page)
        await page.get_by_role("button", name="Close").first.click()
        await expect(page.get_by_role("dialog")).to_be_hidden()

        # The dialog that is opened again has the same address.
        await websocket.call("config/core/update", external_url=PUBLIC_URL)
        await open_flow(page, fresh_home_assistant)
        await expect(page.get_by_text("Address on the internet")).to_be_visible()
        public_url = await shown_url(page)
        assert public_url == local_url.replace(fresh_home_assistant.url, PUBLIC_URL)
        await settle(page)
        await take_dialog(camera, page, "flow-1-address")

        gateway_page = await page.context.new_page()
        await gateway_page.goto(local_url)
        await expect(
            gateway_page.get_by_text("This address reaches your Home Assistant")
        ).to_be_visible()

        await gateway_page.goto(dashboard.url)
        await gateway_page.get_by_label("Webhook URL").fill(public_url)
        await gateway_page.get_by_role("button", name="Save").click()
        await expect(gateway_page.locator("code.secret")).to_be_visible()
        await camera.take(
            gateway_page.locator("section", has=gateway_page.locator("#webhooks")),
            "gateway-webhook",
        )
        secret = await gateway_page.locator("code.secret").inner_text()

        # No way leads in from the internet here.
        await gateway_page.get_by_role("button", name="Edit").click()
        await gateway_page.get_by_label("Webhook URL").fill(local_url)
        await gateway_page.get_by_role("button", name="Save").click()
        await expect(gateway_page.locator(".webhook")).to_contain_text(local_url)
        (webhook,) = [
            item
            for item in dashboard.gateway.webhooks.values()
            if item.url == local_url
        ]

        await page.get_by_role("button", name="Next").click()
        await expect(page.get_by_text("Connect the gateway")).to_be_visible()
        await settle(page)
        await take_dialog(camera, page, "flow-2-menu")
        await page.get_by_text("Listen for a first delivery").click()
        await expect(page.get_by_text("Now press Trigger")).to_be_visible()
        await catch_up(page)
        for sample in DOCUMENTED[:2]:
            await dashboard.gateway.deliver(webhook, sample)
        arrived = page.locator('ha-icon[icon="mdi:check-circle"]')
        await expect(arrived).to_have_count(2)
        await page.wait_for_timeout(600)
        await take_dialog(camera, page, "flow-3-listen")

        await gateway_page.get_by_role("button", name="Trigger").click()

        await expect(page.get_by_text("Messages arrive")).to_be_visible()
        await expect(page.get_by_text(f"{secret[:4]}…")).to_be_visible()
        await expect(arrived).to_have_count(4)
        await settle(page)
        await take_dialog(camera, page, "flow-4-confirm")
        await page.get_by_role("button", name="Next").click()
        await expect(page.get_by_text("Send messages, too")).to_be_visible()
        await page.get_by_role("button", name="Submit").click()
        await expect(page.get_by_text("Your gateway is connected")).to_be_visible()
        await settle(page)
        await take_dialog(camera, page, "flow-5-done")
        await page.get_by_role("button", name="Skip and finish").click()

        devices = await websocket.call("config/device_registry/list")
        phone = next(item for item in devices if item["name"] == "Sample phone")
        await page.goto(
            f"{fresh_home_assistant.url}/config/devices/device/{phone['id']}"
        )
        await expect(page.get_by_text("Last notification").first).to_be_visible()
        states = {
            state["entity_id"]: state["state"]
            for state in await fresh_home_assistant.client.get("/api/states")
        }
        assert states["sensor.sample_phone_sim_1_last_sms"] == "Hello World!"
        assert states["sensor.sample_phone_sim_1_sms_received"] == "2"
