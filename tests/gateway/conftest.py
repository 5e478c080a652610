"""Two gateways on loopback: a simulated one, and a site that answers calls of the REST API as a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
import json
import socket
import traceback
from typing import Any, Final, override

from aiohttp import ClientSession, TCPConnector, web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
import pytest

from custom_components.zender.gateway.client import GatewayClient

from ..simulator.api_state import Account, ApiState
from ..simulator.dashboard import Dashboard
from ..simulator.gateway import Gateway
from ..simulator.samples import ACCOUNT, PHONE

API_KEY: Final = "0123456789abcdef0123456789abcdef01234567"
HTML: Final = "text/html; charset=UTF-8"
GROUP: Final = "120363041234567890@g.us"
WRITER: Final = "+393331234567"
TEXT: Final = "Open the gate, please"
CODE: Final = "*123456#"
PRIVATE: Final = (API_KEY, WRITER, WRITER[1:], ACCOUNT, ACCOUNT[1:], TEXT, CODE)
SENT: Final = 1645684231
"""When the documented examples were."""

type Row = dict[str, Any]

# What lists are asked for with, a row of each, and the fields that it must have.
LISTS: Final[dict[str, tuple[tuple[Any, ...], Row, str]]] = {
    "get_devices": ((), {"id": 49, "unique": PHONE, "name": "Hall"}, "id unique"),
    "get_accounts": (
        (),
        {"id": 7, "phone": ACCOUNT, "unique": "1716", "status": "connected"},
        "id unique phone",
    ),
    "get_groups": (("1716",), {"gid": GROUP, "name": "Neighbours"}, "gid"),
    "received_sms": (
        (50,),
        {"id": 2, "device": PHONE, "sender": "Tom", "message": "Hi", "created": SENT},
        "id device sender created",
    ),
    "received_chats": (
        (50,),
        {"id": 3, "account": ACCOUNT, "recipient": GROUP, "created": SENT},
        "id account recipient created",
    ),
    "ussd_requests": (
        (50,),
        {"id": 5, "device": PHONE, "sim": 1, "code": "*143#", "created": SENT},
        "id device code created",
    ),
    "notifications": (
        (50,),
        {"id": 77, "device": PHONE, "package_name": "com.x", "timestamp": SENT},
        "id device package_name timestamp",
    ),
}

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as it came, without the key."""

    method: str
    path: str
    content_type: str
    parameters: dict[str, str]
    files: dict[str, tuple[str, bytes]]


class Site:
    """Answers every call alike, or by a handler, and remembers the calls with the right key."""

    def __init__(self) -> None:
        """Start with nothing to tell."""
        self.asked: list[Asked] = []
        self.released = asyncio.Event()
        self.url = ""
        self.handler: Handler | None = None
        self.says(200, "", False)

    def says(self, status: Any, message: Any, data: Any = False) -> None:
        """Answer this."""
        answer = {"status": status, "message": message, "data": data}
        self.sends(json.dumps(answer).encode())

    def tells(self, data: Any) -> None:
        """Answer that all is well, with this data."""
        self.says(200, "Here it is", data)

    def sends(
        self, body: bytes, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        """Answer with these bytes."""
        all_headers = {"Content-Type": HTML, **(headers or {})}

        async def send(request: web.Request) -> web.StreamResponse:
            return web.Response(body=body, status=status, headers=all_headers)

        self.handler = send

    async def hang(self, request: web.Request) -> web.StreamResponse:
        """Answer an empty list, but not before it is released."""
        await self.released.wait()
        return web.json_response({"status": 200, "data": []})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note a call and answer it."""
        parameters, files = dict(request.query), {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = value.filename, value.file.read()
            else:
                parameters[name] = str(value)
        if parameters.pop("secret", None) == API_KEY:
            self.asked.append(
                Asked(
                    request.method,
                    request.path,
                    request.content_type,
                    parameters,
                    files,
                )
            )
        assert self.handler is not None
        return await self.handler(request)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated gateway with a phone and an account, and who asks it."""

    gateway: Gateway
    account: Account
    url: str
    session: ClientSession
    key: str

    @property
    def api(self) -> ApiState:
        """Return what its API knows."""
        return self.gateway.api

    def client(self, key: str | None = None) -> GatewayClient:
        """Return who asks it, with the key that may do everything if not with another."""
        return GatewayClient(self.session, self.url, key or self.key)

    def calls(self, key: str | None = None) -> dict[str, Callable[..., Awaitable[Any]]]:
        """Return all calls, by the API's names of them."""
        client, unique = self.client(key), self.account.unique
        text = {"message": TEXT, "priority": 2}
        send_sms: Callable[..., Awaitable[Any]] = client.send_sms
        send_chat: Callable[..., Awaitable[Any]] = client.send_whatsapp
        return {
            "get/devices": client.get_devices,
            "get/wa.accounts": client.get_accounts,
            "get/wa.groups": partial(client.get_groups, unique),
            "get/credits": client.get_credits,
            "get/subscription": client.get_subscription,
            "get/sms.received": partial(client.received_sms, 50),
            "get/wa.received": partial(client.received_chats, 50),
            "get/ussd": partial(client.ussd_requests, 50),
            "get/notifications": partial(client.notifications, 50),
            "send/sms": partial(send_sms, device=PHONE, sim=1, phone=WRITER, **text),
            "send/whatsapp": partial(
                send_chat, account=unique, recipient=WRITER, **text
            ),
            "send/ussd": partial(client.send_ussd, device=PHONE, sim=1, code=CODE),
            "validate/whatsapp": partial(client.validate_whatsapp, unique, WRITER),
        }


def told_by(error: BaseException) -> str:
    """Return all that an error tells, and all that led to it."""
    told = [str(error), repr(error), repr(error.args)]
    told += traceback.format_exception(error)
    told += [
        told_by(led) for led in (error.__cause__, error.__context__) if led is not None
    ]
    return "\n".join(told)


def private_in(*told: str, key: str = API_KEY) -> list[str]:
    """Return what in a text nobody is to see."""
    return [private for private in (key, *PRIVATE) if private in "\n".join(told)]


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations() -> None:
    """Do nothing: no Home Assistant is needed here."""


@pytest.fixture
async def site(socket_enabled: None) -> AsyncIterator[Site]:
    """Return a running site."""
    site = Site()
    app = web.Application(client_max_size=8 * 2**20)
    app.router.add_route("*", "/{path:.*}", site.handle)
    server = TestServer(app, host="127.0.0.1")
    # Its log of accesses would hold the key.
    await server.start_server(access_log=None)
    site.url = str(server.make_url("")).rstrip("/")
    yield site
    site.released.set()
    await server.close()


class NoNames(AbstractResolver):
    """Finds no name: tests have no network."""

    @override
    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        """Fail as a resolver does."""
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    @override
    async def close(self) -> None:
        """Do nothing."""


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return an open session."""
    connector = TCPConnector(resolver=NoNames())
    async with ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
async def simulated(session: ClientSession) -> AsyncIterator[Simulated]:
    """Return a running gateway."""
    async with Gateway() as gateway, Dashboard(gateway) as dashboard:
        gateway.api.add_device(PHONE, "Tom &amp; Ann&#039;s phone")
        account = gateway.api.add_account(ACCOUNT, {GROUP: "Neighbours"})
        key = gateway.api.add_key()
        yield Simulated(gateway, account, dashboard.url, session, key)


@pytest.fixture
def client(site: Site, session: ClientSession) -> GatewayClient:
    """Return somebody with a key."""
    return GatewayClient(session, site.url, API_KEY)


@pytest.fixture
async def other_service(socket_enabled: None) -> AsyncIterator[str]:
    """Return the address of something that does not speak HTTP."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
