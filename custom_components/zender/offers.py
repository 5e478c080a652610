"""Addresses that a config flow has shown and no entry has yet: they listen from that moment on.

The gateway makes its secret only once it knows the address, so what arrives before the secret
is known is kept, and delivered when an entry with that secret takes the address over.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from aiohttp.hdrs import ACCEPT, METH_GET, METH_POST
from aiohttp.web import Request, Response

from homeassistant.components import webhook
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .answers import (
    Refusal,
    async_read_payload,
    kept_response,
    read_message,
    read_secret,
)
from .cloudhook import async_delete_cloudhook
from .const import DOMAIN
from .delivery import Received
from .journal.records import Kept, Outcome
from .refusals import Cause

OFFER_LIFETIME: Final = timedelta(hours=24)
MAX_DELIVERIES: Final = 200
MAX_SECRET_LENGTH: Final = 255

_STORAGE_VERSION: Final = 1

type Register = Callable[[str, str, Callable[[Request], Awaitable[Response]]], None]


@dataclass(frozen=True, slots=True)
class OfferedDelivery:
    """A delivery whose secret nobody has confirmed yet."""

    secret: str
    received: Received


class Offer:
    """One address that has been shown."""

    def __init__(self, webhook_id: str, created: datetime) -> None:
        """Begin with nothing received."""
        self.webhook_id = webhook_id
        self.created = created
        self.flow_id: str | None = None
        self.redirected = False
        self.deliveries: list[OfferedDelivery] = []
        self._changed = asyncio.Event()

    async def async_wait(self) -> None:
        """Return as soon as something comes."""
        self._changed.clear()
        await self._changed.wait()

    async def async_handle(self, request: Request) -> Response:
        """Answer a browser that tries the address, or a delivery."""
        if request.method == METH_GET:
            return self._answer_get(request)
        if request.method != METH_POST:
            return Response(status=HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            self.deliveries.append(await self._async_read(request))
        except Refusal as refusal:
            return refusal.response
        self._changed.set()
        return kept_response(Kept(Outcome.QUEUED))

    async def _async_read(self, request: Request) -> OfferedDelivery:
        """Return the delivery that a request brings. Raises Refusal."""
        payload = await async_read_payload(request)
        secret = read_secret(payload)
        if len(secret) > MAX_SECRET_LENGTH:
            raise Refusal(Cause.INVALID_SECRET)
        message = read_message(payload)
        if len(self.deliveries) >= MAX_DELIVERIES:
            raise Refusal(Cause.UNAVAILABLE)
        return OfferedDelivery(secret, Received.now(message))

    @callback
    def _answer_get(self, request: Request) -> Response:
        """Tell a browser that it arrived; anything else is a delivery that a redirect emptied."""
        if self.flow_id is None:
            return Response(status=HTTPStatus.METHOD_NOT_ALLOWED)
        if "text/html" in request.headers.get(ACCEPT, ""):
            return Response(
                text="This address reaches your Home Assistant. It is ready for the gateway.",
                headers={"Cache-Control": "no-store"},
            )
        self.redirected = True
        self._changed.set()
        return Response(status=HTTPStatus.METHOD_NOT_ALLOWED)


class Offers:
    """The addresses on offer. They survive a restart; what they received does not."""

    def __init__(
        self, hass: HomeAssistant, register: Register, unregister: Callable[[str], None]
    ) -> None:
        """Begin with none; stored ones come back with the first flow."""
        self._hass = hass
        self._register = register
        self._unregister = unregister
        self._offers: dict[str, Offer] = {}
        self._expiries: dict[str, CALLBACK_TYPE] = {}
        self._store: Store[dict[str, str]] = Store(
            hass, _STORAGE_VERSION, f"{DOMAIN}.offers", private=True
        )
        self._load_lock = asyncio.Lock()
        self._loaded = False

    async def async_offer(self, flow_id: str) -> Offer | None:
        """Give the youngest address on offer to a flow, a new one if there is none.

        Returns None when another flow has it: somebody must say whether that flow is still in use.
        """
        await self._async_load()
        if (youngest := self._youngest) is None:
            return self.async_offer_new(flow_id)
        if youngest.flow_id is not None:
            return None
        youngest.flow_id = flow_id
        return youngest

    @callback
    def async_offer_new(self, flow_id: str) -> Offer:
        """Give a new address to a flow."""
        offer = Offer(webhook.async_generate_id(), dt_util.utcnow())
        offer.flow_id = flow_id
        self._async_add(offer)
        self._async_save()
        return offer

    @callback
    def async_take_over(self, flow_id: str) -> Offer | None:
        """End the flow that has the youngest address and give it to this one, if it is still there."""
        if (youngest := self._youngest) is None:
            return None
        if youngest.flow_id is not None:
            self._hass.config_entries.flow.async_abort(youngest.flow_id)
        youngest.flow_id = flow_id
        return youngest

    @callback
    def async_release(self, flow_id: str) -> None:
        """Keep a flow's offer for the next flow."""
        for offer in self._offers.values():
            if offer.flow_id == flow_id:
                offer.flow_id = None
                offer.redirected = False

    @callback
    def async_take(self, webhook_id: str) -> Offer | None:
        """Return and end an offer, because an entry has its address now."""
        if (offer := self._offers.pop(webhook_id, None)) is None:
            return None
        self._expiries.pop(webhook_id)()
        self._unregister(webhook_id)
        self._async_save()
        return offer

    @property
    def _youngest(self) -> Offer | None:
        return max(self._offers.values(), key=lambda offer: offer.created, default=None)

    async def _async_load(self) -> None:
        async with self._load_lock:
            if self._loaded:
                return
            self._loaded = True
            owned = {
                entry.data[CONF_WEBHOOK_ID]
                for entry in self._hass.config_entries.async_entries(DOMAIN)
            }
            for webhook_id, created in (await self._store.async_load() or {}).items():
                when = dt_util.parse_datetime(created, raise_on_error=True)
                if webhook_id in owned:
                    continue
                if dt_util.utcnow() - when < OFFER_LIFETIME:
                    self._async_add(Offer(webhook_id, when))
                else:
                    await async_delete_cloudhook(self._hass, webhook_id)
            self._async_save()

    @callback
    def _async_add(self, offer: Offer) -> None:
        self._offers[offer.webhook_id] = offer
        self._register(offer.webhook_id, "Zender", offer.async_handle)

        @callback
        def expire(_now: datetime) -> None:
            if offer.flow_id is None:
                self.async_take(offer.webhook_id)
                self._hass.async_create_task(
                    async_delete_cloudhook(self._hass, offer.webhook_id)
                )
            else:
                schedule(OFFER_LIFETIME)

        @callback
        def schedule(delay: timedelta) -> None:
            self._expiries[offer.webhook_id] = async_call_later(
                self._hass, delay, HassJob(expire, cancel_on_shutdown=True)
            )

        schedule(max(offer.created + OFFER_LIFETIME - dt_util.utcnow(), timedelta()))

    @callback
    def _async_save(self) -> None:
        self._store.async_delay_save(
            lambda: {
                offer.webhook_id: offer.created.isoformat()
                for offer in self._offers.values()
            }
        )
