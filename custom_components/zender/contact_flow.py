"""Adding a contact: who gets messages, and what sends them."""

from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_ADDRESS, CONF_NAME, CONF_SENDER
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .devices import Source, SourceKind
from .gateway.api_errors import GatewayError
from .gateway.messages import GROUP_SUFFIX, MessageType
from .phone_numbers import NotANumberError, international
from .subentries import TEXT, ApiSubentryFlow, choice

CONF_CHANNEL: Final = "channel"
CONF_SENDER_KIND: Final = "sender_kind"

_NUMBER: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.TEL, autocomplete="off")
)


class ContactFlow(ApiSubentryFlow):
    """Adds or changes a contact."""

    _account: str
    _groups: dict[str, str]

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask how messages reach the contact."""
        self._async_api()
        return self.async_show_menu(
            step_id="user", menu_options=["sms", "whatsapp", "group"]
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what was given before."""
        if self._before[CONF_CHANNEL] == MessageType.SMS:
            return await self.async_step_sms()
        if self._before[CONF_ADDRESS].endswith(GROUP_SUFFIX):
            return await self.async_step_group()
        return await self.async_step_whatsapp()

    # A person

    async def async_step_sms(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a number and the phone or SIM that sends."""
        senders = [
            source
            for source in self._sources
            if source.kind is SourceKind.PHONE
            or (source.kind is SourceKind.SIM and source.slot[1] is not None)
        ]
        return await self._async_ask_person(MessageType.SMS, senders, user_input)

    async def async_step_whatsapp(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a number and the account that sends."""
        return await self._async_ask_person(
            MessageType.WHATSAPP, self._accounts, user_input
        )

    async def _async_ask_person(
        self,
        channel: MessageType,
        senders: list[Source],
        user_input: dict[str, Any] | None,
    ) -> SubentryFlowResult:
        names = self._names(senders, f"no_sender_{channel}")
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                address = await self.hass.async_add_executor_job(
                    international, user_input[CONF_ADDRESS], self.hass.config.country
                )
            except NotANumberError:
                errors[CONF_ADDRESS] = "invalid_number"
            else:
                [sender] = [
                    source for source in senders if source.id == user_input[CONF_SENDER]
                ]
                return self._async_finish_contact(
                    channel, address, sender, user_input[CONF_NAME]
                )
        schema = vol.Schema(
            {
                vol.Required(CONF_NAME): TEXT,
                vol.Required(CONF_ADDRESS): _NUMBER,
                self._required(CONF_SENDER, names): choice(names),
            }
        )
        return self.async_show_form(
            step_id=channel.value,
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or self._before
            ),
            errors=errors,
        )

    @property
    def _accounts(self) -> list[Source]:
        return [item for item in self._sources if item.kind is SourceKind.ACCOUNT]

    # A group

    async def async_step_group(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the account that is in the group, unless there is only one."""
        names = self._names(self._accounts, "no_sender_whatsapp")
        if user_input is None and len(names) > 1:
            schema = vol.Schema({vol.Required(CONF_SENDER): choice(names)})
            return self.async_show_form(
                step_id="group",
                data_schema=self.add_suggested_values_to_schema(schema, self._before),
                last_step=False,
            )
        self._account = user_input[CONF_SENDER] if user_input else next(iter(names))
        try:
            self._groups = await self._async_get_groups()
        except GatewayError, HomeAssistantError:
            return self._async_show_typing({"base": "groups_unknown"})
        if not self._groups:
            return self._async_show_typing({"base": "no_groups"})
        return await self.async_step_choose_group()

    async def _async_get_groups(self) -> dict[str, str]:
        """Return the names of the account's groups by their ids. Raises GatewayError and HomeAssistantError."""
        source = Source(SourceKind.ACCOUNT, self._account)
        account = await self._async_api().coordinator.async_account(source)
        groups = await self._async_api().client.get_groups(account.unique)
        groups.sort(key=lambda group: group.name.casefold())
        return {group.gid: group.name or group.gid for group in groups}

    async def async_step_choose_group(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for one of the account's groups."""
        if user_input is not None:
            address = user_input[CONF_ADDRESS]
            return self._async_finish_group(
                address, user_input.get(CONF_NAME) or self._groups[address]
            )
        schema = vol.Schema(
            {
                vol.Required(CONF_ADDRESS): choice(self._groups),
                vol.Optional(CONF_NAME): TEXT,
            }
        )
        return self.async_show_form(
            step_id="choose_group",
            data_schema=self.add_suggested_values_to_schema(schema, self._before),
        )

    async def async_step_type_group(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take the id of a group that the gateway did not tell."""
        if user_input is None:
            return self._async_show_typing({})
        address = user_input[CONF_ADDRESS].strip().removeprefix("+")
        number, suffix, rest = address.partition(GROUP_SUFFIX)
        if suffix and not rest and number.replace("-", "").isdecimal():
            return self._async_finish_group(address, user_input[CONF_NAME])
        return self._async_show_typing({CONF_ADDRESS: "invalid_group"}, user_input)

    def _async_show_typing(
        self, errors: dict[str, str], user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        schema = vol.Schema(
            {vol.Required(CONF_ADDRESS): TEXT, vol.Required(CONF_NAME): TEXT}
        )
        return self.async_show_form(
            step_id="type_group",
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or self._before
            ),
            errors=errors,
        )

    # The end

    def _async_finish_group(self, address: str, name: str) -> SubentryFlowResult:
        account = Source(SourceKind.ACCOUNT, self._account)
        return self._async_finish_contact(MessageType.WHATSAPP, address, account, name)

    def _async_finish_contact(
        self, channel: MessageType, address: str, sender: Source, name: str
    ) -> SubentryFlowResult:
        data = {
            CONF_CHANNEL: channel.value,
            CONF_ADDRESS: address,
            CONF_SENDER: sender.id,
            CONF_SENDER_KIND: sender.kind.value,
        }
        return self._async_finish(name, data, unique_id=f"{channel}_{address}")
