"""The open journals: one for each database, whatever entries keep their messages there."""

import asyncio
from collections.abc import Callable
from functools import partial
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant, callback

from .const import CONF_DATABASE_URL, DATABASE_FILE, DOMAIN
from .housekeeping import async_forget_entry
from .journal.errors import JournalError
from .journal.journal import Journal
from .journal.records import Record

_LOGGER = logging.getLogger(__name__)


@callback
def database_url(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Return the URL of an entry's database."""
    url: str = entry.options.get(CONF_DATABASE_URL, "")
    return url or f"sqlite:///{hass.config.path(DATABASE_FILE)}"


class Journals:
    """The open journals, one for each database, shared by the entries that keep their messages there."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Close all of them at the last moment of a stop."""
        self._hass = hass
        self._journals: dict[str, Journal] = {}
        self._users: dict[str, set[str]] = {}
        self._listeners: dict[str, Callable[[], None]] = {}
        hass.bus.async_listen_once(
            EVENT_HOMEASSISTANT_FINAL_WRITE, self._async_close_all
        )

    @property
    def all(self) -> list[Journal]:
        """Return the open journals."""
        return list(self._journals.values())

    @callback
    def async_acquire(
        self, url: str, user: str, on_change: Callable[[], None]
    ) -> Journal:
        """Return the journal of a database for a user, who hears of changes of its state."""
        self._listeners[user] = on_change
        self._users.setdefault(url, set()).add(user)
        if (journal := self._journals.get(url)) is None:
            journal = self._journals[url] = Journal(
                url, self._hass.loop, partial(self._async_changed, url)
            )
        return journal

    @callback
    def async_release(self, url: str, user: str) -> asyncio.Task[list[Record]] | None:
        """Close the journal of a database that nobody uses any more.

        Returns a task that ends with what the database did not take, None if others use it still.
        """
        self._listeners.pop(user, None)
        users = self._users[url]
        users.discard(user)
        if users:
            return None
        del self._users[url]
        return self._hass.async_create_task(self._journals.pop(url).close())

    @callback
    def async_forget(self, entry: ConfigEntry) -> None:
        """Delete all that an entry's journal has of it, in the background."""
        user = f"{entry.entry_id} goes"
        url = database_url(self._hass, entry)
        journal = self.async_acquire(url, user, lambda: None)

        async def forget() -> None:
            await journal.opened
            try:
                await async_forget_entry(journal, entry.entry_id)
            except JournalError as error:
                _LOGGER.warning(
                    "The messages of %s stay in the message database, which is away: %s",
                    entry.title,
                    error.problem,
                )
            self.async_release(url, user)

        self._hass.async_create_background_task(forget(), f"{DOMAIN} forgets an entry")

    @callback
    def _async_changed(self, url: str) -> None:
        for user in list(self._users.get(url, ())):
            self._listeners[user]()

    async def _async_close_all(self, _event: Event) -> None:
        await asyncio.gather(*(journal.close() for journal in self.all))
