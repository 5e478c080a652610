"""What is accepted is held until somebody listens, then delivered: all of it, in order, once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import delivery
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CoreState, Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.entity_platform import EntityPlatform

from .common import (
    ACCEPTED,
    OTHER_SECRET,
    WEBHOOK_ID,
    WRONG_SECRET,
    Answer,
    Gateway,
    add_entry,
    capture_messages,
    form,
    ids_of,
    rejected,
    set_up,
    sms,
)


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return the entry."""
    return add_entry(hass)


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event[Any]]:
    """Return the events of all messages, in order."""
    return capture_messages(hass)


class Gate:
    """Stands before a function of Home Assistant until it is opened."""

    def __init__(self, function: Callable[..., Awaitable[Any]]) -> None:
        """Begin closed."""
        self._function = function
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self, *args: Any) -> Any:
        """Wait, then call the function."""
        self.reached.set()
        await self.opened.wait()
        return await self._function(*args)


@pytest.mark.parametrize("error", [ConfigEntryNotReady, RuntimeError])
async def test_messages_are_held_while_the_set_up_fails_and_delivered_when_it_works(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    """The gateway never repeats a delivery: it must be answered and kept from the beginning."""

    async def fail(*_args: Any) -> None:
        raise error

    with monkeypatch.context() as failing:
        failing.setattr(hass.config_entries, "async_forward_entry_setups", fail)
        await set_up(hass)
        assert entry.state is not ConfigEntryState.LOADED
        gateway = Gateway(hass, await hass_client_no_auth())
        await gateway.accept(range(3))
        assert await gateway.deliver(sms(OTHER_SECRET)) == WRONG_SECRET
        await hass.config_entries.async_reload(entry.entry_id)
        await gateway.accept(range(3, 5))
        await hass.async_block_till_done()
        assert events == []

    assert await hass.config_entries.async_reload(entry.entry_id)
    await gateway.accept(range(5, 7))
    await hass.async_block_till_done()
    assert ids_of(events) == [0, 1, 2, 3, 4, 5, 6]
    assert rejected(hass) == {"invalid_secret": 1}


async def test_a_set_up_that_home_assistant_tries_again_by_itself_delivers_what_was_held(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Nobody has to do anything."""

    async def not_ready(*_args: Any) -> None:
        raise ConfigEntryNotReady

    with monkeypatch.context() as failing:
        failing.setattr(hass.config_entries, "async_forward_entry_setups", not_ready)
        await set_up(hass)
        gateway = Gateway(hass, await hass_client_no_auth())
        await gateway.accept(range(3))

    freezer.tick(timedelta(minutes=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert ids_of(events) == [0, 1, 2]


@pytest.mark.parametrize(
    "step", ["async_unload_platforms", "async_forward_entry_setups"]
)
async def test_messages_are_held_during_a_reload_and_delivered_after_it(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """While the entities go, and while they come: none lost, none twice, in order."""
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    await gateway.accept(range(2))
    gate = Gate(getattr(hass.config_entries, step))
    monkeypatch.setattr(hass.config_entries, step, gate)

    reload = hass.async_create_task(hass.config_entries.async_reload(entry.entry_id))
    await gate.reached.wait()
    await gateway.accept(range(2, 5))
    assert ids_of(events) == [0, 1]
    gate.opened.set()
    assert await reload
    await gateway.accept(range(5, 7))
    await hass.async_block_till_done()

    assert ids_of(events) == [0, 1, 2, 3, 4, 5, 6]
    last = hass.states.get("sensor.sample_phone_sim_1_last_sms")
    assert last is not None and last.attributes["id"] == 6


async def test_messages_that_come_while_the_entry_is_reloaded_again_and_again_come_once(
    hass: HomeAssistant, entry: MockConfigEntry, events: list[Event[Any]]
) -> None:
    """From phones never seen before, whose entities have to be added first."""
    await set_up(hass)
    bodies = [
        form(sms(id=number, rid=number, device=f"phone {number % 7}"))
        for number in range(60)
    ]

    async def post(body: bytes, webhook_id: str = WEBHOOK_ID) -> Answer:
        gateway = Gateway(hass, None, webhook_id)  # type: ignore[arg-type]
        return await gateway.post_through_cloud(body)

    for start in range(0, 60, 20):
        reload = hass.async_create_task(
            hass.config_entries.async_reload(entry.entry_id)
        )
        for body in bodies[start : start + 20]:
            assert await post(body) == ACCEPTED
            await asyncio.sleep(0)
        assert await reload
    await hass.async_block_till_done()

    assert ids_of(events) == list(range(60))


@pytest.mark.parametrize("state", [CoreState.not_running, CoreState.starting])
async def test_messages_are_held_until_home_assistant_has_started(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    state: CoreState,
) -> None:
    """Automations listen only then; the entry may even be reloaded before."""
    hass.set_state(state)
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    await gateway.accept(range(2))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await gateway.accept(range(2, 4))
    await hass.async_block_till_done()
    assert events == []

    await hass.async_start()
    await gateway.accept(range(4, 6))
    await hass.async_block_till_done()
    assert ids_of(events) == [0, 1, 2, 3, 4, 5]
    assert {event.data["replayed"] for event in events} == {False}


async def test_an_entry_unloaded_before_the_start_holds_on_after_it(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Its entities are not there to take anything."""
    hass.set_state(CoreState.not_running)
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    assert await hass.config_entries.async_unload(entry.entry_id)
    await gateway.accept([0])
    await hass.async_start()
    await hass.async_block_till_done()
    assert events == []

    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert ids_of(events) == [0]


async def test_received_at_is_when_the_message_came_and_not_when_it_was_delivered(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A slow start must not make old messages look new."""
    freezer.move_to("2026-11-02T06:00:00+00:00")
    hass.set_state(CoreState.not_running)
    await set_up(hass)
    await Gateway(hass, await hass_client_no_auth()).accept([0])
    freezer.tick(timedelta(minutes=3))
    await hass.async_start()
    await hass.async_block_till_done()

    assert [event.data["received_at"] for event in events] == [
        "2026-11-02T06:00:00+00:00"
    ]


async def test_the_webhook_listens_also_when_the_set_up_is_never_reached(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The webhooks are there before anything else of ours."""

    async def fail(*_args: Any) -> bool:
        raise RuntimeError

    with monkeypatch.context() as failing:
        failing.setattr("custom_components.zender.async_setup_entry", fail)
        await set_up(hass)
        await Gateway(hass, await hass_client_no_auth()).accept(range(2))

    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert ids_of(events) == [0, 1]


async def test_a_message_does_not_overtake_one_from_a_phone_never_seen_before(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The new phone's entities take a moment; what follows waits for them."""
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    await gateway.accept([0])
    gate = Gate(EntityPlatform.async_add_entities)

    async def add_when_opened(*args: Any) -> None:
        await gate(*args)

    monkeypatch.setattr(EntityPlatform, "async_add_entities", add_when_opened)
    assert await gateway.deliver(sms(id=1, device="a new phone")) == ACCEPTED
    await gateway.accept([2])
    assert ids_of(events) == [0]
    gate.opened.set()
    await hass.async_block_till_done()

    assert ids_of(events) == [0, 1, 2]


async def test_a_platform_that_fails_does_not_keep_messages_from_automations(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without sensors there still are events."""

    async def fail(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("custom_components.zender.sensor.async_setup_entry", fail)
    await set_up(hass)
    await Gateway(hass, await hass_client_no_auth()).accept(range(2))
    await hass.async_block_till_done()

    assert ids_of(events) == [0, 1]
    assert hass.states.get("event.sample_phone_sim_1_sms") is not None


async def test_a_message_that_cannot_be_delivered_does_not_keep_the_next_ones_back(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever goes wrong with it; the log says so, without what the error says."""
    hass.set_state(CoreState.not_running)
    await set_up(hass)
    await Gateway(hass, await hass_client_no_auth()).accept(range(4))
    make_data = delivery.event_data

    def fail(message: Any, **ours: Any) -> dict[str, Any]:
        if message.id == 1:
            raise ValueError("Hello World!")
        return make_data(message, **ours)

    monkeypatch.setattr(delivery, "event_data", fail)
    await hass.async_start()
    await hass.async_block_till_done()

    assert ids_of(events) == [0, 2, 3]
    assert [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.ERROR
    ] == ["A message was not delivered: ValueError"]


async def test_an_entry_whose_entities_cannot_be_unloaded_goes_on_delivering(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What came while that was tried is delivered, too."""
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())

    async def refuse(*_args: Any) -> bool:
        await gateway.accept([1])
        assert events == []
        return False

    with monkeypatch.context() as refusing:
        refusing.setattr(hass.config_entries, "async_unload_platforms", refuse)
        assert not await hass.config_entries.async_unload(entry.entry_id)
    await gateway.accept([2])
    await hass.async_block_till_done()

    assert ids_of(events) == [1, 2]
