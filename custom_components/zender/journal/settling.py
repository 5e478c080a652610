"""What was delivered, until it is noted: a kill in the next moment may undo what a message has started."""

import asyncio
from collections.abc import Callable
from typing import Final

SETTLE_SECONDS: Final = 0.25
"""How long a message settles at least; at most twice as long."""


class Settling:
    """Notes what was delivered a moment later. Belongs to the event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, note: Callable[[str, int], None]
    ) -> None:
        """Begin without anything; `note` takes an entry and up to which message it has got them."""
        self._loop = loop
        self._note = note
        self._new: dict[str, int] = {}
        self._older: dict[str, int] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, entry_id: str, message_id: int) -> None:
        """Note a message when it has settled."""
        self._new[entry_id] = max(message_id, self._new.get(entry_id, 0))
        if self._timer is None:
            self._wait()

    def flush(self) -> None:
        """Note everything now."""
        if self._timer is not None:
            self._timer.cancel()
            self._note_older()
            self._note_older()

    def _wait(self) -> None:
        self._timer = self._loop.call_later(SETTLE_SECONDS, self._settle)

    def _settle(self) -> None:
        self._note_older()
        if self._older:
            self._wait()

    def _note_older(self) -> None:
        for entry_id, message_id in self._older.items():
            self._note(entry_id, message_id)
        self._older, self._new = self._new, {}
        self._timer = None
