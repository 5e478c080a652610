"""Bodies made to keep Home Assistant busy: none does."""

import json
from typing import Final

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.gateway.payload import MAX_BODY_SIZE
from homeassistant.core import HomeAssistant

from .common import (
    ACCEPTED,
    FORM,
    JSON,
    Gateway,
    add_entry,
    capture_messages,
    form,
    set_up,
    sms,
)

MULTIPART: Final = "multipart/form-data; boundary=limit"


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up."""
    add_entry(hass)
    await set_up(hass)
    return Gateway(hass, await hass_client_no_auth())


HOSTILE: Final = {
    "open": b"[",
    "close": b"]",
    "brackets": b"[]",
    "key": b"data[",
    "keys": b"data[a]",
    "percent": b"%",
    "percent brackets": b"%5B%5D",
    "ampersand": b"&",
    "equals": b"=",
    "object": b'{"a":',
    "quote": b'"',
    "backslash": b"\\",
    "digit": b"9",
    "line": b"\n",
    "crlf": b"\r\n",
    "head": b"\r\nx",
    "boundary": b"--limit\r\n",
    "boundaries": b"\r\n--limit",
    "nearly a boundary": b"\r\n--limi",
    "part": b'--limit\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
    "nested part": b"--limit\r\nContent-Type: multipart/mixed; boundary=limit\r\n\r\n",
    "name": b';name="',
    "disposition": b"\r\nContent-Disposition: form-data;",
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_bodies_of_256_kib_do_not_hold_up_home_assistant(
    gateway: Gateway, token: bytes
) -> None:
    """Work that grows with the square of these would take minutes or hours."""
    body = (token * MAX_BODY_SIZE)[:MAX_BODY_SIZE]
    head = b'--limit\r\nContent-Disposition: form-data; name="a"'
    tail = b"\r\n--limit--\r\n"
    room = MAX_BODY_SIZE - len(head) - len(tail) - 4
    for attack, content_type in (
        (body, FORM),
        (b"data=" + body[:-5], FORM),
        (b"data" + body[:-4], FORM),
        (body, JSON),
        (b'{"a":' + body[:-5], JSON),
        (b'{"a":"' + body[:-8] + b'"}', JSON),
        (body, MULTIPART),
        (head + b"\r\n\r\n" + body[:room] + tail, MULTIPART),
        (head[:-8] + body[:room] + tail, MULTIPART),
        (b"--limit" + body[:room] + tail, MULTIPART),
    ):
        assert (await gateway.post_through_cloud(attack, content_type)).status in {
            400,
            401,
        }


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "token",
    [
        "code 1234 ",
        "&amp;",
        "&",
        "1234 ",
        "code",
        "A",
        "AAA-",
        "1234€ code ",
        "verif",
        "\n",
        "𝟙",
    ],
)
async def test_a_long_text_of_a_stranger_does_not_hold_up_home_assistant(
    hass: HomeAssistant, gateway: Gateway, token: str
) -> None:
    """Anybody may send an SMS or a chat: it carries the right secret."""
    text = token * (60_000 // len(token))
    events = capture_messages(hass)
    assert (
        await gateway.post(json.dumps(sms(message=text), ensure_ascii=False), JSON)
        == ACCEPTED
    )
    await hass.async_block_till_done()

    assert events[0].data["message"] == text.replace("&amp;", "&")


async def test_a_form_of_the_largest_text_arrives_whole(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """Six bytes for each Cyrillic letter: what an SMS never reaches, a chat may."""
    text = "я" * 40_000
    events = capture_messages(hass)
    assert await gateway.post(form(sms(message=text))) == ACCEPTED
    await hass.async_block_till_done()

    assert events[0].data["message"] == text
