"""How the journal fares, on Home Assistant's system information page."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .journal.errors import JournalError
from .journal.journal import Journal
from .journal.records import from_milliseconds
from .journal.retention import extent
from .webhook import async_get_webhooks


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register what the page shows."""
    register.async_register_info(async_system_health_info)


async def async_system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the state of the database, or of each one where there are more."""
    journals = async_get_webhooks(hass).journals.all
    info: dict[str, Any] = {}
    for number, journal in enumerate(journals, 1):
        suffix = "" if len(journals) == 1 else f" {number}"
        info |= {
            f"{name}{suffix}": value
            for name, value in (await async_journal_health(hass, journal)).items()
        }
    return info


async def async_journal_health(hass: HomeAssistant, journal: Journal) -> dict[str, Any]:
    """Return a journal's kind, state and extent."""
    health: dict[str, Any] = {
        "database": journal.dialect,
        "state": journal.state.value,
        "last_problem": journal.last_problem.value if journal.last_problem else None,
        "waiting": len(journal),
    }
    try:
        found = await hass.async_add_executor_job(journal.read, extent)
    except JournalError:
        return health
    return health | {
        "messages": found.rows,
        "oldest": from_milliseconds(found.oldest).isoformat() if found.oldest else None,
        "megabytes": round(found.size / 1_000_000, 1),
    }
