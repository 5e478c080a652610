"""The database in which messages are kept, as a stranger to the integration sees it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
import sqlite3
import threading
from types import ModuleType
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import async_test_home_assistant

from custom_components.zender.const import DATABASE_FILE, DOMAIN
from homeassistant import loader
from homeassistant.core import CoreState, Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

TIMEOUT: Final = 60


def database(hass: HomeAssistant) -> Path:
    """Return the file of a Home Assistant's messages."""
    return Path(hass.config.path(DATABASE_FILE))


def rows(file: Path, columns: str = "id", where: str = "1") -> list[tuple[Any, ...]]:
    """Return columns of what is committed, the oldest message first."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(
            f"SELECT {columns} FROM zender_messages WHERE {where} ORDER BY id"  # noqa: S608
        ).fetchall()


def texts(file: Path) -> list[str]:
    """Return the texts that are committed, the oldest first."""
    return [text for (text,) in rows(file, "text")]


@contextmanager
def locked(file: Path) -> Generator[None]:
    """Lock a database as another program does."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


class Held[**P, T]:
    """Holds back what another thread does, like a slow disk, until it is let go."""

    def __init__(self, function: Callable[P, T]) -> None:
        """Hold."""
        self._function = function
        self._loop = asyncio.get_running_loop()
        self._released = threading.Event()
        self.reached = asyncio.Event()
        self.calls = 0

    def release(self) -> None:
        """Let it go."""
        self._released.set()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it, in the other thread."""
        self.calls += 1
        self._loop.call_soon_threadsafe(self.reached.set)
        assert self._released.wait(TIMEOUT)
        return self._function(*args, **kwargs)


@contextmanager
def held[**P, T](
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, function: Callable[P, T]
) -> Generator[Held[P, T]]:
    """Hold a function of a module back; it goes on at the end."""
    held = Held(function)
    with monkeypatch.context() as holding:
        holding.setattr(module, function.__name__, held)
        try:
            yield held
        finally:
            held.release()


@asynccontextmanager
async def restarted(
    hass: HomeAssistant, state: CoreState = CoreState.running
) -> AsyncGenerator[HomeAssistant]:
    """Stop Home Assistant and start another one in the same folder, without entries."""
    await hass.async_stop(force=True)
    async with async_test_home_assistant(
        config_dir=hass.config.config_dir, initial_state=state
    ) as again:
        again.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        try:
            yield again
        finally:
            await again.async_stop(force=True)


def repairs(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return the repairs that the user sees, by what they are about."""
    return {
        str(issue.translation_key): issue
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active
    }


class RepairWatch:
    """Sees which repairs appear and go."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin to watch."""
        self._hass = hass
        self._changed = asyncio.Event()
        self.seen: list[tuple[str, str]] = []

        @callback
        def note(event: Event[ir.EventIssueRegistryUpdatedData]) -> None:
            self.seen.append((event.data["action"], event.data["issue_id"]))
            self._changed.set()

        hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, note)

    async def until(self, wanted: Callable[[dict[str, ir.IssueEntry]], bool]) -> None:
        """Wait until the repairs are as wanted."""
        async with asyncio.timeout(TIMEOUT):
            while not wanted(repairs(self._hass)):
                self._changed.clear()
                await self._changed.wait()
        await self._hass.async_block_till_done()
