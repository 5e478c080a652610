"""Real databases, and open journals."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
import logging
from pathlib import Path
from typing import Any, Final

import pytest
from pytest_socket import enable_socket
from sqlalchemy import Connection

from custom_components.zender.journal import settling, text_index, writer
from custom_components.zender.journal.journal import State
from custom_components.zender.journal.text_index import Fts5Index, TrigramIndex

from .opened import Opened
from .servers import MariaDB, PostgreSQL, Server

ENGINES: Final = ("sqlite", "sqlite-without-fts5", "postgresql", "mariadb")

type Open = Callable[..., Coroutine[Any, Any, Opened]]


@dataclass(frozen=True, slots=True)
class Database:
    """An empty database."""

    engine: str
    url: str
    server: Server | None = None

    @property
    def path(self) -> Path:
        """Return the file of a SQLite database."""
        return Path(self.url.removeprefix("sqlite:///"))


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations() -> None:
    """Do nothing: the journal knows no Home Assistant."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again and note soon."""
    monkeypatch.setattr(writer, "RETRY_SECONDS", (0.02,))
    monkeypatch.setattr(writer, "NOTE_SECONDS", 0.02)
    monkeypatch.setattr(settling, "SETTLE_SECONDS", 0.02)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep thousands of statements out of the log."""
    logger = logging.getLogger("sqlalchemy.engine")
    level = logger.level
    logger.setLevel(logging.WARNING)
    yield
    logger.setLevel(level)


@pytest.fixture
def no_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let counts, what was delivered, and the index of texts wait until the journal closes."""
    monkeypatch.setattr(writer, "NOTE_SECONDS", 3600)


@pytest.fixture
async def is_tidy(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Return what is set when the text index has nothing left to be done at leisure."""
    loop = asyncio.get_running_loop()
    is_tidy = asyncio.Event()

    def watch(index_class: type[Fts5Index | TrigramIndex]) -> None:
        tidy: Callable[..., bool] = index_class.tidy

        def watched(index: Any, connection: Connection, *, at_leisure: bool) -> bool:
            has_more = tidy(index, connection, at_leisure=at_leisure)
            if at_leisure and not has_more:
                loop.call_soon_threadsafe(is_tidy.set)
            return has_more

        monkeypatch.setattr(index_class, "tidy", watched)

    watch(Fts5Index)
    watch(TrigramIndex)
    return is_tidy


def _run(server: type[Server]) -> Iterator[Server]:
    if not server.is_installed():
        pytest.skip(f"needs {server.name}")
    enable_socket()
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a running PostgreSQL."""
    yield from _run(PostgreSQL)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """Return a running MariaDB."""
    yield from _run(MariaDB)


@pytest.fixture
def database(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    socket_enabled: None,
) -> Database:
    """Return a new database, of every engine in turn unless a test names some."""
    engine = getattr(request, "param", "sqlite")
    if engine in {"postgresql", "mariadb"}:
        server: Server = request.getfixturevalue(engine)
        return Database(engine, server.url(server.new_database()), server)
    if engine == "sqlite-without-fts5":
        monkeypatch.setattr(text_index, "_FTS5_VERSION", (99,))
    return Database(engine, f"sqlite:///{tmp_path / 'journal.db'}")


def on(*engines: str) -> pytest.MarkDecorator:
    """Run a test on these engines."""
    return pytest.mark.parametrize("database", engines, indirect=True)


everywhere: Final = on(*ENGINES)


@pytest.fixture
async def open_journal(database: Database) -> AsyncIterator[Open]:
    """Return a function that opens a journal; what is still open in the end is closed."""
    opened: list[Opened] = []

    async def open_(url: str = database.url, *, ready: bool = True) -> Opened:
        journal = Opened(url)
        opened.append(journal)
        if ready:
            await journal.until(State.READY)
        return journal

    yield open_
    for journal in opened:
        if journal.journal.state is not State.CLOSED:
            await journal.close()
