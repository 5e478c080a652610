"""What a user sees when something is added to an entry, or changed."""

from typing import Any, Self

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigSubentry,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .dialog import TEXTS, assert_texts


class Adding:
    """A dialog for a subentry, used like a person uses it. Every text that it needs must be there."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, result: SubentryFlowResult
    ) -> None:
        """Begin with what the dialog shows first."""
        self._hass = hass
        self._entry = entry
        self._type = result["handler"][1]
        self._show(result)

    @classmethod
    async def open(cls, hass: HomeAssistant, entry: ConfigEntry, type_: str) -> Self:
        """Add a subentry."""
        result = await hass.config_entries.subentries.async_init(
            (entry.entry_id, type_), context={"source": SOURCE_USER}
        )
        return cls(hass, entry, result)

    @classmethod
    async def reconfigure(
        cls, hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry
    ) -> Self:
        """Change a subentry."""
        result = await hass.config_entries.subentries.async_init(
            (entry.entry_id, subentry.subentry_type),
            context={
                "source": SOURCE_RECONFIGURE,
                "subentry_id": subentry.subentry_id,
            },
        )
        return cls(hass, entry, result)

    @property
    def step(self) -> str:
        """What is shown."""
        return self.result["step_id"]

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong with what was given."""
        return self.result["errors"] or {}

    @property
    def abort_reason(self) -> str:
        """Why it ended; a change that was made ends like this, too."""
        assert self.result["type"] is FlowResultType.ABORT
        return self.result["reason"]

    @property
    def fields(self) -> dict[str, Any]:
        """What is filled in, by field."""
        schema = self.result["data_schema"]
        assert schema is not None
        filled: dict[str, Any] = {}
        for field in schema.schema:
            if "suggested_value" in (field.description or {}):
                filled[str(field)] = field.description["suggested_value"]
            elif callable(field.default):
                filled[str(field)] = field.default()
        return filled

    def choices(self, field: str) -> dict[str, str]:
        """Return the names of what can be chosen in a field, by their values."""
        schema = self.result["data_schema"]
        assert schema is not None
        options = schema.schema[field].config["options"]
        return {option["value"]: option["label"] for option in options}

    async def choose(self, option: str) -> None:
        """Choose from a menu."""
        assert option in self.result["menu_options"]
        await self._go_on({"next_step_id": option})

    async def submit(self, **fields: Any) -> None:
        """Send a form with what is filled in, some of it changed; a field that is `...` is emptied."""
        assert self.result["type"] is FlowResultType.FORM
        given = {**self.fields, **fields}
        await self._go_on(
            {name: value for name, value in given.items() if value is not ...}
        )

    async def reopen(self) -> None:
        """Leave the dialog and come back to it."""
        await self._go_on(None)

    async def _go_on(self, user_input: dict[str, Any] | None) -> None:
        flows = self._hass.config_entries.subentries
        self._show(await flows.async_configure(self.result["flow_id"], user_input))
        await self._hass.async_block_till_done()

    def _show(self, result: SubentryFlowResult) -> None:
        self.result = result
        assert_texts(TEXTS["config_subentries"][self._type], result)

    @property
    def subentry(self) -> ConfigSubentry:
        """What was added last."""
        assert self.result["type"] is FlowResultType.CREATE_ENTRY
        return list(self._entry.subentries.values())[-1]
