"""Somebody with a phone number and an automation of their own, which answers every SMS."""

import asyncio
from types import TracebackType
from typing import Final, Self

from ..api_state import Sent
from ..encoding import Fields
from ..gateway import Gateway
from ..samples import Event

FIRST_SIM: Final = "1"


class Bot:
    """Sends every SMS back as it came, to the phone and the SIM that sent it."""

    def __init__(self, gateway: Gateway, number: str) -> None:
        """Answer what a gateway sends to this number."""
        self.number = number
        self._gateway = gateway
        self._received: asyncio.Queue[Sent] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        """Begin to answer."""
        self._stop_listening = self._gateway.listen_to_sent(self._take)
        self._answering = asyncio.create_task(self._answer())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Answer no more."""
        self._stop_listening()
        self._answering.cancel()
        await asyncio.wait([self._answering])

    def _take(self, sent: Sent) -> None:
        if sent.event is Event.SMS and sent.recipient == self.number:
            self._received.put_nowait(sent)

    async def _answer(self) -> None:
        while True:
            sent = await self._received.get()
            fields: Fields = {
                "sim": int(sent.parameters.get("sim", FIRST_SIM)),
                "device": sent.sender,
                "phone": self.number,
                "message": sent.message,
            }
            await self._gateway.receive(Event.SMS, fields)
