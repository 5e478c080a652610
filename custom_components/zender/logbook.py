"""Makes each message a line of the logbook: who wrote where, without the text."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import CONF_ADDRESS
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import LOCALE_EN, async_get_cached_translations
from homeassistant.util.event_type import EventType

from .const import DOMAIN, MANUFACTURER, SUBENTRY_CONTACT
from .events import (
    EVENT_NOTIFICATION_RECEIVED,
    EVENT_SMS_RECEIVED,
    EVENT_USSD_RECEIVED,
    EVENT_WHATSAPP_RECEIVED,
)

# For each event, the field that the line names, and the line's icon.
_LINES: Final[dict[EventType[Any] | str, tuple[str, str]]] = {
    EVENT_SMS_RECEIVED: ("phone", "mdi:message-text"),
    EVENT_WHATSAPP_RECEIVED: ("phone", "mdi:whatsapp"),
    EVENT_USSD_RECEIVED: ("code", "mdi:pound"),
    EVENT_NOTIFICATION_RECEIVED: ("package", "mdi:bell"),
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[
        [str, EventType[Any] | str, Callable[[Event], dict[str, str]]], None
    ],
) -> None:
    """Describe the events of received messages."""
    devices = dr.async_get(hass)

    @callback
    def describe(event: Event) -> dict[str, str]:
        field, icon = _LINES[event.event_type]
        text = _text(hass, event.event_type)
        device = devices.async_get(event.data.get("device_id", ""))
        return {
            LOGBOOK_ENTRY_NAME: (device and (device.name_by_user or device.name))
            or MANUFACTURER,
            LOGBOOK_ENTRY_MESSAGE: text.replace("{peer}", _peer(hass, event, field)),
            LOGBOOK_ENTRY_ICON: icon,
        }

    for event_type in _LINES:
        async_describe_event(DOMAIN, event_type, describe)


def _peer(hass: HomeAssistant, event: Event, field: str) -> str:
    """Return who or what the line names: a contact by its name, which a group has nowhere else."""
    peer = str(event.data.get(field))
    entry = hass.config_entries.async_get_entry(event.data.get("config_entry_id", ""))
    for contact in entry.get_subentries_of_type(SUBENTRY_CONTACT) if entry else ():
        if contact.data[CONF_ADDRESS] == peer:
            return contact.title
    return peer


def _text(hass: HomeAssistant, event_type: EventType[Any] | str) -> str:
    """Return the line's text, in English while a language that was just chosen is loaded."""
    for language in (hass.config.language, LOCALE_EN):
        texts = async_get_cached_translations(hass, language, "common", DOMAIN)
        if text := texts.get(f"component.{DOMAIN}.common.{event_type}"):
            return text
    return "{peer}"
