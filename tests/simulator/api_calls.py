"""What the calls of the gateway's REST API ask for, do and answer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
import random
import re
from typing import Any, Final

from .api_state import (
    SENT_QUOTAS,
    Account,
    ApiState,
    Device,
    Permission,
    Row,
    Sent,
    Upload,
)
from .encoding import Fields
from .samples import Event

INVALID_PARAMETERS: Final = "Invalid Parameters!"
INVALID_PHONE: Final = "Invalid phone number!"

INTERNATIONAL: Final = re.compile(r"\+[1-9]\d{6,14}")
GROUP: Final = re.compile(r"[\d-]+@g\.us")
SPINTAX: Final = re.compile(r"\{([^{}]*\|[^{}]*)\}")

SIMS: Final = ("1", "2")
PRIORITIES: Final = ("1", "2")
DOCUMENTS: Final = ("pdf", "xml", "xls", "xlsx", "doc", "docx")
# By the type of a chat: the kinds that can be told with a URL, and the endings that a file can have.
URL_KINDS: Final = {"media": ("image", "audio", "video"), "document": DOCUMENTS}
FILE_ENDINGS: Final = {
    "media": ("jpg", "jpeg", "png", "gif", "mp4", "mp3", "ogg"),
    "document": DOCUMENTS,
}


class Refusal(Exception):
    """A call is answered with a status other than 200."""

    def __init__(self, status: int, message: str) -> None:
        """Refuse with this status and message."""
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer, and the USSD response that the phone uploads later."""

    status: int
    message: str
    data: Any = False
    ussd: Fields | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """What came with a call; reading raises Refusal if it is not as it should be."""

    fields: Mapping[str, str]
    files: Mapping[str, Upload]

    def required(self, name: str) -> str:
        """Return a parameter that cannot be empty."""
        if value := self.fields.get(name):
            return value
        raise Refusal(400, INVALID_PARAMETERS)

    def choice(self, name: str, choices: Collection[str], default: str = "") -> str:
        """Return a parameter that is one of a few."""
        value = self.fields.get(name, default)
        if value not in choices:
            raise Refusal(400, INVALID_PARAMETERS)
        return value

    def number(self, name: str, default: int) -> int:
        """Return a parameter that counts something."""
        value = self.fields.get(name, str(default))
        if not value.isdecimal() or int(value) < 1:
            raise Refusal(400, INVALID_PARAMETERS)
        return int(value)


def carry_out(state: ApiState, name: str, given: Parameters) -> Answer:
    """Do what a call such as send/sms asks for, if the key may."""
    try:
        return _permitted_call(state, name, given)(state, given)
    except Refusal as refusal:
        return Answer(refusal.status, refusal.message)


def _permitted_call(state: ApiState, name: str, given: Parameters) -> Call:
    permissions = state.keys.get(given.fields.get("secret", ""))
    if permissions is None:
        raise Refusal(401, "Invalid API secret supplied!")
    if name not in CALLS:
        raise Refusal(400, INVALID_PARAMETERS)
    permission, call = CALLS[name]
    if permission not in permissions:
        raise Refusal(403, f"This API key has no permission {permission}!")
    return call


def _send_sms(state: ApiState, given: Parameters) -> Answer:
    mode = given.choice("mode", ("devices", "credits"))
    sender = given.required("device" if mode == "devices" else "gateway")
    phone, message = given.required("phone"), given.required("message")
    given.choice("sim", SIMS, default="1")
    given.choice("priority", PRIORITIES, default="1")
    if not INTERNATIONAL.fullmatch(phone):
        raise Refusal(400, INVALID_PHONE)
    if mode == "devices":
        sender_name = _device(state, sender).name
    elif float(state.credits) > 0:
        sender_name = sender
    else:
        raise Refusal(403, "There are not enough credits!")
    sent = _send(
        state,
        given,
        Event.SMS,
        sender=sender,
        sender_name=sender_name,
        recipient=phone,
        message=message,
    )
    return Answer(200, "Message has been queued for sending!", {"messageId": sent.id})


def _send_whatsapp(state: ApiState, given: Parameters) -> Answer:
    recipient, message = given.required("recipient"), given.required("message")
    given.required("account")
    priority = given.choice("priority", PRIORITIES, default="2")
    _check_attachment(given)
    if not (INTERNATIONAL.fullmatch(recipient) or GROUP.fullmatch(recipient)):
        raise Refusal(400, INVALID_PHONE)
    account = _account(state, given.required("account"))
    sent = _send(
        state,
        given,
        Event.WHATSAPP,
        sender=account.unique,
        sender_name=account.phone,
        recipient=recipient,
        message=message,
    )
    done = "sent" if priority == "1" else "queued for sending"
    return Answer(200, f"WhatsApp chat has been {done}!", {"messageId": sent.id})


def _check_attachment(given: Parameters) -> None:
    """Check what a chat of the types media and document brings along."""
    type_ = given.choice("type", ("text", *URL_KINDS), default="text")
    if type_ == "text":
        return
    if upload := given.files.get(f"{type_}_file"):
        ending = PurePath(upload.name).suffix.removeprefix(".").lower()
        if ending not in FILE_ENDINGS[type_]:
            raise Refusal(400, "Invalid file type!")
        return
    given.required(f"{type_}_url")
    given.choice(f"{type_}_type", URL_KINDS[type_])
    if type_ == "document":
        given.required("document_name")


def _send_ussd(state: ApiState, given: Parameters) -> Answer:
    code, sim = given.required("code"), int(given.choice("sim", SIMS))
    device = _device(state, given.required("device"))
    _send(
        state,
        given,
        Event.USSD,
        sender=device.unique,
        sender_name=device.name,
        recipient=code,
        message="",
    )
    state.request_ussd(device.unique, sim, code)
    response: Fields | None = None
    if code in state.ussd_answers:
        response = {
            "sim": sim,
            "device": device.unique,
            "code": code,
            "response": state.ussd_answers[code],
        }
    # It does say WhatsApp: the gateway's own mistake.
    message = "WhatsApp message has been queued for sending!"
    return Answer(200, message, ussd=response)


def _send(
    state: ApiState,
    given: Parameters,
    event: Event,
    *,
    sender: str,
    sender_name: str,
    recipient: str,
    message: str,
) -> Sent:
    """Send what has been checked, unless the quota is used up."""
    usage = state.usage[SENT_QUOTAS[event]]
    if 0 < usage.limit <= usage.used:
        raise Refusal(403, "The maximum of your package has been reached!")
    parameters = dict(given.fields)
    del parameters["secret"]
    sent = Sent(
        id=state.next_id(),
        event=event,
        sender=sender,
        sender_name=sender_name,
        recipient=recipient,
        message=_spin(message),
        parameters=parameters,
        files=given.files,
    )
    state.send(sent)
    return sent


def _spin(text: str) -> str:
    """Choose one of the texts in each pair of braces, from the innermost outwards."""
    while match := SPINTAX.search(text):
        choice = random.choice(match[1].split("|"))
        text = f"{text[: match.start()]}{choice}{text[match.end() :]}"
    return text


def _get_devices(state: ApiState, given: Parameters) -> Answer:
    rows = [
        {
            "id": str(device.id),
            "unique": device.unique,
            "name": device.name,
            "version": device.version,
            "manufacturer": device.manufacturer,
            "random_send": False,
            "random_min": 5,
            "random_max": 10,
            "limit_status": False,
            "limit_interval": "daily",
            "limit_number": 100,
            "notification_packages": [],
            "partner": False,
            "partner_sim": [],
            "partner_priority": False,
            "partner_country": "GB",
            "partner_rate": 5,
            "partner_currency": "GBP",
            "created": device.created,
        }
        for device in state.devices.values()
    ]
    return Answer(200, "Android Devices", _page(rows, given))


def _get_accounts(state: ApiState, given: Parameters) -> Answer:
    rows = [
        {
            "id": account.id,
            "phone": account.phone,
            "unique": account.unique,
            "status": account.status,
            "created": account.created,
        }
        for account in state.accounts.values()
    ]
    return Answer(200, "WhatsApp Accounts", _page(rows, given))


def _get_groups(state: ApiState, given: Parameters) -> Answer:
    groups = _account(state, given.required("unique")).groups
    return Answer(
        200,
        "WhatsApp Groups",
        [{"gid": gid, "name": name} for gid, name in groups.items()],
    )


def _get_received(event: Event, message: str) -> Call:
    def get(state: ApiState, given: Parameters) -> Answer:
        return Answer(200, message, _page(state.received[event], given))

    return get


def _page(rows: Sequence[Row], given: Parameters) -> list[Row]:
    """Return a page of what is newest; a page is missing between the first and the second."""
    limit, page = given.number("limit", 10), given.number("page", 1)
    start = 0 if page == 1 else page * limit
    return list(reversed(rows))[start : start + limit]


def _get_credits(state: ApiState, given: Parameters) -> Answer:
    data = {"credits": state.credits, "currency": state.currency}
    return Answer(200, "Remaining Credits", data)


def _get_subscription(state: ApiState, given: Parameters) -> Answer:
    usage = {
        name: {"used": usage.used, "limit": usage.limit}
        for name, usage in state.usage.items()
    }
    data = {"name": state.subscription, "usage": usage}
    return Answer(200, "Subscription Package", data)


def _validate_whatsapp(state: ApiState, given: Parameters) -> Answer:
    phone = given.required("phone")
    _account(state, given.required("unique"))
    if not INTERNATIONAL.fullmatch(phone):
        raise Refusal(400, INVALID_PHONE)
    if phone in state.not_on_whatsapp:
        raise Refusal(404, "WhatsApp phone number doesn't exist!")
    data = {"jid": f"{phone}@s.whatsapp.net", "phone": phone}
    return Answer(200, "WhatsApp phone number is valid!", data)


def _device(state: ApiState, unique: str) -> Device:
    if device := state.devices.get(unique):
        return device
    raise Refusal(404, "Device doesn't exist!")


def _account(state: ApiState, unique: str) -> Account:
    if account := state.accounts.get(unique):
        return account
    raise Refusal(404, "WhatsApp account doesn't exist!")


type Call = Callable[[ApiState, Parameters], Answer]

CALLS: Final[Mapping[str, tuple[Permission, Call]]] = {
    "send/sms": (Permission.SEND_SMS, _send_sms),
    "send/whatsapp": (Permission.SEND_WHATSAPP, _send_whatsapp),
    "send/ussd": (Permission.SEND_USSD, _send_ussd),
    "get/devices": (Permission.GET_DEVICES, _get_devices),
    "get/wa.accounts": (Permission.GET_WA_ACCOUNTS, _get_accounts),
    "get/wa.groups": (Permission.GET_WA_GROUPS, _get_groups),
    "get/sms.received": (
        Permission.GET_SMS_RECEIVED,
        _get_received(Event.SMS, "Received SMS Messages"),
    ),
    "get/wa.received": (
        Permission.GET_WA_RECEIVED,
        # It does say pending.
        _get_received(Event.WHATSAPP, "Pending WhatsApp Chats"),
    ),
    "get/ussd": (
        Permission.GET_USSD,
        _get_received(Event.USSD, "USSD Requests"),
    ),
    "get/notifications": (
        Permission.GET_NOTIFICATIONS,
        _get_received(Event.NOTIFICATIONS, "Received Notifications"),
    ),
    "get/credits": (Permission.GET_CREDITS, _get_credits),
    "get/subscription": (Permission.GET_SUBSCRIPTION, _get_subscription),
    "validate/whatsapp": (Permission.VALIDATE_WHATSAPP, _validate_whatsapp),
}
