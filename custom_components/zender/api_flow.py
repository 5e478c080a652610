"""The steps that ask for the gateway's site and API key: both are tested before they are kept."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.const import CONF_API_KEY, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    BooleanSelector,
    BooleanSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .const import CONF_POLL
from .faults import fault_key
from .gateway.api_errors import (
    GatewayError,
    InvalidKeyError,
    PermissionDeniedError,
    UnavailableError,
)
from .gateway.client import GatewayClient
from .gateway.site import InvalidSiteError, normalized_site

PERMISSION_SECONDS: Final = 10
"""How long to wait at most for what the key may do; the flow's user waits, too."""

PERMISSIONS: Final[Mapping[str, Callable[[GatewayClient], Awaitable[object]]]] = {
    "get_devices": GatewayClient.get_devices,
    "get_wa_accounts": GatewayClient.get_accounts,
    "get_sms_received": lambda client: client.received_sms(1),
    "get_wa_received": lambda client: client.received_chats(1),
    "get_ussd": lambda client: client.ussd_requests(1),
    "get_notifications": lambda client: client.notifications(1),
    "get_credits": GatewayClient.get_credits,
    "get_subscription": GatewayClient.get_subscription,
}
"""How to try the permissions that can be tried without doing anything, by the gateway's names of them."""

_API_KEY: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
KEY_SCHEMA: Final = vol.Schema({vol.Required(CONF_API_KEY): _API_KEY})
API_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_URL): TextSelector(
            TextSelectorConfig(type=TextSelectorType.URL)
        ),
        vol.Optional(CONF_API_KEY): _API_KEY,
    }
)


def poll_schema(*, default: bool) -> vol.Schema:
    """Return a form for the site and the key that offers to ask for messages, too."""
    return API_SCHEMA.extend(
        {vol.Required(CONF_POLL, default=default): BooleanSelector()}
    )


class ApiFlow(ConfigFlow, ABC):
    """Learns how to ask the gateway."""

    _offers_poll = False
    """Whether the gateway may have no way to deliver."""
    _polls = False
    """Whether to ask it for messages instead, or beside."""
    _api: Mapping[str, str] = {}
    """The site and the key, nothing without."""
    _insecure_site: str | None = None
    """The site without https that the user was warned of."""
    _lacks: tuple[str, ...] = ()

    # Adding

    async def async_step_api(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the site and the key, which may both be left out."""
        if self.source == SOURCE_RECONFIGURE:
            return await self.async_step_change_api()
        errors: dict[str, str] = {}
        if user_input is not None:
            if not (typed := _typed(user_input)):
                return await self._async_finish_with_api()
            if not (errors := await self._async_test(typed)):
                self._polls = user_input.get(CONF_POLL, False)
                return await self.async_step_permissions()
        schema = API_SCHEMA
        if self._offers_poll:
            schema = poll_schema(default=self._polls)
        return self._async_show_api_form("api", schema, user_input, errors)

    async def async_step_poll_only(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the site and the key, without which nothing would ever come."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if not (errors := await self._async_test(_typed(user_input))):
                self._polls = True
                return await self.async_step_permissions()
        return self._async_show_api_form("poll_only", API_SCHEMA, user_input, errors)

    # Reconfigure

    async def async_step_change_api(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another site or key. Without a key the present one stays, with neither both go."""
        data = self._get_reconfigure_entry().data
        present = {
            name: data[name] for name in (CONF_URL, CONF_API_KEY) if name in data
        }
        errors: dict[str, str] = {}
        if user_input is None:
            self._insecure_site = present.get(CONF_URL)
        else:
            if not (typed := _typed(user_input)):
                return await self._async_finish_with_api()
            if not (
                errors := await self._async_test({**present, CONF_URL: "", **typed})
            ):
                return await self.async_step_permissions()
        return self._async_show_api_form(
            "change_api",
            API_SCHEMA,
            {CONF_URL: present.get(CONF_URL)} if user_input is None else user_input,
            errors,
        )

    # Reauth

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask for a new key, because the gateway does not take the present one any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take a key that the gateway knows."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            api_key = user_input[CONF_API_KEY].strip()
            client = self._client(entry.data[CONF_URL], api_key)
            if not (errors := await _async_check(client, CONF_API_KEY)):
                if api_key == entry.data[CONF_API_KEY]:
                    # Nothing changes, but since it was refused nobody has asked any more.
                    self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return self.async_update_and_abort(
                    entry, data_updates={CONF_API_KEY: api_key}
                )
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=KEY_SCHEMA,
            errors=errors,
            description_placeholders={"site": entry.data[CONF_URL]},
        )

    # The test

    @callback
    def _async_show_api_form(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any] | None,
        errors: dict[str, str],
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            last_step=True,
        )

    async def _async_test(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong with a site and a key, by field. If nothing is, they are kept for the end."""
        if missing := {
            name: f"{name}_needed"
            for name in (CONF_URL, CONF_API_KEY)
            if not typed.get(name)
        }:
            return missing
        try:
            site = normalized_site(typed[CONF_URL])
        except InvalidSiteError:
            return {CONF_URL: "invalid_site"}
        if site.startswith("http://") and site != self._insecure_site:
            self._insecure_site = site
            return {CONF_URL: "insecure"}
        client = self._client(site, typed[CONF_API_KEY])
        if not (errors := await _async_check(client, CONF_URL)):
            self._api = {CONF_URL: site, CONF_API_KEY: typed[CONF_API_KEY]}
            self._lacks = await _async_lacks(client)
        return errors

    def _client(self, site: str, api_key: str) -> GatewayClient:
        return GatewayClient(async_get_clientsession(self.hass), site, api_key)

    # The end

    async def async_step_permissions(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell what the key may not do, if there is anything."""
        if user_input is not None or not self._lacks:
            return await self._async_finish_with_api()
        lack = BooleanSelector(BooleanSelectorConfig(read_only=True))
        return self.async_show_form(
            step_id="permissions",
            data_schema=vol.Schema({vol.Optional(name): lack for name in self._lacks}),
            last_step=True,
        )

    async def _async_finish_with_api(self) -> ConfigFlowResult:
        if self.source != SOURCE_RECONFIGURE:
            return await self._async_add_entry()
        entry = self._get_reconfigure_entry()
        kept = {
            name: value
            for name, value in entry.data.items()
            if name not in {CONF_URL, CONF_API_KEY}
        }
        return self.async_update_and_abort(entry, data={**kept, **self._api})

    @abstractmethod
    async def _async_add_entry(self) -> ConfigFlowResult:
        """Add the entry, with what is known of the API."""


def _typed(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return the site and the key as far as they are filled in."""
    return {
        name: text
        for name in (CONF_URL, CONF_API_KEY)
        if (text := user_input.get(name, "").strip())
    }


async def _async_check(client: GatewayClient, site_field: str) -> dict[str, str]:
    """Return what is wrong with a key, or else what keeps the gateway from telling, at the site's field."""
    try:
        await client.check_key()
    except InvalidKeyError as error:
        return {CONF_API_KEY: fault_key(error)}
    except UnavailableError as error:
        return {site_field: fault_key(error)}
    return {}


async def _async_lacks(client: GatewayClient) -> tuple[str, ...]:
    """Return the permissions that a key lacks, as far as the gateway says so in time."""

    async def is_lacking(
        try_it: Callable[[GatewayClient], Awaitable[object]],
    ) -> bool:
        with suppress(GatewayError, TimeoutError):
            async with asyncio.timeout(PERMISSION_SECONDS):
                try:
                    await try_it(client)
                except PermissionDeniedError:
                    return True
        return False

    lacking = await asyncio.gather(*map(is_lacking, PERMISSIONS.values()))
    return tuple(
        name for name, is_lack in zip(PERMISSIONS, lacking, strict=True) if is_lack
    )
