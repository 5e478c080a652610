"""From an accepted message to entities and automations; the hold until they listen."""

import asyncio
from collections import deque
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from .const import DOMAIN
from .devices import DeviceTree, Source
from .events import EVENT_TYPES, event_data
from .gateway.api import Account, Phone
from .gateway.messages import Message, MessageType
from .journal.queries import Total
from .journal.records import Record, StoredMessage

_LOGGER = logging.getLogger(__name__)

# Enough for the minutes of a slow start; a shop receives some ten a minute.
MAX_HELD: Final = 2_000

type AddEntities = Callable[[list[Source]], Awaitable[None]]


def now() -> datetime:
    """Return the time to the millisecond: that is how the journal keeps it."""
    time = dt_util.utcnow()
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


@dataclass(slots=True, eq=False)
class Received:
    """An accepted message, when it came, and how far it got."""

    message: Message
    received_at: datetime
    replayed: bool = False
    message_id: int | None = None
    """None until the journal has it."""
    record: Record | None = None
    """What the journal is to keep of it."""
    is_fetched: bool = False
    """Whether it was fetched from the gateway, which did not deliver it."""
    is_only_kept: bool = False
    """Whether it is too old to be delivered."""
    is_passed_on: bool = False
    is_delivered: bool = False

    @classmethod
    def now(cls, message: Message) -> Self:
        """Receive a message now."""
        return cls(message, now())


def signal_message(
    entry_id: str, source: Source, kind: MessageType
) -> SignalType[dict[str, Any]]:
    """Return the signal for the messages of one kind from one source; it carries the event's data."""
    return SignalType(f"{DOMAIN}_{entry_id}_{source.id}_{kind}")


def signal_delivery(entry_id: str) -> SignalType[datetime]:
    """Return the signal for every delivered message of an entry; it carries its time."""
    return SignalType(f"{DOMAIN}_{entry_id}_delivery")


def signal_tally(entry_id: str, source: Source, kind: MessageType) -> SignalType[()]:
    """Return the signal that the tally of one kind from one source changed without a message."""
    return SignalType(f"{DOMAIN}_{entry_id}_{source.id}_{kind}_tally")


def signal_deletion(entry_id: str) -> SignalType[()]:
    """Return the signal that messages of an entry were deleted."""
    return SignalType(f"{DOMAIN}_{entry_id}_deletion")


class Inbox:
    """Holds an entry's messages, in order, until Home Assistant takes them.

    It outlives reloads, so what arrives during one is delivered after it. When Home Assistant stops, it starts
    no automation any more: what comes then is for the next start.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin closed: everything is held."""
        self._hass = hass
        self._held: deque[Received] = deque()
        self._deliver: Callable[[Received], Awaitable[None]] | None = None
        self._delivering = False

    def __len__(self) -> int:
        """Return how many messages wait."""
        return len(self._held)

    def __iter__(self) -> Iterator[Received]:
        """Return the messages that wait."""
        return iter(self._held)

    @property
    def is_full(self) -> bool:
        """Return whether no more messages should be accepted."""
        return len(self._held) >= MAX_HELD

    @callback
    def async_put(self, received: Received) -> None:
        """Deliver a message, or hold it."""
        self._held.append(received)
        self._async_schedule()

    @callback
    def async_put_first(self, received: Sequence[Received]) -> None:
        """Hold messages that are older than those that wait."""
        self._held.extendleft(reversed(received))

    @callback
    def async_withdraw(self, received: Received) -> None:
        """Hold a message no longer, if it waits."""
        if received in self._held:
            self._held.remove(received)

    @callback
    def async_open(self, deliver: Callable[[Received], Awaitable[None]]) -> None:
        """Deliver what is held, then what comes."""
        self._deliver = deliver
        self._async_schedule()

    @callback
    def async_close(self) -> None:
        """Hold again."""
        self._deliver = None

    @property
    def _next_delivery(self) -> Callable[[Received], Awaitable[None]] | None:
        """How the next message is delivered, None if it is to be held or there is none."""
        return self._deliver if self._held and not self._hass.is_stopping else None

    @callback
    def _async_schedule(self) -> None:
        if self._next_delivery is not None and not self._delivering:
            self._delivering = True
            self._hass.async_create_task(
                self._async_deliver_all(), f"{DOMAIN} delivery", eager_start=True
            )

    async def _async_deliver_all(self) -> None:
        try:
            while (deliver := self._next_delivery) is not None:
                await _async_deliver_or_log(deliver, self._held.popleft())
                if self._held:
                    await asyncio.sleep(0)  # many may wait: let others have a turn
        finally:
            self._delivering = False


async def _async_deliver_or_log(
    deliver: Callable[[Received], Awaitable[None]], received: Received
) -> None:
    """Deliver a message; when that fails, the next ones must come nevertheless."""
    try:
        await deliver(received)
    except Exception as error:
        # The error's text may hold what is private.
        _LOGGER.error("A message was not delivered: %s", type(error).__name__)
        _LOGGER.debug("Why a message was not delivered", exc_info=True)


@dataclass(slots=True)
class Tally:
    """The messages of one kind from one source."""

    received: int | None
    """None when the journal could not tell what came before."""
    last: dict[str, Any] | None = None
    """The event data of the last one."""


class Delivery:
    """Delivers the messages of one entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        totals: Iterable[Total] | None,
        held: Iterable[Received],
    ) -> None:
        """Begin with the devices that are known, and with what the journal counted, if it could tell.

        What it counted and is still held will be counted when it is delivered.
        """
        self._hass = hass
        self._entry_id = entry.entry_id
        self.devices = DeviceTree(hass, entry)
        self._is_counting = totals is not None
        self._tallies: dict[tuple[Source, MessageType], Tally] = {}
        for total in totals or ():
            self._async_restore(total)
        for received in held:
            self._async_uncount(received)
        self._platforms: list[AddEntities] = []

    @callback
    def async_tally(self, source: Source, message_type: MessageType) -> Tally:
        """Return what came of one kind from one source."""
        return self._tallies.setdefault(
            (source, message_type), Tally(0 if self._is_counting else None)
        )

    async def async_add_platform(self, add_entities: AddEntities) -> None:
        """Add a platform's entities for every known source now, for new ones when they come."""
        self._platforms.append(add_entities)
        await add_entities(self.devices.sources)

    async def async_update_devices(
        self, phones: Iterable[Phone], accounts: Mapping[str, Account]
    ) -> None:
        """Make and name the devices of what the gateway lists; accounts by their numbers."""
        await self._async_add_entities(self.devices.async_update(phones, accounts))

    async def async_deliver(self, received: Received) -> None:
        """Signal a message to its entities, then fire its event.

        In this order, so that an automation that the event starts sees the new states.
        """
        message = received.message
        source = self.devices.async_source_of(message)
        if (device_id := self.devices.async_device_id(source)) is None:
            device_id = await self._async_add_source(message, source)
        data = event_data(
            message,
            config_entry_id=self._entry_id,
            device_id=device_id,
            received_at=received.received_at,
            replayed=received.replayed,
            message_id=received.message_id,
        )
        tally = self.async_tally(source, message.type)
        tally.last = data
        if tally.received is not None:
            tally.received += 1
        async_dispatcher_send(
            self._hass, signal_message(self._entry_id, source, message.type), data
        )
        async_dispatcher_send(
            self._hass, signal_delivery(self._entry_id), received.received_at
        )
        self._hass.bus.async_fire(EVENT_TYPES[message.type], data)

    @callback
    def async_count(self, message: Message) -> None:
        """Count a message that is only kept."""
        source = self.devices.async_source_of(message)
        tally = self.async_tally(source, message.type)
        if tally.received is not None:
            tally.received += 1
        self._async_signal_tally(source, message.type)

    async def _async_add_source(self, message: Message, source: Source) -> str:
        await self._async_add_entities(self.devices.async_add(message))
        device_id = self.devices.async_device_id(source)
        assert device_id is not None
        return device_id

    async def _async_add_entities(self, new: list[Source]) -> None:
        for add_entities in self._platforms:
            await add_entities(new)

    @callback
    def _async_restore(self, total: Total) -> None:
        source = self.devices.async_source(total.kind, total.source, total.sim)
        tally = self.async_tally(source, total.kind)
        tally.received = (tally.received or 0) + total.received
        device_id = self.devices.async_device_id(source)
        if total.last is None or device_id is None:
            return
        if tally.last is None or tally.last["message_id"] < total.last.id:
            tally.last = self.async_event_data(total.last, device_id)

    @callback
    def _async_uncount(self, received: Received) -> None:
        if received.message_id is None:
            return
        message = received.message
        tally = self.async_tally(self.devices.async_source_of(message), message.type)
        if tally.received:
            tally.received -= 1
        if tally.last and tally.last["message_id"] >= received.message_id:
            tally.last = None

    @property
    def last_ids(self) -> set[int]:
        """Return the last messages that the journal has of each kind from each source."""
        return {
            tally.last["message_id"]
            for tally in self._tallies.values()
            if tally.last and tally.last["message_id"] is not None
        }

    @callback
    def async_withdraw(self, message_ids: Collection[int]) -> None:
        """Show these messages no longer."""
        for (source, kind), tally in self._tallies.items():
            if tally.last and tally.last["message_id"] in message_ids:
                tally.last = None
                self._async_signal_tally(source, kind)
        async_dispatcher_send(self._hass, signal_deletion(self._entry_id))

    @callback
    def _async_signal_tally(self, source: Source, kind: MessageType) -> None:
        async_dispatcher_send(self._hass, signal_tally(self._entry_id, source, kind))

    @callback
    def async_event_data(
        self, stored: StoredMessage, device_id: str | None
    ) -> dict[str, Any]:
        """Return the data that a message's event had."""
        return event_data(
            stored.message,
            config_entry_id=self._entry_id,
            device_id=device_id,
            received_at=stored.received_at,
            replayed=False,
            message_id=stored.id,
        )
