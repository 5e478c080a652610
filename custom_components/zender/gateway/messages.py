"""The four messages that a gateway delivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, ClassVar

GROUP_SUFFIX = "@g.us"


class MessageType(StrEnum):
    """The kinds of messages, under the names that the gateway's documentation gives them."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    USSD = "ussd"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsMessage:
    """An SMS. Only a delivery says the `rid` of what the phone received."""

    type: ClassVar = MessageType.SMS

    id: int
    rid: int | None
    sim: int | None
    device: str
    phone: str
    message: str
    timestamp: int
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppMessage:
    """A WhatsApp chat that an account received."""

    type: ClassVar = MessageType.WHATSAPP

    id: int
    wid: str
    phone: str
    message: str
    attachment: str | None
    timestamp: int
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_group(self) -> bool:
        """Whether `phone` is a group rather than a person."""
        return self.phone.endswith(GROUP_SUFFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdMessage:
    """The network's response to a USSD code. The gateway's `id` is always 1."""

    type: ClassVar = MessageType.USSD

    id: int
    sim: int | None
    device: str
    code: str
    response: str
    timestamp: int
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationMessage:
    """A notification that an app showed on a phone."""

    type: ClassVar = MessageType.NOTIFICATION

    id: int
    device: str
    package: str
    title: str
    content: str
    timestamp: int
    extra: Mapping[str, Any] = field(default_factory=dict)


type Message = SmsMessage | WhatsAppMessage | UssdMessage | NotificationMessage

_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind) if item.name != "extra")
    for kind in (SmsMessage, WhatsAppMessage, UssdMessage, NotificationMessage)
}


def source_of(message: Message) -> str:
    """Return who received the message: a phone's id, or an account's number."""
    return message.wid if isinstance(message, WhatsAppMessage) else message.device


def sim_of(message: Message) -> int | None:
    """Return the slot of the SIM that received the message, None when there is none to know."""
    if isinstance(message, SmsMessage | UssdMessage):
        return message.sim
    return None


def as_dict(message: Message) -> dict[str, Any]:
    """Return the gateway's fields in its order, then the fields that nobody knows."""
    known = {name: getattr(message, name) for name in _FIELDS[type(message)]}
    return known | {
        name: value for name, value in message.extra.items() if name not in known
    }
