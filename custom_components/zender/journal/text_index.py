"""How each engine finds texts by what they contain."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, override

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    column,
    delete,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.exc import DBAPIError

from .folding import Term, fold
from .schema import ID, OPTIONS, PREFIX, TEXT, messages

_NAME: Final = f"{PREFIX}texts"

# What older versions of SQLite index cannot be removed again.
_FTS5_VERSION: Final = (3, 43)

_MAX_SEGMENTS: Final = 1000
"""How many segments of one size the index may have before it merges them in one go."""
_MERGED_PAGES: Final = 8

FOLD: Final = "zender_fold"
"""The name of `fold` inside SQLite."""

_FTS5: Final = table(_NAME, column("rowid", ID))


def folded(row: Mapping[str, Any]) -> str:
    """Return what a message's row is found by."""
    return fold(" ".join(filter(None, (row["title"], row["text"]))))


def text_index(connection: Connection) -> TextIndex:
    """Return the best index that the engine has."""
    dialect = connection.dialect
    if (
        dialect.name == "sqlite"
        and (dialect.server_version_info or ()) >= _FTS5_VERSION
    ):
        return Fts5Index()
    return TrigramTable() if dialect.name == "postgresql" else FoldedTable()


@dataclass(frozen=True, slots=True)
class Window:
    """The newest messages, among which to search."""

    size: int | None
    """None means all."""
    is_narrow: bool = False
    """Whether they are so few that no index is worth while."""


class TextIndex(ABC):
    """Kept in step with the messages, in the same transactions."""

    windows: tuple[Window, ...] = (Window(None),)
    """Where to search, one after the other until enough is found."""

    @abstractmethod
    def create(self, connection: Connection) -> None:
        """Create what the index needs."""

    @abstractmethod
    def add(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows of messages."""

    @abstractmethod
    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        """Remove messages."""

    def tidy(self, connection: Connection) -> bool:
        """Do a little of the work that adding and removing have left. Returns whether there is more."""
        return False

    @abstractmethod
    def narrow[T: tuple[Any, ...]](
        self,
        query: Select[T],
        terms: Sequence[Term],
        *,
        is_narrow: bool,
        oldest: int | None,
    ) -> tuple[Select[T], ColumnElement[int]]:
        """Return the query for messages with all of the folded terms in their texts.

        With it comes the id by which they are best ordered. `is_narrow` says that few messages are left already,
        so that no index is worth while; `oldest` is the first message that matters.
        """


class Fts5Index(TextIndex):
    """SQLite's full-text search over trigrams, without the texts and without positions."""

    @override
    def create(self, connection: Connection) -> None:
        connection.execute(
            text(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {_NAME} USING fts5(folded, content='',"
                " contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1')"
            )
        )
        # Left to itself, it merges its segments in somebody's commit, for up to a second.
        self._configure(connection, "automerge", 0)
        self._configure(connection, "crisismerge", _MAX_SEGMENTS)

    @override
    def add(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        connection.execute(
            text(f"INSERT INTO {_NAME} (rowid, folded) VALUES (:id, :folded)"),  # noqa: S608
            [{"id": row["id"], "folded": folded(row)} for row in rows],
        )

    @override
    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        connection.execute(
            text(f"DELETE FROM {_NAME} WHERE rowid = :id"),  # noqa: S608
            [{"id": message_id} for message_id in ids],
        )

    @override
    def tidy(self, connection: Connection) -> bool:
        driver: Any = connection.connection.driver_connection
        before = driver.total_changes
        self._configure(connection, "merge", _MERGED_PAGES)
        # The command itself counts as one change: https://sqlite.org/fts5.html#the_merge_command
        return bool(driver.total_changes - before > 1)

    @staticmethod
    def _configure(connection: Connection, command: str, value: int) -> None:
        connection.execute(
            text(f"INSERT INTO {_NAME} ({_NAME}, rank) VALUES (:command, :value)"),  # noqa: S608
            {"command": command, "value": value},
        )

    @override
    def narrow[T: tuple[Any, ...]](
        self,
        query: Select[T],
        terms: Sequence[Term],
        *,
        is_narrow: bool,
        oldest: int | None,
    ) -> tuple[Select[T], ColumnElement[int]]:
        """The index knows which trigrams a text has, not where: so the texts are compared, too."""
        trigrams = [
            trigram
            for term in terms
            if term.raw is None and not is_narrow
            for trigram in term.trigrams
        ]
        if trigrams:
            query = query.join(_FTS5, _FTS5.c.rowid == messages.c.id).where(
                text(f"{_NAME} MATCH :expression").bindparams(
                    expression=" AND ".join(
                        '"' + trigram.replace('"', '""') + '"' for trigram in trigrams
                    )
                ),
            )
        content = func.coalesce(messages.c.title, "") + " " + messages.c.text
        folded_content = getattr(func, FOLD)(content)
        return (
            query.where(
                *(
                    func.instr(folded_content, term.folded) > 0
                    if term.raw is None
                    else content.contains(term.raw, autoescape=True)
                    for term in terms
                )
            ),
            _FTS5.c.rowid if trigrams else messages.c.id,
        )


class FoldedTable(TextIndex):
    """The folded texts in a table, which is read from its newest text on."""

    _table: Final = Table(
        _NAME,
        MetaData(),
        Column("id", ID, primary_key=True, autoincrement=False),
        Column("folded", TEXT, nullable=False),
        **OPTIONS,
    )

    @override
    def create(self, connection: Connection) -> None:
        self._table.create(connection, checkfirst=True)

    @override
    def add(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        connection.execute(
            insert(self._table),
            [{"id": row["id"], "folded": folded(row)} for row in rows],
        )

    @override
    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        connection.execute(delete(self._table).where(self._table.c.id.in_(ids)))

    @override
    def narrow[T: tuple[Any, ...]](
        self,
        query: Select[T],
        terms: Sequence[Term],
        *,
        is_narrow: bool,
        oldest: int | None,
    ) -> tuple[Select[T], ColumnElement[int]]:
        narrowed = query.join(self._table, self._table.c.id == messages.c.id)
        return narrowed.where(*self._contain(terms)), messages.c.id

    def _contain(self, terms: Sequence[Term]) -> list[ColumnElement[bool]]:
        return [
            self._table.c.folded.contains(term.folded, autoescape=True)
            for term in terms
        ]


class TrigramTable(FoldedTable):
    """PostgreSQL indexes the trigrams of the folded texts, where it may."""

    windows = (Window(5_000, is_narrow=True), Window(50_000), Window(None))

    @override
    def create(self, connection: Connection) -> None:
        """The extension is PostgreSQL's own, but a server may not have it or not allow it."""
        super().create(connection)
        try:
            with connection.begin_nested():
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
                connection.execute(
                    text(
                        f"CREATE INDEX IF NOT EXISTS {_NAME}_trigrams"
                        # What is new is indexed together, by some later message, which waits for it: so, not much (kB).
                        f" ON {_NAME} USING gin (folded gin_trgm_ops)"
                        " WITH (gin_pending_list_limit = 64)"
                    )
                )
        except DBAPIError:
            return

    @override
    def narrow[T: tuple[Any, ...]](
        self,
        query: Select[T],
        terms: Sequence[Term],
        *,
        is_narrow: bool,
        oldest: int | None,
    ) -> tuple[Select[T], ColumnElement[int]]:
        """Look the texts up first: the planner would rather read all messages."""
        if is_narrow:
            return super().narrow(query, terms, is_narrow=is_narrow, oldest=oldest)
        texts = select(self._table.c.id).where(*self._contain(terms))
        if oldest is not None:
            texts = texts.where(self._table.c.id >= oldest)
        found = texts.cte("found").prefix_with("MATERIALIZED")
        return query.join(found, found.c.id == messages.c.id), messages.c.id
