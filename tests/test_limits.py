"""Two bots that answer each other stop by themselves; alarms do not."""

from collections.abc import AsyncGenerator

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .answering import FAMILY, WRITER, Answering, answering
from .keeping import repairs
from .simulator.samples import Event

OTHER = "+393337654321"


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key, in Italy."""
    hass.config.country = "IT"
    async with answering(hass, hass_client_no_auth) as house:
        yield house


async def test_two_bots_stop(hass: HomeAssistant, house: Answering) -> None:
    """An automation here and one there answer each other; the eleventh answer is refused, and a repair says so."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {"trigger": "event", "event_type": "zender_sms_received"},
                "actions": {
                    "action": "zender.reply",
                    "data": {
                        "message_id": "{{ trigger.event.data.message_id }}",
                        "message": "You wrote: {{ trigger.event.data.message }}"[:60],
                    },
                },
                "mode": "queued",
            }
        },
    )
    await house.receiver.deliver(phone=WRITER)
    for answered in range(1, 30):
        await house.settle()
        if len(house.sent) < answered:
            break
        await house.receiver.deliver(phone=WRITER, message=f"You wrote {answered}")
    assert len(house.sent) == 10
    assert repairs(hass)["answer_limit"].translation_placeholders == {
        "title": "gateway.example",
        "limit": "10",
    }
    # Nobody else is held back.
    await house.receiver.deliver(phone=OTHER)
    await house.settle()
    assert house.sent[-1].recipient == OTHER


async def test_after_ten_minutes(
    hass: HomeAssistant, house: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers are let through again."""
    await house.receiver.deliver(phone=WRITER)
    for _ in range(10):
        await house.act("reply", message_id=1, message="Hi")
    assert await house.refused("reply", message_id=1, message="Hi") == "answer_limit"
    time = hass.loop.time
    monkeypatch.setattr(hass.loop, "time", lambda: time() + 601)
    await house.act("reply", message_id=1, message="Hi")
    assert len(house.sent) == 11


async def test_who_wrote_is_answered(house: Answering) -> None:
    """By whatever action, and however the number is written; others are not counted."""
    await house.receiver.deliver(phone="3331234567")
    for _ in range(10):
        await house.act("send_sms", phone="+39 333 1234567", message="Hi")
    assert await house.refused("send_sms", phone="00393331234567", message="Hi") == (
        "answer_limit"
    )
    for number in range(12):
        await house.act("send_sms", phone=OTHER, message=f"Alarm {number}")
    assert len(house.sent) == 22


async def test_a_group_is_one(house: Answering) -> None:
    """Whoever of it wrote."""
    await house.receiver.deliver("whatsapp", phone=FAMILY)
    for _ in range(10):
        await house.act("send_whatsapp", phone=FAMILY, message="Hi")
    assert await house.refused("send_whatsapp", phone=FAMILY, message="Hi") == (
        "answer_limit"
    )


async def test_the_limit_is_an_option(house: Answering) -> None:
    """Another number, or none."""
    await house.receiver.set_options(answer_limit=2)
    await house.receiver.deliver(phone=WRITER)
    for _ in range(2):
        await house.act("reply", message_id=1, message="Hi")
    assert await house.refused("reply", message_id=1, message="Hi") == "answer_limit"
    await house.receiver.set_options(answer_limit=0)
    for _ in range(12):
        await house.act("reply", message_id=1, message="Hi")
    assert len(house.sent) == 14


async def test_a_total_for_each_hour(
    hass: HomeAssistant, house: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only if the user wants one; then for everything."""
    for number in range(30):
        await house.act("send_sms", phone=WRITER, message=f"Alarm {number}")
    await house.receiver.set_options(hourly_limit=3)
    for _ in range(3):
        await house.act("send_sms", phone=OTHER, message="Hi")
    assert await house.refused("send_sms", phone=WRITER, message="Hi") == (
        "hourly_limit"
    )
    time = hass.loop.time
    monkeypatch.setattr(hass.loop, "time", lambda: time() + 3601)
    await house.act("send_sms", phone=WRITER, message="Hi")
    assert {sent.event for sent in house.sent} == {Event.SMS}


async def test_many_people(house: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wrote the longest ago is forgotten first."""
    monkeypatch.setattr("custom_components.zender.limits._MAX_PEERS", 2)
    await house.receiver.set_options(answer_limit=1)
    for phone in (WRITER, OTHER, "+393330000001"):
        await house.receiver.deliver(phone=phone)
    for _ in range(2):
        await house.act("send_sms", phone=WRITER, message="No answer any more")
    await house.act("send_sms", phone=OTHER, message="An answer")
    assert await house.refused("send_sms", phone=OTHER, message="!") == "answer_limit"
