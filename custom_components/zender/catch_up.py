"""Fetches what the gateway has and the journal has not: what nobody heard, or all, without a public address."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .archive import Archive
from .const import (
    CONF_DELIVER_MISSED_MINUTES,
    CONF_KEEP_DAYS,
    CONF_POLL,
    DEFAULT_KEEP_DAYS,
    DOMAIN,
)
from .coordinator import ZenderCoordinator
from .delivery import Delivery, Received, now
from .faults import fault_key
from .gateway.api import ReceivedChat
from .gateway.api_errors import GatewayError, PermissionDeniedError
from .gateway.messages import (
    Message,
    NotificationMessage,
    SmsMessage,
    UssdMessage,
    WhatsAppMessage,
)
from .gateway.schemas import whatsapp_address
from .journal.batch import known_ids
from .journal.errors import JournalError
from .journal.journal import JournalFullError
from .journal.queries import newest_time
from .journal.records import Outcome, Record, record_of

_LOGGER = logging.getLogger(__name__)

LIMIT: Final = 50
"""Messages of each kind that are asked for at first; the gateway's further pages skip some."""
MAX_LIMIT: Final = 12_800
"""Messages of each kind that are asked for at most, when all before were wanted."""
POLL_SECONDS: Final = 60
MAX_POLL_SECONDS: Final = 15 * 60
"""How long to wait at most before the next try, while the gateway cannot be reached."""
SETTLING: Final = timedelta(minutes=2)
"""How long a message is left to its delivery, which may be under way."""
FRESH: Final = timedelta(minutes=10)
"""How old a polled message may be and still count as just received."""
OVERLAP: Final = timedelta(days=1)
"""How far before the newest known message to look for others."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched."""

    found: int
    """How many messages were not known."""
    delivered: int
    """How many of them were passed on to automations."""
    lacks: tuple[str, ...]
    """The calls that the key has no permission for."""


class CatchUp:
    """Fetches an entry's messages."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        archive: Archive,
        delivery: Delivery,
        coordinator: ZenderCoordinator,
    ) -> None:
        """Fetch through the coordinator's client."""
        self._hass = hass
        self._entry = entry
        self._archive = archive
        self._delivery = delivery
        self._coordinator = coordinator
        self._client = coordinator.client
        self.polls: bool = entry.options.get(CONF_POLL, False)
        """Whether the gateway is asked for messages all the time."""
        self._lock = asyncio.Lock()

    @callback
    def async_start(self) -> None:
        """Poll, if that is wanted."""
        if self.polls:
            self._entry.async_create_background_task(
                self._hass, self._async_poll(), f"{DOMAIN} polling"
            )

    async def _async_poll(self) -> None:
        seconds = POLL_SECONDS
        while True:
            if await self.async_fetch_or_log():
                seconds = POLL_SECONDS
            else:
                seconds = min(2 * seconds, MAX_POLL_SECONDS)
            await asyncio.sleep(seconds)

    async def async_fetch_or_log(self) -> bool:
        """Fetch. Returns whether it succeeded; what is wrong with the gateway, its coordinator says."""
        try:
            await self.async_fetch()
        except GatewayError as error:
            _LOGGER.debug("Fetching messages has to wait: %s", fault_key(error))
        except JournalError, JournalFullError:
            _LOGGER.debug("Fetching messages has to wait for the message database")
        else:
            return True
        return False

    async def async_fetch(self, since: datetime | None = None) -> Fetched:
        """Bring in what the journal does not have, the oldest first; without a time, what is about as new as the newest known.

        Raises GatewayError, JournalError and JournalFullError.
        """
        async with self._lock:
            fetches_all = since is None
            since = max(since or await self._async_newest_known(), self._oldest_kept)
            messages, lacks = await self._async_ask(since)
            until = dt_util.utcnow() if self.polls else dt_util.utcnow() - SETTLING
            unknown = await self._async_unknown(
                [
                    item
                    for item in messages
                    if since <= _time_of(item) <= until and not _is_pending(item)
                ]
            )
            found = delivered = 0
            for received in unknown:
                kept = await self._archive.async_keep(received)
                if kept.outcome in (Outcome.DUPLICATE, Outcome.IGNORED):
                    continue
                found += 1
                if received.is_only_kept:
                    self._delivery.async_count(received.message)
                else:
                    delivered += 1
            self._archive.has_caught_up |= fetches_all
            return Fetched(found, delivered, lacks)

    @property
    def _oldest_kept(self) -> datetime:
        days = self._entry.options.get(CONF_KEEP_DAYS, DEFAULT_KEEP_DAYS)
        return dt_util.utcnow() - timedelta(days=days or 1)

    async def _async_newest_known(self) -> datetime:
        # What came since this start says nothing of what was missed before it.
        has_caught_up = self._archive.has_caught_up
        up_to = None if has_caught_up else self._archive.journal.last_id
        query = partial(newest_time, entry_id=self._entry.entry_id, up_to=up_to)
        newest = await self._hass.async_add_executor_job(
            self._archive.journal.read, query
        )
        ignored = self._archive.senders.newest_ignored if has_caught_up else None
        if ignored is not None:
            heard = datetime.fromtimestamp(ignored, UTC)
            newest = heard if newest is None else max(newest, heard)
        created = self._entry.created_at
        return created if newest is None else max(created, newest - OVERLAP)

    async def _async_ask(
        self, since: datetime
    ) -> tuple[list[Message], tuple[str, ...]]:
        """Return what the gateway has, the oldest first, and what the key may not ask for."""
        messages: list[Message] = []
        lacks: list[str] = []
        for ask in (
            self._async_sms,
            self._async_chats,
            self._async_ussd,
            self._async_notifications,
        ):
            try:
                messages += await _async_enough(ask, since)
            except PermissionDeniedError as error:
                lacks.append(error.call)
        messages.sort(key=lambda message: (message.timestamp, message.id))
        return messages, tuple(lacks)

    async def _async_sms(self, limit: int) -> Sequence[Message]:
        return [
            SmsMessage(
                id=item.id,
                rid=None,
                sim=None,
                device=item.device,
                phone=item.sender,
                message=item.message,
                timestamp=item.created,
            )
            for item in await self._client.received_sms(limit)
        ]

    async def _async_chats(self, limit: int) -> Sequence[Message]:
        chats = await self._client.received_chats(limit)
        numbers = await self._async_numbers() if chats else {}
        return [
            WhatsAppMessage(
                id=item.id,
                wid=_number(item, numbers),
                phone=whatsapp_address(item.sender),
                message=item.message,
                attachment=item.attachment,
                timestamp=item.created,
            )
            for item in chats
        ]

    async def _async_numbers(self) -> dict[str, str]:
        """Return the numbers of the accounts by their unique ids."""
        accounts = await self._coordinator.async_accounts()
        return {account.unique: number for number, account in accounts.items()}

    async def _async_ussd(self, limit: int) -> Sequence[Message]:
        return [
            UssdMessage(
                id=item.id,
                sim=item.sim,
                device=item.device,
                code=item.code,
                response=item.response,
                timestamp=item.created,
            )
            for item in await self._client.ussd_requests(limit)
        ]

    async def _async_notifications(self, limit: int) -> Sequence[Message]:
        return [
            NotificationMessage(
                id=item.id,
                device=item.device,
                package=item.package,
                title=item.title,
                content=item.content,
                timestamp=item.created,
            )
            for item in await self._client.notifications(limit)
        ]

    async def _async_unknown(self, messages: Iterable[Message]) -> list[Received]:
        """Return what the journal does not have."""
        fetched = [self._received(message) for message in messages]
        records: list[Record] = [
            record_of(
                self._entry.entry_id,
                item.message,
                item.received_at,
                deduplicate=True,
                is_fetched=True,
            )
            for item in fetched
        ]
        query = partial(known_ids, records=records)
        known = await self._hass.async_add_executor_job(
            self._archive.journal.read, query
        )
        return [
            item
            for item, message_id in zip(fetched, known, strict=True)
            if message_id is None
        ]

    def _received(self, message: Message) -> Received:
        """Return a message as one that was just received, or else as a missed one."""
        age = dt_util.utcnow() - _time_of(message)
        if self.polls and age < FRESH:
            return Received(message, now(), is_fetched=True)
        minutes = self._entry.options.get(CONF_DELIVER_MISSED_MINUTES, 0)
        return Received(
            message,
            now(),
            replayed=True,
            is_fetched=True,
            is_only_kept=age >= timedelta(minutes=minutes),
        )


async def _async_enough(
    ask: Callable[[int], Awaitable[Sequence[Message]]], since: datetime
) -> Sequence[Message]:
    """Return the newest messages, back to a time: more are asked for until there are enough."""
    limit = LIMIT
    while True:
        messages = await ask(limit)
        oldest = min(map(_time_of, messages), default=since)
        # Rows that could not be read are left out.
        if 2 * len(messages) < limit or oldest <= since or limit >= MAX_LIMIT:
            return messages
        limit *= 4


def _is_pending(message: Message) -> bool:
    """Return whether it is a USSD code without a response yet."""
    return isinstance(message, UssdMessage) and not message.response


def _number(chat: ReceivedChat, numbers: dict[str, str]) -> str:
    """Return an account as deliveries name it."""
    return numbers.get(chat.account) or whatsapp_address(f"+{chat.account.lstrip('+')}")


def _time_of(message: Message) -> datetime:
    return datetime.fromtimestamp(message.timestamp, UTC)
