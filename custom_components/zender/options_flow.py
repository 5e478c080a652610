"""The options: what an entry accepts, shows, keeps, sends and asks for."""

import logging
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.const import CONF_API_KEY
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from .const import (
    CONF_ALLOWED_SENDERS,
    CONF_ANSWER_LIMIT,
    CONF_BLOCKED_SENDERS,
    CONF_DATABASE_URL,
    CONF_DEDUPLICATE,
    CONF_DELIVER_MISSED_MINUTES,
    CONF_DOWNLOAD_ATTACHMENTS,
    CONF_HOURLY_LIMIT,
    CONF_KEEP_DAYS,
    CONF_KEEP_IGNORED,
    CONF_KEEP_MEGABYTES,
    CONF_LOCAL_ONLY,
    CONF_POLL,
    CONF_TEXTS_IN_STATES,
    DEFAULT_ANSWER_LIMIT,
    DEFAULT_KEEP_DAYS,
    DEFAULT_KEEP_MEGABYTES,
    TEXTS_FULL,
    TEXTS_NONE,
)
from .journal.engine import check
from .journal.errors import JournalError, Problem
from .senders import problem_of, tidied

_LOGGER = logging.getLogger(__name__)

SENDER_LISTS: Final = frozenset({CONF_ALLOWED_SENDERS, CONF_BLOCKED_SENDERS})


def _whole_number(minimum: int, maximum: int, unit: str | None = None) -> Any:
    config = NumberSelectorConfig(min=minimum, max=maximum, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return vol.All(NumberSelector(config), vol.Coerce(int))


OPTIONS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_LOCAL_ONLY, default=False): BooleanSelector(),
        vol.Required(CONF_DEDUPLICATE, default=True): BooleanSelector(),
        vol.Optional(CONF_ALLOWED_SENDERS): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
        vol.Optional(CONF_BLOCKED_SENDERS): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
        vol.Required(CONF_KEEP_IGNORED, default=False): BooleanSelector(),
        vol.Required(CONF_TEXTS_IN_STATES, default=TEXTS_FULL): SelectSelector(
            SelectSelectorConfig(
                options=[TEXTS_FULL, TEXTS_NONE],
                translation_key=CONF_TEXTS_IN_STATES,
                mode=SelectSelectorMode.LIST,
            )
        ),
        vol.Required(CONF_ANSWER_LIMIT, default=DEFAULT_ANSWER_LIMIT): _whole_number(
            0, 1_000
        ),
        vol.Required(CONF_HOURLY_LIMIT, default=0): _whole_number(0, 10_000),
        vol.Required(CONF_KEEP_DAYS, default=DEFAULT_KEEP_DAYS): _whole_number(
            0, 3650, "d"
        ),
        vol.Required(
            CONF_KEEP_MEGABYTES, default=DEFAULT_KEEP_MEGABYTES
        ): _whole_number(10, 100_000, "MB"),
        vol.Optional(CONF_DATABASE_URL): TextSelector(
            TextSelectorConfig(autocomplete="off")
        ),
    }
)
API_OPTIONS_SCHEMA: Final = OPTIONS_SCHEMA.extend(
    {
        vol.Required(CONF_POLL, default=False): BooleanSelector(),
        vol.Required(CONF_DELIVER_MISSED_MINUTES, default=0): _whole_number(
            0, 1_440, "min"
        ),
        vol.Required(CONF_DOWNLOAD_ATTACHMENTS, default=False): BooleanSelector(),
    }
)
"""With those that need an API key."""


class ZenderOptionsFlow(OptionsFlow):
    """Changes what an entry takes and shows."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the options."""
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            for field in SENDER_LISTS & user_input.keys():
                user_input[field] = tidied(user_input[field])
            if wrong := await self._async_wrong_sender(user_input):
                field, placeholders["sender"], errors[field] = wrong
            if problem := await self._async_check_database(user_input):
                errors[CONF_DATABASE_URL] = f"journal_{problem}"
            if not errors:
                return self.async_create_entry(data=user_input)
        schema = OPTIONS_SCHEMA
        if CONF_API_KEY in self.config_entry.data:
            schema = API_OPTIONS_SCHEMA
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or self.config_entry.options
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def _async_wrong_sender(
        self, options: dict[str, Any]
    ) -> tuple[str, str, str] | None:
        """Return the first entry of a list that is no sender: its field, itself, and what is wrong with it."""
        country = self.hass.config.country

        def check() -> tuple[str, str, str] | None:
            for field in sorted(SENDER_LISTS & options.keys()):
                for name in options[field]:
                    if problem := problem_of(name, country):
                        return field, name, problem
            return None

        return await self.hass.async_add_executor_job(check)

    async def _async_check_database(self, options: dict[str, Any]) -> Problem | None:
        """Return what is wrong with the database that the options name."""
        url = options.get(CONF_DATABASE_URL)
        if not url or url == self.config_entry.options.get(CONF_DATABASE_URL):
            return None
        try:
            await self.hass.async_add_executor_job(check, url)
        except JournalError as error:
            # What the cause says may hold the address, and with it the password.
            _LOGGER.warning(
                "The database cannot be used: %s (%s)",
                error.problem,
                type(error.__cause__ or error).__name__,
            )
            return error.problem
        return None
