"""Notify entities: one for each contact."""

from typing import Final, override

from homeassistant.components.notify import (
    NotifyEntity,
    NotifyEntityDescription,
    NotifyEntityFeature,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_ADDRESS, CONF_SENDER
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import ZenderConfigEntry
from .const import SUBENTRY_CONTACT
from .contact_flow import CONF_CHANNEL, CONF_SENDER_KIND
from .devices import Source, SourceKind
from .gateway.messages import MessageType
from .subentries import SubentryEntity, async_add_entities_of_subentries

PARALLEL_UPDATES = 0

CONTACT: Final = NotifyEntityDescription(
    key="notify", translation_key="contact", name=None
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ZenderConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the notify entities of all contacts."""
    async_add_entities_of_subentries(
        entry, SUBENTRY_CONTACT, ContactEntity, async_add_entities
    )


class ContactEntity(SubentryEntity, NotifyEntity):
    """Sends to one person or group."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, entry: ZenderConfigEntry, subentry: ConfigSubentry) -> None:
        """Send as the contact says."""
        super().__init__(entry, subentry, CONTACT)
        data = subentry.data
        self._channel: str = data[CONF_CHANNEL]
        self._address: str = data[CONF_ADDRESS]
        self._sender = Source(SourceKind(data[CONF_SENDER_KIND]), data[CONF_SENDER])
        self._attr_available = self._api is not None

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Send a message, its title on a line of its own. Raises HomeAssistantError."""
        assert self._api is not None
        sender = self._api.sender
        send = (
            sender.async_send_sms
            if self._channel == MessageType.SMS
            else sender.async_send_whatsapp
        )
        text = f"{title}\n{message}" if title else message
        await send(self._sender, self._address, text, is_notification=True)
