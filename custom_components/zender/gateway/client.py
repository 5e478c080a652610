"""The gateway's REST API.

Parameters travel as form fields or in the query, never as JSON, and whatever happens, HTTP's status is 200: the
outcome is in the body's `status`, often as text/html.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from io import BytesIO
from pathlib import PurePath
import re
from typing import Any, Final

import aiohttp
import orjson
import voluptuous as vol
from yarl import URL

from .api import (
    Account,
    Credits,
    Group,
    Phone,
    ReceivedChat,
    ReceivedNotification,
    ReceivedSms,
    Subscription,
    UssdRequest,
    account,
    gateway_credits,
    group,
    listed,
    message_id,
    notification,
    phone,
    received_chat,
    received_sms,
    subscription,
    ussd_request,
)
from .api_errors import (
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    UnavailableCause,
    UnavailableError,
    refusal,
)
from .schemas import unescaped, whole_number

CONNECT_SECONDS: Final = 5
SECONDS: Final = 30
# The gateway asks WhatsApp before it answers, for each account if need be; a chat is even sent before.
LONGER_SECONDS: Final = {
    "get/wa.accounts": 60,
    "get/wa.groups": 60,
    "validate/whatsapp": 60,
    "send/whatsapp": 120,
}
MAX_ANSWER: Final = 8 * 1024 * 1024
ALL: Final = 250
"""Rows that are asked for where all are wanted; further pages skip some."""

# A byte order mark, and what PHP files leave around their tags.
_PADDING: Final = b"\xef\xbb\xbf \t\r\n"
# What an answer may repeat of a request; shorter ones are taken for words.
_PRIVATE: Final = ("secret", "phone", "recipient", "message", "code")
_SHORTEST_PRIVATE: Final = 4
_NUMBER: Final = re.compile(r"\+?\d{4,}")


class MediaKind(StrEnum):
    """What is sent with a chat."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What is sent with a chat: by its address, or as a file."""

    kind: MediaKind
    url: str | None = None
    content: bytes | None = None
    filename: str = ""

    @property
    def type(self) -> str:
        """Return the type of a chat that brings it."""
        return "document" if self.kind is MediaKind.DOCUMENT else "media"

    @property
    def fields(self) -> dict[str, str]:
        """Return the parameters that describe it."""
        fields = {"type": self.type}
        if self.url is None:
            return fields
        if self.kind is not MediaKind.DOCUMENT:
            return fields | {"media_url": self.url, "media_type": self.kind.value}
        name = self.filename or PurePath(URL(self.url).path).name
        return fields | {
            "document_url": self.url,
            "document_name": name,
            "document_type": PurePath(name).suffix.removeprefix(".").lower(),
        }


class GatewayClient:
    """Asks one gateway with one API key."""

    def __init__(self, session: aiohttp.ClientSession, site: str, api_key: str) -> None:
        """Ask the site ("https://host/sub/path") through a session."""
        self._session = session
        self._base = URL(site)
        self._api_key = api_key

    async def check_key(self) -> None:
        """See whether the gateway knows the key. Raises InvalidKeyError and UnavailableError."""
        try:
            await self._fetch("get/credits")
        except PermissionDeniedError, QuotaExceededError:
            # Known, but it may not ask this.
            return
        except InvalidParameterError, NotFoundError:
            raise UnavailableError(UnavailableCause.INVALID_ANSWER) from None

    async def get_devices(self) -> list[Phone]:
        """Return the phones. As all calls, raises a GatewayError."""
        return await self._get("get/devices", listed(phone), limit=ALL)

    async def get_accounts(self) -> list[Account]:
        """Return the WhatsApp accounts."""
        return await self._get("get/wa.accounts", listed(account), limit=ALL)

    async def get_groups(self, unique: str) -> list[Group]:
        """Return the groups of an account."""
        return await self._get("get/wa.groups", listed(group), unique=unique)

    async def get_credits(self) -> Credits:
        """Return what is left to pay with."""
        return await self._get("get/credits", gateway_credits)

    async def get_subscription(self) -> Subscription:
        """Return the plan."""
        return await self._get("get/subscription", subscription)

    async def received_sms(self, limit: int) -> list[ReceivedSms]:
        """Return the newest SMS."""
        return await self._get("get/sms.received", listed(received_sms), limit=limit)

    async def received_chats(self, limit: int) -> list[ReceivedChat]:
        """Return the newest WhatsApp chats."""
        return await self._get("get/wa.received", listed(received_chat), limit=limit)

    async def ussd_requests(self, limit: int) -> list[UssdRequest]:
        """Return the newest USSD codes that were asked."""
        return await self._get("get/ussd", listed(ussd_request), limit=limit)

    async def notifications(self, limit: int) -> list[ReceivedNotification]:
        """Return the newest notifications."""
        return await self._get("get/notifications", listed(notification), limit=limit)

    async def send_sms(
        self, *, device: str, sim: int | None, phone: str, message: str, priority: int
    ) -> int | None:
        """Send an SMS to a number ("+393331234567"). Returns the gateway's id, if it says one."""
        fields = {
            "mode": "devices",
            "device": device,
            "phone": phone,
            "message": message,
            "priority": str(priority),
        }
        if sim is not None:
            fields["sim"] = str(sim)
        return message_id(await self._post("send/sms", fields))

    async def send_whatsapp(
        self,
        *,
        account: str,
        recipient: str,
        message: str,
        priority: int,
        media: Media | None = None,
    ) -> int | None:
        """Send a chat to a number or a group. Returns the gateway's id, if it says one."""
        fields = {
            "account": account,
            "recipient": recipient,
            "message": message,
            "priority": str(priority),
            **({"type": "text"} if media is None else media.fields),
        }
        return message_id(await self._post("send/whatsapp", fields, media))

    async def send_ussd(self, *, device: str, sim: int, code: str) -> None:
        """Ask by USSD; the response comes by webhook, or never."""
        await self._post("send/ussd", {"device": device, "sim": str(sim), "code": code})

    async def validate_whatsapp(self, unique: str, phone: str) -> bool:
        """Return whether a number is on WhatsApp, as an account sees it."""
        try:
            await self._fetch("validate/whatsapp", unique=unique, phone=phone)
        except NotFoundError as error:
            if "account" in error.detail.lower():
                raise
            return False
        return True

    async def _get[T](
        self, call: str, read: Callable[[Any], T], **query: str | int
    ) -> T:
        data = await self._fetch(call, **query)
        try:
            return read(data)
        except vol.Invalid:
            raise UnavailableError(UnavailableCause.INVALID_ANSWER) from None

    async def _fetch(self, call: str, **query: str | int) -> Any:
        parameters = {"secret": self._api_key, **query}
        return await self._ask(call, "GET", parameters, params=parameters)

    async def _post(
        self, call: str, fields: Mapping[str, str], media: Media | None = None
    ) -> Any:
        parameters = {"secret": self._api_key, **fields}
        # Browsers do not escape the letters of a file's name, either.
        form = aiohttp.FormData(parameters, quote_fields=False)
        if media is not None and media.content is not None:
            form.add_field(
                f"{media.type}_file", BytesIO(media.content), filename=media.filename
            )
        return await self._ask(call, "POST", parameters, data=form)

    async def _ask(
        self, call: str, method: str, parameters: Mapping[str, Any], **carrier: Any
    ) -> Any:
        """Return an answer's data. Raises a GatewayError."""
        timeout = aiohttp.ClientTimeout(
            total=LONGER_SECONDS.get(call, SECONDS), sock_connect=CONNECT_SECONDS
        )
        try:
            async with self._session.request(
                method,
                self._base / "api" / call,
                timeout=timeout,
                allow_redirects=False,
                **carrier,
            ) as response:
                body = await _read_bounded(response)
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            cause = _cause_of(error)
        else:
            return _outcome(call, response.status, body, parameters)
        # Not where the error is handled: in its own texts, there may be an address with the key.
        raise UnavailableError(cause)


async def _read_bounded(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER:
            raise UnavailableError(UnavailableCause.INVALID_ANSWER)
    return bytes(body)


def _cause_of(error: Exception) -> UnavailableCause:
    """Return what keeps an answer from arriving."""
    match error:
        case TimeoutError():
            return UnavailableCause.TIMEOUT
        case aiohttp.ClientConnectorDNSError() | aiohttp.InvalidURL():
            # The latter: an IPv4 address that there cannot be.
            return UnavailableCause.DNS
        case aiohttp.ClientSSLError():
            return UnavailableCause.TLS
        case OSError() | aiohttp.ClientConnectionError() | aiohttp.ClientPayloadError():
            return UnavailableCause.CONNECTION
    return UnavailableCause.INVALID_ANSWER


def _outcome(
    call: str, http_status: int, body: bytes, parameters: Mapping[str, Any]
) -> Any:
    """Return the data of an answer. Raises what it says instead."""
    body = body.lstrip(_PADDING)
    try:
        answer = orjson.loads(body)
        status = whole_number(answer["status"])
    except KeyError, TypeError, ValueError, vol.Invalid:
        status = None
    if status is None:
        raise UnavailableError(_cause_without_answer(http_status, body))
    if status != HTTPStatus.OK:
        message = answer.get("message")
        words = unescaped(message) if isinstance(message, str) else ""
        raise refusal(call, status, words, _without_private(words, parameters))
    return answer.get("data")


def _cause_without_answer(http_status: int, body: bytes) -> UnavailableCause:
    """Return what it means that something else came."""
    is_page = body.startswith(b"<")
    if is_page and http_status in {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}:
        return UnavailableCause.MAINTENANCE
    if http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableCause.SERVER_ERROR
    return UnavailableCause.INVALID_ANSWER


def _without_private(words: str, parameters: Mapping[str, Any]) -> str:
    """Return what the gateway says, in one line, without what was sent and without numbers."""
    for name in _PRIVATE:
        value = str(parameters.get(name, ""))
        if len(value) >= _SHORTEST_PRIVATE:
            words = words.replace(value, "…")
    return " ".join(_NUMBER.sub("…", words).split())
