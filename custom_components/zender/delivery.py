"""From an accepted message to entities and automations; the hold until they listen."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from .const import DOMAIN
from .devices import DeviceTree, Source
from .events import EVENT_TYPES, event_data
from .gateway.messages import Message, MessageType

_LOGGER = logging.getLogger(__name__)

# Enough for the minutes of a slow start; a shop receives some ten a minute.
MAX_HELD: Final = 2_000

type AddEntities = Callable[[list[Source]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Received:
    """An accepted message and when it came."""

    message: Message
    received_at: datetime


def signal_message(
    entry_id: str, source: Source, kind: MessageType
) -> SignalType[dict[str, Any]]:
    """Return the signal for the messages of one kind from one source; it carries the event's data."""
    return SignalType(f"{DOMAIN}_{entry_id}_{source.id}_{kind}")


def signal_delivery(entry_id: str) -> SignalType[datetime]:
    """Return the signal for every delivered message of an entry; it carries its time."""
    return SignalType(f"{DOMAIN}_{entry_id}_delivery")


class Inbox:
    """Holds an entry's messages, in order, until Home Assistant takes them.

    It outlives reloads, so what arrives during one is delivered after it.
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

    @callback
    def async_put(self, received: Received) -> bool:
        """Deliver a message, or hold it. Returns False when there is no room to hold it."""
        if len(self._held) >= MAX_HELD:
            return False
        self._held.append(received)
        self._async_schedule()
        return True

    @callback
    def async_open(self, deliver: Callable[[Received], Awaitable[None]]) -> None:
        """Deliver what is held, then what comes."""
        self._deliver = deliver
        self._async_schedule()

    @callback
    def async_close(self) -> None:
        """Hold again."""
        self._deliver = None

    @callback
    def _async_schedule(self) -> None:
        if self._deliver is not None and self._held and not self._delivering:
            self._delivering = True
            self._hass.async_create_task(
                self._async_deliver_all(), f"{DOMAIN} delivery", eager_start=True
            )

    async def _async_deliver_all(self) -> None:
        try:
            while self._deliver is not None and self._held:
                await _async_deliver_or_log(self._deliver, self._held.popleft())
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


class Delivery:
    """Delivers the messages of one entry."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with the devices that are known."""
        self._hass = hass
        self._entry_id = entry.entry_id
        self.devices = DeviceTree(hass, entry)
        self._platforms: list[AddEntities] = []

    async def async_add_platform(self, add_entities: AddEntities) -> None:
        """Add a platform's entities for every known source now, for new ones when they come."""
        self._platforms.append(add_entities)
        await add_entities(self.devices.sources)

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
            replayed=False,
        )
        async_dispatcher_send(
            self._hass, signal_message(self._entry_id, source, message.type), data
        )
        async_dispatcher_send(
            self._hass, signal_delivery(self._entry_id), received.received_at
        )
        self._hass.bus.async_fire(EVENT_TYPES[message.type], data)

    async def _async_add_source(self, message: Message, source: Source) -> str:
        new = self.devices.async_add(message)
        for add_entities in self._platforms:
            await add_entities(new)
        device_id = self.devices.async_device_id(source)
        assert device_id is not None
        return device_id
