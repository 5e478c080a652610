"""The addresses under which a webhook can be reached, and the repair when they change."""

from contextlib import suppress
from enum import StrEnum
from typing import Final

from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID, EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .cloudhook import async_is_subscribed, async_listen_cloudhook_change
from .const import CONF_CLOUDHOOK_URL, CONF_WEBHOOK_URL, DOMAIN

MAX_URL_LENGTH: Final = 255
"""Bytes that the gateway keeps of a webhook's URL."""


class AddressKind(StrEnum):
    """How an address reaches this Home Assistant, the best first."""

    CLOUD = "cloud"
    EXTERNAL = "external"
    INTERNAL = "internal"


type Addresses = dict[AddressKind, str]


@callback
def async_addresses(
    hass: HomeAssistant, webhook_id: str, cloudhook_url: str | None
) -> Addresses:
    """Return all addresses of a webhook, the best first."""
    addresses: Addresses = {}
    if cloudhook_url and async_is_subscribed(hass):
        addresses[AddressKind.CLOUD] = cloudhook_url
    with suppress(NoURLAvailableError):
        addresses[AddressKind.EXTERNAL] = webhook.async_generate_url(
            hass, webhook_id, allow_internal=False, allow_ip=True
        )
    with suppress(NoURLAvailableError):
        addresses[AddressKind.INTERNAL] = webhook.async_generate_url(
            hass, webhook_id, allow_external=False
        )
    if not addresses:
        with suppress(NoURLAvailableError):
            base = get_url(hass, require_current_request=True)
            addresses[AddressKind.INTERNAL] = base + webhook.async_generate_path(
                webhook_id
            )
    return addresses


def url_changed_issue_id(entry_id: str) -> str:
    """Return the id of the repair about a changed address."""
    return f"url_changed_{entry_id}"


@callback
def async_entry_addresses(hass: HomeAssistant, entry: ConfigEntry) -> Addresses:
    """Return all addresses of an entry's webhook, the best first."""
    return async_addresses(
        hass, entry.data[CONF_WEBHOOK_ID], entry.data.get(CONF_CLOUDHOOK_URL)
    )


@callback
def async_confirm_url(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remember that the gateway has the present address."""
    if addresses := async_entry_addresses(hass, entry):
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, CONF_WEBHOOK_URL: next(iter(addresses.values()))}
        )
        ir.async_delete_issue(hass, DOMAIN, url_changed_issue_id(entry.entry_id))


@callback
def async_watch_url(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Raise a repair whenever the address that the gateway has no longer leads here."""

    @callback
    def check() -> None:
        addresses = async_entry_addresses(hass, entry)
        if CONF_WEBHOOK_URL not in entry.data:
            async_confirm_url(hass, entry)
        elif not addresses or entry.data[CONF_WEBHOOK_URL] in addresses.values():
            ir.async_delete_issue(hass, DOMAIN, url_changed_issue_id(entry.entry_id))
        else:
            ir.async_create_issue(
                hass,
                DOMAIN,
                url_changed_issue_id(entry.entry_id),
                data={"entry_id": entry.entry_id},
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key="url_changed",
                translation_placeholders={"title": entry.title},
            )

    @callback
    def core_config_updated(_event: Event) -> None:
        check()

    @callback
    def cloudhook_changed(cloudhook_url: str | None) -> None:
        data = {
            field: value
            for field, value in entry.data.items()
            if field != CONF_CLOUDHOOK_URL
        }
        if cloudhook_url is not None:
            data[CONF_CLOUDHOOK_URL] = cloudhook_url
        hass.config_entries.async_update_entry(entry, data=data)
        check()

    entry.async_on_unload(
        hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, core_config_updated)
    )
    if unsubscribe := async_listen_cloudhook_change(
        hass, entry.data[CONF_WEBHOOK_ID], cloudhook_changed
    ):
        entry.async_on_unload(unsubscribe)
    check()
