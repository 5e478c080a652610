"""The simulated gateway: its webhooks, and how it delivers to them; what its REST API knows is in api_state."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
import secrets
import time
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
from yarl import URL

from .api_state import ApiState, Sent
from .encoding import Encoding, Fields, encode, htmlspecialchars
from .samples import Event, Sample, trigger_samples

MAX_URL_BYTES: Final = 255
REMEMBERED_DELIVERIES: Final = 200

# A real gateway waits for ever; a simulated one must come to an end.
PATIENCE: Final = aiohttp.ClientTimeout(total=30)
HEADERS: Final = {"Accept": "*/*", "User-Agent": "GuzzleHttp/7"}

TEXT_FIELDS: Final = {
    Event.SMS: ("message",),
    Event.WHATSAPP: ("message",),
    Event.USSD: ("response",),
    Event.NOTIFICATIONS: ("title", "content"),
}


class Fault(StrEnum):
    """What can go wrong on the way."""

    WRONG_SECRET = "wrong_secret"
    BROKEN_BODY = "broken_body"
    NOT_UTF8 = "not_utf8"
    REDIRECT = "redirect"


class InvalidWebhookError(ValueError):
    """The dashboard does not save such a webhook."""


@dataclass(slots=True, kw_only=True)
class Webhook:
    """A webhook as the user saved it, with the secret that the gateway made for it."""

    id: int
    name: str
    url: str
    events: frozenset[Event]
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery and its answer, which the real gateway would not even look at."""

    webhook: Webhook
    sample: Sample
    fault: Fault | None
    body: bytes
    method: str = "POST"
    status: int | None = None
    answer: Any = None
    error: str | None = None
    seconds: float = 0.0
    sent_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Gateway:
    """A gateway of version 3.9.5: it escapes texts, ignores answers and never sends anything twice."""

    def __init__(self) -> None:
        """Start without webhooks."""
        self.webhooks: dict[int, Webhook] = {}
        self.deliveries: list[Delivery] = []
        self.api = ApiState()
        self.redirector: str | None = None
        self._session: aiohttp.ClientSession | None = None
        self._listeners: list[Callable[[Delivery], None]] = []
        self._last_id = 3000

    async def __aenter__(self) -> Self:
        """Open the connections."""
        # PHP offers no compression, and does not keep cookies.
        self._session = aiohttp.ClientSession(
            timeout=PATIENCE,
            headers=HEADERS,
            skip_auto_headers=["Accept-Encoding"],
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    def listen(self, listener: Callable[[Delivery], None]) -> Callable[[], None]:
        """Call the listener after each delivery, until the function returned here is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def sent(self) -> list[Sent]:
        """Return what was sent by the REST API, the latest at the end."""
        return self.api.sent

    def listen_to_sent(self, listener: Callable[[Sent], None]) -> Callable[[], None]:
        """Call the listener with all that is sent, until the function returned here is called."""
        self.api.listeners.append(listener)
        return lambda: self.api.listeners.remove(listener)

    def add_webhook(
        self, name: str, url: str, events: Iterable[Event] = frozenset(Event)
    ) -> Webhook:
        """Save a webhook; only then does its secret exist."""
        events = frozenset(events)
        _check(name, url, events)
        webhook = Webhook(
            id=self._next_id(),
            name=name,
            url=url,
            events=events,
            secret=secrets.token_hex(20),
        )
        self.webhooks[webhook.id] = webhook
        return webhook

    def edit_webhook(
        self, webhook_id: int, name: str, url: str, events: Iterable[Event]
    ) -> Webhook:
        """Change everything about a webhook but its secret."""
        events = frozenset(events)
        _check(name, url, events)
        webhook = self.webhooks[webhook_id]
        webhook.name, webhook.url, webhook.events = name, url, events
        return webhook

    def delete_webhook(self, webhook_id: int) -> None:
        """Forget a webhook."""
        del self.webhooks[webhook_id]

    async def trigger(
        self, webhook: Webhook, fault: Fault | None = None
    ) -> list[Delivery]:
        """Send one sample for each event of the webhook, as the dashboard's Trigger button does.

        No phone has received them: the REST API does not list them.
        """
        return [
            await self._deliver(webhook, sample, fault)
            for sample in trigger_samples(webhook.events)
        ]

    async def receive(
        self, event: Event, fields: Fields, fault: Fault | None = None
    ) -> list[Delivery]:
        """Take what a phone or an account uploads, and tell each webhook that wants to know, one after the other."""
        sample = self._store(event, fields)
        self.api.receive(sample)
        return [
            await self._deliver(webhook, sample, fault)
            for webhook in list(self.webhooks.values())
            if event in webhook.events
        ]

    async def deliver(
        self,
        webhook: Webhook,
        sample: Sample,
        fault: Fault | None = None,
        encoding: Encoding = Encoding.FORM,
    ) -> Delivery:
        """Send one message to one webhook, and list it in the REST API."""
        self.api.receive_once(sample)
        return await self._deliver(webhook, sample, fault, encoding)

    async def _deliver(
        self,
        webhook: Webhook,
        sample: Sample,
        fault: Fault | None,
        encoding: Encoding = Encoding.FORM,
    ) -> Delivery:
        url, body, content_type = self._wire(webhook, sample, fault, encoding)
        delivery = Delivery(
            webhook=webhook,
            sample=sample,
            fault=fault,
            body=body,
            **await self._post(url, body, content_type),
        )
        self.deliveries.append(delivery)
        del self.deliveries[:-REMEMBERED_DELIVERIES]
        for listener in list(self._listeners):
            listener(delivery)
        return delivery

    def _wire(
        self, webhook: Webhook, sample: Sample, fault: Fault | None, encoding: Encoding
    ) -> tuple[str, bytes, str]:
        url, secret, data = webhook.url, webhook.secret, sample.data
        match fault:
            case Fault.WRONG_SECRET:
                secret = secrets.token_hex(20)
            case Fault.BROKEN_BODY:
                encoding = Encoding.JSON
            case Fault.NOT_UTF8:
                data = {
                    **data,
                    TEXT_FIELDS[sample.event][-1]: "Grüße".encode("latin-1"),
                }
            case Fault.REDIRECT:
                if self.redirector is None:
                    raise RuntimeError("redirects need the dashboard's server")
                url = f"{self.redirector}/{webhook.id}"
        body, content_type = encode(
            {"secret": secret, "type": sample.type, "data": data}, encoding
        )
        if fault is Fault.BROKEN_BODY:
            body = body[: len(body) // 2]
        return url, body, content_type

    async def _post(self, url: str, body: bytes, content_type: str) -> dict[str, Any]:
        """Post as Guzzle does: a 301, 302 or 303 makes it a GET without the body; 307 and 308 do not."""
        if self._session is None:
            raise RuntimeError("the gateway is not running")
        start = time.monotonic()
        try:
            async with self._session.post(
                URL(url, encoded=True),
                data=body,
                headers={"Content-Type": content_type},
                max_redirects=5,
            ) as response:
                try:
                    answer = await response.json(content_type=None)
                except ValueError:
                    answer = await response.text(errors="replace")
                result = {
                    "method": response.method,
                    "status": response.status,
                    "answer": answer,
                }
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            result = {"error": str(error) or type(error).__name__}
        return {**result, "seconds": time.monotonic() - start}

    def _store(self, event: Event, fields: Fields) -> Sample:
        """Give a message what the gateway's database adds, and escape its texts."""
        texts = {
            name: text if _is_only_a_url(text) else htmlspecialchars(text)
            for name in TEXT_FIELDS[event]
            if isinstance(text := fields.get(name), str)
        }
        identity: dict[str, int] = {"id": 1 if event is Event.USSD else self._next_id()}
        if event is Event.SMS:
            identity["rid"] = self._next_id()
        return Sample(
            title=f"{event.label} of your own",
            type=event.value,
            data={**identity, **fields, **texts, "timestamp": int(time.time())},
            means={name: fields[name] for name in texts},
        )

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id


def _check(name: str, url: str, events: frozenset[Event]) -> None:
    if not name:
        raise InvalidWebhookError("Give the webhook a name.")
    if not url.startswith(("http://", "https://")):
        raise InvalidWebhookError("The address must begin with http:// or https://.")
    if len(url.encode()) > MAX_URL_BYTES:
        raise InvalidWebhookError(f"The address is longer than {MAX_URL_BYTES} bytes.")
    if not events:
        raise InvalidWebhookError("Tick at least one event.")


def _is_only_a_url(text: str) -> bool:
    return text.startswith(("http://", "https://")) and not any(map(str.isspace, text))
