"""The dashboard of docs/dashboard.md, in a real browser, and its picture."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
import re
import shutil
from typing import Any, Final

from playwright.async_api import Page, ViewportSize, expect
import pytest_asyncio

from homeassistant.util import dt as dt_util
from tests.simulator.client import Client, WebSocket
from tests.simulator.dashboard import Dashboard
from tests.simulator.gateway import Gateway
from tests.simulator.home_assistant import HomeAssistant, hass_of
from tests.simulator.samples import ACCOUNT, PHONE, Event
from tests.simulator.set_up import FLOWS, SetUp, configure_zender

from .browser import CHROMIUM, Camera, browser, log_in
from .conftest import VERSION
from .documentation import (
    DOCS,
    MESSAGES,
    POLL_INTERVAL,
    TIMEOUT,
    live_through_a_day,
    yaml_block,
)
from .needs import needs
from .pictures import settle, sharp_page

PAGE: Final = DOCS / "dashboard.md"
PATH: Final = "messages-of-the-day"
SIZE: Final[ViewportSize] = {"width": 1100, "height": 900}
# The frontend hides its sidebar.
NARROW: Final[ViewportSize] = {"width": 868, "height": 560}
SUBENTRIES: Final = "/api/config/config_entries/subentries/flow"
CONNECTED: Final = "binary_sensor.whatsapp_5678_connectivity"
CREDIT: Final = "sensor.mobile_credit"
PAST: Final = (6.1, 5.5, 4.4, 3.6, 2.9, 12.9, 12.3, 11.8, 11, 10.1, 9.4, 8.9, 8.2, 7.6)
"""The credit of the days before."""

pytestmark = needs(CHROMIUM)


async def wait_for_state(client: Client, entity_id: str, wanted: str) -> None:
    """Wait until there is an entity with a state."""
    for _ in range(int(TIMEOUT / POLL_INTERVAL)):
        states: list[dict[str, Any]] = await client.get("/api/states")
        if any(
            (state["entity_id"], state["state"]) == (entity_id, wanted)
            for state in states
        ):
            return
        await asyncio.sleep(POLL_INTERVAL)
    raise AssertionError(f"{entity_id} is not {wanted}")


async def give_key(client: Client, set_up: SetUp, url: str, key: str) -> None:
    """Give an entry a key of the gateway, by reconfiguring it."""
    step = await client.post(FLOWS, {"handler": "zender", "entry_id": set_up.entry_id})
    flow = f"{FLOWS}/{step['flow_id']}"
    await client.post(flow, {"next_step_id": "api"})
    given = {"url": url, "api_key": key}
    # The site has no https, which the dialog says first.
    await client.post(flow, given)
    assert (await client.post(flow, given))["type"] == "abort"
    await wait_for_state(client, CONNECTED, "on")


async def add_code(client: Client, set_up: SetUp) -> None:
    """Add a USSD code whose sensor shows the balance."""
    step = await client.post(SUBENTRIES, {"handler": [set_up.entry_id, "ussd_code"]})
    made = await client.post(
        f"{SUBENTRIES}/{step['flow_id']}",
        {
            "name": "Mobile credit",
            "sim": f"{PHONE}_sim_1",
            "code": "*123#",
            "pattern": r"balance is ([0-9.,]+)",
            "unit_of_measurement": "EUR",
            "interval": 0,
        },
    )
    assert made["type"] == "create_entry", made


async def remember_credit(websocket: WebSocket) -> None:
    """Let Home Assistant have statistics of the days before."""
    today = dt_util.utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
    await websocket.call(
        "recorder/import_statistics",
        metadata={
            "source": "recorder",
            "statistic_id": CREDIT,
            "name": None,
            "unit_of_measurement": "EUR",
            "unit_class": None,
            "mean_type": 1,
            "has_sum": False,
        },
        stats=[
            {
                "start": (today - timedelta(days=len(PAST) - day)).isoformat(),
                "mean": value,
                "min": value,
                "max": value,
            }
            for day, value in enumerate(PAST)
        ],
    )


@pytest_asyncio.fixture(loop_scope="session")
async def page() -> AsyncIterator[Page]:
    """Return a page for a sharp picture."""
    executable = shutil.which(CHROMIUM)
    assert executable
    async with (
        browser(executable, **SIZE) as opened,
        sharp_page(opened, **SIZE) as sharp,
    ):
        yield sharp


@pytest_asyncio.fixture(loop_scope="session")
async def home_with_key(tmp_path: Path) -> AsyncIterator[HomeAssistant]:
    """Return a Home Assistant at the end of a day, whose gateway tells how it is."""
    async with (
        HomeAssistant(hass_of(VERSION), tmp_path) as home_assistant,
        Gateway() as gateway,
        Dashboard(gateway) as dashboard,
    ):
        client = home_assistant.client
        gateway.api.add_device(PHONE, "Phone 10c4d7")
        gateway.api.add_account(ACCOUNT)
        set_up = await configure_zender(client, gateway)
        async with await client.websocket() as websocket:
            await live_through_a_day(websocket, gateway, set_up)
            await give_key(client, set_up, dashboard.url, gateway.api.add_key())
            await add_code(client, set_up)
            for event, changes in (
                (Event.USSD, {}),
                (Event.SMS, {"message": "Home at 19:40, keep my dinner warm!"}),
                (Event.WHATSAPP, {"message": "Thanks, got the parcel 🚲"}),
            ):
                await gateway.receive(event, {**MESSAGES[event], **changes})
            await wait_for_state(client, CREDIT, "7.25")
            await remember_credit(websocket)
            await websocket.call(
                "lovelace/dashboards/create", url_path=PATH, title="Messages"
            )
            await websocket.call(
                "lovelace/config/save",
                url_path=PATH,
                config=yaml_block(PAGE, views=...),
            )
        yield home_assistant


async def test_dashboard(
    page: Page, home_with_key: HomeAssistant, camera: Camera
) -> None:
    """It shows the texts, the graph and the states; every entity on it is there."""
    url = home_with_key.url
    await log_in(page, home_with_key)
    await page.set_viewport_size(NARROW)
    await page.goto(f"{url}/{PATH}")
    for text in ("keep my dinner warm", "got the parcel", "Somebody is at the front"):
        await expect(page.get_by_text(text).first).to_be_visible()
    await expect(page.locator("hui-statistics-graph-card canvas")).to_be_visible()
    await expect(page.locator("hui-error-card, hui-warning")).to_have_count(0)
    await settle(page)
    await camera.take(page, "dashboard")

    states: list[dict[str, Any]] = await home_with_key.client.get("/api/states")
    known = {state["entity_id"]: state["state"] for state in states}
    named = re.findall(
        r"\b(?:binary_sensor|sensor|event)\.\w+_\w+", PAGE.read_text("utf-8")
    )
    assert set(named) - known.keys() == set()
    assert known[CREDIT] == "7.25"
    assert known[CONNECTED] == "on"
