"""Holds back two bots that answer each other, and bills that nobody expects."""

from collections import OrderedDict, deque
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.event_type import EventType

from .const import CONF_ANSWER_LIMIT, CONF_HOURLY_LIMIT, DEFAULT_ANSWER_LIMIT, DOMAIN
from .events import EVENT_SMS_RECEIVED, EVENT_WHATSAPP_RECEIVED
from .phone_numbers import comparable

ANSWER_PERIOD: Final = 10 * 60
"""Seconds for which answers to one person are counted, and for which what is sent to who wrote is an answer."""
HOUR: Final = 60 * 60
_MAX_PEERS: Final = 1_000
"""How many people are remembered; who wrote or was answered the longest ago is forgotten first."""


def answer_limit_issue_id(entry_id: str) -> str:
    """Return the id of the repair about answers that are held back."""
    return f"answer_limit_{entry_id}"


class Limits:
    """Counts what an entry sends."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Remember who writes, from now on."""
        self._hass = hass
        self._entry = entry
        self._wrote: OrderedDict[str, float] = OrderedDict()
        """When people wrote last, by their address as it came."""
        self._answers: OrderedDict[str, deque[float]] = OrderedDict()
        """When people were answered, by their comparable address."""
        self._sent: deque[float] = deque()
        event_types: tuple[EventType[Any], ...] = (
            EVENT_SMS_RECEIVED,
            EVENT_WHATSAPP_RECEIVED,
        )
        for event_type in event_types:
            entry.async_on_unload(
                hass.bus.async_listen(event_type, self._async_message_received)
            )

    @callback
    def _async_message_received(self, event: Event[Any]) -> None:
        if event.data["config_entry_id"] == self._entry.entry_id:
            _put(self._wrote, event.data["phone"], self._now)

    @property
    def _now(self) -> float:
        return self._hass.loop.time()

    async def async_check(
        self, peer: str, *, is_reply: bool, is_notification: bool
    ) -> None:
        """Count a message to a peer. Raises HomeAssistantError when it is one too many.

        A notification answers nobody: the eleventh alarm must reach its owner, too.
        """
        if not is_notification:
            await self._async_check_answer(peer, is_reply)
        self._async_check_hour()

    async def _async_check_answer(self, peer: str, is_reply: bool) -> None:
        wrote, now = self._wrote, self._now
        recent = [
            address for address, time in wrote.items() if now - time < ANSWER_PERIOD
        ]
        key, is_answer = await self._hass.async_add_executor_job(
            _classify, peer, recent, self._hass.config.country
        )
        if is_reply or is_answer:
            self._async_count_answer(key)

    @callback
    def _async_count_answer(self, key: str) -> None:
        most: int = self._entry.options.get(CONF_ANSWER_LIMIT, DEFAULT_ANSWER_LIMIT)
        answers = self._answers.get(key, deque())
        _forget(answers, self._now - ANSWER_PERIOD)
        if most and len(answers) >= most:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                answer_limit_issue_id(self._entry.entry_id),
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key="answer_limit",
                translation_placeholders={
                    "title": self._entry.title,
                    "limit": str(most),
                },
            )
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="answer_limit",
                translation_placeholders={"limit": str(most)},
            )
        answers.append(self._now)
        _put(self._answers, key, answers)

    @callback
    def _async_check_hour(self) -> None:
        most: int = self._entry.options.get(CONF_HOURLY_LIMIT, 0)
        _forget(self._sent, self._now - HOUR)
        if most and len(self._sent) >= most:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="hourly_limit",
                translation_placeholders={"limit": str(most)},
            )
        if most:
            self._sent.append(self._now)


def _classify(peer: str, recent: list[str], country: str | None) -> tuple[str, bool]:
    """Return a peer's comparable address, and whether one of those that wrote is the same."""
    key = comparable(peer, country)
    return key, any(comparable(address, country) == key for address in recent)


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


def _put[T](remembered: OrderedDict[str, T], key: str, value: T) -> None:
    remembered[key] = value
    remembered.move_to_end(key)
    if len(remembered) > _MAX_PEERS:
        remembered.popitem(last=False)
