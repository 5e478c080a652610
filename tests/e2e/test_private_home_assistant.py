"""The private Home Assistant that the demo and these tests start."""

from pathlib import Path
import socket

import pytest

from tests.simulator import home_assistant as module
from tests.simulator.client import Client
from tests.simulator.config_folder import reserved
from tests.simulator.home_assistant import PASSWORD, USERNAME

from .conftest import StartHomeAssistant


async def test_taken_port_is_no_problem(
    start_home_assistant: StartHomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes the port just before Home Assistant does; the next one is tried."""
    choose = module._free_port  # noqa: SLF001
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = [taken.getsockname()[1], choose()]
        monkeypatch.setattr(module, "_free_port", iter(ports).__next__)
        async with start_home_assistant("taken_port") as home_assistant:
            assert home_assistant.port == ports[1]
            assert (await home_assistant.client.get("/api/config"))[
                "state"
            ] == "RUNNING"


async def test_restart_keeps_everything(
    start_home_assistant: StartHomeAssistant,
) -> None:
    """The same folder, port and user."""
    async with start_home_assistant("restart") as home_assistant:
        port = home_assistant.port
        await home_assistant.stop()
        await home_assistant.start()
        assert home_assistant.port == port
        user = await Client.login(
            home_assistant.session, home_assistant.url, USERNAME, PASSWORD
        )
        async with await user.websocket() as websocket:
            assert (await websocket.call("auth/current_user"))["is_owner"]


def test_folders_of_two_runs_differ(tmp_path: Path) -> None:
    """A second demo does not take the first one's folder away."""
    with reserved(tmp_path, "demo") as first, reserved(tmp_path, "demo") as second:
        assert (first.name, second.name) == ("demo", "demo-2")
    with reserved(tmp_path, "demo") as third:
        assert third == first
