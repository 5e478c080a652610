"""The demo as a user runs it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import re
import signal
import subprocess
import time
from typing import Final

import pytest

from tests.simulator.config_folder import ROOT

TIMEOUT: Final = 600
DEMO: Final = str(ROOT / "scripts" / "demo")


@pytest.mark.parametrize("version", ["2026.11", "2026.10"])
def test_all_deliveries_are_as_expected(version: str) -> None:
    """The demo itself judges what came of its deliveries, and the log."""
    demo = subprocess.run(
        [DEMO, "--once", "--home-assistant", version],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout + demo.stderr


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]
)
def test_nothing_is_left_running(number: signal.Signals) -> None:
    """However the demo ends, Home Assistant does too."""
    with staying_demo() as (demo, folder):
        assert processes_in(folder)
        demo.send_signal(number)
        assert demo.wait(TIMEOUT) == (
            -signal.SIGKILL if number == signal.SIGKILL else 0
        )
        deadline = time.monotonic() + 60
        while left := processes_in(folder):
            assert time.monotonic() < deadline, left
            time.sleep(0.1)


@contextmanager
def staying_demo() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Start the demo without --once, wait until it has printed its addresses, and return its folder too."""
    with subprocess.Popen(
        [DEMO],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as demo:
        try:
            assert demo.stdout is not None
            output = ""
            for line in demo.stdout:
                output += line
                if "log in as" in line:
                    break
            folder = re.search(r"in (\.dev/demo/\S+)", output)
            assert folder, output
            yield demo, ROOT / folder[1]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(demo.pid, signal.SIGKILL)


def processes_in(folder: Path) -> list[str]:
    """Return the command lines of the processes that work in a config folder."""
    listing = subprocess.run(
        ["ps", "-wwAo", "args="], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in listing.splitlines() if f"--config {folder} " in line]
