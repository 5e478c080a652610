"""Automations that are made of the blueprints."""

from pathlib import Path
import shutil
from typing import Any, Final

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component

BLUEPRINTS: Final = Path(__file__).parents[1] / "blueprints/automation/zender"
NAMES: Final = tuple(sorted(path.stem for path in BLUEPRINTS.glob("*.yaml")))


def copy_blueprints(hass: HomeAssistant) -> None:
    """Put the blueprints where Home Assistant puts those that are imported."""
    shutil.copytree(
        BLUEPRINTS, hass.config.path("blueprints/automation/zender"), dirs_exist_ok=True
    )


async def automate(hass: HomeAssistant, *made: tuple[str, dict[str, Any]]) -> None:
    """Make automations of blueprints and their inputs. They must be good ones."""
    await hass.async_add_executor_job(copy_blueprints, hass)
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": [
                {
                    "id": f"{name}_{number}",
                    "alias": f"{name} {number}",
                    "use_blueprint": {"path": f"zender/{name}.yaml", "input": inputs},
                }
                for number, (name, inputs) in enumerate(made)
            ]
        },
    )
    await hass.async_block_till_done()
    states = hass.states.async_all("automation")
    assert [state.state for state in states] == ["on"] * len(made)


def capture(hass: HomeAssistant, event_type: str) -> list[dict[str, Any]]:
    """Note the data of events, in order."""
    seen: list[dict[str, Any]] = []

    @callback
    def note(event: Event[Any]) -> None:
        seen.append(dict(event.data))

    hass.bus.async_listen(event_type, note)
    return seen


def fire(event_type: str, **data: str) -> list[dict[str, Any]]:
    """Return the actions of an input that fire an event."""
    return [{"event": event_type, "event_data": data}]
