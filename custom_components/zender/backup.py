"""Keeps the journal's files consistent while Home Assistant's backup copies them."""

from collections.abc import Callable
import logging

from sqlalchemy import Connection

from homeassistant.core import HomeAssistant

from .journal.engine import hold_checkpoints, release_checkpoints
from .journal.errors import problem_of
from .journal.text_index import TextIndex
from .webhook import async_get_webhooks

_LOGGER = logging.getLogger(__name__)


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Bring all messages into the database's main file, then leave it alone.

    Messages that come meanwhile go to the write-ahead log, which is consistent at every length.
    """
    await _async_run(hass, hold_checkpoints, "before")


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let the database work as usual."""
    await _async_run(hass, release_checkpoints, "after")


async def _async_run(
    hass: HomeAssistant, work: Callable[[Connection, TextIndex], None], when: str
) -> None:
    """Prepare all databases. One that fails must not keep the user from backing up all the rest."""
    for journal in async_get_webhooks(hass).journals.all:
        try:
            await journal.run(work)
        except Exception as error:  # noqa: BLE001
            _LOGGER.warning(
                "The message database is away %s a backup: %s", when, problem_of(error)
            )
