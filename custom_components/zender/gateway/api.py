"""What the gateway's REST API tells.

Rows are read leniently: numbers come as text, too, what nobody knows is ignored, and one broken row does not spoil
the others.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
import logging
import math
from typing import Any, Final

import voluptuous as vol

from .schemas import (
    attachment_of,
    identifier,
    sim_slot,
    timestamp,
    unescaped,
    whole_number,
)

_LOGGER = logging.getLogger(__name__)

CONNECTED: Final = "connected"


@dataclass(frozen=True, slots=True)
class Phone:
    """An Android phone that is linked to the gateway; `version` is Android's."""

    id: int
    unique: str
    name: str
    version: str | None
    manufacturer: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """A WhatsApp account that is linked to the gateway; `unique` is the API's name of it."""

    id: int
    phone: str
    unique: str
    status: str

    @property
    def is_connected(self) -> bool:
        """Whether it sends and receives."""
        return self.status == CONNECTED


@dataclass(frozen=True, slots=True)
class Group:
    """A WhatsApp group of an account; `gid` is "<digits>@g.us"."""

    gid: str
    name: str


@dataclass(frozen=True, slots=True)
class Credits:
    """What is left to pay with."""

    amount: float
    currency: str | None


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of the plan is used; without limit, `limit` is None."""

    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """The plan, and what is used of it under the gateway's names, such as "sms_send"."""

    name: str
    usage: Mapping[str, Usage]


@dataclass(frozen=True, slots=True)
class ReceivedSms:
    """An SMS that the gateway has; `created` is in seconds since 1970, as in all of these."""

    id: int
    device: str
    sender: str
    message: str
    created: int


@dataclass(frozen=True, slots=True)
class ReceivedChat:
    """A WhatsApp chat that the gateway has."""

    id: int
    account: str
    sender: str
    message: str
    attachment: str | None
    created: int


@dataclass(frozen=True, slots=True)
class UssdRequest:
    """A USSD code that was asked, and the response once there is one."""

    id: int
    device: str
    sim: int | None
    code: str
    response: str
    status: str
    created: int


@dataclass(frozen=True, slots=True)
class ReceivedNotification:
    """A notification that the gateway has."""

    id: int
    device: str
    package: str
    title: str
    content: str
    created: int


def listed[T](
    read: Callable[[Mapping[str, Any]], T],
) -> Callable[[Any], list[T]]:
    """Return what reads the rows of a list, which is false instead of an empty one. It raises vol.Invalid."""

    def read_all(data: Any) -> list[T]:
        # What PHP took something out of becomes an object, with the places as names.
        rows = list(data.values()) if isinstance(data, dict) else data or []
        if not isinstance(rows, list):
            raise vol.Invalid("must be a list")
        readable = list(_readable(rows, read))
        if len(readable) < len(rows):
            _LOGGER.debug("%d rows cannot be read", len(rows) - len(readable))
        return readable

    return read_all


def _readable[T](
    rows: list[Any], read: Callable[[Mapping[str, Any]], T]
) -> Iterator[T]:
    for row in rows:
        if isinstance(row, dict):
            try:
                yield read(row)
            except vol.Invalid:
                continue


def phone(row: Mapping[str, Any]) -> Phone:
    """Read a row of get/devices. Raises vol.Invalid, as all of these."""
    return Phone(
        id=whole_number(row.get("id")),
        unique=_name(row.get("unique")),
        name=_text(row.get("name")),
        version=_text(row.get("version")) or None,
        manufacturer=_text(row.get("manufacturer")) or None,
    )


def account(row: Mapping[str, Any]) -> Account:
    """Read a row of get/wa.accounts."""
    return Account(
        id=whole_number(row.get("id")),
        phone=_name(row.get("phone")),
        unique=_name(row.get("unique")),
        status=_text(row.get("status")),
    )


def group(row: Mapping[str, Any]) -> Group:
    """Read a row of get/wa.groups."""
    return Group(gid=_name(row.get("gid")), name=_text(row.get("name")))


def gateway_credits(data: Any) -> Credits:
    """Read the data of get/credits."""
    told = _object(data)
    return Credits(_amount(told.get("credits")), _text(told.get("currency")) or None)


def subscription(data: Any) -> Subscription:
    """Read the data of get/subscription, which is false without a plan."""
    told = _object(data or {})
    usage = told.get("usage")
    items = usage.items() if isinstance(usage, dict) else ()
    return Subscription(
        name=_text(told.get("name")),
        usage={name: read for name, item in items for read in listed(_usage)([item])},
    )


def _usage(item: Mapping[str, Any]) -> Usage:
    return Usage(
        whole_number(item.get("used")), whole_number(item.get("limit")) or None
    )


def received_sms(row: Mapping[str, Any]) -> ReceivedSms:
    """Read a row of get/sms.received."""
    return ReceivedSms(
        id=whole_number(row.get("id")),
        device=_name(row.get("device")),
        sender=_name(row.get("sender")),
        message=_text(row.get("message")),
        created=timestamp(row.get("created")),
    )


def received_chat(row: Mapping[str, Any]) -> ReceivedChat:
    """Read a row of get/wa.received, which calls the sender the recipient."""
    return ReceivedChat(
        id=whole_number(row.get("id")),
        account=_name(row.get("account")),
        sender=_name(row.get("recipient")),
        message=_text(row.get("message")),
        attachment=attachment_of(row.get("attachment")),
        created=timestamp(row.get("created")),
    )


def ussd_request(row: Mapping[str, Any]) -> UssdRequest:
    """Read a row of get/ussd."""
    return UssdRequest(
        id=whole_number(row.get("id")),
        device=_name(row.get("device")),
        sim=sim_slot(row.get("sim") or None),
        code=_name(row.get("code")),
        response=_text(row.get("response")),
        status=_text(row.get("status")),
        created=timestamp(row.get("created")),
    )


def notification(row: Mapping[str, Any]) -> ReceivedNotification:
    """Read a row of get/notifications, which alone has a timestamp."""
    return ReceivedNotification(
        id=whole_number(row.get("id")),
        device=_name(row.get("device")),
        package=_name(row.get("package_name")),
        title=_text(row.get("title")),
        content=_text(row.get("content")),
        created=timestamp(row.get("timestamp")),
    )


def message_id(data: Any) -> int | None:
    """Read the data of what is sent: the gateway's id of it, if it says one."""
    try:
        return whole_number(data.get("messageId")) if isinstance(data, dict) else None
    except vol.Invalid:
        return None


def _object(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise vol.Invalid("must be an object")
    return data


def _text(value: Any) -> str:
    """Return a text; the gateway says false or null where there is none, and some make numbers of digits."""
    if value is None or value is False:
        return ""
    return str(value) if type(value) is int else unescaped(value)


def _name(value: Any) -> str:
    return identifier(_text(value))


def _amount(value: Any) -> float:
    try:
        if not isinstance(value, bool) and math.isfinite(amount := float(value)):
            return amount
    except TypeError, ValueError:
        pass
    raise vol.Invalid("must be a number")
