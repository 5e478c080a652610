"""Buttons: one that asks each USSD code now."""

from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_CODE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import ZenderConfigEntry
from .const import SUBENTRY_USSD_CODE
from .devices import Source, SourceKind
from .subentries import SubentryEntity, async_add_entities_of_subentries
from .ussd import DEFAULT_TIMEOUT
from .ussd_code_flow import CONF_SIM

PARALLEL_UPDATES = 0

ASK: Final = ButtonEntityDescription(key="ask", translation_key="ask")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ZenderConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of all USSD codes."""
    async_add_entities_of_subentries(
        entry, SUBENTRY_USSD_CODE, AskButton, async_add_entities
    )


class AskButton(SubentryEntity, ButtonEntity):
    """Asks a USSD code."""

    def __init__(self, entry: ZenderConfigEntry, subentry: ConfigSubentry) -> None:
        """Ask what the subentry says."""
        super().__init__(entry, subentry, ASK)
        self._sim = Source(SourceKind.SIM, subentry.data[CONF_SIM])
        self._code: str = subentry.data[CONF_CODE]
        self._attr_available = self._api is not None

    @override
    async def async_press(self) -> None:
        """Ask, and wait for the response. Raises HomeAssistantError."""
        assert self._api is not None
        await self._api.ussd.async_ask(self._sim, self._code, DEFAULT_TIMEOUT)
