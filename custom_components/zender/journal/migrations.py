"""What makes of an older version's tables those of the next one."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    inspect,
    text,
    update,
)

from .schema import ID, PEER_INDEX, PREFIX, SOURCE_INDEX, TEXT, messages
from .text_index import text_index

_OLD: Final = MetaData()
_TEXTS: Final = Table(f"{PREFIX}texts", _OLD, Column("id", ID), Column("folded", TEXT))
_MESSAGES: Final = Table(
    messages.name,
    _OLD,
    Column("id", ID),
    Column("source_id", ID),
    Column("peer", String),
    Index(f"{messages.name}_source", "source_id", "id"),
    Index(f"{messages.name}_peer", "peer", "id"),
)


def _add_state(connection: Connection) -> None:
    """Sent messages came with version 2."""
    _add_column(connection, "state", "SMALLINT")


def _add_folded(connection: Connection) -> None:
    """Before version 3, folded texts had a table of their own, unless FTS5 had them, and two indexes were larger."""
    _add_column(connection, "folded", TEXT.compile(connection.dialect))
    # FTS5's table of this name has no ids.
    if "id" in _columns(connection, _TEXTS.name):
        connection.execute(
            update(messages)
            .where(
                messages.c.id == _TEXTS.c.id,
                _TEXTS.c.folded != text_index(connection).content,
            )
            .values(folded=_TEXTS.c.folded)
        )
        _TEXTS.drop(connection)
    for index in (SOURCE_INDEX, PEER_INDEX):
        index.create(connection, checkfirst=True)
    for index in _MESSAGES.indexes:
        index.drop(connection, checkfirst=True)


MIGRATIONS: Final[Mapping[int, Callable[[Connection], None]]] = {
    1: _add_state,
    2: _add_folded,
}
"""For each older version of the schema, what makes the next one of it.

MariaDB keeps every change of a table at once: what was interrupted goes on from there.
"""


def _add_column(connection: Connection, name: str, kind: str) -> None:
    if name not in _columns(connection, messages.name):
        connection.execute(
            text(f"ALTER TABLE {messages.name} ADD COLUMN {name} {kind}")
        )


def _columns(connection: Connection, name: str) -> set[str]:
    """Return the names of a table's columns; none if there is no such table."""
    inspector = inspect(connection)
    if not inspector.has_table(name):
        return set()
    return {column["name"] for column in inspector.get_columns(name)}
