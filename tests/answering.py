"""A set-up entry whose gateway has a REST API, and the gateway that answers."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import count
import time
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.zender.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .receiving import NewClient, Receiver
from .simulator.api_state import Account, Permission, Sent
from .simulator.dashboard import Dashboard
from .simulator.gateway import Gateway, Webhook
from .simulator.samples import ACCOUNT, PHONE, Event, Sample

FAMILY: Final = "120363041234567890@g.us"
WRITER: Final = "+393331234567"


class Answering:
    """An entry with a key, and its gateway."""

    def __init__(
        self,
        hass: HomeAssistant,
        receiver: Receiver,
        gateway: Gateway,
        account: Account,
    ) -> None:
        """Take what is there."""
        self.hass = hass
        self.receiver = receiver
        self.gateway = gateway
        self.account = account
        self.missed: list[Sample] = []
        """What the gateway received and did not deliver."""
        self._numbers = count(9001)

    @property
    def entry(self) -> MockConfigEntry:
        """The entry."""
        return self.receiver.entry

    @property
    def sent(self) -> list[Sent]:
        """What the gateway was asked to send, the first first."""
        return self.gateway.sent

    async def act(self, action: str, **data: Any) -> Any:
        """Perform an action, and wait until what it starts is done. Returns its response."""
        response = await self.call(action, **data)
        await self.hass.async_block_till_done()
        return response

    async def call(self, action: str, **data: Any) -> Any:
        """Perform an action. Returns its response."""
        return await self.hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True
        )

    async def refused(self, action: str, **data: Any) -> str:
        """Perform an action that is refused. Returns the translation's key."""
        with pytest.raises(HomeAssistantError) as refused:
            await self.act(action, **data)
        assert refused.value.translation_domain == DOMAIN
        return str(refused.value.translation_key)

    async def settle(self) -> None:
        """Wait until what goes on beside is done."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def reload(self) -> None:
        """Set the entry up again, and wait until it has asked the gateway and fetched what was missed."""
        await self.receiver.reload()
        await self.settle()

    async def refresh(self) -> None:
        """Have the gateway asked how it is, as it is now and then."""
        await self.entry.runtime_data.api.coordinator.async_refresh()
        await self.settle()

    async def messages(self, **filters: Any) -> list[dict[str, Any]]:
        """Return what the journal has, the newest first."""
        response = await self.act("search_messages", **filters)
        found: list[dict[str, Any]] = response["messages"]
        return found

    @property
    def webhook(self) -> Webhook:
        """The webhook to which the gateway delivers."""
        return self.gateway.webhooks[min(self.gateway.webhooks)]

    async def received(
        self, event: Event, *, minutes: float = 0, **fields: Any
    ) -> None:
        """Have the gateway receive a message that it does not deliver, some minutes ago."""
        sample = self._sample(event, minutes, fields)
        self.missed.append(sample)
        self.gateway.api.receive(sample)

    async def heard(self, event: Event, *, minutes: float = 0, **fields: Any) -> None:
        """Have the gateway deliver a message that it received some minutes ago."""
        delivery = await self.gateway.deliver(
            self.webhook, self._sample(event, minutes, fields)
        )
        assert delivery.status == 200, delivery

    def _sample(self, event: Event, minutes: float, fields: dict[str, Any]) -> Sample:
        number = next(self._numbers)
        own = {"id": 1 if event is Event.USSD else number}
        if event is Event.SMS:
            own["rid"] = number
        times = {"timestamp": int(time.time() - 60 * minutes)}
        return Sample(title="", type=event.value, data={**own, **fields, **times})


@asynccontextmanager
async def answering(
    hass: HomeAssistant,
    new_client: NewClient,
    *,
    permissions: Iterable[Permission] = frozenset(Permission),
    options: Mapping[str, Any] | None = None,
    is_delivering: bool = False,
) -> AsyncGenerator[Answering]:
    """Run a gateway with a phone and an account, and set up an entry that has its key.

    `is_delivering` says that what the gateway receives comes to the entry's webhook by itself.
    """
    async with Gateway() as gateway, Dashboard(gateway) as dashboard:
        gateway.api.add_device(PHONE, "Hall phone")
        account = gateway.api.add_account(ACCOUNT, {FAMILY: "Family"})
        receiver = await Receiver.connect(
            hass,
            new_client,
            options=options,
            data={"url": dashboard.url, "api_key": gateway.api.add_key(permissions)},
        )
        answering = Answering(hass, receiver, gateway, account)
        if is_delivering:
            webhook = gateway.add_webhook("Home", receiver.webhook_url)
            webhook.secret = receiver.entry.data["secret"]
        if not (options or {}).get("poll"):
            # Polling goes on for ever.
            await answering.settle()
        yield answering
        await hass.config_entries.async_unload(receiver.entry.entry_id)
