"""Writes messages, many in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Column, Connection, bindparam, func, insert, or_, select, update

from ..gateway.messages import MessageType
from .records import (
    KINDS,
    UPLOADED_TWICE_SECONDS,
    Direction,
    MessageState,
    Record,
    near,
)
from .schema import counters, entries, messages, sources
from .text_index import TextIndex

FETCHED_USSD_SECONDS: Final = 10 * 60
"""How far apart the times of a USSD response may be in its delivery and in what is fetched, which have no id in common."""

NO_SIM: Final = -1

# Built once: building a statement costs more than running it.
_DIGESTS: Final = select(
    messages.c.fingerprint, messages.c.upload, messages.c.timestamp
)
_KNOWN: Final = _DIGESTS.add_columns(messages.c.id).where(
    or_(
        messages.c.fingerprint.in_(bindparam("fingerprints", expanding=True)),
        messages.c.upload.in_(bindparam("uploads", expanding=True)),
    )
)
_INSERT: Final = insert(messages)
_INSERT_COUNTER: Final = insert(counters)
_UPDATE_COUNTER: Final = (
    update(counters)
    .where(
        counters.c.source_id == bindparam("counted_source_id"),
        counters.c.kind == bindparam("counted_kind"),
        counters.c.sim == bindparam("counted_sim"),
    )
    .values(received=bindparam("received"), last_id=bindparam("last_id"))
)

type CounterKey = tuple[int, int, int]
"""A source's id, a kind and a SIM."""


type Digests = tuple[bytes | None, bytes | None, int]
"""A message's fingerprint, upload and time at the gateway."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where a record is: its own row, or that of the same message before."""

    message_id: int
    is_duplicate: bool


@dataclass(slots=True)
class Count:
    """How many messages came, and the last of them."""

    received: int
    last_id: int
    is_stored: bool


@dataclass(slots=True)
class Ledger:
    """What the only writer of a database knows without asking it.

    The counts are stored, and texts indexed, now and then; what came since is found when the journal is opened.
    """

    next_message_id: int
    next_source_id: int
    source_ids: dict[tuple[str, str], int]
    counts: dict[CounterKey, Count]
    entry_ids: set[str]
    not_indexed: list[Mapping[str, Any]]
    """The rows that are still to be added to the text index."""
    dirty: set[CounterKey] = field(default_factory=set)

    @classmethod
    def read(cls, connection: Connection, index: TextIndex) -> Ledger:
        """Return what the database holds."""
        counts = {
            (row.source_id, row.kind, row.sim): Count(row.received, row.last_id, True)
            for row in connection.execute(select(counters))
        }
        ledger = cls(
            next_message_id=_next(connection, messages.c.id, counters.c.last_id),
            next_source_id=_next(connection, sources.c.id),
            source_ids={
                (row.entry_id, row.source): row.id
                for row in connection.execute(select(sources))
            },
            counts=counts,
            entry_ids=set(connection.execute(select(entries.c.entry_id)).scalars()),
            not_indexed=index.missing(connection),
        )
        counted = max((count.last_id for count in counts.values()), default=0)
        for row in connection.execute(
            select(messages.c.source_id, messages.c.kind, messages.c.sim, messages.c.id)
            .where(messages.c.id > counted)
            .where(messages.c.direction == Direction.RECEIVED.value)
            .where(messages.c.state.is_(None))
            .order_by(messages.c.id)
        ):
            ledger.count(row.source_id, row.kind, row.sim, row.id)
        return ledger

    @property
    def has_notes(self) -> bool:
        """Whether counts are to be stored, or texts to be indexed."""
        return bool(self.dirty or self.not_indexed)

    def count(
        self, source_id: int, kind: int, sim: int | None, message_id: int
    ) -> None:
        """Count a message."""
        key = (source_id, kind, NO_SIM if sim is None else sim)
        count = self.counts.setdefault(key, Count(0, 0, False))
        count.received += 1
        count.last_id = message_id
        self.dirty.add(key)

    def store_counts(self, connection: Connection) -> None:
        """Store the counts that changed. To be undone by reading anew if the transaction fails."""
        for stored, statement in ((False, _INSERT_COUNTER), (True, _UPDATE_COUNTER)):
            prefix = "counted_" if stored else ""
            rows = [
                {
                    f"{prefix}source_id": source_id,
                    f"{prefix}kind": kind,
                    f"{prefix}sim": sim,
                    "received": count.received,
                    "last_id": count.last_id,
                }
                for source_id, kind, sim in self.dirty
                if (count := self.counts[source_id, kind, sim]).is_stored is stored
            ]
            if rows:
                connection.execute(statement, rows)
        for key in self.dirty:
            self.counts[key].is_stored = True
        self.dirty.clear()

    def add_to_index(self, connection: Connection, index: TextIndex) -> bool:
        """Add to the text index what is missing there. Returns whether there was something."""
        if not self.not_indexed:
            return False
        index.add(connection, self.not_indexed)
        self.not_indexed.clear()
        return True

    def store_delivered(
        self, connection: Connection, delivered: Mapping[str, int]
    ) -> None:
        """Store up to where entries' messages were delivered."""
        for entry_id, message_id in delivered.items():
            values = {"entry_id": entry_id, "delivered_id": message_id}
            if entry_id in self.entry_ids:
                connection.execute(
                    update(entries)
                    .where(entries.c.entry_id == entry_id)
                    .values(delivered_id=message_id)
                )
            else:
                connection.execute(insert(entries).values(values))
                self.entry_ids.add(entry_id)


def _next(connection: Connection, *columns: Column[Any]) -> int:
    """Return a number above all that were ever given, those of deleted rows included."""
    highest = (
        connection.execute(select(func.max(column))).scalar() for column in columns
    )
    return max((number for number in highest if number is not None), default=0) + 1


def write(
    connection: Connection, ledger: Ledger, index: TextIndex, records: Sequence[Record]
) -> list[Written]:
    """Write the records that are not there yet. Returns where each one is, in their order.

    If the transaction fails, the ledger has to be read anew.
    """
    known = _Known(connection, records)
    rows: list[dict[str, Any]] = []
    written: list[Written] = []
    for record in records:
        if (earlier := known.message_id(record)) is not None:
            written.append(Written(earlier, is_duplicate=True))
            continue
        message_id = ledger.next_message_id
        ledger.next_message_id += 1
        source_id = _source_id(connection, ledger, record)
        if record.is_counted:
            ledger.count(source_id, record.kind, record.row["sim"], message_id)
        known.learn(record, message_id)
        rows.append(
            {
                **record.row,
                "id": message_id,
                "source_id": source_id,
                "kind": record.kind,
                "direction": record.direction.value,
                "pending": int(record.pending),
                "fingerprint": record.fingerprint,
                "upload": record.upload,
                "folded": index.folded(record.row),
            }
        )
        written.append(Written(message_id, is_duplicate=False))
    if rows:
        connection.execute(_INSERT, rows)
        if index.is_deferred:
            ledger.not_indexed += rows
    return written


def note_sent(
    connection: Connection,
    _index: TextIndex,
    message_id: int,
    state: MessageState,
    gateway_id: int,
) -> None:
    """Note what became of a message that was being sent, and its id at the gateway, 0 if it has none."""
    connection.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(state=state.value, gateway_id=gateway_id)
    )


def _source_id(connection: Connection, ledger: Ledger, record: Record) -> int:
    key = (record.entry_id, record.source)
    if (known := ledger.source_ids.get(key)) is not None:
        return known
    source_id = ledger.next_source_id
    ledger.next_source_id += 1
    connection.execute(
        insert(sources).values(
            id=source_id, entry_id=record.entry_id, source=record.source
        )
    )
    ledger.source_ids[key] = source_id
    return source_id


def latest_digests(connection: Connection, limit: int) -> list[Digests]:
    """Return what the latest messages are recognised by, the oldest first."""
    rows = connection.execute(_DIGESTS.order_by(messages.c.id.desc()).limit(limit))
    return [(row.fingerprint, row.upload, row.timestamp) for row in rows][::-1]


class _Known:
    """The messages that records may be the same as."""

    def __init__(self, connection: Connection, records: Sequence[Record]) -> None:
        self._connection = connection
        self._by_fingerprint: dict[bytes, int] = {}
        self._by_upload: dict[bytes, list[tuple[int, int]]] = {}
        fingerprints = [record.fingerprint for record in records if record.fingerprint]
        uploads = [digest for record in records for digest, _ in _uploads(record)]
        if not fingerprints and not uploads:
            return
        for fingerprint, upload, timestamp, message_id in connection.execute(
            _KNOWN, {"fingerprints": fingerprints, "uploads": uploads}
        ):
            self._learn(fingerprint, upload, timestamp, message_id)

    def message_id(self, record: Record) -> int | None:
        """Return the message that a record is the same as."""
        found = self._by_fingerprint.get(record.fingerprint or b"")
        if found is not None:
            return found
        for digest, seconds in _uploads(record):
            for timestamp, message_id in self._by_upload.get(digest, ()):
                if abs(timestamp - record.row["timestamp"]) < seconds:
                    return message_id
        return _delivered_id(self._connection, record) if record.is_fetched else None

    def learn(self, record: Record, message_id: int) -> None:
        """Know a record that is being written."""
        timestamp = record.row["timestamp"]
        self._learn(record.fingerprint, record.upload, timestamp, message_id)
        if record.origin != record.upload:
            self._learn(None, record.origin, timestamp, message_id)

    def _learn(
        self,
        fingerprint: bytes | None,
        upload: bytes | None,
        timestamp: int,
        message_id: int,
    ) -> None:
        if fingerprint is not None:
            self._by_fingerprint[bytes(fingerprint)] = message_id
        if upload is not None:
            self._by_upload.setdefault(bytes(upload), []).append(
                (timestamp, message_id)
            )


def known_ids(
    connection: Connection, _index: TextIndex, records: Sequence[Record]
) -> list[int | None]:
    """Return for each record the message that it is the same as."""
    known = _Known(connection, records)
    return [known.message_id(record) for record in records]


def _uploads(record: Record) -> Iterator[tuple[bytes, int]]:
    """Return what a record may have in common with an upload, and how many seconds may lie between."""
    timestamp = record.row["timestamp"]
    if record.upload is not None and not record.is_fetched:
        for digest in near(record.upload, timestamp):
            yield digest, UPLOADED_TWICE_SECONDS
    if record.origin is not None:
        for digest in near(record.origin, timestamp):
            yield digest, _seconds_apart(record)


def _seconds_apart(record: Record) -> int:
    """Return how far apart the times of a delivery, and of the same message fetched, may be."""
    is_ussd = KINDS[record.kind] is MessageType.USSD
    return FETCHED_USSD_SECONDS if is_ussd else UPLOADED_TWICE_SECONDS


def _delivered_id(connection: Connection, record: Record) -> int | None:
    """Return the message that the gateway delivered and that a fetched record is the same as.

    It was received when the gateway stored it, whose clock may be another.
    """
    timestamp, seconds = record.row["timestamp"], _seconds_apart(record)
    day = UPLOADED_TWICE_SECONDS
    query = (
        select(messages.c.id)
        .join(sources, sources.c.id == messages.c.source_id)
        .where(
            messages.c.received_at.between(
                1000 * (timestamp - day), 1000 * (timestamp + day)
            ),
            messages.c.timestamp.between(timestamp - seconds, timestamp + seconds),
            messages.c.direction == Direction.RECEIVED.value,
            messages.c.kind == record.kind,
            messages.c.peer == record.row["peer"],
            messages.c.text == record.row["text"],
            sources.c.entry_id == record.entry_id,
            sources.c.source == record.source,
        )
    )
    if KINDS[record.kind] is not MessageType.USSD:
        query = query.where(messages.c.gateway_id == record.row["gateway_id"])
    return connection.execute(query.limit(1)).scalar()
