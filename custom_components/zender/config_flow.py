"""Adding a gateway: show the address, learn the secret, see a first delivery arrive."""

import asyncio
from itertools import chain, count
import re
import secrets
from typing import Any, Final, override

import voluptuous as vol
from yarl import URL

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.const import CONF_URL, CONF_WEBHOOK_ID
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .address_form import address_schema, address_warnings, is_public
from .api_flow import ApiFlow
from .cloudhook import async_delete_cloudhook, async_get_cloudhook_url
from .const import (
    CONF_CLOUDHOOK_URL,
    CONF_POLL,
    CONF_SECRET,
    CONF_WEBHOOK_URL,
    DOMAIN,
    SUBENTRY_CONTACT,
    SUBENTRY_USSD_CODE,
)
from .contact_flow import ContactFlow
from .listening import Listening
from .offers import Offer, Offers
from .options_flow import ZenderOptionsFlow
from .ussd_code_flow import UssdCodeFlow
from .webhook import async_get_webhooks
from .webhook_url import Addresses, async_addresses, async_entry_addresses

DEFAULT_TITLE: Final = "Zender gateway"


SECRET_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_SECRET): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
        )
    }
)
_SECRET: Final = re.compile(r"[0-9a-f]{40}")


def valid_secret(text: str) -> str | None:
    """Return the secret in what a user pasted, or None if it cannot be one."""
    secret = text.strip().lower()
    return secret if _SECRET.fullmatch(secret) else None


class ZenderConfigFlow(ApiFlow, domain=DOMAIN):
    """Adds a gateway, or gives an entry another secret, address or API key."""

    VERSION = 1

    _offers: Offers
    _offer: Offer
    _addresses: Addresses
    _cloudhook_url: str | None = None
    _can_only_poll = False
    """Whether the gateway has no way to deliver, as far as can be told."""
    _secret: str | None = None
    _is_poll_only = False
    _listening: Listening | None = None
    _waiting: asyncio.Task[None] | None = None

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> ZenderOptionsFlow:
        """Return the options flow."""
        return ZenderOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to an entry."""
        return {SUBENTRY_CONTACT: ContactFlow, SUBENTRY_USSD_CODE: UssdCodeFlow}

    # The address

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show an address, the one that an earlier flow showed if there is one."""
        if user_input is not None:
            return await self.async_step_verify()
        self._offers = async_get_webhooks(self.hass).offers
        if (offer := await self._offers.async_offer(self.flow_id)) is None:
            return await self.async_step_other_flow()
        return await self._async_show_address(offer)

    async def async_step_other_flow(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether the flow that has the address is still in use."""
        return self.async_show_menu(
            step_id="other_flow", menu_options=["take_over", "new_address"]
        )

    async def async_step_take_over(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on with the address that another flow showed, and end that flow."""
        offer = self._offers.async_take_over(self.flow_id)
        return await self._async_show_address(
            offer or self._offers.async_offer_new(self.flow_id)
        )

    async def async_step_new_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Leave the other flow alone."""
        return await self._async_show_address(
            self._offers.async_offer_new(self.flow_id)
        )

    async def _async_show_address(self, offer: Offer) -> ConfigFlowResult:
        self._offer = offer
        self._cloudhook_url = await async_get_cloudhook_url(self.hass, offer.webhook_id)
        self._addresses = async_addresses(
            self.hass, offer.webhook_id, self._cloudhook_url
        )
        if not self._addresses:
            return self.async_abort(reason="no_url")
        self._offers_poll = self._polls = not is_public(self._addresses)
        self._can_only_poll = self._polls and self.source != SOURCE_RECONFIGURE
        return self.async_show_form(
            step_id="user",
            data_schema=address_schema(self._addresses),
            errors=address_warnings(self._addresses),
            description_placeholders={"webhook_url": self._url},
            last_step=False,
        )

    @property
    def _url(self) -> str:
        """The best address."""
        return next(iter(self._addresses.values()))

    # The secret

    async def async_step_verify(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how to go on. Before listening, because nothing can be chosen meanwhile."""
        return self._async_show_verify_menu("verify")

    @callback
    def _async_show_verify_menu(self, step_id: str, *first: str) -> ConfigFlowResult:
        last = ["poll_only"] if self._can_only_poll else []
        return self.async_show_menu(
            step_id=step_id,
            menu_options=[*first, "listen", "secret", "finish", *last],
            description_placeholders={"webhook_url": self._url},
        )

    async def async_step_secret(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take a typed secret, then listen."""
        return await self._async_type_secret("secret", user_input)

    async def async_step_finish(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take a typed secret, unless it is known, and finish without a test."""
        if self._known_secret is not None:
            return await self._async_secret_known()
        return await self._async_type_secret("finish", user_input)

    async def _async_type_secret(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            if secret := valid_secret(user_input[CONF_SECRET]):
                self._secret = secret
                if step_id == "finish":
                    return await self._async_secret_known()
                return await self.async_step_listen()
            errors[CONF_SECRET] = "invalid_secret"
        return self.async_show_form(
            step_id=step_id,
            data_schema=SECRET_SCHEMA,
            errors=errors,
            last_step=False,
        )

    # The first delivery

    async def async_step_listen(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait for deliveries and tick off what arrived."""
        begins = self._listening is None
        listening = self._listening or Listening(self._offer, self._known_secret)
        if listening.is_over:
            self._listening = self._waiting = None
            if begins:
                # Everything came before. Without progress to show there is none to be done with, and
                # after it Home Assistant would take what led here for an answer to the next step.
                return await self.async_step_confirm()
            return self.async_show_progress_done(next_step_id=listening.outcome)
        self._listening = listening
        # Cancelled: Home Assistant stops.
        if self._waiting is None or (
            self._waiting.done() and not self._waiting.cancelled()
        ):
            self._waiting = self.hass.async_create_background_task(
                listening.async_wait(), f"{DOMAIN} first delivery"
            )
        return self.async_show_progress(
            step_id="listen",
            progress_action=listening.hint,
            description_placeholders={"webhook_url": self._url, **listening.ticks},
            progress_task=self._waiting,
        )

    @property
    def _known_secret(self) -> str | None:
        """The secret that was typed or confirmed, or that the entry has."""
        if self._secret is None and self.source == SOURCE_RECONFIGURE:
            return str(self._get_reconfigure_entry().data[CONF_SECRET])
        return self._secret

    async def async_step_nothing_came(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how to go on after five minutes without a delivery."""
        self._offers_poll = self._polls = True
        return self._async_show_verify_menu("nothing_came")

    async def async_step_redirected(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how to go on after deliveries that a redirect emptied."""
        self._offer.redirected = False
        return self._async_show_verify_menu("redirected")

    async def async_step_other_secret(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how to go on after deliveries with another secret."""
        return self._async_show_verify_menu("other_secret", "use_other_secret")

    async def async_step_use_other_secret(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the secret that the last delivery had."""
        self._secret = self._offer.deliveries[-1].secret
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the secret's beginning and what came."""
        heard = Listening(self._offer, self._known_secret)
        secret = heard.arrived[0].secret
        if user_input is not None:
            self._secret = secret
            self._polls = False
            return await self._async_secret_known()
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders={"secret_start": secret[:4], **heard.ticks},
            last_step=self.source == SOURCE_RECONFIGURE,
        )

    # The end

    async def _async_secret_known(self) -> ConfigFlowResult:
        self._async_abort_entries_match({CONF_SECRET: self._known_secret})
        if self.source == SOURCE_RECONFIGURE:
            return await self._async_move_entry()
        return await self.async_step_api()

    @override
    async def async_step_poll_only(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on with a secret that nobody knows: nothing can be delivered with it."""
        if self._secret is None:
            self._secret = secrets.token_hex(20)
            self._is_poll_only = True
        return await super().async_step_poll_only(user_input)

    @override
    async def _async_add_entry(self) -> ConfigFlowResult:
        # Another dialog may have been faster.
        self._async_abort_entries_match({CONF_SECRET: self._known_secret})
        return self.async_create_entry(
            title=self._title,
            data={**self._data, **self._api},
            options={CONF_POLL: True} if self._api and self._polls else {},
            description_placeholders={"automation_url": "/config/automation/edit/new"},
        )

    @property
    def _data(self) -> dict[str, Any]:
        """What is known of the webhook."""
        data = {
            CONF_WEBHOOK_ID: self._offer.webhook_id,
            CONF_SECRET: self._known_secret,
        }
        if not self._is_poll_only:
            data[CONF_WEBHOOK_URL] = self._url
        if self._cloudhook_url is not None:
            data[CONF_CLOUDHOOK_URL] = self._cloudhook_url
        return data

    @property
    def _title(self) -> str:
        title = DEFAULT_TITLE
        if self._api:
            title = URL(self._api[CONF_URL]).host or title
        taken = {entry.title for entry in self._async_current_entries()}
        numbered = (f"{title} {number}" for number in count(2))
        return next(name for name in chain((title,), numbered) if name not in taken)

    # Reconfigure

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the present address and what can be changed."""
        addresses = async_entry_addresses(self.hass, self._get_reconfigure_entry())
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=["new_secret", "user", "api"],
            description_placeholders={
                "webhook_url": next(iter(addresses.values()), "–")
            },
        )

    async def async_step_new_secret(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take another secret for the present address."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if secret := valid_secret(user_input[CONF_SECRET]):
                self._async_abort_entries_match({CONF_SECRET: secret})
                return self.async_update_and_abort(
                    self._get_reconfigure_entry(), data_updates={CONF_SECRET: secret}
                )
            errors[CONF_SECRET] = "invalid_secret"
        return self.async_show_form(
            step_id="new_secret", data_schema=SECRET_SCHEMA, errors=errors
        )

    async def _async_move_entry(self) -> ConfigFlowResult:
        """Give the entry its new address. The webhook moves along at once."""
        entry = self._get_reconfigure_entry()
        old = entry.data
        kept = {name: old[name] for name in old if name != CONF_CLOUDHOOK_URL}
        result = self.async_update_and_abort(entry, data=kept | self._data)
        if CONF_CLOUDHOOK_URL in old:
            await async_delete_cloudhook(self.hass, old[CONF_WEBHOOK_ID])
        return result

    @callback
    @override
    def async_remove(self) -> None:
        """Keep the address for the next flow, unless an entry has it now."""
        async_get_webhooks(self.hass).offers.async_release(self.flow_id)
