"""A database that is away: messages are told to be delivered, wait, and are written when it is back."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
import sqlite3
from typing import Any, Final

import pytest
from sqlalchemy import Engine, event

from custom_components.zender.journal import (
    engine as engine_module,
    journal as journal_module,
)
from custom_components.zender.journal.errors import JournalError, Problem
from custom_components.zender.journal.journal import (
    JournalFullError,
    Kept,
    Outcome,
    State,
)

from .conftest import Database, Open, on
from .messages import ENTRY, record, sms
from .opened import Opened

QUEUED: Final = Kept(Outcome.QUEUED)


@pytest.fixture(autouse=True)
def do_not_wait_for_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite give up at once."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0)


@contextmanager
def locked(database: Database) -> Iterator[sqlite3.Connection]:
    """Let somebody else write, and not come to an end."""
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.rollback()


async def _outage(journal: Opened, problem: Problem) -> None:
    """Have messages come while the database is away."""
    assert await journal.add(sms("first")) == QUEUED
    await journal.until(State.AWAY, problem)
    same = sms("second")
    assert [await journal.add(message) for message in (same, sms("third"))] == [
        QUEUED,
        QUEUED,
    ]
    assert (await journal.add(same)).outcome is Outcome.DUPLICATE
    assert len(journal.journal) == 3
    with pytest.raises(JournalError) as raised:
        await journal.journal.run(lambda _connection, _index: None)
    assert raised.value.problem is problem


async def _recovery(journal: Opened, *before: str) -> None:
    """See that everything is written in order; nobody has delivered anything."""
    await journal.until(State.READY)
    await journal.journal.run(lambda _connection, _index: None)
    assert len(journal.journal) == 0
    await journal.keep(sms("after"))
    assert journal.texts() == [*before, "first", "second", "third", "after"]
    assert journal.journal.problem is None
    await journal.close()
    again = Opened(journal.url)
    await again.until(State.READY)
    assert again.undelivered() == [message_id for message_id, _ in again.rows()]
    assert [total.received for total in again.totals()] == [len(before) + 4]
    await again.close()


async def test_locked(open_journal: Open, database: Database) -> None:
    """Somebody else has the file."""
    journal = await open_journal()
    await journal.keep(sms("before"))
    with locked(database):
        await _outage(journal, Problem.LOCKED)
        assert journal.find("before") == [1]
    await _recovery(journal, "before")
    assert journal.journal.last_problem is Problem.LOCKED
    assert (State.AWAY, Problem.LOCKED) in journal.seen


async def test_locked_from_the_first(open_journal: Open, database: Database) -> None:
    """It is away when the journal opens."""
    with locked(database) as connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
        journal = await open_journal(ready=False)
        assert not await journal.journal.opened
        await _outage(journal, Problem.LOCKED)
        assert journal.journal.problem is Problem.LOCKED
    await _recovery(journal)


@contextmanager
def page_limit() -> Iterator[dict[str, int]]:
    """Limit the pages of SQLite files, for whoever connects."""
    limit = {"pages": 1_000_000}

    def apply(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit['pages']}").fetchall()

    event.listen(Engine, "checkout", apply)
    try:
        yield limit
    finally:
        event.remove(Engine, "checkout", apply)


async def test_full(open_journal: Open) -> None:
    """No room on the disk, then there is again."""
    with page_limit() as limit:
        journal = await open_journal()
        await journal.keep(sms("before"))
        limit["pages"] = 1

        def apply_now(connection: Any, _index: Any) -> None:
            connection.exec_driver_sql("PRAGMA max_page_count = 1").all()

        await journal.journal.run(apply_now)
        large = sms("large " * 20_000)
        assert await journal.add(large) == QUEUED
        await journal.until(State.AWAY, Problem.FULL)
        limit["pages"] = 1_000_000
        await journal.until(State.READY)
        assert journal.texts() == ["before", large.message]


async def test_read_only(open_journal: Open, database: Database) -> None:
    """The file may not be written, then it may."""
    journal = await open_journal()
    with _query_only() as is_on:
        is_on.append(True)

        def apply_now(connection: Any, _index: Any) -> None:
            connection.exec_driver_sql("PRAGMA query_only = 1")

        await journal.journal.run(apply_now)
        await _outage(journal, Problem.READ_ONLY)
        is_on.clear()
        await _recovery(journal)


@contextmanager
def _query_only() -> Iterator[list[bool]]:
    is_on: list[bool] = []

    def apply(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA query_only = {len(is_on)}")

    event.listen(Engine, "checkout", apply)
    try:
        yield is_on
    finally:
        event.remove(Engine, "checkout", apply)


@on("postgresql", "mariadb")
async def test_server_stops_and_starts(open_journal: Open, database: Database) -> None:
    """As at every update of an add-on."""
    assert database.server is not None
    journal = await open_journal()
    await journal.keep(sms("before"))
    await asyncio.to_thread(database.server.stop)
    try:
        await _outage(journal, Problem.UNREACHABLE)
        with pytest.raises(JournalError) as raised:
            journal.find()
        assert raised.value.problem is Problem.UNREACHABLE
    finally:
        await asyncio.to_thread(database.server.start)
    await _recovery(journal, "before")


@on("postgresql", "mariadb")
async def test_a_connection_is_lost(open_journal: Open, database: Database) -> None:
    """Only that: the next message waits for a moment."""
    assert database.server is not None
    journal = await open_journal()
    await journal.keep(sms("before"))
    await asyncio.to_thread(database.server.stop)
    await asyncio.to_thread(database.server.start)
    await journal.add(sms("meanwhile"))
    await journal.until(State.READY)
    await journal.keep(sms("after"))
    assert journal.texts() == ["before", "meanwhile", "after"]


async def test_no_more_room_in_memory(
    open_journal: Open, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the bound a message is refused, and is not thought to be there when it comes again."""
    journal = await open_journal()
    monkeypatch.setattr(journal_module, "MAX_QUEUED", 4)
    fourth = sms("fourth")
    with locked(database):
        await _outage(journal, Problem.LOCKED)
        assert await journal.add(sms("last")) == QUEUED
        with pytest.raises(JournalFullError):
            journal.journal.add(record(fourth))
    await journal.until(State.READY)
    await journal.keep(fourth)
    assert journal.texts() == ["first", "second", "third", "last", "fourth"]


async def test_many_wait(open_journal: Open, database: Database) -> None:
    """All of them are written in order."""
    journal = await open_journal()
    texts = [str(number) for number in range(3000)]
    with locked(database):
        await journal.add(sms("first"))
        await journal.until(State.AWAY, Problem.LOCKED)
        await journal.add_all(sms(text) for text in texts)
    await journal.until(State.READY)
    await journal.journal.run(lambda _connection, _index: None)
    assert journal.texts() == ["first", *texts]


async def test_jobs_and_notes_of_an_outage(
    open_journal: Open, database: Database
) -> None:
    """A job fails in words; what was delivered is noted when the database is back."""
    journal = await open_journal()
    await journal.keep(sms())
    with locked(database):
        journal.journal.mark_delivered(ENTRY, 1)
        await journal.until(State.AWAY, Problem.LOCKED)
    await journal.until(State.READY)
    await journal.close()
    assert (await open_journal()).undelivered() == []


async def test_a_job_meets_the_outage_first(
    open_journal: Open, database: Database
) -> None:
    """It fails in words, and the journal goes on."""
    journal = await open_journal()
    await journal.keep(sms())
    with locked(database):
        with pytest.raises(JournalError) as raised:
            await journal.journal.run(
                lambda connection, _index: connection.exec_driver_sql(
                    "DELETE FROM zender_messages"
                )
            )
        assert raised.value.problem is Problem.LOCKED
    await journal.until(State.READY)
    assert await journal.keep(sms()) == [2]


async def test_closing_during_an_outage(open_journal: Open, database: Database) -> None:
    """A stop does not wait for a database that is away."""
    journal = await open_journal()
    with locked(database):
        await journal.add(sms())
        await journal.until(State.AWAY, Problem.LOCKED)
        async with asyncio.timeout(10):
            await journal.close()
    assert (await open_journal()).rows() == []


async def test_corrupt_from_the_first(open_journal: Open, database: Database) -> None:
    """The file is set aside with its date, and a new one begun."""
    database.path.write_bytes(b"Milk and eggs" * 1000)
    journal = await open_journal()
    aside = journal.journal.set_aside
    assert aside is not None
    assert aside.parent == database.path.parent
    assert aside.name.startswith("journal.db.corrupt.2")
    assert aside.read_bytes() == b"Milk and eggs" * 1000
    assert journal.journal.last_problem is Problem.CORRUPT
    assert await journal.keep(sms()) == [1]
    await journal.close()
    assert (await open_journal()).find() == [1]


async def test_corrupt_while_it_is_open(open_journal: Open, database: Database) -> None:
    """What waits meanwhile is in the new file."""
    journal = await open_journal()
    await journal.add_all(sms("before") for _ in range(200))
    await journal.close()
    _damage(database.path)
    journal = await open_journal(ready=False)
    kept = await journal.add_all(sms(str(number)) for number in range(100))
    assert {item.outcome for item in kept} <= {Outcome.QUEUED, Outcome.ACCEPTED}
    await journal.until(State.READY)
    await journal.journal.run(lambda _connection, _index: None)
    aside = journal.journal.set_aside
    assert aside is not None and aside.exists()
    assert journal.texts() == [str(number) for number in range(100)]


def _damage(path: Path) -> None:
    """Leave only the beginning as it was, so that it still looks like a database."""
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\x99" * (len(content) - 4096))


async def test_corrupt_file_that_cannot_be_moved(
    open_journal: Open, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is away until somebody helps."""
    database.path.write_bytes(b"Milk and eggs" * 1000)

    def refuse(_path: Path, _target: Path) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refuse)
        journal = await open_journal(ready=False)
        await journal.until(State.AWAY, Problem.CORRUPT)
        assert await journal.add(sms()) == QUEUED
        assert journal.journal.set_aside is None
        database.path.unlink()
        await journal.until(State.READY)
    assert len(journal.rows()) == 1


@on("postgresql")
async def test_what_a_server_calls_corrupt(open_journal: Open) -> None:
    """There is no file that we could set aside."""
    journal = await open_journal()

    class CorruptError(OSError):
        """What a server may say."""

    def corrupt(_connection: Any) -> None:
        event.remove(Engine, "begin", corrupt)
        raise CorruptError("invalid page: the index is corrupt")

    event.listen(Engine, "begin", corrupt)
    await journal.add(sms())
    await journal.until(State.READY)
    assert journal.journal.last_problem is Problem.CORRUPT
    assert journal.journal.set_aside is None
    await journal.journal.run(lambda _connection, _index: None)
    assert len(journal.rows()) == 1
