"""The gateway's spellings, and what becomes of them in Home Assistant's events."""

from collections.abc import Mapping
import json
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import Event, HomeAssistant

from .common import (
    ACCEPTED,
    JSON,
    SECRET,
    Gateway,
    add_entry,
    capture_messages,
    delivery,
    form,
    set_up,
    sms,
)
from .simulator.encoding import Encoding, encode, htmlspecialchars
from .simulator.samples import DOCUMENTED, REALISTIC_DAY, Sample

WHATSAPP: Final[Mapping[str, Any]] = {
    "id": 2,
    "wid": "+639760713666",
    "phone": "+639760666713",
    "message": "Hello World!",
    "timestamp": 1645684231,
}
OURS: Final = {
    "config_entry_id",
    "device_id",
    "message_id",
    "received_at",
    "replayed",
}


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up and takes the same message again."""
    add_entry(hass, options={"deduplicate": False})
    await set_up(hass)
    return Gateway(hass, await hass_client_no_auth())


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event[Any]]:
    """Return the events of all messages, in order."""
    return capture_messages(hass)


async def accept(
    gateway: Gateway, payload: Mapping[str, Any], encoding: Encoding
) -> None:
    """Deliver a payload that is accepted, and wait for its event."""
    assert await gateway.deliver(payload, encoding) == ACCEPTED
    await gateway.hass.async_block_till_done()


async def post_json(gateway: Gateway, payload: Mapping[str, Any]) -> int:
    """Post values that only JSON has, and return the status."""
    status = (await gateway.post(json.dumps(payload), JSON)).status
    await gateway.hass.async_block_till_done()
    return status


@pytest.mark.parametrize(
    "sample", DOCUMENTED + REALISTIC_DAY, ids=lambda sample: sample.title
)
async def test_each_sample_means_the_same_in_every_encoding(
    gateway: Gateway, events: list[Event[Any]], sample: Sample
) -> None:
    """Every documented value arrives exactly, typed, under the gateway's own name."""
    for encoding in Encoding:
        await accept(gateway, delivery(sample.type, sample.data), encoding)

    singular = (
        sample.type.removesuffix("s") if sample.type == "notifications" else sample.type
    )
    assert [event.event_type for event in events] == [f"zender_{singular}_received"] * 3
    for event in events:
        known = event.data.keys() - OURS - sample.meaning.keys()
        assert known <= {"one_time_code"}
        assert {name: event.data[name] for name in sample.meaning} == sample.meaning


async def test_values_of_the_documented_body_are_typed(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """The body as it stands in the gateway's documentation, byte for byte."""
    body = (
        f"secret={SECRET}&type=sms&data%5Bid%5D=2&data%5Brid%5D=10593&data%5Bsim%5D=1"
        "&data%5Bdevice%5D=00000000-0000-0000-d57d-f30cb6a89289&data%5Bphone%5D=%2B639760713666"
        "&data%5Bmessage%5D=Hello+World%21&data%5Btimestamp%5D=1645684231"
    )
    assert body.encode() == form(sms())
    assert await gateway.post(body) == ACCEPTED
    await gateway.hass.async_block_till_done()

    data = dict(events[0].data)
    for name in OURS:
        del data[name]
    assert data == {
        "id": 2,
        "rid": 10593,
        "sim": 1,
        "device": "00000000-0000-0000-d57d-f30cb6a89289",
        "phone": "+639760713666",
        "message": "Hello World!",
        "timestamp": 1645684231,
        "one_time_code": None,
    }
    assert [type(data[name]) for name in ("id", "rid", "sim", "timestamp")] == [int] * 4


@pytest.mark.parametrize("type_", ["notification", "notifications"])
async def test_a_notification_comes_under_both_names_of_its_type(
    gateway: Gateway, events: list[Event[Any]], type_: str
) -> None:
    """The documentation says the singular, real deliveries the plural."""
    data = {
        "id": 7,
        "device": "x",
        "package": "a.b",
        "title": "",
        "content": "",
        "timestamp": 1,
    }
    await accept(gateway, delivery(type_, data), Encoding.FORM)

    assert [event.event_type for event in events] == ["zender_notification_received"]
    assert {name: events[0].data[name] for name in data} == data


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("&amp; &lt; &gt; &quot; &#039;", "& < > \" '"),
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;amp;", "&amp;amp;"),
        ("&&amp;&", "&&&"),
        (
            "https://x.example/?a=1&copy=2&lt=3&amp=4",
            "https://x.example/?a=1&copy=2&lt=3&amp=4",
        ),
        (
            "&nbsp; &copy; &apos; &#39; &#x27; &AMP; &Lt;",
            "&nbsp; &copy; &apos; &#39; &#x27; &AMP; &Lt;",
        ),
        ("&lt", "&lt"),
        (htmlspecialchars('<b>"It\'s" & more</b>'), '<b>"It\'s" & more</b>'),
    ],
)
async def test_exactly_five_entities_are_undone_once(
    gateway: Gateway, events: list[Event[Any]], sent: str, meant: str
) -> None:
    """In every text that people write: an SMS, a chat, a USSD response, a notification."""
    source = {"id": 1, "device": "x", "timestamp": 1}
    for payload in (
        sms(message=sent),
        delivery("whatsapp", {**WHATSAPP, "message": sent}),
        delivery("ussd", {**source, "code": "*1#", "response": sent}),
        delivery(
            "notifications", {**source, "package": "a", "title": sent, "content": sent}
        ),
        sms(phone=sent),
    ):
        await accept(gateway, payload, Encoding.FORM)

    texts = [
        event.data[name]
        for event, names in zip(
            events,
            (["message"], ["message"], ["response"], ["title", "content"], ["phone"]),
            strict=True,
        )
        for name in names
    ]
    assert texts == [meant] * 6


async def test_no_attachment_has_many_spellings(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """What the versions of the gateway, and JSON, say instead of an address."""
    await accept(gateway, delivery("whatsapp", WHATSAPP), Encoding.FORM)
    for nothing in ("0", "", "false"):
        for encoding in Encoding:
            payload = delivery("whatsapp", {**WHATSAPP, "attachment": nothing})
            await accept(gateway, payload, encoding)
    for null in (False, None, 0):
        payload = delivery("whatsapp", {**WHATSAPP, "attachment": null})
        assert await post_json(gateway, payload) == 200

    assert [event.data["attachment"] for event in events] == [None] * 13


async def test_an_attachment_is_an_address_and_its_text_may_be_empty(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """A picture without words; its address is not touched."""
    url = "https://x.example/uploads/a%20b.jpg?a=1&amp;b=2"
    payload = delivery("whatsapp", {**WHATSAPP, "message": "", "attachment": url})
    await accept(gateway, payload, Encoding.FORM)
    refused = [
        await post_json(
            gateway, delivery("whatsapp", {**WHATSAPP, "attachment": wrong})
        )
        for wrong in (True, 1, ["x"], {"x": "y"})
    ]

    assert [(event.data["message"], event.data["attachment"]) for event in events] == [
        ("", url)
    ]
    assert refused == [422] * 4


@pytest.mark.parametrize(
    ("sent", "meant", "is_group"),
    [
        ("+639760666713", "+639760666713", False),
        ("639760666713", "639760666713", False),
        ("639760666713@s.whatsapp.net", "+639760666713", False),
        ("+639760666713@s.whatsapp.net", "+639760666713", False),
        ("639760666713:12@s.whatsapp.net", "+639760666713", False),
        ("639760666713@c.us", "+639760666713", False),
        ("120363041234567890@g.us", "120363041234567890@g.us", True),
        ("+120363041234567890@g.us", "120363041234567890@g.us", True),
        ("639760666713-1600000000@g.us", "639760666713-1600000000@g.us", True),
        ("+639760666713-1600000000@g.us", "639760666713-1600000000@g.us", True),
        ("123456789@lid", "123456789@lid", False),
        ("+123456789@lid", "+123456789@lid", False),
        ("120363041234567890@newsletter", "120363041234567890@newsletter", False),
        ("status@broadcast", "status@broadcast", False),
        ("GCash & Co", "GCash & Co", False),
        ("x@s.whatsapp.net", "x@s.whatsapp.net", False),
    ],
)
async def test_whatsapp_addresses(
    gateway: Gateway, events: list[Event[Any]], sent: str, meant: str, is_group: bool
) -> None:
    """A person is +number, a group digits@g.us; a form that nobody knows stays as it came."""
    for encoding in Encoding:
        await accept(
            gateway, delivery("whatsapp", {**WHATSAPP, "phone": sent}), encoding
        )
    await accept(
        gateway, delivery("whatsapp", {**WHATSAPP, "wid": sent}), Encoding.FORM
    )

    assert [(event.data["phone"], event.data["is_group"]) for event in events[:3]] == [
        (meant, is_group)
    ] * 3
    assert (events[3].data["wid"], events[3].data["is_group"]) == (meant, False)


async def test_senders_of_sms_stay_as_android_shows_them(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """International, national, short codes, names."""
    senders = [
        "+639760713666",
        "09760713666",
        "8080",
        "GCash",
        "MY-BANK",
        "Δημος",
        "+49 170 1",
    ]
    for sender in senders:
        await accept(gateway, sms(phone=sender), Encoding.FORM)

    assert [event.data["phone"] for event in events] == senders


async def test_a_sim_that_the_gateway_does_not_say_is_null(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """Missing, empty, zero; for SMS and USSD alike."""
    ussd = {"id": 1, "device": "x", "code": "*1#", "response": "", "timestamp": 1}
    for payload in (
        sms(sim=...),
        sms(sim=""),
        sms(sim="0"),
        delivery("ussd", ussd),
        delivery("ussd", {**ussd, "sim": "0"}),
    ):
        await accept(gateway, payload, Encoding.FORM)
    assert await post_json(gateway, sms(sim=None)) == 200
    assert await post_json(gateway, sms(sim=0)) == 200
    await accept(gateway, sms(sim="2"), Encoding.FORM)

    assert [event.data["sim"] for event in events] == [None] * 7 + [2]


@pytest.mark.parametrize("field", ["id", "rid", "sim", "timestamp"])
async def test_whole_numbers_come_as_text_or_as_numbers_and_as_nothing_else(
    gateway: Gateway, events: list[Event[Any]], field: str
) -> None:
    """No signs, spaces, fractions, other digits, true or false."""
    for text in ("1", "007", "253402300799"):
        await accept(gateway, sms(**{field: text}), Encoding.FORM)
        assert await post_json(gateway, sms(**{field: int(text)})) == 200
    assert [event.data[field] for event in events] == [
        1,
        1,
        7,
        7,
        253402300799,
        253402300799,
    ]

    texts = [
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1.0",
        "1e3",
        "0x1",
        "1_000",
        "٣",
        "²",
        "one",
        "9" * 5000,
    ]
    for wrong in texts:
        answer = await gateway.deliver(sms(**{field: wrong}))
        assert (answer.status, answer.body["field"]) == (422, f"data.{field}"), wrong
    for value in (True, 1.0, 1.5, -1, 2**64, 1e300, [1], {"a": 1}):
        assert await post_json(gateway, sms(**{field: value})) == 422, value
    if field != "sim":
        for nothing in ("", None):
            assert await post_json(gateway, sms(**{field: nothing})) == 422
    await gateway.hass.async_block_till_done()
    assert len(events) == 6


async def test_numbers_end_where_databases_and_dates_end(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """The last row of a database is accepted, the first second of the year 10000 is not."""
    await accept(gateway, sms(id=2**63 - 1, timestamp=253402300799), Encoding.FORM)
    await accept(gateway, sms(id=0, timestamp=0), Encoding.FORM)
    assert [(event.data["id"], event.data["timestamp"]) for event in events] == [
        (2**63 - 1, 253402300799),
        (0, 0),
    ]

    for field, value in (("id", 2**63), ("rid", 2**63), ("timestamp", 253402300800)):
        answer = await gateway.deliver(sms(**{field: value}))
        assert answer.body["field"] == f"data.{field}"
        assert answer.body["reason"] == "is out of range"


async def test_fields_that_nobody_knows_are_kept(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """In the event, as they came, whatever a newer gateway may send."""
    extra = {
        "sender_name": "Ana &amp; Co",
        "list": {"0": "a", "1": "b"},
        "extra": "x",
        "x y": "",
    }
    for encoding in Encoding:
        await accept(gateway, sms(**extra), encoding)
    payload = sms(flag=True, ratio=1.5, none=None, items=[1, "2"])
    assert await post_json(gateway, payload | {"beside": "x"}) == 200

    for event in events[:3]:
        assert {name: event.data[name] for name in extra} == extra
    assert {
        name: events[3].data[name] for name in ("flag", "ratio", "none", "items")
    } == {
        "flag": True,
        "ratio": 1.5,
        "none": None,
        "items": [1, "2"],
    }
    assert "beside" not in events[3].data


async def test_fields_of_a_stranger_do_not_take_the_place_of_ours(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """Automations rely on what Home Assistant says of a message."""
    names = OURS | {"one_time_code"}
    await accept(gateway, sms(**dict.fromkeys(names, "x")), Encoding.FORM)

    assert all(events[0].data[name] != "x" for name in names)


async def test_names_are_read_as_php_reads_them(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """The later of two equal names counts; brackets may come unescaped; [] counts up."""
    head = form(sms(id=..., message=...)).decode()
    body = f"{head}&data[id]=1&data[id]=5&data[message]=a&data[tags][]=x&data[tags][]=y&odd[=&[]=1"
    assert await gateway.post(body) == ACCEPTED
    assert await gateway.post(f"data=x&{body}") == ACCEPTED
    assert (await gateway.post(f"{body}&data=x")).body["field"] == "data"
    await gateway.hass.async_block_till_done()

    assert [(event.data["id"], event.data["tags"]) for event in events] == [
        (5, {"0": "x", "1": "y"})
    ] * 2


async def test_multipart_is_read_as_clients_write_it(
    gateway: Gateway, events: list[Event[Any]]
) -> None:
    """Other headers beside the name, bare names, text around, no line break at the end."""
    body, content_type = encode(sms(message="a\r\n--b\r\n\r\nc"), Encoding.MULTIPART)
    boundary = content_type.partition("boundary=")[2].encode()
    text = b"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition"
    for variant in (
        body,
        body.rstrip(),
        b"preamble\r\n" + body + b"epilogue\r\n--",
        body.replace(b"Content-Disposition", text),
        body.replace(
            b"Content-Disposition: form-data", b"content-disposition:form-data"
        ),
        body.replace(b'"\r\n', b'"; filename="a; name=b"\r\n'),
        body.replace(b'name="type"', b"name=type"),
        body.replace(boundary + b"\r\n", boundary + b" \t\r\n"),
    ):
        assert await gateway.post(variant, content_type) == ACCEPTED, variant
    quoted = content_type.replace("boundary=", 'boundary="') + '"; charset=utf-8'
    assert await gateway.post(body, quoted) == ACCEPTED
    await gateway.hass.async_block_till_done()

    assert [event.data["message"] for event in events] == ["a\r\n--b\r\n\r\nc"] * 9
