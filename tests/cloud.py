"""Home Assistant Cloud for tests.

The cloud integration imports packages that need a compiler, so tests cannot import it. What the
integration uses of it is therefore taken, function by function, from its installed source; the
cloudhooks are kept by the real class of `hass_nabucasa`. Only the connection is made up.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
import sys
from types import ModuleType, SimpleNamespace
from typing import Any, Final, cast, override
from unittest.mock import AsyncMock

from hass_nabucasa.cloudhooks import Cloudhooks, GeneratedCloudhookDetails
import pytest

from homeassistant import components
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.signal_type import SignalType

_MODULE: Final = "homeassistant.components.cloud"
_DATA_CLOUD: Final[HassKey[Any]] = HassKey("cloud")
_TAKEN: Final = frozenset(
    {
        "CloudNotAvailable",
        "CloudNotConnected",
        "_SIGNAL_CLOUDHOOKS_UPDATED",
        "async_active_subscription",
        "async_create_cloudhook",
        "async_delete_cloudhook",
        "async_get_or_create_cloudhook",
        "async_is_connected",
        "async_is_logged_in",
        "async_listen_cloudhook_change",
        "async_remote_ui_url",
    }
)


class FakeCloud:
    """An account at Home Assistant Cloud, subscribed and connected until told otherwise."""

    def __init__(self, hass: HomeAssistant, module: ModuleType) -> None:
        """Begin without cloudhooks."""
        self._hass = hass
        self._updated = module.__dict__["_SIGNAL_CLOUDHOOKS_UPDATED"]
        self.is_logged_in = True
        self.subscription_expired = False
        self.iot = SimpleNamespace(
            connected=True,
            register_on_connect=lambda _publish: None,
            async_send_message=AsyncMock(),
        )
        self.events = SimpleNamespace(publish=AsyncMock())
        self.client = SimpleNamespace(
            cloudhooks={},
            async_cloudhooks_update=self._async_cloudhooks_update,
            prefs=SimpleNamespace(remote_enabled=False),
        )
        self.cloudhooks = _Cloudhooks(cast(Any, self))

    @property
    def is_connected(self) -> bool:
        """Return what the connection says."""
        return bool(self.iot.connected)

    @property
    def webhook_ids(self) -> set[str]:
        """Return the webhooks that have an address in the cloud."""
        return set(self.client.cloudhooks)

    async def _async_cloudhooks_update(self, cloudhooks: dict[str, Any]) -> None:
        self.client.cloudhooks = cloudhooks
        async_dispatcher_send(self._hass, self._updated, cloudhooks)


class _Cloudhooks(Cloudhooks):
    """The real one, with addresses of its own making."""

    fails_with: Exception | None = None
    _made = 0

    @override
    async def generate(self) -> GeneratedCloudhookDetails:
        if self.fails_with is not None:
            raise self.fails_with
        self._made += 1
        name = f"hook-{self._made}"
        return {"cloudhook_id": name, "url": f"https://hooks.nabu.casa/{name}"}


def start_cloud(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """Put the cloud integration's functions where they are imported from, and log in."""
    module = _load()
    monkeypatch.setitem(sys.modules, _MODULE, module)
    monkeypatch.setattr(components, "cloud", module, raising=False)
    cloud = FakeCloud(hass, module)
    hass.data[_DATA_CLOUD] = cloud
    hass.config.components.add("cloud")
    return cloud


def _load() -> ModuleType:
    source = Path(components.__path__[0]) / "cloud" / "__init__.py"
    nodes = [
        node
        for node in ast.parse(source.read_text(encoding="utf-8")).body
        if _TAKEN.intersection(_names(node))
    ]
    module = ModuleType(_MODULE)
    module.__dict__.update(
        {
            "Any": Any,
            "DATA_CLOUD": _DATA_CLOUD,
            "HomeAssistantError": HomeAssistantError,
            "SignalType": SignalType,
            "async_dispatcher_connect": async_dispatcher_connect,
            "callback": callback,
            "cast": cast,
        }
    )
    code = compile(ast.Module(nodes, type_ignores=[]), str(source), "exec")
    exec(code, module.__dict__)  # noqa: S102
    missing = _TAKEN - module.__dict__.keys()
    assert not missing, f"{_MODULE} has no {', '.join(sorted(missing))} any more"
    return module


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            yield name
        case ast.AnnAssign(ast.Name(name)):
            yield name
