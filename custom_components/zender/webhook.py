"""The webhooks: registered before anything else of ours, and there until their entry goes."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from ipaddress import ip_address

from aiohttp.hdrs import METH_GET, METH_POST, METH_PUT
from aiohttp.web import Request, Response

from homeassistant.components import webhook
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.network import is_cloud_connection
from homeassistant.helpers.singleton import singleton
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.network import is_local

from .answers import (
    Refusal,
    async_read_payload,
    kept_response,
    read_message,
    read_secret,
    same_secret,
)
from .archive import Archive
from .const import CONF_LOCAL_ONLY, CONF_SECRET, DOMAIN
from .delivery import Delivery, Inbox, Received
from .journal.journal import JournalFullError
from .journal.records import Kept
from .journals import Journals
from .offers import Offer, Offers
from .refusals import Cause, Refusals
from .senders import Senders

_WEBHOOKS: HassKey[Webhooks] = HassKey(DOMAIN)


def _is_from_local_network(hass: HomeAssistant, request: Request) -> bool:
    if is_cloud_connection(hass) or request.remote is None:
        return False
    try:
        return is_local(ip_address(request.remote))
    except ValueError:
        return False


class EntryWebhook:
    """The webhook of one entry."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, journals: Journals
    ) -> None:
        """Hold what comes until the entry is set up."""
        self._hass = hass
        self._entry = entry
        self.webhook_id: str | None = None
        self.inbox = Inbox(hass)
        self.refusals = Refusals(hass, entry)
        senders = Senders(hass, entry, self.refusals)
        self.archive = Archive(hass, entry, journals, self.inbox, senders)

    async def async_handle(self, request: Request) -> Response:
        """Answer a delivery."""
        if request.method != METH_POST:
            return Response(status=HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            kept = await self._async_accept(request)
        except Refusal as refusal:
            self.refusals.async_count(refusal.cause)
            return refusal.response
        self.refusals.async_accepted()
        return kept_response(kept)

    async def _async_accept(self, request: Request) -> Kept:
        """Keep the message that a request brings, if its sender is let in. Raises Refusal."""
        if self._entry.options.get(CONF_LOCAL_ONLY) and not _is_from_local_network(
            self._hass, request
        ):
            raise Refusal(Cause.NOT_LOCAL)
        try:
            payload = await async_read_payload(request)
        except asyncio.CancelledError:
            # The connection was lost, and the gateway never repeats a delivery.
            self.refusals.async_count(Cause.INVALID_BODY)
            raise
        if not same_secret(read_secret(payload), self._entry.data[CONF_SECRET]):
            raise Refusal(Cause.INVALID_SECRET)
        received = Received.now(read_message(payload))
        try:
            return await self.archive.async_keep(received)
        except JournalFullError:
            raise Refusal(Cause.UNAVAILABLE) from None

    @callback
    def async_open(self, delivery: Delivery) -> None:
        """Deliver what is held, then what comes, and let the journal know."""

        async def deliver(received: Received) -> None:
            await delivery.async_deliver(received)
            self.archive.async_delivered(received)

        self.inbox.async_open(deliver)

    @callback
    def async_adopt(self, offer: Offer) -> None:
        """Take over what came to the webhook before it was this entry's."""
        for delivery in offer.deliveries:
            if same_secret(delivery.secret, self._entry.data[CONF_SECRET]):
                self._hass.async_create_task(
                    self.archive.async_keep(delivery.received), f"{DOMAIN} adoption"
                )
            else:
                self.refusals.async_count(Cause.INVALID_SECRET)


class Webhooks:
    """All webhooks of the integration: one for each enabled entry, one for each offered address."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen for every entry at once, and follow their changes."""
        self._hass = hass
        self._entries: dict[str, EntryWebhook] = {}
        self.journals = Journals(hass)
        self.offers = Offers(hass, self._async_register, self._async_unregister)
        self._async_sync()
        async_dispatcher_connect(
            hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._async_entry_changed
        )

    def __getitem__(self, entry_id: str) -> EntryWebhook:
        """Return the webhook of an enabled entry."""
        return self._entries[entry_id]

    @callback
    def _async_entry_changed(
        self, _change: ConfigEntryChange, entry: ConfigEntry
    ) -> None:
        if entry.domain == DOMAIN:
            self._async_sync()

    @callback
    def _async_sync(self) -> None:
        enabled = {
            entry.entry_id: entry
            for entry in self._hass.config_entries.async_entries(
                DOMAIN, include_ignore=False, include_disabled=False
            )
        }
        for entry_id in self._entries.keys() - enabled.keys():
            gone = self._entries.pop(entry_id)
            if gone.webhook_id:
                self._async_unregister(gone.webhook_id)
            gone.archive.async_close()
        for entry_id, entry in enabled.items():
            if (mine := self._entries.get(entry_id)) is None:
                mine = self._entries[entry_id] = EntryWebhook(
                    self._hass, entry, self.journals
                )
            self._async_move(mine, entry.data[CONF_WEBHOOK_ID], entry.title)

    @callback
    def _async_move(self, mine: EntryWebhook, webhook_id: str, name: str) -> None:
        if mine.webhook_id == webhook_id:
            return
        if mine.webhook_id is not None:
            self._async_unregister(mine.webhook_id)
        offer = self.offers.async_take(webhook_id)
        mine.webhook_id = webhook_id
        self._async_register(webhook_id, name, mine.async_handle)
        if offer is not None:
            mine.async_adopt(offer)

    @callback
    def _async_register(
        self,
        webhook_id: str,
        name: str,
        handle: Callable[[Request], Awaitable[Response]],
    ) -> None:
        """Register a webhook for all methods: refusing one, Home Assistant would log the webhook's id."""

        async def async_handle(
            _hass: HomeAssistant, _webhook_id: str, request: Request
        ) -> Response:
            return await handle(request)

        webhook.async_register(
            self._hass,
            DOMAIN,
            name,
            webhook_id,
            async_handle,
            allowed_methods=(METH_GET, METH_POST, METH_PUT),
        )

    @callback
    def _async_unregister(self, webhook_id: str) -> None:
        webhook.async_unregister(self._hass, webhook_id)


@singleton(_WEBHOOKS)
@callback
def async_get_webhooks(hass: HomeAssistant) -> Webhooks:
    """Return the integration's webhooks; the first call registers them."""
    return Webhooks(hass)
