"""Each blueprint is saved and made an automation of as the frontend does; the one that needs no key runs."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import pytest
import pytest_asyncio

from tests.automating import BLUEPRINTS, NAMES, fire
from tests.simulator.samples import Event

from .documentation import ANA, Home, running

# What is asked for and has no default.
NEEDED: Final[Mapping[str, Mapping[str, Any]]] = {
    "save_to_file": {"file": "notify.file"},
    "sms_on_app_notification": {"packages": ["com.ring.android"], "people": [ANA]},
    "run_on_app_notification": {
        "packages": ["com.ring.android"],
        "run": [
            {
                "action": "persistent_notification.create",
                "data": {"message": "It rang: {{ trigger.event.content }}"},
            }
        ],
    },
    "show_one_time_code": {"phones": []},
    "control_by_message": {"senders": [ANA], "code_word": "sesame"},
    "alarm_until_answered": {
        "alarm": [{"trigger": "event", "event_type": "smoke"}],
        "people": [ANA],
        "answered": fire("answered"),
    },
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Return a home with all blueprints, as they are saved when they are imported."""
    async with running(tmp_path_factory.mktemp("blueprints")) as running_home:
        async with await running_home.home_assistant.client.websocket() as websocket:
            for name in NAMES:
                await websocket.call(
                    "blueprint/save",
                    domain="automation",
                    path=f"zender/{name}",
                    yaml=(BLUEPRINTS / f"{name}.yaml").read_text("utf-8"),
                )
        yield running_home


def made_of(name: str) -> dict[str, Any]:
    """Return an automation."""
    use = {"path": f"zender/{name}.yaml", "input": dict(NEEDED.get(name, {}))}
    return {"alias": name, "use_blueprint": use}


@pytest.mark.parametrize("name", NAMES)
async def test_an_automation_is_made(home: Home, name: str) -> None:
    """It listens."""
    async with home.automation(made_of(name)):
        await home.wait_for_state(f"automation.{name}", "on")


async def test_it_runs(home: Home) -> None:
    """An app's notification does what was chosen."""
    async with home.automation(made_of("run_on_app_notification")):
        await home.receive(Event.NOTIFICATIONS, package="com.ring.android")
        [action] = await home.wait_for_actions("persistent_notification.create", 1)
        assert action["message"].startswith("It rang: ")
