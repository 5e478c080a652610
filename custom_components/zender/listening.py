"""Listening for a gateway's first deliveries, while a flow is open."""

import asyncio
from contextlib import suppress
from typing import Final

from homeassistant.util import dt as dt_util

from .answers import same_secret
from .gateway.messages import MessageType
from .offers import Offer, OfferedDelivery

LISTEN_SECONDS: Final = 300
"""How long to wait for a first delivery."""
QUIET_SECONDS: Final = 8
"""How long to wait for the next sample; the gateway sends them one right after the other."""

# Icons that the frontend draws in texts.
ARRIVED: Final = '<ha-icon icon="mdi:check-circle"></ha-icon>'
AWAITED: Final = '<ha-icon icon="mdi:circle-outline"></ha-icon>'


class Listening:
    """What a flow hears at an offered address."""

    def __init__(self, offer: Offer, secret: str | None) -> None:
        """Listen from now on; without a secret, the first delivery's counts."""
        self._offer = offer
        self._secret = secret
        self._began = dt_util.utcnow()

    @property
    def arrived(self) -> list[OfferedDelivery]:
        """Return the deliveries with the right secret."""
        deliveries = self._offer.deliveries
        if not deliveries:
            return []
        secret = self._secret or deliveries[0].secret
        return [item for item in deliveries if same_secret(item.secret, secret)]

    @property
    def ticks(self) -> dict[str, str]:
        """Return for each kind of message a sign that says whether it arrived."""
        kinds = self._kinds
        return {
            kind.value: ARRIVED if kind in kinds else AWAITED for kind in MessageType
        }

    @property
    def hint(self) -> str:
        """Return what is wrong with what came, `other_secret` or `redirected`, else `listening`."""
        if not self.arrived and self._offer.deliveries:
            return "other_secret"
        if not self.arrived and self._offer.redirected:
            return "redirected"
        return "listening"

    @property
    def is_over(self) -> bool:
        """Return whether everything that the gateway sends has come, or time is up."""
        return self._seconds_left <= 0

    @property
    def outcome(self) -> str:
        """Return the step that follows."""
        if self.arrived:
            return "confirm"
        return "nothing_came" if self.hint == "listening" else self.hint

    async def async_wait(self) -> None:
        """Return when something comes or time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds_left):
                await self._offer.async_wait()

    @property
    def _kinds(self) -> set[MessageType]:
        return {item.received.message.type for item in self.arrived}

    @property
    def _seconds_left(self) -> float:
        now = dt_util.utcnow()
        left = LISTEN_SECONDS - (now - self._began).total_seconds()
        if not (arrived := self.arrived):
            return left
        if len(self._kinds) == len(MessageType):
            return 0
        quiet = (now - arrived[-1].received.received_at).total_seconds()
        return min(left, QUIET_SECONDS - quiet)
