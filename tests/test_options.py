"""The options of a gateway."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import voluptuous as vol

from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import ConfigEntries, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .dialog import TEXTS, Gateway, assert_texts
from .receiving import SECRET

URL = "/api/webhook/mine"

USUAL = {
    "local_only": False,
    "deduplicate": True,
    "keep_ignored": False,
    "texts_in_states": "full",
    "answer_limit": 10,
    "hourly_limit": 0,
    "keep_days": 90,
    "keep_megabytes": 500,
}
"""What the options are at first."""


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry that is set up, with the options that it begins with."""
    entry = MockConfigEntry(
        domain=DOMAIN, data={"webhook_id": "mine", "secret": SECRET}
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


@pytest.fixture
async def gateway(
    entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return a gateway."""
    return Gateway(await hass_client_no_auth())


async def change(hass: HomeAssistant, entry: MockConfigEntry, **options: Any) -> None:
    """Change options in the dialog."""
    flows = hass.config_entries.options
    result = await flows.async_init(entry.entry_id)
    assert_texts(TEXTS["options"], result)
    result = await flows.async_configure(result["flow_id"], options)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def shown(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Return what the dialog shows in its fields."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    schema = result["data_schema"]
    assert schema is not None
    hass.config_entries.options.async_abort(result["flow_id"])
    return {
        str(field): (field.description or {}).get(
            "suggested_value",
            None if isinstance(field, vol.Optional) else field.default(),
        )
        for field in schema.schema
    }


async def test_everything_is_taken_and_shown_at_first(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Nobody has to visit the options."""
    assert await shown(hass, entry) == {
        **USUAL,
        "allowed_senders": None,
        "blocked_senders": None,
        "database_url": None,
    }


async def test_options_are_kept_and_shown_again(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The dialog begins with what is set."""
    changed = {
        "local_only": True,
        "deduplicate": False,
        "allowed_senders": ["+39 333 1234567", "MyBank"],
        "blocked_senders": ["INFO*"],
        "keep_ignored": True,
        "texts_in_states": "none",
        "answer_limit": 3,
        "hourly_limit": 100,
        "keep_days": 7,
        "keep_megabytes": 20,
    }
    await change(hass, entry, **changed)
    await hass.async_block_till_done()

    assert entry.options == changed
    assert await shown(hass, entry) == {**changed, "database_url": None}


async def test_an_option_counts_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """The sensor of the next message shows no text."""
    await gateway.deliver(URL, "sms")
    await hass.async_block_till_done()
    [state] = [
        state
        for state in hass.states.async_all("sensor")
        if state.state == "The parcel is at the door"
    ]

    await change(hass, entry, local_only=False, texts_in_states="none")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    after = hass.states.get(state.entity_id)
    assert after is not None
    assert "parcel" not in str(after.as_dict())


async def test_changing_an_option_loses_no_message(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """What comes while the entry reloads is delivered afterwards, in order."""
    events = async_capture_events(hass, "zender_sms_received")
    forward = ConfigEntries.async_forward_entry_setups
    delivered_before_set_up = []

    async def deliver_first(*args: Any) -> None:
        await gateway.deliver(URL, "sms", id=1)
        await gateway.deliver(URL, "sms", id=2)
        delivered_before_set_up.append(len(events))
        await forward(*args)

    with patch.object(ConfigEntries, "async_forward_entry_setups", new=deliver_first):
        await change(hass, entry, local_only=False, texts_in_states="none")
        await hass.async_block_till_done()

    assert delivered_before_set_up == [0]
    assert [event.data["id"] for event in events] == [1, 2]


async def test_the_same_options_change_nothing(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Only a change reloads."""
    await change(hass, entry, local_only=True, texts_in_states="none")
    await hass.async_block_till_done()

    with patch.object(ConfigEntries, "async_forward_entry_setups") as set_up:
        await change(hass, entry, local_only=True, texts_in_states="none")
        await hass.async_block_till_done()

    set_up.assert_not_called()
