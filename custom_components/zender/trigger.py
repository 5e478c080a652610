"""Triggers for automations: a message came, and it is one of those that were asked for."""

from collections.abc import Mapping
import logging
from typing import Any, ClassVar, Final, override

import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID, CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN
from .events import EVENT_TYPES
from .expressions import TooSlowError
from .gateway.messages import MessageType
from .journal.folding import fold
from .message_filter import (
    CONF_CHATS,
    CONF_CODE,
    CONF_CONTAINS,
    CONF_EQUALS,
    CONF_IGNORE_REPLAYED,
    CONF_ONE_TIME_CODE,
    CONF_PACKAGE,
    CONF_PATTERN,
    CONF_SENDERS,
    CONF_STARTS_WITH,
    Chats,
    InvalidFilterError,
    MessageFilter,
    OneTimeCode,
)

_LOGGER = logging.getLogger(__name__)

# Compared with nothing, every text would match.
_NOTHING: Final = fold("")


def _text(value: Any) -> str:
    """Return a text that something can be compared with. Raises vol.Invalid."""
    text = cv.string(value)
    if fold(text) == _NOTHING:
        raise vol.Invalid("a text is empty")
    return text


_TEXTS: Final = vol.All(cv.ensure_list, [_text])

_ALL: Final[Mapping[vol.Optional, Any]] = {
    vol.Optional(ATTR_DEVICE_ID): vol.All(cv.ensure_list, [cv.string]),
    vol.Optional(CONF_CONTAINS): _TEXTS,
    vol.Optional(CONF_EQUALS): _TEXTS,
    vol.Optional(CONF_STARTS_WITH): _TEXTS,
    vol.Optional(CONF_PATTERN): _text,
    vol.Optional(CONF_IGNORE_REPLAYED, default=True): cv.boolean,
}
_WRITTEN: Final[Mapping[vol.Optional, Any]] = {
    # Nobody is not everybody.
    vol.Optional(CONF_SENDERS): vol.All(_TEXTS, vol.Length(min=1)),
    vol.Optional(CONF_ONE_TIME_CODE): vol.Coerce(OneTimeCode),
}
OPTIONS: Final[Mapping[MessageType, Mapping[vol.Optional, Any]]] = {
    MessageType.SMS: {**_ALL, **_WRITTEN},
    MessageType.WHATSAPP: {
        **_ALL,
        **_WRITTEN,
        vol.Optional(CONF_CHATS): vol.Coerce(Chats),
    },
    MessageType.USSD: {**_ALL, vol.Optional(CONF_CODE): _TEXTS},
    MessageType.NOTIFICATION: {**_ALL, vol.Optional(CONF_PACKAGE): _TEXTS},
}


class MessageTrigger(Trigger):
    """Fires for the messages of one kind. It listens to their events, which outlive a reload."""

    kind: ClassVar[MessageType]
    _said: ClassVar[str]

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Return the options, complete. Raises vol.Invalid."""
        schema = vol.Schema(
            {vol.Optional(CONF_OPTIONS, default={}): dict(OPTIONS[cls.kind])}
        )
        checked: ConfigType = schema(config)
        options = checked[CONF_OPTIONS]
        for device_id in options.get(ATTR_DEVICE_ID, ()):
            _check_device(hass, device_id)
        try:
            await _async_filter(hass, cls.kind, options)
        except InvalidFilterError as error:
            raise vol.Invalid(str(error)) from None
        return checked

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the options."""
        super().__init__(hass, config)
        assert config.options is not None
        self._options = config.options
        self._device_ids = frozenset(config.options.get(ATTR_DEVICE_ID, ()))

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run actions for the messages that match, from now on. Returns what ends it."""
        wanted = await _async_filter(self._hass, self.kind, self._options)
        has_warned = False

        @callback
        def give_up(event: Event[Any]) -> None:
            nonlocal has_warned
            if not has_warned:
                has_warned = True
                _LOGGER.warning(
                    "The regular expression of a trigger takes too long for a message, which does not fire it"
                )
            if did_not_trigger is not None:
                did_not_trigger(NotTriggeredInfo("pattern_too_slow"), event.context)

        @callback
        def received(event: Event[Any]) -> None:
            data = dict(event.data)
            devices = self._async_devices(data[ATTR_DEVICE_ID])
            if self._device_ids and self._device_ids.isdisjoint(devices):
                return
            try:
                found = wanted.find(data)
            except TooSlowError:
                give_up(event)
                return
            if found is not None:
                run_action(
                    {
                        "event": data,
                        "groups": found.groups,
                        "named_groups": found.named_groups,
                    },
                    _description(self._said, next(iter(devices.values()), None)),
                    event.context,
                )

        return self._hass.bus.async_listen(EVENT_TYPES[self.kind], received)

    @callback
    def _async_devices(self, device_id: str) -> dict[str, dr.AnyDeviceEntry]:
        """Return a message's device and those that include it: a SIM's phone, the gateway."""
        registry = dr.async_get(self._hass)
        devices: dict[str, dr.AnyDeviceEntry] = {}
        above: str | None = device_id
        while above is not None and (device := registry.async_get(above)) is not None:
            devices[above] = device
            above = (
                device.parent_device_id
                if isinstance(device, dr.ChildDeviceEntry)
                else device.via_device_id
            )
        return devices


async def _async_filter(
    hass: HomeAssistant, kind: MessageType, options: Mapping[str, Any]
) -> MessageFilter:
    return await hass.async_add_executor_job(
        MessageFilter, kind, options, hass.config.country
    )


@callback
def _check_device(hass: HomeAssistant, device_id: str) -> None:
    """Check that a device receives messages. One that was deleted may come back. Raises vol.Invalid."""
    device = dr.async_get(hass).async_get(device_id)
    if device is None:
        return
    is_ours = any(domain == DOMAIN for domain, *_ in device.identifiers)
    # What was added by hand is a contact or a USSD code.
    if not is_ours or device.config_subentry_id is not None:
        raise vol.Invalid(f"The device {device_id} receives no messages")


def _description(said: str, device: dr.AnyDeviceEntry | None) -> str:
    """Return what the logbook says: neither a text nor a number."""
    name = device and (device.name_by_user or device.name)
    return f"{said} on {name}" if name else said


class SmsReceivedTrigger(MessageTrigger):
    """An SMS came."""

    kind = MessageType.SMS
    _said = "SMS"


class WhatsAppReceivedTrigger(MessageTrigger):
    """A WhatsApp chat came."""

    kind = MessageType.WHATSAPP
    _said = "WhatsApp message"


class UssdReceivedTrigger(MessageTrigger):
    """The response to a USSD code came."""

    kind = MessageType.USSD
    _said = "USSD response"


class NotificationReceivedTrigger(MessageTrigger):
    """An app showed a notification."""

    kind = MessageType.NOTIFICATION
    _said = "app notification"


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "sms_received": SmsReceivedTrigger,
    "whatsapp_received": WhatsAppReceivedTrigger,
    "ussd_received": UssdReceivedTrigger,
    "notification_received": NotificationReceivedTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by their names."""
    return TRIGGERS
