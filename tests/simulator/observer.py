"""What Home Assistant lets the world know: our events on its bus, and the states of our entities."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from .client import CommandError, Subscription, WebSocket

EVENT_TYPES: Final = (
    "zender_sms_received",
    "zender_whatsapp_received",
    "zender_ussd_received",
    "zender_notification_received",
)
ENTITY_KEYS: Final = (
    "sms",
    "ussd",
    "notification",
    "whatsapp",
    "last_sms",
    "last_ussd_response",
    "last_notification",
    "last_whatsapp",
    "sms_received",
    "notifications_received",
    "whatsapp_received",
    "last_delivery",
    "rejected_deliveries",
)


@dataclass(frozen=True, slots=True)
class Fired:
    """An event on the bus."""

    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """A new state of one of our entities; the kind is its domain and key, such as sensor.last_sms."""

    entity_id: str
    kind: str
    state: str
    attributes: dict[str, Any]


type Seen = Fired | Changed


class Observer:
    """Notes everything in order."""

    def __init__(self, websocket: WebSocket, entry_id: str) -> None:
        """Observe one config entry."""
        self.seen: list[Seen] = []
        self._websocket = websocket
        self._entry_id = entry_id
        self._kinds: dict[str, str | None] = {}
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Subscribe."""
        events = Subscription()
        for event_type in (*EVENT_TYPES, "state_changed"):
            await self._websocket.subscribe(
                "subscribe_events", into=events, event_type=event_type
            )
        self._task = asyncio.create_task(self._note(events))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Look away."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def wait_until(self, enough: Callable[[], bool], timeout: float) -> bool:
        """Wait until what was seen is enough, or too much time went by."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(enough)
        return enough()

    async def _note(self, events: Subscription) -> None:
        async for event in events:
            seen = await self._recognize(event)
            if seen is not None:
                async with self._news:
                    self.seen.append(seen)
                    self._news.notify_all()

    async def _recognize(self, event: dict[str, Any]) -> Seen | None:
        data = event["data"]
        if event["event_type"] != "state_changed":
            return (
                Fired(event["event_type"], data)
                if data["config_entry_id"] == self._entry_id
                else None
            )
        if (
            data["new_state"] is None
            or (kind := await self._kind(data["entity_id"])) is None
        ):
            return None
        return Changed(
            data["entity_id"],
            kind,
            data["new_state"]["state"],
            data["new_state"]["attributes"],
        )

    async def _kind(self, entity_id: str) -> str | None:
        """Return an entity's domain and key if it is ours."""
        if entity_id not in self._kinds:
            self._kinds[entity_id] = None
            with suppress(CommandError):
                entry = await self._websocket.call(
                    "config/entity_registry/get", entity_id=entity_id
                )
                if entry["config_entry_id"] == self._entry_id:
                    self._kinds[entity_id] = (
                        f"{entity_id.partition('.')[0]}.{_key(entry['unique_id'])}"
                    )
        return self._kinds[entity_id]


def _key(unique_id: str) -> str:
    """Return the key at the end of a unique id: the longest, since last_sms ends with sms."""
    keys = [key for key in ENTITY_KEYS if unique_id.endswith(f"_{key}")]
    return max(keys, key=len, default=unique_id)
