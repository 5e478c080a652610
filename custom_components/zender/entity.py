"""What the entities of all platforms have in common."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol, override

from homeassistant.const import MATCH_ALL, MAX_LENGTH_STATE_STATE
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import async_get_current_platform
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from . import ZenderConfigEntry
from .const import CONF_TEXTS_IN_STATES, TEXTS_NONE
from .coordinator import GatewayState, ZenderCoordinator
from .delivery import Tally, signal_message, signal_tally
from .devices import Source, SourceKind
from .events import FIELDS
from .gateway.messages import MessageType

# A field that only the gateway knows may hold a text, too.
_FIELDS_WITHOUT_TEXTS: Final = FIELDS - {
    "message",
    "response",
    "title",
    "content",
    "one_time_code",
}


def as_state(text: str) -> str:
    """Return a text as a state shows it: with an ellipsis when it is too long for one."""
    if len(text) <= MAX_LENGTH_STATE_STATE:
        return text
    return text[: MAX_LENGTH_STATE_STATE - 1] + "…"


class ZenderEntityDescription(Protocol):
    """Says on which devices an entity is."""

    @property
    def source_kind(self) -> SourceKind:
        """The kind of device."""


async def async_add_entities_of_sources[D: ZenderEntityDescription](
    entry: ZenderConfigEntry,
    descriptions: Iterable[D],
    factory: Callable[[ZenderConfigEntry, Source, D], Entity],
) -> None:
    """Add a platform's entities for every known source, and for new ones when they are heard."""
    platform = async_get_current_platform()

    async def add_entities(sources: list[Source]) -> None:
        await platform.async_add_entities(
            [
                factory(entry, source, description)
                for source in sources
                for description in descriptions
                if description.source_kind is source.kind
            ]
        )

    await entry.runtime_data.delivery.async_add_platform(add_entities)


class ZenderEntity(Entity):
    """An entity of one source."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # Texts and senders are private, and so may be fields that only some gateway knows.
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(
        self, entry: ZenderConfigEntry, source: Source, description: EntityDescription
    ) -> None:
        """Identify the entity within its entry and source."""
        self.entity_description = description
        self._entry = entry
        self._source = source
        self._attr_unique_id = f"{entry.entry_id}_{source.id}_{description.key}"
        self.device_entry = entry.runtime_data.delivery.devices.async_device(source)

    def _without_hidden_texts(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return an event's data without the texts that the user does not want in states."""
        if self._entry.options.get(CONF_TEXTS_IN_STATES) != TEXTS_NONE:
            return data
        return {
            field: value
            for field, value in data.items()
            if field in _FIELDS_WITHOUT_TEXTS
        }


class CoordinatedEntity(CoordinatorEntity[ZenderCoordinator], ZenderEntity):
    """An entity that shows what the gateway tells of itself; only for entries with a key."""

    def __init__(
        self, entry: ZenderConfigEntry, source: Source, description: EntityDescription
    ) -> None:
        """Follow the entry's coordinator."""
        assert entry.runtime_data.api is not None
        super().__init__(entry.runtime_data.api.coordinator)
        ZenderEntity.__init__(self, entry, source, description)

    @property
    def _gateway(self) -> GatewayState | None:
        """What the gateway told last, None before it was asked."""
        state: GatewayState | None = self.coordinator.data
        return state


class MessageEntity(ZenderEntity):
    """An entity that follows the messages of one kind from its source."""

    _message_type: MessageType

    @property
    def _tally(self) -> Tally:
        """What came of this kind from this source."""
        return self._entry.runtime_data.delivery.async_tally(
            self._source, self._message_type
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Begin to follow."""
        await super().async_added_to_hass()
        what = (self._entry.entry_id, self._source, self._message_type)
        for unfollow in (
            async_dispatcher_connect(
                self.hass, signal_message(*what), self._async_received
            ),
            async_dispatcher_connect(
                self.hass, signal_tally(*what), self._async_tally_changed
            ),
        ):
            self.async_on_remove(unfollow)

    @callback
    @abstractmethod
    def _async_received(self, data: dict[str, Any]) -> None:
        """Take a message's event data, which is shared and not to be changed."""

    @callback
    def _async_tally_changed(self) -> None:
        """Follow a change that no message made."""
