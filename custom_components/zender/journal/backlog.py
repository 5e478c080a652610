"""What waits for the thread that writes: records, jobs, and notes of what was delivered."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from threading import Condition
from typing import Any

from sqlalchemy import Connection

from .records import Kept, Record
from .text_index import TextIndex

type Work[T] = Callable[[Connection, TextIndex], T]
"""What is done in a transaction."""


@dataclass(slots=True)
class Queued:
    """A record that waits to be written."""

    record: Record
    kept: asyncio.Future[Kept]
    """Resolved when the record is committed, or at once when the database is away."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done in a transaction of its own."""

    work: Work[Any]
    done: asyncio.Future[Any]
    """Resolved after the records that were written before: both in the event loop, one after the other."""
    changes_ledger: bool
    after: int
    """How many records are to be written before: all that came earlier."""


class Backlog:
    """Filled by the event loop, worked off by the thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin without anything."""
        self._loop = loop
        self._changed = Condition()
        self._queue: deque[Queued] = deque()
        self._added = 0
        self._jobs: deque[Job] = deque()
        self._delivered: dict[str, int] = {}
        self._is_waking = False
        self.is_closing = False

    def __len__(self) -> int:
        """Return how many records wait to be written."""
        return len(self._queue)

    # In the event loop

    def add(self, queued: Queued) -> None:
        """Let a record be written; what comes in the same turn of the event loop, in the same transaction."""
        with self._changed:
            self._queue.append(queued)
            self._added += 1
        if not self._is_waking:
            self._is_waking = True
            self._loop.call_soon(self._wake)

    def _wake(self) -> None:
        self._is_waking = False
        with self._changed:
            self._changed.notify()

    def do[T](self, work: Work[T], *, changes_ledger: bool) -> asyncio.Future[T]:
        """Let something be done when all records that were added before are written."""
        done: asyncio.Future[T] = self._loop.create_future()
        with self._changed:
            self._jobs.append(Job(work, done, changes_ledger, self._added))
            self._changed.notify()
        return done

    def mark_delivered(self, entry_id: str, message_id: int) -> None:
        """Let it be noted that an entry's messages up to this one were delivered."""
        with self._changed:
            if message_id > self._delivered.get(entry_id, 0):
                self._delivered[entry_id] = message_id
                if len(self._delivered) == 1:
                    self._changed.notify()

    def close(self) -> None:
        """Say that nothing comes any more."""
        with self._changed:
            self.is_closing = True
            self._changed.notify()

    # In the thread

    def wait(self, seconds: Callable[[], float | None]) -> bool:
        """Wait for a record, a job or the end. Returns whether one came before so many seconds without anything."""
        with self._changed:
            while not (self._queue or self._jobs or self.is_closing):
                if not self._changed.wait(seconds()):
                    return False
        return True

    def wait_for_end(self, seconds: float) -> bool:
        """Return whether it is closed within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.is_closing, seconds)

    def first(self, number: int) -> list[Queued]:
        """Return so many of the records that came first; they stay until they are removed."""
        with self._changed:
            return list(islice(self._queue, number))

    def remove_first(self, number: int) -> list[Queued]:
        """Remove so many of the records that came first. Returns them."""
        with self._changed:
            return [self._queue.popleft() for _ in range(number)]

    @property
    def has_jobs(self) -> bool:
        """Whether something is to be done."""
        return bool(self._jobs)

    def next_job(self) -> Job | None:
        """Take the first job if all records that came before it are written."""
        with self._changed:
            done_with = self._added - len(self._queue)
            if self._jobs and self._jobs[0].after <= done_with:
                return self._jobs.popleft()
            return None

    def remove_jobs(self) -> list[Job]:
        """Take all jobs."""
        with self._changed:
            jobs = list(self._jobs)
            self._jobs.clear()
        return jobs

    @property
    def has_delivered(self) -> bool:
        """Whether it is to be noted that messages were delivered."""
        return bool(self._delivered)

    def delivered(self) -> dict[str, int]:
        """Return up to which message each entry's were delivered; they stay until they are noted."""
        with self._changed:
            return dict(self._delivered)

    def remove_delivered(self, noted: Mapping[str, int]) -> None:
        """Remove what is noted, but not what came since."""
        with self._changed:
            for entry_id, message_id in noted.items():
                if self._delivered[entry_id] == message_id:
                    del self._delivered[entry_id]
