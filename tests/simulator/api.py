"""The gateway's REST API over HTTP, and what can keep its answers from being understood."""

import asyncio
from contextlib import suppress
import json
from typing import Any, Final

from aiohttp import web

from .api_calls import Answer, Parameters, carry_out
from .api_state import ApiFault, Upload
from .gateway import Gateway
from .samples import Event

# JSON goes out as HTML, and whatever the status in the body, HTTP's own is 200.
HEADERS: Final = {"Content-Type": "text/html; charset=UTF-8"}
MAINTENANCE_PAGE: Final = (
    "<!doctype html><title>Maintenance</title><h1>We will be back soon!</h1>"
)


class Api:
    """The paths that end with /api/ and the name of a call."""

    def __init__(self, gateway: Gateway) -> None:
        """Answer for this gateway."""
        self._gateway = gateway
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._stopped.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Carry out a call and answer it, with the fault that is switched on."""
        call = request.match_info["call"]
        fault = self._gateway.api.fault_of(call)
        if fault is ApiFault.MAINTENANCE:
            return web.Response(text=MAINTENANCE_PAGE, headers=HEADERS)
        if fault is ApiFault.ERROR:
            answer = Answer(500, "Something went wrong!")
        else:
            answer = carry_out(self._gateway.api, call, await _read(request))
        response = _response(answer, fault)
        with suppress(ConnectionError):
            await self._answer(request, response, fault)
        if answer.ussd is not None:
            await self._gateway.receive(Event.USSD, answer.ussd)
        if fault is ApiFault.HANG:
            await self._stopped.wait()
        return response

    async def _answer(
        self, request: web.Request, response: web.Response, fault: ApiFault | None
    ) -> None:
        """Send the whole answer now: a phone's response to a USSD code is to come after it."""
        match fault:
            case ApiFault.HANG:
                return
            case ApiFault.SLOW:
                await self._wait(self._gateway.api.slow_seconds)
        await response.prepare(request)
        await response.write_eof()
        if fault is ApiFault.CUT and request.transport is not None:
            request.transport.close()

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopped.wait()


async def _read(request: web.Request) -> Parameters:
    """Return what a request brings, as PHP sees it: JSON is not read, and the body counts more than the query."""
    fields = dict(request.query.items())
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        match value:
            case str():
                fields[name] = value
            case web.FileField():
                files[name] = Upload(
                    name=value.filename,
                    content_type=value.content_type,
                    content=value.file.read(),
                )
    return Parameters(fields, files)


def _response(answer: Answer, fault: ApiFault | None) -> web.Response:
    body = json.dumps(
        {
            "status": str(answer.status)
            if fault is ApiFault.STATUS_AS_TEXT
            else answer.status,
            "message": answer.message,
            "data": _data(answer.data, fault),
        }
    ).encode()
    response = web.Response(headers=HEADERS)
    match fault:
        case ApiFault.TRUNCATED:
            response.body = body[: len(body) // 2]
        case ApiFault.CUT:
            # Half of it is sent, while all of it is announced.
            response.body = body[: len(body) // 2]
            response.headers["Content-Length"] = str(len(body))
        case _:
            response.body = body
    if answer.ussd is not None:
        # Until the phone has responded, no other call should wait on this connection.
        response.force_close()
    return response


def _data(data: Any, fault: ApiFault | None) -> Any:
    match fault:
        case ApiFault.NO_DATA:
            return False
        case ApiFault.NUMBERS_AS_TEXT:
            return _numbers_as_text(data)
    return data


def _numbers_as_text(data: Any) -> Any:
    match data:
        case bool():
            return data
        case int():
            return str(data)
        case dict():
            return {name: _numbers_as_text(value) for name, value in data.items()}
        case list():
            return [_numbers_as_text(value) for value in data]
    return data
