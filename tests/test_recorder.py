"""What Home Assistant's recorder keeps of messages."""

from datetime import timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)
from sqlalchemy import text

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.util import session_scope
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .receiving import SIM_1, USUAL, Receiver
from .simulator.encoding import Encoding
from .simulator.samples import ACCOUNT, PHONE

SENDERS = ("+393331234567", "+393337654321", "com.ring.android", "*100#")


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(
    recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Let Home Assistant load the integration; its recorder must come first."""


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver in a Home Assistant with a recorder and its history."""
    assert await async_setup_component(hass, "history", {})
    return await Receiver.connect(hass, hass_client_no_auth)


async def recorded_attributes(hass: HomeAssistant) -> str:
    """Return the attributes of all states, as the database holds them."""
    await async_wait_recording_done(hass)

    def read() -> str:
        with session_scope(hass=hass, read_only=True) as session:
            rows = session.execute(text("SELECT shared_attrs FROM state_attributes"))
            return "\n".join(row[0] for row in rows)

    return await get_instance(hass).async_add_executor_job(read)


async def history(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, *entity_ids: str
) -> dict[str, list[dict[str, Any]]]:
    """Return the history of entities, as the frontend asks for it."""
    await async_wait_recording_done(hass)
    websocket = await hass_ws_client(hass)
    await websocket.send_json_auto_id(
        {
            "type": "history/history_during_period",
            "start_time": (dt_util.utcnow() - timedelta(hours=1)).isoformat(),
            "entity_ids": list(entity_ids),
            "include_start_time_state": False,
            "significant_changes_only": False,
        }
    )
    answer = await websocket.receive_json()
    assert answer["success"]
    found: dict[str, list[dict[str, Any]]] = answer["result"]
    return found


async def test_texts_and_senders_are_not_in_recorded_attributes(
    receiver: Receiver,
) -> None:
    """Nor a field that nobody knows; the state alone is recorded."""
    for number, type_ in enumerate(USUAL):
        await receiver.deliver(type_, Encoding.JSON, note=f"Private {number}")
    attributes = await recorded_attributes(receiver.hass)
    assert "SIM 1 Last SMS" in attributes
    texts = (
        str(USUAL[type_][field])
        for type_, field in (
            ("sms", "message"),
            ("whatsapp", "message"),
            ("ussd", "response"),
            ("notifications", "title"),
            ("notifications", "content"),
        )
    )
    for private in (*texts, *SENDERS, PHONE, ACCOUNT, "Private"):
        assert private not in attributes


async def test_attributes_take_no_room_however_many_messages_come(
    receiver: Receiver,
) -> None:
    """All states of an entity share one row: a database on an SD card stays small."""
    await receiver.deliver("sms")
    before = await recorded_attributes(receiver.hass)
    for number in range(5):
        await receiver.deliver("sms", id=number, message=f"Text {number}")
    assert await recorded_attributes(receiver.hass) == before


async def test_history_shows_texts_and_times(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """The last texts are in the history of the sensor, the times in the event entity's."""
    await receiver.deliver("sms", message="One")
    await receiver.deliver("sms", message="Two")
    sensor = receiver.entity_id("sensor", SIM_1, "last_sms")
    event = receiver.entity_id("event", SIM_1, "sms")

    found = await history(receiver.hass, hass_ws_client, sensor, event)

    assert [state["s"] for state in found[sensor]] == ["unknown", "One", "Two"]
    first, *times = [state["s"] for state in found[event]]
    assert first == "unknown"
    assert len(times) == 2
    assert all(dt_util.parse_datetime(time) for time in times)
    types = [state["a"].get("event_type") for state in found[event]]
    assert types == [None, "received", "received"]


async def test_with_the_option_no_text_is_recorded_in_states(
    receiver: Receiver,
) -> None:
    """Not even as a state."""
    await receiver.set_options(texts_in_states="none")
    await receiver.deliver("sms", message="Private")
    await async_wait_recording_done(receiver.hass)

    def read() -> str:
        with session_scope(hass=receiver.hass, read_only=True) as session:
            states = session.execute(text("SELECT state FROM states")).all()
            return json.dumps([row[0] for row in states])

    states = await get_instance(receiver.hass).async_add_executor_job(read)
    assert len(states) > 10
    assert "Private" not in states
