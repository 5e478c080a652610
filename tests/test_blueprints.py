"""The blueprints as such: they can be imported, and say what they ask for."""

from pathlib import Path
import re
from typing import Any, Final
from urllib.parse import quote

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import selector
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml

from .automating import BLUEPRINTS, NAMES

REPOSITORY: Final = Path(__file__).parents[1]
SOURCE: Final = "https://github.com/zender-home-assistant/zender/blob/main/blueprints/automation/zender/"
IMPORT: Final = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="

EACH: Final = pytest.mark.parametrize("name", NAMES)


def text_of(name: str) -> str:
    """Return a blueprint's file."""
    return (BLUEPRINTS / f"{name}.yaml").read_text("utf-8")


def blueprint(name: str) -> Blueprint:
    """Return a blueprint."""
    data: Any = parse_yaml(text_of(name))
    return Blueprint(data, expected_domain="automation", schema=BLUEPRINT_SCHEMA)


def section_of(heading: str) -> str:
    """Return what the documentation says below a heading."""
    page = (REPOSITORY / "docs/blueprints.md").read_text("utf-8")
    [section] = [
        part for part in page.split("\n## ") if part.startswith(f"{heading}\n")
    ]
    return section


def test_there_is_one_for_each_use() -> None:
    """Ten."""
    assert len(NAMES) == 10


@EACH
async def test_it_is_imported(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, name: str
) -> None:
    """As the frontend saves what it imported."""
    assert await async_setup_component(hass, "automation", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {
            "type": "blueprint/save",
            "domain": "automation",
            "path": f"zender/{name}",
            "yaml": text_of(name),
            "source_url": f"{SOURCE}{name}.yaml",
        }
    )
    assert (await client.receive_json())["success"]
    await client.send_json_auto_id({"type": "blueprint/list", "domain": "automation"})
    listed = (await client.receive_json())["result"][f"zender/{name}.yaml"]
    assert listed["metadata"]["source_url"] == f"{SOURCE}{name}.yaml"


@EACH
def test_it_says_what_it_needs(name: str) -> None:
    """A name, a description, where it comes from, and which Home Assistant."""
    metadata = blueprint(name).metadata
    assert metadata["name"]
    assert metadata["description"]
    assert metadata["source_url"] == f"{SOURCE}{name}.yaml"
    assert metadata["homeassistant"]["min_version"] == "2026.10.0"


@EACH
def test_its_inputs_say_what_they_are(name: str) -> None:
    """In sections; each with a selector, which takes its default."""
    made = blueprint(name)
    for section in made.metadata["input"].values():
        assert section["name"] and section["icon"]
    for key, asked in made.inputs.items():
        assert asked["name"] and asked["description"].endswith("."), key
        choose: Any = selector(asked["selector"])
        if asked.get("default"):
            choose(asked["default"])


@EACH
def test_it_is_documented(name: str) -> None:
    """With a link that imports it, and all that it asks for."""
    made = blueprint(name)
    section = section_of(made.name)
    assert f"{IMPORT}{quote(f'{SOURCE}{name}.yaml', safe='')})" in section
    for asked in made.inputs.values():
        # Of those that are numbered, the first is named.
        label = re.sub(r"ommand \d", "ommand 1", asked["name"])
        assert f"\n| {label} |" in section, label
    needed = [asked for asked in made.inputs.values() if "default" not in asked]
    assert section.count("**Needed.**") == len(needed)


def test_the_front_page_leads_there() -> None:
    """By a link."""
    assert "(docs/blueprints.md)" in (REPOSITORY / "README.md").read_text("utf-8")
