"""Adding a gateway: show the address, learn the secret, see a first delivery arrive."""

import asyncio
from itertools import chain, count
import re
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    QrCodeSelector,
    QrCodeSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .cloudhook import async_delete_cloudhook, async_get_cloudhook_url
from .const import CONF_CLOUDHOOK_URL, CONF_SECRET, CONF_WEBHOOK_URL, DOMAIN
from .listening import Listening
from .offers import Offer, Offers
from .options_flow import ZenderOptionsFlow
from .webhook import async_get_webhooks
from .webhook_url import (
    MAX_URL_LENGTH,
    Addresses,
    AddressKind,
    async_addresses,
    async_entry_addresses,
)

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


class ZenderConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds a gateway, or gives an entry another secret or address."""

    VERSION = 1

    _offers: Offers
    _offer: Offer
    _addresses: Addresses
    _cloudhook_url: str | None = None
    _secret: str | None = None
    _listening: Listening | None = None
    _waiting: asyncio.Task[None] | None = None

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> ZenderOptionsFlow:
        """Return the options flow."""
        return ZenderOptionsFlow()

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
        return self.async_show_form(
            step_id="user",
            data_schema=_address_schema(self._addresses),
            errors=_address_warnings(self._addresses),
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
        return self.async_show_menu(
            step_id=step_id,
            menu_options=[*first, "listen", "secret", "finish"],
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
            return await self._async_finish()
        return await self._async_type_secret("finish", user_input)

    async def _async_type_secret(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            if secret := valid_secret(user_input[CONF_SECRET]):
                self._secret = secret
                if step_id == "finish":
                    return await self._async_finish()
                return await self.async_step_listen()
            errors[CONF_SECRET] = "invalid_secret"
        return self.async_show_form(
            step_id=step_id,
            data_schema=SECRET_SCHEMA,
            errors=errors,
            last_step=step_id == "finish",
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
            return await self._async_finish()
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders={"secret_start": secret[:4], **heard.ticks},
            last_step=True,
        )

    # The end

    async def _async_finish(self) -> ConfigFlowResult:
        data = {
            CONF_WEBHOOK_ID: self._offer.webhook_id,
            CONF_SECRET: self._known_secret,
            CONF_WEBHOOK_URL: self._url,
        }
        if self._cloudhook_url is not None:
            data[CONF_CLOUDHOOK_URL] = self._cloudhook_url
        self._async_abort_entries_match({CONF_SECRET: data[CONF_SECRET]})
        if self.source == SOURCE_RECONFIGURE:
            return await self._async_move_entry(data)
        return self.async_create_entry(
            title=self._title,
            data=data,
            description_placeholders={"automation_url": "/config/automation/edit/new"},
        )

    @property
    def _title(self) -> str:
        taken = {entry.title for entry in self._async_current_entries()}
        numbered = (f"{DEFAULT_TITLE} {number}" for number in count(2))
        return next(
            title for title in chain((DEFAULT_TITLE,), numbered) if title not in taken
        )

    # Reconfigure

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the present address and what can be changed."""
        addresses = async_entry_addresses(self.hass, self._get_reconfigure_entry())
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=["new_secret", "user"],
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

    async def _async_move_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Give the entry its new address. The webhook moves along at once."""
        entry = self._get_reconfigure_entry()
        old = entry.data
        kept = {name: old[name] for name in old if name != CONF_CLOUDHOOK_URL}
        result = self.async_update_and_abort(entry, data=kept | data)
        if CONF_CLOUDHOOK_URL in old:
            await async_delete_cloudhook(self.hass, old[CONF_WEBHOOK_ID])
        return result

    @callback
    @override
    def async_remove(self) -> None:
        """Keep the address for the next flow, unless an entry has it now."""
        async_get_webhooks(self.hass).offers.async_release(self.flow_id)


def _address_schema(addresses: Addresses) -> vol.Schema:
    """Return a form that shows each address to copy, and the best one to scan.

    The fields can be edited, to no effect: a read-only one could not be copied everywhere.
    """
    shown = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
    best = next(iter(addresses.values()))
    return vol.Schema(
        {
            vol.Optional(f"{kind}_url", default=url): shown
            for kind, url in addresses.items()
        }
        | {
            vol.Optional("qr_code"): QrCodeSelector(
                QrCodeSelectorConfig(data=best, scale=4)
            )
        }
    )


def _address_warnings(addresses: Addresses) -> dict[str, str]:
    """Return for each address what is wrong with it, as far as can be told from here."""
    warnings: dict[str, str] = {}
    for kind, url in addresses.items():
        if len(url.encode()) > MAX_URL_LENGTH:
            warnings[f"{kind}_url"] = "too_long"
        elif kind is AddressKind.INTERNAL:
            if len(addresses) == 1:
                warnings[f"{kind}_url"] = "only_local"
        elif not url.startswith("https://"):
            warnings[f"{kind}_url"] = "not_https"
    return warnings
