"""A message as the journal keeps it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from hashlib import blake2b
from typing import Any, Final

import orjson
from sqlalchemy import RowMapping

from ..gateway.messages import (
    Message,
    MessageType,
    NotificationMessage,
    SmsMessage,
    UssdMessage,
    WhatsAppMessage,
    sim_of,
    source_of,
)
from .schema import MAX_NAME

KINDS: Final = tuple(MessageType)
"""The kinds of messages; a kind's place is its number in the database."""


UPLOADED_TWICE_SECONDS: Final = 24 * 60 * 60
"""How far apart the gateway's times of an SMS may be that the phone uploaded twice."""
_PERIOD_SECONDS: Final = 2 * UPLOADED_TWICE_SECONDS
"""So long that what is near lies in two periods at most."""
_TIME_BYTES: Final = 4

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SAME: Final = (
    "gateway_id",
    "rid",
    "sim",
    "peer",
    "title",
    "text",
    "attachment",
    "timestamp",
)


class Direction(IntEnum):
    """Which way a message went."""

    RECEIVED = 0
    SENT = 1


class MessageState(IntEnum):
    """What became of a message, but for one that was received and let in."""

    SENDING = 0
    SENT = 1
    """The gateway took it; it does not say whether it arrived."""
    FAILED = 2
    IGNORED = 3
    """It was received, and its sender is not let in: it is neither delivered nor counted."""


@dataclass(slots=True)
class Record:
    """A message to keep."""

    entry_id: str
    source: str
    kind: int
    row: dict[str, Any]
    fingerprint: bytes | None
    upload: bytes | None
    origin: bytes | None = None
    """Equal for what the gateway delivers and what is fetched from it, if its REST API is used."""
    is_fetched: bool = False
    direction: Direction = Direction.RECEIVED
    pending: bool = True
    """False when it is delivered before it is written: then it must not be delivered again."""
    message_id: int | None = None
    """None until it is written."""
    is_repeated: bool = False
    """Whether one of the latest records was the same."""

    @property
    def is_counted(self) -> bool:
        """Whether the message counts among those that were received."""
        return self.direction is Direction.RECEIVED and self.row["state"] is None


class Outcome(StrEnum):
    """What became of a record: the `result` of the webhook's answer."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUEUED = "queued"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to a record."""

    outcome: Outcome
    message_id: int | None = None


def record_of(
    entry_id: str,
    message: Message,
    received_at: datetime,
    *,
    deduplicate: bool,
    is_fetched: bool = False,
    may_be_fetched: bool = False,
) -> Record:
    """Return what the journal keeps of a received message.

    The gateway sends no delivery id, and its row ids can start over: the same message is one in which
    everything is the same. An SMS that the phone uploaded twice has the same phone, rid, sender and text.
    What is fetched knows neither rid nor SIM, so it is the same as a delivery with the rest the same.
    """
    record = _record(entry_id, message, received_at)
    row = record.row
    where = (entry_id, record.source, record.kind)
    if is_fetched or may_be_fetched:
        # The id of a USSD response is always 1 in a delivery, another in what is fetched.
        number = None if isinstance(message, UssdMessage) else message.id
        record.origin = _digest(
            _period(message.timestamp), *where, "row", number, row["peer"], row["text"]
        )
    if is_fetched:
        record.is_fetched = True
        record.upload = record.origin
    elif deduplicate:
        record.fingerprint = _digest(
            message.timestamp, *where, *(row[name] for name in _SAME if name in row)
        )
        if isinstance(message, SmsMessage):
            record.upload = _digest(
                _period(message.timestamp),
                entry_id,
                record.source,
                message.rid,
                message.phone,
                message.message,
            )
    return record


def sent_record(entry_id: str, message: Message, sent_at: datetime) -> Record:
    """Return what the journal keeps of a message that is being sent."""
    record = _record(entry_id, message, sent_at)
    record.direction = Direction.SENT
    record.pending = False
    record.row["state"] = MessageState.SENDING.value
    return record


def _record(entry_id: str, message: Message, time: datetime) -> Record:
    row = {
        name: storable(value) if isinstance(value, str) else value
        for name, value in _columns(message).items()
    }
    row["peer"] = row["peer"][:MAX_NAME]
    row["received_at"] = to_milliseconds(time)
    source, kind = storable(source_of(message)), KINDS.index(message.type)
    return Record(entry_id, source, kind, row, fingerprint=None, upload=None)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message that the journal has."""

    id: int
    entry_id: str
    direction: Direction
    message: Message
    received_at: datetime
    """For a sent message, when it was sent."""
    state: MessageState | None = None
    """None for a message that was received and let in."""


def storable(text: str) -> str:
    """Return a text that every database takes: PostgreSQL has no character of number 0."""
    return text.replace("\0", "\ufffd")


def _columns(message: Message) -> dict[str, Any]:
    """Return a message's own columns."""
    row: dict[str, Any] = {
        "gateway_id": message.id,
        "rid": None,
        "sim": sim_of(message),
        "title": None,
        "attachment": None,
        "extra": orjson.dumps(message.extra).decode() if message.extra else None,
        "timestamp": message.timestamp,
        "state": None,
    }
    match message:
        case SmsMessage():
            return row | {
                "rid": message.rid,
                "peer": message.phone,
                "text": message.message,
            }
        case WhatsAppMessage():
            return row | {
                "peer": message.phone,
                "text": message.message,
                "attachment": message.attachment,
            }
        case UssdMessage():
            return row | {"peer": message.code, "text": message.response}
        case NotificationMessage():
            return row | {
                "peer": message.package,
                "title": message.title,
                "text": message.content,
            }


def message_of(row: RowMapping) -> Message:
    """Return the message in a row of the messages joined with its source."""
    common = {
        "id": row["gateway_id"],
        "timestamp": row["timestamp"],
        "extra": orjson.loads(row["extra"]) if row["extra"] else {},
    }
    match KINDS[row["kind"]]:
        case MessageType.SMS:
            return SmsMessage(
                rid=row["rid"],
                sim=row["sim"],
                device=row["source"],
                phone=row["peer"],
                message=row["text"],
                **common,
            )
        case MessageType.WHATSAPP:
            return WhatsAppMessage(
                wid=row["source"],
                phone=row["peer"],
                message=row["text"],
                attachment=row["attachment"],
                **common,
            )
        case MessageType.USSD:
            return UssdMessage(
                sim=row["sim"],
                device=row["source"],
                code=row["peer"],
                response=row["text"],
                **common,
            )
        case _:
            return NotificationMessage(
                device=row["source"],
                package=row["peer"],
                title=row["title"],
                content=row["text"],
                **common,
            )


def stored(row: RowMapping) -> StoredMessage:
    """Return the stored message in a row of the messages joined with its source."""
    return StoredMessage(
        id=row["id"],
        entry_id=row["entry_id"],
        direction=Direction(row["direction"]),
        message=message_of(row),
        received_at=from_milliseconds(row["received_at"]),
        state=None if row["state"] is None else MessageState(row["state"]),
    )


def to_milliseconds(time: datetime) -> int:
    """Return milliseconds since 1970."""
    return (time - _EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the time in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def near(digest: bytes, timestamp: int) -> tuple[bytes, bytes]:
    """Return an upload or origin as it is in the two periods that hold all times near its own."""
    period = _period(timestamp)
    is_early = timestamp % _PERIOD_SECONDS < UPLOADED_TWICE_SECONDS
    other = period - 1 if is_early else period + 1
    return digest, _time_bytes(other) + digest[_TIME_BYTES:]


def _period(timestamp: int) -> int:
    return timestamp // _PERIOD_SECONDS


def _digest(time: int, *parts: object) -> bytes:
    """Return a digest of 16 bytes that no other time and sequence of parts has.

    It begins with the time: so new messages are side by side in an index, and each changes few of its pages.
    """
    rest = blake2b(orjson.dumps(parts), digest_size=16 - _TIME_BYTES)
    return _time_bytes(time) + rest.digest()


def _time_bytes(time: int) -> bytes:
    return (time % 256**_TIME_BYTES).to_bytes(_TIME_BYTES)
