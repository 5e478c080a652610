"""What is deleted goes everywhere; what is counted stays counted."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, func, select, table, text

from custom_components.zender.gateway.messages import MessageType
from custom_components.zender.journal.queries import Filter
from custom_components.zender.journal.records import Kept, Outcome
from custom_components.zender.journal.retention import (
    BATCH,
    blank,
    delete_by_ids,
    delete_matching,
    forget_entry,
    give_back,
    purge,
    purge_oldest,
    size,
)
from custom_components.zender.journal.schema import messages, metadata
from custom_components.zender.journal.text_index import TextIndex

from .conftest import Database, Open, everywhere
from .messages import ENTRY, NOON, OTHER_ENTRY, notification, sms, whatsapp
from .opened import Opened, milliseconds


async def _all_pieces(journal: Opened, piece: Callable[..., int]) -> list[int]:
    """Run until nothing is left to do. Returns how many messages went in each piece."""
    pieces: list[int] = []
    while count := await journal.journal.run(piece):
        pieces.append(count)
        await journal.journal.run(give_back)
    return pieces


def _indexed(journal: Opened, engine: str) -> int:
    """Return how many texts are found: SQLite's index has them, elsewhere they are beside the messages."""
    texts = select(func.count()).select_from(table("zender_texts_docsize"))
    if engine != "sqlite":
        found_by = func.coalesce(messages.c.folded, messages.c.text)
        texts = select(func.count()).where(found_by != "")
    return int(
        journal.journal.read(
            lambda connection, _index: connection.execute(texts).scalar_one()
        )
    )


@everywhere
async def test_delete_by_id(open_journal: Open, database: Database) -> None:
    """Only the entry's own, and those that there are."""
    journal = await open_journal()
    await journal.keep(sms("one"), sms("two"), sms("three"))
    await journal.keep(sms("theirs"), entry_id=OTHER_ENTRY)
    delete = partial(delete_by_ids, entry_id=ENTRY, ids=[2, 4, 99])
    assert await journal.journal.run(delete) == 1
    assert await journal.journal.run(delete) == 0
    assert journal.texts() == ["one", "three", "theirs"]
    assert journal.find("two") == []
    assert _indexed(journal, database.engine) == 3
    # The last one of a SIM is known as long as it is there.
    [total] = journal.totals()
    assert total.last is not None
    await journal.journal.run(partial(delete_by_ids, entry_id=ENTRY, ids=[3]))
    [total] = journal.totals()
    assert (total.received, total.last) == (3, None)


@everywhere
@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"text": "gate"}, {"sms"}),
        ({"kind": MessageType.SMS}, {"whatsapp gate"}),
        ({"until": NOON + timedelta(minutes=1)}, {"whatsapp gate"}),
        ({}, set()),
    ],
)
async def test_delete_what_matches(
    open_journal: Open, database: Database, wanted: dict[str, Any], left: set[str]
) -> None:
    """In batches, until nothing more matches."""
    journal = await open_journal()
    await journal.add_all(sms("sms") for _ in range(60))
    await journal.add_all(sms("sms gate") for _ in range(70))
    await journal.add_all((whatsapp("whatsapp gate") for _ in range(30)), minutes=1)
    await journal.keep(sms("their gate"), entry_id=OTHER_ENTRY)
    pieces = await _all_pieces(
        journal,
        partial(delete_matching, wanted=Filter(entry_id=ENTRY, **wanted)),
    )
    assert max(pieces) <= BATCH
    texts = journal.texts()
    assert set(texts) == left | {"their gate"}
    assert sum(pieces) + len(texts) == 161
    assert _indexed(journal, database.engine) == len(texts)
    assert len(journal.find("gate", limit=500)) == sum(
        "whatsapp gate" in item for item in texts
    )


@everywhere
async def test_purge_by_age(open_journal: Open, database: Database) -> None:
    """Everything before a time, the oldest first; the counts do not fall."""
    journal = await open_journal()
    for minutes in range(3):
        await journal.add_all(
            (sms(f"minute {minutes}") for _ in range(60)), minutes=minutes
        )
    await journal.keep(sms("theirs"), entry_id=OTHER_ENTRY, minutes=-60)
    before = milliseconds(NOON + timedelta(minutes=2))
    pieces = await _all_pieces(journal, partial(purge, entry_id=ENTRY, before=before))
    assert pieces == [25, 25, 25, 25, 20]
    assert set(journal.texts()) == {"minute 2", "theirs"}
    assert _indexed(journal, database.engine) == 61
    [total] = journal.totals()
    assert total.received == 180
    assert total.last is not None
    await journal.close()
    journal = await open_journal()
    assert journal.totals()[0].received == 180


@everywhere
async def test_purge_by_size(open_journal: Open) -> None:
    """The oldest ones go, and what is in use shrinks."""
    journal = await open_journal()
    await journal.add_all(sms(f"{number} " + "word " * 300) for number in range(120))
    before = journal.extent()
    assert before.rows == 120
    assert before.oldest == milliseconds(NOON)
    assert before.size > 120 * 1500
    for _ in range(4):
        await journal.journal.run(partial(purge_oldest, entry_id=ENTRY))
    assert [message_id for message_id, _ in journal.rows()] == list(range(101, 121))
    after = journal.extent()
    assert after.size < before.size / 2
    assert journal.journal.read(lambda connection, _index: size(connection)) == (
        after.size
    )


async def test_size_where_the_engine_cannot_say(open_journal: Open) -> None:
    """It is estimated from the texts."""
    journal = await open_journal()
    assert journal.journal.read(_estimate) == 0
    await journal.keep(sms("x" * 1000), sms("y" * 2000))
    assert journal.journal.read(_estimate) == 2 * 400 + 3 * 3000


def _estimate(connection: Connection, _index: TextIndex) -> int:
    with patch.object(connection.dialect, "name", "other"):
        return size(connection)


async def test_pages_are_given_back_to_the_disk(
    open_journal: Open, database: Database
) -> None:
    """A few at a time, after each batch."""
    journal = await open_journal()
    await journal.add_all(sms("word " * 1000) for _ in range(100))

    def pages() -> int:
        return int(
            journal.journal.read(
                lambda connection, _index: connection.exec_driver_sql(
                    "PRAGMA page_count"
                ).scalar_one()
            )
        )

    before = pages()
    await _all_pieces(journal, partial(purge_oldest, entry_id=ENTRY))
    assert pages() <= before - 50
    assert journal.extent().oldest is None
    assert database.path.stat().st_size > 0


@everywhere
async def test_nothing_private_is_left(open_journal: Open, database: Database) -> None:
    """Kept only until delivered: what is left tells whether the same message comes again."""
    first, last = (
        notification("secret", title="Bank", extra={"pin": "1234"}),
        whatsapp("secret too", attachment="https://gateway.example/a.jpg"),
    )
    journal = await open_journal()
    await journal.keep(first, *(sms("secret") for _ in range(60)), last)
    # What was not delivered is still needed.
    assert await journal.journal.run(partial(blank, entry_id=ENTRY)) == 0
    journal.journal.mark_delivered(ENTRY, 61)
    await journal.close()
    journal = await open_journal()
    pieces = await _all_pieces(journal, partial(blank, entry_id=ENTRY))
    assert pieces == [25, 25, 11]
    assert journal.find() == journal.find("secret") == [62]
    assert _indexed(journal, database.engine) == 1
    left = journal.journal.read(
        lambda connection, _index: (
            connection.execute(text("SELECT * FROM zender_messages WHERE id = 1"))
            .mappings()
            .one()
        )
    )
    assert not [
        left[name]
        for name in ("peer", "title", "text", "extra", "folded")
        if left[name]
    ]
    assert await journal.add(first) == Kept(Outcome.DUPLICATE, 1)
    assert {total.kind: total.received for total in journal.totals()} == {
        MessageType.SMS: 60,
        MessageType.WHATSAPP: 1,
        MessageType.NOTIFICATION: 1,
    }
    # Later it goes altogether.
    before = milliseconds(NOON + timedelta(minutes=1))
    await _all_pieces(journal, partial(purge, entry_id=ENTRY, before=before))
    assert journal.rows() == []
    assert _indexed(journal, database.engine) == 0


@everywhere
async def test_forget_an_entry(open_journal: Open, database: Database) -> None:
    """Nothing of it is left; another entry does not notice, and it may come again."""
    journal = await open_journal()
    await journal.keep(sms("mine"), whatsapp("mine"))
    await journal.keep(sms("theirs"), entry_id=OTHER_ENTRY)
    journal.journal.mark_delivered(ENTRY, 2)
    journal.journal.mark_delivered(OTHER_ENTRY, 3)
    await _all_pieces(journal, partial(delete_matching, wanted=Filter(entry_id=ENTRY)))
    await journal.journal.run(
        partial(forget_entry, entry_id=ENTRY), changes_ledger=True
    )
    assert journal.texts() == ["theirs"]
    assert journal.totals() == []
    assert _rows_of_all_tables(journal) == {
        "zender_schema": 1,
        "zender_entries": 1,
        "zender_sources": 1,
        "zender_messages": 1,
        "zender_counters": 1,
    }
    [message_id] = await journal.keep(sms("mine again"))
    assert message_id > 3
    await journal.close()
    journal = await open_journal()
    assert [total.received for total in journal.totals()] == [1]
    assert [total.received for total in journal.totals(OTHER_ENTRY)] == [1]


def _rows_of_all_tables(journal: Opened) -> dict[str, int]:
    return journal.journal.read(
        lambda connection, _index: {
            table.name: connection.execute(
                select(func.count()).select_from(table)
            ).scalar_one()
            for table in metadata.sorted_tables
        }
    )
