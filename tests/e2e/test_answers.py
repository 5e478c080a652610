"""What the webhook answers to curl and to PHP, over HTTP, in a real Home Assistant."""

import asyncio
import json
from types import MappingProxyType
from typing import Any, Final

import pytest

from tests.simulator.dashboard import Dashboard
from tests.simulator.encoding import Encoding, Fields, Value, encode
from tests.simulator.gateway import Fault, Gateway
from tests.simulator.home_assistant import HomeAssistant
from tests.simulator.observer import Fired, Observer
from tests.simulator.samples import DOCUMENTED, REALISTIC_DAY, Sample
from tests.simulator.set_up import SetUp

from .needs import needs

TIMEOUT: Final = 10.0
MAX_BODY: Final = 256 * 1024
SMS: Final = DOCUMENTED[0]
FORM: Final = "application/x-www-form-urlencoded"

# As the gateway does it, with PHP's own means: the address and the payload come in as JSON.
PHP_GATEWAY: Final = """
[$url, $payload] = json_decode(stream_get_contents(STDIN), true);
echo file_get_contents($url, false, stream_context_create(["http" => [
    "method" => "POST",
    "header" => "Content-Type: application/x-www-form-urlencoded",
    "content" => http_build_query($payload),
    "ignore_errors" => true,
]]));
echo "\\n", explode(" ", $http_response_header[0])[1];
"""


async def run(*command: str, stdin: bytes = b"") -> tuple[int, Any]:
    """Run a command that prints an answer, and its status in the last line."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate(stdin)
    assert process.returncode == 0
    answer, _, status = output.decode().rpartition("\n")
    try:
        return int(status), json.loads(answer)
    except json.JSONDecodeError:
        return int(status), answer


async def curl(url: str, *options: str, stdin: bytes = b"") -> tuple[int, Any]:
    """Call curl and return the status and the answer."""
    return await run(
        *("curl", "--silent", "--show-error", "--write-out", "\\n%{http_code}"),
        *options,
        url,
        stdin=stdin,
    )


async def curl_body(url: str, body: bytes, content_type: str) -> tuple[int, Any]:
    """Post these bytes."""
    return await curl(
        url,
        "--header",
        f"Content-Type: {content_type}",
        "--data-binary",
        "@-",
        stdin=body,
    )


def payload(
    secret: str, sample: Sample = SMS, changes: Fields = MappingProxyType({})
) -> dict[str, Value]:
    """Return a payload whose data differ from the sample's; those that are None are left out."""
    data = {
        name: value
        for name, value in {**sample.data, **changes}.items()
        if value is not None
    }
    return {"secret": secret, "type": sample.type, "data": data}


def accepted(event: Fired) -> tuple[int, Any]:
    """Return the status and the answer to the message that an event carries."""
    message_id = event.data["message_id"]
    assert isinstance(message_id, int)
    return 200, {"result": "accepted", "message_id": message_id}


def fired(observer: Observer) -> list[Fired]:
    """Return the events that were seen."""
    return [note for note in observer.seen if isinstance(note, Fired)]


async def wait_for_text(observer: Observer, text: str) -> Fired:
    """Return the event that carries a text."""

    def found() -> list[Fired]:
        return [note for note in fired(observer) if text in note.data.values()]

    assert await observer.wait_until(lambda: bool(found()), TIMEOUT)
    return found()[0]


@needs("php")
@pytest.mark.parametrize(
    "sample", [*DOCUMENTED, *REALISTIC_DAY], ids=lambda sample: sample.title
)
async def test_php_is_understood(
    set_up: SetUp, observer: Observer, sample: Sample
) -> None:
    """PHP encodes every sample by itself, and the event holds what it meant."""
    request = json.dumps(
        [set_up.webhook.url, payload(set_up.webhook.secret, sample)]
    ).encode()
    answered = await run("php", "-r", PHP_GATEWAY, stdin=request)
    await observer.wait_until(lambda: bool(fired(observer)), TIMEOUT)
    (event,) = fired(observer)
    assert event.data == {**event.data, **sample.meaning}
    assert answered == accepted(event)


@needs("curl")
@pytest.mark.parametrize("encoding", Encoding)
async def test_all_encodings_are_accepted(
    set_up: SetUp, observer: Observer, encoding: Encoding
) -> None:
    """Relays send the same payload in other clothes."""
    text = f"{encoding} & <ελληνικά> 🚪\nsecond line"
    body, content_type = encode(
        payload(set_up.webhook.secret, changes={"message": text}), encoding
    )
    answered = await curl_body(set_up.webhook.url, body, content_type)
    event = await wait_for_text(observer, text)
    assert event.type == "zender_sms_received"
    assert answered == accepted(event)


@needs("curl")
@pytest.mark.parametrize("option", ["--data-urlencode", "--form-string"])
async def test_curl_encodes(set_up: SetUp, observer: Observer, option: str) -> None:
    """The brackets stay as they are, which PHP would encode."""
    text = f"Sent by curl with {option}: 50% + ümlaut"
    content = payload(set_up.webhook.secret, changes={"message": text})
    assert isinstance(content["data"], dict)
    fields = {
        "secret": content["secret"],
        "type": content["type"],
        **{f"data[{name}]": value for name, value in content["data"].items()},
    }
    options = [
        argument
        for name, value in fields.items()
        for argument in (option, f"{name}={value}")
    ]
    answered = await curl(set_up.webhook.url, *options)
    event = await wait_for_text(observer, text)
    assert event.data["phone"] == "+639760713666"
    assert answered == accepted(event)


@needs("curl")
async def test_repeated_message_is_a_duplicate(
    set_up: SetUp, observer: Observer
) -> None:
    """In whatever clothes it comes again, it has its first number and fires nothing more."""
    text = "The same, again and again"
    content = payload(set_up.webhook.secret, changes={"message": text})
    answers = [
        await curl_body(set_up.webhook.url, *encode(content, encoding))
        for encoding in (Encoding.FORM, *Encoding)
    ]
    # What comes later fires later: by then a second event would have been seen.
    last = payload(set_up.webhook.secret, changes={"message": "Another one"})
    await curl_body(set_up.webhook.url, *encode(last))
    await wait_for_text(observer, "Another one")
    event, _ = fired(observer)
    assert event.data["message"] == text
    repeated = {"result": "duplicate", "message_id": event.data["message_id"]}
    assert answers == [accepted(event), *[(200, repeated)] * len(Encoding)]


@needs("curl")
@pytest.mark.parametrize(
    "secret",
    [{"secret": "0" * 40}, {"secret": ""}, {}],
    ids=["wrong", "empty", "missing"],
)
@pytest.mark.parametrize("encoding", Encoding)
async def test_secret_is_checked(
    set_up: SetUp, encoding: Encoding, secret: Fields
) -> None:
    """Nothing else is said about the payload, not even that its type is unknown."""
    body, content_type = encode({**secret, "type": "fax", "data": SMS.data}, encoding)
    assert await curl_body(set_up.webhook.url, body, content_type) == (
        401,
        {"error": "invalid_secret"},
    )


@needs("curl")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b'{"secret": "abc", "ty', "application/json", id="broken JSON"),
        pytest.param(b'"secret"', "application/json", id="not an object"),
        pytest.param(
            b"secret=abc&type=sms&data%5Bmessage%5D=Gr%FC%DFe", FORM, id="not UTF-8"
        ),
        pytest.param(
            b"--x\r\nContent-Disp",
            "multipart/form-data; boundary=x",
            id="broken multipart",
        ),
        pytest.param(b"secret=abc", "text/plain", id="unknown content type"),
    ],
)
async def test_undecodable_body_is_refused(
    set_up: SetUp, body: bytes, content_type: str
) -> None:
    """What cannot be read cannot hold a secret either."""
    status, answer = await curl_body(set_up.webhook.url, body, content_type)
    assert status == 400
    assert answer["error"] == "invalid_body"


@needs("curl")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"phone": None}, "data.phone", id="missing"),
        pytest.param({"id": "two"}, "data.id", id="not a number"),
        pytest.param({"message": ["a", "b"]}, "data.message", id="not a text"),
    ],
)
@pytest.mark.parametrize("encoding", Encoding)
async def test_wrong_field_is_named(
    set_up: SetUp, encoding: Encoding, changes: Fields, field: str
) -> None:
    """The answer says which field is wrong, and why."""
    body, content_type = encode(
        payload(set_up.webhook.secret, changes=changes), encoding
    )
    status, answer = await curl_body(set_up.webhook.url, body, content_type)
    assert (status, answer["error"], answer["field"]) == (422, "invalid_payload", field)
    assert answer["reason"]


@needs("curl")
async def test_unknown_type_is_named(set_up: SetUp) -> None:
    """A type that no gateway sends."""
    body, content_type = encode({**payload(set_up.webhook.secret), "type": "fax"})
    status, answer = await curl_body(set_up.webhook.url, body, content_type)
    assert (status, answer["error"], answer["field"]) == (
        422,
        "invalid_payload",
        "type",
    )


@needs("curl")
async def test_size_is_bounded(set_up: SetUp, observer: Observer) -> None:
    """A body of exactly the greatest size is accepted, one byte more is not."""
    empty, content_type = encode(
        payload(set_up.webhook.secret, changes={"message": ""})
    )
    text = "x" * (MAX_BODY - len(empty))
    body, _ = encode(payload(set_up.webhook.secret, changes={"message": text}))
    assert len(body) == MAX_BODY
    answered = await curl_body(set_up.webhook.url, body, content_type)
    assert answered == accepted(await wait_for_text(observer, text))
    assert await curl_body(set_up.webhook.url, body + b"x", content_type) == (
        413,
        {"error": "too_large"},
    )
    chunked = (
        "--header",
        "Transfer-Encoding: chunked",
        "--header",
        f"Content-Type: {content_type}",
    )
    assert await curl(
        set_up.webhook.url, *chunked, "--data-binary", "@-", stdin=body + b"x"
    ) == (
        413,
        {"error": "too_large"},
    )


@needs("curl")
@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_only_post_is_allowed(set_up: SetUp, method: str) -> None:
    """A redirected POST arrives as a GET."""
    status, _ = await curl(set_up.webhook.url, "--request", method)
    assert status == 405


@needs("curl")
async def test_unregistered_webhook_is_an_empty_200(
    home_assistant: HomeAssistant,
) -> None:
    """Home Assistant itself answers so: only our JSON body means that a message was accepted."""
    body, content_type = encode(payload("0" * 40))
    assert await curl_body(
        f"{home_assistant.url}/api/webhook/nobody", body, content_type
    ) == (200, "")


async def test_redirect_loses_the_delivery(set_up: SetUp, gateway: Gateway) -> None:
    """PHP makes a GET of it, without the body."""
    async with Dashboard(gateway):
        delivery = await gateway.deliver(set_up.webhook, SMS, Fault.REDIRECT)
    assert (delivery.method, delivery.status) == ("GET", 405)
