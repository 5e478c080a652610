"""Repairs that lead the user through what has to change."""

from typing import Any

import voluptuous as vol

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .archive import set_aside_issue_id
from .config_flow import SECRET_SCHEMA, valid_secret
from .const import CONF_SECRET
from .webhook_url import async_confirm_url, async_entry_addresses, url_changed_issue_id


class UrlChangedRepairFlow(RepairsFlow):
    """Shows the new address until the user says that the gateway has it."""

    def __init__(self, entry: ConfigEntry) -> None:
        """Take the entry whose address changed."""
        self._entry = entry

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show the new address."""
        if user_input is not None:
            async_confirm_url(self.hass, self._entry)
            return self.async_create_entry(data={})
        addresses = async_entry_addresses(self.hass, self._entry)
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders={
                "title": self._entry.title,
                "webhook_url": next(iter(addresses.values()), ""),
            },
        )


class WrongSecretRepairFlow(RepairsFlow):
    """Takes the secret that the gateway shows."""

    def __init__(self, entry: ConfigEntry) -> None:
        """Take the entry whose secret is wrong."""
        self._entry = entry

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_secret()

    async def async_step_secret(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for the secret."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if secret := valid_secret(user_input[CONF_SECRET]):
                self.hass.config_entries.async_update_entry(
                    self._entry, data={**self._entry.data, CONF_SECRET: secret}
                )
                return self.async_create_entry(data={})
            errors[CONF_SECRET] = "invalid_secret"
        return self.async_show_form(
            step_id="secret",
            data_schema=SECRET_SCHEMA,
            errors=errors,
            description_placeholders={"title": self._entry.title},
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, Any]
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    entry = hass.config_entries.async_get_known_entry(data["entry_id"])
    if issue_id == url_changed_issue_id(entry.entry_id):
        return UrlChangedRepairFlow(entry)
    if issue_id == set_aside_issue_id(entry.entry_id):
        return ConfirmRepairFlow()
    return WrongSecretRepairFlow(entry)
