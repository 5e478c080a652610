"""The Zender SMS & WhatsApp gateway integration."""

from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_API_KEY, CONF_URL, CONF_WEBHOOK_ID, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    issue_registry as ir,
)
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType

from .api import Api, async_set_up_api
from .archive import away_issue_id, set_aside_issue_id
from .attachments import async_setup_download_on_receipt
from .cloudhook import async_delete_cloudhook
from .const import CONF_CLOUDHOOK_URL, DOMAIN
from .delivery import Delivery
from .devices import GATEWAY, identifier
from .housekeeping import Housekeeping
from .limits import answer_limit_issue_id
from .refusals import wrong_secret_issue_id
from .services import async_setup_services
from .webhook import EntryWebhook, async_get_webhooks
from .webhook_url import async_watch_url, url_changed_issue_id

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.NOTIFY,
    Platform.SENSOR,
)


@dataclass(frozen=True, slots=True)
class ZenderData:
    """What an entry's platforms work with."""

    webhook: EntryWebhook
    delivery: Delivery
    api: Api | None
    """None without a key of the gateway's REST API."""


type ZenderConfigEntry = ConfigEntry[ZenderData]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the webhooks of all entries, before anything that could fail."""
    async_get_webhooks(hass)
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ZenderConfigEntry) -> bool:
    """Set up one webhook's devices and entities, then deliver what waits. Nothing waits for the gateway."""
    webhook = async_get_webhooks(hass)[entry.entry_id]
    await webhook.archive.async_prepare()
    delivery = Delivery(hass, entry, webhook.archive.totals, webhook.inbox)
    api = async_set_up_api(hass, entry, webhook.archive, delivery)
    entry.runtime_data = ZenderData(webhook, delivery, api)
    async_watch_url(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    _async_reload_on_change(hass, entry)

    async_setup_download_on_receipt(hass, entry)
    Housekeeping(hass, entry, webhook.archive.journal).async_start()

    @callback
    def started(_hass: HomeAssistant) -> None:
        webhook.async_open(delivery)
        if api is not None:
            api.async_start()

    entry.async_on_unload(async_at_started(hass, started))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ZenderConfigEntry) -> bool:
    """Unload an entry. Its webhook goes on listening and holds what comes."""
    data = entry.runtime_data
    data.webhook.inbox.async_close()
    if await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return True
    data.webhook.async_open(data.delivery)
    return False


async def async_remove_entry(hass: HomeAssistant, entry: ZenderConfigEntry) -> None:
    """Remove what an entry leaves outside of Home Assistant's registries."""
    for issue_id in (
        answer_limit_issue_id,
        away_issue_id,
        set_aside_issue_id,
        url_changed_issue_id,
        wrong_secret_issue_id,
    ):
        ir.async_delete_issue(hass, DOMAIN, issue_id(entry.entry_id))
    async_get_webhooks(hass).journals.async_forget(entry)
    if CONF_CLOUDHOOK_URL in entry.data:
        await async_delete_cloudhook(hass, entry.data[CONF_WEBHOOK_ID])


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: ZenderConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let the user delete a phone, a SIM or an account; its next message brings it back."""
    return (
        identifier(entry, GATEWAY) not in device.identifiers
        # What was added by hand is deleted where it was added.
        and device.config_subentry_id is None
    )


@callback
def _async_reload_on_change(hass: HomeAssistant, entry: ZenderConfigEntry) -> None:
    """Reload when what was set up changed. The rest of an entry is read when it is needed."""

    def set_up_from(entry: ZenderConfigEntry) -> tuple[Any, ...]:
        data = entry.data
        return (
            entry.options,
            data.get(CONF_URL),
            data.get(CONF_API_KEY),
            {name: item.as_dict() for name, item in entry.subentries.items()},
        )

    before = set_up_from(entry)

    async def updated(hass: HomeAssistant, entry: ZenderConfigEntry) -> None:
        if set_up_from(entry) != before:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(entry.add_update_listener(updated))
