"""The journal: one thread that writes, kept up through outages."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
import logging
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from .batch import Digests, Ledger, Written, latest_digests, write
from .engine import (
    begin_aside,
    dialect_of,
    lets_two_write,
    open_engine,
    prepare,
    set_aside,
)
from .errors import JournalError, Problem, is_refusal, problem_of
from .recent import Recent
from .records import Record
from .text_index import TextIndex

_LOGGER = logging.getLogger(__name__)

MAX_BATCH: Final = 500
MAX_QUEUED: Final = 20_000
"""Records that wait in memory while the database is away."""
MAX_RECENT: Final = 2_000
"""How many of the latest records are recognised before the database is asked."""
_MAX_REFUSALS: Final = 10
"""How often a record may be refused, on its own, before the journal does without it."""
RETRY_SECONDS: Final = (1, 2, 5, 10, 30)
TIDY_AFTER: Final = 16
"""After how many transactions the text index is tidied, bit by bit, while nothing comes."""
MAX_UNTIDY: Final = 500
"""After how many it is tidied although something comes."""
UNTIDY_BETWEEN: Final = 3
"""How many go then between one bit and the next: fewer than what is worth tidying of itself."""
IDLE_SECONDS: Final = 0.1
"""After how long nothing comes."""
NOTE_SECONDS: Final = 1.0
"""How long counts, notes of what was delivered, and the index of texts may wait for a message to be written with."""
MAX_NOT_INDEXED: Final = 50
"""How many messages may wait for the index of texts: so many take a few milliseconds."""


class State(StrEnum):
    """How the database is."""

    OPENING = "opening"
    READY = "ready"
    AWAY = "away"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What became of a record: the `result` of the webhook's answer."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUEUED = "queued"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to a record."""

    outcome: Outcome
    message_id: int | None = None


class JournalFullError(Exception):
    """No room to queue another record."""


@dataclass(slots=True)
class _Queued:
    record: Record
    kept: asyncio.Future[Kept]
    """Resolved when the record is committed, or at once when the database is away."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Connection, TextIndex], Any]
    done: asyncio.Future[Any]
    """Resolved after the records that were written before: both in the event loop, one after the other."""
    changes_ledger: bool
    after: int
    """How many records are to be written before: all that came earlier."""


def _as_journal_error(error: Exception) -> Exception:
    """Return what is wrong with the database; what is wrong with the program stays as it is."""
    return JournalError(problem_of(error)) if isinstance(error, DBAPIError) else error


def _finish(done: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    """Hand over what came of a job, if somebody still waits for it."""
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)


class Journal:
    """Keeps messages in a database. Its methods belong to the event loop unless they say otherwise."""

    def __init__(
        self, url: str, loop: asyncio.AbstractEventLoop, on_change: Callable[[], None]
    ) -> None:
        """Open the database in the background; `on_change` is called when its state changes."""
        self._url = url
        self._loop = loop
        self._on_change = on_change
        self.state = State.OPENING
        self.problem: Problem | None = None
        self.last_problem: Problem | None = None
        """What was wrong the last time, even if it is no longer."""
        self.dialect = dialect_of(url)
        self.set_aside: Path | None = None
        self._engine: Engine | None = None
        self._index: TextIndex | None = None
        self._ledger: Ledger | None = None
        self._work = Condition()
        self._queue: deque[_Queued] = deque()
        self._added = 0
        self._done_with = 0
        self._jobs: deque[_Job] = deque()
        self._delivered: dict[str, int] = {}
        self._is_waking = False
        self._closing = False
        self._connection: Connection | None = None
        self._batch_size = MAX_BATCH
        self._untidy = 0
        self._is_idle = False
        self._failures = 0
        self._refusals = 0
        self._logged: Problem | None = None
        self._opened_with: tuple[int, list[Digests]] | None = None
        self._has_tried_last = False
        self._was_opened = False
        self._next_notes = 0.0
        self._recent = Recent(MAX_RECENT)
        self._aside: set[asyncio.Future[Any]] = set()
        self._tidying: asyncio.Future[Any] | None = None
        self.opened: asyncio.Future[bool] = loop.create_future()
        """Whether the first attempt to open the database was a success."""
        self.last_id = 0
        """The last message that an earlier journal wrote."""
        self._thread = Thread(target=self._run, name="zender journal", daemon=True)
        self._thread.start()

    def __len__(self) -> int:
        """Return how many records wait to be written."""
        return len(self._queue)

    def add(self, record: Record) -> asyncio.Future[Kept]:
        """Keep a record. Raises JournalFullError."""
        if self._closing or len(self) >= MAX_QUEUED:
            raise JournalFullError
        kept: asyncio.Future[Kept] = self._loop.create_future()
        record.is_repeated = self._recent.is_repeated(record)
        if self.state is State.AWAY:
            if record.is_repeated:
                kept.set_result(Kept(Outcome.DUPLICATE))
                return kept
            kept.set_result(Kept(Outcome.QUEUED))
        with self._work:
            self._queue.append(_Queued(record, kept))
            self._added += 1
        if not self._is_waking:
            # What comes in the same turn of the event loop is written in the same transaction.
            self._is_waking = True
            self._loop.call_soon(self._wake)
        return kept

    def _wake(self) -> None:
        self._is_waking = False
        with self._work:
            self._work.notify()

    def mark_delivered(self, entry_id: str, message_id: int) -> None:
        """Note that an entry's messages up to this one were delivered."""
        with self._work:
            if message_id > self._delivered.get(entry_id, 0):
                self._delivered[entry_id] = message_id
                if len(self._delivered) == 1:
                    self._work.notify()

    async def run[T](
        self,
        work: Callable[[Connection, TextIndex], T],
        *,
        changes_ledger: bool = False,
    ) -> T:
        """Change the database in a transaction between two batches, on the writer's thread.

        All records that were added before are written before. Keep it short: messages wait meanwhile. Raises JournalError.
        """
        self._require_ready()
        done: asyncio.Future[T] = self._loop.create_future()
        with self._work:
            self._jobs.append(_Job(work, done, changes_ledger, self._added))
            self._work.notify()
        return await done

    async def run_aside[T](self, work: Callable[[Connection, TextIndex], T]) -> T:
        """Change the database when nobody waits for it: beside the writer, if the engine lets both write.

        It may be lost if the power fails now, and must not change what the ledger knows. Raises JournalError.
        """
        self._require_ready()
        assert self._engine is not None
        if not lets_two_write(self._engine):
            return await self.run(work)
        return await self._start_aside(work)

    def _start_aside[T](
        self, work: Callable[[Connection, TextIndex], T]
    ) -> asyncio.Future[T]:
        started = self._loop.run_in_executor(None, self._change_aside, work)
        self._aside.add(started)
        started.add_done_callback(self._aside.discard)
        return started

    def _require_ready(self) -> None:
        if self._closing or self.state is not State.READY:
            raise JournalError(self.problem or Problem.UNREACHABLE)

    def read[T](self, work: Callable[[Connection, TextIndex], T]) -> T:
        """Read from the database, in any thread but the event loop's. Raises JournalError."""
        return self._work_in(Engine.connect, work)

    def _change_aside[T](self, work: Callable[[Connection, TextIndex], T]) -> T:
        return self._work_in(begin_aside, work)

    def _work_in[T](
        self,
        begin: Callable[[Engine], AbstractContextManager[Connection]],
        work: Callable[[Connection, TextIndex], T],
    ) -> T:
        if self._engine is None or self._index is None:
            raise JournalError(self.problem or Problem.UNREACHABLE)
        try:
            with begin(self._engine) as connection:
                return work(connection, self._index)
        except DBAPIError as error:
            raise JournalError(problem_of(error)) from error

    async def close(self) -> list[Record]:
        """Write what waits, as far as the database takes it, and end. Returns what it did not take."""
        with self._work:
            self._closing = True
            self._work.notify()
        await asyncio.gather(*self._aside, return_exceptions=True)
        await self._loop.run_in_executor(None, self._thread.join)
        return [item.record for item in self._queue]

    # The writer's thread

    def _run(self) -> None:
        while self._wait_for_work():
            try:
                self._open()
                self._write()
                self._announce()
                self._run_job()
                self._tidy()
            except Exception as error:  # noqa: BLE001 - drivers raise what they like
                if is_refusal(error) and self._ledger is not None and self._queue:
                    self._refused()
                else:
                    self._failed(error)
        self._end()

    def _wait_for_work(self) -> bool:
        """Return False when all is done."""
        with self._work:
            if self._failures:
                pause = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]
                self._work.wait_for(lambda: self._closing, pause)
                if not self._closing:
                    return True
                is_last_try = bool(self._queue) and not self._has_tried_last
                self._has_tried_last = True
                return is_last_try
            self._is_idle = False
            while self._ledger and not (self._queue or self._jobs or self._closing):
                if not self._work.wait(self._patience):
                    self._is_idle = True
                    break
            return not self._closing or bool(self._queue) or self._has_notes

    @property
    def _patience(self) -> float | None:
        """How many seconds nothing may come until there is something else to do."""
        if self._untidy >= TIDY_AFTER:
            return IDLE_SECONDS
        return NOTE_SECONDS if self._has_notes else None

    @property
    def _has_notes(self) -> bool:
        """Whether something is to be stored that nobody waits for."""
        return bool(
            self._delivered
            or (self._ledger and (self._ledger.dirty or self._ledger.not_indexed))
        )

    def _open(self) -> None:
        if self._ledger is not None:
            return
        self._engine = self._engine or open_engine(self._url)
        self._index = self._index or prepare(self._engine)
        self._connection = self._connection or self._engine.connect()
        with self._connection.begin():
            self._ledger = Ledger.read(self._connection, self._index)
            latest = latest_digests(self._connection, MAX_RECENT)
        self._opened_with = (self._ledger.next_message_id - 1, latest)

    def _announce(self) -> None:
        """Say that the database is there: when it was read, and took what waited."""
        if self._opened_with is not None:
            self._in_loop(self._opened, *self._opened_with)
            self._opened_with = None

    def _write(self) -> None:
        assert self._ledger is not None
        assert self._index is not None
        assert self._connection is not None
        with self._work:
            queued = list(islice(self._queue, self._batch_size))
            delivered = dict(self._delivered) if self._notes_are_due(queued) else None
        if not queued and delivered is None:
            self._failures = 0
            return
        with self._connection.begin():
            records = [item.record for item in queued]
            written = write(self._connection, self._ledger, self._index, records)
            if delivered is not None:
                self._ledger.store_delivered(self._connection, delivered)
                self._store_notes(self._connection)
            if not self._index.is_deferred:
                self._untidy += 1
        with self._work:
            for _ in queued:
                self._queue.popleft()
            self._done_with += len(queued)
            for entry_id, message_id in (delivered or {}).items():
                if self._delivered[entry_id] == message_id:
                    del self._delivered[entry_id]
        self._batch_size = min(2 * self._batch_size, MAX_BATCH)
        self._failures = self._refusals = 0
        self._logged = None
        self._in_loop(self._written, queued, written)

    def _notes_are_due(self, queued: Sequence[_Queued]) -> bool:
        assert self._ledger is not None
        now = monotonic()
        may_wait = len(self._ledger.not_indexed) < MAX_NOT_INDEXED
        if not self._has_notes or (queued and may_wait and now < self._next_notes):
            return False
        self._next_notes = now + NOTE_SECONDS
        return True

    def _store_notes(self, connection: Connection) -> None:
        assert self._index is not None
        assert self._ledger is not None
        self._ledger.store_counts(connection)
        if self._ledger.add_to_index(connection, self._index):
            self._untidy += 1

    def _run_job(self) -> None:
        assert self._index is not None
        assert self._connection is not None
        with self._work:
            if not self._jobs or self._jobs[0].after > self._done_with:
                return
            job = self._jobs.popleft()
        if job.done.cancelled():
            return
        assert self._ledger is not None
        try:
            # In a transaction of its own: within one, no job could write SQLite's log back.
            with self._connection.begin():
                self._store_notes(self._connection)
            with self._connection.begin():
                result = job.work(self._connection, self._index)
            self._untidy += 1
            if job.changes_ledger:
                self._ledger = None
        except Exception as error:  # noqa: BLE001
            self._ledger = None
            self._in_loop(_finish, job.done, None, _as_journal_error(error))
        else:
            self._in_loop(_finish, job.done, result, None)

    def _tidy(self) -> None:
        """Keep the text index in order: while nothing comes, or else before there is too much to do."""
        assert self._engine is not None
        if lets_two_write(self._engine):
            if self._untidy >= TIDY_AFTER:
                self._untidy = 0
                self._in_loop(self._tidy_aside)
            return
        if self._untidy < (TIDY_AFTER if self._is_idle else MAX_UNTIDY):
            return
        assert self._index is not None
        assert self._connection is not None
        with self._connection.begin():
            has_more = self._index.tidy(self._connection)
        self._untidy = min(self._untidy, MAX_UNTIDY - UNTIDY_BETWEEN) if has_more else 0

    def _refused(self) -> None:
        """Find the record that the database does not take, and do without it: the others must not wait."""
        self._ledger = None
        if self._batch_size > 1:
            self._batch_size //= 2
            return
        self._refusals += 1
        if self._refusals < _MAX_REFUSALS:
            return
        self._refusals = 0
        with self._work:
            refused = [self._queue.popleft()]
            self._done_with += 1
        self._in_loop(self._resolve_as_queued, refused)

    def _failed(self, error: Exception) -> None:
        """Give up the connection, let nobody wait, and try again later."""
        problem = problem_of(error)
        self._log(problem, error)
        self._failures += 1
        self._ledger = None
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
            self._connection = None
        if problem is Problem.CORRUPT and self._engine is not None:
            with suppress(OSError):
                self._in_loop(
                    self._was_set_aside, set_aside(self._engine, datetime.now(UTC))
                )
                self._index = None
        with self._work:
            # In case it was too much at once.
            self._batch_size = 1
            waiting = list(self._queue)
            jobs, self._jobs = self._jobs, deque()
        self._give_up(jobs, problem)
        self._in_loop(self._went_away, problem, waiting)

    def _log(self, problem: Problem, error: Exception) -> None:
        """Log what is wrong, once; what the error says may hold what is private."""
        if problem is not self._logged:
            self._logged = problem
            cause = error.orig if isinstance(error, DBAPIError) else error
            _LOGGER.warning(
                "The message database is away: %s (%s)", problem, type(cause).__name__
            )

    def _end(self) -> None:
        with suppress(Exception):
            if self._connection is not None:
                self._connection.close()
            if self._engine is not None:
                self._engine.dispose()
        with self._work:
            waiting, jobs = list(self._queue), list(self._jobs)
        self._give_up(jobs, Problem.UNREACHABLE)
        self._in_loop(self._closed, waiting)

    def _give_up(self, jobs: Iterable[_Job], problem: Problem) -> None:
        """Let nobody wait for work that will not be done."""
        for job in jobs:
            self._in_loop(_finish, job.done, None, JournalError(problem))

    def _in_loop(self, callback: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(callback, *arguments)

    # Back in the event loop

    def _opened(self, last_id: int, latest: Sequence[Digests]) -> None:
        if not self._was_opened:
            self._was_opened = True
            self.last_id = last_id
            self._recent.remember_older(latest)
        if not self.opened.done():
            self.opened.set_result(True)
        self._change(State.READY, None)

    def _written(self, queued: Sequence[_Queued], written: Sequence[Written]) -> None:
        for item, where in zip(queued, written, strict=True):
            item.record.message_id = where.message_id
            if not item.kept.done():
                outcome = Outcome.DUPLICATE if where.is_duplicate else Outcome.ACCEPTED
                item.kept.set_result(Kept(outcome, where.message_id))

    def _tidy_aside(self) -> None:
        """Keep the text index in order beside the writer; the next time is soon enough for what goes wrong."""
        if self._closing or self._tidying is not None:
            return
        self._tidying = self._start_aside(
            lambda connection, index: index.tidy(connection)
        )
        self._tidying.add_done_callback(self._tidied)

    def _tidied(self, tidying: asyncio.Future[Any]) -> None:
        self._tidying = None
        if not tidying.cancelled() and (error := tidying.exception()):
            _LOGGER.debug("The text index was not tidied: %s", type(error).__name__)

    def _resolve_as_queued(self, waiting: Sequence[_Queued]) -> None:
        for item in waiting:
            if not item.kept.done():
                item.kept.set_result(Kept(Outcome.QUEUED))

    def _went_away(self, problem: Problem, waiting: Sequence[_Queued]) -> None:
        self._resolve_as_queued(waiting)
        if not self.opened.done():
            self.opened.set_result(False)
        self._change(State.AWAY, problem)

    def _was_set_aside(self, aside: Path | None) -> None:
        self.set_aside = aside

    def _closed(self, waiting: Sequence[_Queued]) -> None:
        self._resolve_as_queued(waiting)
        if not self.opened.done():
            self.opened.set_result(False)
        self._change(State.CLOSED, self.problem)

    def _change(self, state: State, problem: Problem | None) -> None:
        if (state, problem) != (self.state, self.problem):
            self.state, self.problem = state, problem
            self.last_problem = problem or self.last_problem
            self._on_change()
