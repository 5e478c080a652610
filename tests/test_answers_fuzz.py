"""Whatever comes: every message survives each encoding, and no body does any harm."""

from collections.abc import Mapping
import re
from typing import Any, Final

from hypothesis import HealthCheck, example, given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.gateway.messages import as_dict
from custom_components.zender.gateway.payload import InvalidBodyError, decode, parse
from homeassistant.core import HomeAssistant

from .common import (
    ACCEPTED,
    FORM,
    JSON,
    SECRET,
    Gateway,
    add_entry,
    capture_messages,
    delivery,
    set_up,
    sms,
)
from .simulator.encoding import Encoding, encode, htmlspecialchars
from .simulator.samples import PHONE, SAMPLE_PHONE

MULTIPART: Final = "multipart/form-data; boundary=limit"
# One Home Assistant serves all examples of a test, and may take its time.
THROUGH_HOME_ASSISTANT: Final = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

ENTITY = re.compile("&(?:amp|lt|gt|quot|#039);")
CHARACTERS = st.characters(exclude_categories=["Cs"])
TOKENS = st.sampled_from(
    [
        *[
            "&",
            "&amp",
            ";",
            "=",
            "+",
            "%",
            "%41",
            "[",
            "]",
            "[]",
            '"',
            "\\",
            "--",
            "--limit",
            "{",
            "}",
            "<",
            "'",
            "\u2028",
            "\ufeff",
            "🔑",
            "שלום",
            "é",
        ],
        *("\r\n", "\n", "\0", " "),
    ]
)
PLAIN = st.one_of(
    st.text(CHARACTERS),
    st.lists(st.one_of(TOKENS, st.text(CHARACTERS, max_size=3)), max_size=30).map(
        "".join
    ),
    st.builds(str.__mul__, TOKENS, st.integers(0, 2000)),
)
UNESCAPED = PLAIN.filter(lambda text: not ENTITY.search(text))
IDENTIFIERS = st.one_of(
    st.sampled_from([PHONE, SAMPLE_PHONE]),
    st.text(CHARACTERS, min_size=1, max_size=255),
)
SENDERS = IDENTIFIERS.filter(lambda text: not ENTITY.search(text))
ADDRESSES = st.one_of(
    st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True),
    st.from_regex(r"[0-9]{1,20}(-[0-9]{10})?@g\.us", fullmatch=True),
    st.from_regex(r"\+?[0-9]{1,20}@(lid|newsletter|broadcast)", fullmatch=True),
    IDENTIFIERS.filter(lambda text: "@" not in text),
)
ROWS = st.integers(0, 2**63 - 1)
SIMS = st.integers(1, 4)
TIMES = st.integers(0, 253_402_300_799)
NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters='[]"\r\n'), min_size=1
).filter(lambda name: name not in FIELDS)
EXTRA = st.dictionaries(
    NAMES,
    st.one_of(PLAIN, st.dictionaries(NAMES, PLAIN, min_size=1, max_size=3)),
    max_size=4,
)
FIELDS: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "id": ROWS,
    "rid": ROWS,
    "sim": SIMS,
    "device": IDENTIFIERS,
    "wid": ADDRESSES,
    "phone": SENDERS,
    "code": PLAIN,
    "package": IDENTIFIERS,
    "message": UNESCAPED,
    "response": UNESCAPED,
    "title": UNESCAPED,
    "content": UNESCAPED,
    "attachment": PLAIN.filter(lambda text: text not in ("", "0", "false")),
    "timestamp": TIMES,
}
ORDER: Final = {
    "sms": ("id", "rid", "sim", "device", "phone", "message", "timestamp"),
    "whatsapp": ("id", "wid", "phone", "message", "attachment", "timestamp"),
    "ussd": ("id", "sim", "device", "code", "response", "timestamp"),
    "notification": ("id", "device", "package", "title", "content", "timestamp"),
}


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw a type and its fields, with some that nobody knows."""
    type_ = draw(st.sampled_from(list(ORDER)))
    data = {name: draw(FIELDS[name]) for name in ORDER[type_]}
    if type_ == "whatsapp":
        data["phone"] = draw(ADDRESSES)
    return type_, data | draw(EXTRA)


MESSAGES = messages()


@given(MESSAGES, st.sampled_from(Encoding))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_every_message_survives_each_encoding(
    message: tuple[str, dict[str, Any]], encoding: Encoding
) -> None:
    """Emoji, control characters, line breaks, brackets, ampersands: nothing is lost or changed."""
    type_, data = message
    body, content_type = encode(delivery(type_, data), encoding)
    assert as_dict(parse(decode(content_type, body))) == data


@given(PLAIN, st.sampled_from(Encoding))
def test_every_text_that_the_gateway_escapes_comes_back(
    text: str, encoding: Encoding
) -> None:
    """Version 3.9.5 escapes texts; whatever the text was, entities in it included."""
    body, content_type = encode(sms(message=htmlspecialchars(text)), encoding)
    assert as_dict(parse(decode(content_type, body)))["message"] == text


@given(MESSAGES, st.sampled_from([Encoding.MULTIPART, Encoding.JSON]), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_body_that_is_cut_off_is_never_taken_for_a_shorter_one(
    message: tuple[str, dict[str, Any]], encoding: Encoding, data: st.DataObject
) -> None:
    """A form does not show its end, HTTP's length does; the others do."""
    body, content_type = encode(delivery(*message), encoding)
    cut = data.draw(st.integers(0, len(body) - 1))
    try:
        payload = decode(content_type, body[:cut])
    except InvalidBodyError:
        return
    assert payload == decode(content_type, body)
    assert body[cut:].strip() == b""


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up and takes the same message again."""
    add_entry(hass, options={"deduplicate": False})
    await set_up(hass)
    return Gateway(hass, await hass_client_no_auth())


@given(message=MESSAGES, encoding=st.sampled_from(Encoding))
@THROUGH_HOME_ASSISTANT
async def test_every_message_fires_its_event(
    hass: HomeAssistant,
    gateway: Gateway,
    message: tuple[str, dict[str, Any]],
    encoding: Encoding,
) -> None:
    """From phones, accounts and senders of any name."""
    type_, data = message
    events = capture_messages(hass)
    answer = await gateway.post_through_cloud(*encode(delivery(type_, data), encoding))
    await hass.async_block_till_done()

    assert answer == ACCEPTED
    assert [event.event_type for event in events] == [f"zender_{type_}_received"]
    received = dict(events[0].data)
    ours = {
        "config_entry_id",
        "device_id",
        "message_id",
        "received_at",
        "replayed",
        "one_time_code",
        "is_group",
    }
    expected = {name: value for name, value in data.items() if name not in ours}
    assert {name: received[name] for name in expected} == expected
    assert received.keys() - expected.keys() <= ours


CONTENT_TYPES = st.one_of(
    st.sampled_from([FORM, JSON, MULTIPART, f"{FORM}; charset=utf-8"]),
    st.sampled_from([FORM, JSON, "multipart/form-data"]).flatmap(
        lambda kind: st.text(max_size=20).map(
            lambda text: f"{kind}; boundary={text}; {text}"
        )
    ),
    st.text(),
    st.none(),
)
PIECES = st.sampled_from(
    [
        *b"secret= &type=sms &data[id]=1 &data[ ] [ = % %5B + --limit --limit-- ; \0 _charset_".split(
            b" "
        ),
        *b'{ } "secret": " , : 1e999 -0 null \\ud800 \xff \xef\xbb\xbf \xed\xa0\x80 name=" secret"'.split(
            b" "
        ),
        *(b"\r\n", b"\n", b" ", b"Content-Disposition: form-data; "),
        *(b"Content-Type: multipart/mixed; boundary=limit", SECRET.encode()),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, str]:
    """Draw a valid delivery with a part of it replaced."""
    body, content_type = encode(sms(), draw(st.sampled_from(Encoding)))
    start = draw(st.integers(0, len(body)))
    length = draw(st.integers(0, 20))
    piece = draw(st.one_of(st.binary(max_size=20), PIECES))
    return body[:start] + piece + body[start + length :], content_type


ANYTHING = st.one_of(
    st.tuples(st.binary(), CONTENT_TYPES),
    st.tuples(st.lists(PIECES, max_size=40).map(b"".join), CONTENT_TYPES),
    damaged(),
)


@given(delivered=ANYTHING)
@settings(THROUGH_HOME_ASSISTANT, max_examples=1500)
@example((b"", None))
@example((b"{}", f"{JSON}; charset=\udcff"))
@example((b"--\xff\r\n", "multipart/form-data; boundary=\udcff"))
@example((b"--\xff\r\n", "multipart/form-data; boundary=\ud800"))
@example((b'{"a":' * 2000, JSON))
async def test_no_body_whatever_makes_the_webhook_fail(
    gateway: Gateway, delivered: tuple[bytes, str | None]
) -> None:
    """Home Assistant would answer an exception with an empty 200; ours always has a JSON body."""
    answer = await gateway.post_through_cloud(*delivered)

    assert answer.status in {200, 400, 401, 422}
    assert ("result" in answer.body) is (answer.status == 200)
    assert ("error" in answer.body) is (answer.status != 200)


@given(
    body=st.one_of(st.binary(), st.lists(PIECES, max_size=40).map(b"".join)),
    content_type=st.sampled_from([FORM, JSON, MULTIPART, "text/plain", "", None]),
)
@THROUGH_HOME_ASSISTANT
async def test_no_body_over_http_makes_the_webhook_fail(
    gateway: Gateway, body: bytes, content_type: str | None
) -> None:
    """The same through a real connection."""
    assert (await gateway.post(body, content_type)).status in {400, 401}
