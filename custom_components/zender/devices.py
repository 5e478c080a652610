"""The device tree: the gateway, its phones with their SIMs, and its WhatsApp accounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN, MANUFACTURER
from .gateway.api import Account, Phone
from .gateway.messages import Message, MessageType, WhatsAppMessage, sim_of, source_of

# The phone that the gateway's dashboard uses for its samples.
SAMPLE_PHONE: Final = "00000000-0000-0000-d57d-f30cb6a89289"

_SIM: Final = "_sim_"
_UNKNOWN_SLOT: Final = "unknown"


class SourceKind(StrEnum):
    """What a device of ours stands for."""

    GATEWAY = "gateway"
    PHONE = "phone"
    SIM = "sim"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Source:
    """Where messages come from: one device of the tree. `id` is unique within the entry."""

    kind: SourceKind
    id: str

    @property
    def slot(self) -> tuple[str, int | None]:
        """Return a SIM's phone and its slot there, None if the gateway did not say."""
        phone, _, slot = self.id.rpartition(_SIM)
        return phone, None if slot == _UNKNOWN_SLOT else int(slot)


GATEWAY: Final = Source(SourceKind.GATEWAY, "gateway")


def identifier(entry: ConfigEntry, source: Source) -> tuple[str, str]:
    """Return what the device registry knows a source's device by."""
    return (DOMAIN, f"{entry.entry_id}_{source.kind}_{source.id}")


def sim_source(device: str, sim: int | None) -> Source:
    """Return the source of a phone's SIM."""
    slot = _UNKNOWN_SLOT if sim is None else sim
    return Source(SourceKind.SIM, f"{device}{_SIM}{slot}")


class DeviceTree:
    """Makes the devices of one entry and remembers them."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with the devices that earlier messages made."""
        self._registry = dr.async_get(hass)
        self._entry = entry
        self._device_ids: dict[Source, str] = {}
        self._sims: dict[str, set[Source]] = {}
        self._async_add_gateway()
        for device in dr.async_entries_for_config_entry(self._registry, entry.entry_id):
            self._async_recall(device)
        for child in dr.async_child_entries_for_config_entry(
            self._registry, entry.entry_id
        ):
            self._async_recall(child)

    @property
    def sources(self) -> list[Source]:
        """Return all sources that have a device, the gateway first."""
        return list(self._device_ids)

    @callback
    def async_source_of(self, message: Message) -> Source:
        """Return where the message shows."""
        return self.async_source(message.type, source_of(message), sim_of(message))

    @callback
    def async_source(
        self, message_type: MessageType, name: str, sim: int | None
    ) -> Source:
        """Return where messages show; those whose SIM is not known on the phone's only SIM."""
        match message_type:
            case MessageType.WHATSAPP:
                return Source(SourceKind.ACCOUNT, name)
            case MessageType.NOTIFICATION:
                return Source(SourceKind.PHONE, name)
        if sim is None and (only := self._async_only_sim(name)):
            return only
        return sim_source(name, sim)

    @callback
    def async_place_of(
        self, device_id: str
    ) -> tuple[str, tuple[int | None, ...] | None] | None:
        """Return the phone or account of a device, and what a SIM's messages say of their slot.

        None for any other device.
        """
        source = self.async_source_of_device(device_id)
        if source is None or source == GATEWAY:
            return None
        if source.kind is not SourceKind.SIM:
            return source.id, None
        phone, slot = source.slot
        if slot is not None and self._async_only_sim(phone) == source:
            return phone, (slot, None)
        return phone, (slot,)

    @callback
    def async_source_of_device(self, device_id: str) -> Source | None:
        """Return the source that a device stands for, None for any other device."""
        for source, known_id in self._device_ids.items():
            if known_id == device_id:
                return source
        return None

    @callback
    def async_device_id(self, source: Source) -> str | None:
        """Return the id of a source's device, None if there is none or the user deleted it."""
        device = self.async_device(source)
        return None if device is None else device.id

    @callback
    def async_device(self, source: Source) -> dr.AnyDeviceEntry | None:
        """Return a source's device, None if there is none or the user deleted it."""
        device_id = self._device_ids.get(source)
        return None if device_id is None else self._registry.async_get(device_id)

    @callback
    def async_add(self, message: Message) -> list[Source]:
        """Make the devices that a message needs. Returns the sources that are new."""
        source = self.async_source_of(message)
        if isinstance(message, WhatsAppMessage):
            needed = [source]
        else:
            needed = [Source(SourceKind.PHONE, message.device)]
            if source.kind is SourceKind.SIM:
                needed.append(source)
        new = [item for item in needed if self.async_device_id(item) is None]
        for item in new:
            if item.kind is SourceKind.SIM:
                self._async_add_sim(item, parent=needed[0])
            else:
                self._async_add_device(item)
        return new

    @callback
    def async_update(
        self, phones: Iterable[Phone], accounts: Mapping[str, Account]
    ) -> list[Source]:
        """Make and name the devices of what the gateway lists. Returns the sources that are new."""
        named = [
            (
                Source(SourceKind.PHONE, phone.unique),
                phone.name,
                phone.manufacturer,
                phone.version,
            )
            for phone in phones
        ]
        named += [
            (Source(SourceKind.ACCOUNT, number), "", None, None) for number in accounts
        ]
        new = []
        for source, name, manufacturer, version in named:
            if self.async_device_id(source) is None:
                new.append(source)
                self._async_add_device(source)
            if name:
                self._registry.async_update_device(
                    self._device_ids[source],
                    name=name,
                    manufacturer=manufacturer,
                    sw_version=version,
                )
        return new

    @callback
    def _async_remember(self, source: Source, device_id: str) -> None:
        self._device_ids[source] = device_id
        if source.kind is SourceKind.SIM:
            phone, slot = source.slot
            if slot is not None:
                self._sims.setdefault(phone, set()).add(source)

    @callback
    def _async_recall(self, device: dr.AnyDeviceEntry) -> None:
        for domain, identifier in device.identifiers:
            kind, separator, source_id = identifier.removeprefix(
                f"{self._entry.entry_id}_"
            ).partition("_")
            if domain == DOMAIN and separator:
                self._async_remember(Source(SourceKind(kind), source_id), device.id)

    @callback
    def _async_only_sim(self, phone: str) -> Source | None:
        sims = [
            sim
            for sim in self._sims.get(phone, ())
            if self.async_device_id(sim) is not None
        ]
        return sims[0] if len(sims) == 1 else None

    @callback
    def _async_add_gateway(self) -> None:
        device = self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={identifier(self._entry, GATEWAY)},
            entry_type=dr.DeviceEntryType.SERVICE,
            manufacturer=MANUFACTURER,
            model="SMS & WhatsApp gateway",
            name=self._entry.title,
        )
        self._async_remember(GATEWAY, device.id)

    @callback
    def _async_add_device(self, source: Source) -> None:
        if source.kind is SourceKind.ACCOUNT:
            name, model = "account", "WhatsApp account"
            ending = source.id.partition("@")[0][-4:]
        else:
            name = "sample_phone" if source.id == SAMPLE_PHONE else "phone"
            model, ending = "Android phone", source.id[-6:]
        device = self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={identifier(self._entry, source)},
            model=model,
            translation_key=name,
            translation_placeholders={"ending": ending},
            via_device_id=self._device_ids[GATEWAY],
        )
        self._async_remember(source, device.id)

    @callback
    def _async_add_sim(self, source: Source, parent: Source) -> None:
        slot = source.slot[1]
        child = self._registry.async_get_or_create_child(
            config_entry_id=self._entry.entry_id,
            identifiers={identifier(self._entry, source)},
            parent_device_id=self._device_ids[parent],
            translation_key="sim_unknown" if slot is None else "sim",
            translation_placeholders={"slot": str(slot)},
        )
        self._async_remember(source, child.id)
