"""The blueprints that answer who writes."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .answering import FAMILY, WRITER, Answering, answering
from .automating import automate
from .receiving import SIM_1
from .simulator.api_state import ApiFault, Sent
from .simulator.samples import ACCOUNT, Event

OTHER = "+393337654321"
SECOND_ACCOUNT = "+390698765432"

MENU = [
    {"keyword": "Price", "answer": "It costs {12} EUR"},
    {"keyword": "1", "answer": "7,50"},
]
KINDS = pytest.mark.parametrize("kind", ["sms", "whatsapp"])


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key, in Italy."""
    hass.config.country = "IT"
    async with answering(hass, hass_client_no_auth) as house:
        yield house


async def reply_to(house: Answering, kind: str, **inputs: Any) -> None:
    """Answer who writes."""
    await automate(house.hass, (f"reply_to_{kind}", {"answer": "Thank you", **inputs}))


async def write(
    house: Answering, kind: str, message: str = "Hello", phone: str = WRITER
) -> list[str]:
    """Have somebody write. Returns what they are answered."""
    before = len(house.sent)
    await house.receiver.deliver(kind, phone=phone, message=message)
    await house.settle()
    return [sent.message for sent in house.sent[before:]]


@KINDS
async def test_who_writes_is_answered_once(house: Answering, kind: str) -> None:
    """Everybody, and not each of their messages."""
    await reply_to(house, kind)
    assert await write(house, kind) == ["Thank you"]
    assert (house.sent[0].event, house.sent[0].recipient) == (Event(kind), WRITER)
    assert await write(house, kind, "And?") == []
    assert await write(house, kind, phone=OTHER) == ["Thank you"]


@KINDS
async def test_once_in_no_time(house: Answering, kind: str) -> None:
    """With 0 hours each message is answered."""
    await reply_to(house, kind, once_hours=0)
    assert await write(house, kind) == ["Thank you"]
    assert await write(house, kind) == ["Thank you"]


async def test_a_number_in_another_spelling(house: Answering) -> None:
    """Is the same sender."""
    await reply_to(house, "sms")
    assert await write(house, "sms", phone="3331234567") == ["Thank you"]
    assert await write(house, "sms", phone="3331234567") == []
    assert await write(house, "sms", phone=WRITER) == []


@pytest.mark.parametrize("phone", ["MyBank", "4870", "+4870"])
async def test_names_and_short_codes(house: Answering, phone: str) -> None:
    """Are not answered."""
    await reply_to(house, "sms", menu=MENU)
    assert await write(house, "sms", phone=phone) == []
    assert await write(house, "sms", "price", phone=phone) == []


async def test_groups(house: Answering) -> None:
    """Are not answered."""
    await reply_to(house, "whatsapp", menu=MENU)
    assert await write(house, "whatsapp", phone=FAMILY) == []
    assert await write(house, "whatsapp", "price", phone=FAMILY) == []


async def test_groups_that_get_answers(house: Answering) -> None:
    """When they are asked for."""
    await reply_to(house, "whatsapp", answer_groups=True)
    assert await write(house, "whatsapp", phone=FAMILY) == ["Thank you"]
    assert house.sent[0].recipient == FAMILY
    assert await write(house, "whatsapp", phone=FAMILY) == []


@KINDS
async def test_keywords(house: Answering, kind: str) -> None:
    """Get their answers, as often as they are asked for and whatever they look like."""
    await reply_to(house, kind, menu=MENU)
    for _ in range(2):
        assert await write(house, kind, " PRICE! ") == ["It costs ❴12❵ EUR"]
        assert await write(house, kind, "1") == ["7,50"]
    assert await write(house, kind, "The price?") == ["Thank you"]
    assert await write(house, kind, "price") == ["It costs ❴12❵ EUR"]


@KINDS
async def test_opening_hours(house: Answering, kind: str) -> None:
    """The answer while open."""
    now = dt_util.now()
    await reply_to(
        house,
        kind,
        closed_answer="Closed",
        open_from=(now - timedelta(hours=1)).strftime("%H:%M:%S"),
        open_until=(now + timedelta(hours=1)).strftime("%H:%M:%S"),
    )
    assert await write(house, kind) == ["Thank you"]


@KINDS
@pytest.mark.parametrize(
    "hours",
    [{"open_days": []}, {"open_from": 1, "open_until": 2}],
    ids=["another day", "another hour"],
)
async def test_closed(house: Answering, kind: str, hours: dict[str, Any]) -> None:
    """Has an answer of its own; keywords are answered all the same."""
    now = dt_util.now()
    times = {
        name: (now + timedelta(hours=value)).strftime("%H:%M:%S")
        for name, value in hours.items()
        if name != "open_days"
    }
    await reply_to(house, kind, closed_answer="Closed", menu=MENU, **{**hours, **times})
    assert await write(house, kind) == ["Closed"]
    assert await write(house, kind, "1") == ["7,50"]
    assert await write(house, kind) == []


async def test_no_answer_while_closed(house: Answering) -> None:
    """Unless there is one."""
    await reply_to(house, "sms", open_days=[])
    assert await write(house, "sms") == []


@KINDS
async def test_stop(house: Answering, kind: str) -> None:
    """Who writes it is left alone, the others are not."""
    await reply_to(house, kind, once_hours=0, menu=MENU)
    assert await write(house, kind, "Where does the bus stop") == ["Thank you"]
    assert await write(house, kind, "Stop.") == []
    assert await write(house, kind) == []
    assert await write(house, kind, "1") == []
    assert await write(house, kind, phone=OTHER) == ["Thank you"]


async def test_without_a_word_that_stops(house: Answering) -> None:
    """It is a word like others."""
    await reply_to(house, "sms", once_hours=0, stop_word="")
    assert await write(house, "sms", "STOP") == ["Thank you"]
    assert await write(house, "sms", "") == ["Thank you"]


@KINDS
async def test_a_conversation_is_not_interrupted(house: Answering, kind: str) -> None:
    """Who was sent something by hand gets no answers, not even to keywords."""
    await reply_to(house, kind, once_hours=0, menu=MENU)
    assert await write(house, kind) == ["Thank you"]
    await house.act(f"send_{kind}", phone=WRITER, message="It is me")
    assert await write(house, kind) == []
    assert await write(house, kind, "1") == []
    assert await write(house, kind, phone=OTHER) == ["Thank you"]


async def test_no_pause(house: Answering) -> None:
    """With 0 minutes what was sent by hand does not matter."""
    await reply_to(house, "sms", pause_minutes=0)
    await house.act("send_sms", phone=WRITER, message="It is me")
    assert await write(house, "sms") == ["Thank you"]


async def test_an_answer_that_was_not_sent(house: Answering) -> None:
    """Is given to the next message."""
    await reply_to(house, "sms")
    house.gateway.api.faults["send/sms"] = ApiFault.ERROR
    assert await write(house, "sms") == []
    house.gateway.api.faults.clear()
    assert await write(house, "sms") == ["Thank you"]


async def test_only_one_sim(house: Answering) -> None:
    """The others' messages are not answered."""
    await house.receiver.deliver(sim=1)
    sim = house.receiver.device_id("sim", SIM_1)
    await reply_to(house, "sms", devices=[sim])
    await house.receiver.deliver(sim=2)
    await house.settle()
    assert house.sent == []
    await house.receiver.deliver(sim=1)
    await house.settle()
    assert [sent.parameters["sim"] for sent in house.sent] == ["1"]


@pytest.mark.parametrize(
    ("inputs", "answers"),
    [
        ({}, 1),
        ({"once_hours": 0}, 10),
        ({"menu": [{"keyword": "Thank you", "answer": "Thank you"}]}, 10),
    ],
    ids=["once in 12 hours", "always", "a keyword"],
)
async def test_two_that_answer_each_other_stop(
    house: Answering, inputs: dict[str, Any], answers: int
) -> None:
    """Each gives ten answers at most."""
    accounts = {ACCOUNT: house.account.unique}
    other = house.gateway.api.add_account(SECOND_ACCOUNT, {})
    accounts[SECOND_ACCOUNT] = other.unique
    await house.refresh()
    await automate(
        house.hass,
        *(
            (
                "reply_to_whatsapp",
                {
                    "answer": "Thank you",
                    "devices": [house.receiver.device_id("account", wid)],
                    **inputs,
                },
            )
            for wid in accounts
        ),
    )
    answered: asyncio.Queue[Sent] = asyncio.Queue()
    house.gateway.listen_to_sent(answered.put_nowait)
    await house.receiver.deliver("whatsapp", wid=ACCOUNT, phone=SECOND_ACCOUNT)
    await house.settle()
    while not answered.empty():
        sent = answered.get_nowait()
        writer = next(wid for wid in accounts if wid != sent.recipient)
        await house.receiver.deliver(
            "whatsapp", wid=sent.recipient, phone=writer, message=sent.message
        )
        await house.settle()
    recipients = [sent.recipient for sent in house.sent]
    assert recipients.count(SECOND_ACCOUNT) == answers
    assert recipients.count(ACCOUNT) in (answers - 1, answers)
