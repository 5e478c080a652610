"""Whether memory grows with the messages that were delivered, beside a webhook that keeps nothing. Run it with scripts/benchmark --memory."""

import argparse
import asyncio
from ctypes.util import find_library
import gc
import json
import logging
from multiprocessing import get_context
from multiprocessing.connection import Connection
import os
from pathlib import Path
import re
import sys
import tempfile
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from custom_components.zender.const import DOMAIN
from homeassistant import loader
from homeassistant.components import webhook
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.setup import async_setup_component
from tests.simulator.encoding import encode

from .journal_messages import ACCOUNTS, CONTACTS, ENTRY, PHONES, Mill
from .measuring import Post, folder_on_disk, send

FIRST: Final = 1_000
DELIVERIES: Final = 100_000
STEPS: Final = 20
AT_ONCE: Final = 8
MAX_GROWTH_MEGABYTES: Final = 10
WEBHOOK_ID: Final = "benchmark"
SECRET: Final = "0123456789abcdef0123456789abcdef01234567"
START_SECONDS: Final = 120
MEASURE: Final = "measure"
STOP: Final = "stop"
INTEGRATION: Final = "integration"
WEBHOOK_ONLY: Final = "webhook only"
# What Home Assistant's container uses: https://github.com/home-assistant/core/blob/dev/rootfs/etc/services.d/home-assistant/run
ALLOCATOR: Final = find_library("jemalloc")

type Series = list[tuple[int, int]]
"""After how many deliveries the process had how many bytes."""


def serve(parent: Connection, folder: str, contender: str) -> None:
    """Run a Home Assistant with a webhook; tell the parent its address, then its memory when it asks."""
    logging.disable(logging.WARNING)
    asyncio.run(_serve(parent, folder, contender))


async def _serve(parent: Connection, folder: str, contender: str) -> None:
    async with async_test_home_assistant(
        config_dir=folder, initial_state=CoreState.running
    ) as hass:
        if contender == INTEGRATION:
            await _set_up_integration(hass)
        else:
            await _set_up_webhook_only(hass)
        async with TestServer(hass.http.app) as server:
            parent.send(str(server.make_url(f"/api/webhook/{WEBHOOK_ID}")))
            while await hass.loop.run_in_executor(None, parent.recv) == MEASURE:
                await hass.async_block_till_done()
                gc.collect()
                parent.send(_resident_bytes())
        await hass.async_stop(force=True)


async def _set_up_integration(hass: HomeAssistant) -> None:
    hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
    MockConfigEntry(
        domain=DOMAIN,
        entry_id=ENTRY,
        data={"webhook_id": WEBHOOK_ID, "secret": SECRET},
    ).add_to_hass(hass)
    if not await async_setup_component(hass, DOMAIN, {}):
        raise RuntimeError("The integration cannot be set up.")


async def _set_up_webhook_only(hass: HomeAssistant) -> None:
    """Read what comes and keep nothing."""

    async def answer(
        _hass: HomeAssistant, _webhook_id: str, request: web.Request
    ) -> web.Response:
        await request.post()
        return web.json_response({})

    if not await async_setup_component(hass, "webhook", {}):
        raise RuntimeError("The webhook cannot be set up.")
    webhook.async_register(hass, DOMAIN, WEBHOOK_ONLY, WEBHOOK_ID, answer)


def _resident_bytes() -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise RuntimeError("The system does not say how much memory a process has.")
    return 1024 * int(found[1])


class Sender:
    """Delivers messages of all languages, no two alike."""

    def __init__(self, url: str) -> None:
        """Deliver to this webhook."""
        self._url = url
        self._mill = Mill(0)
        self._sent = 0

    async def send(self, number: int) -> None:
        """Deliver so many."""
        await send([self._post() for _ in range(number)], at_once=AT_ONCE)

    def _post(self) -> Post:
        self._sent = number = self._sent + 1
        data: dict[str, str | int] = {
            "id": number,
            "phone": CONTACTS[number % len(CONTACTS)],
            "message": self._mill.text(),
            "timestamp": 1_793_599_200 + number,
        }
        if number % 2:
            data |= {"wid": ACCOUNTS[number % 4 // 2], "attachment": "0"}
        else:
            data |= {"rid": number, "sim": 1, "device": PHONES[number % 4 // 2]}
        payload = {
            "secret": SECRET,
            "type": "whatsapp" if number % 2 else "sms",
            "data": data,
        }
        return Post(self._url, *encode(payload))


async def measure(contender: str, deliveries: int, say: Console) -> Series:
    """Return the memory of a Home Assistant of its own."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    measured: Series = []
    with tempfile.TemporaryDirectory(
        prefix="zender-benchmark-", dir=folder_on_disk()
    ) as folder:
        process = context.Process(
            target=serve, args=(theirs, folder, contender), daemon=True
        )
        process.start()
        try:
            if not await asyncio.to_thread(ours.poll, START_SECONDS):
                raise RuntimeError("Home Assistant does not start.")
            sender = Sender(ours.recv())
            sent = 0
            with Progress(console=say) as progress:
                task = progress.add_task(contender, total=deliveries)
                for step in range(STEPS + 1):
                    goal = FIRST + (deliveries - FIRST) * step // STEPS
                    await sender.send(goal - sent)
                    sent = goal
                    ours.send(MEASURE)
                    measured.append((sent, await asyncio.to_thread(ours.recv)))
                    progress.update(task, completed=sent)
            ours.send(STOP)
            await asyncio.to_thread(process.join, START_SECONDS)
        finally:
            process.kill()
    return measured


async def run(deliveries: int, say: Console) -> dict[str, Series]:
    """Measure one after the other."""
    if ALLOCATOR is None:
        say.log("without jemalloc, which Home Assistant's container allocates with")
    else:
        os.environ["LD_PRELOAD"] = ALLOCATOR
    return {
        contender: await measure(contender, deliveries, say)
        for contender in (INTEGRATION, WEBHOOK_ONLY)
    }


def growth(measured: Series) -> float:
    """Return by how many megabytes the process has grown since it was smallest."""
    sizes = [size for _, size in measured]
    return (sizes[-1] - min(sizes)) / 1e6


def table(measured: dict[str, Series]) -> Table:
    """Show the memory over time."""
    shown = Table(
        title=f"Memory of Home Assistant, MB (allocated by {ALLOCATOR or 'the C library'})"
    )
    shown.add_column("Deliveries", justify="right")
    for contender in measured:
        shown.add_column(contender, justify="right")
    for steps in zip(*measured.values(), strict=True):
        shown.add_row(f"{steps[0][0]:,}", *(f"{size / 1e6:.1f}" for _, size in steps))
    shown.add_section()
    grown = [growth(series) for series in measured.values()]
    color = "green" if grown[0] <= MAX_GROWTH_MEGABYTES else "bold red"
    shown.add_row(
        f"growth since the least (at most {MAX_GROWTH_MEGABYTES})",
        f"[{color}]{grown[0]:.1f}[/]",
        *(f"{megabytes:.1f}" for megabytes in grown[1:]),
    )
    return shown


def main() -> int:
    """Measure, show the figures, and say whether the growth misses its limit."""
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark --memory", description=__doc__
    )
    parser.add_argument(
        "--deliveries", type=int, default=DELIVERIES, help=f"at least {2 * FIRST}"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    arguments = parser.parse_args()
    if arguments.deliveries < 2 * FIRST:
        parser.error(f"--deliveries must be at least {2 * FIRST}")
    say = Console(stderr=True, log_path=False)
    try:
        measured = asyncio.run(run(arguments.deliveries, say))
    except KeyboardInterrupt:
        return 130
    if arguments.json:
        print(
            json.dumps(
                {
                    contender: {
                        "bytes": dict(series),
                        "megabytes_grown": growth(series),
                    }
                    for contender, series in measured.items()
                }
            )
        )
    else:
        Console().print(table(measured))
    return 0 if growth(measured[INTEGRATION]) <= MAX_GROWTH_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
