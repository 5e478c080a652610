"""What can be asked of the journal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Select, func, or_, select

from ..gateway.messages import MessageType
from .batch import NO_SIM
from .folding import terms
from .records import (
    KINDS,
    Direction,
    StoredMessage,
    from_milliseconds,
    storable,
    stored,
    to_milliseconds,
)
from .schema import BLANKED, counters, entries, messages, sources
from .text_index import Span, TextIndex

_STORED: Final = select(messages, sources.c.entry_id, sources.c.source).join(
    sources, sources.c.id == messages.c.source_id
)
_NEWEST: Final = select(func.max(messages.c.id))
_KINDS_OF_SIMS: Final = [
    KINDS.index(kind) for kind in (MessageType.SMS, MessageType.USSD)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which messages of an entry; what is None does not matter."""

    entry_id: str
    text: str | None = None
    """Words that a message must contain, all of them."""
    kind: MessageType | None = None
    source: str | None = None
    """A phone's or an account's id."""
    sims: tuple[int | None, ...] | None = None
    """Slots; None among them stands for messages that do not say to which SIM they came."""
    peers: tuple[str, ...] | None = None
    direction: Direction | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether all messages of the entry are meant."""
        return self == Filter(entry_id=self.entry_id)

    def ids(self, index: TextIndex, span: Span) -> Select[tuple[int]]:
        """Return the query for the newest of these messages.

        What is not to be looked up first is hidden from the engines behind an addition: they would
        rather sort all of an entry's messages than read the newest ones.
        """
        query = select(messages.c.id).where(messages.c.pending != BLANKED)
        mine = select(sources.c.id).where(sources.c.entry_id == self.entry_id)
        if self.source is None:
            query = query.where((messages.c.source_id + 0).in_(mine))
        else:
            query = query.where(
                messages.c.source_id
                == mine.where(
                    sources.c.source == storable(self.source)
                ).scalar_subquery()
            )
        if self.kind is not None:
            query = query.where(messages.c.kind == KINDS.index(self.kind))
        if self.sims is not None:
            slots = messages.c.sim.in_([sim for sim in self.sims if sim is not None])
            query = query.where(
                messages.c.kind.in_(_KINDS_OF_SIMS),
                or_(slots, messages.c.sim.is_(None)) if None in self.sims else slots,
            )
        if self.peers is not None:
            query = query.where(messages.c.peer.in_(map(storable, self.peers)))
        if self.direction is not None:
            query = query.where(messages.c.direction == self.direction.value)
        received_at = messages.c.received_at + 0
        if self.since is not None:
            query = query.where(received_at >= to_milliseconds(self.since))
        if self.until is not None:
            query = query.where(received_at < to_milliseconds(self.until))
        if self.text and (words := terms(storable(self.text))):
            return index.newest(query, words, span, is_narrow=self.peers is not None)
        return span.newest(query, messages.c.id)


def ids_of(
    connection: Connection, index: TextIndex, wanted: Filter, limit: int
) -> list[int]:
    """Return the ids of the newest messages."""
    query = wanted.ids(index, Span(limit=limit))
    return list(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the messages that were asked for, and the cursor for the next ones."""

    messages: list[StoredMessage]
    next_cursor: int | None


def search(
    connection: Connection,
    index: TextIndex,
    wanted: Filter,
    *,
    limit: int,
    cursor: int | None = None,
) -> Page:
    """Return the newest messages, below the cursor if there is one."""
    for size in (None,) if wanted.text is None else index.windows:
        oldest = None
        if size is not None:
            oldest = (cursor or connection.execute(_NEWEST).scalar() or 0) - size
        span = Span(limit=limit + 1, oldest=oldest, cursor=cursor)
        newest = wanted.ids(index, span).subquery()
        query = _STORED.join(newest, newest.c.id == messages.c.id)
        rows = connection.execute(query.order_by(messages.c.id.desc())).mappings().all()
        if len(rows) > limit:
            break
    found = [stored(row) for row in rows[:limit]]
    return Page(found, found[-1].id if len(rows) > limit else None)


def message_by_id(
    connection: Connection, _index: TextIndex, entry_id: str, message_id: int
) -> StoredMessage | None:
    """Return an entry's message, None if there is none, or nothing private of it any more."""
    row = (
        connection.execute(
            _STORED.where(
                messages.c.id == message_id,
                messages.c.pending != BLANKED,
                sources.c.entry_id == entry_id,
            )
        )
        .mappings()
        .first()
    )
    return None if row is None else stored(row)


def newest_time(
    connection: Connection,
    _index: TextIndex,
    entry_id: str,
    up_to: int | None = None,
) -> datetime | None:
    """Return when an entry's newest message was received, None if there is none; of those up to an id, if one is given."""
    mine = select(sources.c.id).where(sources.c.entry_id == entry_id)
    query = select(messages.c.received_at).where(
        (messages.c.source_id + 0).in_(mine),
        messages.c.direction == Direction.RECEIVED.value,
    )
    if up_to is not None:
        query = query.where(messages.c.id <= up_to)
    query = query.order_by(messages.c.id.desc()).limit(1)
    received_at = connection.execute(query).scalar()
    return None if received_at is None else from_milliseconds(received_at)


def existing(
    connection: Connection, _index: TextIndex, ids: Collection[int]
) -> set[int]:
    """Return which of these messages there are."""
    query = select(messages.c.id).where(messages.c.id.in_(ids))
    return set(connection.execute(query).scalars())


def undelivered(
    connection: Connection, entry_id: str, last_id: int
) -> list[StoredMessage]:
    """Return what was committed up to a message and not delivered, the oldest first."""
    delivered_id = connection.execute(
        select(entries.c.delivered_id).where(entries.c.entry_id == entry_id)
    ).scalar()
    rows = connection.execute(
        _STORED.where(
            sources.c.entry_id == entry_id,
            messages.c.id > (delivered_id or 0),
            messages.c.id <= last_id,
            messages.c.pending == 1,
        ).order_by(messages.c.id)
    ).mappings()
    return [stored(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Total:
    """What came from one source, by kind and SIM."""

    source: str
    kind: MessageType
    sim: int | None
    received: int
    last: StoredMessage | None
    """None when it was purged, deleted or not to be kept."""


def read_totals(connection: Connection, entry_id: str) -> list[Total]:
    """Return what an entry's sensors show."""
    rows = connection.execute(
        select(counters, sources.c.source)
        .join(sources, sources.c.id == counters.c.source_id)
        .where(sources.c.entry_id == entry_id)
    ).all()
    last = {
        row["id"]: stored(row)
        for row in connection.execute(
            _STORED.where(
                messages.c.id.in_([row.last_id for row in rows]),
                messages.c.pending != BLANKED,
            )
        ).mappings()
    }
    return [
        Total(
            row.source,
            KINDS[row.kind],
            None if row.sim == NO_SIM else row.sim,
            row.received,
            last.get(row.last_id),
        )
        for row in rows
    ]
