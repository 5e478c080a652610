"""The thread that writes a journal: one transaction after the other, through outages."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
import logging
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from .backlog import Backlog, Job, Queued
from .batch import Digests, Ledger, Written, latest_digests, write
from .engine import lets_two_write, open_engine, prepare, set_aside
from .errors import JournalError, Problem, is_refusal, problem_of
from .text_index import TextIndex

_LOGGER = logging.getLogger(__name__)

MAX_BATCH: Final = 500
_MAX_REFUSALS: Final = 10
"""How often a record may be refused, on its own, before the journal does without it."""
RETRY_SECONDS: Final = (1, 2, 5, 10, 30)
TIDY_AFTER: Final = 16
"""After how many changes the text index is tidied, bit by bit, while nothing comes."""
MAX_ADDITIONS: Final = 250
"""After how many additions to it, of many messages each, it is tidied although something comes."""
IDLE_SECONDS: Final = 0.1
"""After how long nothing comes."""
NOTE_SECONDS: Final = 1.0
"""How long counts, notes of what was delivered, and the index of texts may wait for a message to be written with."""
MAX_NOT_INDEXED: Final = 50
"""How many messages may wait for the index of texts: so many take a few milliseconds."""


class Listener(Protocol):
    """Is told in the event loop what the writer did."""

    def on_opened(self, last_id: int, latest: Sequence[Digests]) -> None:
        """The database is there, with this last message; `latest` recognises the latest ones."""

    def on_written(self, queued: Sequence[Queued], written: Sequence[Written]) -> None:
        """Records are committed."""

    def on_not_written(self, queued: Sequence[Queued]) -> None:
        """The database does not take these records."""

    def on_away(self, problem: Problem, waiting: Sequence[Queued]) -> None:
        """The database is away; these records wait for it."""

    def on_set_aside(self, aside: Path | None) -> None:
        """A corrupt file is somewhere else now."""

    def on_untidy(self) -> None:
        """The text index is to be tidied beside the writer."""

    def on_ended(self, waiting: Sequence[Queued]) -> None:
        """The thread has ended, without these records."""


class Writer:
    """Works off a backlog. What it does takes one short transaction each, so that no message waits long for another."""

    def __init__(
        self,
        url: str,
        loop: asyncio.AbstractEventLoop,
        backlog: Backlog,
        listener: Listener,
        *,
        latest: int,
    ) -> None:
        """Open the database in a thread; of so many of the latest messages, the listener is told what recognises them."""
        self._url = url
        self._loop = loop
        self._backlog = backlog
        self._listener = listener
        self._latest = latest
        self.engine: Engine | None = None
        self.index: TextIndex | None = None
        self._connection: Connection | None = None
        self._ledger: Ledger | None = None
        self._opened_with: tuple[int, list[Digests]] | None = None
        self._batch_size = MAX_BATCH
        self._next_notes = 0.0
        self._untidy = 0
        self._additions = 0
        self._is_idle = False
        self._failures = 0
        self._refusals = 0
        self._logged: Problem | None = None
        self._has_tried_last = False
        self._thread = Thread(target=self._run, name="zender journal", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def _run(self) -> None:
        while self._wait_for_work():
            try:
                self._open()
                self._write()
                self._announce()
                self._do_what_may_wait()
            except Exception as error:  # noqa: BLE001 - drivers raise what they like
                if is_refusal(error) and self._ledger is not None and self._backlog:
                    self._refused()
                else:
                    self._failed(error)
        self._end()

    def _wait_for_work(self) -> bool:
        """Return False when all is done."""
        if self._failures:
            pause = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]
            if not self._backlog.wait_for_end(pause):
                return True
            is_last_try = bool(self._backlog) and not self._has_tried_last
            self._has_tried_last = True
            return is_last_try
        self._is_idle = self._ledger is not None and not self._backlog.wait(
            self._patience
        )
        return not self._backlog.is_closing or bool(self._backlog) or self._has_notes

    def _patience(self) -> float | None:
        """Return how many seconds nothing may come until there is something else to do."""
        if self._untidy >= TIDY_AFTER:
            return IDLE_SECONDS
        return NOTE_SECONDS if self._has_notes else None

    @property
    def _has_notes(self) -> bool:
        """Whether something is to be stored that nobody waits for."""
        return self._backlog.has_delivered or (
            self._ledger is not None and self._ledger.has_notes
        )

    def _open(self) -> None:
        if self._ledger is not None:
            return
        self.engine = self.engine or open_engine(self._url)
        self.index = self.index or prepare(self.engine)
        self._connection = self._connection or self.engine.connect()
        with self._connection.begin():
            self._ledger = Ledger.read(self._connection, self.index)
            latest = latest_digests(self._connection, self._latest)
        self._opened_with = (self._ledger.next_message_id - 1, latest)

    def _announce(self) -> None:
        """Say that the database is there: when it was read, and took what waited."""
        if self._opened_with is not None:
            self._in_loop(self._listener.on_opened, *self._opened_with)
            self._opened_with = None

    def _write(self) -> None:
        """Write the records that wait, and now and then the notes with them."""
        assert self._ledger is not None
        assert self.index is not None
        assert self._connection is not None
        queued = self._backlog.first(self._batch_size)
        has_notes = self._notes_are_due(queued)
        delivered = self._backlog.delivered() if has_notes else {}
        if not queued and not has_notes:
            self._failures = 0
            return
        with self._connection.begin():
            records = [item.record for item in queued]
            written = write(self._connection, self._ledger, self.index, records)
            if has_notes:
                self._store_notes(self._connection, delivered)
            if not self.index.is_deferred:
                self._untidy += 1
        self._backlog.remove_first(len(queued))
        self._backlog.remove_delivered(delivered)
        self._batch_size = min(2 * self._batch_size, MAX_BATCH)
        self._failures = self._refusals = 0
        self._logged = None
        self._in_loop(self._listener.on_written, queued, written)

    def _notes_are_due(self, queued: Sequence[Queued]) -> bool:
        """Return whether notes are to be stored: a job needs them to be."""
        assert self._ledger is not None
        now = monotonic()
        may_wait = (
            len(self._ledger.not_indexed) < MAX_NOT_INDEXED
            and not self._backlog.has_jobs
        )
        if not self._has_notes or (queued and may_wait and now < self._next_notes):
            return False
        self._next_notes = now + NOTE_SECONDS
        return True

    def _store_notes(
        self, connection: Connection, delivered: Mapping[str, int]
    ) -> None:
        assert self._ledger is not None
        assert self.index is not None
        self._ledger.store_delivered(connection, delivered)
        self._ledger.store_counts(connection)
        if self._ledger.add_to_index(connection, self.index):
            self._untidy += 1
            self._additions += 1

    def _do_what_may_wait(self) -> None:
        """Do one more thing, not two: the next message goes before the next thing."""
        assert self._ledger is not None
        if not self._ledger.has_notes and (job := self._backlog.next_job()):
            self._run_job(job)
        elif self._untidy >= TIDY_AFTER and self._tidies_aside:
            self._untidy = 0
            self._in_loop(self._listener.on_untidy)
        elif self._additions >= MAX_ADDITIONS or (
            self._untidy >= TIDY_AFTER and self._is_idle
        ):
            self._tidy()

    def _run_job(self, job: Job) -> None:
        assert self.index is not None
        assert self._connection is not None
        if job.done.cancelled():
            return
        try:
            with self._connection.begin():
                result = job.work(self._connection, self.index)
            self._untidy += 1
            if job.changes_ledger:
                self._ledger = None
        except Exception as error:  # noqa: BLE001
            self._ledger = None
            self._in_loop(_finish, job.done, None, _as_journal_error(error))
        else:
            self._in_loop(_finish, job.done, result, None)

    @property
    def _tidies_aside(self) -> bool:
        assert self.engine is not None
        return lets_two_write(self.engine)

    def _tidy(self) -> None:
        """Put a bit of the text index in order."""
        assert self.index is not None
        assert self._connection is not None
        with self._connection.begin():
            has_more = self.index.tidy(self._connection, at_leisure=self._is_idle)
        if not has_more:
            self._additions = 0
            if self._is_idle:
                self._untidy = 0

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
        self._in_loop(self._listener.on_not_written, self._backlog.remove_first(1))

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
        if problem is Problem.CORRUPT and self.engine is not None:
            with suppress(OSError):
                aside = set_aside(self.engine, datetime.now(UTC))
                self._in_loop(self._listener.on_set_aside, aside)
                self.index = None
        # In case it was too much at once.
        self._batch_size = 1
        waiting = self._backlog.first(len(self._backlog))
        self._in_loop(self._listener.on_away, problem, waiting)
        self._give_up_jobs(problem)

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
            if self.engine is not None:
                self.engine.dispose()
        self._give_up_jobs(Problem.UNREACHABLE)
        waiting = self._backlog.first(len(self._backlog))
        self._in_loop(self._listener.on_ended, waiting)

    def _give_up_jobs(self, problem: Problem) -> None:
        """Let nobody wait for work that will not be done."""
        for job in self._backlog.remove_jobs():
            self._in_loop(_finish, job.done, None, JournalError(problem))

    def _in_loop(self, callback: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(callback, *arguments)


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
