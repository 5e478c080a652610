"""What is answered is kept, and what is kept is delivered: once, in order, across restarts."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import threading
from typing import Any
from unittest.mock import patch

from aiohttp.web import Request
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import archive
from custom_components.zender.answers import async_read_payload
from custom_components.zender.journal import journal as journal_module, writer
from custom_components.zender.journal.batch import write
from homeassistant.const import (
    EVENT_HOMEASSISTANT_STARTED,
    EVENT_HOMEASSISTANT_STOP,
    STATE_UNKNOWN,
)
from homeassistant.core import CoreState, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, restore_state

from .common import (
    ACCEPTED,
    DUPLICATE,
    QUEUED,
    Gateway,
    add_entry,
    capture_messages,
    ids_of,
    set_up,
    sms,
)
from .keeping import database, held, repairs, restarted, rows, texts
from .receiving import ENTRY_ID, SIM_1, USUAL, Receiver
from .simulator.encoding import Encoding, encode
from .simulator.samples import ACCOUNT, PHONE

DAY = 24 * 60 * 60


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up."""
    add_entry(hass)
    await set_up(hass)
    return Gateway(hass, await hass_client_no_auth())


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event[Any]]:
    """Return the events of all messages, in order."""
    return capture_messages(hass)


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver that has heard nothing."""
    return await Receiver.connect(hass, hass_client_no_auth)


async def start(hass: HomeAssistant) -> None:
    """Let Home Assistant be started."""
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()


# Kept before said


async def test_an_answer_waits_until_the_message_is_committed(
    hass: HomeAssistant,
    gateway: Gateway,
    events: list[Event[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that was answered with 200 can get lost, and nothing is delivered before."""
    with held(monkeypatch, writer, write) as commits:
        answer = hass.async_create_task(gateway.deliver())
        await commits.reached.wait()
        assert not answer.done()
        assert events == []
        assert rows(database(hass)) == []
        commits.release()

        assert await answer == ACCEPTED
    await hass.async_block_till_done()
    assert rows(database(hass)) == [((await answer).body["message_id"],)]
    assert len(events) == 1


@pytest.mark.parametrize("type_", USUAL)
async def test_a_message_is_in_the_database_when_its_event_fires(
    receiver: Receiver, type_: str
) -> None:
    """Under the id that the event and the answer name; the sensor's attributes name it, too."""
    hass = receiver.hass
    found: list[bool] = []

    @callback
    def look(event: Event[Any]) -> None:
        found.append((event.data["message_id"],) in rows(database(hass)))

    for kind in ("sms", "whatsapp", "ussd", "notification"):
        hass.bus.async_listen(f"zender_{kind}_received", look)
    _, answer = await receiver.post(type_)
    await hass.async_block_till_done()

    assert found == [True]
    last = [
        state.attributes["message_id"]
        for state in receiver.states
        if "message_id" in state.attributes
    ]
    assert last == [answer["message_id"]] * 2


async def test_ids_rise_and_are_never_given_twice(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """One message has one id, across restarts."""
    ids = [
        (await gateway.deliver(sms(id=number, rid=number))).body["message_id"]
        for number in range(3)
    ]

    assert ids == sorted(set(ids))
    assert rows(database(hass)) == [(number,) for number in ids]


# A slow disk


async def test_a_slow_commit_holds_up_neither_the_answer_nor_the_delivery(
    hass: HomeAssistant,
    gateway: Gateway,
    events: list[Event[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody stands at the gate. The message is kept a little later, and not delivered again."""
    monkeypatch.setattr(archive, "COMMIT_SECONDS", 0)
    with held(monkeypatch, writer, write) as commits:
        assert await gateway.deliver(sms(message="Open")) == QUEUED
        await hass.async_block_till_done()
        assert [event.data["message"] for event in events] == ["Open"]
        assert events[0].data["message_id"] is None
        assert rows(database(hass)) == []
        commits.release()

    monkeypatch.setattr(archive, "COMMIT_SECONDS", 60)
    assert await gateway.deliver(sms(message="Open")) == DUPLICATE
    await gateway.accept([3])
    await hass.async_block_till_done()
    assert texts(database(hass)) == ["Open", "Hello World!"]
    assert ids_of(events) == [2, 3]
    state = hass.states.get("sensor.sample_phone_sim_1_sms_received")
    assert state is not None and state.state == "2"


async def test_the_same_message_is_not_delivered_again_while_its_commit_is_slow(
    hass: HomeAssistant,
    gateway: Gateway,
    events: list[Event[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A relay repeats what takes long."""
    monkeypatch.setattr(archive, "COMMIT_SECONDS", 0)
    with held(monkeypatch, writer, write):
        assert [await gateway.deliver() for _ in range(3)] == [QUEUED] * 3
    monkeypatch.setattr(archive, "COMMIT_SECONDS", 60)
    await gateway.accept([3])
    await hass.async_block_till_done()

    assert ids_of(events) == [2, 3]
    assert len(rows(database(hass))) == 2


async def test_a_busy_event_loop_does_not_deliver_a_message_again(
    hass: HomeAssistant,
    gateway: Gateway,
    events: list[Event[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The commit, and the end of the time to wait for it, are found in the same turn."""
    monkeypatch.setattr(journal_module, "MAX_RECENT", 0)
    assert await gateway.deliver() == ACCEPTED
    is_written = threading.Event()
    call_soon, time = hass.loop.call_soon_threadsafe, hass.loop.time

    def note(function: Callable[..., Any], *arguments: Any) -> asyncio.Handle:
        handle = call_soon(function, *arguments)
        if getattr(function, "__name__", None) == "on_written":
            is_written.set()
        return handle

    with held(monkeypatch, writer, write) as commits:
        answer = hass.async_create_task(gateway.deliver())
        await commits.reached.wait()
        monkeypatch.setattr(hass.loop, "call_soon_threadsafe", note)
        commits.release()
        is_written.wait()
        monkeypatch.setattr(hass.loop, "time", lambda: time() + archive.COMMIT_SECONDS)

        assert await answer == DUPLICATE
    await hass.async_block_till_done()
    assert ids_of(events) == [2]


async def test_what_was_delivered_before_its_commit_is_not_delivered_after_a_restart(
    hass: HomeAssistant,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    aiohttp_client: ClientSessionGenerator,
) -> None:
    """It was on time."""
    with held(monkeypatch, writer, write):
        monkeypatch.setattr(archive, "COMMIT_SECONDS", 0)
        assert await gateway.deliver() == QUEUED
        await hass.async_block_till_done()

    async with restarted(hass) as again:
        events = capture_messages(again)
        await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        assert events == []
        assert len(rows(database(again))) == 1


# The same message, once


@pytest.mark.parametrize("type_", USUAL)
async def test_the_same_message_is_delivered_once_however_it_comes_again(
    receiver: Receiver, type_: str
) -> None:
    """In any encoding, also when others came in between."""
    events = capture_messages(receiver.hass)
    _, first = await receiver.post(type_)
    await receiver.deliver("sms", message="something else", id=7, rid=7)
    before = [(state.entity_id, state.state) for state in receiver.states]
    answers = [await receiver.post(type_, encoding) for encoding in Encoding]
    await receiver.hass.async_block_till_done()

    assert answers == [
        (200, {"result": "duplicate", "message_id": first["message_id"]})
    ] * len(Encoding)
    assert len(events) == 2
    assert [(state.entity_id, state.state) for state in receiver.states] == before


async def test_two_copies_at_once_are_one_message(
    hass: HomeAssistant, gateway: Gateway, events: list[Event[Any]]
) -> None:
    """Over several connections, in the same batch."""
    answers = await asyncio.gather(*(gateway.deliver() for _ in range(16)))
    await hass.async_block_till_done()

    assert len({answer.body["message_id"] for answer in answers}) == 1
    assert sorted(answer.body["result"] for answer in answers) == [
        "accepted",
        *["duplicate"] * 15,
    ]
    assert len(events) == 1


@pytest.mark.parametrize(
    ("type_", "changes"),
    [
        ("sms", {"rid": 312}),
        ("sms", {"phone": "+393331234568"}),
        ("sms", {"message": "The parcel is at the door "}),
        ("sms", {"device": "another phone"}),
        ("sms", {"id": 1042, "timestamp": 1793599200 + DAY}),
        ("whatsapp", {"id": 508}),
        ("whatsapp", {"timestamp": 1793599211}),
        ("whatsapp", {"message": "Who has the keys?"}),
        ("whatsapp", {"phone": "+393337654322"}),
        ("whatsapp", {"wid": "+390612345679"}),
        ("whatsapp", {"attachment": "https://gateway.example/a.jpg"}),
        ("ussd", {"timestamp": 1793599221}),
        ("ussd", {"code": "*101#"}),
        ("ussd", {"response": "Your balance is 12.51"}),
        ("ussd", {"sim": 2}),
        ("notifications", {"id": 2205}),
        ("notifications", {"timestamp": 1793599231}),
        ("notifications", {"title": "Ring"}),
        ("notifications", {"content": "Nobody is at the front door"}),
        ("notifications", {"package": "com.ring.other"}),
    ],
)
async def test_whatever_differs_makes_a_new_message_that_fires_again(
    receiver: Receiver, type_: str, changes: dict[str, Any]
) -> None:
    """Ringing twice opens the gate twice: an equal text is not yet the same message."""
    events = capture_messages(receiver.hass)
    await receiver.deliver(type_)
    status, answer = await receiver.post(type_, **changes)
    await receiver.hass.async_block_till_done()

    assert (status, answer["result"]) == (200, "accepted")
    assert len(events) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"id": 9999},
        {"id": 9999, "timestamp": 1793599200 + DAY - 1},
        {"id": 9999, "timestamp": 1793599200 - DAY + 1},
        {"id": 9999, "sim": 2},
    ],
)
async def test_an_sms_that_the_phone_uploaded_twice_is_delivered_once(
    receiver: Receiver, changes: dict[str, Any]
) -> None:
    """The gateway gives it another number; the phone's own number and the text are the same."""
    events = capture_messages(receiver.hass)
    _, first = await receiver.post("sms")
    status, again = await receiver.post("sms", **changes)
    await receiver.hass.async_block_till_done()

    assert (status, again) == (
        200,
        {"result": "duplicate", "message_id": first["message_id"]},
    )
    assert len(events) == 1


async def test_every_copy_is_delivered_if_that_is_wanted(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """The option is for gateways that number nothing."""
    receiver = await Receiver.connect(
        hass, hass_client_no_auth, options={"deduplicate": False}
    )
    events = capture_messages(hass)
    answers = [(await receiver.post("sms"))[1] for _ in range(3)]
    await hass.async_block_till_done()

    assert [answer["result"] for answer in answers] == ["accepted"] * 3
    assert [event.data["message_id"] for event in events] == [
        answer["message_id"] for answer in answers
    ]
    assert len({answer["message_id"] for answer in answers}) == 3
    assert receiver.state("sensor", SIM_1, "sms_received").state == "3"


async def test_two_gateways_may_deliver_the_same(
    hass: HomeAssistant,
    gateway: Gateway,
    events: list[Event[Any]],
) -> None:
    """They know nothing of each other, although they share a database."""
    other = add_entry(hass, webhook_id="other", secret="other secret")
    assert await hass.config_entries.async_setup(other.entry_id)
    assert await gateway.deliver() == ACCEPTED
    second = Gateway(hass, gateway.client, "other")
    assert await second.deliver(sms("other secret")) == ACCEPTED
    await hass.async_block_till_done()

    assert len({event.data["config_entry_id"] for event in events}) == 2
    assert len(rows(database(hass))) == 2


async def test_a_message_of_before_a_restart_is_known_after_it(
    hass: HomeAssistant,
    receiver: Receiver,
    aiohttp_client: ClientSessionGenerator,
) -> None:
    """The database tells, whatever Home Assistant remembers."""
    _, first = await receiver.post("sms")
    await hass.async_block_till_done()
    async with restarted(hass) as again:
        events = capture_messages(again)
        after = await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        assert await after.post("sms") == (
            200,
            {"result": "duplicate", "message_id": first["message_id"]},
        )
        _, answer = await after.post("sms", id=9, rid=9)
        await again.async_block_till_done()
        assert answer["result"] == "accepted"
        assert answer["message_id"] > first["message_id"]
        assert ids_of(events) == [9]


async def test_a_copy_through_the_cloud_is_the_same_message(
    hass: HomeAssistant, gateway: Gateway, events: list[Event[Any]]
) -> None:
    """Whichever way it comes."""
    assert await gateway.deliver() == ACCEPTED
    body, content_type = encode(sms(), Encoding.JSON)
    assert await gateway.post_through_cloud(body, content_type) == DUPLICATE
    await hass.async_block_till_done()
    assert len(events) == 1


# Across a restart


@pytest.mark.parametrize(
    ("away", "delivered"),
    [
        (timedelta(minutes=9, seconds=59), [1, 2, 3, 4]),
        (timedelta(minutes=10), [4]),
        (timedelta(days=3), [4]),
    ],
)
async def test_what_was_kept_and_not_delivered_is_delivered_at_the_next_start_if_it_is_young(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    away: timedelta,
    delivered: list[int],
) -> None:
    """In order, before what is new, and marked; a gate does not open days later."""
    hass.set_state(CoreState.not_running)
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    for number in (1, 2, 3):
        await receiver.deliver("sms", id=number)
    freezer.tick(away)

    async with restarted(hass, CoreState.not_running) as again:
        events = capture_messages(again)
        after = await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        await after.deliver("sms", id=4, rid=4)
        assert events == []
        await start(again)

        assert ids_of(events) == delivered
        assert [event.data["replayed"] for event in events] == [
            number != 4 for number in delivered
        ]
        assert [event.data["message_id"] for event in events] == delivered
        assert after.state("sensor", SIM_1, "sms_received").state == "4"
        assert after.state("sensor", SIM_1, "last_sms").attributes["id"] == 4
        assert len(rows(database(again))) == 4


async def test_what_comes_while_home_assistant_stops_is_for_the_next_start(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
) -> None:
    """It is answered and kept; no automation could act on it any more."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    events = capture_messages(hass)

    async def stop_then_read(request: Request) -> dict[str, Any]:
        hass.set_state(CoreState.stopping)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        return await async_read_payload(request)

    with patch(
        "custom_components.zender.webhook.async_read_payload",
        side_effect=stop_then_read,
    ):
        await receiver.deliver("sms")
    await hass.async_block_till_done()
    assert events == []

    async with restarted(hass) as again:
        events = capture_messages(again)
        await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        assert [event.data["replayed"] for event in events] == [True]


async def test_a_replayed_message_says_when_it_came(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """To the millisecond, as it would have said then."""
    freezer.move_to("2026-11-02T06:00:00.123456+00:00")
    hass.set_state(CoreState.not_running)
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await receiver.deliver("sms")
    freezer.tick(timedelta(minutes=5))

    async with restarted(hass) as again:
        events = capture_messages(again)
        await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        assert [event.data["received_at"] for event in events] == [
            "2026-11-02T06:00:00.123000+00:00"
        ]


async def test_what_was_replayed_is_not_replayed_again(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
) -> None:
    """Neither by a reload nor by the next restart."""
    hass.set_state(CoreState.not_running)
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await receiver.deliver("sms")
    async with restarted(hass) as second:
        events = capture_messages(second)
        after = await Receiver.connect(second, lambda: aiohttp_client(second.http.app))
        assert len(events) == 1
        await after.reload()
        assert len(events) == 1
        async with restarted(second) as third:
            events = capture_messages(third)
            await Receiver.connect(third, lambda: aiohttp_client(third.http.app))
            assert events == []


async def test_what_was_delivered_is_not_delivered_again_after_a_restart(
    hass: HomeAssistant, receiver: Receiver, aiohttp_client: ClientSessionGenerator
) -> None:
    """However young it is."""
    for type_ in USUAL:
        await receiver.deliver(type_)
    async with restarted(hass) as again:
        events = capture_messages(again)
        await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        assert events == []


def shown(receiver: Receiver) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return what the sensors of messages show."""
    keys = [
        *((SIM_1, key) for key in ("last_sms", "last_ussd_response", "sms_received")),
        *((ACCOUNT, key) for key in ("last_whatsapp", "whatsapp_received")),
        (PHONE, "last_notification"),
    ]
    states = [receiver.state("sensor", source, key) for source, key in keys]
    return {state.entity_id: (state.state, dict(state.attributes)) for state in states}


async def test_counts_and_last_texts_come_back_from_the_database(
    hass: HomeAssistant, receiver: Receiver, aiohttp_client: ClientSessionGenerator
) -> None:
    """Home Assistant's own store of states is not needed for it."""
    for type_ in (*USUAL, *USUAL, "sms"):
        await receiver.deliver(type_)
    before = shown(receiver)
    async with restarted(hass) as again:
        assert not restore_state.async_get(again).last_states
        after = await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        assert shown(after) == before
        assert after.state("sensor", SIM_1, "sms_received").state == "3"


async def test_messages_held_before_a_restart_are_not_counted_twice(
    hass: HomeAssistant,
    receiver: Receiver,
    aiohttp_client: ClientSessionGenerator,
) -> None:
    """They are in the database, and they are delivered."""
    await receiver.deliver("sms", message="Text 1")
    assert await hass.config_entries.async_unload(ENTRY_ID)
    for number in (2, 3):
        await receiver.deliver("sms", message=f"Text {number}")
    async with restarted(hass, CoreState.not_running) as again:
        after = await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        assert after.state("sensor", SIM_1, "sms_received").state == "1"
        await start(again)
        assert after.state("sensor", SIM_1, "sms_received").state == "3"
        assert after.state("sensor", SIM_1, "last_sms").state == "Text 3"


@pytest.mark.parametrize("reloads", [1, 3])
async def test_messages_held_during_a_reload_are_not_counted_twice(
    receiver: Receiver, reloads: int
) -> None:
    """Nor by the reloads that follow."""
    hass = receiver.hass
    await receiver.deliver("sms")
    assert await hass.config_entries.async_unload(ENTRY_ID)
    for _ in range(2):
        await receiver.deliver("sms")
    assert await hass.config_entries.async_setup(ENTRY_ID)
    await hass.async_block_till_done()
    for _ in range(reloads):
        await receiver.reload()

    assert receiver.state("sensor", SIM_1, "sms_received").state == "3"


async def test_messages_held_while_home_assistant_starts_are_counted_once(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Also when the entry is reloaded before the start is over."""
    hass.set_state(CoreState.starting)
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    for _ in range(3):
        await receiver.deliver("sms")
    await receiver.reload()
    await receiver.deliver("sms")
    await receiver.reload()
    await start(hass)

    assert receiver.state("sensor", SIM_1, "sms_received").state == "4"


# Another database, another entry


async def test_another_database_begins_empty_and_the_old_one_stays(
    receiver: Receiver,
) -> None:
    """The counts begin anew, too, and the way back finds everything."""
    hass = receiver.hass
    other = database(hass).with_name("other.db")
    for _ in range(2):
        await receiver.deliver("sms")
    await receiver.set_options(database_url=f"sqlite:///{other}")
    assert receiver.state("sensor", SIM_1, "sms_received").state == "0"
    assert receiver.state("sensor", SIM_1, "last_sms").state == STATE_UNKNOWN
    events = capture_messages(hass)
    await receiver.deliver("sms", message="In the other one")
    assert receiver.state("sensor", SIM_1, "sms_received").state == "1"
    assert texts(other) == ["In the other one"]
    assert len(rows(database(hass))) == 2
    assert [event.data["message_id"] for event in events] == [1]

    await receiver.set_options()
    assert receiver.state("sensor", SIM_1, "sms_received").state == "2"
    assert len(events) == 1
    assert repairs(hass) == {}


async def test_what_was_held_when_the_database_was_changed_is_delivered(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
) -> None:
    """And what the new database gets then is still replayed if it was not delivered."""
    hass.set_state(CoreState.starting)
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    for _ in range(3):
        await receiver.deliver("sms")
    url = f"sqlite:///{database(hass).with_name('other.db')}"
    events = capture_messages(hass)
    await receiver.set_options(database_url=url)
    await start(hass)
    assert len(events) == 3

    assert await hass.config_entries.async_unload(ENTRY_ID)
    await receiver.deliver("sms", message="Held")
    async with restarted(hass) as again:
        events = capture_messages(again)
        await Receiver.connect(
            again,
            lambda: aiohttp_client(again.http.app),
            options={"database_url": url},
        )
        assert [event.data["message"] for event in events] == ["Held"]


async def test_removing_an_entry_deletes_its_messages_and_no_others(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """All of them, however many; those of another gateway stay."""
    other = add_entry(hass, webhook_id="other", secret="other secret")
    assert await hass.config_entries.async_setup(other.entry_id)
    second = Gateway(hass, gateway.client, "other")
    for number in range(120):
        await second.deliver(sms("other secret", id=number, rid=number))
    await gateway.accept([1])

    await hass.config_entries.async_remove(other.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert len(rows(database(hass))) == 1
    assert await gateway.deliver(sms(id=1, rid=1)) == DUPLICATE


async def test_deleting_a_phone_keeps_its_messages(receiver: Receiver) -> None:
    """The archive is not the list of devices; the count goes on when it is heard again."""
    hass = receiver.hass
    await receiver.deliver("sms", message="Before")
    dr.async_get(hass).async_remove_device(receiver.device_id("phone", PHONE))
    await hass.async_block_till_done()
    assert texts(database(hass)) == ["Before"]

    await receiver.deliver("sms", message="After")
    assert texts(database(hass)) == ["Before", "After"]
    assert receiver.state("sensor", SIM_1, "sms_received").state == "2"
