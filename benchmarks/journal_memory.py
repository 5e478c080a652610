"""Whether memory grows with the messages that were delivered. Run it with scripts/benchmark --memory."""

import argparse
import asyncio
import gc
import json
import logging
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
import re
import sys
import tempfile
from typing import Final

from aiohttp.test_utils import TestServer
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from custom_components.zender.const import DATABASE_FILE, DOMAIN
from homeassistant import loader
from homeassistant.core import CoreState
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


def serve(parent: Connection, folder: str) -> None:
    """Run a Home Assistant with an entry; tell the parent its address, then its memory when it asks."""
    logging.disable(logging.WARNING)
    asyncio.run(_serve(parent, folder))


async def _serve(parent: Connection, folder: str) -> None:
    async with async_test_home_assistant(
        config_dir=folder, initial_state=CoreState.running
    ) as hass:
        hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        MockConfigEntry(
            domain=DOMAIN,
            entry_id=ENTRY,
            data={"webhook_id": WEBHOOK_ID, "secret": SECRET},
        ).add_to_hass(hass)
        if not await async_setup_component(hass, DOMAIN, {}):
            raise RuntimeError("The integration cannot be set up.")
        async with TestServer(hass.http.app) as server:
            parent.send(str(server.make_url(f"/api/webhook/{WEBHOOK_ID}")))
            while await hass.loop.run_in_executor(None, parent.recv) == MEASURE:
                await hass.async_block_till_done()
                gc.collect()
                parent.send(_resident_bytes())
        await hass.async_stop(force=True)


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


async def measure(deliveries: int, say: Console) -> list[tuple[int, int]]:
    """Return after how many deliveries the process had how many bytes."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    measured: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory(
        prefix="zender-benchmark-", dir=folder_on_disk()
    ) as folder:
        process = context.Process(target=serve, args=(theirs, folder), daemon=True)
        process.start()
        try:
            if not await asyncio.to_thread(ours.poll, START_SECONDS):
                raise RuntimeError("Home Assistant does not start.")
            sender = Sender(ours.recv())
            sent = 0
            with Progress(console=say) as progress:
                task = progress.add_task("delivering", total=deliveries)
                for step in range(STEPS + 1):
                    goal = FIRST + (deliveries - FIRST) * step // STEPS
                    await sender.send(goal - sent)
                    sent = goal
                    ours.send(MEASURE)
                    measured.append((sent, await asyncio.to_thread(ours.recv)))
                    progress.update(task, completed=sent)
            ours.send(STOP)
            await asyncio.to_thread(process.join, START_SECONDS)
            size = (Path(folder) / DATABASE_FILE).stat().st_size
            say.log(f"the database has {size / 1e6:.1f} MB")
        finally:
            process.kill()
    return measured


def growth(measured: list[tuple[int, int]]) -> float:
    """Return by how many megabytes the process has grown since the first figure."""
    return (measured[-1][1] - measured[0][1]) / 1e6


def table(measured: list[tuple[int, int]]) -> Table:
    """Show the memory over time."""
    shown = Table(title="Memory of Home Assistant")
    shown.add_column("Deliveries", justify="right")
    shown.add_column("MB", justify="right")
    for deliveries, size in measured:
        shown.add_row(f"{deliveries:,}", f"{size / 1e6:.1f}")
    shown.add_section()
    grown = growth(measured)
    color = "green" if grown <= MAX_GROWTH_MEGABYTES else "bold red"
    shown.add_row(
        f"growth (at most {MAX_GROWTH_MEGABYTES})", f"[{color}]{grown:.1f}[/]"
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
        measured = asyncio.run(measure(arguments.deliveries, say))
    except KeyboardInterrupt:
        return 130
    if arguments.json:
        print(
            json.dumps({"bytes": dict(measured), "megabytes_grown": growth(measured)})
        )
    else:
        Console().print(table(measured))
    return 0 if growth(measured) <= MAX_GROWTH_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
