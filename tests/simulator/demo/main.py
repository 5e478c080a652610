"""The demo itself: start everything, deliver, show, and stay or judge."""

import argparse
import asyncio
from collections.abc import Iterable
from pathlib import Path
import signal
import sys
from typing import Final

from ..client import CommandError
from ..config_folder import ROOT, reserved
from ..dashboard import LOOPBACK, Dashboard
from ..gateway import Delivery, Gateway
from ..home_assistant import PASSWORD, USERNAME, HomeAssistant, StartError, hass_of
from ..log import LogRecord, complaints
from ..observer import Fired, Observer
from ..set_up import PHONE_NAME, FlowError, configure_zender, furnish
from .both_ways import Stage
from .expectations import EFFECT_TIMEOUT, latest_states
from .scenario import FOUND, SCENARIO, SEARCHED, Step
from .screen import Screen
from .watching import watch

VERSIONS: Final = ("2026.11", "2026.10")
CONFIGURATION: Final = Path(__file__).with_name("configuration.yaml")


def run() -> None:
    """Read the command line and run until done or interrupted."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Start a private Home Assistant with the integration and a simulated gateway, deliver the "
        "documented messages and those of a realistic day, let Home Assistant answer and ask, and show what comes of each.",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="end instead of staying, with 1 if anything went wrong",
    )
    parser.add_argument(
        "--home-assistant",
        choices=VERSIONS,
        default=VERSIONS[0],
        help="which version to run (default: %(default)s)",
    )
    options = parser.parse_args()
    try:
        sys.exit(
            asyncio.run(_run_until_signalled(options.home_assistant, once=options.once))
        )
    except KeyboardInterrupt:
        sys.exit(130)


async def _run_until_signalled(version: str, *, once: bool) -> int:
    task = asyncio.current_task()
    if task is not None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    screen = Screen()
    try:
        with reserved(ROOT / ".dev" / "demo", version) as folder:
            return await _demonstrate(screen, version, folder, once=once)
    except (StartError, FlowError, CommandError, TimeoutError) as error:
        screen.problem(str(error) or "Home Assistant took too long.")
        return 1
    except asyncio.CancelledError:
        screen.progress("stopped")
        if once:
            return 130
        return 0


async def _demonstrate(
    screen: Screen, version: str, folder: Path, *, once: bool
) -> int:
    home_assistant = HomeAssistant(
        hass_of(version),
        folder,
        extra_configuration=CONFIGURATION.read_text(encoding="utf-8"),
        on_progress=screen.progress,
    )
    screen.progress(f"Home Assistant {version}, in {folder.relative_to(ROOT)}")
    async with home_assistant, Gateway() as gateway, Dashboard(gateway) as dashboard:
        screen.progress("adding the integration by its config flow")
        set_up = await configure_zender(
            home_assistant.client,
            gateway,
            site=dashboard.url.replace(LOOPBACK, "localhost"),
            api_key=furnish(gateway),
        )
        async with (
            await home_assistant.client.websocket() as websocket,
            Observer(websocket, set_up.entry_id) as observer,
        ):
            stage = Stage(gateway, set_up, observer, websocket)
            problems = await _name(screen, stage)
            problems += await _deliver(screen, stage)
            problems += await _search(screen, stage)
            problems += await _play(screen, stage)
            if not once:
                screen.addresses(home_assistant.url, dashboard.url, USERNAME, PASSWORD)
                await watch(screen, gateway, observer)
        if once:
            screen.progress("stopping Home Assistant")
    return _judge(screen, problems, home_assistant.log)


async def _name(screen: Screen, stage: Stage) -> int:
    """Wait for the gateway's names and return how many problems there were."""
    screen.progress("waiting until Home Assistant has asked the gateway for its phones")
    if await stage.are_named():
        return 0
    screen.problem(f"Home Assistant should know the phone {PHONE_NAME}.")
    return 1


async def _deliver(screen: Screen, stage: Stage) -> int:
    """Deliver everything and return how many deliveries were not as expected."""
    problems = 0
    observer = stage.observer
    screen.begin_deliveries()
    for step in SCENARIO:
        before = len(observer.seen)
        delivery = await stage.gateway.deliver(
            stage.set_up.webhook, step.sample, step.fault
        )
        unmet = await _unmet(observer, before, step, delivery)
        screen.row(step.title, delivery, observer.seen[before:], unmet)
        problems += bool(unmet)
    if "sensor.last_delivery" not in latest_states(observer.seen):
        screen.problem("The time of the last delivery never changed.")
        problems += 1
    fired = sum(isinstance(note, Fired) for note in observer.seen)
    if fired != (
        expected := sum(step.expectation.event is not None for step in SCENARIO)
    ):
        screen.problem(f"There were {fired} events in all, not {expected}.")
        problems += 1
    return problems


async def _search(screen: Screen, stage: Stage) -> int:
    """Search the messages for a word and return how many problems there were."""
    messages = await stage.search(text=SEARCHED)
    screen.found(SEARCHED, messages)
    if [message["message_id"] for message in messages] == FOUND:
        return 0
    screen.problem(f"The search should find the messages {FOUND}.")
    return 1


async def _play(screen: Screen, stage: Stage) -> int:
    """Go both ways and return how many steps were not as expected."""
    problems = 0
    screen.begin_turns()
    async for turn in stage.play():
        screen.turn(turn)
        problems += bool(turn.unmet)
    return problems


async def _unmet(
    observer: Observer, before: int, step: Step, delivery: Delivery
) -> list[str]:
    def unmet() -> list[str]:
        return step.expectation.unmet(delivery, observer.seen[before:])

    await observer.wait_until(lambda: not unmet(), EFFECT_TIMEOUT)
    return unmet()


def _judge(screen: Screen, problems: int, log: Iterable[LogRecord]) -> int:
    complained = [record for record in complaints(log) if not _is_expected(record)]
    for record in complained:
        screen.problem(
            f"Home Assistant's log has {record.level} [{record.logger}] {record.text}"
        )
    if problems:
        screen.problem(f"{problems} things were not as expected.")
    if problems or complained:
        return 1
    screen.success(
        f"All {len(SCENARIO)} deliveries and all steps both ways were as expected, and Home Assistant's log has no complaint."
    )
    return 0


def _is_expected(record: LogRecord) -> bool:
    """Tell whether this is the log line about a refusal that the scenario provokes."""
    causes = {step.expectation.answer.get("error") for step in SCENARIO} - {None}
    return any(f"was refused: {cause}" in record.text for cause in causes)
