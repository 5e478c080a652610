"""Sensors: the last text of each kind, counts, and how the gateway's deliveries fare."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import sensor
from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import STATE_UNKNOWN, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from .receiving import ENTRY_ID, SIM_1, USUAL, Receiver, capture_states
from .simulator.encoding import Encoding
from .simulator.samples import ACCOUNT, PHONE

LAST = [
    ("sms", SIM_1, "last_sms", "message", "SIM 1 Last SMS"),
    ("ussd", SIM_1, "last_ussd_response", "response", "SIM 1 Last USSD response"),
    (
        *("notifications", PHONE, "last_notification", "content"),
        "Phone 10c4d7 Last notification",
    ),
    (
        *("whatsapp", ACCOUNT, "last_whatsapp", "message"),
        "WhatsApp …5678 Last WhatsApp",
    ),
]
COUNTS = [
    ("sms", SIM_1, "sms_received", "SIM 1 SMS received", "messages"),
    (
        *("whatsapp", ACCOUNT, "whatsapp_received"),
        *("WhatsApp …5678 WhatsApp received", "messages"),
    ),
]


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver that has heard nothing."""
    return await Receiver.connect(hass, hass_client_no_auth)


def registry_entry(receiver: Receiver, source: str, key: str) -> er.RegistryEntry:
    """Return what the entity registry holds of a sensor."""
    registry = er.async_get(receiver.hass)
    entry = registry.async_get(receiver.entity_id("sensor", source, key))
    assert entry is not None
    return entry


@pytest.mark.parametrize(("type_", "source", "key", "field", "name"), LAST)
async def test_last_text_is_the_state_and_the_event_its_attributes(
    receiver: Receiver, type_: str, source: str, key: str, field: str, name: str
) -> None:
    """The sensor has a name, and a unique id of its entry, its source and its kind."""
    event_type = (
        f"zender_{type_.removesuffix('s') if type_ != 'sms' else type_}_received"
    )
    events = async_capture_events(receiver.hass, event_type)
    await receiver.deliver(type_)

    state = receiver.state("sensor", source, key)
    assert state.state == USUAL[type_][field]
    assert state.name == name
    attributes = dict(state.attributes)
    del attributes["friendly_name"]
    assert attributes == events[0].data
    entry = registry_entry(receiver, source, key)
    assert entry.unique_id == f"{ENTRY_ID}_{source}_{key}"
    assert entry.entity_category is None


@pytest.mark.parametrize(("type_", "source", "key", "field", "_name"), LAST)
async def test_sensor_is_there_before_its_first_message_so_that_triggers_see_a_change(
    receiver: Receiver, type_: str, source: str, key: str, field: str, _name: str
) -> None:
    """From unknown to the text."""
    states = capture_states(receiver.hass)
    await receiver.deliver(type_)
    entity_id = receiver.entity_id("sensor", source, key)
    seen = [state.state for state in states if state.entity_id == entity_id]
    assert seen == [STATE_UNKNOWN, USUAL[type_][field]]


@pytest.mark.parametrize(("type_", "source", "key", "name", "unit"), COUNTS)
async def test_messages_are_counted(
    receiver: Receiver, type_: str, source: str, key: str, name: str, unit: str
) -> None:
    """From 0 on, in a unit, for statistics that only rise."""
    states = capture_states(receiver.hass)
    await receiver.deliver(type_)
    await receiver.deliver(type_)

    state = receiver.state("sensor", source, key)
    assert state.name == name
    assert state.attributes["unit_of_measurement"] == unit
    assert state.attributes["state_class"] == SensorStateClass.TOTAL_INCREASING
    seen = [item.state for item in states if item.entity_id == state.entity_id]
    assert seen == ["0", "1", "2"]
    unique_id = f"{ENTRY_ID}_{source}_{key}"
    assert registry_entry(receiver, source, key).unique_id == unique_id


async def test_notifications_are_counted_when_the_user_wants_it(
    receiver: Receiver,
) -> None:
    """Phones show many: the sensor is off until it is enabled, and then counts from the beginning."""
    await receiver.deliver("notifications")
    entry = registry_entry(receiver, PHONE, "notifications_received")
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert receiver.hass.states.get(entry.entity_id) is None

    registry = er.async_get(receiver.hass)
    registry.async_update_entity(entry.entity_id, disabled_by=None)
    await receiver.reload()
    await receiver.deliver("notifications")
    state = receiver.state("sensor", PHONE, "notifications_received")
    assert state.state == "2"
    assert state.attributes["unit_of_measurement"] == "notifications"


async def test_equal_text_updates_the_sensor_and_counts(receiver: Receiver) -> None:
    """An automation with a state trigger on attributes runs again."""
    await receiver.deliver("sms", id=1)
    entity_id = receiver.entity_id("sensor", SIM_1, "last_sms")
    states = capture_states(receiver.hass, entity_id)
    await receiver.deliver("sms", id=2)

    assert [(state.state, state.attributes["id"]) for state in states] == [
        (USUAL["sms"]["message"], 2)
    ]
    assert receiver.state("sensor", SIM_1, "sms_received").state == "2"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 255, "x" * 255),
        ("x" * 256, "x" * 254 + "…"),
        ("x" * 5_000, "x" * 254 + "…"),
        ("1. Balance\n2. Data\n0. Exit", "1. Balance\n2. Data\n0. Exit"),
        ("🏢" * 300, "🏢" * 254 + "…"),
        ("482913", "482913"),
    ],
    ids=["255", "256", "5000", "lines", "emoji", "digits"],
)
async def test_state_is_cut_at_255_characters_and_the_attribute_is_whole(
    receiver: Receiver, text: str, shown: str
) -> None:
    """Longer states are not allowed in Home Assistant."""
    await receiver.deliver("sms", message=text)
    await receiver.deliver("ussd", response=text)

    state = receiver.state("sensor", SIM_1, "last_sms")
    assert (state.state, state.attributes["message"]) == (shown, text)
    state = receiver.state("sensor", SIM_1, "last_ussd_response")
    assert (state.state, state.attributes["response"]) == (shown, text)


async def test_chat_without_text_shows_its_attachment(receiver: Receiver) -> None:
    """The text is empty, and that is what the state says."""
    await receiver.deliver("whatsapp")
    url = "https://gateway.example/parcel.jpg"
    await receiver.deliver("whatsapp", message="", attachment=url)
    state = receiver.state("sensor", ACCOUNT, "last_whatsapp")
    assert state.state == ""
    assert state.attributes["attachment"] == url


async def test_unknown_fields_are_attributes(receiver: Receiver) -> None:
    """A newer gateway may say more."""
    await receiver.deliver("sms", Encoding.JSON, priority="high")
    state = receiver.state("sensor", SIM_1, "last_sms")
    assert state.attributes["priority"] == "high"


@pytest.mark.parametrize("type_", USUAL)
async def test_last_delivery_is_the_time_of_the_last_message_of_any_kind(
    receiver: Receiver, type_: str
) -> None:
    """A look at it shows whether the gateway still reaches Home Assistant."""
    assert receiver.state("sensor", "gateway", "last_delivery").state == STATE_UNKNOWN
    event_type = (
        f"zender_{type_.removesuffix('s') if type_ != 'sms' else type_}_received"
    )
    events = async_capture_events(receiver.hass, event_type)
    await receiver.deliver(type_)

    state = receiver.state("sensor", "gateway", "last_delivery")
    received_at = dt_util.parse_datetime(events[0].data["received_at"])
    assert received_at is not None
    assert dt_util.parse_datetime(state.state) == received_at.replace(microsecond=0)
    assert state.attributes["device_class"] == "timestamp"
    assert state.name == "gateway.example Last delivery"


async def test_rejected_deliveries_are_counted_by_cause(receiver: Receiver) -> None:
    """Nothing is refused silently."""
    assert receiver.state("sensor", "gateway", "rejected_deliveries").state == "0"
    assert (await receiver.post("sms", secret="f" * 40))[0] == 401
    assert (await receiver.post("sms", secret="f" * 40))[0] == 401
    assert (await receiver.post("sms", id="two"))[0] == 422
    await receiver.hass.async_block_till_done()

    state = receiver.state("sensor", "gateway", "rejected_deliveries")
    assert state.state == "3"
    assert state.attributes["invalid_secret"] == 2
    assert state.attributes["invalid_payload"] == 1
    assert state.name == "gateway.example Rejected deliveries"
    assert state.attributes["state_class"] == SensorStateClass.TOTAL_INCREASING


@pytest.mark.parametrize("key", ["last_delivery", "rejected_deliveries"])
async def test_sensors_of_the_gateway_are_diagnostic(
    receiver: Receiver, key: str
) -> None:
    """They stand apart from the messages."""
    entry = registry_entry(receiver, "gateway", key)
    assert entry.entity_category is EntityCategory.DIAGNOSTIC
    assert entry.unique_id == f"{ENTRY_ID}_gateway_{key}"


async def test_burst_fires_every_event_in_order_and_sensors_end_on_the_last_message(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sensors may skip states in a burst; events and event entities never do."""
    # However slow this machine is, it is one burst.
    monkeypatch.setattr(sensor, "BURST_SECONDS", 3600)
    hass = receiver.hass
    await receiver.deliver("sms", id=0)
    events = async_capture_events(hass, "zender_sms_received")
    event_states = capture_states(hass, receiver.entity_id("event", SIM_1, "sms"))
    text_states = capture_states(hass, receiver.entity_id("sensor", SIM_1, "last_sms"))

    posts = [
        receiver.post("sms", id=n, rid=n, message=f"Text {n}") for n in range(1, 201)
    ]
    answers = await asyncio.gather(*posts)
    await hass.async_block_till_done()

    assert {status for status, _ in answers} == {200}
    ids = [event.data["id"] for event in events]
    assert sorted(ids) == list(range(1, 201))
    assert [state.attributes["id"] for state in event_states] == ids
    assert len({state.state for state in event_states}) == 200
    assert len(text_states) == sensor.BURST_WRITES - 1

    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3601))
    await hass.async_block_till_done()
    assert len(text_states) == sensor.BURST_WRITES
    last = receiver.state("sensor", SIM_1, "last_sms")
    assert (last.state, last.attributes["id"]) == (f"Text {ids[-1]}", ids[-1])
    assert receiver.state("sensor", SIM_1, "sms_received").state == "201"


async def test_reload_in_a_burst_loses_no_count_and_no_text(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what was not yet shown is restored."""
    monkeypatch.setattr(sensor, "BURST_SECONDS", 3600)
    for number in range(100):
        await receiver.post("sms", id=number, message=f"Text {number}")
    await receiver.reload()
    assert receiver.state("sensor", SIM_1, "sms_received").state == "100"
    assert receiver.state("sensor", SIM_1, "last_sms").state == "Text 99"


async def test_a_few_messages_at_once_are_all_shown(receiver: Receiver) -> None:
    """A burst is more than what people and services send one after the other."""
    await receiver.deliver("sms", message="Text 0")
    states = capture_states(
        receiver.hass, receiver.entity_id("sensor", SIM_1, "last_sms")
    )
    for number in range(1, 11):
        await receiver.post("sms", message=f"Text {number}")
    await receiver.hass.async_block_till_done()
    assert [state.state for state in states] == [f"Text {n}" for n in range(1, 11)]


@pytest.mark.usefixtures("hass_storage")
async def test_everything_is_there_after_a_restart(receiver: Receiver) -> None:
    """Last texts with their attributes, counts, the time of the last delivery, refusals."""
    for type_ in USUAL:
        await receiver.deliver(type_)
    await receiver.deliver("sms", message="x" * 300, phone="MyBank")
    await receiver.post("sms", secret="f" * 40)
    await receiver.hass.async_block_till_done()

    def shown() -> dict[str, tuple[str, dict[str, Any]]]:
        return {
            state.entity_id: (state.state, dict(state.attributes))
            for state in receiver.states
        }

    before = shown()
    await receiver.restart()

    assert shown() == before
    await receiver.deliver("sms", message="After the restart")
    assert receiver.state("sensor", SIM_1, "sms_received").state == "3"


@pytest.mark.usefixtures("hass_storage")
async def test_sensor_that_never_had_a_message_has_none_after_a_restart(
    receiver: Receiver,
) -> None:
    """Unknown stays unknown."""
    await receiver.deliver("sms")
    await receiver.restart()
    state = receiver.state("sensor", SIM_1, "last_ussd_response")
    assert state.state == STATE_UNKNOWN
