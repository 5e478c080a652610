"""Asks by USSD and waits for the response that comes by webhook."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .catch_up import CatchUp
from .const import DOMAIN
from .devices import Source
from .events import EVENT_USSD_RECEIVED, UssdReceivedData
from .sender import Sender, Sent

CODE: Final = re.compile(r"[0-9*#+]{1,182}\Z")
DEFAULT_TIMEOUT: Final = 60
"""Seconds to wait for a response."""
FETCH_SECONDS: Final = 5
"""How often to look for the response, where the gateway is polled."""


@dataclass(frozen=True, slots=True)
class UssdAnswer:
    """What was asked, and the event data of the response."""

    sent: Sent
    response: UssdReceivedData


class UssdDesk:
    """Lets one ask after the other on each SIM: its network answers one at a time."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        sender: Sender,
        catch_up: CatchUp,
    ) -> None:
        """Ask through a sender; where nothing is delivered, the responses are fetched."""
        self._hass = hass
        self._entry = entry
        self._sender = sender
        self._catch_up = catch_up
        self._lines: defaultdict[Source, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def async_ask(self, sim: Source, code: str, seconds: float) -> UssdAnswer:
        """Ask and wait; the time of others before does not count. Raises HomeAssistantError."""
        async with self._lines[sim]:
            response: asyncio.Future[UssdReceivedData] = self._hass.loop.create_future()
            device, slot = self._sender.async_slot(sim)

            @callback
            def is_response(data: Any) -> bool:
                return (
                    data["config_entry_id"] == self._entry.entry_id
                    and data["device"] == device
                    and data["sim"] in (slot, None)
                    and data["code"].strip() == code
                    and not data["replayed"]
                )

            @callback
            def received(event: Event[UssdReceivedData]) -> None:
                if not response.done():
                    response.set_result(event.data)

            # Before it is sent: the response may come first.
            stop = self._hass.bus.async_listen(
                EVENT_USSD_RECEIVED, received, event_filter=is_response
            )
            try:
                sent = await self._sender.async_send_ussd(sim, code)
                async with asyncio.timeout(seconds):
                    while self._catch_up.polls and not response.done():
                        await asyncio.wait((response,), timeout=FETCH_SECONDS)
                        await self._catch_up.async_fetch_or_log()
                    return UssdAnswer(sent, await response)
            except TimeoutError:
                raise HomeAssistantError(
                    translation_domain=DOMAIN,
                    translation_key="ussd_not_answered",
                    translation_placeholders={"seconds": f"{seconds:g}"},
                ) from None
            finally:
                stop()
