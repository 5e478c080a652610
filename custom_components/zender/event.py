"""Event entities: one for each kind of message, fired by every message."""

from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.event import (
    EventEntity,
    EventEntityDescription,
    EventExtraStoredData,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import ZenderConfigEntry
from .devices import Source, SourceKind
from .entity import MessageEntity, async_add_entities_of_sources
from .events import FIELDS
from .gateway.messages import MessageType

PARALLEL_UPDATES = 0

EVENT_TYPE_RECEIVED: Final = "received"


@dataclass(frozen=True, kw_only=True)
class ZenderEventDescription(EventEntityDescription):
    """An event entity and the kind of device that it is on."""

    source_kind: SourceKind
    message_type: MessageType


EVENTS: Final = tuple(
    ZenderEventDescription(
        key=message_type,
        translation_key=message_type,
        event_types=[EVENT_TYPE_RECEIVED],
        source_kind=source_kind,
        message_type=message_type,
    )
    for message_type, source_kind in (
        (MessageType.SMS, SourceKind.SIM),
        (MessageType.USSD, SourceKind.SIM),
        (MessageType.NOTIFICATION, SourceKind.PHONE),
        (MessageType.WHATSAPP, SourceKind.ACCOUNT),
    )
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ZenderConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the event entities of all sources."""
    await async_add_entities_of_sources(entry, EVENTS, ZenderEvent)


class ZenderEvent(MessageEntity, EventEntity):
    """Fires `received` for every message, an equal one included."""

    entity_description: ZenderEventDescription
    # All of its attributes but the type of the event, with which the logbook makes its line.
    _unrecorded_attributes = FIELDS

    def __init__(
        self,
        entry: ZenderConfigEntry,
        source: Source,
        description: ZenderEventDescription,
    ) -> None:
        """Follow the description's kind of messages."""
        super().__init__(entry, source, description)
        self._message_type = description.message_type

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        """Restore the last message without what has been hidden since."""
        data = await super().async_get_last_event_data()
        if data is not None and data.last_event_attributes is not None:
            data.last_event_attributes = self._attributes(data.last_event_attributes)
        return data

    @callback
    @override
    def _async_received(self, data: dict[str, Any]) -> None:
        self._trigger_event(EVENT_TYPE_RECEIVED, self._attributes(data))
        self.async_write_ha_state()

    def _attributes(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the fields that can be kept out of the recorder, because their names are known."""
        shown = self._without_hidden_texts(data)
        return {field: value for field, value in shown.items() if field in FIELDS}
