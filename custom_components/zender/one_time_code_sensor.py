"""The last one-time code of each SIM and account, for as long as one is good for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from . import ZenderConfigEntry
from .const import CONF_TEXTS_IN_STATES, TEXTS_NONE
from .devices import Source, SourceKind
from .entity import MessageEntity
from .gateway.messages import MessageType

ATTR_CODE: Final = "code"
SHOWN_FOR: Final = timedelta(minutes=10)
"""Counted from when the code came."""


@dataclass(frozen=True, kw_only=True)
class OneTimeCodeDescription(SensorEntityDescription):
    """A sensor of codes, and the messages that bring them."""

    key: str = "last_one_time_code"
    translation_key: str | None = "last_one_time_code"
    device_class: SensorDeviceClass | None = SensorDeviceClass.TIMESTAMP
    entity_registry_enabled_default: bool = False
    source_kind: SourceKind
    message_type: MessageType


ONE_TIME_CODES: Final = (
    OneTimeCodeDescription(source_kind=SourceKind.SIM, message_type=MessageType.SMS),
    OneTimeCodeDescription(
        source_kind=SourceKind.ACCOUNT, message_type=MessageType.WHATSAPP
    ),
)


class OneTimeCodeSensor(MessageEntity, SensorEntity):
    """When the last code came, the code as an attribute; after a while neither."""

    _cancel_clear: CALLBACK_TYPE | None = None

    def __init__(
        self,
        entry: ZenderConfigEntry,
        source: Source,
        description: OneTimeCodeDescription,
    ) -> None:
        """Follow the description's kind of messages."""
        super().__init__(entry, source, description)
        self._message_type = description.message_type
        self._hides_texts = entry.options.get(CONF_TEXTS_IN_STATES) == TEXTS_NONE

    @override
    async def async_added_to_hass(self) -> None:
        """Show the last message's code if it is still young, then follow."""
        await super().async_added_to_hass()
        if (last := self._tally.last) is not None:
            self._async_show(last, _sent_at(last))

    @callback
    @override
    def _async_received(self, data: dict[str, Any]) -> None:
        came_at = _sent_at(data) if data["replayed"] else _received_at(data)
        if self._async_show(data, came_at):
            self.async_write_ha_state()

    @callback
    @override
    def _async_tally_changed(self) -> None:
        if self._tally.last is None:
            self._async_clear(dt_util.utcnow())

    @callback
    def _async_show(self, data: dict[str, Any], came_at: datetime) -> bool:
        """Return whether there is a code that is young, and newer than the one shown."""
        left = SHOWN_FOR - (dt_util.utcnow() - came_at)
        shown = self._attr_native_value
        if (
            data["one_time_code"] is None
            or left <= timedelta(0)
            or (isinstance(shown, datetime) and came_at < shown)
        ):
            return False
        self._attr_native_value = came_at
        if not self._hides_texts:
            self._attr_extra_state_attributes = {ATTR_CODE: data["one_time_code"]}
        self._async_cancel_clear()
        self._cancel_clear = async_call_later(
            self.hass, left, HassJob(self._async_clear, cancel_on_shutdown=True)
        )
        return True

    @callback
    def _async_clear(self, _now: datetime) -> None:
        self._async_cancel_clear()
        self._attr_native_value = None
        self._attr_extra_state_attributes = {}
        self.async_write_ha_state()

    @callback
    def _async_cancel_clear(self) -> None:
        if self._cancel_clear is not None:
            self._cancel_clear()
            self._cancel_clear = None

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Clear nothing any more."""
        self._async_cancel_clear()


def _received_at(data: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(data["received_at"])


def _sent_at(data: dict[str, Any]) -> datetime:
    """Return when a message came to the gateway, which may have been long before it was fetched."""
    return min(_received_at(data), dt_util.utc_from_timestamp(data["timestamp"]))
