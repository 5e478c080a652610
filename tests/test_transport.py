"""Connections that break, and bodies that do not arrive whole: raw sockets against the webhook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import gzip
import json
import logging
from unittest.mock import patch

from aiohttp import StreamReader
from aiohttp.http_exceptions import TransferEncodingError
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import answers
from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockStreamReader

from .common import (
    ACCEPTED,
    FORM,
    Answer,
    Gateway,
    add_entry,
    capture_messages,
    form,
    rejected,
    set_up,
    sms,
)

NOT_WHOLE = Answer(
    400, {"error": "invalid_body", "reason": "the body did not arrive whole"}
)
PATIENCE = 30


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up."""
    add_entry(hass)
    await set_up(hass)
    return Gateway(hass, await hass_client_no_auth())


@asynccontextmanager
async def connection(
    gateway: Gateway, *headers: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect and send the head of a POST."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.client.port)
    head = [
        f"POST {gateway.path} HTTP/1.1",
        "Host: x",
        f"Content-Type: {FORM}",
        *headers,
        "",
        "",
    ]
    writer.write("\r\n".join(head).encode())
    try:
        yield reader, writer
    finally:
        writer.close()


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """Read an answer of ours."""
    async with asyncio.timeout(PATIENCE):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        body = await reader.readexactly(length)
    return Answer(int(head.split()[1]), json.loads(body))


async def hung_up(gateway: Gateway) -> None:
    """Wait until the server has noticed that all connections are gone."""
    await gateway.client.session.connector.close()  # type: ignore[union-attr]
    runner = gateway.client.server.runner
    assert runner is not None and runner.server is not None
    async with asyncio.timeout(PATIENCE):
        while runner.server.connections:
            await asyncio.sleep(0)


def assert_no_errors(caplog: pytest.LogCaptureFixture) -> None:
    """No error and no traceback; what aiohttp says of broken HTTP is its own affair."""
    assert [
        record
        for record in caplog.records
        if record.name != "aiohttp.server"
        and (record.levelno >= logging.ERROR or record.exc_info)
    ] == []


@pytest.mark.parametrize("abort", [False, True], ids=["closed", "reset"])
async def test_a_connection_that_is_lost_halfway_delivers_nothing(
    hass: HomeAssistant, gateway: Gateway, caplog: pytest.LogCaptureFixture, abort: bool
) -> None:
    """What came so far looks like a whole form; only the length tells."""
    events = capture_messages(hass)
    with patch.object(
        StreamReader, "read", autospec=True, side_effect=StreamReader.read
    ) as read:
        async with connection(gateway, "Content-Length: 1000") as (_, writer):
            writer.write(form(sms()))
            async with asyncio.timeout(PATIENCE):
                while read.call_count < 2:
                    await asyncio.sleep(0)
            if abort:
                writer.transport.abort()
            else:
                writer.close()
            await hung_up(gateway)
    await hass.async_block_till_done()

    assert events == []
    assert_no_errors(caplog)


async def test_a_body_that_stops_halfway_is_answered_when_time_is_up(
    hass: HomeAssistant,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The sender waits with the connection open, so Home Assistant ends it."""
    monkeypatch.setattr(answers, "BODY_TIMEOUT", 0)
    async with connection(gateway, "Content-Length: 1000") as (reader, writer):
        writer.write(form(sms()))
        assert await read_answer(reader) == NOT_WHOLE
    await hass.async_block_till_done()

    assert rejected(hass) == {"invalid_body": 1}
    assert_no_errors(caplog)


async def test_a_body_that_trickles_in_is_accepted(gateway: Gateway) -> None:
    """Byte by byte, in chunks: a bad mobile network."""
    async with connection(gateway, "Transfer-Encoding: chunked") as (reader, writer):
        for byte in form(sms()):
            writer.write(b"1\r\n%c\r\n" % byte)
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        assert await read_answer(reader) == ACCEPTED


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (("Transfer-Encoding: chunked",), b"zz\r\nsecret\r\n0\r\n\r\n"),
        (("Transfer-Encoding: chunked",), b"3\r\nsecret\r\n0\r\n\r\n"),
        (("Transfer-Encoding: chunked",), b"-1\r\nsecret\r\n0\r\n\r\n"),
        (("Content-Encoding: gzip", "Content-Length: 40"), b"\xff" * 40),
        (("Content-Encoding: deflate", "Content-Length: 8"), b"\xff" * 8),
        (("Content-Encoding: br", "Content-Length: 8"), b"\xff" * 8),
        (("Content-Encoding: zstd", "Content-Length: 8"), b"\xff" * 8),
        (
            ("Content-Length: 1000", "Content-Encoding: gzip"),
            gzip.compress(b"x" * 99)[:20],
        ),
    ],
)
async def test_what_http_cannot_decode_is_answered_with_400_or_not_at_all(
    hass: HomeAssistant,
    gateway: Gateway,
    caplog: pytest.LogCaptureFixture,
    headers: tuple[str, ...],
    body: bytes,
) -> None:
    """Broken chunks and compressed bodies that are none; never a 5xx, never a traceback."""
    events = capture_messages(hass)
    async with connection(gateway, *headers) as (reader, writer):
        writer.write(body)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            answer = await reader.read()
    await hass.async_block_till_done()

    assert answer == b"" or answer.split()[1] == b"400"
    assert events == []
    assert_no_errors(caplog)
    assert await gateway.deliver() == ACCEPTED


@pytest.mark.parametrize("error", [ConnectionResetError, TransferEncodingError])
async def test_whatever_error_ends_a_body_it_is_answered(
    hass: HomeAssistant, gateway: Gateway, error: type[Exception]
) -> None:
    """Some server may let the webhook go on where Home Assistant's ends it."""
    with patch.object(MockStreamReader, "read", side_effect=error("Hello World!")):
        assert await gateway.post_through_cloud(form(sms())) == NOT_WHOLE
    await hass.async_block_till_done()
    assert rejected(hass) == {"invalid_body": 1}


async def test_two_deliveries_over_one_connection_are_both_answered(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """Kept alive and pipelined, the first one refused."""
    received = async_capture_events(hass, "zender_sms_received")
    wrong, right = form(sms("wrong")), form(sms())
    async with connection(gateway, f"Content-Length: {len(wrong)}") as (reader, writer):
        head = f"POST {gateway.path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n"
        writer.write(
            wrong + f"{head}Content-Length: {len(right)}\r\n\r\n".encode() + right
        )
        assert (await read_answer(reader)).status == 401
        assert await read_answer(reader) == ACCEPTED
    await hass.async_block_till_done()

    assert len(received) == 1
