"""What is kept of an entry in its journal, and what the user sees of it."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import Final

from sqlalchemy import Connection

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_API_KEY
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .const import CONF_DEDUPLICATE, CONF_KEEP_IGNORED, DOMAIN
from .delivery import Inbox, Received
from .faults import journal_fault
from .journal.batch import note_sent
from .journal.errors import JournalError
from .journal.journal import Journal, JournalFullError, State
from .journal.queries import Total, message_by_id, read_totals, undelivered
from .journal.records import (
    Kept,
    MessageState,
    Outcome,
    Record,
    StoredMessage,
    record_of,
)
from .journal.text_index import TextIndex
from .journals import Journals, database_url
from .senders import Senders

_LOGGER = logging.getLogger(__name__)

COMMIT_SECONDS: Final = 0.15
"""How long a delivery waits for its commit; a slower one no longer holds it up."""
OPEN_SECONDS: Final = 5
"""How long setting up an entry waits for its database."""
REPLAY_PERIOD: Final = timedelta(minutes=10)
"""How old an undelivered message of an earlier start may be to be delivered still."""

_SET_UP: Final = (ConfigEntryState.LOADED, ConfigEntryState.SETUP_IN_PROGRESS)


def away_issue_id(entry_id: str) -> str:
    """Return the id of the repair about a database that is away."""
    return f"journal_away_{entry_id}"


def set_aside_issue_id(entry_id: str) -> str:
    """Return the id of the repair about a corrupt file that was set aside."""
    return f"journal_set_aside_{entry_id}"


@dataclass(slots=True, eq=False)
class _Waiting:
    """A message that waits for its commit, and who waits for the answer."""

    received: Received
    record: Record
    kept: asyncio.Future[Kept]
    answer: asyncio.Future[Kept]
    since: float
    """In the event loop's time."""

    def say(self, answer: Kept) -> None:
        """Answer, if that was not done before."""
        if not self.answer.done():
            self.answer.set_result(answer)


class Archive:
    """Keeps the messages of one entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        journals: Journals,
        inbox: Inbox,
        senders: Senders,
    ) -> None:
        """Open the entry's database in the background."""
        self._hass = hass
        self._entry = entry
        self._journals = journals
        self._inbox = inbox
        self.senders = senders
        self._url = database_url(hass, entry)
        self.journal = self._acquire()
        self.totals: list[Total] | None = None
        """What the entry's sensors show at first; None when the database could not tell."""
        self._waiting: deque[_Waiting] = deque()
        self._is_timed = False
        self._is_unprepared = False
        self._has_replayed = False
        self.has_caught_up = False
        """Whether what was missed before this start has been fetched."""

    def _acquire(self) -> Journal:
        return self._journals.async_acquire(
            self._url, self._entry.entry_id, self._async_changed
        )

    @callback
    def async_close(self) -> None:
        """Let go of the database."""
        self._journals.async_release(self._url, self._entry.entry_id)

    async def async_keep(self, received: Received) -> Kept:
        """Keep a message and pass it on. Returns what the gateway is told.

        Raises JournalFullError when it can neither be kept nor wait for it.
        """
        record = record_of(
            self._entry.entry_id,
            received.message,
            received.received_at,
            deduplicate=self._entry.options.get(CONF_DEDUPLICATE, True),
            is_fetched=received.is_fetched,
            may_be_fetched=CONF_API_KEY in self._entry.data,
        )
        if not await self.senders.async_let_in(received.message, record):
            await self._async_ignore(record)
            return Kept(Outcome.IGNORED)
        if self._inbox.is_full:
            raise JournalFullError
        record.pending = not received.is_only_kept
        received.record = record
        loop = self._hass.loop
        kept = self.journal.add(record)
        waiting = _Waiting(received, record, kept, loop.create_future(), loop.time())
        kept.add_done_callback(partial(self._async_kept, self.journal, waiting))
        self._waiting.append(waiting)
        if not self._is_timed:
            self._async_wait(COMMIT_SECONDS)
        return await waiting.answer

    async def _async_ignore(self, record: Record) -> None:
        """Keep a message of a sender who is not let in, if that is wanted."""
        if not self._entry.options.get(CONF_KEEP_IGNORED):
            return
        record.pending = False
        record.row["state"] = MessageState.IGNORED.value
        with suppress(JournalFullError, TimeoutError):
            async with asyncio.timeout(COMMIT_SECONDS):
                await asyncio.shield(self.journal.add(record))

    async def async_message(self, message_id: int) -> StoredMessage:
        """Return a message that an action names. Raises HomeAssistantError."""
        query = partial(
            message_by_id, entry_id=self._entry.entry_id, message_id=message_id
        )
        try:
            stored = await self._hass.async_add_executor_job(self.journal.read, query)
        except JournalError as error:
            raise journal_fault(error) from error
        if stored is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="message_not_found"
            )
        return stored

    async def async_keep_sent(self, record: Record) -> None:
        """Keep a message that is about to be sent; without the database, it is sent nevertheless."""
        with suppress(JournalFullError, TimeoutError):
            async with asyncio.timeout(OPEN_SECONDS):
                kept = await asyncio.shield(self.journal.add(record))
                record.message_id = kept.message_id

    async def async_note_sent(
        self, record: Record, state: MessageState, gateway_id: int
    ) -> None:
        """Note what became of a message that was sent."""
        record.row |= {"state": state.value, "gateway_id": gateway_id}
        if record.message_id is None:
            # It is still to be written, with this.
            return
        with suppress(JournalError):
            await self.journal.run(
                partial(
                    note_sent,
                    message_id=record.message_id,
                    state=state,
                    gateway_id=gateway_id,
                )
            )

    @callback
    def _async_wait(self, seconds: float) -> None:
        self._is_timed = True
        async_call_later(
            self._hass, seconds, HassJob(self._async_time_up, cancel_on_shutdown=True)
        )

    @callback
    def _async_time_up(self, _now: datetime) -> None:
        """Pass on what has waited too long for its commit, and wait for the next one.

        One timer for all: most commits need none.
        """
        self._is_timed = False
        now = self._hass.loop.time()
        while self._waiting:
            waiting = self._waiting[0]
            # In a busy event loop, a message may be kept in the same turn.
            if not waiting.kept.done():
                left = waiting.since + COMMIT_SECONDS - now
                if left > 0:
                    self._async_wait(left)
                    return
                if not waiting.record.is_repeated:
                    self._async_pass_on(waiting.received)
                waiting.say(Kept(Outcome.QUEUED))
            self._waiting.popleft()

    @callback
    def _async_kept(
        self, journal: Journal, waiting: _Waiting, kept: asyncio.Future[Kept]
    ) -> None:
        """Answer; pass a message on, unless it came before or did not wait for its commit."""
        if kept.cancelled():
            return
        waiting.say(kept.result())
        received = waiting.received
        if kept.result().outcome is Outcome.DUPLICATE:
            self._inbox.async_withdraw(received)
            return
        if journal is self.journal:
            received.message_id = kept.result().message_id
        if received.is_delivered:
            self.async_delivered(received)
        else:
            self._async_pass_on(received)

    @callback
    def _async_pass_on(self, received: Received) -> None:
        if not received.is_passed_on and not received.is_only_kept:
            received.is_passed_on = True
            self._inbox.async_put(received)

    @callback
    def async_delivered(self, received: Received) -> None:
        """Note that a message was delivered."""
        received.is_delivered = True
        message_id = received.message_id
        if message_id is None and received.record is not None:
            message_id = received.record.message_id
            received.record.pending = False
        if message_id is not None:
            self.journal.mark_delivered(self._entry.entry_id, message_id)

    async def async_prepare(self) -> None:
        """Learn what the entry's sensors show at first, and hold what was not delivered.

        Without its database an entry is set up, too, and once more when the database is there.
        """
        self._async_follow_options()
        await self.senders.async_prepare()
        with suppress(TimeoutError):
            async with asyncio.timeout(OPEN_SECONDS):
                await asyncio.shield(self.journal.opened)
        try:
            totals, missed = await self.journal.run(self._read)
        except JournalError:
            self.totals = None
            self._is_unprepared = True
            return
        self._is_unprepared = False
        if not self._has_replayed:
            self._has_replayed = True
            self._inbox.async_put_first(
                [
                    Received(
                        item.message,
                        item.received_at,
                        replayed=True,
                        message_id=item.id,
                        is_passed_on=True,
                    )
                    for item in missed
                    if dt_util.utcnow() - item.received_at < REPLAY_PERIOD
                ]
            )
        self.totals = totals

    def _read(
        self, connection: Connection, _index: TextIndex
    ) -> tuple[list[Total], list[StoredMessage]]:
        entry_id = self._entry.entry_id
        return (
            read_totals(connection, entry_id),
            undelivered(connection, entry_id, self.journal.last_id),
        )

    @callback
    def _async_follow_options(self) -> None:
        """Use another database if the options say so; the old one stays as it is."""
        if (url := database_url(self._hass, self._entry)) != self._url:
            closing = self._journals.async_release(self._url, self._entry.entry_id)
            self._url = url
            self._has_replayed = True
            self.journal = self._acquire()
            if closing is not None:
                closing.add_done_callback(self._async_carry_over)
            for received in self._inbox:
                # It was another journal's.
                received.message_id = None
                if received.record is not None:
                    received.record.message_id = None

    @callback
    def _async_carry_over(self, closed: asyncio.Task[list[Record]]) -> None:
        """Keep in the new database what the old one did not take."""
        for record in closed.result():
            with suppress(JournalFullError):
                self.journal.add(record)

    @callback
    def _async_changed(self) -> None:
        """Raise a repair while the database is away, and catch up when it is back."""
        if self._hass.is_stopping:
            return
        entry_id = self._entry.entry_id
        if self.journal.state is State.AWAY and self.journal.problem:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                away_issue_id(entry_id),
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key=f"journal_{self.journal.problem}",
                translation_placeholders={"title": self._entry.title},
            )
        if self.journal.state is not State.READY:
            return
        ir.async_delete_issue(self._hass, DOMAIN, away_issue_id(entry_id))
        if self.journal.set_aside is not None:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                set_aside_issue_id(entry_id),
                data={"entry_id": entry_id},
                is_fixable=True,
                is_persistent=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key="journal_set_aside",
                translation_placeholders={
                    "title": self._entry.title,
                    "path": str(self.journal.set_aside),
                },
            )
        if self._is_unprepared and self._entry.state in _SET_UP:
            self._is_unprepared = False
            self._hass.config_entries.async_schedule_reload(entry_id)
