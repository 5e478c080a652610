"""The device tree: the gateway, its phones with their SIMs, and its WhatsApp accounts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN, MANUFACTURER
from .gateway.messages import Message, MessageType, WhatsAppMessage, sim_of, source_of

# The phone that the gateway's dashboard uses for its samples.
SAMPLE_PHONE: Final = "00000000-0000-0000-d57d-f30cb6a89289"

_UNKNOWN_SIM: Final = "sim_unknown"


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


GATEWAY: Final = Source(SourceKind.GATEWAY, "gateway")


def identifier(entry: ConfigEntry, source: Source) -> tuple[str, str]:
    """Return what the device registry knows a source's device by."""
    return (DOMAIN, f"{entry.entry_id}_{source.kind}_{source.id}")


def _sim_source(device: str, sim: int | None) -> Source:
    slot = _UNKNOWN_SIM if sim is None else f"sim_{sim}"
    return Source(SourceKind.SIM, f"{device}_{slot}")


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
        return _sim_source(name, sim)

    @callback
    def async_place_of(
        self, device_id: str
    ) -> tuple[str, tuple[int | None, ...] | None] | None:
        """Return the phone or account of a device, and what a SIM's messages say of their slot.

        None for any other device.
        """
        for source, known_id in self._device_ids.items():
            if known_id == device_id and source != GATEWAY:
                if source.kind is not SourceKind.SIM:
                    return source.id, None
                phone, _, slot = source.id.rpartition("_sim_")
                if slot == "unknown":
                    return phone, (None,)
                if self._async_only_sim(phone) == source:
                    return phone, (int(slot), None)
                return phone, (int(slot),)
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
    def _async_remember(self, source: Source, device_id: str) -> None:
        self._device_ids[source] = device_id
        if source.kind is SourceKind.SIM:
            phone, _, slot = source.id.rpartition("_sim_")
            if slot != "unknown":
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
        slot = source.id.rpartition("_sim_")[2]
        child = self._registry.async_get_or_create_child(
            config_entry_id=self._entry.entry_id,
            identifiers={identifier(self._entry, source)},
            parent_device_id=self._device_ids[parent],
            translation_key="sim_unknown" if slot == "unknown" else "sim",
            translation_placeholders={"slot": slot},
        )
        self._async_remember(source, child.id)
