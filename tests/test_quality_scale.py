"""Home Assistant's quality scale: every rule is kept, or there is a reason why it does not apply."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

import pytest

import custom_components.zender
from custom_components.zender.api_flow import ApiFlow
from custom_components.zender.config_flow import ZenderConfigFlow
from homeassistant import components
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict

FOLDER = Path(custom_components.zender.__file__).parent
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))


def rules_in(file: Path) -> dict[str, Any]:
    """Return the rules in a file, each with what it says."""
    rules: dict[str, Any] = load_yaml_dict(str(file))["rules"]
    return {
        rule: said if isinstance(said, dict) else {"status": said}
        for rule, said in rules.items()
    }


RULES = rules_in(FOLDER / "quality_scale.yaml")


def is_exempt(rule: str) -> bool:
    """Whether a rule is said not to apply."""
    return bool(RULES[rule]["status"] == "exempt")


def imports() -> Iterator[str]:
    """Yield what the integration imports from outside."""
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names):
                    yield from (name.name for name in names)
                case ast.ImportFrom(str(module), _, 0):
                    yield module


def test_every_rule_of_home_assistant_is_answered() -> None:
    """In the order of an integration that Home Assistant ships, so that they can be compared."""
    [folder] = components.__path__
    shipped = rules_in(Path(folder) / "sleep_as_android" / "quality_scale.yaml")

    assert list(RULES) == list(shipped)
    assert len(RULES) == 54


def test_nothing_is_left_to_do() -> None:
    """That is what the manifest says."""
    assert {said["status"] for said in RULES.values()} == {"done", "exempt"}
    assert MANIFEST["quality_scale"] == "platinum"


def test_every_exemption_has_a_reason() -> None:
    """A whole sentence."""
    for rule, said in RULES.items():
        assert said.keys() <= {"status", "comment"}
        if said["status"] == "exempt":
            assert said["comment"].strip().endswith("."), rule


@pytest.mark.parametrize(
    "rule",
    ["action-setup", "action-exceptions", "docs-actions", "exception-translations"],
)
async def test_the_exemptions_about_actions_are_true(
    hass: HomeAssistant, rule: str
) -> None:
    """Without actions there would be nothing to do."""
    assert await async_setup_component(hass, MANIFEST["domain"], {})

    assert is_exempt(rule) is not bool(
        hass.services.async_services_for_domain(MANIFEST["domain"])
    )


@pytest.mark.parametrize(
    ("rule", "file"),
    [("docs-triggers", "trigger.py"), ("docs-conditions", "condition.py")],
)
def test_the_exemptions_about_automations_are_true(rule: str, file: str) -> None:
    """As long as there is no such platform."""
    assert is_exempt(rule) is not (FOLDER / file).exists()


@pytest.mark.parametrize("rule", ["dependency-transparency", "async-dependency"])
def test_the_exemptions_about_dependencies_are_true(rule: str) -> None:
    """As long as there are none."""
    assert is_exempt(rule) is (MANIFEST["requirements"] == [])


def test_the_exemption_about_requests_is_true() -> None:
    """As long as nothing imports a client."""
    clients = {"aiohttp_client", "httpx_client", "httpx", "requests", "urllib.request"}
    used = {name for name in imports() if name.rpartition(".")[2] in clients}

    assert is_exempt("inject-websession") is not bool(used)


def test_the_exemptions_about_dialogs_are_true() -> None:
    """As long as there is no such step."""
    steps = {
        name.removeprefix("async_step_")
        for flow in (ApiFlow, ZenderConfigFlow)
        for name in vars(flow)
    }

    assert is_exempt("reauthentication-flow") is ("reauth" not in steps)
    assert is_exempt("reconfiguration-flow") is ("reconfigure" not in steps)
    discoveries = {"bluetooth", "dhcp", "mqtt", "ssdp", "usb", "zeroconf"}
    assert is_exempt("discovery") is not bool(discoveries & (steps | MANIFEST.keys()))
    assert is_exempt("discovery-update-info") is is_exempt("discovery")
