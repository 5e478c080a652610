"""Deletes what an entry no longer wants to keep, in pieces that hold up no message."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
import logging
from math import ceil, inf
from typing import Final

from sqlalchemy import Connection

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from .const import (
    CONF_KEEP_DAYS,
    CONF_KEEP_MEGABYTES,
    DEFAULT_KEEP_DAYS,
    DEFAULT_KEEP_MEGABYTES,
    DOMAIN,
)
from .journal.engine import empty_log
from .journal.errors import JournalError
from .journal.journal import Journal
from .journal.records import to_milliseconds
from .journal.retention import (
    blank,
    extent,
    forget_entry,
    give_back,
    purge,
    purge_oldest,
)
from .journal.text_index import TextIndex

_LOGGER = logging.getLogger(__name__)

INTERVAL: Final = timedelta(hours=1)
INTERVAL_WITHOUT_KEEPING: Final = timedelta(minutes=1)
SAME_MESSAGE_PERIOD: Final = timedelta(days=1)
"""How long a message that is not kept still tells that it came, without its text and sender."""

REST_SECONDS: Final = 0.01
"""After each piece that nobody waits for."""

type Piece = Callable[[Connection, TextIndex], int]


async def async_in_pieces(
    journal: Journal, piece: Piece, at_most: float = inf, *, at_leisure: bool = False
) -> int:
    """Delete piece by piece, until enough is deleted or nothing is left. Returns how many messages went.

    At leisure, when nobody waits for it, the disk has a rest between the pieces. Raises JournalError.
    """
    run = journal.run_aside if at_leisure else journal.run
    deleted = 0
    while deleted < at_most and (count := await run(piece)):
        deleted += count
        await run(give_back)
        if at_leisure:
            await asyncio.sleep(REST_SECONDS)
    # Also what was deleted before while somebody read, or while a backup was made.
    await journal.run(empty_log)
    return deleted


async def async_forget_entry(journal: Journal, entry_id: str) -> None:
    """Delete all that the journal has of an entry. Raises JournalError."""
    await async_in_pieces(
        journal, partial(purge_oldest, entry_id=entry_id), at_leisure=True
    )
    await journal.run(partial(forget_entry, entry_id=entry_id), changes_ledger=True)


class Housekeeping:
    """Holds an entry to its options."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, journal: Journal
    ) -> None:
        """Read the options; a change of them reloads the entry."""
        self._hass = hass
        self._entry = entry
        self._journal = journal
        self._days: int = entry.options.get(CONF_KEEP_DAYS, DEFAULT_KEEP_DAYS)
        self._megabytes: int = entry.options.get(
            CONF_KEEP_MEGABYTES, DEFAULT_KEEP_MEGABYTES
        )
        self._is_running = False

    @callback
    def async_start(self) -> None:
        """Clean up now and then, as long as the entry is loaded."""
        self._entry.async_on_unload(
            async_track_time_interval(
                self._hass,
                self._async_clean_up,
                INTERVAL if self._days else INTERVAL_WITHOUT_KEEPING,
                name=f"{DOMAIN} housekeeping",
                cancel_on_shutdown=True,
            )
        )

    async def _async_clean_up(self, now: datetime) -> None:
        if self._is_running:
            return
        self._is_running = True
        try:
            await self._async_delete(now)
        except JournalError as error:
            _LOGGER.debug("Cleaning up has to wait: %s", error.problem)
        finally:
            self._is_running = False

    async def _async_delete(self, now: datetime) -> None:
        entry_id = self._entry.entry_id
        kept = timedelta(days=self._days)
        if not kept:
            await self._async_in_pieces(partial(blank, entry_id=entry_id))
            kept = SAME_MESSAGE_PERIOD
        before = to_milliseconds(now - kept)
        await self._async_in_pieces(partial(purge, entry_id=entry_id, before=before))
        if surplus := await self._async_surplus():
            await self._async_in_pieces(
                partial(purge_oldest, entry_id=entry_id), surplus
            )

    async def _async_in_pieces(self, piece: Piece, at_most: float = inf) -> None:
        await async_in_pieces(self._journal, piece, at_most, at_leisure=True)

    async def _async_surplus(self) -> int:
        """Return how many messages of a mean size are too many."""
        found = await self._hass.async_add_executor_job(self._journal.read, extent)
        allowed = self._megabytes * 1_000_000
        if found.size <= allowed:
            return 0
        return ceil(found.rows * (1 - allowed / found.size))
