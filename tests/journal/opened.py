"""An open journal, and what tests do with it."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from custom_components.zender.gateway.messages import Message
from custom_components.zender.journal.errors import Problem
from custom_components.zender.journal.journal import Journal, State
from custom_components.zender.journal.queries import (
    Filter,
    Page,
    Total,
    read_totals,
    search,
    undelivered,
)
from custom_components.zender.journal.records import Kept, Outcome, StoredMessage
from custom_components.zender.journal.retention import Extent, extent
from custom_components.zender.journal.schema import messages

from .messages import ENTRY, record

TIMEOUT: Final = 20


class Opened:
    """One journal of a database, from its opening to its end."""

    def __init__(self, url: str) -> None:
        """Begin to open it."""
        self.url = url
        self.seen: list[tuple[State, Problem | None]] = []
        """Its states, in order."""
        self._news = asyncio.Event()
        self.journal = Journal(url, asyncio.get_running_loop(), self._changed)

    def _changed(self) -> None:
        self.seen.append((self.journal.state, self.journal.problem))
        self._news.set()

    async def until(self, state: State, problem: Problem | None = None) -> None:
        """Wait for a state, whatever came before."""
        async with asyncio.timeout(TIMEOUT):
            while (self.journal.state, self.journal.problem) != (state, problem):
                self._news.clear()
                await self._news.wait()

    async def keep(self, *kept: Message, **options: Any) -> list[int]:
        """Keep messages one after the other; all are accepted. Returns their ids."""
        answers = [await self.add(message, **options) for message in kept]
        assert {answer.outcome for answer in answers} <= {Outcome.ACCEPTED}
        return [answer.message_id for answer in answers if answer.message_id]

    async def add(self, message: Message, **options: Any) -> Kept:
        """Keep a message. Returns the answer to it."""
        async with asyncio.timeout(TIMEOUT):
            return await self.journal.add(record(message, **options))

    async def add_all(self, added: Iterable[Message], **options: Any) -> list[Kept]:
        """Keep many messages at once. Returns the answers."""
        waiting = [self.journal.add(record(message, **options)) for message in added]
        async with asyncio.timeout(TIMEOUT):
            return await asyncio.gather(*waiting)

    async def index(self) -> None:
        """Add what was kept to the index of texts now."""
        await self.journal.run(lambda _connection, _index: None)

    async def close(self) -> None:
        """Close it."""
        await self.journal.close()
        # What the writer's thread said last.
        await self.until(State.CLOSED, self.journal.problem)

    async def crash(self) -> None:
        """End as a killed process does: what waits to be noted is lost."""
        self.journal._settling._note = lambda *_: None  # noqa: SLF001
        self.journal._backlog._delivered.clear()  # noqa: SLF001
        if (ledger := self.journal._writer._ledger) is not None:  # noqa: SLF001
            ledger.dirty.clear()
            ledger.not_indexed.clear()
        await self.close()

    def search(
        self, text: str | None = None, *, cursor: int | None = None, **wanted: Any
    ) -> Page:
        """Return a page of what is found."""
        limit = wanted.pop("limit", 100)
        wanted = {"entry_id": ENTRY, **wanted}
        return self.journal.read(
            lambda connection, index: search(
                connection,
                index,
                Filter(text=text, **wanted),
                limit=limit,
                cursor=cursor,
            )
        )

    def find(self, text: str | None = None, **wanted: Any) -> list[int]:
        """Return the ids of what is found, the newest first."""
        return [item.id for item in self.search(text, **wanted).messages]

    def stored(self, message_id: int) -> StoredMessage:
        """Return a message."""
        return next(item for item in self.search().messages if item.id == message_id)

    def totals(self, entry_id: str = ENTRY) -> list[Total]:
        """Return what an entry's sensors show."""
        return self.journal.read(
            lambda connection, _index: read_totals(connection, entry_id)
        )

    def undelivered(self, entry_id: str = ENTRY) -> list[int]:
        """Return the ids of an earlier journal's messages that were not delivered."""
        return [
            item.id
            for item in self.journal.read(
                lambda connection, _index: undelivered(
                    connection, entry_id, self.journal.last_id
                )
            )
        ]

    def rows(self) -> list[tuple[int, str]]:
        """Return the ids and texts of all messages, in the order in which they were written."""
        return [
            (row.id, row.text)
            for row in self.journal.read(
                lambda connection, _index: connection.execute(
                    select(messages.c.id, messages.c.text).order_by(messages.c.id)
                ).all()
            )
        ]

    def texts(self) -> list[str]:
        """Return the texts of all messages, in the order in which they were written."""
        return [text for _, text in self.rows()]

    def extent(self) -> Extent:
        """Return how much there is."""
        return self.journal.read(extent)


def milliseconds(time: datetime) -> int:
    """Return milliseconds since 1970."""
    return round(time.timestamp() * 1000)
