"""The actions: search, export and delete what the journal keeps."""

from collections.abc import Callable
from contextlib import suppress
import csv
from dataclasses import replace
from enum import StrEnum
from functools import partial
import json
from pathlib import Path
import re
from typing import TYPE_CHECKING, Any, Final, TextIO

from sqlalchemy import Connection
import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .delivery import Delivery
from .faults import journal_fault
from .gateway.messages import MessageType, as_dict
from .housekeeping import async_in_pieces
from .journal.errors import JournalError
from .journal.folding import terms
from .journal.journal import Journal
from .journal.queries import Filter, existing, search
from .journal.records import Direction, StoredMessage
from .journal.retention import delete_by_ids, delete_matching
from .journal.text_index import TextIndex

if TYPE_CHECKING:
    from . import ZenderConfigEntry

ATTR_CURSOR: Final = "cursor"
ATTR_DIRECTION: Final = "direction"
ATTR_FORMAT: Final = "format"
ATTR_KIND: Final = "kind"
ATTR_LIMIT: Final = "limit"
ATTR_MESSAGE_ID: Final = "message_id"
ATTR_PATH: Final = "path"
ATTR_PHONE: Final = "phone"
ATTR_SINCE: Final = "since"
ATTR_TEXT: Final = "text"
ATTR_UNTIL: Final = "until"

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 500
MAX_IDS: Final = 1000
EXPORT_PAGE: Final = 1000
EXPORT_COLUMNS: Final = (
    "message_id",
    "kind",
    "direction",
    "state",
    "received_at",
    "timestamp",
    "id",
    "rid",
    "device",
    "sim",
    "wid",
    "phone",
    "code",
    "package",
    "title",
    "message",
    "response",
    "content",
    "attachment",
    "extra",
)

_FORMULA: Final = re.compile(r"(?!\+?\d+$)[=+\-@\t\r]")
"""What a formula begins with; a telephone number is none."""


class ExportFormat(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON_LINES = "json_lines"


MESSAGE_ID: Final = vol.All(cv.positive_int, vol.Range(max=2**63 - 1))
ENTRY_SCHEMA: Final[dict[Any, Any]] = {vol.Optional(ATTR_CONFIG_ENTRY_ID): str}
_FILTER_SCHEMA: Final = {
    vol.Optional(ATTR_TEXT): vol.All(cv.string, vol.Length(min=1, max=255)),
    vol.Optional(ATTR_KIND): vol.Coerce(MessageType),
    vol.Optional(ATTR_DEVICE_ID): cv.string,
    vol.Optional(ATTR_PHONE): vol.All(cv.string, vol.Length(min=1, max=255)),
    vol.Optional(ATTR_SINCE): cv.datetime,
    vol.Optional(ATTR_UNTIL): cv.datetime,
    vol.Optional(ATTR_DIRECTION): vol.In([item.name.lower() for item in Direction]),
}
SEARCH_SCHEMA: Final = vol.Schema(
    {
        **ENTRY_SCHEMA,
        **_FILTER_SCHEMA,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MAX_LIMIT)
        ),
        vol.Optional(ATTR_CURSOR): MESSAGE_ID,
    }
)
EXPORT_SCHEMA: Final = vol.Schema(
    {
        **ENTRY_SCHEMA,
        **_FILTER_SCHEMA,
        vol.Required(ATTR_PATH): cv.path,
        vol.Optional(ATTR_FORMAT, default=ExportFormat.CSV): vol.Coerce(ExportFormat),
    }
)
DELETE_SCHEMA: Final = vol.Schema(
    {
        **ENTRY_SCHEMA,
        **_FILTER_SCHEMA,
        vol.Optional(ATTR_MESSAGE_ID): vol.All(
            cv.ensure_list, [MESSAGE_ID], vol.Length(min=1, max=MAX_IDS)
        ),
    }
)


@callback
def async_setup_message_services(hass: HomeAssistant) -> None:
    """Register the actions. All of them reveal or delete messages: they are for administrators."""
    for name, handler, schema, response in (
        (
            "search_messages",
            _async_search,
            SEARCH_SCHEMA,
            SupportsResponse.ONLY,
        ),
        ("export_messages", _async_export, EXPORT_SCHEMA, SupportsResponse.OPTIONAL),
        ("delete_messages", _async_delete, DELETE_SCHEMA, SupportsResponse.OPTIONAL),
    ):
        service.async_register_admin_service(
            hass, DOMAIN, name, handler, schema, response
        )


async def _async_search(call: ServiceCall) -> ServiceResponse:
    """Return the newest messages that match, and the cursor for the next ones."""
    entry = called_entry(call)
    query = partial(
        search,
        wanted=_filter(call, entry),
        limit=call.data[ATTR_LIMIT],
        cursor=call.data.get(ATTR_CURSOR),
    )
    page = await _async_read(call.hass, entry, query)
    return {
        "messages": [_as_response(entry, item) for item in page.messages],
        "next_cursor": page.next_cursor,
    }


async def _async_export(call: ServiceCall) -> ServiceResponse:
    """Write the messages that match to a file, the newest first."""
    entry = called_entry(call)
    wanted = _filter(call, entry)
    path = call.data[ATTR_PATH]
    if not call.hass.config.is_allowed_path(path):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"path": path},
        )
    write = partial(
        _write_file,
        path=Path(path),
        file_format=call.data[ATTR_FORMAT],
        wanted=wanted,
    )
    try:
        exported = await _async_read(call.hass, entry, write)
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="export_failed",
            translation_placeholders={"path": path, "error": error.strerror or ""},
        ) from error
    return {"path": path, "messages": exported}


async def _async_delete(call: ServiceCall) -> ServiceResponse:
    """Delete messages by their ids, or those that match; nothing without either."""
    entry = called_entry(call)
    wanted = _filter(call, entry)
    ids = call.data.get(ATTR_MESSAGE_ID)
    if wanted.is_empty and not ids:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="filter_needed"
        )
    if ids and not wanted.is_empty:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="ids_or_filter"
        )
    try:
        deleted = await async_in_pieces(
            _journal(entry),
            partial(delete_by_ids, entry_id=entry.entry_id, ids=ids)
            if ids
            else partial(delete_matching, wanted=wanted),
        )
    except JournalError as error:
        raise journal_fault(error) from error
    await _async_withdraw(call.hass, entry)
    return {"deleted": deleted}


async def _async_withdraw(hass: HomeAssistant, entry: ZenderConfigEntry) -> None:
    """Let no sensor show a message that the journal no longer has."""
    delivery = entry.runtime_data.delivery
    shown = delivery.last_ids
    query = partial(existing, ids=shown)
    with suppress(JournalError):
        there = await hass.async_add_executor_job(_journal(entry).read, query)
        delivery.async_withdraw(shown - there)


def called_entry(call: ServiceCall) -> ZenderConfigEntry:
    """Return the loaded entry that an action names, or the only one."""
    entry: ZenderConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry


def _journal(entry: ZenderConfigEntry) -> Journal:
    return entry.runtime_data.webhook.archive.journal


def _filter(call: ServiceCall, entry: ZenderConfigEntry) -> Filter:
    """Return the filter that an action's fields describe."""
    data = call.data
    if (text := data.get(ATTR_TEXT)) is not None and not terms(text):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="text_without_words"
        )
    direction = data.get(ATTR_DIRECTION)
    wanted = Filter(
        entry_id=entry.entry_id,
        text=text,
        kind=data.get(ATTR_KIND),
        peers=_peers(data[ATTR_PHONE]) if ATTR_PHONE in data else None,
        direction=Direction[direction.upper()] if direction else None,
        since=dt_util.as_utc(data[ATTR_SINCE]) if ATTR_SINCE in data else None,
        until=dt_util.as_utc(data[ATTR_UNTIL]) if ATTR_UNTIL in data else None,
    )
    if ATTR_DEVICE_ID not in data:
        return wanted
    devices = entry.runtime_data.delivery.devices
    if (place := devices.async_place_of(data[ATTR_DEVICE_ID])) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="device_not_found"
        )
    source, sims = place
    return replace(wanted, source=source, sims=sims)


def _peers(phone: str) -> tuple[str, ...]:
    """Return a sender as it is, and as it was before a template made a number of it."""
    return (phone, f"+{phone}") if phone.isdecimal() else (phone,)


async def _async_read[T](
    hass: HomeAssistant,
    entry: ZenderConfigEntry,
    query: Callable[[Connection, TextIndex], T],
) -> T:
    try:
        return await hass.async_add_executor_job(_journal(entry).read, query)
    except JournalError as error:
        raise journal_fault(error) from error


def _as_response(entry: ZenderConfigEntry, stored: StoredMessage) -> dict[str, Any]:
    """Return a message as its event has it, and its kind and direction."""
    state = {} if stored.state is None else {"state": stored.state.name.lower()}
    return {
        "kind": stored.message.type.value,
        "direction": stored.direction.name.lower(),
        **state,
        **_event_data(entry.runtime_data.delivery, stored),
    }


def _event_data(delivery: Delivery, stored: StoredMessage) -> dict[str, Any]:
    source = delivery.devices.async_source_of(stored.message)
    return delivery.async_event_data(stored, delivery.devices.async_device_id(source))


def _write_file(
    connection: Connection,
    index: TextIndex,
    *,
    path: Path,
    file_format: ExportFormat,
    wanted: Filter,
) -> int:
    """Write page by page, so that a large journal needs little memory. Returns how many messages."""
    exported = 0
    cursor: int | None = None
    with path.open("w", encoding="utf-8", newline="") as file:
        write = _WRITERS[file_format](file)
        while True:
            page = search(connection, index, wanted, limit=EXPORT_PAGE, cursor=cursor)
            for stored in page.messages:
                write(_as_row(stored))
            exported += len(page.messages)
            if (cursor := page.next_cursor) is None:
                return exported


def _as_row(stored: StoredMessage) -> dict[str, Any]:
    """Return a message's line in an export: the columns are the same for all kinds."""
    row = dict.fromkeys(EXPORT_COLUMNS)
    message = as_dict(stored.message)
    row |= {
        "message_id": stored.id,
        "kind": stored.message.type.value,
        "direction": stored.direction.name.lower(),
        "state": None if stored.state is None else stored.state.name.lower(),
        "received_at": stored.received_at.isoformat(),
    }
    row |= {name: message.pop(name) for name in EXPORT_COLUMNS if name in message}
    row["extra"] = message or None
    return row


def _csv_writer(file: TextIO) -> Callable[[dict[str, Any]], None]:
    writer = csv.DictWriter(file, EXPORT_COLUMNS)
    writer.writeheader()

    def write(row: dict[str, Any]) -> None:
        extra = row["extra"]
        row = row | {"extra": json.dumps(extra) if extra else None}
        writer.writerow({name: _as_cell(value) for name, value in row.items()})

    return write


def _as_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: anybody may have written the text."""
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def _json_lines_writer(file: TextIO) -> Callable[[dict[str, Any]], None]:
    def write(row: dict[str, Any]) -> None:
        present = {name: value for name, value in row.items() if value is not None}
        file.write(json.dumps(present, ensure_ascii=False) + "\n")

    return write


_WRITERS: Final = {
    ExportFormat.CSV: _csv_writer,
    ExportFormat.JSON_LINES: _json_lines_writer,
}
