"""What contacts and USSD codes have in common: a dialog that needs an API key, and a device of their own."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from . import ZenderConfigEntry
from .api import Api
from .const import DOMAIN
from .devices import GATEWAY, SAMPLE_PHONE, DeviceTree, Source, SourceKind

TEXT: Final = TextSelector()


def choice(names: Mapping[str, str]) -> SelectSelector:
    """Return a field to choose one of these by its name."""
    options = [
        SelectOptionDict(value=value, label=label) for value, label in names.items()
    ]
    return SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN)
    )


class ApiSubentryFlow(ConfigSubentryFlow):
    """A dialog for what is of no use without the gateway's REST API."""

    @callback
    def _async_api(self) -> Api:
        """Return the entry's use of the REST API. Raises AbortFlow without a key."""
        entry: ZenderConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            raise AbortFlow("entry_not_loaded", {"title": entry.title})
        if (api := entry.runtime_data.api) is None:
            raise AbortFlow("api_key_needed", {"title": entry.title})
        return api

    @property
    def _sources(self) -> list[Source]:
        """What has a device, but for the sample phone, which exists nowhere."""
        devices = self._async_api().delivery.devices
        return [
            source
            for source in devices.sources
            if devices.async_device_id(source) is not None
            and not source.id.startswith(SAMPLE_PHONE)
        ]

    def _names(self, sources: Iterable[Source], nothing: str) -> dict[str, str]:
        """Return the names of sources by their ids. Raises AbortFlow when there are none."""
        devices = self._async_api().delivery.devices
        names = {source.id: _name(devices, source) for source in sources}
        if not names:
            raise AbortFlow(nothing, {"title": self._get_entry().title})
        return names

    @staticmethod
    def _required(field: str, names: Mapping[str, str]) -> vol.Required:
        """Return a field that is filled in if there is only one choice."""
        only = next(iter(names)) if len(names) == 1 else vol.UNDEFINED
        return vol.Required(field, default=only)

    @property
    def _before(self) -> Mapping[str, Any]:
        """What was given before."""
        if self.source != SOURCE_RECONFIGURE:
            return {}
        subentry = self._get_reconfigure_subentry()
        return {CONF_NAME: subentry.title, **subentry.data}

    @callback
    def _async_finish(
        self, title: str, data: dict[str, Any], unique_id: str | None = None
    ) -> SubentryFlowResult:
        """Add or change the subentry; another one of the same unique id ends the dialog."""
        if self.source != SOURCE_RECONFIGURE:
            return self.async_create_entry(title=title, data=data, unique_id=unique_id)
        return self.async_update_and_abort(
            self._get_entry(),
            self._get_reconfigure_subentry(),
            title=title,
            data=data,
            unique_id=unique_id,
        )


def _name(devices: DeviceTree, source: Source) -> str:
    """Return what the user knows a source by: a SIM by its phone and its slot, if it has no name yet."""
    device = devices.async_device(source)
    name = None if device is None else device.name_by_user or device.name
    if source.kind is not SourceKind.SIM:
        return name or source.id
    phone, slot = source.slot
    phone_name = _name(devices, Source(SourceKind.PHONE, phone))
    return f"{phone_name} · {name or f'SIM {slot}'}"


@callback
def async_add_entities_of_subentries(
    entry: ZenderConfigEntry,
    subentry_type: str,
    factory: Callable[[ZenderConfigEntry, ConfigSubentry], Entity],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a platform's entity for every subentry of a type."""
    for subentry in entry.get_subentries_of_type(subentry_type):
        async_add_entities(
            [factory(entry, subentry)], config_subentry_id=subentry.subentry_id
        )


class SubentryEntity(Entity):
    """An entity of a subentry, on a device of its own: a SIM's device cannot carry it."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self,
        entry: ZenderConfigEntry,
        subentry: ConfigSubentry,
        description: EntityDescription,
    ) -> None:
        """Identify the entity within its entry and subentry."""
        self.entity_description = description
        self._entry = entry
        self._subentry = subentry
        self._api = entry.runtime_data.api
        self._attr_unique_id = (
            f"{entry.entry_id}_{subentry.subentry_id}_{description.key}"
        )
        gateway_id = entry.runtime_data.delivery.devices.async_device_id(GATEWAY)
        assert gateway_id is not None
        self._attr_device_info = DeviceInfo(
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            via_device_id=gateway_id,
        )
