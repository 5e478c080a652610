"""From a delivery to the event on Home Assistant's bus, and the life of an entry."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, Event, HomeAssistant, callback
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)

from .receiving import ENTRY_ID, SIM_1, Receiver
from .simulator.encoding import Encoding
from .simulator.samples import ACCOUNT, DOCUMENTED, PHONE, SAMPLE_PHONE, Sample

EVENTS = {
    "sms": "zender_sms_received",
    "whatsapp": "zender_whatsapp_received",
    "ussd": "zender_ussd_received",
    "notification": "zender_notification_received",
    "notifications": "zender_notification_received",
}
SOURCES = {
    "sms": ("sim", f"{SAMPLE_PHONE}_sim_1"),
    "whatsapp": ("account", "+639760713666"),
    "ussd": ("sim", f"{SAMPLE_PHONE}_sim_1"),
    "notification": ("phone", SAMPLE_PHONE),
}
TEXT = "The parcel is at the door"
NOW = "2026-11-02T06:00:00.250000+00:00"


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver that has heard nothing."""
    await hass.config.async_update(external_url="https://home.example")
    return await Receiver.connect(hass, hass_client_no_auth)


def typed(data: dict[str, Any]) -> dict[str, tuple[type, Any]]:
    """Return each value with its type: True is not 1, and a text of a number is not a number."""
    return {name: (type(value), value) for name, value in data.items()}


@pytest.mark.parametrize("sample", DOCUMENTED, ids=lambda sample: sample.type)
async def test_documented_message_becomes_a_typed_event(
    receiver: Receiver, freezer: FrozenDateTimeFactory, sample: Sample
) -> None:
    """The event holds the gateway's fields under their names, typed, and ours: nothing else."""
    freezer.move_to(NOW)
    events = async_capture_events(receiver.hass, EVENTS[sample.type])

    await receiver.deliver_sample(sample)

    assert [typed(dict(event.data)) for event in events] == [
        typed(
            {
                **sample.meaning,
                "config_entry_id": ENTRY_ID,
                "device_id": receiver.device_id(*SOURCES[sample.type]),
                "message_id": 1,
                "received_at": NOW,
                "replayed": False,
            }
        )
    ]


async def test_received_at_is_the_time_of_now_in_utc(receiver: Receiver) -> None:
    """Whatever the gateway's clock and the time zone of the house."""
    await receiver.hass.config.async_set_time_zone("Asia/Manila")
    events = async_capture_events(receiver.hass, EVENTS["sms"])
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    await receiver.deliver("sms")
    received_at = events[0].data["received_at"]
    assert received_at.endswith("+00:00")
    assert before <= datetime.fromisoformat(received_at) <= datetime.now(UTC)


@pytest.mark.parametrize("type_", ["sms", "ussd"])
@pytest.mark.parametrize("sim", [..., "", 0])
async def test_sim_that_the_gateway_did_not_say_is_null(
    receiver: Receiver, type_: str, sim: Any
) -> None:
    """Also when the message shows on the phone's only SIM, whose device the event names."""
    events = async_capture_events(receiver.hass, EVENTS[type_])
    await receiver.deliver("sms", sim=1)
    await receiver.deliver(type_, sim=sim)
    assert events[-1].data["sim"] is None
    assert events[-1].data["device_id"] == receiver.device_id("sim", SIM_1)


@pytest.mark.parametrize(
    ("sent", "attachment"),
    [
        (..., None),
        ("0", None),
        ("", None),
        ("false", None),
        ("https://gateway.example/a.jpg", "https://gateway.example/a.jpg"),
    ],
)
async def test_attachment_is_a_url_or_null(
    receiver: Receiver, sent: Any, attachment: str | None
) -> None:
    """However the gateway says that there is none."""
    events = async_capture_events(receiver.hass, EVENTS["whatsapp"])
    await receiver.deliver("whatsapp", attachment=sent)
    assert events[0].data["attachment"] == attachment


@pytest.mark.parametrize(
    ("sent", "phone", "is_group"),
    [
        ("+393337654321", "+393337654321", False),
        ("120363041234567890@g.us", "120363041234567890@g.us", True),
        ("+120363041234567890@g.us", "120363041234567890@g.us", True),
    ],
)
async def test_group_is_told_from_a_person(
    receiver: Receiver, sent: str, phone: str, is_group: bool
) -> None:
    """Automations can treat a group differently."""
    events = async_capture_events(receiver.hass, EVENTS["whatsapp"])
    await receiver.deliver("whatsapp", phone=sent)
    assert events[0].data["phone"] == phone
    assert events[0].data["is_group"] is is_group


@pytest.mark.parametrize("type_", ["sms", "whatsapp"])
@pytest.mark.parametrize(
    ("text", "code"), [("Your code is 048213", "048213"), ("See you at 1830", None)]
)
async def test_one_time_code_is_in_the_event(
    receiver: Receiver, type_: str, text: str, code: str | None
) -> None:
    """A text with its leading zeros, or null; the key is always there."""
    events = async_capture_events(receiver.hass, EVENTS[type_])
    await receiver.deliver(type_, message=text)
    assert events[0].data["one_time_code"] == code


async def test_unknown_fields_are_kept_but_never_override_ours(
    receiver: Receiver,
) -> None:
    """A newer gateway may send more, under any name."""
    events = async_capture_events(receiver.hass, EVENTS["sms"])
    theirs: dict[str, Any] = {
        "priority": "high",
        "config_entry_id": "theirs",
        "device_id": "theirs",
        "received_at": "theirs",
        "replayed": "theirs",
        "one_time_code": "theirs",
    }
    await receiver.deliver("sms", **theirs)
    data = dict(events[0].data)
    assert data.pop("priority") == "high"
    assert "theirs" not in data.values()

    await receiver.deliver("sms", Encoding.JSON, parts=[1, {"of": 2}])
    assert events[1].data["parts"] == [1, {"of": 2}]


async def test_equal_texts_fire_each_time(receiver: Receiver) -> None:
    """Ringing twice opens the gate twice."""
    events = async_capture_events(receiver.hass, EVENTS["sms"])
    await receiver.deliver("sms", id=1)
    await receiver.deliver("sms", id=2)
    assert [event.data["id"] for event in events] == [1, 2]


@pytest.mark.parametrize(
    ("type_", "source", "key", "text"),
    [
        ("sms", SIM_1, "last_sms", TEXT),
        ("ussd", SIM_1, "last_ussd_response", "Your balance is 12.50"),
        ("whatsapp", ACCOUNT, "last_whatsapp", "Who has the key?"),
        ("notifications", PHONE, "last_notification", "Somebody is at the front door"),
    ],
)
async def test_automation_that_an_event_starts_sees_the_new_state(
    receiver: Receiver, type_: str, source: str, key: str, text: str
) -> None:
    """Also with the first message of a source that was never heard."""
    seen: list[str] = []

    @callback
    def look(event: Event) -> None:
        seen.append(receiver.state("sensor", source, key).state)

    receiver.hass.bus.async_listen(EVENTS[type_], look)
    await receiver.deliver(type_)
    assert seen == [text]


async def test_what_comes_before_home_assistant_has_started_waits_for_automations(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """It is accepted at once, and delivered in order when automations listen."""
    hass.set_state(CoreState.starting)
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    events = async_capture_events(hass, EVENTS["sms"])
    for number in range(3):
        await receiver.deliver("sms", id=number)
    assert events == []
    assert receiver.device("phone", PHONE) is None

    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()

    assert [event.data["id"] for event in events] == [0, 1, 2]
    assert {event.data["replayed"] for event in events} == {False}
    assert receiver.state("sensor", SIM_1, "sms_received").state == "3"


async def test_many_waiting_messages_do_not_hold_up_home_assistant(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Between them, everything else has its turn."""
    hass.set_state(CoreState.starting)
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    for number in range(20):
        await receiver.deliver("sms", id=number)
    order: list[str] = []

    @callback
    def note(event: Event) -> None:
        order.append("message")
        hass.loop.call_soon(order.append, "something else")

    hass.bus.async_listen(EVENTS["sms"], note)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()

    in_a_row = [len(list(group)) for kind, group in groupby(order) if kind == "message"]
    assert sum(in_a_row) == 20
    assert max(in_a_row) <= 2


async def test_what_comes_while_the_entry_is_reloaded_is_delivered_after_it(
    receiver: Receiver,
) -> None:
    """The webhook listens on, and nothing is lost or out of order."""
    hass = receiver.hass
    await receiver.deliver("sms")
    events = async_capture_events(hass, EVENTS["sms"])
    assert await hass.config_entries.async_unload(ENTRY_ID)
    await receiver.deliver("sms", id=1)
    await receiver.deliver("sms", id=2)
    assert events == []

    assert await hass.config_entries.async_setup(ENTRY_ID)
    await hass.async_block_till_done()
    assert [event.data["id"] for event in events] == [1, 2]
    assert receiver.state("sensor", SIM_1, "sms_received").state == "3"


async def test_message_that_cannot_be_delivered_does_not_hold_back_the_next(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong, it is logged without anything private, and the next one comes."""
    events = async_capture_events(receiver.hass, EVENTS["sms"])
    with patch.object(
        dr.DeviceRegistry,
        "async_get_or_create",
        side_effect=ValueError("something about +393331234567"),
    ):
        await receiver.deliver("sms", id=1)
    await receiver.deliver("sms", id=2)

    assert [event.data["id"] for event in events] == [2]
    shown = [
        record.getMessage()
        for record in caplog.records
        if record.levelname == "ERROR" and record.name.startswith("custom_components")
    ]
    assert shown == ["A message was not delivered: ValueError"]


async def test_removed_entry_leaves_nothing(receiver: Receiver) -> None:
    """No repairs, devices, entities or states."""
    hass = receiver.hass
    await receiver.deliver("sms")
    await hass.config.async_update(external_url="https://moved.example")
    for _ in range(10):
        assert (await receiver.post("sms", secret="f" * 40))[0] == 401
    await hass.async_block_till_done()
    issues = ir.async_get(hass).issues
    assert {issue_id for domain, issue_id in issues if domain == DOMAIN} == {
        f"wrong_secret_{ENTRY_ID}",
        f"url_changed_{ENTRY_ID}",
    }

    await hass.config_entries.async_remove(ENTRY_ID)
    await hass.async_block_till_done()

    assert not [issue for issue in issues if issue[0] == DOMAIN]
    assert not er.async_entries_for_config_entry(er.async_get(hass), ENTRY_ID)
    registry = dr.async_get(hass)
    assert not dr.async_entries_for_config_entry(registry, ENTRY_ID)
    assert not dr.async_child_entries_for_config_entry(registry, ENTRY_ID)
    assert not hass.states.async_entity_ids(["sensor", "event"])


async def test_changed_title_or_data_does_not_reload(receiver: Receiver) -> None:
    """Only an option does; a reload would make state triggers fire again."""
    hass = receiver.hass
    before = receiver.entry.runtime_data
    hass.config_entries.async_update_entry(receiver.entry, title="The shop")
    await hass.async_block_till_done()
    assert receiver.entry.runtime_data is before

    await receiver.set_options(local_only=True)
    assert receiver.entry.runtime_data is not before
    assert receiver.entry.state is ConfigEntryState.LOADED
