"""How much is kept: what goes, in batches small enough that no message waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, or_, select, text, update

from .queries import Filter, ids_of
from .schema import BLANKED, counters, entries, messages, sources
from .text_index import TextIndex

BATCH: Final = 25
"""Messages that go in one transaction."""
_PAGES_GIVEN_BACK: Final = 25

# What a message costs beside its text and what its text costs, where the engine cannot say.
_ROW_BYTES: Final = 400
_TEXT_COPIES: Final = 3


@dataclass(frozen=True, slots=True)
class Extent:
    """How much the journal holds: rows, the oldest one's time in milliseconds since 1970, bytes."""

    rows: int
    oldest: int | None
    size: int


def extent(connection: Connection, _index: TextIndex) -> Extent:
    """Return how much the journal holds."""
    rows, oldest = connection.execute(
        select(func.count(), func.min(messages.c.received_at)).select_from(messages)
    ).one()
    return Extent(rows, oldest, size(connection))


def size(connection: Connection) -> int:
    """Return the bytes in use; an estimate where deleted rows leave room that is used again."""
    if connection.dialect.name == "sqlite":
        pages, free, page_size = (
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * page_size)
    rows, length = connection.execute(
        select(
            func.count(), func.coalesce(func.sum(func.length(messages.c.text)), 0)
        ).select_from(messages)
    ).one()
    return int(rows * _ROW_BYTES + length * _TEXT_COPIES)


def delete_by_ids(
    connection: Connection, index: TextIndex, entry_id: str, ids: Sequence[int]
) -> int:
    """Delete an entry's messages. Returns how many there were."""
    mine = list(
        connection.execute(
            _messages_of(entry_id).where(messages.c.id.in_(ids))
        ).scalars()
    )
    return _delete(connection, index, mine)


def delete_matching(connection: Connection, index: TextIndex, wanted: Filter) -> int:
    """Delete a batch of messages. Returns how many; none when no more match."""
    return _delete(connection, index, ids_of(connection, index, wanted, BATCH))


def purge(connection: Connection, index: TextIndex, entry_id: str, before: int) -> int:
    """Delete a batch of what was received before a time. Returns how many."""
    oldest = (
        _messages_of(entry_id)
        .where(messages.c.received_at < before)
        .order_by(messages.c.received_at)
        .limit(BATCH)
    )
    return _delete(connection, index, list(connection.execute(oldest).scalars()))


def purge_oldest(connection: Connection, index: TextIndex, entry_id: str) -> int:
    """Delete a batch of an entry's oldest messages. Returns how many."""
    oldest = _messages_of(entry_id).order_by(messages.c.id).limit(BATCH)
    return _delete(connection, index, list(connection.execute(oldest).scalars()))


def blank(connection: Connection, index: TextIndex, entry_id: str) -> int:
    """Take everything private out of a batch of messages that wait for no delivery. Returns how many.

    What is left tells whether the same message comes again; `purge` deletes it later.
    """
    delivered_id = connection.execute(
        select(entries.c.delivered_id).where(entries.c.entry_id == entry_id)
    ).scalar()
    ids = list(
        connection.execute(
            _messages_of(entry_id)
            .where(
                or_(messages.c.id <= (delivered_id or 0), messages.c.pending == 0),
                messages.c.pending != BLANKED,
            )
            .order_by(messages.c.id.desc())
            .limit(BATCH)
        ).scalars()
    )
    if ids:
        index.remove(connection, ids)
        connection.execute(
            update(messages)
            .where(messages.c.id.in_(ids))
            .values(
                pending=BLANKED,
                peer="",
                text="",
                title=None,
                attachment=None,
                extra=None,
                folded=None,
            )
        )
    return len(ids)


def forget_entry(connection: Connection, _index: TextIndex, entry_id: str) -> None:
    """Delete what is left of an entry without messages."""
    mine = select(sources.c.id).where(sources.c.entry_id == entry_id)
    connection.execute(delete(counters).where(counters.c.source_id.in_(mine)))
    connection.execute(delete(sources).where(sources.c.entry_id == entry_id))
    connection.execute(delete(entries).where(entries.c.entry_id == entry_id))


def give_back(connection: Connection, _index: TextIndex) -> None:
    """Give a few free pages of a SQLite file back to the disk."""
    if connection.dialect.name == "sqlite":
        # Each step frees a page, and it is fetching that steps.
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA incremental_vacuum({_PAGES_GIVEN_BACK})").fetchall()


def _messages_of(entry_id: str) -> Select[tuple[int]]:
    """Return the query of an entry's messages, in which their sources are not looked up first."""
    mine = select(sources.c.id).where(sources.c.entry_id == entry_id)
    return select(messages.c.id).where((messages.c.source_id + 0).in_(mine))


def _delete(connection: Connection, index: TextIndex, ids: Sequence[int]) -> int:
    if ids:
        connection.execute(delete(messages).where(messages.c.id.in_(ids)))
        index.remove(connection, ids)
    return len(ids)
