"""The manifest: what Home Assistant reads before it loads the integration."""

import ast
import json
from pathlib import Path

import custom_components.zender
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

FOLDER = Path(custom_components.zender.__file__).parent
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))


def test_the_keys_stand_in_the_order_that_home_assistant_asks_for() -> None:
    """Domain and name, then the alphabet."""
    keys = list(MANIFEST)

    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


def test_every_component_that_is_imported_is_declared() -> None:
    """Otherwise it might not be there yet, or not at all. A platform's own is there when it is."""
    declared = {*MANIFEST["dependencies"], *MANIFEST["after_dependencies"]}
    for file in FOLDER.rglob("*.py"):
        imported = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.ImportFrom("homeassistant.components", names):
                    imported |= {name.name for name in names}
                case ast.ImportFrom(str(module)):
                    if module.startswith("homeassistant.components."):
                        imported.add(module.split(".")[2])
        # ussd_sensor.py is a part of sensor.py.
        assert imported <= declared | {file.stem, file.stem.rpartition("_")[2]}, file


async def test_home_assistant_loads_it(hass: HomeAssistant) -> None:
    """A custom integration is blocked without a version that can be compared."""
    integration = await async_get_integration(hass, "zender")

    assert not integration.is_built_in
    assert integration.version is not None
    assert integration.version.valid
    assert integration.config_flow
    assert integration.documentation is not None
    assert integration.documentation.startswith("https://")
    assert "home-assistant.io" not in integration.documentation
    assert integration.issue_tracker is not None
    assert integration.issue_tracker.startswith(integration.documentation)
    assert MANIFEST["codeowners"]
