"""What a user sees of a flow, and the gateway's end of the address that it shows."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
import json
from pathlib import Path
from string import Formatter
from typing import Any, Final, Self

from aiohttp.test_utils import TestClient
from yarl import URL

import custom_components.zender
from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.data_entry_flow import (
    EVENT_DATA_ENTRY_FLOW_PROGRESSED,
    FlowResultType,
)

from .receiving import SECRET, USUAL, assert_accepted, renumbered
from .simulator.encoding import encode

EXTERNAL: Final = "https://home.example"
INTERNAL: Final = "http://homeassistant.local:8123"
OTHER_SECRET: Final = "fedcba9876543210fedcba9876543210fedcba98"

TEXTS: Final[Mapping[str, Any]] = json.loads(
    (
        Path(custom_components.zender.__file__).parent / "translations" / "en.json"
    ).read_text(encoding="utf-8")
)


class Dialog:
    """A config flow, used like a person uses it. Every text that it needs must be there."""

    def __init__(self, hass: HomeAssistant, result: ConfigFlowResult) -> None:
        """Begin with what the flow shows first."""
        self._hass = hass
        self._news = asyncio.Event()
        self.result = result
        assert_texts(TEXTS["config"], result)

        @callback
        def progressed(event: Event) -> None:
            if event.data["flow_id"] == self.flow_id:
                self._news.set()

        hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESSED, progressed)

    @classmethod
    async def open(cls, hass: HomeAssistant) -> Self:
        """Add a gateway."""
        return cls(
            hass,
            await hass.config_entries.flow.async_init(
                DOMAIN, context={"source": SOURCE_USER}
            ),
        )

    @classmethod
    async def reconfigure(cls, hass: HomeAssistant, entry: ConfigEntry) -> Self:
        """Reconfigure a gateway."""
        return cls(
            hass,
            await hass.config_entries.flow.async_init(
                DOMAIN,
                context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
            ),
        )

    @property
    def flow_id(self) -> str:
        """The flow."""
        return self.result["flow_id"]

    @property
    def step(self) -> str:
        """What is shown."""
        return self.result["step_id"]

    @property
    def placeholders(self) -> Mapping[str, str]:
        """What is filled into the texts."""
        return self.result["description_placeholders"] or {}

    @property
    def url(self) -> str:
        """The address that is shown."""
        return self.placeholders["webhook_url"]

    @property
    def options(self) -> list[str]:
        """What can be chosen."""
        assert self.result["type"] is FlowResultType.MENU
        options = self.result["menu_options"]
        assert isinstance(options, list)
        return options

    @property
    def entry(self) -> ConfigEntry:
        """The entry that came of it."""
        assert self.result["type"] is FlowResultType.CREATE_ENTRY
        return self.result["result"]

    @property
    def abort_reason(self) -> str:
        """Why it ended without an entry."""
        assert self.result["type"] is FlowResultType.ABORT
        return self.result["reason"]

    async def submit(self, **user_input: Any) -> None:
        """Send a form."""
        assert self.result["type"] is FlowResultType.FORM
        await self._go_on(user_input)

    async def choose(self, *options: str) -> None:
        """Choose from a menu, then from the next one."""
        for option in options:
            assert option in self.options
            await self._go_on({"next_step_id": option})

    @property
    def shown(self) -> dict[str, Any]:
        """The fields of a form, with what is filled in."""
        schema = self.result["data_schema"]
        assert schema is not None
        filled: dict[str, Any] = schema({})
        suggested = {
            str(field): (field.description or {}).get("suggested_value")
            for field in schema.schema
        }
        return {name: value or filled.get(name) for name, value in suggested.items()}

    async def submit_insecure(self, url: str, api_key: str, **more: Any) -> None:
        """Submit a site without https and a key, and accept that it is so."""
        await self.submit(url=url, api_key=api_key, **more)
        assert self.result["errors"] == {"url": "insecure"}
        await self.submit(url=url, api_key=api_key, **more)

    async def skip_api(self) -> None:
        """Leave out the site and the API key."""
        assert self.step == "api"
        await self.submit()

    async def listen(self) -> None:
        """Go on from the address to listening."""
        await self.submit()
        await self.choose("listen")

    async def look(self) -> None:
        """Look again as soon as the flow says that something changed."""
        # No clock: a test's time stands still.
        for _ in range(100):
            if self._news.is_set():
                break
            await asyncio.sleep(0)
        assert self._news.is_set(), "the flow does not say that anything changed"
        self._news.clear()
        await self._go_on(None)

    @property
    def has_news(self) -> bool:
        """Whether the flow said that something changed."""
        return self._news.is_set()

    def close(self) -> None:
        """Close it without an end."""
        self._hass.config_entries.flow.async_abort(self.flow_id)

    async def _go_on(self, user_input: dict[str, Any] | None) -> None:
        self.result = await self._hass.config_entries.flow.async_configure(
            self.flow_id, user_input
        )
        assert_texts(TEXTS["config"], self.result)


class Gateway:
    """Posts to addresses, like a gateway that was given them."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        """Take a connection to Home Assistant."""
        self.client = client
        self._delivered: Counter[str] = Counter()

    async def deliver(
        self, url: str, *types: str, secret: str = SECRET, **changes: Any
    ) -> None:
        """Deliver usual messages to an address that takes them.

        Each is a new message with numbers of its own, as the gateway gives them.
        """
        for type_ in types:
            new = {**renumbered(USUAL[type_], self._delivered[type_]), **changes}
            self._delivered[type_] += 1
            status, answer = await self.post(url, type_, secret=secret, **new)
            if status == HTTPStatus.ACCEPTED:
                assert answer == {"result": "queued"}
            else:
                assert_accepted(status, answer)

    async def post(
        self, url: str, type_: str = "sms", *, secret: str = SECRET, **changes: Any
    ) -> tuple[int, dict[str, Any]]:
        """Post a usual message and return the answer."""
        body, content_type = encode(
            {"secret": secret, "type": type_, "data": {**USUAL[type_], **changes}}
        )
        response = await self.client.post(
            URL(url).path, data=body, headers={"Content-Type": content_type}
        )
        text = await response.text()
        return response.status, json.loads(text) if text else {}

    async def is_listening(self, url: str) -> bool:
        """Whether somebody takes messages at an address; Home Assistant says nothing otherwise."""
        status, answer = await self.post(url, secret="")
        assert (status, answer) in [(401, {"error": "invalid_secret"}), (200, {})]
        return bool(answer)


def assert_texts(texts: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Check that there is a text for everything that a step of a flow shows."""
    given = set(result.get("description_placeholders") or {})
    match result["type"]:
        case FlowResultType.ABORT:
            if result.get("translation_domain") is None:
                _assert_filled(texts["abort"][result["reason"]], given)
            return
        case FlowResultType.CREATE_ENTRY:
            if "create_entry" in texts:
                _assert_filled(texts["create_entry"]["default"], given)
            return
        case FlowResultType.SHOW_PROGRESS:
            _assert_filled(texts["progress"][result["progress_action"]], given)
            return
    step = texts["step"][result["step_id"]]
    _assert_filled(step["title"], given)
    _assert_filled(step.get("description", ""), given)
    if result["type"] is FlowResultType.MENU:
        assert set(result["menu_options"]) <= step["menu_options"].keys()
    else:
        fields = {str(field) for field in result["data_schema"].schema}
        assert fields <= step.get("data", {}).keys()
        assert fields <= step.get("data_description", {}).keys()
        errors = set((result["errors"] or {}).values())
        assert errors <= texts.get("error", {}).keys()


def _assert_filled(text: str, given: set[str]) -> None:
    needed = {name for _, name, _, _ in Formatter().parse(text) if name}
    assert needed <= given, f"nothing fills {needed - given} in: {text}"
