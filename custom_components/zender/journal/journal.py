"""The journal: keeps messages in a database; while it is away, they wait in memory."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
import logging
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from .backlog import Backlog, Queued, Work
from .batch import Digests, Written
from .engine import begin_aside, dialect_of, lets_two_write
from .errors import JournalError, Problem, problem_of
from .recent import Recent
from .records import Kept, Outcome, Record
from .settling import Settling
from .writer import Writer

_LOGGER = logging.getLogger(__name__)

MAX_QUEUED: Final = 20_000
"""Records that wait in memory while the database is away."""
MAX_RECENT: Final = 2_000
"""How many of the latest records are recognised before the database is asked."""


class State(StrEnum):
    """How the database is."""

    OPENING = "opening"
    READY = "ready"
    AWAY = "away"
    CLOSED = "closed"


class JournalFullError(Exception):
    """No room to queue another record."""


class Journal:
    """Keeps messages in a database. Its methods belong to the event loop unless they say otherwise."""

    def __init__(
        self, url: str, loop: asyncio.AbstractEventLoop, on_change: Callable[[], None]
    ) -> None:
        """Open the database in the background; `on_change` is called when its state changes."""
        self._loop = loop
        self._on_change = on_change
        self.state = State.OPENING
        self.problem: Problem | None = None
        self.last_problem: Problem | None = None
        """What was wrong the last time, even if it is no longer."""
        self.dialect = dialect_of(url)
        self.set_aside: Path | None = None
        self.opened: asyncio.Future[bool] = loop.create_future()
        """Whether the first attempt to open the database was a success."""
        self.last_id = 0
        """The last message that an earlier journal wrote."""
        self._was_opened = False
        self._recent = Recent(MAX_RECENT)
        self._aside: set[asyncio.Future[Any]] = set()
        self._tidying: asyncio.Future[Any] | None = None
        self._backlog = Backlog(loop)
        self._settling = Settling(loop, self._backlog.mark_delivered)
        self._writer = Writer(url, loop, self._backlog, self, latest=MAX_RECENT)

    def __len__(self) -> int:
        """Return how many records wait to be written."""
        return len(self._backlog)

    def add(self, record: Record) -> asyncio.Future[Kept]:
        """Keep a record. Raises JournalFullError."""
        if self._backlog.is_closing or len(self) >= MAX_QUEUED:
            raise JournalFullError
        kept: asyncio.Future[Kept] = self._loop.create_future()
        record.is_repeated = self._recent.is_repeated(record)
        if self.state is State.AWAY:
            if record.is_repeated:
                kept.set_result(Kept(Outcome.DUPLICATE))
                return kept
            kept.set_result(Kept(Outcome.QUEUED))
        self._backlog.add(Queued(record, kept))
        return kept

    def mark_delivered(self, entry_id: str, message_id: int) -> None:
        """Note that an entry's messages up to this one were delivered."""
        self._settling.add(entry_id, message_id)
        if self._backlog.is_closing:
            self._settling.flush()

    async def run[T](self, work: Work[T], *, changes_ledger: bool = False) -> T:
        """Change the database in a transaction between two batches, on the writer's thread.

        All records that were added before are written before, and what was delivered is noted. Keep it short: messages
        wait meanwhile. Raises JournalError.
        """
        self._require_ready()
        self._settling.flush()
        return await self._backlog.do(work, changes_ledger=changes_ledger)

    async def run_aside[T](self, work: Work[T]) -> T:
        """Change the database when nobody waits for it: beside the writer, if the engine lets both write.

        It may be lost if the power fails now, and must not change what the ledger knows. Raises JournalError.
        """
        self._require_ready()
        assert self._writer.engine is not None
        if not lets_two_write(self._writer.engine):
            return await self.run(work)
        return await self._start_aside(work)

    def _start_aside[T](self, work: Work[T]) -> asyncio.Future[T]:
        started = self._loop.run_in_executor(None, self._change_aside, work)
        self._aside.add(started)
        started.add_done_callback(self._aside.discard)
        return started

    def _require_ready(self) -> None:
        if self._backlog.is_closing or self.state is not State.READY:
            raise JournalError(self.problem or Problem.UNREACHABLE)

    def read[T](self, work: Work[T]) -> T:
        """Read from the database, in any thread but the event loop's. Raises JournalError."""
        return self._work_in(Engine.connect, work)

    def _change_aside[T](self, work: Work[T]) -> T:
        return self._work_in(begin_aside, work)

    def _work_in[T](
        self,
        begin: Callable[[Engine], AbstractContextManager[Connection]],
        work: Work[T],
    ) -> T:
        engine, index = self._writer.engine, self._writer.index
        if engine is None or index is None:
            raise JournalError(self.problem or Problem.UNREACHABLE)
        try:
            with begin(engine) as connection:
                return work(connection, index)
        except DBAPIError as error:
            raise JournalError(problem_of(error)) from error

    async def close(self) -> list[Record]:
        """Write what waits, as far as the database takes it, and end. Returns what it did not take."""
        self._settling.flush()
        self._backlog.close()
        await asyncio.gather(*self._aside, return_exceptions=True)
        await self._loop.run_in_executor(None, self._writer.join)
        return [item.record for item in self._backlog.first(len(self))]

    # What the writer says

    def on_opened(self, last_id: int, latest: Sequence[Digests]) -> None:
        """Be ready."""
        if not self._was_opened:
            self._was_opened = True
            self.last_id = last_id
            self._recent.remember_older(latest)
        if not self.opened.done():
            self.opened.set_result(True)
        self._change(State.READY, None)

    def on_written(self, queued: Sequence[Queued], written: Sequence[Written]) -> None:
        """Answer."""
        for item, where in zip(queued, written, strict=True):
            item.record.message_id = where.message_id
            if not item.kept.done():
                outcome = Outcome.DUPLICATE if where.is_duplicate else Outcome.ACCEPTED
                item.kept.set_result(Kept(outcome, where.message_id))

    def on_untidy(self) -> None:
        """Tidy the text index; the next time is soon enough for what goes wrong."""
        if self._backlog.is_closing or self._tidying is not None:
            return
        self._tidying = self._start_aside(
            lambda connection, index: index.tidy(connection, at_leisure=True)
        )
        self._tidying.add_done_callback(self._tidied)

    def _tidied(self, tidying: asyncio.Future[Any]) -> None:
        self._tidying = None
        if not tidying.cancelled() and (error := tidying.exception()):
            _LOGGER.debug("The text index was not tidied: %s", type(error).__name__)

    def on_not_written(self, queued: Sequence[Queued]) -> None:
        """Let nobody wait."""
        for item in queued:
            if not item.kept.done():
                item.kept.set_result(Kept(Outcome.QUEUED))

    def on_away(self, problem: Problem, waiting: Sequence[Queued]) -> None:
        """Let nobody wait until the database is back."""
        self.on_not_written(waiting)
        if not self.opened.done():
            self.opened.set_result(False)
        self._change(State.AWAY, problem)

    def on_set_aside(self, aside: Path | None) -> None:
        """Remember where the corrupt file is."""
        self.set_aside = aside

    def on_ended(self, waiting: Sequence[Queued]) -> None:
        """Let nobody wait for the next start."""
        self.on_not_written(waiting)
        if not self.opened.done():
            self.opened.set_result(False)
        self._change(State.CLOSED, self.problem)

    def _change(self, state: State, problem: Problem | None) -> None:
        if (state, problem) != (self.state, self.problem):
            self.state, self.problem = state, problem
            self.last_problem = problem or self.last_problem
            self._on_change()
