"""Texts are indexed a moment after they are kept: they are found before, and nothing of them is lost or left."""

from contextlib import closing
import sqlite3

import pytest

from custom_components.zender.journal import writer
from custom_components.zender.journal.retention import delete_by_ids

from .conftest import Database, Open, on
from .messages import ENTRY, sms
from .opened import Opened

pytestmark = [pytest.mark.usefixtures("no_notes")]


def indexed(database: Database) -> list[int]:
    """Return the ids of the messages in the text index."""
    with closing(sqlite3.connect(database.path)) as connection:
        rows = connection.execute("SELECT id FROM zender_texts_docsize ORDER BY id")
        return [message_id for (message_id,) in rows]


async def some_of_each(journal: Opened) -> None:
    """Keep two messages that are indexed, then two that are not yet."""
    await journal.keep(sms("A red parcel"), sms("A letter"))
    await journal.index()
    await journal.keep(sms("A blue parcel"), sms("A card"))


@on("sqlite")
async def test_found_before(open_journal: Open, database: Database) -> None:
    """The newest first, whether they are indexed or not, page by page."""
    journal = await open_journal()
    await some_of_each(journal)
    assert indexed(database) == [1, 2]
    assert journal.find("parcel") == [3, 1]
    assert journal.find("PARC blue") == [3]
    page = journal.search("parcel", limit=1)
    assert [item.id for item in page.messages] == [3]
    assert journal.find("parcel", cursor=page.next_cursor) == [1]


@on("sqlite")
async def test_soon(
    open_journal: Open, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before too many wait, and all of them when it is closed."""
    monkeypatch.setattr(writer, "MAX_NOT_INDEXED", 5)
    journal = await open_journal()
    await some_of_each(journal)
    await journal.keep(*(sms() for _ in range(3)))
    assert indexed(database) == [1, 2]
    await journal.keep(sms(), sms())
    assert indexed(database) == [1, 2, 3, 4, 5, 6, 7, 8]
    await journal.close()
    assert indexed(database) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


@on("sqlite")
async def test_deleted_before(open_journal: Open, database: Database) -> None:
    """What is deleted before it is indexed leaves nothing in the index."""
    journal = await open_journal()
    await some_of_each(journal)
    await journal.journal.run(
        lambda connection, index: delete_by_ids(connection, index, ENTRY, [2, 3, 4])
    )
    assert indexed(database) == [1]
    await journal.keep(sms("A green parcel"))
    await journal.close()
    assert indexed(database) == [1, 5]
    assert (await open_journal()).find("parcel") == [5, 1]


@on("sqlite")
async def test_killed_before(open_journal: Open, database: Database) -> None:
    """The next start indexes what the one before did not."""
    journal = await open_journal()
    await some_of_each(journal)
    await journal.crash()
    assert indexed(database) == [1, 2]
    journal = await open_journal()
    assert journal.find("parcel") == [3, 1]
    await journal.close()
    assert indexed(database) == [1, 2, 3, 4]
