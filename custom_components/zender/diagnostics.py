"""Diagnostics: counts, booleans and names of fields, never a value."""

from collections import Counter
from typing import Any

from homeassistant.core import HomeAssistant

from . import ZenderConfigEntry
from .webhook_url import async_entry_addresses


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: ZenderConfigEntry
) -> dict[str, Any]:
    """Return what helps to understand an entry, without anything private."""
    data = entry.runtime_data
    addresses = async_entry_addresses(hass, entry)
    return {
        "data_fields": sorted(entry.data),
        "options": dict(entry.options),
        "addresses": {
            kind.value: {"https": url.startswith("https://"), "bytes": len(url)}
            for kind, url in addresses.items()
        },
        "devices": Counter(
            source.kind.value for source in data.delivery.devices.sources
        ),
        "held_messages": len(data.webhook.inbox),
        "rejected_deliveries": dict(data.webhook.refusals.counts),
    }
