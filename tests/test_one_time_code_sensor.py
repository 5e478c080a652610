"""The sensor that shows the last one-time code for a while."""

from datetime import datetime, timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.const import MATCH_ALL, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import JSONEncoder
from homeassistant.util import dt as dt_util

from .receiving import SIM_1, SIM_2, Receiver, capture_states
from .simulator.samples import ACCOUNT

KEY = "last_one_time_code"
TEXT = "482913 is your verification code. Never share it."
SOURCES = [("sms", SIM_1), ("whatsapp", ACCOUNT)]
A_MOMENT = timedelta(seconds=2)
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver whose sensors of codes are enabled."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await enable(receiver)
    return receiver


async def enable(receiver: Receiver) -> None:
    """Have a SIM and an account, and enable their sensors."""
    registry = er.async_get(receiver.hass)
    for type_, source in SOURCES:
        await receiver.deliver(type_)
        entity_id = receiver.entity_id("sensor", source, KEY)
        registry.async_update_entity(entity_id, disabled_by=None)
    await receiver.reload()


async def deliver_code(
    receiver: Receiver, type_: str = "sms", text: str = TEXT
) -> datetime:
    """Deliver a text that the gateway received now, and return when."""
    await receiver.deliver(
        type_, message=text, timestamp=int(dt_util.utcnow().timestamp())
    )
    return dt_util.utcnow()


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, time: timedelta
) -> None:
    """Let time pass, and what is due happen."""
    freezer.tick(time)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


def code_state(receiver: Receiver, source: str = SIM_1) -> State:
    """Return the state of a source's sensor."""
    return receiver.state("sensor", source, KEY)


def assert_nothing_shown(receiver: Receiver, source: str = SIM_1) -> None:
    """Check that there is neither a time nor a code."""
    state = code_state(receiver, source)
    assert state.state == STATE_UNKNOWN
    assert "code" not in state.attributes


def assert_shown(state: State, code: str, time: datetime) -> None:
    """Check the code and, to the second, the time."""
    assert state.attributes["code"] == code
    shown = dt_util.parse_datetime(state.state)
    assert shown is not None
    assert abs(shown - time) < A_MOMENT


@pytest.mark.parametrize(("type_", "source"), SOURCES)
async def test_sensor_is_off_until_it_is_enabled(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    type_: str,
    source: str,
) -> None:
    """A code is nobody's business whom it is not sent to."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await receiver.deliver(type_, message=TEXT)
    entity_id = receiver.entity_id("sensor", source, KEY)
    entry = er.async_get(hass).async_get(entity_id)
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert hass.states.get(entity_id) is None


@pytest.mark.parametrize(("type_", "source"), SOURCES)
async def test_state_is_the_time_and_the_code_an_attribute_that_is_not_recorded(
    receiver: Receiver, freezer: FrozenDateTimeFactory, type_: str, source: str
) -> None:
    """Of the SIM or the account that it came to."""
    assert_nothing_shown(receiver, source)
    time = await deliver_code(receiver, type_)
    state = code_state(receiver, source)
    assert_shown(state, "482913", time)
    assert state.attributes["device_class"] == "timestamp"
    assert state.state_info is not None
    assert MATCH_ALL in state.state_info["unrecorded_attributes"]
    [other] = {SIM_1, ACCOUNT} - {source}
    assert_nothing_shown(receiver, other)


async def test_text_without_a_code_changes_nothing(receiver: Receiver) -> None:
    """The code before it can still be read."""
    await deliver_code(receiver)
    states = capture_states(receiver.hass, receiver.entity_id("sensor", SIM_1, KEY))
    await deliver_code(receiver, text="Thank you, you are logged in")
    assert states == []
    assert code_state(receiver).attributes["code"] == "482913"


async def test_time_and_code_are_cleared_after_ten_minutes(
    receiver: Receiver, freezer: FrozenDateTimeFactory
) -> None:
    """Counted from the last code."""
    hass = receiver.hass
    await deliver_code(receiver)
    await pass_time(hass, freezer, timedelta(minutes=6))
    time = await deliver_code(receiver, text="Your code is 771204")
    await pass_time(hass, freezer, timedelta(minutes=6))
    assert_shown(code_state(receiver), "771204", time)
    await pass_time(hass, freezer, timedelta(minutes=4) + A_MOMENT)
    assert_nothing_shown(receiver)


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=9)])
async def test_young_code_comes_back_after_a_restart_for_the_rest_of_its_time(
    receiver: Receiver,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    age: timedelta,
) -> None:
    """It comes from the kept messages; Home Assistant's storage has no code."""
    time = await deliver_code(receiver)
    freezer.tick(age)
    await receiver.restart()
    assert_shown(code_state(receiver), "482913", time)
    stored = json.dumps(hass_storage["core.restore_state"], cls=JSONEncoder)
    assert '"code"' not in stored
    await pass_time(receiver.hass, freezer, TEN_MINUTES - age + A_MOMENT)
    assert_nothing_shown(receiver)


async def test_old_code_does_not_come_back(
    receiver: Receiver, freezer: FrozenDateTimeFactory, hass_storage: dict[str, Any]
) -> None:
    """What it opened has closed."""
    await deliver_code(receiver)
    freezer.tick(TEN_MINUTES)
    await receiver.restart()
    assert_nothing_shown(receiver)


async def test_message_that_waited_long_on_the_gateway_does_not_come_back(
    receiver: Receiver, hass_storage: dict[str, Any]
) -> None:
    """After a restart, the gateway's time says how old it is."""
    long_ago = int((dt_util.utcnow() - timedelta(hours=1)).timestamp())
    await receiver.deliver(message=TEXT, timestamp=long_ago)
    assert code_state(receiver).attributes["code"] == "482913"
    await receiver.restart()
    assert_nothing_shown(receiver)


async def test_deleted_message_takes_its_code_along(receiver: Receiver) -> None:
    """A person who deletes it does not want it shown."""
    await deliver_code(receiver)
    await receiver.hass.services.async_call(
        "zender",
        "delete_messages",
        {"text": "verification"},
        blocking=True,
        return_response=True,
    )
    await receiver.hass.async_block_till_done()
    assert_nothing_shown(receiver)


async def test_no_code_is_shown_when_texts_are_kept_out_of_states(
    receiver: Receiver, freezer: FrozenDateTimeFactory
) -> None:
    """Not the one of before either; the time is."""
    await deliver_code(receiver)
    states = capture_states(receiver.hass, receiver.entity_id("sensor", SIM_1, KEY))
    await receiver.set_options(texts_in_states="none")
    time = await deliver_code(receiver)
    await pass_time(receiver.hass, freezer, TEN_MINUTES + A_MOMENT)

    known = {STATE_UNAVAILABLE, STATE_UNKNOWN}
    times = {
        dt_util.parse_datetime(item.state) for item in states if item.state not in known
    }
    assert any(shown and abs(shown - time) < A_MOMENT for shown in times)
    since = next(
        index for index, item in enumerate(states) if item.state == STATE_UNAVAILABLE
    )
    assert all("code" not in item.attributes for item in states[since:])
    assert_nothing_shown(receiver)


async def test_removed_entry_leaves_nothing_to_be_cleared(
    receiver: Receiver, freezer: FrozenDateTimeFactory
) -> None:
    """No entity is written that is gone."""
    hass = receiver.hass
    await deliver_code(receiver)
    entity_id = receiver.entity_id("sensor", SIM_1, KEY)
    assert await hass.config_entries.async_remove(receiver.entry.entry_id)
    await pass_time(hass, freezer, TEN_MINUTES + A_MOMENT)
    assert hass.states.get(entity_id) is None


async def test_code_on_a_new_sim_is_shown_once_its_sensor_is_enabled(
    receiver: Receiver,
) -> None:
    """It is new with the code itself."""
    time = await deliver_code_to_sim_2(receiver)
    registry = er.async_get(receiver.hass)
    entity_id = receiver.entity_id("sensor", SIM_2, KEY)
    registry.async_update_entity(entity_id, disabled_by=None)
    await receiver.reload()
    assert_shown(code_state(receiver, SIM_2), "482913", time)


async def deliver_code_to_sim_2(receiver: Receiver) -> datetime:
    """Deliver a code to a SIM that was not heard before."""
    now = dt_util.utcnow()
    await receiver.deliver(message=TEXT, sim=2, timestamp=int(now.timestamp()))
    return now
