"""What the gateway refuses, and what keeps its answers from arriving."""

import asyncio
import json
import logging
import traceback
from typing import Any, Final

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port
import pytest

from custom_components.zender.gateway import client as client_module
from custom_components.zender.gateway.api_errors import (
    GatewayError,
    InvalidKeyError,
    InvalidNumberError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    UnavailableCause,
    UnavailableError,
)
from custom_components.zender.gateway.client import GatewayClient

from .conftest import API_KEY, Site

GOOD: Final = b'{"status": 200, "message": "", "data": []}'
PAGE: Final = b"<!doctype html><title>Maintenance</title>"
TEXT: Final = "Open the gate, please"
PHONE: Final = "+393331234567"


async def send(client: GatewayClient) -> None:
    """Send an SMS."""
    await client.send_sms(
        device="a-phone", sim=1, phone=PHONE, message=TEXT, priority=1
    )


async def error_of(client: GatewayClient) -> GatewayError:
    """Return how sending an SMS goes wrong."""
    with pytest.raises(GatewayError) as caught:
        await send(client)
    return caught.value


async def cause_of(client: GatewayClient) -> UnavailableCause:
    """Return why the gateway is not available, to both ways of asking it."""
    causes = set()
    for asking in (send(client), client.get_devices()):
        with pytest.raises(UnavailableError) as caught:
            await asking
        causes.add(caught.value.cause)
    (cause,) = causes
    return cause


# What the gateway says


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (401, "Invalid API secret supplied!", InvalidKeyError),
        (403, "This API key has no permission sms_send!", PermissionDeniedError),
        (403, "This API key has no permission get_credits!", PermissionDeniedError),
        (403, "You don't have permission for this!", PermissionDeniedError),
        (403, "No!", PermissionDeniedError),
        (403, "", PermissionDeniedError),
        (403, False, PermissionDeniedError),
        (403, "The maximum of your package has been reached!", QuotaExceededError),
        (403, "There are not enough credits!", QuotaExceededError),
        (403, "Please upgrade your plan.", QuotaExceededError),
        (403, "Your subscription does not include this.", QuotaExceededError),
        (400, "Invalid Parameters!", InvalidParameterError),
        (400, None, InvalidParameterError),
        (400, "Invalid phone number!", InvalidNumberError),
        (400, "The recipient is not valid", InvalidNumberError),
        (404, "Device doesn't exist!", NotFoundError),
        ("404", "Device doesn't exist!", NotFoundError),
    ],
)
async def test_refusal(
    site: Site,
    client: GatewayClient,
    status: Any,
    message: Any,
    kind: type[GatewayError],
) -> None:
    """There is one error for each thing that somebody can do about it."""
    site.says(status, message)
    assert type(await error_of(client)) is kind


async def test_call_without_permission(site: Site, client: GatewayClient) -> None:
    """It is named as the API names it."""
    site.says(403, "No!")
    error = await error_of(client)
    assert isinstance(error, PermissionDeniedError)
    assert error.call == "send/sms"
    with pytest.raises(PermissionDeniedError) as caught:
        await client.get_accounts()
    assert caught.value.call == "get/wa.accounts"


@pytest.mark.parametrize(
    ("message", "detail"),
    [
        ("Invalid Parameters!", "Invalid Parameters!"),
        ("Missing &quot;device&quot;\n here", 'Missing "device" here'),
        (f"No {PHONE} of {API_KEY}: {TEXT}!", "No … of …: …!"),
        ("Not 393331234567 or 0039 333", "Not … or … 333"),
        ("No!" * 200, ("No!" * 200)[:255]),
        (["No!"], ""),
        (False, ""),
    ],
)
async def test_detail(
    site: Site, client: GatewayClient, message: Any, detail: str
) -> None:
    """It is what the gateway says, in a line, without what was sent; the error's own text does not have it."""
    for status in (400, 404):
        site.says(status, message)
        error = await error_of(client)
        assert isinstance(error, InvalidParameterError | NotFoundError)
        assert error.detail == detail
        assert str(error) in {"invalid parameter", "not found"}


async def test_short_text_in_a_detail(site: Site, client: GatewayClient) -> None:
    """The gateway's words stay whole."""
    site.says(400, "Invalid Parameters!")
    with pytest.raises(InvalidParameterError) as caught:
        await client.send_sms(
            device="a-phone", sim=1, phone=PHONE, message="a", priority=1
        )
    assert caught.value.detail == "Invalid Parameters!"


@pytest.mark.parametrize("status", [500, "503", 599])
async def test_error_of_the_gateway(
    site: Site, client: GatewayClient, status: Any
) -> None:
    """It is in the body."""
    site.says(status, "Something went wrong!")
    assert await cause_of(client) is UnavailableCause.SERVER_ERROR


@pytest.mark.parametrize("status", [0, 201, 302, 429])
async def test_unknown_outcome(site: Site, client: GatewayClient, status: int) -> None:
    """Nobody knows what these mean."""
    site.says(status, "")
    assert await cause_of(client) is UnavailableCause.INVALID_ANSWER


# How it says it


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "x/y"])
@pytest.mark.parametrize("http_status", [200, 201, 400, 403, 404, 500, 503])
async def test_body_counts(
    site: Site, client: GatewayClient, content_type: str, http_status: int
) -> None:
    """HTTP's status and the content type do not."""
    headers = {"Content-Type": content_type}
    site.sends(GOOD, http_status, headers)
    assert await client.get_devices() == []
    site.sends(b'{"status": "401"}', http_status, headers)
    with pytest.raises(InvalidKeyError):
        await client.get_devices()


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + GOOD,
        b"\r\n\t " + GOOD + b"\n",
        b"\n\xef\xbb\xbf\n\xef\xbb\xbf" + GOOD,
        b'{"status": "200", "data": []}',
        b'{"status": 200}',
    ],
)
async def test_answer_with_oddities(
    site: Site, client: GatewayClient, body: bytes
) -> None:
    """It is understood."""
    site.sends(body)
    assert await client.get_devices() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xef\xbb\xbf",
        b"OK",
        GOOD[:20],
        GOOD + b"x",
        b"[]",
        b"[200]",
        b'"status"',
        b"null",
        b"200",
        b"{}",
        b'{"status": null}',
        b'{"status": true}',
        b'{"status": "ok"}',
        b'{"status": 200.0}',
        b'{"status": [200]}',
        b'{"status": -200}',
        b'{"status": 200, "data": "\xff"}',
        b'{"code": "no_route", "data": {"status": 404}}',
        b"[" * 100_000,
    ],
)
async def test_answer_that_is_none(
    site: Site, client: GatewayClient, body: bytes
) -> None:
    """It is said, unless the server had an error and says so."""
    site.sends(body)
    assert await cause_of(client) is UnavailableCause.INVALID_ANSWER
    site.sends(body, 404)
    assert await cause_of(client) is UnavailableCause.INVALID_ANSWER
    site.sends(body, 502)
    assert await cause_of(client) is UnavailableCause.SERVER_ERROR


@pytest.mark.parametrize(
    ("http_status", "cause"),
    [
        (200, UnavailableCause.MAINTENANCE),
        (503, UnavailableCause.MAINTENANCE),
        (403, UnavailableCause.INVALID_ANSWER),
        (404, UnavailableCause.INVALID_ANSWER),
        (500, UnavailableCause.SERVER_ERROR),
        (502, UnavailableCause.SERVER_ERROR),
    ],
)
async def test_page(
    site: Site, client: GatewayClient, http_status: int, cause: UnavailableCause
) -> None:
    """A page instead of an answer is maintenance, unless it says that there is no such page."""
    for body in (PAGE, b"\xef\xbb\xbf\n" + PAGE):
        site.sends(body, http_status)
        assert await cause_of(client) is cause


# How it does not arrive


@pytest.mark.parametrize("http_status", [301, 302, 303, 307, 308])
async def test_redirect(site: Site, session: ClientSession, http_status: int) -> None:
    """It is not followed: the key would go along."""
    reached: list[str] = []

    async def note(request: web.Request) -> web.Response:
        reached.append(request.path_qs)
        return web.Response(body=GOOD)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", note)
    server = TestServer(app, host="127.0.0.1")
    async with server:
        headers = {"Location": str(server.make_url("/api/get/devices"))}
        site.sends(b"", http_status, headers)
        client = GatewayClient(session, site.url, API_KEY)
        assert await cause_of(client) is UnavailableCause.INVALID_ANSWER
    assert reached == []
    assert len(site.asked) == 2


async def test_half_an_answer(site: Site, client: GatewayClient) -> None:
    """The connection breaks in the middle."""

    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=GOOD[:20], headers={"Content-Length": "42"})
        await response.prepare(request)
        await response.write_eof()
        assert request.transport is not None
        request.transport.close()
        return response

    site.handler = cut
    assert await cause_of(client) is UnavailableCause.CONNECTION


async def test_closed_without_an_answer(site: Site, client: GatewayClient) -> None:
    """The connection breaks before."""

    async def close(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    site.handler = close
    assert await cause_of(client) is UnavailableCause.CONNECTION


async def test_broken_compression(site: Site, client: GatewayClient) -> None:
    """What cannot be unpacked was damaged on the way."""
    site.sends(GOOD, headers={"Content-Encoding": "gzip"})
    assert await cause_of(client) is UnavailableCause.CONNECTION


async def test_something_other_than_http(
    session: ClientSession, other_service: str
) -> None:
    """Another service listens at the address."""
    client = GatewayClient(session, other_service, API_KEY)
    assert await cause_of(client) is UnavailableCause.INVALID_ANSWER


async def test_endless_answer(site: Site, client: GatewayClient) -> None:
    """It is not read to its end."""
    chunk = b" " * 2**20
    written = 0

    async def go_on(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        await response.prepare(request)
        while written < 100 * len(chunk):
            await response.write(chunk)
            written += len(chunk)
        return response

    site.handler = go_on
    with pytest.raises(UnavailableError) as caught:
        await client.get_devices()
    assert caught.value.cause is UnavailableCause.INVALID_ANSWER
    assert written < 100 * len(chunk)


async def test_large_answer(site: Site, client: GatewayClient) -> None:
    """One of nearly eight megabytes is read."""
    row = {"gid": "1@g.us", "name": "x" * 1000}
    site.tells([row] * 7500)
    assert len(await client.get_groups("unique")) == 7500


async def test_no_answer(
    site: Site, client: GatewayClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not waited for without end."""
    monkeypatch.setattr(client_module, "SECONDS", 0.05)
    site.handler = site.hang
    assert await cause_of(client) is UnavailableCause.TIMEOUT


@pytest.mark.parametrize("name", ["get_accounts", "send_whatsapp"])
async def test_slow_calls(
    site: Site, client: GatewayClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Where the gateway has to ask WhatsApp, it is waited for longer."""
    monkeypatch.setattr(client_module, "SECONDS", 0.05)
    site.handler = site.hang
    chat = {"account": "x", "recipient": PHONE, "message": TEXT, "priority": 1}
    arguments = chat if name == "send_whatsapp" else {}
    slow = asyncio.create_task(getattr(client, name)(**arguments))
    with pytest.raises(UnavailableError):
        await client.get_devices()
    assert not slow.done()
    site.released.set()
    await slow


async def test_patience_for_slow_calls(
    site: Site, client: GatewayClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has an end, too."""
    monkeypatch.setitem(client_module.LONGER_SECONDS, "get/wa.accounts", 0.05)
    site.handler = site.hang
    with pytest.raises(UnavailableError) as caught:
        await client.get_accounts()
    assert caught.value.cause is UnavailableCause.TIMEOUT


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("http://127.0.0.1:{closed}", UnavailableCause.CONNECTION),
        ("https://127.0.0.1:{open}", UnavailableCause.TLS),
        ("https://gateway.invalid", UnavailableCause.DNS),
    ],
)
async def test_no_connection(
    site: Site, session: ClientSession, address: str, cause: UnavailableCause
) -> None:
    """Nobody listens, nobody speaks TLS, or nobody has the name."""
    port = site.url.rpartition(":")[2]
    url = address.format(closed=unused_port(), open=port)
    assert await cause_of(GatewayClient(session, url, API_KEY)) is cause


# What nobody is to see


async def test_nothing_private_is_told(
    site: Site,
    client: GatewayClient,
    session: ClientSession,
    other_service: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No error, with all that led to it, and no line of the log has the key, a number or a text."""
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    errors: list[BaseException] = []

    async def collect(asked: GatewayClient) -> None:
        errors.append(await error_of(asked))
        with pytest.raises(GatewayError) as caught:
            await asked.get_devices()
        errors.append(caught.value)

    for status in (400, 401, 403, 404, 500):
        site.says(status, f"{API_KEY} {PHONE} {TEXT}")
        await collect(client)
    echo = json.dumps([API_KEY, PHONE, TEXT]).encode()
    for body in (echo, PAGE + echo, echo[:-1]):
        for http_status in (200, 302, 502):
            site.sends(body, http_status, {"Location": f"/?secret={API_KEY}"})
            await collect(client)
    site.tells([echo.decode()])
    assert await client.get_devices() == []
    addresses = (
        other_service,
        f"http://127.0.0.1:{unused_port()}",
        site.url.replace("http", "https"),
        "https://gateway.invalid",
    )
    for address in addresses:
        await collect(GatewayClient(session, address, API_KEY))
    monkeypatch.setattr(client_module, "SECONDS", 0.05)
    site.handler = site.hang
    await collect(client)

    told = [caplog.text, repr(client)]
    while errors:
        error = errors.pop()
        told += [str(error), repr(error), *traceback.format_exception(error)]
        errors += [
            led for led in (error.__cause__, error.__context__) if led is not None
        ]
    for text in told:
        for private in (API_KEY, PHONE, PHONE[1:], TEXT):
            assert private not in text
