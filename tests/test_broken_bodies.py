"""Bodies that cannot be decoded, or are too large."""

from collections.abc import AsyncIterator
import gzip
import json

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.gateway.payload import MAX_BODY_SIZE
from homeassistant.core import HomeAssistant

from .common import (
    ACCEPTED,
    FORM,
    JSON,
    SECRET,
    Answer,
    Gateway,
    add_entry,
    capture_messages,
    form,
    rejected,
    set_up,
    sms,
)
from .simulator.encoding import Encoding

MULTIPART = "multipart/form-data; boundary=limit"


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up."""
    add_entry(hass)
    await set_up(hass)
    return Gateway(hass, await hass_client_no_auth())


def padded(size: int, number: int = 1) -> bytes:
    """Return a form with an SMS of this number that has exactly this size."""
    empty = form(sms(id=number, rid=number, message=""))
    start = form(sms(id=number, rid=number, message="x"))
    assert len(start) == len(empty) + 1
    return form(sms(id=number, rid=number, message="x" * (size - len(empty))))


TOO_MANY_JSON = json.dumps({str(number): "" for number in range(65)}).encode()
TOO_MANY_PARTS = (
    b"".join(
        b'--limit\r\nContent-Disposition: form-data; name="%d"\r\n\r\n\r\n' % number
        for number in range(65)
    )
    + b"--limit--\r\n"
)
PART = b'--limit\r\nContent-Disposition: form-data; name="secret"\r\n\r\n'
CONTENT_TYPES = (
    "the content type must be application/x-www-form-urlencoded,"
    " multipart/form-data or application/json"
)


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        (None, form(sms()), CONTENT_TYPES),
        ("", form(sms()), CONTENT_TYPES),
        ("text/plain", form(sms()), CONTENT_TYPES),
        ("application/jsonx", b"{}", CONTENT_TYPES),
        ("multipart/mixed; boundary=limit", PART, CONTENT_TYPES),
        (
            f"{FORM}; charset=latin-1",
            form(sms()),
            "only the charset UTF-8 is understood",
        ),
        (f"{JSON}; charset=utf-16", b"{}", "only the charset UTF-8 is understood"),
        (f"{JSON}; charset=nonsense", b"{}", "only the charset UTF-8 is understood"),
        (FORM, b"secret=\xff", "not valid UTF-8"),
        (FORM, b"secret=%ff", "not valid UTF-8"),
        (FORM, b"secret=%ED%A0%80", "not valid UTF-8"),
        (MULTIPART, PART + b"\xff\r\n--limit--\r\n", "not valid UTF-8"),
        (
            MULTIPART,
            PART.replace(b"secret", b"\xff") + b"\r\n--limit--",
            "not valid UTF-8",
        ),
        (JSON, b'{"secret": "\xff"}', "not valid JSON in UTF-8"),
        (JSON, b'{"secret": "\\ud800"}', "not valid JSON in UTF-8"),
        (JSON, b'{"secret": "x"', "not valid JSON in UTF-8"),
        (JSON, b"", "not valid JSON in UTF-8"),
        (JSON, b'{"a": NaN}', "not valid JSON in UTF-8"),
        (JSON, b"[" * 5000, "not valid JSON in UTF-8"),
        (JSON, b'["secret"]', "the JSON must be an object"),
        (JSON, b'"secret"', "the JSON must be an object"),
        (JSON, b"null", "the JSON must be an object"),
        (FORM, b"&".join([b"a=1"] * 65), "more than 64 fields"),
        (JSON, TOO_MANY_JSON, "more than 64 fields"),
        (JSON, b'{"data": ' + TOO_MANY_JSON + b"}", "more than 64 fields"),
        (MULTIPART, TOO_MANY_PARTS, "more than 64 fields"),
        (FORM, b"data[a][b][c][d]=1", "nested deeper than 4 levels"),
        (JSON, b'{"a": {"b": {"c": {"d": {}}}}}', "nested deeper than 4 levels"),
        (JSON, b'{"a": [[[[1]]]]}', "nested deeper than 4 levels"),
        (
            MULTIPART,
            PART.replace(b"secret", b"data[a][b][c][d]") + b"\r\n--limit--",
            "nested deeper than 4 levels",
        ),
        ("multipart/form-data", PART, "broken multipart form data"),
        ("multipart/form-data; boundary=", PART, "broken multipart form data"),
        ("multipart/form-data; boundary=other", PART, "broken multipart form data"),
        (MULTIPART, b"", "broken multipart form data"),
        (MULTIPART, PART + SECRET.encode(), "broken multipart form data"),
        (
            MULTIPART,
            PART + SECRET.encode() + b"\r\n--limit",
            "broken multipart form data",
        ),
        (MULTIPART, b"--limit\r\n\r\nx\r\n--limit--\r\n", "broken multipart form data"),
        (
            MULTIPART,
            b'--limit\r\nContent-Disposition: form-data; name="a"\r\n--limit--\r\n',
            "broken multipart form data",
        ),
        (
            MULTIPART,
            b"--limit\r\nContent-Disposition: form-data; nam\r\n\r\nx\r\n--limit--\r\n",
            "broken multipart form data",
        ),
    ],
)
async def test_a_body_that_cannot_be_decoded_is_refused_with_the_precise_reason(
    hass: HomeAssistant,
    gateway: Gateway,
    content_type: str | None,
    body: bytes,
    reason: str,
) -> None:
    """The reason is for whoever writes a relay; it holds nothing of the body."""
    expected = Answer(400, {"error": "invalid_body", "reason": reason})

    assert await gateway.post(body, content_type) == expected
    assert await gateway.post_through_cloud(body, content_type) == expected
    assert rejected(hass) == {"invalid_body": 2}


async def test_as_many_fields_and_levels_as_allowed_are_accepted(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """64 fields, some of them four levels down, in each encoding."""
    events = capture_messages(hass)
    extra = {f"extra {number}": str(number) for number in range(53)}
    deep = {"er": {"est": "4"}, "est": "3"}
    for number, encoding in enumerate(Encoding):
        message = sms(**extra, deep=deep, id=number, rid=number)
        assert await gateway.deliver(message, encoding) == ACCEPTED
        too_many = sms(**extra, deep=deep, one="more")
        assert (await gateway.deliver(too_many, encoding)).status == 400
    await hass.async_block_till_done()

    assert len(events) == 3
    for event in events:
        assert event.data["deep"] == deep
        assert {name: event.data[name] for name in extra} == extra


async def test_a_body_of_exactly_256_kib_is_accepted_and_a_byte_more_is_too_large(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """Over HTTP and through the cloud."""
    assert MAX_BODY_SIZE == 256 * 1024
    too_large = Answer(413, {"error": "too_large"})

    assert await gateway.post(padded(MAX_BODY_SIZE)) == ACCEPTED
    assert await gateway.post_through_cloud(padded(MAX_BODY_SIZE, 2)) == ACCEPTED
    assert await gateway.post(padded(MAX_BODY_SIZE + 1)) == too_large
    assert await gateway.post_through_cloud(padded(MAX_BODY_SIZE + 1)) == too_large
    await hass.async_block_till_done()
    assert rejected(hass) == {"too_large": 2}


async def test_the_size_counts_also_without_a_content_length(gateway: Gateway) -> None:
    """Chunked: only what is really read tells the size."""

    async def chunks(size: int) -> AsyncIterator[bytes]:
        body = padded(size)
        for start in range(0, size, 50_000):
            yield body[start : start + 50_000]

    assert await gateway.post(chunks(MAX_BODY_SIZE)) == ACCEPTED
    assert await gateway.post(chunks(MAX_BODY_SIZE + 1)) == Answer(
        413, {"error": "too_large"}
    )


async def test_the_size_counts_after_decompression(gateway: Gateway) -> None:
    """A few kilobytes that would become a hundred megabytes."""
    bomb = gzip.compress(b"secret=" + b"x" * 100_000_000)
    assert len(bomb) < MAX_BODY_SIZE

    assert (
        await gateway.post(gzip.compress(form(sms())), content_encoding="gzip")
        == ACCEPTED
    )
    assert await gateway.post(bomb, content_encoding="gzip") == Answer(
        413, {"error": "too_large"}
    )
