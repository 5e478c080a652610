"""What a delivery costs, beside the YAML that a user would write instead. Run it with scripts/benchmark."""

import argparse
import asyncio
from dataclasses import asdict, fields
import json
from pathlib import Path
from statistics import median
import sys
import tempfile
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.simulator.client import Client
from tests.simulator.home_assistant import HomeAssistant, hass_of

from .contenders import CONFIGURATION, Contender, async_contenders
from .measuring import Burst, Process, folder_on_disk, measure_burst, send, until_quiet

VERSION: Final = "2026.11"
DELIVERIES: Final = 1000
AT_ONCE: Final = 8
WARM_UP: Final = 200
EVENTS_TIMEOUT: Final = 30.0

COLUMNS: Final = {
    "deliveries_per_second": ("Deliveries/s", "{:,.0f}"),
    "cpu_milliseconds": ("CPU per delivery, ms", "{:.2f}"),
    "p99_milliseconds": ("99th percentile, ms", "{:.1f}"),
}

type Results = dict[str, list[Burst]]


async def run(rounds: int, deliveries: int, at_once: int, say: Console) -> Results:
    """Measure all in turns, in one order and in the other."""
    with tempfile.TemporaryDirectory(
        prefix="zender-benchmark-", dir=folder_on_disk()
    ) as folder:
        config = Path(folder) / "config"
        async with HomeAssistant(
            hass_of(VERSION),
            config,
            extra_configuration=CONFIGURATION,
            on_progress=say.log,
        ) as hass:
            contenders = await async_contenders(hass.client)
            process = Process(_process_id(config))
            say.log("warming up")
            for contender in contenders:
                await _warm_up(hass.client, contender, at_once)
            await until_quiet(process)
            results: Results = {contender.name: [] for contender in contenders}
            for number in range(rounds):
                say.log(f"round {number + 1} of {rounds}")
                for contender in contenders if number % 2 else reversed(contenders):
                    results[contender.name].append(
                        await measure_burst(
                            process, contender.posts(deliveries), at_once=at_once
                        )
                    )
            return results


async def _warm_up(client: Client, contender: Contender, at_once: int) -> None:
    """Send some messages and see that every one fires its event."""
    async with await client.websocket() as websocket:
        events = await websocket.subscribe(
            "subscribe_events", event_type=contender.event_type
        )
        await send(contender.posts(WARM_UP), at_once=at_once)
        async with asyncio.timeout(EVENTS_TIMEOUT):
            seen = {
                int((await events.queue.get())["data"]["id"]) for _ in range(WARM_UP)
            }
    if len(seen) != WARM_UP:
        raise RuntimeError(f"{contender.name}: {len(seen)} of {WARM_UP} messages came")


def _process_id(config: Path) -> int:
    return int(json.loads((config / ".ha_run.lock").read_text())["pid"])


def medians(bursts: list[Burst]) -> dict[str, float]:
    """Return the median of each figure."""
    return {
        item.name: median(getattr(burst, item.name) for burst in bursts)
        for item in fields(Burst)
    }


def ratios(results: Results) -> dict[str, dict[str, float]]:
    """Return our medians divided by each other one's."""
    (_, ours), *others = ((name, medians(bursts)) for name, bursts in results.items())
    return {
        name: {figure: ours[figure] / other[figure] for figure in ours}
        for name, other in others
    }


def table(results: Results) -> Table:
    """Show medians, the range that they come from, and the ratios."""
    shown = Table(title="One SMS: our integration beside YAML (medians, least to most)")
    shown.add_column("")
    for title, _ in COLUMNS.values():
        shown.add_column(title, justify="right")
    for name, bursts in results.items():
        middle = medians(bursts)
        cells = []
        for figure, (_, style) in COLUMNS.items():
            values = [getattr(burst, figure) for burst in bursts]
            cells.append(
                f"{style.format(middle[figure])} "
                f"[dim]({style.format(min(values))}–{style.format(max(values))})[/dim]"
            )
        shown.add_row(name, *cells)
    shown.add_section()
    for name, ratio in ratios(results).items():
        shown.add_row(f"ratio to {name}", *(f"{value:.2f}" for value in ratio.values()))
    return shown


def report(results: Results) -> str:
    """Return everything as JSON."""
    return json.dumps(
        {
            "home_assistant": VERSION,
            "rounds": {
                name: [asdict(burst) for burst in bursts]
                for name, bursts in results.items()
            },
            "medians": {name: medians(bursts) for name, bursts in results.items()},
            "ratios": ratios(results),
        },
        indent=2,
    )


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def main() -> int:
    """Measure, then show the figures."""
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description=__doc__)
    parser.add_argument("--rounds", type=_positive, default=5)
    parser.add_argument("--deliveries", type=_positive, default=DELIVERIES)
    parser.add_argument("--at-once", type=_positive, default=AT_ONCE)
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    arguments = parser.parse_args()
    try:
        results = asyncio.run(
            run(
                arguments.rounds,
                arguments.deliveries,
                arguments.at_once,
                Console(stderr=True, log_path=False),
            )
        )
    except KeyboardInterrupt:
        return 130
    if arguments.json:
        print(report(results))
    else:
        Console().print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
