"""What the gateway tells of itself now and then: its phones, WhatsApp accounts, credits and plan."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, ServiceValidationError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import DOMAIN
from .devices import Source
from .faults import async_gateway_fault, fault_key
from .gateway.api import Account, Credits, Phone, Subscription
from .gateway.api_errors import (
    GatewayError,
    InvalidKeyError,
    PermissionDeniedError,
    QuotaExceededError,
)
from .gateway.client import GatewayClient

_LOGGER = logging.getLogger(__name__)

# Listing the accounts is expensive for the gateway: it asks WhatsApp for each.
INTERVAL: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class GatewayState:
    """What the gateway told; None where the key has no permission to ask."""

    phones: Mapping[str, Phone] | None = None
    """By their unique ids."""
    accounts: Mapping[str, Account] | None = None
    """By their numbers ("+390612345678")."""
    credits: Credits | None = None
    subscription: Subscription | None = None


class ZenderCoordinator(DataUpdateCoordinator[GatewayState]):
    """Asks the gateway now and then. Receiving does not wait for it."""

    config_entry: ConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: GatewayClient
    ) -> None:
        """Ask through a client."""
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=INTERVAL,
        )
        self.client = client

    @override
    async def _async_update_data(self) -> GatewayState:
        """Ask for everything that the key may ask for."""
        client = self.client
        try:
            phones = await _if_permitted(client.get_devices())
            accounts = await _if_permitted(client.get_accounts())
            amount = await _if_permitted(client.get_credits())
            subscription = await _if_permitted(client.get_subscription())
        except InvalidKeyError as error:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key=fault_key(error)
            ) from error
        except GatewayError as error:
            raise UpdateFailed(
                translation_domain=DOMAIN, translation_key=fault_key(error)
            ) from error
        return GatewayState(
            phones=None if phones is None else {item.unique: item for item in phones},
            accounts=None
            if accounts is None
            else {number_of(item): item for item in accounts},
            credits=amount,
            subscription=subscription,
        )

    async def async_account(self, source: Source) -> Account:
        """Return the gateway's account of a source; asks the gateway if it is not known yet.

        Raises HomeAssistantError.
        """
        try:
            accounts = await self.async_accounts()
            if source.id not in accounts:
                # It may have been linked since.
                accounts = await self._async_ask_for_accounts()
        except GatewayError as error:
            raise async_gateway_fault(self.hass, self.config_entry, error) from error
        if (account := accounts.get(source.id)) is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="account_not_found"
            )
        return account

    async def async_accounts(self) -> Mapping[str, Account]:
        """Return the accounts by their numbers; asks the gateway if it did not tell yet. Raises GatewayError."""
        state: GatewayState | None = self.data
        if state is not None and state.accounts is not None:
            return state.accounts
        return await self._async_ask_for_accounts()

    async def _async_ask_for_accounts(self) -> Mapping[str, Account]:
        return {number_of(item): item for item in await self.client.get_accounts()}


async def _if_permitted[T](call: Awaitable[T]) -> T | None:
    try:
        return await call
    except PermissionDeniedError, QuotaExceededError:
        return None


def number_of(account: Account) -> str:
    """Return an account's number as the deliveries have it in `wid`."""
    return f"+{account.phone.lstrip('+')}"
