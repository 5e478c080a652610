"""Diagnostics: counts, booleans and names of fields, never a value."""

from collections import Counter
from typing import Any

from homeassistant.core import HomeAssistant

from . import ZenderConfigEntry
from .const import CONF_LOCAL_ONLY, CONF_TEXTS_IN_STATES, TEXTS_NONE
from .system_health import async_journal_health
from .webhook_url import async_entry_addresses


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: ZenderConfigEntry
) -> dict[str, Any]:
    """Return what helps to understand an entry, without anything private."""
    data = entry.runtime_data
    devices = data.delivery.devices
    addresses = async_entry_addresses(hass, entry)
    return {
        "data_fields": sorted(entry.data),
        "options": {
            "fields": sorted(entry.options),
            CONF_LOCAL_ONLY: bool(entry.options.get(CONF_LOCAL_ONLY)),
            CONF_TEXTS_IN_STATES: entry.options.get(CONF_TEXTS_IN_STATES) != TEXTS_NONE,
        },
        "addresses": {
            kind.value: {"https": url.startswith("https://"), "bytes": len(url)}
            for kind, url in addresses.items()
        },
        "devices": Counter(
            source.kind.value
            for source in devices.sources
            if devices.async_device_id(source)
        ),
        "held_messages": len(data.webhook.inbox),
        "journal": await async_journal_health(hass, data.webhook.archive.journal),
        "rejected_deliveries": dict(data.webhook.refusals.counts),
    }
