"""Sensors: the last text of each kind, counts, and how the gateway's deliveries fare."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.restore_state import RestoreEntity
from homeassistant.util import dt as dt_util

from . import ZenderConfigEntry
from .const import CONF_TEXTS_IN_STATES, SUBENTRY_USSD_CODE, TEXTS_NONE
from .delivery import signal_delivery
from .devices import Source, SourceKind
from .entity import MessageEntity, ZenderEntity, as_state, async_add_entities_of_sources
from .gateway.messages import MessageType
from .gateway_sensor import GATEWAY_SENSORS, GatewaySensor
from .one_time_code_sensor import ONE_TIME_CODES, OneTimeCodeSensor
from .refusals import Cause, Refusals, signal_refusals
from .subentries import async_add_entities_of_subentries
from .ussd_sensor import UssdCodeSensor

PARALLEL_UPDATES = 0

# In a burst, so many states are written at once, then one each so many seconds, the last one always.
BURST_WRITES: Final = 20
BURST_SECONDS: Final = 0.1


@dataclass(frozen=True, kw_only=True)
class ZenderSensorDescription(SensorEntityDescription):
    """A sensor and the kind of device that it is on."""

    source_kind: SourceKind


@dataclass(frozen=True, kw_only=True)
class LastMessageDescription(ZenderSensorDescription):
    """A sensor whose state is a text; `text_field` is where the event's data has it."""

    message_type: MessageType
    text_field: str


@dataclass(frozen=True, kw_only=True)
class CountDescription(ZenderSensorDescription):
    """A sensor that counts messages."""

    message_type: MessageType
    state_class: SensorStateClass = SensorStateClass.TOTAL_INCREASING


LAST_MESSAGES: Final = (
    LastMessageDescription(
        key="last_sms",
        translation_key="last_sms",
        source_kind=SourceKind.SIM,
        message_type=MessageType.SMS,
        text_field="message",
    ),
    LastMessageDescription(
        key="last_ussd_response",
        translation_key="last_ussd_response",
        source_kind=SourceKind.SIM,
        message_type=MessageType.USSD,
        text_field="response",
    ),
    LastMessageDescription(
        key="last_notification",
        translation_key="last_notification",
        source_kind=SourceKind.PHONE,
        message_type=MessageType.NOTIFICATION,
        text_field="content",
    ),
    LastMessageDescription(
        key="last_whatsapp",
        translation_key="last_whatsapp",
        source_kind=SourceKind.ACCOUNT,
        message_type=MessageType.WHATSAPP,
        text_field="message",
    ),
)

COUNTS: Final = (
    CountDescription(
        key="sms_received",
        translation_key="sms_received",
        source_kind=SourceKind.SIM,
        message_type=MessageType.SMS,
    ),
    CountDescription(
        key="notifications_received",
        translation_key="notifications_received",
        source_kind=SourceKind.PHONE,
        message_type=MessageType.NOTIFICATION,
        entity_registry_enabled_default=False,
    ),
    CountDescription(
        key="whatsapp_received",
        translation_key="whatsapp_received",
        source_kind=SourceKind.ACCOUNT,
        message_type=MessageType.WHATSAPP,
    ),
)

LAST_DELIVERY: Final = ZenderSensorDescription(
    key="last_delivery",
    translation_key="last_delivery",
    source_kind=SourceKind.GATEWAY,
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)

REJECTED_DELIVERIES: Final = ZenderSensorDescription(
    key="rejected_deliveries",
    translation_key="rejected_deliveries",
    source_kind=SourceKind.GATEWAY,
    state_class=SensorStateClass.TOTAL_INCREASING,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ZenderConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the gateway's sensors, those of all sources and those of USSD codes."""
    await async_add_entities_of_sources(entry, LAST_MESSAGES, LastMessageSensor)
    await async_add_entities_of_sources(entry, COUNTS, CountSensor)
    await async_add_entities_of_sources(entry, ONE_TIME_CODES, OneTimeCodeSensor)
    await async_add_entities_of_sources(entry, (LAST_DELIVERY,), LastDeliverySensor)
    await async_add_entities_of_sources(
        entry, (REJECTED_DELIVERIES,), RejectedDeliveriesSensor
    )
    if entry.runtime_data.api is not None:
        await async_add_entities_of_sources(entry, GATEWAY_SENSORS, GatewaySensor)
    async_add_entities_of_subentries(
        entry, SUBENTRY_USSD_CODE, UssdCodeSensor, async_add_entities
    )


class BurstSensor(ZenderEntity, SensorEntity):
    """A sensor that may skip states in a burst, but never the last one."""

    _used_until = float("-inf")
    _cancel_write: CALLBACK_TYPE | None = None

    @callback
    def _async_write(self) -> None:
        if self._cancel_write is not None:
            return
        now = self.hass.loop.time()
        # Every write uses up some time, which may lie so far back that a burst has as many as it may.
        self._used_until = BURST_SECONDS + max(
            self._used_until, now - BURST_WRITES * BURST_SECONDS
        )
        if self._used_until <= now:
            self.async_write_ha_state()
        else:
            self._cancel_write = async_call_later(
                self.hass,
                BURST_SECONDS,
                HassJob(self._async_write_last, cancel_on_shutdown=True),
            )

    @callback
    def _async_write_last(self, _now: datetime) -> None:
        self._cancel_write = None
        self.async_write_ha_state()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Write no more; what is restored later does not come from the state."""
        if self._cancel_write is not None:
            self._cancel_write()


class LastMessageSensor(MessageEntity, BurstSensor):
    """The text of the last message, its event's data as attributes."""

    entity_description: LastMessageDescription

    def __init__(
        self,
        entry: ZenderConfigEntry,
        source: Source,
        description: LastMessageDescription,
    ) -> None:
        """Begin without a message."""
        super().__init__(entry, source, description)
        self._message_type = description.message_type
        self._hides_texts = entry.options.get(CONF_TEXTS_IN_STATES) == TEXTS_NONE
        if self._hides_texts:
            self._attr_device_class = SensorDeviceClass.TIMESTAMP
        self._async_show(self._tally.last)

    @callback
    @override
    def _async_received(self, data: dict[str, Any]) -> None:
        self._async_show(data)
        self._async_write()

    @callback
    @override
    def _async_tally_changed(self) -> None:
        self._async_show(self._tally.last)
        self._async_write()

    @callback
    def _async_show(self, data: dict[str, Any] | None) -> None:
        """Show the text, or with hidden texts the time of the message."""
        if data is None:
            self._attr_extra_state_attributes = {}
            self._attr_native_value = None
            return
        self._attr_extra_state_attributes = self._without_hidden_texts(data)
        if self._hides_texts:
            self._attr_native_value = dt_util.parse_datetime(data["received_at"])
        else:
            text = data.get(self.entity_description.text_field)
            self._attr_native_value = None if text is None else as_state(text)


class CountSensor(MessageEntity, BurstSensor):
    """How many messages came since the integration was added."""

    entity_description: CountDescription

    def __init__(
        self, entry: ZenderConfigEntry, source: Source, description: CountDescription
    ) -> None:
        """Follow the description's kind of messages."""
        super().__init__(entry, source, description)
        self._message_type = description.message_type

    @property
    @override
    def native_value(self) -> int | None:
        """Return the count, None while the journal cannot tell it."""
        return self._tally.received

    @callback
    @override
    def _async_received(self, data: dict[str, Any]) -> None:
        self._async_write()

    @callback
    @override
    def _async_tally_changed(self) -> None:
        self._async_write()


class LastDeliverySensor(BurstSensor, RestoreSensor):
    """When the last message came, whatever it was."""

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the time, then follow."""
        await super().async_added_to_hass()
        if (stored := await self.async_get_last_sensor_data()) and isinstance(
            stored.native_value, datetime
        ):
            self._attr_native_value = stored.native_value
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, signal_delivery(self._entry.entry_id), self._async_delivered
            )
        )

    @callback
    def _async_delivered(self, received_at: datetime) -> None:
        self._attr_native_value = received_at
        self._async_write()


class RejectedDeliveriesSensor(BurstSensor, RestoreEntity):
    """How many deliveries were refused, the causes as attributes."""

    @override
    async def async_added_to_hass(self) -> None:
        """Add what was counted before Home Assistant started, then follow."""
        await super().async_added_to_hass()
        last = await self.async_get_last_state()
        attributes = last.attributes if last else {}
        self._refusals.async_restore(
            {cause: attributes[cause] for cause in Cause if cause in attributes}
        )
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, signal_refusals(self._entry.entry_id), self._async_write
            )
        )

    @property
    def _refusals(self) -> Refusals:
        return self._entry.runtime_data.webhook.refusals

    @property
    @override
    def native_value(self) -> int:
        """Return the sum over all causes."""
        return self._refusals.counts.total()

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the count of each cause."""
        return {cause.value: count for cause, count in self._refusals.counts.items()}
