"""The events on Home Assistant's bus: what they are called and what they hold."""

from datetime import datetime
from typing import Any, Final, TypedDict

from homeassistant.util.event_type import EventType

from .gateway.messages import Message, MessageType, SmsMessage, WhatsAppMessage, as_dict
from .gateway.one_time_code import find_one_time_code


class ReceivedData(TypedDict):
    """What every event holds, beside the fields that only its gateway knows."""

    id: int
    timestamp: int
    message_id: int | None
    config_entry_id: str
    device_id: str
    received_at: str
    replayed: bool


class SmsReceivedData(ReceivedData):
    """An SMS; `device_id` is the SIM's device."""

    rid: int | None
    sim: int | None
    device: str
    phone: str
    message: str
    one_time_code: str | None


class WhatsAppReceivedData(ReceivedData):
    """A WhatsApp chat; `device_id` is the account's device."""

    wid: str
    phone: str
    message: str
    attachment: str | None
    is_group: bool
    one_time_code: str | None


class UssdReceivedData(ReceivedData):
    """A USSD response; `device_id` is the SIM's device."""

    sim: int | None
    device: str
    code: str
    response: str


class NotificationReceivedData(ReceivedData):
    """An app's notification; `device_id` is the phone's device."""

    device: str
    package: str
    title: str
    content: str


EVENT_SMS_RECEIVED: EventType[SmsReceivedData] = EventType("zender_sms_received")
EVENT_WHATSAPP_RECEIVED: EventType[WhatsAppReceivedData] = EventType(
    "zender_whatsapp_received"
)
EVENT_USSD_RECEIVED: EventType[UssdReceivedData] = EventType("zender_ussd_received")
EVENT_NOTIFICATION_RECEIVED: EventType[NotificationReceivedData] = EventType(
    "zender_notification_received"
)

EVENT_TYPES: Final[dict[MessageType, EventType[Any]]] = {
    MessageType.SMS: EVENT_SMS_RECEIVED,
    MessageType.WHATSAPP: EVENT_WHATSAPP_RECEIVED,
    MessageType.USSD: EVENT_USSD_RECEIVED,
    MessageType.NOTIFICATION: EVENT_NOTIFICATION_RECEIVED,
}

FIELDS: Final = (
    SmsReceivedData.__required_keys__
    | WhatsAppReceivedData.__required_keys__
    | UssdReceivedData.__required_keys__
    | NotificationReceivedData.__required_keys__
)
"""All fields that are known; an event may hold others, which only its gateway knows."""


def event_data(
    message: Message,
    *,
    config_entry_id: str,
    device_id: str | None,
    received_at: datetime,
    replayed: bool,
    message_id: int | None,
) -> dict[str, Any]:
    """Return the data of a message's event: its gateway's fields, typed, and ours."""
    data = as_dict(message)
    if isinstance(message, SmsMessage | WhatsAppMessage):
        data["one_time_code"] = find_one_time_code(message.message)
    if isinstance(message, WhatsAppMessage):
        data["is_group"] = message.is_group
    data["message_id"] = message_id
    data["config_entry_id"] = config_entry_id
    data["device_id"] = device_id
    data["received_at"] = received_at.isoformat()
    data["replayed"] = replayed
    return data
