"""Lines of the logbook, asked for as the frontend does."""

from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.zender import logbook
from homeassistant.components.recorder import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, translation
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .answering import FAMILY
from .receiving import SIM_1, USUAL, Receiver
from .simulator.samples import ACCOUNT, PHONE

EVENTS = {
    "zender_sms_received",
    "zender_whatsapp_received",
    "zender_ussd_received",
    "zender_notification_received",
}
LINES = [
    (
        *("sms", "sim", SIM_1, "SIM 1"),
        *("received an SMS from +393331234567", "mdi:message-text"),
    ),
    (
        *("whatsapp", "account", ACCOUNT, "WhatsApp …5678"),
        *("received a WhatsApp chat from +393337654321", "mdi:whatsapp"),
    ),
    (
        *("ussd", "sim", SIM_1, "SIM 1"),
        *("received the response to *100#", "mdi:pound"),
    ),
    (
        *("notifications", "phone", PHONE, "Phone 10c4d7"),
        *("received a notification from com.ring.android", "mdi:bell"),
    ),
]


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(
    recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Let Home Assistant load the integration; its recorder must come first."""


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver in a Home Assistant with a logbook."""
    assert await async_setup_component(hass, "logbook", {})
    return await Receiver.connect(hass, hass_client_no_auth)


async def lines(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, **asked: Any
) -> list[dict[str, Any]]:
    """Return the lines that messages made: not those of entities."""
    await async_wait_recording_done(hass)
    websocket = await hass_ws_client(hass)
    start = dt_util.utcnow() - timedelta(hours=1)
    await websocket.send_json_auto_id(
        {"type": "logbook/get_events", "start_time": start.isoformat(), **asked}
    )
    answer = await websocket.receive_json()
    assert answer["success"]
    found: list[dict[str, Any]] = answer["result"]
    return [line for line in found if line.get("domain") == "zender"]


@pytest.mark.parametrize(
    ("type_", "kind", "source", "name", "message", "icon"),
    LINES,
    ids=[line[0] for line in LINES],
)
async def test_line_says_who_wrote_where(
    receiver: Receiver,
    hass_ws_client: WebSocketGenerator,
    type_: str,
    kind: str,
    source: str,
    name: str,
    message: str,
    icon: str,
) -> None:
    """In words, with an icon; on the page of the device, too; without any text."""
    await receiver.deliver(type_)
    device_id = receiver.device_id(kind, source)
    for asked in ({}, {"device_ids": [device_id]}):
        (line,) = await lines(receiver.hass, hass_ws_client, **asked)
        del line["when"]
        assert line == {
            "name": name,
            "message": message,
            "icon": icon,
            "domain": "zender",
        }


async def test_page_of_another_device_does_not_show_the_line(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """Each device has its own messages."""
    await receiver.deliver("sms")
    await receiver.deliver("whatsapp")
    account = receiver.device_id("account", ACCOUNT)
    found = await lines(receiver.hass, hass_ws_client, device_ids=[account])
    assert [line["name"] for line in found] == ["WhatsApp …5678"]


async def test_name_that_the_user_gave_is_used(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """A SIM and an account can be named."""
    await receiver.deliver("sms")
    await receiver.deliver("whatsapp")
    registry = dr.async_get(receiver.hass)
    for kind, source in (("sim", SIM_1), ("account", ACCOUNT)):
        device_id = receiver.device_id(kind, source)
        update = (
            registry.async_update_child_device
            if kind == "sim"
            else registry.async_update_device
        )
        update(device_id, name_by_user=f"My {kind}")
    found = await lines(receiver.hass, hass_ws_client)
    assert [line["name"] for line in found] == ["My sim", "My account"]


@pytest.mark.parametrize(
    ("phone", "message"),
    [
        (FAMILY, "received a WhatsApp chat from Family"),
        (
            "120363041234567899@g.us",
            "received a WhatsApp chat from 120363041234567899@g.us",
        ),
        ("+393337654321", "received a WhatsApp chat from Mum"),
    ],
)
async def test_contact_is_named(
    receiver: Receiver,
    hass_ws_client: WebSocketGenerator,
    phone: str,
    message: str,
) -> None:
    """A person or a group; of a group that is no contact, nobody knows the name."""
    for name, address in (("Family", FAMILY), ("Mum", "+393337654321")):
        receiver.hass.config_entries.async_add_subentry(
            receiver.entry,
            ConfigSubentry(
                data=MappingProxyType(
                    {
                        "channel": "whatsapp",
                        "address": address,
                        "sender": ACCOUNT,
                        "sender_kind": "account",
                    }
                ),
                subentry_type="contact",
                title=name,
                unique_id=address,
            ),
        )
    await receiver.hass.async_block_till_done()
    await receiver.deliver("whatsapp", phone=phone)
    (line,) = await lines(receiver.hass, hass_ws_client)
    assert line["message"] == message
    assert line["icon"] == "mdi:whatsapp"


@pytest.mark.parametrize("type_", USUAL)
async def test_line_is_the_same_with_hidden_texts(
    receiver: Receiver, hass_ws_client: WebSocketGenerator, type_: str
) -> None:
    """It never holds a text."""
    await receiver.deliver(type_)
    await receiver.set_options(texts_in_states="none")
    await receiver.deliver(type_)
    first, second = await lines(receiver.hass, hass_ws_client)
    assert {**first, "when": 0} == {**second, "when": 0}


async def test_line_of_a_deleted_device_stays_readable(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """The logbook is older than the devices that there are now."""
    await receiver.deliver("whatsapp")
    registry = dr.async_get(receiver.hass)
    registry.async_remove_device(receiver.device_id("account", ACCOUNT))
    (line,) = await lines(receiver.hass, hass_ws_client)
    assert line["name"] == "Zender"
    assert line["message"] == "received a WhatsApp chat from +393337654321"


@pytest.mark.parametrize("language", ["de", "zz"])
async def test_language_without_translation_shows_english(
    receiver: Receiver, hass_ws_client: WebSocketGenerator, language: str
) -> None:
    """A line is always readable."""
    translation.async_setup(receiver.hass)
    await receiver.hass.config.async_update(language=language)
    await receiver.deliver("sms")
    (line,) = await lines(receiver.hass, hass_ws_client)
    assert line["message"] == "received an SMS from +393331234567"


async def test_language_with_translation_is_used(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """The line is in the language of the house."""
    translation.async_setup(receiver.hass)
    await receiver.hass.config.async_update(language="it")
    await receiver.hass.async_block_till_done()
    await receiver.deliver("sms")
    (line,) = await lines(receiver.hass, hass_ws_client)
    assert "+393331234567" in line["message"]
    assert line["message"] != "received an SMS from +393331234567"


@pytest.mark.parametrize(
    ("cached", "message"),
    [(True, "received an SMS from +393331234567"), (False, "+393331234567")],
)
async def test_line_is_there_while_the_translation_is_loaded(
    receiver: Receiver,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
    cached: bool,
    message: str,
) -> None:
    """In English, or with the sender alone if Home Assistant has not even that."""
    await receiver.deliver("sms")
    receiver.hass.config.language = "not loaded"
    if not cached:
        monkeypatch.setattr(logbook, "LOCALE_EN", "not loaded either")
    (line,) = await lines(receiver.hass, hass_ws_client)
    assert line["message"] == message


async def test_event_that_somebody_else_fired_does_no_harm(
    receiver: Receiver,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """To try an automation, people fire events by hand and leave fields out."""
    for event_type in EVENTS:
        receiver.hass.bus.async_fire(event_type, {"message": "Private"})
    await receiver.deliver("sms")
    found = await lines(receiver.hass, hass_ws_client)
    assert len(found) == len(EVENTS) + 1
    assert "Private" not in str(found)
    assert "describe event" not in caplog.text


async def test_event_entity_has_a_line_that_says_what_happened(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """The frontend makes it of the type of the event, which therefore is recorded."""
    await receiver.deliver("sms")
    await async_wait_recording_done(receiver.hass)
    websocket = await hass_ws_client(receiver.hass)
    await websocket.send_json_auto_id(
        {
            "type": "logbook/get_events",
            "start_time": (dt_util.utcnow() - timedelta(hours=1)).isoformat(),
            "entity_ids": [receiver.entity_id("event", SIM_1, "sms")],
        }
    )
    found = (await websocket.receive_json())["result"]
    assert [line["attributes"] for line in found] == [{"event_type": "received"}]
    assert str(USUAL["sms"]["message"]) not in str(found)
