"""USSD codes: added in a dialog, asked by a button or at intervals, shown by a sensor."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.zender import ussd_sensor
from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .adding import Adding
from .answering import Answering, answering
from .keeping import RepairWatch, database, held
from .receiving import SIM_1, SIM_2, Receiver, capture_states
from .simulator.samples import PHONE, SAMPLE_PHONE, Event

CODE = "*123#"
BALANCE = "Your balance is 7.25 EUR."
PATTERN = r"balance is ([0-9.,]+)"
NUMBER = {"pattern": PATTERN, "unit_of_measurement": "EUR"}


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key, whose gateway delivers what its phones answer to a code."""
    async with answering(hass, hass_client_no_auth, is_delivering=True) as house:
        house.gateway.api.ussd_answers[CODE] = BALANCE
        yield house


async def begin(house: Answering) -> Adding:
    """Open the dialog for a USSD code."""
    dialog = await Adding.open(house.hass, house.entry, "ussd_code")
    assert dialog.step == "user"
    return dialog


async def add(house: Answering, **fields: Any) -> ConfigSubentry:
    """Add a code that asks the first SIM's balance."""
    dialog = await begin(house)
    await dialog.submit(**{"name": "Balance", "sim": SIM_1, "code": CODE, **fields})
    subentry = dialog.subentry
    await house.settle()
    return subentry


async def answer(house: Answering, response: str = BALANCE, **changes: Any) -> None:
    """Deliver a response, that of the code if no other is named."""
    fields = {"code": CODE, "response": response, **changes}
    await house.receiver.deliver("ussd", **fields)


async def press(hass: HomeAssistant) -> None:
    """Press the button."""
    await hass.services.async_call(
        "button", "press", {"entity_id": "button.balance_ask_now"}, blocking=True
    )


async def delete(house: Answering, text: str) -> None:
    """Delete messages, and do not wait for what that leads to."""
    await house.hass.services.async_call(
        DOMAIN, "delete_messages", {"text": text}, blocking=True
    )


async def pass_time(
    house: Answering, freezer: FrozenDateTimeFactory, **time: int
) -> None:
    """Let time go by."""
    freezer.tick(timedelta(**time))
    async_fire_time_changed(house.hass)
    await house.settle()


def balance(hass: HomeAssistant) -> State:
    """Return what the sensor shows."""
    state = hass.states.get("sensor.balance")
    assert state is not None
    return state


# The dialog


async def test_each_sim_of_the_phones_can_be_chosen(house: Answering) -> None:
    """Also of those that were not heard yet. The sample phone can ask nothing."""
    await house.receiver.deliver(device=SAMPLE_PHONE)
    dialog = await begin(house)
    assert dialog.choices("sim") == {
        SIM_1: "Hall phone · SIM 1",
        SIM_2: "Hall phone · SIM 2",
    }
    assert dialog.fields == {"interval": 0}


@pytest.mark.parametrize(
    ("wrong", "field", "error"),
    [
        ({"code": "123a"}, "code", "invalid_code"),
        ({"code": ""}, "code", "invalid_code"),
        ({"code": "1" * 183}, "code", "invalid_code"),
        ({"interval": 14}, "interval", "interval_too_short"),
        ({"unit_of_measurement": "EUR"}, "unit_of_measurement", "pattern_needed"),
        ({"pattern": "("}, "pattern", "invalid_pattern"),
        ({"pattern": "a{99999999999}"}, "pattern", "pattern_too_long"),
        ({"pattern": "1" * 501}, "pattern", "pattern_too_long"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    house: Answering, wrong: dict[str, Any], field: str, error: str
) -> None:
    """All the rest is still there."""
    dialog = await begin(house)
    given = {"name": "Balance", "sim": SIM_2, "code": CODE, "interval": 60}
    await dialog.submit(**{**given, **wrong})

    assert dialog.errors == {field: error}
    assert dialog.fields == {**given, **wrong}


@pytest.mark.parametrize(
    "pattern",
    [
        r"[(+*]?(\d+)",
        r"\(?(\d+)\)*",
        r"(\d{1,3}(?:[.,]\d{3})*)",
        r"(?:EUR|USD)? ?(\d+)",
        r"(?<=is )\d+|(?i:left): (\d+)",
        r"[]|]+(\d+)",
        r"(?:\d{1,9}){2,}x",
    ],
)
async def test_a_pattern_is_taken(house: Answering, pattern: str) -> None:
    """Whatever it says, it ends in good time."""
    subentry = await add(house, pattern=pattern)
    assert subentry.data["pattern"] == pattern


async def test_without_a_phone_the_dialog_says_what_to_do(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """The key may have no permission to list them, and nothing was received."""
    async with answering(hass, hass_client_no_auth, permissions=()) as house:
        dialog = await Adding.open(hass, house.entry, "ussd_code")
        assert dialog.abort_reason == "no_phone"


async def test_without_a_key_the_dialog_says_where_to_add_it(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Nothing could be asked."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    dialog = await Adding.open(hass, receiver.entry, "ussd_code")
    assert dialog.abort_reason == "api_key_needed"


async def test_for_an_entry_that_is_not_loaded_the_dialog_says_so(
    house: Answering,
) -> None:
    """What could ask is not known."""
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    dialog = await Adding.open(house.hass, house.entry, "ussd_code")
    assert dialog.abort_reason == "entry_not_loaded"
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)


async def test_a_code_is_changed(house: Answering) -> None:
    """What was given before is filled in; the last response is read anew."""
    subentry = await add(house)
    await answer(house)
    dialog = await Adding.reconfigure(house.hass, house.entry, subentry)

    assert dialog.step == "reconfigure"
    assert dialog.fields == {
        "name": "Balance",
        "sim": SIM_1,
        "code": CODE,
        "interval": 0,
    }
    await dialog.submit(name="Money", code=f" {CODE} ", **NUMBER)
    assert dialog.abort_reason == "reconfigure_successful"
    await house.settle()
    state = balance(house.hass)
    assert (state.state, state.name) == ("7.25", "Money")

    subentry = house.entry.subentries[subentry.subentry_id]
    dialog = await Adding.reconfigure(house.hass, house.entry, subentry)
    await dialog.submit(pattern=..., unit_of_measurement=...)
    await house.settle()
    assert balance(house.hass).state == BALANCE


# The device


async def test_a_code_has_a_device_of_its_own_below_the_gateway(
    house: Answering, hass_ws_client: WebSocketGenerator
) -> None:
    """Its entities go with it; it cannot be deleted without the code."""
    hass = house.hass
    subentry = await add(house)
    devices, entities = dr.async_get(hass), er.async_get(hass)
    device = devices.async_get_device_by_identifier(
        (DOMAIN, subentry.subentry_id), config_entry_id=house.entry.entry_id
    )
    assert device is not None
    assert (device.name, device.entry_type) == ("Balance", dr.DeviceEntryType.SERVICE)
    assert device.config_subentry_id == subentry.subentry_id
    assert device.via_device_id == house.receiver.device_id("gateway", "gateway")
    assert {
        entity.entity_id: entity.unique_id
        for entity in er.async_entries_for_device(entities, device.id)
    } == {
        "sensor.balance": f"{house.entry.entry_id}_{subentry.subentry_id}_response",
        "button.balance_ask_now": f"{house.entry.entry_id}_{subentry.subentry_id}_ask",
    }

    websocket = await hass_ws_client(hass)
    await websocket.send_json_auto_id(
        {"type": "config/device_registry/remove", "device_id": device.id}
    )
    assert not (await websocket.receive_json())["success"]
    assert hass.config_entries.async_remove_subentry(house.entry, subentry.subentry_id)
    await house.settle()
    assert devices.async_get(device.id) is None
    assert hass.states.get("sensor.balance") is None


# The sensor


async def test_the_sensor_shows_the_text_and_when_it_came(house: Answering) -> None:
    """It is no number."""
    await add(house)
    assert balance(house.hass).state == STATE_UNKNOWN
    await answer(house)

    state = balance(house.hass)
    event = house.receiver.state("event", SIM_1, "ussd")
    assert state.state == BALANCE
    assert state.attributes["received_at"] == event.attributes["received_at"]
    assert not {"state_class", "unit_of_measurement"} & state.attributes.keys()


async def test_a_long_text_is_cut_and_whole_in_an_attribute(house: Answering) -> None:
    """A menu has many lines."""
    await add(house)
    menu = "\n".join(f"{number}. Something" for number in range(30))
    await answer(house, menu)

    state = balance(house.hass)
    assert state.state == f"{menu[:254]}…"
    assert state.attributes["response"] == menu


async def test_with_a_pattern_the_sensor_shows_a_number(house: Answering) -> None:
    """Of which Home Assistant keeps statistics."""
    await add(house, **NUMBER)
    await answer(house)

    state = balance(house.hass)
    assert state.state == "7.25"
    assert state.attributes["state_class"] == "measurement"
    assert state.attributes["unit_of_measurement"] == "EUR"
    assert "device_class" not in state.attributes


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.50", "12.5"),
        ("0.500", "0.5"),
        ("1,234", "1234"),
        ("1.234", "1234"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,23,456.78", "123456.78"),
        ("1 234,56", "1234.56"),
        ("1\N{NO-BREAK SPACE}234", "1234"),
        ("1'234.50", "1234.5"),
        ("12 30", "12"),
        ("1234.567", "1234.567"),
        ("-3.20", "-3.2"),
        ("\N{MINUS SIGN}3,20", "-3.2"),
        ("+5", "5"),
        ("EUR 5.", "5"),
    ],
)
async def test_a_number_is_read_as_people_write_it(
    house: Answering, written: str, number: str
) -> None:
    """In whichever country."""
    await add(house, pattern="is (.+) now")
    await answer(house, f"Your balance is {written} now")
    assert balance(house.hass).state == number


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        (r"\d+ MB", "300"),
        (r"(\d+) MB", "300"),
        (r"left: (\d+)|(\d+) MB", "300"),
        (r"(\d+) MB until (\d+)", "300"),
    ],
)
async def test_the_first_group_counts_or_else_the_whole_match(
    house: Answering, pattern: str, number: str
) -> None:
    """A group that is not in the match is none."""
    await add(house, pattern=pattern)
    await answer(house, "You have 300 MB until 2027")
    assert balance(house.hass).state == number


async def test_a_pattern_that_would_run_for_ever_finds_nothing(
    house: Answering,
) -> None:
    """It is given up. The test would not end."""
    await add(house, pattern="(1|11)+$")
    await answer(house, "1" * 200 + "!")
    assert balance(house.hass).state == "unknown"


async def test_a_response_without_the_number_changes_nothing(house: Answering) -> None:
    """Such as an excuse of the network, also after a restart."""
    await add(house, **NUMBER)
    await answer(house)
    await answer(house, "Try again later")
    await answer(house, "Your balance is ...")
    assert balance(house.hass).state == "7.25"

    await house.reload()
    assert balance(house.hass).state == "7.25"


async def test_a_number_far_behind_is_not_looked_for(house: Answering) -> None:
    """The network sends less at once than is looked at."""
    await add(house, **NUMBER)
    await answer(house, " " * 500 + BALANCE)
    assert balance(house.hass).state == STATE_UNKNOWN


async def test_only_responses_to_the_code_on_its_sim_count(house: Answering) -> None:
    """Whoever asked."""
    await add(house)
    await answer(house, "Other code", code="*100#")
    await answer(house, "Other SIM", sim=2)
    await answer(house, "Other phone", device="another-phone-a89289")
    assert balance(house.hass).state == STATE_UNKNOWN
    await answer(house, code=f" {CODE} ")
    assert balance(house.hass).state == BALANCE


async def test_a_response_that_does_not_say_its_sim_counts(house: Answering) -> None:
    """Older phones do not say it, whether one SIM is known or two."""
    await add(house)
    await answer(house, "One", sim=...)
    assert balance(house.hass).state == "One"
    await answer(house, "Two", sim=1)
    await answer(house, "Three", sim=...)
    assert balance(house.hass).state == "Three"
    await answer(house, "Other", sim=2)
    await answer(house, "Four", sim=...)
    assert balance(house.hass).state == "Four"


async def test_the_sensor_has_changed_when_the_event_fires(house: Answering) -> None:
    """An automation that starts with the event sees the new state."""
    await add(house, **NUMBER)
    seen: list[str] = []
    house.hass.bus.async_listen(
        "zender_ussd_received", lambda _event: seen.append(balance(house.hass).state)
    )
    await answer(house)
    assert seen == ["7.25"]


async def test_the_last_response_is_there_after_a_restart(house: Answering) -> None:
    """It was kept, and deleting it deletes it here, too."""
    await add(house)
    await answer(house, "First")
    await answer(house, "Last")
    await answer(house, "Other code", code="*100#")
    await house.reload()
    assert balance(house.hass).state == "Last"

    await house.act("delete_messages", text="last")
    await house.settle()
    assert balance(house.hass).state == "First"
    await house.act("delete_messages", text="first")
    await house.settle()
    state = balance(house.hass)
    assert state.state == STATE_UNKNOWN
    assert not {"received_at", "response"} & state.attributes.keys()


@pytest.mark.parametrize("options", [{}, {"deliver_missed_minutes": 1440}])
async def test_what_is_fetched_late_does_not_replace_what_is_newer(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    options: dict[str, Any],
) -> None:
    """Whether it is delivered late or only kept; what is newer is shown."""
    async with answering(hass, hass_client_no_auth, options=options) as house:
        await add(house)
        # Time goes by before the gateway has what is missed: it is asked now and then.
        await pass_time(house, freezer, hours=2)
        await house.received(
            Event.USSD, minutes=60, sim=1, device=PHONE, code=CODE, response="Old"
        )
        await answer(house, "New", timestamp=int(freezer().timestamp()))
        assert (await house.act("fetch_missed"))["found"] == 1
        await house.settle()
        assert balance(hass).state == "New"
        await house.reload()
        assert balance(hass).state == "New"

        await pass_time(house, freezer, hours=1)
        await house.received(
            Event.USSD, minutes=30, sim=1, device=PHONE, code=CODE, response="Newest"
        )
        assert (await house.act("fetch_missed"))["found"] == 1
        await house.settle()
        assert balance(hass).state == "Newest"


async def test_a_response_that_comes_while_another_is_looked_up_is_shown(
    house: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked up is older."""
    await add(house)
    await answer(house, "First")
    with held(monkeypatch, ussd_sensor, ussd_sensor.search) as looking:
        await delete(house, "first")
        await looking.reached.wait()
        status, _ = await house.receiver.post("ussd", code=CODE, response="Second")
        assert status == 200
    await house.settle()
    assert balance(house.hass).state == "Second"


async def test_many_changes_of_the_journal_are_looked_up_together(
    house: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that come while it looks."""
    await add(house)
    await answer(house, "First")
    with held(monkeypatch, ussd_sensor, ussd_sensor.search) as looking:
        await delete(house, "first")
        await looking.reached.wait()
        for text in ("second", "third", "fourth"):
            await delete(house, text)
        looking.release()
        await house.settle()
    assert looking.calls == 2
    assert balance(house.hass).state == STATE_UNKNOWN


async def test_without_its_database_a_code_is_set_up_nevertheless(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """What comes is shown."""
    watch = RepairWatch(hass)
    database(hass).mkdir()
    async with answering(hass, hass_client_no_auth, is_delivering=True) as house:
        await watch.until(bool)
        await add(house)
        assert balance(hass).state == STATE_UNKNOWN
        await house.gateway.receive(
            Event.USSD, {"sim": 1, "device": PHONE, "code": CODE, "response": BALANCE}
        )
        await house.settle()
        assert balance(hass).state == BALANCE


async def test_with_hidden_texts_the_text_is_nowhere(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """The sensor says when it came. A number that was asked for is shown."""
    options = {"texts_in_states": "none"}
    async with answering(hass, hass_client_no_auth, options=options) as house:
        await add(house)
        await add(house, name="Number", **NUMBER)
        states = capture_states(hass)
        await answer(house)
        await house.reload()

        assert balance(hass).attributes["device_class"] == "timestamp"
        number = hass.states.get("sensor.number")
        assert number is not None
        assert number.state == "7.25"
        assert not any("balance is" in str(state.as_dict()) for state in states)


# Asking


async def test_the_button_asks_and_ends_with_the_response(house: Answering) -> None:
    """The sensor shows it by then."""
    await add(house, sim=SIM_2)
    await press(house.hass)

    assert balance(house.hass).state == BALANCE
    sent = house.sent[0]
    assert (sent.sender, sent.recipient, sent.parameters["sim"]) == (PHONE, CODE, "2")


async def test_what_cannot_be_asked_is_an_error_in_words(house: Answering) -> None:
    """As with the action."""
    await add(house)
    house.gateway.api.devices.clear()
    with pytest.raises(HomeAssistantError) as refused:
        await press(house.hass)
    assert refused.value.translation_domain == DOMAIN
    assert refused.value.translation_key == "gateway_not_found"


async def test_without_a_key_the_button_is_not_available(house: Answering) -> None:
    """The sensor still shows what comes."""
    await add(house, interval=60)
    data = {name: house.entry.data[name] for name in ("webhook_id", "secret")}
    house.hass.config_entries.async_update_entry(house.entry, data=data)
    await house.settle()

    button = house.hass.states.get("button.balance_ask_now")
    assert button is not None
    assert button.state == STATE_UNAVAILABLE
    await answer(house)
    assert balance(house.hass).state == BALANCE


async def test_a_code_is_asked_at_its_interval(
    house: Answering, freezer: FrozenDateTimeFactory
) -> None:
    """At once, when there is no response yet."""
    await add(house, interval=60)
    assert house.sent == []
    await pass_time(house, freezer, minutes=1, seconds=1)
    assert balance(house.hass).state == BALANCE
    await pass_time(house, freezer, minutes=59)
    assert len(house.sent) == 1
    await pass_time(house, freezer, minutes=1)
    assert len(house.sent) == 2
    await pass_time(house, freezer, minutes=61)
    assert len(house.sent) == 3


async def test_a_restart_does_not_ask_what_was_answered_just_now(
    house: Answering, freezer: FrozenDateTimeFactory
) -> None:
    """The interval goes on; nor does it begin anew each time."""
    await add(house, interval=60)
    await answer(house)
    await pass_time(house, freezer, minutes=30)
    await house.reload()
    await pass_time(house, freezer, minutes=20)
    assert house.sent == []
    await house.reload()
    await pass_time(house, freezer, minutes=11)
    assert len(house.sent) == 1


async def test_a_response_that_somebody_asked_for_puts_the_next_off(
    house: Answering, freezer: FrozenDateTimeFactory
) -> None:
    """The interval says how old a response may become."""
    await add(house, interval=60)
    await pass_time(house, freezer, minutes=2)
    await pass_time(house, freezer, minutes=50)
    await press(house.hass)
    await pass_time(house, freezer, minutes=50)
    assert len(house.sent) == 2
    await pass_time(house, freezer, minutes=11)
    assert len(house.sent) == 3


async def test_without_an_interval_nothing_is_asked(
    house: Answering, freezer: FrozenDateTimeFactory
) -> None:
    """Some networks charge for it."""
    await add(house)
    await pass_time(house, freezer, days=2)
    assert house.sent == []


async def test_an_unloaded_entry_asks_no_more(
    house: Answering, freezer: FrozenDateTimeFactory
) -> None:
    """Neither at the next interval nor a second time after it is back."""
    await add(house, interval=60)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await pass_time(house, freezer, hours=2)
    assert house.sent == []

    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await pass_time(house, freezer, minutes=2)
    assert len(house.sent) == 1


async def test_what_goes_wrong_at_an_interval_is_logged_once(
    house: Answering, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """And once more after it went well; nobody waits for it, and the next one comes."""
    caplog.set_level("DEBUG", "custom_components.zender.ussd_sensor")
    await add(house, interval=60)
    phones = dict(house.gateway.api.devices)
    house.gateway.api.devices.clear()

    def logged() -> int:
        return caplog.text.count("Asking for sensor.balance failed")

    await pass_time(house, freezer, minutes=61)
    await pass_time(house, freezer, minutes=61)
    assert logged() == 1
    house.gateway.api.devices.update(phones)
    await pass_time(house, freezer, minutes=61)
    assert balance(house.hass).state == BALANCE
    house.gateway.api.devices.clear()
    await pass_time(house, freezer, minutes=61)
    assert logged() == 2
