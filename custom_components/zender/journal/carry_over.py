"""Copies the messages of one database into another, of whatever engine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, Table, delete, func, insert, select

from .engine import open_engine, prepare, schema_version
from .schema import SCHEMA_VERSION, counters, entries, messages, sources
from .text_index import TextIndex

CHUNK: Final = 1000
"""Messages in one transaction."""


class NothingToCarryOverError(Exception):
    """The first database has no tables of this version."""


class NotACopyError(Exception):
    """The second database has messages that the first one does not have."""


def carry_over(
    from_url: str, to_url: str, on_progress: Callable[[int, int], None]
) -> int:
    """Copy what the second database does not have yet; the first one stays as it is. Returns how many messages.

    The first one may be in use: messages that come meanwhile are left for the next time. `on_progress` is told how
    many messages of how many are copied; they stay copied if the next ones fail.

    Raises NothingToCarryOverError, NotACopyError, and what `prepare` and SQLAlchemy raise.
    """
    with _opened(from_url) as first, _opened(to_url) as second, first.connect() as old:
        if schema_version(old) != SCHEMA_VERSION:
            raise NothingToCarryOverError
        index = prepare(second)
        with second.connect() as new:
            copied = _last_id(new)
            if copied and _identity(old, copied) != _identity(new, copied):
                raise NotACopyError
        # In this order, whatever comes meanwhile, every message that is counted is copied, from a source that is.
        counted = _rows(old, select(counters))
        delivered = _rows(old, select(entries))
        last = _last_id(old)
        with second.begin() as new:
            known = set(new.execute(select(sources.c.id)).scalars())
            of_old = _rows(old, select(sources))
            _insert(new, sources, [row for row in of_old if row["id"] not in known])
        number = _copy_messages(old, second, index, (copied, last), on_progress)
        with second.begin() as new:
            for table, rows in ((counters, counted), (entries, delivered)):
                new.execute(delete(table))
                _insert(new, table, rows)
    return number


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _copy_messages(
    old: Connection,
    second: Engine,
    index: TextIndex,
    bounds: tuple[int, int],
    on_progress: Callable[[int, int], None],
) -> int:
    """Copy the messages after one id up to another. Returns how many."""
    copied, last = bounds
    total = old.execute(
        select(func.count()).where(messages.c.id.between(copied + 1, last))
    ).scalar_one()
    number = 0
    query = select(messages).where(messages.c.id <= last).order_by(messages.c.id)
    while chunk := _rows(old, query.where(messages.c.id > copied).limit(CHUNK)):
        rows = [{**row, "folded": index.folded(row)} for row in chunk]
        with second.begin() as new:
            _insert(new, messages, rows)
            if missing := index.missing(new):
                index.add(new, missing)
            while index.tidy(new, at_leisure=True):
                pass
        copied = rows[-1]["id"]
        number += len(rows)
        on_progress(number, total)
    return number


def _last_id(connection: Connection) -> int:
    return connection.execute(select(func.max(messages.c.id))).scalar() or 0


def _identity(connection: Connection, message_id: int) -> tuple[Any, ...] | None:
    """Return what no other message of this id has in common with a message, None if there is none."""
    row = connection.execute(
        select(
            messages.c.kind,
            messages.c.source_id,
            messages.c.gateway_id,
            messages.c.timestamp,
            messages.c.received_at,
        ).where(messages.c.id == message_id)
    ).one_or_none()
    return None if row is None else tuple(row)


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
