"""Event entities: one for each kind of message, fired by every message."""

import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    mock_restore_cache_with_extra_data,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .receiving import ENTRY_ID, SIM_1, Receiver, capture_states
from .simulator.encoding import Encoding
from .simulator.samples import ACCOUNT, PHONE

EVENTS = [
    ("sms", SIM_1, "sms", "SIM 1 SMS"),
    ("ussd", SIM_1, "ussd", "SIM 1 USSD"),
    ("notifications", PHONE, "notification", "Phone 10c4d7 Notification"),
    ("whatsapp", ACCOUNT, "whatsapp", "WhatsApp …5678 WhatsApp"),
]


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver that has heard nothing."""
    return await Receiver.connect(hass, hass_client_no_auth)


@pytest.mark.parametrize(("type_", "source", "key", "name"), EVENTS)
async def test_each_kind_of_message_has_an_event_entity(
    receiver: Receiver, type_: str, source: str, key: str, name: str
) -> None:
    """It fires `received`, and its attributes are the data of the event on the bus."""
    events = async_capture_events(receiver.hass, f"zender_{key}_received")

    await receiver.deliver(type_)

    state = receiver.state("event", source, key)
    assert state.name == name
    assert (received := dt_util.parse_datetime(state.state)) is not None
    assert abs((dt_util.utcnow() - received).total_seconds()) < 60
    attributes = dict(state.attributes)
    del attributes["friendly_name"]
    assert attributes == {
        "event_types": ["received"],
        "event_type": "received",
        **events[0].data,
    }
    entry = er.async_get(receiver.hass).async_get(state.entity_id)
    assert entry is not None
    assert entry.unique_id == f"{ENTRY_ID}_{source}_{key}"
    assert entry.entity_category is None


@pytest.mark.parametrize(("type_", "source", "key", "_name"), EVENTS)
async def test_entity_is_there_before_its_first_message_so_that_triggers_see_a_change(
    receiver: Receiver, type_: str, source: str, key: str, _name: str
) -> None:
    """From unknown to the time of the message."""
    states = capture_states(receiver.hass)
    await receiver.deliver(type_)
    entity_id = receiver.entity_id("event", source, key)
    seen = [state.state for state in states if state.entity_id == entity_id]
    assert len(seen) == 2
    assert seen[0] == STATE_UNKNOWN
    assert seen[1] != STATE_UNKNOWN


async def test_first_message_starts_an_automation_with_the_trigger_of_event_entities(
    receiver: Receiver,
) -> None:
    """`event.received` ignores the first state of an entity, but not the message after it."""
    hass = receiver.hass
    await receiver.deliver("notifications")
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {
                    "trigger": "event.received",
                    "target": {"entity_id": "event.phone_10c4d7_sim_1_sms"},
                    "options": {"event_type": "received"},
                },
                "actions": {
                    "event": "it_rang",
                    "event_data": {"id": "{{ trigger.to_state.attributes.id }}"},
                },
            }
        },
    )
    await hass.async_block_till_done()
    rang = async_capture_events(hass, "it_rang")

    await receiver.deliver("sms", id=1)
    await receiver.deliver("sms", id=2)
    assert [event.data["id"] for event in rang] == [1, 2]


async def test_equal_message_changes_the_state(receiver: Receiver) -> None:
    """Ringing twice is two rings, however alike."""
    await receiver.deliver("sms")
    first = receiver.state("event", SIM_1, "sms")
    await receiver.deliver("sms")
    second = receiver.state("event", SIM_1, "sms")
    assert second.state > first.state
    assert second.last_changed > first.last_changed


async def test_entity_of_another_kind_is_not_touched(receiver: Receiver) -> None:
    """A USSD response is no SMS."""
    await receiver.deliver("ussd")
    assert receiver.state("event", SIM_1, "sms").state == STATE_UNKNOWN


async def test_long_text_is_whole_in_the_attributes(receiver: Receiver) -> None:
    """Several lines, 5,000 characters."""
    text = "Line 1\nLine 2 🏢 " + "x" * 5_000
    await receiver.deliver("sms", message=text)
    assert receiver.state("event", SIM_1, "sms").attributes["message"] == text


async def test_unknown_fields_are_not_shown(receiver: Receiver) -> None:
    """Only what is known by name can be kept out of the recorder."""
    await receiver.deliver("sms", Encoding.JSON, note="a private note")
    assert "note" not in receiver.state("event", SIM_1, "sms").attributes


async def test_last_message_is_there_after_a_restart(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """With its time and its attributes, and nothing fires."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await receiver.deliver("sms")
    before = receiver.state("event", SIM_1, "sms")
    states = capture_states(hass, before.entity_id)

    await receiver.reload()

    after = receiver.state("event", SIM_1, "sms")
    assert after.state == before.state
    assert after.attributes == before.attributes
    assert {state.state for state in states} == {"unavailable", before.state}


@pytest.mark.parametrize("texts_in_states", ["full", "none"])
async def test_stored_message_is_restored_as_far_as_it_may_be_shown(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    texts_in_states: str,
) -> None:
    """What an earlier start of Home Assistant stored may hold more than is shown now."""
    receiver = await Receiver.connect(
        hass, hass_client_no_auth, options={"texts_in_states": texts_in_states}
    )
    await receiver.deliver("sms")
    entity_id = receiver.entity_id("event", SIM_1, "sms")
    assert await hass.config_entries.async_unload(ENTRY_ID)
    stored = {"id": 7, "message": "an old text", "note": "an unknown field"}
    mock_restore_cache_with_extra_data(
        hass,
        [
            (
                State(entity_id, "2026-11-02T06:00:00.250+00:00"),
                {"last_event_type": "received", "last_event_attributes": stored},
            )
        ],
    )
    assert await hass.config_entries.async_setup(ENTRY_ID)
    await hass.async_block_till_done()

    state = receiver.state("event", SIM_1, "sms")
    assert state.state == "2026-11-02T06:00:00.250+00:00"
    assert state.attributes["id"] == 7
    assert ("message" in state.attributes) is (texts_in_states == "full")
    assert "note" not in state.attributes
