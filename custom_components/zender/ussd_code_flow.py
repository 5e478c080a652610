"""Adding a USSD code: what is asked, which SIM asks, and what is read of the response."""

from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_CODE, CONF_NAME, CONF_UNIT_OF_MEASUREMENT
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)

from .devices import SourceKind, sim_source
from .expressions import Expression, InvalidPatternError
from .subentries import TEXT, ApiSubentryFlow, choice
from .ussd import CODE

CONF_INTERVAL: Final = "interval"
CONF_PATTERN: Final = "pattern"
CONF_SIM: Final = "sim"

SLOTS: Final = (1, 2)
MIN_INTERVAL: Final = 15
MAX_INTERVAL: Final = 31 * 24 * 60

_INTERVAL: Final = vol.All(
    NumberSelector(
        NumberSelectorConfig(
            min=0,
            max=MAX_INTERVAL,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement="min",
        )
    ),
    vol.Coerce(int),
)


class UssdCodeFlow(ApiSubentryFlow):
    """Adds or changes a USSD code."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for all of it."""
        return self._async_ask("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what was given before."""
        return self._async_ask("reconfigure", user_input)

    def _async_ask(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        sims = [
            sim_source(source.id, slot)
            for source in self._sources
            if source.kind is SourceKind.PHONE
            for slot in SLOTS
        ]
        names = self._names(sims, "no_phone")
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input[CONF_CODE] = user_input[CONF_CODE].strip()
            if not (errors := _errors(user_input)):
                name = user_input.pop(CONF_NAME)
                return self._async_finish(name, user_input)
        schema = vol.Schema(
            {
                vol.Required(CONF_NAME): TEXT,
                self._required(CONF_SIM, names): choice(names),
                vol.Required(CONF_CODE): TEXT,
                vol.Optional(CONF_PATTERN): TEXT,
                vol.Optional(CONF_UNIT_OF_MEASUREMENT): TEXT,
                vol.Required(CONF_INTERVAL, default=0): _INTERVAL,
            }
        )
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or self._before
            ),
            errors=errors,
        )


def _errors(given: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with what was given, by field."""
    errors: dict[str, str] = {}
    if not CODE.match(given[CONF_CODE]):
        errors[CONF_CODE] = "invalid_code"
    if 0 < given[CONF_INTERVAL] < MIN_INTERVAL:
        errors[CONF_INTERVAL] = "interval_too_short"
    if CONF_PATTERN in given:
        try:
            Expression(given[CONF_PATTERN])
        except InvalidPatternError as error:
            errors[CONF_PATTERN] = error.reason
    elif CONF_UNIT_OF_MEASUREMENT in given:
        errors[CONF_UNIT_OF_MEASUREMENT] = "pattern_needed"
    return errors
