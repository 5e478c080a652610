"""What the webhook answers: every row of the table, over HTTP and through the cloud."""

import hmac
from http import HTTPStatus
import json
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.zender import delivery as delivery_module
from homeassistant.core import CoreState, HomeAssistant

from .common import (
    ACCEPTED,
    FORM,
    JSON,
    OTHER_SECRET,
    SECRET,
    SMS,
    UNAVAILABLE,
    WEBHOOK_ID,
    WRONG_SECRET,
    Answer,
    Gateway,
    add_entry,
    capture_messages,
    delivery,
    form,
    rejected,
    set_up,
    sms,
)
from .simulator.encoding import Encoding, encode


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up."""
    add_entry(hass)
    await set_up(hass)
    return Gateway(hass, await hass_client_no_auth())


@pytest.mark.parametrize("encoding", Encoding)
async def test_a_message_is_accepted_from_each_encoding_and_fires_the_same_event(
    hass: HomeAssistant, gateway: Gateway, encoding: Encoding
) -> None:
    """Form, multipart and JSON, over HTTP and through the cloud."""
    events = capture_messages(hass)
    next_one = {"id": 3, "rid": 10594}

    first = await gateway.deliver(sms(), encoding)
    second = await gateway.post_through_cloud(*encode(sms(**next_one), encoding))
    await hass.async_block_till_done()

    assert [first, second] == [ACCEPTED] * 2
    assert [event.event_type for event in events] == ["zender_sms_received"] * 2
    for event, answer, sent in zip(
        events, (first, second), (SMS, {**SMS, **next_one}), strict=True
    ):
        assert {name: event.data[name] for name in SMS} == sent
        assert event.data["message_id"] == answer.body["message_id"]
        assert event.data["replayed"] is False


async def test_a_message_is_accepted_from_the_websocket_command(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    """It hands over the same kind of request as Home Assistant Cloud."""
    add_entry(hass)
    await set_up(hass)
    events = capture_messages(hass)
    websocket = await hass_ws_client(hass)
    answers = []
    for secret in (SECRET, OTHER_SECRET):
        await websocket.send_json_auto_id(
            {
                "type": "webhook/handle",
                "webhook_id": WEBHOOK_ID,
                "method": "POST",
                "body": form(sms(secret)).decode(),
                "headers": {"content-type": FORM},
            }
        )
        result = (await websocket.receive_json())["result"]
        assert result["headers"] == {"Content-Type": JSON}
        answers.append(Answer(result["status"], json.loads(result["body"])))
    await hass.async_block_till_done()

    assert answers == [ACCEPTED, WRONG_SECRET]
    assert [event.data["message"] for event in events] == ["Hello World!"]


@pytest.mark.parametrize(
    "content_type",
    [
        FORM,
        f"{FORM}; charset=UTF-8",
        f'{FORM};charset="utf-8"',
        "Application/X-WWW-Form-URLEncoded",
        f"{FORM}; charset=us-ascii",
    ],
)
async def test_usual_spellings_of_the_content_type_are_understood(
    gateway: Gateway, content_type: str
) -> None:
    """Relays write the header in their own ways."""
    assert await gateway.post(form(sms()), content_type) == ACCEPTED


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize(
    "payload",
    [
        sms(OTHER_SECRET),
        sms(SECRET.upper()),
        sms(SECRET[:-1]),
        sms(SECRET + " "),
        sms(""),
        sms("пароль 🔑"),
        sms({"x": SECRET}),
        sms(1234),
        sms(None),
        {"type": "sms", "data": dict(SMS)},
        delivery("nonsense", {"id": "x"}, OTHER_SECRET),
        {"secret": OTHER_SECRET},
    ],
)
async def test_a_wrong_secret_is_refused_before_anything_is_said_about_the_payload(
    hass: HomeAssistant, gateway: Gateway, encoding: Encoding, payload: dict[str, Any]
) -> None:
    """Missing, empty, of the wrong kind, in other letters: the same answer to all."""
    events = capture_messages(hass)

    assert await gateway.deliver(payload, encoding) == WRONG_SECRET
    assert await gateway.post_through_cloud(*encode(payload, encoding)) == WRONG_SECRET
    await hass.async_block_till_done()

    assert events == []
    assert rejected(hass) == {"invalid_secret": 2}


async def test_a_secret_of_json_that_is_no_text_is_refused(gateway: Gateway) -> None:
    """Only JSON has other kinds of values."""
    for secret in (True, 1, 1.5, None, [SECRET], {"0": SECRET}):
        body = json.dumps(sms() | {"secret": secret})
        assert await gateway.post(body, JSON) == WRONG_SECRET, secret


async def test_the_secret_counts_only_in_the_body(gateway: Gateway) -> None:
    """Addresses and headers end up in the logs of proxies."""
    body = form({"type": "sms", "data": dict(SMS)})
    gateway.path += f"?secret={SECRET}"

    answer = await gateway.post(
        body, secret=SECRET, x_secret=SECRET, authorization=f"Bearer {SECRET}"
    )

    assert answer == WRONG_SECRET


async def test_a_secret_that_is_not_ascii_works(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Whatever a gateway may choose as its secret."""
    add_entry(hass, secret="пароль 🔑")
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())

    for number, encoding in enumerate(Encoding):
        message = sms("пароль 🔑", id=number, rid=number)
        assert await gateway.deliver(message, encoding) == ACCEPTED
        assert await gateway.deliver(sms("пароль"), encoding) == WRONG_SECRET


async def test_an_entry_without_a_secret_is_open_to_nobody(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """An empty secret is none."""
    add_entry(hass, secret="")
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())

    assert await gateway.deliver(sms("")) == WRONG_SECRET


async def test_secrets_are_compared_in_constant_time(gateway: Gateway) -> None:
    """The comparison takes bytes: for text it refuses what is not ASCII."""
    with patch(
        "custom_components.zender.answers.hmac.compare_digest",
        wraps=hmac.compare_digest,
    ) as compare:
        await gateway.deliver(sms(OTHER_SECRET))

    compared = {argument for call in compare.call_args_list for argument in call.args}
    assert compared == {SECRET.encode(), OTHER_SECRET.encode()}


@pytest.mark.parametrize(
    ("payload", "field", "reason"),
    [
        (
            delivery("mms", SMS),
            "type",
            "must be one of sms, whatsapp, ussd, notification, notifications",
        ),
        (
            delivery("SMS", SMS),
            "type",
            "must be one of sms, whatsapp, ussd, notification, notifications",
        ),
        (
            {"secret": SECRET},
            "type",
            "must be one of sms, whatsapp, ussd, notification, notifications",
        ),
        (
            {"secret": SECRET, "type": "sms"},
            "data",
            "must hold the fields of the message",
        ),
        (
            delivery("sms", {}) | {"data": "x"},
            "data",
            "must hold the fields of the message",
        ),
        (sms(id=..., rid="x", message=...), "data.id", "is missing"),
        (sms(rid="x", device="", message=...), "data.rid", "must be a whole number"),
        (sms(sim="second", timestamp="x"), "data.sim", "must be a whole number"),
        (sms(device=..., phone=...), "data.device", "is missing"),
        (sms(device="", phone=...), "data.device", "must not be empty"),
        (sms(device="x" * 256), "data.device", "must not exceed 255 characters"),
        (sms(phone={"x": "y"}, message=...), "data.phone", "must be text"),
        (sms(message=..., timestamp=...), "data.message", "is missing"),
        (sms(timestamp=...), "data.timestamp", "is missing"),
        (sms(timestamp="-1"), "data.timestamp", "must be a whole number"),
        (sms(timestamp="253402300800"), "data.timestamp", "is out of range"),
        (
            delivery("whatsapp", {"wid": "", "attachment": {"a": "b"}}),
            "data.id",
            "is missing",
        ),
        (
            delivery(
                "whatsapp",
                {
                    "id": 1,
                    "wid": "+1",
                    "phone": "+2",
                    "message": "",
                    "attachment": {"a": "b"},
                },
            ),
            "data.attachment",
            "must be text",
        ),
        (
            delivery("ussd", {"id": 1, "device": "x", "response": ""}),
            "data.code",
            "is missing",
        ),
        (
            delivery("notification", {"id": 1, "device": "x"}),
            "data.package",
            "is missing",
        ),
        (
            delivery(
                "notifications", {"id": 1, "device": "x", "package": "a", "title": ""}
            ),
            "data.content",
            "is missing",
        ),
    ],
)
async def test_the_first_wrong_field_in_the_documented_order_is_named(
    hass: HomeAssistant,
    gateway: Gateway,
    payload: dict[str, Any],
    field: str,
    reason: str,
) -> None:
    """The same from each encoding, over HTTP and through the cloud."""
    events = capture_messages(hass)
    expected = Answer(
        422, {"error": "invalid_payload", "field": field, "reason": reason}
    )
    for encoding in Encoding:
        assert await gateway.deliver(payload, encoding) == expected
        assert await gateway.post_through_cloud(*encode(payload, encoding)) == expected
    await hass.async_block_till_done()

    assert events == []
    assert rejected(hass) == {"invalid_payload": 6}


async def test_when_the_hold_is_full_the_sender_is_told_and_what_is_held_stays(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Before Home Assistant has started nothing is delivered, only held."""
    events = capture_messages(hass)
    hass.set_state(CoreState.not_running)
    add_entry(hass)
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())

    with patch.object(delivery_module, "MAX_HELD", 3):
        answers = [
            await gateway.deliver(sms(id=number, rid=number)) for number in range(5)
        ]
        assert events == []
        await hass.async_start()
        await hass.async_block_till_done()
        assert await gateway.deliver(sms(id=5, rid=5)) == ACCEPTED
    await hass.async_block_till_done()

    assert answers == [ACCEPTED] * 3 + [UNAVAILABLE] * 2
    assert [event.data["id"] for event in events] == [0, 1, 2, 5]
    assert rejected(hass) == {"unavailable": 2}


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_other_methods_are_not_allowed(
    hass: HomeAssistant, gateway: Gateway, method: str
) -> None:
    """A GET is what a redirected delivery becomes; a PUT nobody sends."""
    events = capture_messages(hass)

    response = await gateway.client.request(
        method, gateway.path, data=form(sms()), headers={"Content-Type": FORM}
    )
    await hass.async_block_till_done()

    assert response.status == HTTPStatus.METHOD_NOT_ALLOWED
    assert events == []
