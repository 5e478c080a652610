"""A gateway's site that holds attachments, and what a user does with them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
import ssl
from typing import Any, Final

from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from homeassistant.core import HomeAssistant

from .common import capture_messages
from .receiving import Receiver

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PICTURE: Final = b"\xff\xd8\xff\xe0 a picture of a parcel"
ANYTHING: Final = "*"
"""A path that stands for all that are not named."""


class Site:
    """A web site on loopback that holds files, and remembers for what it was asked."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.asked: list[str] = []
        self.url = ""
        self.port = 0
        self.released = asyncio.Event()
        self._handlers: dict[str, Handler] = {}

    def answers(self, path: str, handler: Handler) -> str:
        """Answer a path by a handler. Returns its URL."""
        self._handlers[path] = handler
        return f"{self.url}{path}"

    def holds(
        self,
        path: str,
        body: bytes = PICTURE,
        content_type: str = "image/jpeg",
        status: int = 200,
        **headers: str,
    ) -> str:
        """Hold a file. Returns its URL."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        fields["Content-Type"] = content_type

        async def answer(_request: web.Request) -> web.Response:
            return web.Response(body=body, status=status, headers=fields)

        return self.answers(path, answer)

    def streams(
        self,
        path: str,
        *chunks: bytes,
        length: int | None = None,
        is_cut: bool = False,
        is_held: bool = False,
    ) -> str:
        """Send a picture piece by piece, whole or cut off, or wait before its end. Returns its URL."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
            response.content_length = length
            await response.prepare(request)
            for chunk in chunks:
                await response.write(chunk)
            if is_held:
                await self.released.wait()
            if is_cut and request.transport is not None:
                request.transport.close()
            return response

        return self.answers(path, answer)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer."""
        self.asked.append(request.path)
        handler = self._handlers.get(request.path) or self._handlers.get(ANYTHING)
        return await handler(request) if handler else web.Response(status=404)


@asynccontextmanager
async def running(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Site]:
    """Run a site."""
    site = Site()
    app = web.Application()
    app.router.add_get(r"/{path:[\s\S]*}", site.handle)
    server = TestServer(app, host="127.0.0.1", scheme="https" if tls else "http")
    await server.start_server(ssl=tls, access_log=None)
    assert server.port is not None
    site.port = server.port
    site.url = str(server.make_url("")).rstrip("/")
    try:
        yield site
    finally:
        site.released.set()
        await server.close()


async def connected(
    hass: HomeAssistant,
    new_client: ClientSessionGenerator,
    options: dict[str, Any] | None = None,
    **data: str,
) -> Receiver:
    """Set an entry up."""
    return await Receiver.connect(hass, new_client, data=data, options=options)


async def received(receiver: Receiver, attachment: str) -> int:
    """Receive a chat with an attachment. Returns the message's id."""
    events = capture_messages(receiver.hass)
    await receiver.deliver("whatsapp", attachment=attachment)
    message_id: int = events[0].data["message_id"]
    return message_id


async def download(receiver: Receiver, message_id: int) -> dict[str, Any]:
    """Download a message's attachment. Returns the answer."""
    answer = await receiver.hass.services.async_call(
        DOMAIN,
        "download_attachment",
        {"message_id": message_id},
        blocking=True,
        return_response=True,
    )
    assert isinstance(answer, dict)
    return answer


async def downloaded(receiver: Receiver, attachment: str) -> dict[str, Any]:
    """Receive a chat and download its attachment."""
    return await download(receiver, await received(receiver, attachment))


def files(folder: Path) -> list[str]:
    """Return the names of all files in a folder and below, also of the hidden ones."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
