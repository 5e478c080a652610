"""What the gateway's REST API knows: keys, phones, accounts, and the messages that came and went."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
import secrets
import time
from typing import Any, Final

from .samples import Event, Sample

REMEMBERED_SENT: Final = 200
EVERY_CALL: Final = "*"
NO_ATTACHMENT: Final = (None, "", "0", "false")

# Which quotas a received message uses, and which a sent one.
RECEIVED_QUOTAS: Final = {
    Event.SMS: "sms_receive",
    Event.WHATSAPP: "wa_receive",
    Event.NOTIFICATIONS: "notifications",
}
SENT_QUOTAS: Final = {
    Event.SMS: "sms_send",
    Event.WHATSAPP: "wa_send",
    Event.USSD: "ussd",
}

type Row = dict[str, Any]


class Permission(StrEnum):
    """What an API key may do, under the names that the dashboard has for it."""

    SEND_SMS = "sms_send"
    SEND_WHATSAPP = "wa_send"
    SEND_USSD = "ussd"
    VALIDATE_WHATSAPP = "validate_wa_phone"
    GET_CREDITS = "get_credits"
    GET_SUBSCRIPTION = "get_subscription"
    GET_DEVICES = "get_devices"
    GET_WA_ACCOUNTS = "get_wa_accounts"
    GET_WA_GROUPS = "get_wa_groups"
    GET_SMS_RECEIVED = "get_sms_received"
    GET_WA_RECEIVED = "get_wa_received"
    GET_USSD = "get_ussd"
    GET_NOTIFICATIONS = "get_notifications"


class ApiFault(StrEnum):
    """What can go wrong with a call. Unless it is one of the first two, what was asked for is done all the same."""

    ERROR = "error"
    MAINTENANCE = "maintenance"
    HANG = "hang"
    SLOW = "slow"
    CUT = "cut"
    TRUNCATED = "truncated"
    STATUS_AS_TEXT = "status_as_text"
    NUMBERS_AS_TEXT = "numbers_as_text"
    NO_DATA = "no_data"


@dataclass(slots=True, kw_only=True)
class Device:
    """A phone that is linked to the gateway."""

    id: int
    unique: str
    name: str
    version: str = "Android 11"
    manufacturer: str = "OPPO"
    created: int = field(default_factory=lambda: int(time.time()))


@dataclass(slots=True, kw_only=True)
class Account:
    """A WhatsApp account, with its groups' names by their ids."""

    id: int
    phone: str
    unique: str
    groups: dict[str, str]
    status: str = "connected"
    created: int = field(default_factory=lambda: int(time.time()))


@dataclass(slots=True)
class Usage:
    """How much of a quota is used; a limit of 0 is none."""

    used: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a request."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An SMS, a chat or a USSD code that was sent; its parameters are all that came, without the key."""

    id: int
    event: Event
    sender: str
    sender_name: str
    recipient: str
    message: str
    parameters: Mapping[str, str]
    files: Mapping[str, Upload]
    sent_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def attachment(self) -> str | None:
        """Return the name or the URL of what goes along."""
        for upload in self.files.values():
            return upload.name
        return self.parameters.get("media_url") or self.parameters.get("document_url")


class ApiState:
    """The gateway's database, as far as the API shows it: a test or a demo sets it as it needs it."""

    def __init__(self) -> None:
        """Start without keys, phones and accounts, and with a subscription without limits."""
        self.keys: dict[str, frozenset[Permission]] = {}
        self.devices: dict[str, Device] = {}
        self.accounts: dict[str, Account] = {}
        self.not_on_whatsapp: set[str] = set()
        self.credits = "798.634"
        self.currency = "GBP"
        self.subscription = "Starter"
        self.usage = {
            name: Usage() for name in (*SENT_QUOTAS.values(), *RECEIVED_QUOTAS.values())
        }
        # A code that is not in here is never answered.
        self.ussd_answers: dict[str, str] = {}
        self.faults: dict[str, ApiFault] = {}
        self.slow_seconds = 1.0
        self.received: dict[Event, list[Row]] = {event: [] for event in Event}
        self.sent: list[Sent] = []
        self.listeners: list[Callable[[Sent], None]] = []
        self._listed: set[str] = set()
        self._ids = count(4001)

    def next_id(self) -> int:
        """Return the id of a new row."""
        return next(self._ids)

    def add_key(self, permissions: Iterable[Permission] = frozenset(Permission)) -> str:
        """Make an API key that may do this, and return it."""
        key = secrets.token_hex(20)
        self.keys[key] = frozenset(permissions)
        return key

    def add_device(self, unique: str, name: str) -> Device:
        """Link a phone."""
        device = Device(id=self.next_id(), unique=unique, name=name)
        self.devices[unique] = device
        return device

    def add_account(
        self, phone: str, groups: Mapping[str, str] | None = None
    ) -> Account:
        """Link a WhatsApp account, whose unique id is made here."""
        account = Account(
            id=self.next_id(),
            phone=phone,
            unique=secrets.token_hex(35),
            groups=dict(groups or {}),
        )
        self.accounts[account.unique] = account
        return account

    def fault_of(self, call: str) -> ApiFault | None:
        """Return what goes wrong with a call such as send/sms."""
        return self.faults.get(call) or self.faults.get(EVERY_CALL)

    def receive(self, sample: Sample) -> None:
        """List a new message, or add its response to the USSD request that waits for it."""
        self._listed.add(_content(sample))
        if request := self._find_request(sample):
            request["response"] = sample.data.get("response")
            request["status"] = "completed"
            return
        row = _row(sample)
        if sample.event is Event.USSD:
            row["id"] = self.next_id()
        else:
            self.usage[RECEIVED_QUOTAS[sample.event]].used += 1
        self.received[sample.event].append(row)

    def receive_once(self, sample: Sample) -> None:
        """List a message, unless this is not its first delivery."""
        if _content(sample) not in self._listed:
            self.receive(sample)

    def request_ussd(self, device: str, sim: int, code: str) -> None:
        """List a request without a response."""
        self.received[Event.USSD].append(
            {
                "id": self.next_id(),
                "device": device,
                "sim": sim,
                "code": code,
                "response": "",
                "status": "pending",
                "created": int(time.time()),
            }
        )

    def send(self, sent: Sent) -> None:
        """Note what is sent, and tell the listeners."""
        self.usage[SENT_QUOTAS[sent.event]].used += 1
        self.sent.append(sent)
        del self.sent[:-REMEMBERED_SENT]
        for listener in list(self.listeners):
            listener(sent)

    def _find_request(self, sample: Sample) -> Row | None:
        """Return the oldest USSD request that waits for this response."""
        wanted = {name: sample.data.get(name) for name in ("device", "sim", "code")}
        for row in self.received[Event.USSD]:
            if row["status"] == "pending" and wanted.items() <= row.items():
                return row
        return None


def _content(sample: Sample) -> str:
    return f"{sample.event} {dict(sample.data)}"


def _row(sample: Sample) -> Row:
    """Return a message in the API's own shape."""
    data: Mapping[str, Any] = sample.data
    match sample.event:
        case Event.SMS:
            return {
                "id": data.get("id"),
                "device": data.get("device"),
                "sender": data.get("phone"),
                "message": data.get("message"),
                "created": data.get("timestamp"),
            }
        case Event.WHATSAPP:
            attachment = data.get("attachment")
            return {
                "id": data.get("id"),
                "account": str(data.get("wid")).partition("@")[0],
                "recipient": data.get("phone"),
                "message": data.get("message"),
                "attachment": False if attachment in NO_ATTACHMENT else attachment,
                "created": data.get("timestamp"),
            }
        case Event.USSD:
            return {
                "id": data.get("id"),
                "device": data.get("device"),
                "sim": data.get("sim"),
                "code": data.get("code"),
                "response": data.get("response"),
                "status": "completed",
                "created": data.get("timestamp"),
            }
        case Event.NOTIFICATIONS:
            return {
                "id": data.get("id"),
                "device": data.get("device"),
                "package_name": data.get("package"),
                "title": data.get("title"),
                "content": data.get("content"),
                "timestamp": data.get("timestamp"),
            }
