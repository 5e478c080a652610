"""Binary sensors: whether each WhatsApp account is connected."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import ZenderConfigEntry
from .devices import SourceKind
from .entity import CoordinatedEntity, async_add_entities_of_sources
from .gateway.api import Account

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ZenderBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor and the kind of device that it is on."""

    source_kind: SourceKind


CONNECTED: Final = ZenderBinarySensorDescription(
    key="connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
    source_kind=SourceKind.ACCOUNT,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ZenderConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of all accounts, if there is a key to ask for them."""
    if entry.runtime_data.api is not None:
        await async_add_entities_of_sources(entry, (CONNECTED,), ConnectedSensor)


class ConnectedSensor(CoordinatedEntity, BinarySensorEntity):
    """Whether an account sends and receives."""

    @property
    def _account(self) -> Account | None:
        accounts = self._gateway.accounts if self._gateway else None
        return (accounts or {}).get(self._source.id)

    @property
    @override
    def available(self) -> bool:
        """Return whether the gateway lists the account."""
        return super().available and self._account is not None

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the account is connected."""
        return None if self._account is None else self._account.is_connected
