"""The addresses under which a webhook can be reached, and the repair when they change."""

from contextlib import suppress
from enum import StrEnum
from typing import Final

from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID, EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .cloudhook import async_is_subscribed, async_listen_cloudhook_change
from .const import CONF_CLOUDHOOK_URL, CONF_POLL, CONF_WEBHOOK_URL, DOMAIN

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


class UrlWatch:
    """Raises a repair whenever the address that the gateway has no longer leads here."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Follow nothing yet."""
        self._hass = hass
        self._entry = entry
        self._webhook_id: str | None = None
        self._unfollow: CALLBACK_TYPE | None = None

    @callback
    def async_follow(self) -> None:
        """Follow the present webhook, which may be another one than before, and check."""
        if self._webhook_id != self._entry.data[CONF_WEBHOOK_ID]:
            self.async_unfollow()
            self._webhook_id = self._entry.data[CONF_WEBHOOK_ID]
            self._unfollow = async_listen_cloudhook_change(
                self._hass, self._webhook_id, self._async_cloudhook_changed
            )
        self.async_check()

    @callback
    def async_unfollow(self) -> None:
        """Follow the webhook no longer."""
        if self._unfollow is not None:
            self._unfollow()

    @callback
    def async_check(self) -> None:
        """Compare the addresses."""
        entry = self._entry
        addresses = async_entry_addresses(self._hass, entry)
        if CONF_WEBHOOK_URL not in entry.data:
            # A gateway that is only polled has no address.
            if not entry.options.get(CONF_POLL):
                async_confirm_url(self._hass, entry)
        elif not addresses or entry.data[CONF_WEBHOOK_URL] in addresses.values():
            ir.async_delete_issue(
                self._hass, DOMAIN, url_changed_issue_id(entry.entry_id)
            )
        else:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                url_changed_issue_id(entry.entry_id),
                data={"entry_id": entry.entry_id},
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key="url_changed",
                translation_placeholders={"title": entry.title},
            )

    @callback
    def _async_cloudhook_changed(self, cloudhook_url: str | None) -> None:
        data = dict(self._entry.data)
        data.pop(CONF_CLOUDHOOK_URL, None)
        if cloudhook_url is not None:
            data[CONF_CLOUDHOOK_URL] = cloudhook_url
        self._hass.config_entries.async_update_entry(self._entry, data=data)
        self.async_check()


@callback
def async_watch_url(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Watch an entry's address until the entry is unloaded."""
    watch = UrlWatch(hass, entry)

    @callback
    def core_config_updated(_event: Event) -> None:
        watch.async_check()

    async def entry_updated(_hass: HomeAssistant, _entry: ConfigEntry) -> None:
        watch.async_follow()

    entry.async_on_unload(
        hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, core_config_updated)
    )
    entry.async_on_unload(entry.add_update_listener(entry_updated))
    entry.async_on_unload(watch.async_unfollow)
    watch.async_follow()
