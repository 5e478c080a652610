"""What every webhook does with a request before it knows whose message it is."""

import asyncio
from collections.abc import Mapping
import hmac
from http import HTTPStatus
from typing import Any, Final

from aiohttp.hdrs import CONTENT_TYPE
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import Request, RequestPayloadError, Response

from homeassistant.const import CONTENT_TYPE_JSON
from homeassistant.helpers.json import json_bytes

from .const import CONF_SECRET
from .gateway.messages import Message
from .gateway.payload import (
    MAX_BODY_SIZE,
    InvalidBodyError,
    InvalidPayloadError,
    decode,
    parse,
)
from .journal.records import Kept, Outcome
from .refusals import Cause

BODY_TIMEOUT: Final = 30
"""Seconds that a body may take to arrive."""

_STATUS: Final = {
    Cause.INVALID_BODY: HTTPStatus.BAD_REQUEST,
    Cause.INVALID_SECRET: HTTPStatus.UNAUTHORIZED,
    Cause.NOT_LOCAL: HTTPStatus.FORBIDDEN,
    Cause.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Cause.INVALID_PAYLOAD: HTTPStatus.UNPROCESSABLE_ENTITY,
    Cause.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Refusal(Exception):
    """A delivery that is not accepted."""

    def __init__(self, cause: Cause, **details: str) -> None:
        """Take the cause and what else the answer says."""
        super().__init__(cause)
        self.cause = cause
        self.details = details

    @property
    def response(self) -> Response:
        """Return the answer to the gateway."""
        return _response({"error": self.cause, **self.details}, _STATUS[self.cause])


def kept_response(kept: Kept) -> Response:
    """Return the answer to a message that is kept, was kept before, waits in memory, or is ignored."""
    if kept.outcome is Outcome.QUEUED:
        return _response({"result": kept.outcome}, HTTPStatus.ACCEPTED)
    body: dict[str, str | int] = {"result": kept.outcome}
    if kept.message_id is not None:
        body["message_id"] = kept.message_id
    return _response(body, HTTPStatus.OK)


def _response(body: Mapping[str, str | int], status: HTTPStatus) -> Response:
    return Response(
        body=json_bytes(body), content_type=CONTENT_TYPE_JSON, status=status
    )


async def async_read_payload(request: Request) -> dict[str, Any]:
    """Return the decoded body, wherever the request comes from. Raises Refusal.

    Requests through the cloud know neither `read` nor a length, so this reads the stream.
    """
    stream = request.content
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            while chunk := await stream.read(MAX_BODY_SIZE + 1 - len(body)):
                body += chunk
                if len(body) > MAX_BODY_SIZE:
                    raise Refusal(Cause.TOO_LARGE)
    except TimeoutError, ConnectionError, HttpProcessingError, RequestPayloadError:
        raise Refusal(
            Cause.INVALID_BODY, reason="the body did not arrive whole"
        ) from None
    try:
        return decode(request.headers.get(CONTENT_TYPE, ""), bytes(body))
    except InvalidBodyError as error:
        raise Refusal(Cause.INVALID_BODY, reason=str(error)) from None


def read_secret(payload: Mapping[str, Any]) -> str:
    """Return the secret in a payload. Raises Refusal."""
    secret = payload.get(CONF_SECRET)
    if not isinstance(secret, str) or not secret:
        raise Refusal(Cause.INVALID_SECRET)
    return secret


def same_secret(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def read_message(payload: Mapping[str, Any]) -> Message:
    """Return the message in a payload. Raises Refusal."""
    try:
        return parse(payload)
    except InvalidPayloadError as error:
        raise Refusal(
            Cause.INVALID_PAYLOAD, field=error.field, reason=error.reason
        ) from None
