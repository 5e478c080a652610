"""Changes for which nobody waits: beside the writer, where the engine lets both write."""

import asyncio
from functools import partial
from threading import Event

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from custom_components.zender.journal import writer
from custom_components.zender.journal.errors import JournalError, Problem
from custom_components.zender.journal.journal import State
from custom_components.zender.journal.retention import purge_oldest
from custom_components.zender.journal.text_index import TextIndex, TrigramIndex

from .conftest import Database, Open, everywhere, on
from .messages import ENTRY, sms


@everywhere
async def test_it_is_done(open_journal: Open) -> None:
    """When it returns, the next search knows."""
    journal = await open_journal()
    await journal.keep(*(sms(f"message {number}") for number in range(30)))
    purge = partial(purge_oldest, entry_id=ENTRY)
    assert await journal.journal.run_aside(purge) == 25
    assert journal.find() == [30, 29, 28, 27, 26]


@on("postgresql")
async def test_messages_do_not_wait(open_journal: Open) -> None:
    """They are kept while old ones go, which goes on while it is closed."""
    journal = await open_journal()
    await journal.keep(sms("old"))
    loop = asyncio.get_running_loop()
    has_begun, may_end = asyncio.Event(), Event()

    def slow_purge(connection: Connection, index: TextIndex) -> int:
        deleted = purge_oldest(connection, index, ENTRY)
        loop.call_soon_threadsafe(has_begun.set)
        may_end.wait()
        return deleted

    purging = asyncio.create_task(journal.journal.run_aside(slow_purge))
    await has_begun.wait()
    assert await journal.keep(sms("new")) == [2]
    closing = asyncio.create_task(journal.close())
    may_end.set()
    assert await purging == 1
    await closing
    assert (await open_journal()).texts() == ["new"]


@everywhere
async def test_it_fails(open_journal: Open) -> None:
    """What is wrong is told to who asked for it; the journal goes on."""

    def broken(_connection: Connection, _index: TextIndex) -> None:
        raise OperationalError("DELETE", None, Exception("database is locked"))

    journal = await open_journal()
    with pytest.raises(JournalError) as raised:
        await journal.journal.run_aside(broken)
    assert raised.value.problem == Problem.LOCKED
    assert await journal.keep(sms()) == [1]
    await journal.close()
    with pytest.raises(JournalError):
        await journal.journal.run_aside(broken)


@on("postgresql")
@pytest.mark.usefixtures("no_notes")
async def test_new_trigrams_are_indexed_aside(
    open_journal: Open, database: Database, is_tidy: asyncio.Event
) -> None:
    """Every few messages, by none of them."""
    journal = await open_journal()
    await journal.keep(*(sms() for _ in range(writer.TIDY_AFTER - 1)))
    assert _pages_not_indexed(database) > 0
    await journal.keep(sms())
    await is_tidy.wait()
    await journal.close()
    assert _pages_not_indexed(database) == 0
    assert len((await open_journal()).find("parcel")) == writer.TIDY_AFTER


@on("postgresql")
async def test_indexing_trigrams_fails(
    open_journal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again later, and what came is found nevertheless."""
    tried = 0

    def tidy(
        _index: TrigramIndex, _connection: Connection, **_at_leisure: bool
    ) -> bool:
        nonlocal tried
        tried += 1
        raise OperationalError("SELECT", None, Exception("must be owner of index"))

    monkeypatch.setattr(TrigramIndex, "tidy", tidy)
    monkeypatch.setattr(writer, "TIDY_AFTER", 1)
    journal = await open_journal()
    while tried < 2:
        await journal.keep(sms())
    assert journal.journal.state is State.READY
    assert journal.find("parcel")


def _pages_not_indexed(database: Database) -> int:
    """Return of how many pages the list of what is not indexed yet was, which is empty now."""
    engine = create_engine(database.url)
    with engine.begin() as connection:
        query = text("SELECT gin_clean_pending_list('zender_messages_trigrams')")
        pages = int(connection.execute(query).scalar_one())
    engine.dispose()
    return pages
