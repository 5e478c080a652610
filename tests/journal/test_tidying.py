"""SQLite's text index is put in order bit by bit, so that it stays fast and no message waits for it."""

import asyncio
from contextlib import closing
import sqlite3
import threading

import pytest
from sqlalchemy import Connection, func, select

from custom_components.zender.journal import writer
from custom_components.zender.journal.retention import delete_by_ids
from custom_components.zender.journal.schema import messages
from custom_components.zender.journal.text_index import Fts5Index, TextIndex

from .conftest import Database, Open
from .messages import ENTRY, record, sms
from .opened import Opened

pytestmark = pytest.mark.usefixtures("no_notes")


async def keep(journal: Opened, number: int) -> None:
    """Keep messages one after the other, and index each: that adds a segment to the index."""
    for _ in range(number):
        await journal.keep(sms("The parcel is here"))
        await journal.index()


def number(database: Database, query: str) -> int:
    """Return the number that a query of the file finds."""
    with closing(sqlite3.connect(database.path)) as connection:
        return int(connection.execute(query).fetchone()[0])


def segments(database: Database) -> int:
    """Return of how many segments the index is made."""
    return number(database, "SELECT count(DISTINCT segid) FROM zender_texts_idx")


def indexed_bytes(database: Database) -> int:
    """Return how much the index holds of texts."""
    # Its first rows are about itself.
    return number(
        database, "SELECT sum(length(block)) FROM zender_texts_data WHERE id > 10"
    )


async def test_while_nothing_comes(
    open_journal: Open,
    database: Database,
    is_tidy: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Soon after the last message."""
    monkeypatch.setattr(writer, "TIDY_AFTER", 20)
    journal = await open_journal()
    await keep(journal, 20)
    await is_tidy.wait()
    assert segments(database) < 4
    assert len(journal.find("parcel")) == 20


async def test_while_messages_keep_coming(
    open_journal: Open, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before there is too much to do."""
    monkeypatch.setattr(writer, "IDLE_SECONDS", 3600)
    monkeypatch.setattr(writer, "MAX_ADDITIONS", 20)
    journal = await open_journal()
    await keep(journal, 19)
    untidy = segments(database)
    await keep(journal, 45)
    assert len(journal.find("parcel")) == 64
    await journal.close()
    assert segments(database) < untidy < 20


async def test_few_segments_wait_for_leisure(
    open_journal: Open,
    database: Database,
    is_tidy: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A few may be large, and merging large ones takes long: so not while messages come."""
    monkeypatch.setattr(writer, "IDLE_SECONDS", 3600)
    monkeypatch.setattr(writer, "MAX_ADDITIONS", 1)
    journal = await open_journal()
    await keep(journal, 15)
    assert segments(database) == 15
    monkeypatch.setattr(writer, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(writer, "TIDY_AFTER", 1)
    await keep(journal, 1)
    await is_tidy.wait()
    assert segments(database) < 4


async def test_messages_go_in_between(
    open_journal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much there is to do, a message waits for one bit of it at most."""
    monkeypatch.setattr(writer, "IDLE_SECONDS", 3600)
    monkeypatch.setattr(writer, "MAX_ADDITIONS", 5)
    tidied = 0

    def tidy(*_: object, **_at_leisure: bool) -> bool:
        nonlocal tidied
        tidied += 1
        return True

    monkeypatch.setattr(Fts5Index, "tidy", tidy)
    journal = await open_journal()
    await keep(journal, 20)
    await journal.close()
    assert tidied == 15


async def test_a_message_goes_first(
    open_journal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came while something else was done is written before the next thing is done."""
    monkeypatch.setattr(writer, "MAX_ADDITIONS", 1)
    loop = asyncio.get_running_loop()
    has_begun, may_end = asyncio.Event(), threading.Event()
    kept: list[int] = []

    def tidy(_index: Fts5Index, connection: Connection, **_at_leisure: bool) -> bool:
        kept.append(connection.execute(select(func.count(messages.c.id))).scalar_one())
        return False

    def take_long(_connection: Connection, _index: TextIndex) -> None:
        loop.call_soon_threadsafe(has_begun.set)
        may_end.wait()

    monkeypatch.setattr(Fts5Index, "tidy", tidy)
    journal = await open_journal()
    await keep(journal, 1)
    taking_long = asyncio.create_task(journal.journal.run(take_long))
    await has_begun.wait()
    assert not kept
    waiting = journal.journal.add(record(sms()))
    await asyncio.sleep(0)
    may_end.set()
    await taking_long
    await waiting
    await journal.close()
    assert kept[0] == 2


async def test_what_was_deleted_waits_for_leisure(
    open_journal: Open,
    database: Database,
    is_tidy: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where much was deleted, a bit of tidying takes long: so not while messages come."""
    monkeypatch.setattr(writer, "MAX_ADDITIONS", 1)
    monkeypatch.setattr(writer, "IDLE_SECONDS", 3600)
    journal = await open_journal()
    await journal.add_all([sms(f"Parcel {number}") for number in range(100)])
    await journal.index()
    await journal.journal.run(
        lambda connection, index: delete_by_ids(
            connection, index, ENTRY, list(range(1, 100))
        )
    )
    size = indexed_bytes(database)
    await journal.keep(sms("One more"), sms("And one more"))
    assert indexed_bytes(database) == size
    monkeypatch.setattr(writer, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(writer, "TIDY_AFTER", 1)
    await journal.index()
    await is_tidy.wait()
    assert indexed_bytes(database) < size / 2
