"""Talking to Home Assistant as its frontend does: HTTP with a token, and the websocket API."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

ANSWER_TIMEOUT: Final = 30.0


class CommandError(Exception):
    """Home Assistant refused a websocket command."""


class DisconnectedError(Exception):
    """The websocket was closed."""


class Client:
    """An authenticated user of one Home Assistant."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        """Use this address and token."""
        self.url = url
        self.token = token
        self._session = session

    @classmethod
    async def create_first_user(
        cls, session: aiohttp.ClientSession, url: str, username: str, password: str
    ) -> Self:
        """Make the owner in the onboarding, and be that user."""
        user = {"name": username.title(), "username": username, "password": password}
        async with session.post(
            f"{url}/api/onboarding/users",
            json={**user, "client_id": f"{url}/", "language": "en"},
        ) as response:
            response.raise_for_status()
            code = (await response.json())["auth_code"]
        return cls(session, url, await _redeem(session, url, code))

    @classmethod
    async def login(
        cls, session: aiohttp.ClientSession, url: str, username: str, password: str
    ) -> Self:
        """Log in with a password."""
        start = {
            "client_id": f"{url}/",
            "handler": ["homeassistant", None],
            "redirect_uri": f"{url}/",
        }
        async with session.post(f"{url}/auth/login_flow", json=start) as response:
            response.raise_for_status()
            flow_id = (await response.json())["flow_id"]
        login = {"client_id": f"{url}/", "username": username, "password": password}
        async with session.post(
            f"{url}/auth/login_flow/{flow_id}", json=login
        ) as response:
            response.raise_for_status()
            result = await response.json()
        if result["type"] != "create_entry":
            raise PermissionError(result.get("errors"))
        return cls(session, url, await _redeem(session, url, result["result"]))

    async def get(self, path: str) -> Any:
        """Return what the REST API answers."""
        return await self._request("GET", path, None)

    async def post(self, path: str, body: Any = None) -> Any:
        """Post to the REST API."""
        return await self._request("POST", path, body)

    async def websocket(self) -> WebSocket:
        """Open a websocket."""
        websocket = WebSocket(
            await self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0)
        )
        await websocket.authenticate(self.token)
        return websocket

    async def _request(self, method: str, path: str, body: Any) -> Any:
        async with self._session.request(
            method,
            f"{self.url}{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
        ) as response:
            if not response.ok:
                raise CommandError(
                    f"{method} {path}: {response.status} {await response.text()}"
                )
            return await response.json()


async def _redeem(session: aiohttp.ClientSession, url: str, code: str) -> str:
    grant = {"grant_type": "authorization_code", "code": code, "client_id": f"{url}/"}
    async with session.post(f"{url}/auth/token", data=grant) as response:
        response.raise_for_status()
        return str((await response.json())["access_token"])


class Subscription:
    """The events of one or several subscriptions, in order, until the websocket closes."""

    def __init__(self) -> None:
        """Start empty."""
        self.queue: asyncio.Queue[Any] = asyncio.Queue()

    async def __aiter__(self) -> AsyncIterator[Any]:
        """Yield the events."""
        while (event := await self.queue.get()) is not None:
            yield event


class WebSocket:
    """Home Assistant's websocket API."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        """Speak over this connection."""
        self._connection = connection
        self._ids = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._subscriptions: dict[int, Subscription] = {}
        self._reader: asyncio.Task[None] | None = None

    async def authenticate(self, token: str) -> None:
        """Introduce oneself, then read what comes."""
        await self._connection.receive_json()
        await self._connection.send_json({"type": "auth", "access_token": token})
        answer = await self._connection.receive_json()
        if answer["type"] != "auth_ok":
            raise PermissionError(answer.get("message"))
        self._reader = asyncio.create_task(self._read())

    async def __aenter__(self) -> Self:
        """Use until the end of the block."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Close the connection and end all subscriptions."""
        await self._connection.close()
        if self._reader:
            await self._reader

    async def call(self, command: str, **fields: Any) -> Any:
        """Send a command and return its result."""
        return await self._send(next(self._ids), command, fields)

    async def subscribe(
        self, command: str, *, into: Subscription | None = None, **fields: Any
    ) -> Subscription:
        """Send a command that is answered with events."""
        number, subscription = next(self._ids), into or Subscription()
        self._subscriptions[number] = subscription
        await self._send(number, command, fields)
        return subscription

    async def _send(self, number: int, command: str, fields: dict[str, Any]) -> Any:
        if self._reader is None or self._reader.done():
            raise DisconnectedError
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            await self._connection.send_json({"id": number, "type": command, **fields})
            async with asyncio.timeout(ANSWER_TIMEOUT):
                return await answer
        finally:
            del self._answers[number]

    async def _read(self) -> None:
        try:
            async for message in self._connection:
                self._take(message.json())
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(DisconnectedError())
            for subscription in self._subscriptions.values():
                subscription.queue.put_nowait(None)

    def _take(self, message: dict[str, Any]) -> None:
        number = message["id"]
        if message["type"] == "event":
            if subscription := self._subscriptions.get(number):
                subscription.queue.put_nowait(message["event"])
        elif (answer := self._answers.get(number)) and not answer.done():
            if message["type"] == "pong" or message["success"]:
                answer.set_result(message.get("result"))
            else:
                answer.set_exception(CommandError(message["error"]["message"]))
