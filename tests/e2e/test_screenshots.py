"""What the documentation shows beyond adding a gateway: a card, devices, options, repairs and the demo."""

import asyncio
from collections.abc import AsyncIterator
import fcntl
from io import StringIO
import json
import os
import pty
import re
import shutil
import signal
import struct
import sys
import termios
from typing import Any, Final

from playwright.async_api import Page, ViewportSize, expect
import pytest
import pytest_asyncio
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.simulator.client import WebSocket
from tests.simulator.config_folder import ROOT
from tests.simulator.gateway import Fault
from tests.simulator.samples import DOCUMENTED, Event

from .browser import CHROMIUM, Camera, browser, log_in
from .documentation import DOCS, HOME, Home, running, yaml_block
from .needs import needs
from .pictures import dialog, settle, sharp_page, take_dialog

PUBLIC_URL: Final = "https://home.example.org"
MOVED_URL: Final = "https://moved.example.org"
DASHBOARD: Final = "credit-of-the-day"
SIZE: Final[ViewportSize] = {"width": 1100, "height": 900}
# High enough for all of them.
OPTIONS: Final[ViewportSize] = {"width": 1100, "height": 1900}
# The frontend hides its sidebar.
NARROW: Final[ViewportSize] = {"width": 868, "height": 745}
PHONE: Final[ViewportSize] = {"width": 868, "height": 575}
SIM: Final[ViewportSize] = {"width": 868, "height": 535}
SEARCH: Final[ViewportSize] = {"width": 868, "height": 1046}

DEMO_TIMEOUT: Final = 300.0
# The lower edge of the box with the addresses.
END: Final = re.compile("log in as demo.*╯".encode(), re.DOTALL)
COLUMNS: Final = 136
LINES: Final = 44
TERMINAL: Final = TerminalTheme(
    background=(27, 31, 36),
    foreground=(215, 221, 227),
    normal=[
        (72, 79, 88),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (86, 212, 221),
        (177, 186, 196),
    ],
)
PAGE: Final = """<pre style="margin: 0; padding: 14px 18px; width: max-content; font: 13px/1.35 'DejaVu Sans Mono', monospace;
color: {foreground}; background: {background}">{code}</pre>"""

pytestmark = needs(CHROMIUM)


@pytest_asyncio.fixture(loop_scope="session")
async def page() -> AsyncIterator[Page]:
    """Return a page for sharp pictures."""
    executable = shutil.which(CHROMIUM)
    assert executable
    async with (
        browser(executable, **SIZE) as opened,
        sharp_page(opened, **SIZE) as sharp,
    ):
        yield sharp


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Return a home at the end of a day."""
    template = yaml_block(DOCS / "automations.md", template=...)
    async with running(
        tmp_path_factory.mktemp("screenshots"), HOME, template
    ) as running_home:
        await running_home.receive(Event.USSD)
        await running_home.receive(
            Event.SMS, message="The train is late. Home at 19:40, keep my dinner warm!"
        )
        await running_home.receive(Event.WHATSAPP, message="Thanks, got the parcel 🚲")
        yield running_home


async def test_card_and_devices(page: Page, home: Home, camera: Camera) -> None:
    """The card of docs/automations.md, and the pages of a phone and its SIM."""
    url = home.home_assistant.url
    async with await home.home_assistant.client.websocket() as websocket:
        await make_dashboard(websocket)
        phone = await find_device(websocket, "Phone 10c4d7")
        sim = await find_device(websocket, "SIM 1")
    await log_in(page, home.home_assistant)
    await page.set_viewport_size(NARROW)

    await page.goto(f"{url}/{DASHBOARD}")
    await expect(page.locator("hui-gauge-card")).to_contain_text("7.25")
    await settle(page)
    await camera.take(page.locator("hui-gauge-card ha-card"), "card-balance")

    await page.set_viewport_size(PHONE)
    await page.goto(f"{url}/config/devices/device/{phone}")
    await expect(page.get_by_text("Somebody is at the front door")).to_be_visible()
    await settle(page)
    await camera.take(page, "device-phone")

    await page.set_viewport_size(SIM)
    await page.goto(f"{url}/config/devices/device/{sim}")
    await expect(page.get_by_text("keep my dinner warm").first).to_be_visible()
    await expect(page.get_by_text("Your balance is 7.25 EUR.").first).to_be_visible()
    await settle(page)
    await camera.take(page, "device-sim")


async def test_search(page: Page, home: Home, camera: Camera) -> None:
    """The search among the actions, and what it returns."""
    await log_in(page, home.home_assistant)
    await page.evaluate(
        "states => Object.assign(localStorage, states)",
        {
            "panel-dev-action-state-yaml-mode": "true",
            "panel-dev-action-state-service-data": json.dumps(
                {"action": "zender.search_messages", "data": {"text": "parcel"}}
            ),
        },
    )
    await page.set_viewport_size(SEARCH)
    await page.goto(f"{home.home_assistant.url}/config/tools/action")
    await page.get_by_role("button", name="Perform action").click()
    await expect(page.get_by_text("Thanks, got the").first).to_be_visible()
    # Its tick is gone again.
    await expect(page.locator("ha-progress-button ha-svg-icon")).to_be_hidden()
    await settle(page)
    await camera.take(page, "search")


async def make_dashboard(websocket: WebSocket) -> None:
    """Make a dashboard of the documented card."""
    await websocket.call(
        "lovelace/dashboards/create", url_path=DASHBOARD, title="Credit"
    )
    section = {
        "type": "grid",
        "cards": [yaml_block(DOCS / "automations.md", type="gauge")],
    }
    await websocket.call(
        "lovelace/config/save",
        url_path=DASHBOARD,
        config={"views": [{"type": "sections", "sections": [section]}]},
    )


async def find_device(websocket: WebSocket, name: str) -> str:
    """Return the id of a device."""
    devices: list[dict[str, Any]] = await websocket.call("config/device_registry/list")
    return next(str(item["id"]) for item in devices if item["name"] == name)


async def test_changes(page: Page, home: Home, camera: Camera) -> None:
    """The options, reconfiguring, and the two repairs, as one clicks to them."""
    url = home.home_assistant.url
    integration = f"{url}/config/integrations/integration/zender"
    await log_in(page, home.home_assistant)
    async with await home.home_assistant.client.websocket() as websocket:
        await websocket.call("config/core/update", external_url=PUBLIC_URL)

        await page.goto(integration)
        await page.get_by_label("Configure", exact=True).click()
        await expect(page.get_by_text("Texts in states")).to_be_visible()
        await page.set_viewport_size(OPTIONS)
        await settle(page)
        await take_dialog(camera, page, "options")
        await page.set_viewport_size(SIZE)
        await page.get_by_role("button", name="Submit").click()
        await page.get_by_role("button", name="Finish").click()
        await expect(dialog(page)).to_be_hidden()

        for _ in range(10):
            await home.deliver(DOCUMENTED[0], Fault.WRONG_SECRET)
        await page.goto(f"{url}/config/repairs")
        await page.get_by_text("delivers with a wrong secret").click()
        await expect(page.get_by_text("Compare the secret")).to_be_visible()
        await settle(page)
        await take_dialog(camera, page, "repair-secret")
        await page.get_by_role("button", name="Close").first.click()
        await expect(dialog(page)).to_be_hidden()
        await home.deliver(DOCUMENTED[0])
        await expect(page.get_by_text("delivers with a wrong secret")).to_be_hidden()

        await settle(page)
        await page.goto(integration)
        await page.locator("ha-config-entry-row").get_by_label("Menu").first.click()
        await page.get_by_text("Reconfigure", exact=True).click()
        await expect(page.get_by_text("Make a new address")).to_be_visible()
        await settle(page)
        await take_dialog(camera, page, "reconfigure")
        await page.get_by_text("Make a new address").click()
        await expect(page.get_by_text("Give the gateway this address")).to_be_visible()
        await page.get_by_role("button", name="Next").click()
        await page.get_by_text("Finish without a test").click()
        await expect(page.get_by_text("Reconfiguration was successful")).to_be_visible()
        await page.get_by_role("button", name="Close").last.click()
        await expect(dialog(page)).to_be_hidden()

        await websocket.call("config/core/update", external_url=MOVED_URL)
        await settle(page)
        await page.goto(f"{url}/config/repairs")
        await page.get_by_text("The address of").click()
        await expect(
            page.get_by_text("Give the gateway the new address")
        ).to_be_visible()
        await settle(page)
        await take_dialog(camera, page, "repair-address")
        await page.get_by_role("button", name="Submit").click()
        await page.get_by_role("button", name="Finish").click()
        await expect(page.get_by_text("The address of")).to_be_hidden()


async def test_demo_in_the_terminal(page: Page, camera: Camera) -> None:
    """The last rows of the demo, and the addresses that it prints."""
    text = Text.from_ansi((await demo_output()).rstrip())
    assert "log in as demo" in text.plain
    lines = list(text.split("\n"))[-LINES:]
    rule = next(number for number, line in enumerate(lines) if set(line.plain) == {"─"})
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    for line in lines[rule + 1 :]:
        console.print(line, no_wrap=True, crop=True, highlight=False)
    await page.set_content(
        console.export_html(theme=TERMINAL, inline_styles=True, code_format=PAGE)
    )
    await camera.take(page.locator("pre"), "demo-terminal")


async def demo_output() -> str:
    """Return what the demo writes to a terminal of a certain width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.simulator.demo"),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(theirs)
    output = b""
    try:
        async with asyncio.timeout(DEMO_TIMEOUT):
            while END.search(output) is None:
                output += await asyncio.to_thread(os.read, ours, 65536)
    finally:
        if demo.returncode is None:
            demo.send_signal(signal.SIGINT)
        await demo.wait()
        os.close(ours)
    return output.decode().replace("\r\n", "\n")
