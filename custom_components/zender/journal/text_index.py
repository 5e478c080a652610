"""How each engine finds texts by what they contain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, override

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    collate,
    column,
    func,
    literal_column,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.exc import DBAPIError

from .folding import BOUNDARY, Term, fold, plain
from .schema import BLANKED, ID, PREFIX, messages

# What older versions of SQLite index cannot be removed again.
_FTS5_VERSION: Final = (3, 43)

_MAX_SEGMENTS: Final = 1000
"""How many segments of one size the index may have before it merges them in one go."""
_MERGED_PAGES: Final = 2
_MERGED_PAGES_AT_LEISURE: Final = 8
# A step writes all messages of a trigram at once: so large segments, merged together or written anew without
# what was deleted, take up to 100 ms. While messages come, only many small ones are merged.
_WHILE_MESSAGES_COME: Final = {"usermerge": 16, "deletemerge": 0}
_AT_LEISURE: Final = {"usermerge": 4, "deletemerge": 10}

FOLD: Final = "zender_fold"
"""The name of `fold` inside SQLite."""

_TRIGRAMS: Final = f"{messages.name}_trigrams"

_NAME: Final = f"{PREFIX}texts"
_FTS5: Final = table(_NAME, column("rowid", ID))
_LAST_ADDED: Final = func.coalesce(
    select(_FTS5.c.rowid).order_by(_FTS5.c.rowid.desc()).limit(1).scalar_subquery(), 0
)

# Not as parameters: an index is used for a query with its very words.
_BOUNDARY: Final = literal_column(f"'{BOUNDARY}'", String)
_SPACE: Final = literal_column("' '", String)


def text_index(connection: Connection) -> TextIndex:
    """Return the best index that the engine has; for tables of an older SQLite, none, as they have."""
    dialect = connection.dialect
    if dialect.name == "postgresql":
        return TrigramIndex()
    if (
        dialect.name == "sqlite"
        and (dialect.server_version_info or ()) >= _FTS5_VERSION
        and dialect.has_table(connection, _NAME)
        == dialect.has_table(connection, messages.name)
    ):
        return Fts5Index()
    return TextIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The newest messages of some: so many, from one id on, below another; None is no bound."""

    limit: int
    oldest: int | None = None
    cursor: int | None = None

    def within[T: tuple[Any, ...]](
        self, query: Select[T], message_id: ColumnElement[int]
    ) -> Select[T]:
        """Return the query for messages between the bounds only."""
        if self.oldest is not None:
            query = query.where(message_id >= self.oldest)
        if self.cursor is not None:
            query = query.where(message_id < self.cursor)
        return query

    def newest[T: tuple[Any, ...]](
        self, query: Select[T], message_id: ColumnElement[int]
    ) -> Select[T]:
        """Return the query for the newest messages between the bounds."""
        within = self.within(query, message_id)
        return within.order_by(message_id.desc()).limit(self.limit)


class TextIndex:
    """None: the folded texts are read from the newest one on."""

    is_deferred = False
    """Whether messages are added to it later than they are written. Searches find them nevertheless."""
    windows: tuple[int | None, ...] = (None,)
    """Among how many of the newest messages to search, one after the other until enough is found; None is all."""

    def create(self, connection: Connection) -> None:
        """Create what the index needs and does not have."""

    def folded(self, row: Mapping[str, Any]) -> str | None:
        """Return what a message is found by, None if the engine makes it of the text, or keeps it elsewhere."""
        folded = _folded(row)
        return None if folded == plain(row["text"]) else folded

    def missing(self, connection: Connection) -> list[Mapping[str, Any]]:
        """Return the rows of messages that are still to be added."""
        return []

    def add(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows of messages that were written before."""

    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        """Remove messages, in the transaction in which they go."""

    def tidy(self, connection: Connection, *, at_leisure: bool) -> bool:
        """Do a little of the work that adding has left; at leisure, also what removing has left. Returns whether there is more."""
        return False

    def newest(
        self,
        query: Select[tuple[int]],
        terms: Sequence[Term],
        span: Span,
        *,
        is_narrow: bool,
    ) -> Select[tuple[int]]:
        """Return the query for the newest messages with all of the folded terms in their texts.

        `is_narrow` says that other conditions leave few messages, so that the index may not be worth while.
        """
        return span.newest(query.where(*self._contain(terms)), messages.c.id)

    def _contain(self, terms: Sequence[Term]) -> list[ColumnElement[bool]]:
        return [self.content.contains(term.folded, autoescape=True) for term in terms]

    @property
    def content(self) -> ColumnElement[str]:
        """What a message is found by: what it was folded to, or else its plain text."""
        small = func.replace(self._small(messages.c.text), _SPACE, _BOUNDARY)
        return func.coalesce(messages.c.folded, _BOUNDARY + small + _BOUNDARY)

    def _small(self, content: ColumnElement[str]) -> ColumnElement[str]:
        """Return a text with the letters A to Z small; if it has other capital letters, it was folded."""
        return func.lower(content)


class Fts5Index(TextIndex):
    """SQLite's full-text search over trigrams, without the texts and without positions.

    Many messages are added at once, in a commit that nobody waits for: each addition changes more pages than a message.
    """

    is_deferred = True

    @override
    def create(self, connection: Connection) -> None:
        if connection.dialect.has_table(connection, _NAME):
            return
        connection.execute(
            text(
                f"CREATE VIRTUAL TABLE {_NAME} USING fts5(folded, content='',"
                " contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1')"
            )
        )
        # Left to itself, it merges its segments in somebody's commit, for up to a second.
        self._configure(connection, automerge=0, crisismerge=_MAX_SEGMENTS)
        self._configure(connection, **_WHILE_MESSAGES_COME)

    @override
    def folded(self, row: Mapping[str, Any]) -> str | None:
        return None

    @override
    def missing(self, connection: Connection) -> list[Mapping[str, Any]]:
        query = (
            select(messages.c.id, messages.c.title, messages.c.text)
            .where(messages.c.id > _LAST_ADDED, messages.c.pending != BLANKED)
            .order_by(messages.c.id)
        )
        return [row._asdict() for row in connection.execute(query)]

    @override
    def add(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        connection.execute(
            text(f"INSERT INTO {_NAME} (rowid, folded) VALUES (:id, :folded)"),  # noqa: S608
            [{"id": row["id"], "folded": _folded(row)} for row in rows],
        )

    @override
    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        connection.execute(
            text(f"DELETE FROM {_NAME} WHERE rowid = :id"),  # noqa: S608
            [{"id": message_id} for message_id in ids],
        )

    @override
    def tidy(self, connection: Connection, *, at_leisure: bool) -> bool:
        if not at_leisure:
            return self._merge(connection, _MERGED_PAGES)
        self._configure(connection, **_AT_LEISURE)
        has_more = self._merge(connection, _MERGED_PAGES_AT_LEISURE)
        self._configure(connection, **_WHILE_MESSAGES_COME)
        return has_more

    def _merge(self, connection: Connection, pages: int) -> bool:
        driver: Any = connection.connection.driver_connection
        before = driver.total_changes
        self._configure(connection, merge=pages)
        # The command itself counts as one change: https://sqlite.org/fts5.html#the_merge_command
        return bool(driver.total_changes - before > 1)

    @staticmethod
    def _configure(connection: Connection, **commands: int) -> None:
        connection.execute(
            text(f"INSERT INTO {_NAME} ({_NAME}, rank) VALUES (:command, :value)"),  # noqa: S608
            [{"command": name, "value": value} for name, value in commands.items()],
        )

    @override
    def newest(
        self,
        query: Select[tuple[int]],
        terms: Sequence[Term],
        span: Span,
        *,
        is_narrow: bool,
    ) -> Select[tuple[int]]:
        """The index knows which trigrams a text has, not where: so the texts are compared, too."""
        content = func.coalesce(messages.c.title, "") + " " + messages.c.text
        folded_content = getattr(func, FOLD)(content)
        query = query.where(
            *(
                func.instr(folded_content, term.folded) > 0
                if term.raw is None
                else content.contains(term.raw, autoescape=True)
                for term in terms
            )
        )
        trigrams = [
            trigram
            for term in terms
            if term.raw is None and not is_narrow
            for trigram in term.trigrams
        ]
        if not trigrams:
            return span.newest(query, messages.c.id)
        indexed = query.join(_FTS5, _FTS5.c.rowid == messages.c.id).where(
            text(f"{_NAME} MATCH :expression").bindparams(
                expression=" AND ".join(
                    '"' + trigram.replace('"', '""') + '"' for trigram in trigrams
                )
            ),
        )
        added_later = query.where(messages.c.id > _LAST_ADDED)
        found = union_all(
            *(
                select(span.newest(some, some_id).subquery())
                for some, some_id in (
                    (added_later, messages.c.id),
                    (indexed, _FTS5.c.rowid),
                )
            )
        ).subquery()
        return span.newest(select(found.c.id), found.c.id)


class TrigramIndex(TextIndex):
    """PostgreSQL indexes the trigrams of the folded texts, where it may."""

    windows = (10_000, 50_000, None)

    @override
    def create(self, connection: Connection) -> None:
        """The extension is PostgreSQL's own, but a server may not have it or not allow it: then it may come later."""
        find = text("SELECT to_regclass(:name)")
        if connection.execute(find, {"name": _TRIGRAMS}).scalar() is not None:
            return
        content = self.content.compile(connection)
        try:
            with connection.begin_nested():
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
                connection.exec_driver_sql(
                    f"CREATE INDEX {_TRIGRAMS} ON {messages.name} USING gin (({content}) gin_trgm_ops)"
                    # What is new waits, to be indexed together. Were it more (kB), a message would have to index it.
                    " WITH (gin_pending_list_limit = 1024)"
                )
        except DBAPIError:
            return

    @override
    def tidy(self, connection: Connection, *, at_leisure: bool) -> bool:
        # Nothing without the index.
        connection.execute(
            text("SELECT gin_clean_pending_list(to_regclass(:name))"),
            {"name": _TRIGRAMS},
        )
        return False

    @override
    def newest(
        self,
        query: Select[tuple[int]],
        terms: Sequence[Term],
        span: Span,
        *,
        is_narrow: bool,
    ) -> Select[tuple[int]]:
        """Find all, then take the newest: for a few, the planner would rather read all messages."""
        found = span.within(query.where(*self._contain(terms)), messages.c.id)
        few = found.cte("found").prefix_with("MATERIALIZED")
        return span.newest(select(few.c.id), few.c.id)

    @override
    def _small(self, content: ColumnElement[str]) -> ColumnElement[str]:
        """In its locale, it may know more capital letters than A to Z, or none."""
        return func.lower(collate(content, "C"))


def _folded(row: Mapping[str, Any]) -> str:
    return fold(" ".join(filter(None, (row["title"], row["text"]))))
