"""The options about sending, and those that need an API key."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData

from .dialog import TEXTS, assert_texts
from .receiving import SECRET

SENDING = {"answer_limit": 10, "hourly_limit": 0}
ASKING = {"poll": False, "deliver_missed_minutes": 0, "download_attachments": False}


def add_entry(hass: HomeAssistant, **data: str) -> MockConfigEntry:
    """Add an entry, which need not be set up to have options."""
    entry = MockConfigEntry(
        domain=DOMAIN, data={"webhook_id": "mine", "secret": SECRET, **data}
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry with a key."""
    return add_entry(hass, url="https://gateway.example", api_key="0" * 40)


async def open_options(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the dialog."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert_texts(TEXTS["options"], result)
    return result


def shown(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what is filled in."""
    schema = result["data_schema"]
    assert schema is not None
    filled: dict[str, Any] = schema({})
    suggested = {
        str(field): field.description["suggested_value"]
        for field in schema.schema
        if field.description
    }
    return filled | suggested


async def test_without_a_key_nothing_is_offered_that_needs_one(
    hass: HomeAssistant,
) -> None:
    """The limits can be set before."""
    options = shown(await open_options(hass, add_entry(hass)))

    assert options.items() >= SENDING.items()
    assert not options.keys() & ASKING.keys()


async def test_options_are_kept_and_shown_again(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Beside those that are there without a key."""
    result = await open_options(hass, entry)
    assert shown(result).items() >= {**SENDING, **ASKING}.items()

    changed = {
        "answer_limit": 0,
        "hourly_limit": 50,
        "poll": True,
        "deliver_missed_minutes": 1440,
        "download_attachments": True,
    }
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {**changed, "keep_days": 7}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options.items() >= {**changed, "keep_days": 7}.items()
    assert shown(await open_options(hass, entry)).items() >= changed.items()


@pytest.mark.parametrize(
    ("option", "most"),
    [
        ("answer_limit", 1_000),
        ("hourly_limit", 10_000),
        ("deliver_missed_minutes", 1_440),
    ],
)
async def test_numbers_are_whole_and_have_limits(
    hass: HomeAssistant, entry: MockConfigEntry, option: str, most: int
) -> None:
    """From nothing to very much."""
    for value in (-1, most + 1):
        result = await open_options(hass, entry)
        with pytest.raises(InvalidData):
            await hass.config_entries.options.async_configure(
                result["flow_id"], {option: value}
            )
    for value in (0, most):
        result = await open_options(hass, entry)
        await hass.config_entries.options.async_configure(
            result["flow_id"], {option: float(value)}
        )
        assert type(entry.options[option]) is int
        assert entry.options[option] == value
