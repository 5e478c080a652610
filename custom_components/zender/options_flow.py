"""The options: what an entry accepts, shows and keeps."""

import logging
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
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
    CONF_DATABASE_URL,
    CONF_DEDUPLICATE,
    CONF_KEEP_DAYS,
    CONF_KEEP_MEGABYTES,
    CONF_LOCAL_ONLY,
    CONF_TEXTS_IN_STATES,
    DEFAULT_KEEP_DAYS,
    DEFAULT_KEEP_MEGABYTES,
    TEXTS_FULL,
    TEXTS_NONE,
)
from .journal.engine import check
from .journal.errors import JournalError, Problem

_LOGGER = logging.getLogger(__name__)


def _whole_number(minimum: int, maximum: int, unit: str) -> Any:
    return vol.All(
        NumberSelector(
            NumberSelectorConfig(
                min=minimum,
                max=maximum,
                mode=NumberSelectorMode.BOX,
                unit_of_measurement=unit,
            )
        ),
        vol.Coerce(int),
    )


OPTIONS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_LOCAL_ONLY, default=False): BooleanSelector(),
        vol.Required(CONF_DEDUPLICATE, default=True): BooleanSelector(),
        vol.Required(CONF_TEXTS_IN_STATES, default=TEXTS_FULL): SelectSelector(
            SelectSelectorConfig(
                options=[TEXTS_FULL, TEXTS_NONE],
                translation_key=CONF_TEXTS_IN_STATES,
                mode=SelectSelectorMode.LIST,
            )
        ),
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


class ZenderOptionsFlow(OptionsFlow):
    """Changes what an entry takes and shows."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the options."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if not (problem := await self._async_check_database(user_input)):
                return self.async_create_entry(data=user_input)
            errors[CONF_DATABASE_URL] = f"journal_{problem}"
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA, user_input or self.config_entry.options
            ),
            errors=errors,
        )

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
