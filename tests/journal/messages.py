"""Messages to keep."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from custom_components.zender.gateway.messages import (
    Message,
    NotificationMessage,
    SmsMessage,
    UssdMessage,
    WhatsAppMessage,
)
from custom_components.zender.journal.records import Record, record_of

ENTRY: Final = "01JZENDERENTRY0000000000A1"
OTHER_ENTRY: Final = "01JZENDERENTRY0000000000B2"
PHONE: Final = "7c1e5b02-44d0-4f3a-9a52-3b8e6f10c4d7"
ACCOUNT: Final = "+390612345678"
SENDER: Final = "+393331234567"
NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
PERIOD_START: Final = 10_380 * 2 * 24 * 60 * 60
"""A time at the gateway, in Unix seconds, at which two days begin by which what is alike is indexed."""

_IDS: Final = count(1)


def sms(text: str = "The parcel is at the door", **changes: Any) -> SmsMessage:
    """Return an SMS; without changes, no two are the same."""
    number = next(_IDS)
    fields: dict[str, Any] = {
        "id": number,
        "rid": number,
        "sim": 1,
        "device": PHONE,
        "phone": SENDER,
        "message": text,
        "timestamp": 1_793_599_200 + number,
    }
    return SmsMessage(**fields | changes)


def whatsapp(text: str = "Who has the key?", **changes: Any) -> WhatsAppMessage:
    """Return a chat; without changes, no two are the same."""
    number = next(_IDS)
    fields: dict[str, Any] = {
        "id": number,
        "wid": ACCOUNT,
        "phone": SENDER,
        "message": text,
        "attachment": None,
        "timestamp": 1_793_599_200 + number,
    }
    return WhatsAppMessage(**fields | changes)


def ussd(text: str = "Your balance is 12.50", **changes: Any) -> UssdMessage:
    """Return a USSD response; without changes, no two are the same."""
    fields: dict[str, Any] = {
        "id": 1,
        "sim": 2,
        "device": PHONE,
        "code": "*100#",
        "response": text,
        "timestamp": 1_793_599_200 + next(_IDS),
    }
    return UssdMessage(**fields | changes)


def notification(
    text: str = "Somebody is at the front door", **changes: Any
) -> NotificationMessage:
    """Return a notification; without changes, no two are the same."""
    number = next(_IDS)
    fields: dict[str, Any] = {
        "id": number,
        "device": PHONE,
        "package": "com.ring.android",
        "title": "Doorbell",
        "content": text,
        "timestamp": 1_793_599_200 + number,
    }
    return NotificationMessage(**fields | changes)


def record(
    message: Message,
    *,
    entry_id: str = ENTRY,
    minutes: float = 0,
    deduplicate: bool = True,
) -> Record:
    """Return what the journal keeps of a message that came some minutes after noon."""
    received_at = NOON + timedelta(minutes=minutes)
    return record_of(entry_id, message, received_at, deduplicate=deduplicate)
