"""The option that keeps texts out of states."""

import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import JSONEncoder
from homeassistant.util import dt as dt_util

from .receiving import SIM_1, USUAL, Receiver, capture_states
from .simulator.encoding import Encoding
from .simulator.samples import ACCOUNT, PHONE

PRIVATE = {
    "sms": {"message": "Private 1: your code is 482913", "note": "Private 2"},
    "whatsapp": {"message": "Private 3: your code is 482913", "note": "Private 4"},
    "ussd": {"response": "Private 5", "note": "Private 6"},
    "notifications": {
        "title": "Private 7",
        "content": "Private 8",
        "note": "Private 9",
    },
}
SENSORS = [
    ("sms", SIM_1, "last_sms"),
    ("ussd", SIM_1, "last_ussd_response"),
    ("notifications", PHONE, "last_notification"),
    ("whatsapp", ACCOUNT, "last_whatsapp"),
]


async def deliver_private_messages(receiver: Receiver) -> None:
    """Deliver a message of each type with texts, a code, and a field that nobody knows."""
    for type_, texts in PRIVATE.items():
        await receiver.deliver(type_, Encoding.JSON, **texts)


def assert_nothing_private(states: list[Any]) -> None:
    """Look at everything that Home Assistant could store or show of the states."""
    shown = json.dumps(states, cls=JSONEncoder)
    assert "Private" not in shown
    assert "one_time_code" not in shown


async def test_no_text_is_in_any_state_or_attribute(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Not even for a moment, in no entity."""
    receiver = await Receiver.connect(
        hass, hass_client_no_auth, options={"texts_in_states": "none"}
    )
    states = capture_states(hass)
    await deliver_private_messages(receiver)
    assert len(states) > 10
    assert_nothing_private(states)


async def test_events_still_hold_the_text(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Automations work as before."""
    receiver = await Receiver.connect(
        hass, hass_client_no_auth, options={"texts_in_states": "none"}
    )
    events = async_capture_events(hass, "zender_sms_received")
    await receiver.deliver("sms", message="Your code is 482913")
    assert events[0].data["message"] == "Your code is 482913"
    assert events[0].data["one_time_code"] == "482913"


@pytest.mark.parametrize(("type_", "source", "key"), SENSORS)
async def test_sensor_shows_when_the_message_came_and_what_is_no_text(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    type_: str,
    source: str,
    key: str,
) -> None:
    """A time that the frontend shows as one."""
    receiver = await Receiver.connect(
        hass, hass_client_no_auth, options={"texts_in_states": "none"}
    )
    await receiver.deliver(type_)

    state = receiver.state("sensor", source, key)
    received_at = dt_util.parse_datetime(state.attributes["received_at"])
    assert received_at is not None
    assert dt_util.parse_datetime(state.state) == received_at.replace(microsecond=0)
    assert state.attributes["device_class"] == "timestamp"
    assert state.attributes["id"] == USUAL[type_]["id"]
    assert not {"message", "response", "title", "content"} & set(state.attributes)


async def test_texts_that_were_shown_before_are_gone_when_the_option_is_set(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Also what is restored by the reload, and later by a restart."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await deliver_private_messages(receiver)
    with pytest.raises(AssertionError):
        assert_nothing_private(receiver.states)

    await receiver.set_options(texts_in_states="none")

    for type_, source, key in SENSORS:
        state = receiver.state("sensor", source, key)
        assert state.attributes["id"] == USUAL[type_]["id"]
        assert dt_util.parse_datetime(state.state) is not None
    assert_nothing_private(receiver.states)
    await receiver.reload()
    assert_nothing_private(receiver.states)


async def test_restart_stores_and_restores_no_text(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    hass_storage: dict[str, Any],
) -> None:
    """What was shown before the option was set is not in Home Assistant's storage either."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await deliver_private_messages(receiver)
    await receiver.set_options(texts_in_states="none")
    await receiver.restart()

    assert_nothing_private(receiver.states)
    assert_nothing_private([hass_storage["core.restore_state"]])
    assert receiver.state("sensor", SIM_1, "last_sms").attributes["id"] == 1041


async def test_texts_show_again_when_the_option_is_changed_back(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """The journal has them; they were only not shown."""
    receiver = await Receiver.connect(
        hass, hass_client_no_auth, options={"texts_in_states": "none"}
    )
    await receiver.deliver("sms")
    await receiver.set_options(texts_in_states="full")
    state = receiver.state("sensor", SIM_1, "last_sms")
    assert state.state == state.attributes["message"] == USUAL["sms"]["message"]
    assert "device_class" not in state.attributes
