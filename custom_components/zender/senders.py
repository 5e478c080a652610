"""Who is let in: the lists of senders, and what becomes of the others."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
import re
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .const import CONF_ALLOWED_SENDERS, CONF_BLOCKED_SENDERS
from .gateway.messages import Message, SmsMessage, WhatsAppMessage
from .gateway.schemas import whatsapp_address
from .journal.records import Record
from .phone_numbers import (
    NotANumberError,
    comparable,
    international,
    read_all_countries,
)
from .refusals import Cause, Refusals

STAR: Final = "*"
MAX_COUNTED: Final = 10_000
"""How many ignored messages are recognised when they are fetched once more."""

_NUMBER: Final = re.compile(r"\+?[\d\s().-]+")
_SHORT_CODE: Final = re.compile(r"\d{1,8}")
_SEPARATORS: Final = re.compile(r"[\s().-]")
_BEGINNING_OF_NUMBER: Final = re.compile(r"\+\d+")


def tidied(names: Iterable[str]) -> list[str]:
    """Return what somebody typed or pasted, without what cannot be seen."""
    visible = ("".join(filter(str.isprintable, name)).strip() for name in names)
    return [name for name in visible if name]


def problem_of(name: str, country: str | None) -> str | None:
    """Return the key of the text that says what is wrong with an entry of a list. Not for the event loop."""
    if STAR in name:
        return None if _pattern(name) else "invalid_star"
    if any(letter.isalpha() for letter in name) or _SHORT_CODE.fullmatch(name):
        return None
    with suppress(NotANumberError):
        if _NUMBER.fullmatch(name) and international(name, country):
            return None
    return "invalid_sender"


def _key(sender: str, country: str | None) -> str:
    """Return what is equal for the same sender: of a number without its spelling, else without regard to case.

    Whatever only contains a number, as `123@lid` does, is none.
    """
    if not _NUMBER.fullmatch(sender):
        return sender.strip().casefold()
    return _SEPARATORS.sub("", comparable(sender, country))


def _pattern(name: str) -> str | None:
    """Return the expression of those that begin so, None if it is no good beginning: nobody is meant then.

    A number may go on with digits only, and nothing with a star means a group or another address.
    """
    beginning = name.removesuffix(STAR).strip().casefold()
    if STAR in beginning:
        return None
    digits = _SEPARATORS.sub("", beginning)
    if _BEGINNING_OF_NUMBER.fullmatch(digits):
        return re.escape(digits) + r"\d*"
    if any(letter.isalpha() for letter in beginning):
        return re.escape(beginning) + "[^@]*"
    return None


@dataclass(frozen=True, slots=True)
class SenderList:
    """Senders that are named: numbers, names, groups, and those that begin in some way."""

    keys: frozenset[str]
    beginnings: re.Pattern[str]
    country: str | None

    @classmethod
    def read(cls, names: Iterable[str], country: str | None) -> Self:
        """Return the list. Not for the event loop: `has` needs what this reads."""
        read_all_countries()
        keys = set()
        patterns = []
        for name in tidied(names):
            if STAR not in name:
                keys.add(_key(whatsapp_address(name), country))
            elif pattern := _pattern(name):
                patterns.append(pattern)
        # Without any, one that nothing matches.
        beginnings = re.compile("|".join(patterns) or r"(?!)")
        return cls(frozenset(keys), beginnings, country)

    def has(self, sender: str) -> bool:
        """Return whether a sender is named."""
        key = _key(sender, self.country)
        return key in self.keys or self.beginnings.fullmatch(key) is not None


@dataclass(frozen=True, slots=True)
class _Lists:
    allowed: SenderList | None
    """None lets everybody in."""
    blocked: SenderList | None

    @classmethod
    def read(cls, options: Mapping[str, Any], country: str | None) -> Self:
        """Return what the options say. Not for the event loop."""
        allowed, blocked = (
            SenderList.read(options[name], country) if options.get(name) else None
            for name in (CONF_ALLOWED_SENDERS, CONF_BLOCKED_SENDERS)
        )
        return cls(allowed, blocked)

    def let_in(self, sender: str) -> bool:
        """Return whether a sender is let in; who is on both lists is not."""
        if self.blocked is not None and self.blocked.has(sender):
            return False
        return self.allowed is None or self.allowed.has(sender)


class Senders:
    """Decides whom an entry lets in, and counts the messages of the others."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, refusals: Refusals
    ) -> None:
        """Begin without having read the lists."""
        self._hass = hass
        self._entry = entry
        self._refusals = refusals
        self._lists: _Lists | None = None
        self._read_from: tuple[Any, ...] = ()
        self._lock = asyncio.Lock()
        self._began = int(dt_util.utcnow().timestamp())
        self._counted: OrderedDict[bytes, None] = OrderedDict()
        self.newest_ignored: int | None = None
        """The gateway's time of the newest message that was not let in."""

    async def async_prepare(self) -> None:
        """Read the lists, so that no message has to wait for it."""
        await self._async_lists()

    async def async_let_in(self, message: Message, record: Record) -> bool:
        """Return whether a message is let in; one that is not is counted. Only SMS and WhatsApp have a sender."""
        if not isinstance(message, SmsMessage | WhatsAppMessage):
            return True
        lists = await self._async_lists()
        if lists is None or lists.let_in(message.phone):
            return True
        self._async_count(record)
        return False

    async def _async_lists(self) -> _Lists | None:
        """Return the lists as they are set now, None without any."""
        options = self._entry.options
        if not (options.get(CONF_ALLOWED_SENDERS) or options.get(CONF_BLOCKED_SENDERS)):
            return None
        read_from = (options, self._hass.config.country)
        # Messages that wait for it go on in their order.
        async with self._lock:
            if self._lists is None or self._read_from != read_from:
                self._lists = await self._hass.async_add_executor_job(
                    _Lists.read, *read_from
                )
                self._read_from = read_from
            return self._lists

    @callback
    def _async_count(self, record: Record) -> None:
        """Count a message once, although the gateway goes on listing it.

        What it lists from before Home Assistant ran may have been counted then.
        """
        timestamp: int = record.row["timestamp"]
        self.newest_ignored = max(timestamp, self.newest_ignored or 0)
        if record.origin is not None:
            if record.origin in self._counted:
                return
            self._counted[record.origin] = None
            if len(self._counted) > MAX_COUNTED:
                self._counted.popitem(last=False)
        if not record.is_fetched or timestamp >= self._began:
            self._refusals.async_count(Cause.IGNORED_SENDER)
