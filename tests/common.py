"""Every way in to a webhook, with any body."""

from collections.abc import Iterable, Mapping
import json
from typing import Any, Final, NamedTuple, override

from aiohttp.test_utils import TestClient
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.zender.const import DOMAIN
from custom_components.zender.events import EVENT_TYPES
from homeassistant.components import webhook
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from homeassistant.util.aiohttp import MockRequest, serialize_response

from .simulator.encoding import Encoding, Fields, encode
from .simulator.samples import SAMPLE_PHONE

SECRET: Final = "0123456789abcdef0123456789abcdef01234567"
OTHER_SECRET: Final = "fedcba9876543210fedcba9876543210fedcba98"
WEBHOOK_ID: Final = "5ffe" * 16
TITLE: Final = "gateway.example"
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"

SMS: Final[Mapping[str, Any]] = {
    "id": 2,
    "rid": 10593,
    "sim": 1,
    "device": SAMPLE_PHONE,
    "phone": "+639760713666",
    "message": "Hello World!",
    "timestamp": 1645684231,
}
"""An SMS, as the gateway documents it."""


class Answer(NamedTuple):
    """What a webhook answers."""

    status: int
    body: dict[str, Any]


class _MessageId:
    """Equals every id that a journal gives: a whole number from one on."""

    @override
    def __eq__(self, other: object) -> bool:
        return type(other) is int and other > 0

    @override
    def __hash__(self) -> int:
        return hash(_MessageId)

    @override
    def __repr__(self) -> str:
        return "<the id of a message>"


A_MESSAGE_ID: Final = _MessageId()

ACCEPTED: Final = Answer(200, {"result": "accepted", "message_id": A_MESSAGE_ID})
DUPLICATE: Final = Answer(200, {"result": "duplicate", "message_id": A_MESSAGE_ID})
QUEUED: Final = Answer(202, {"result": "queued"})
UNAVAILABLE: Final = Answer(503, {"error": "unavailable"})
WRONG_SECRET: Final = Answer(401, {"error": "invalid_secret"})


def delivery(
    type_: str, data: Mapping[str, Any], secret: Any = SECRET
) -> dict[str, Any]:
    """Return a payload."""
    return {"secret": secret, "type": type_, "data": data}


def sms(secret: Any = SECRET, **changes: Any) -> dict[str, Any]:
    """Return the payload of an SMS with some fields changed; one that is `...` is left out."""
    data = {
        name: value for name, value in {**SMS, **changes}.items() if value is not ...
    }
    return delivery("sms", data, secret)


def form(payload: Fields) -> bytes:
    """Return a payload's form body."""
    return encode(payload)[0]


class Gateway:
    """The gateway's end of a webhook, or a stranger's."""

    def __init__(
        self,
        hass: HomeAssistant,
        client: TestClient[Any, Any],
        webhook_id: str = WEBHOOK_ID,
    ) -> None:
        """Reach this webhook."""
        self.hass = hass
        self.client = client
        self.path = f"/api/webhook/{webhook_id}"
        self._webhook_id = webhook_id

    async def post(
        self, body: Any, content_type: str | None = FORM, **headers: str
    ) -> Answer:
        """Post over HTTP."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if content_type is not None:
            sent["Content-Type"] = content_type
        async with self.client.post(
            self.path,
            data=body,
            headers=sent,
            skip_auto_headers=("Content-Type",),
        ) as response:
            assert response.content_type == JSON
            return Answer(response.status, await response.json())

    async def post_through_cloud(
        self, body: bytes, content_type: str | None = FORM
    ) -> Answer:
        """Post as Home Assistant Cloud hands a request over."""
        request = MockRequest(
            content=body,
            headers={} if content_type is None else {"Content-Type": content_type},
            method="POST",
            query_string="",
            mock_source="cloud",
            remote=None,
        )
        response = serialize_response(
            await webhook.async_handle_webhook(self.hass, self._webhook_id, request)
        )
        return Answer(response["status"], json.loads(response["body"]))

    async def deliver(
        self, payload: Fields | None = None, encoding: Encoding = Encoding.FORM
    ) -> Answer:
        """Deliver a payload, the usual SMS if none is given."""
        return await self.post(*encode(payload or sms(), encoding))

    async def accept(self, ids: Iterable[int]) -> None:
        """Deliver an SMS with each of these ids; all are accepted."""
        for number in ids:
            assert await self.deliver(sms(id=number, rid=number)) == ACCEPTED


def ids_of(events: list[Event[Any]]) -> list[int]:
    """Return the ids of the messages that fired these events."""
    return [event.data["id"] for event in events]


def add_entry(
    hass: HomeAssistant,
    *,
    title: str = TITLE,
    webhook_id: str = WEBHOOK_ID,
    secret: str = SECRET,
    **entry: Any,
) -> MockConfigEntry:
    """Add a config entry, not yet set up."""
    added = MockConfigEntry(
        domain=DOMAIN,
        title=title,
        data={"webhook_id": webhook_id, "secret": secret},
        **entry,
    )
    added.add_to_hass(hass)
    return added


async def set_up(hass: HomeAssistant) -> None:
    """Set up the integration with all its entries, as Home Assistant does when it starts."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()


def capture_messages(hass: HomeAssistant) -> list[Event[Any]]:
    """Note every message's event, in order."""
    events: list[Event[Any]] = []

    @callback
    def note(event: Event[Any]) -> None:
        events.append(event)

    for event_type in EVENT_TYPES.values():
        hass.bus.async_listen(event_type, note)
    return events


def rejected(hass: HomeAssistant, entity: str = "gateway_example") -> dict[str, int]:
    """Return the counts that the sensor of refused deliveries shows."""
    state = hass.states.get(f"sensor.{entity}_rejected_deliveries")
    assert state is not None
    counts = {
        cause: count
        for cause, count in state.attributes.items()
        if isinstance(count, int)
    }
    assert int(state.state) == sum(counts.values())
    return counts
