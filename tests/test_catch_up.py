"""What was missed is brought in, nothing twice; without a public address, everything comes so."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import closing
import sqlite3
import time
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import catch_up
from custom_components.zender.events import EVENT_TYPES
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .answering import WRITER, Answering, answering
from .common import capture_messages
from .keeping import database, rows
from .receiving import SIM_1
from .simulator.api_state import ApiFault, Permission
from .simulator.samples import ACCOUNT, PHONE, Event as Kind

TIMEOUT: Final = 30

SMS: dict[str, Any] = {"device": PHONE, "sim": 1, "phone": WRITER}
CHAT: dict[str, Any] = {"wid": ACCOUNT, "phone": WRITER, "attachment": "0"}
USSD: dict[str, Any] = {"device": PHONE, "sim": 1, "code": "*123#"}
NOTIFICATION: dict[str, Any] = {
    "device": PHONE,
    "package": "com.ring.android",
    "title": "Doorbell",
}


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key, created long ago, whose gateway delivers."""
    async with answering(hass, hass_client_no_auth, is_delivering=True) as house:
        yield house


async def missed(house: Answering, minutes: float = 30) -> None:
    """Have the gateway receive one of each kind that nobody hears, some minutes ago."""
    for event, fields in (
        (Kind.SMS, {**SMS, "message": "Missed SMS & more"}),
        (Kind.WHATSAPP, {**CHAT, "message": "Missed chat"}),
        (Kind.USSD, {**USSD, "response": "Missed response"}),
        (Kind.NOTIFICATIONS, {**NOTIFICATION, "content": "Missed notification"}),
    ):
        await house.received(event, minutes=minutes, **fields)


async def test_what_was_missed_is_kept(hass: HomeAssistant, house: Answering) -> None:
    """And found; no automation runs for it."""
    events = capture_messages(hass)
    await missed(house)
    assert await house.act("fetch_missed") == {"found": 4, "delivered": 0, "lacks": []}
    texts = [
        item.get("message") or item.get("response") or item.get("content")
        for item in await house.messages()
    ]
    assert set(texts) == {
        "Missed SMS & more",
        "Missed chat",
        "Missed response",
        "Missed notification",
    }
    assert events == []
    [sms] = await house.messages(kind="sms")
    assert (sms["rid"], sms["sim"], sms["phone"]) == (None, None, WRITER)
    [chat] = await house.messages(kind="whatsapp")
    assert (chat["wid"], chat["attachment"]) == (ACCOUNT, None)
    assert await house.act("fetch_missed") == {"found": 0, "delivered": 0, "lacks": []}


async def test_nothing_is_doubled(hass: HomeAssistant, house: Answering) -> None:
    """What was delivered is not fetched; what is delivered after it was fetched is a duplicate."""
    for event, fields in (
        (Kind.SMS, {**SMS, "message": "Heard & kept"}),
        (Kind.WHATSAPP, {**CHAT, "message": "Heard"}),
        (Kind.USSD, {**USSD, "response": "Heard"}),
        (Kind.NOTIFICATIONS, {**NOTIFICATION, "content": "Heard"}),
    ):
        await house.heard(event, minutes=30, **fields)
    await house.settle()
    assert len(rows(database(hass))) == 4
    assert (await house.act("fetch_missed"))["found"] == 0
    await missed(house)
    assert (await house.act("fetch_missed"))["found"] == 4
    events = capture_messages(hass)
    for sample in house.missed:
        delivery = await house.gateway.deliver(house.webhook, sample)
        assert delivery.answer["result"] == "duplicate"
    await house.settle()
    assert events == []
    assert len(rows(database(hass))) == 8
    await house.reload()
    assert (await house.act("fetch_missed"))["found"] == 0


async def test_equal_texts_are_each_fetched(house: Answering) -> None:
    """Another id, another message; but of two equal responses to a USSD code within minutes, one will do."""
    for minutes in (50, 30, 29):
        await house.received(Kind.SMS, minutes=minutes, **SMS, message="Again")
        await house.received(Kind.USSD, minutes=minutes, **USSD, response="7.25")
    assert (await house.act("fetch_missed"))["found"] == 5


async def test_counts_follow(house: Answering) -> None:
    """The last text does not change: no gate opens for it."""
    await house.receiver.deliver(message="Heard")
    await house.received(Kind.SMS, minutes=30, **SMS, message="Missed")
    await house.act("fetch_missed")
    assert house.receiver.state("sensor", SIM_1, "sms_received").state == "2"
    assert house.receiver.state("sensor", SIM_1, "last_sms").state == "Heard"
    await house.reload()
    assert house.receiver.state("sensor", SIM_1, "sms_received").state == "2"


async def test_what_may_be_under_way_is_left_to_its_delivery(house: Answering) -> None:
    """Fetched, it would not be delivered."""
    await house.received(Kind.SMS, minutes=1, **SMS, message="Just now")
    assert (await house.act("fetch_missed"))["found"] == 0


async def test_delivery_of_what_was_missed(
    hass: HomeAssistant, house: Answering
) -> None:
    """If it is asked for, of the younger ones, and they say that they come late."""
    await house.receiver.deliver()
    await house.receiver.set_options(deliver_missed_minutes=45)
    events = capture_messages(hass)
    await house.received(Kind.SMS, minutes=60, **SMS, message="Old")
    await house.received(Kind.SMS, minutes=30, **SMS, message="Younger")
    assert await house.act("fetch_missed") == {"found": 2, "delivered": 1, "lacks": []}
    await house.settle()
    [event] = events
    assert (event.data["message"], event.data["replayed"]) == ("Younger", True)
    assert house.receiver.state("sensor", SIM_1, "last_sms").state == "Younger"


async def test_after_the_gateway_was_away(house: Answering) -> None:
    """What it received meanwhile is fetched when it is back, without being asked."""
    house.gateway.api.faults["*"] = ApiFault.MAINTENANCE
    await house.refresh()
    await missed(house)
    assert await house.refused("fetch_missed") == "gateway_maintenance"
    house.gateway.api.faults.clear()
    await house.refresh()
    assert len(await house.messages()) == 4


async def test_what_the_key_may_not_list(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """The rest is fetched, and the response says what is missing."""
    permissions = set(Permission) - {Permission.GET_SMS_RECEIVED}
    async with answering(
        hass, hass_client_no_auth, permissions=permissions, is_delivering=True
    ) as house:
        await missed(house)
        assert await house.act("fetch_missed") == {
            "found": 3,
            "delivered": 0,
            "lacks": ["get/sms.received"],
        }


async def test_many(house: Answering) -> None:
    """As many as there are: more are asked for until there are enough."""
    for number in range(320):
        await house.received(
            Kind.SMS, minutes=400 - number, **SMS, message=f"Number {number}"
        )
    assert (await house.act("fetch_missed"))["found"] == 320
    newest = (await house.messages(limit=1))[0]
    assert newest["message"] == "Number 319"


async def test_since(house: Answering) -> None:
    """A time of one's own."""
    await missed(house, minutes=30)
    await missed(house, minutes=90)
    since = time.strftime("%Y-%m-%d %H:%M:%S+00:00", time.gmtime(time.time() - 3600))
    assert (await house.act("fetch_missed", since=since))["found"] == 4


async def test_after_a_long_outage(hass: HomeAssistant, house: Answering) -> None:
    """Days of it are fetched, although something came before they could be."""
    await house.receiver.deliver(message="Before the outage")
    five_days = 5 * 24 * 60
    with closing(sqlite3.connect(database(hass))) as connection, connection:
        connection.execute(
            "UPDATE zender_messages SET received_at = received_at - ?",
            (60_000 * five_days,),
        )
    await house.received(Kind.SMS, minutes=five_days / 2, **SMS, message="Missed")
    archive = house.entry.runtime_data.webhook.archive
    archive.journal.last_id, archive.has_caught_up = 1, False
    await house.receiver.deliver(message="The first one after it")
    assert (await house.act("fetch_missed"))["found"] == 1


async def test_polling(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a public address: the same events, not late ones."""
    monkeypatch.setattr(catch_up, "POLL_SECONDS", 0.01)
    async with answering(hass, hass_client_no_auth, options={"poll": True}) as house:
        events: asyncio.Queue[Event[Any]] = asyncio.Queue()

        @callback
        def note(event: Event[Any]) -> None:
            events.put_nowait(event)

        for event_type in EVENT_TYPES.values():
            hass.bus.async_listen(event_type, note)
        await house.received(Kind.SMS, minutes=30, **SMS, message="Before it began")
        await house.received(Kind.SMS, **SMS, message="Open the gate")
        async with asyncio.timeout(TIMEOUT):
            event = await events.get()
        assert (event.data["message"], event.data["replayed"]) == (
            "Open the gate",
            False,
        )
        house.gateway.api.faults["*"] = ApiFault.ERROR
        await house.received(Kind.WHATSAPP, **CHAT, message="Later")
        with pytest.raises(HomeAssistantError):
            await house.call("fetch_missed")
        house.gateway.api.faults.clear()
        async with asyncio.timeout(TIMEOUT):
            assert (await events.get()).data["message"] == "Later"
        assert events.empty()
        found = (await house.call("search_messages"))["messages"]
        assert len(found) == 3
