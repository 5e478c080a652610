"""What each message must hold, field by field, and what becomes of the gateway's spellings."""

from collections.abc import Callable, Mapping
import re
from typing import Any, Final

import voluptuous as vol

from .messages import (
    GROUP_SUFFIX,
    Message,
    MessageType,
    NotificationMessage,
    SmsMessage,
    UssdMessage,
    WhatsAppMessage,
)

# A row id of any database, and the last second that a date can show.
_MAX_INTEGER: Final = 2**63 - 1
_MAX_TIMESTAMP: Final = 253_402_300_799
_MAX_IDENTIFIER_LENGTH: Final = 255

_DIGITS: Final = re.compile(r"[0-9]{1,19}")

# Server 3.9.5 leaves exactly these five undecoded; a full HTML unescape would damage links.
_ENTITIES: Final = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#039;": "'",
}
_ENTITY: Final = re.compile("|".join(_ENTITIES))

_PERSON: Final = re.compile(r"\+?([0-9]+)(?::[0-9]+)?@(?:s\.whatsapp\.net|c\.us)")
_GROUP: Final = re.compile(r"\+?([0-9]+(?:-[0-9]+)?" + re.escape(GROUP_SUFFIX) + ")")

_NO_ATTACHMENT: Final = ("", "0", "false", 0, None)


def whole_number(value: Any) -> int:
    """Return a number of 63 bits, which may come as text. Raises vol.Invalid, as all of these."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise vol.Invalid("must be a whole number")
    if not 0 <= value <= _MAX_INTEGER:
        raise vol.Invalid("is out of range")
    return value


def timestamp(value: Any) -> int:
    """Return seconds since 1970 that a date can show."""
    if (seconds := whole_number(value)) > _MAX_TIMESTAMP:
        raise vol.Invalid("is out of range")
    return seconds


def sim_slot(value: Any) -> int | None:
    """Return the slot; older phones and relays do not say, or say nothing."""
    return None if value in ("", None) else whole_number(value) or None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise vol.Invalid("must be text")
    return value


def unescaped(value: Any) -> str:
    """Return a text without the entities that version 3.9.5 leaves."""
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], _text(value))


def identifier(value: Any) -> str:
    """Return a name that is neither empty nor endless."""
    if not (name := _text(value)):
        raise vol.Invalid("must not be empty")
    if len(name) > _MAX_IDENTIFIER_LENGTH:
        raise vol.Invalid(f"must not exceed {_MAX_IDENTIFIER_LENGTH} characters")
    return name


def _sender(value: Any) -> str:
    return unescaped(identifier(value))


def whatsapp_address(value: Any) -> str:
    """Return `+number` for a person, `<digits>@g.us` for a group, anything else as it came."""
    address = identifier(value)
    if person := _PERSON.fullmatch(address):
        return f"+{person[1]}"
    if group := _GROUP.fullmatch(address):
        return group[1]
    return address


def attachment_of(value: Any) -> str | None:
    """Return the address of an attachment, None for what the gateway says instead."""
    return None if value in _NO_ATTACHMENT else _text(value)


class MessageSchema:
    """Builds one kind of message out of the gateway's `data`."""

    def __init__(
        self,
        factory: Callable[..., Message],
        validators: Mapping[str, Callable[[Any], Any]],
        optional: frozenset[str] = frozenset(),
    ) -> None:
        """Take the fields in the documented order; `optional` ones are None when missing."""
        self._factory = factory
        self.order = tuple(validators)
        self._schema = vol.Schema(
            {
                vol.Optional(name, default=None)
                if name in optional
                else vol.Required(name): validator
                for name, validator in validators.items()
            },
            extra=vol.ALLOW_EXTRA,
        )

    def __call__(self, data: dict[str, Any]) -> Message:
        """Return the message. Raises vol.Invalid."""
        valid = self._schema(data)
        known = {name: valid.pop(name) for name in self.order}
        return self._factory(**known, extra=valid)


SCHEMAS: Final[Mapping[str, MessageSchema]] = {
    MessageType.SMS: MessageSchema(
        SmsMessage,
        {
            "id": whole_number,
            "rid": whole_number,
            "sim": sim_slot,
            "device": identifier,
            "phone": _sender,
            "message": unescaped,
            "timestamp": timestamp,
        },
        optional=frozenset({"sim"}),
    ),
    MessageType.WHATSAPP: MessageSchema(
        WhatsAppMessage,
        {
            "id": whole_number,
            "wid": whatsapp_address,
            "phone": whatsapp_address,
            "message": unescaped,
            "attachment": attachment_of,
            "timestamp": timestamp,
        },
        optional=frozenset({"attachment"}),
    ),
    MessageType.USSD: MessageSchema(
        UssdMessage,
        {
            "id": whole_number,
            "sim": sim_slot,
            "device": identifier,
            "code": _text,
            "response": unescaped,
            "timestamp": timestamp,
        },
        optional=frozenset({"sim"}),
    ),
    MessageType.NOTIFICATION: (
        notification := MessageSchema(
            NotificationMessage,
            {
                "id": whole_number,
                "device": identifier,
                "package": identifier,
                "title": unescaped,
                "content": unescaped,
                "timestamp": timestamp,
            },
        )
    ),
    # The documentation and the Trigger button use the singular, real deliveries the plural.
    "notifications": notification,
}


def first_error(error: vol.Invalid, order: tuple[str, ...]) -> tuple[str, str]:
    """Return the path and the reason of the first wrong field, in the documented order."""
    errors = error.errors if isinstance(error, vol.MultipleInvalid) else [error]
    first = min(errors, key=lambda item: order.index(str(item.path[0])))
    reason = "is missing" if isinstance(first, vol.RequiredFieldInvalid) else first.msg
    return str(first.path[0]), reason
