"""The actions that need the gateway's REST API: send, reply, ask by USSD, fetch."""

from dataclasses import asdict
from datetime import timedelta
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .api import Api
from .attachments import async_download
from .const import DOMAIN
from .devices import SAMPLE_PHONE, Source, SourceKind, sim_source
from .faults import async_gateway_fault, journal_fault
from .gateway.api_errors import GatewayError
from .gateway.client import Media, MediaKind
from .journal.errors import JournalError, Problem
from .journal.journal import JournalFullError
from .sender import Sent
from .services_messages import (
    ATTR_MESSAGE_ID,
    ATTR_PHONE,
    ATTR_SINCE,
    ENTRY_SCHEMA,
    MESSAGE_ID,
    called_entry,
)
from .ussd import CODE, DEFAULT_TIMEOUT

if TYPE_CHECKING:
    from . import ZenderConfigEntry

ATTR_CODE: Final = "code"
ATTR_MEDIA_PATH: Final = "media_path"
ATTR_MEDIA_TYPE: Final = "media_type"
ATTR_MEDIA_URL: Final = "media_url"
ATTR_MESSAGE: Final = "message"
ATTR_PRIORITY: Final = "priority"
ATTR_SIM: Final = "sim"
ATTR_SPINTAX: Final = "spintax"
ATTR_TIMEOUT: Final = "timeout"
ATTR_WAIT_FOR_RESPONSE: Final = "wait_for_response"

MAX_TEXT: Final = 10_000
MAX_MEDIA_BYTES: Final = 16 * 1024 * 1024
MAX_TIMEOUT: Final = timedelta(minutes=10)

_WRONG_KIND: Final = {
    SourceKind.PHONE: "not_a_phone",
    SourceKind.SIM: "not_a_sim",
    SourceKind.ACCOUNT: "not_an_account",
}


def _whole_characters(text: str) -> str:
    """Accept what can be sent: a template can make half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise vol.Invalid("half of a character") from None
    return text


_text = vol.All(cv.string, vol.Length(min=1, max=MAX_TEXT), _whole_characters)
_WHERE: Final[dict[Any, Any]] = {
    **ENTRY_SCHEMA,
    vol.Optional(ATTR_DEVICE_ID): cv.string,
}
_HOW: Final[dict[Any, Any]] = {
    vol.Optional(ATTR_PRIORITY, default=False): cv.boolean,
    vol.Optional(ATTR_SPINTAX, default=False): cv.boolean,
}
_TO: Final[dict[Any, Any]] = {
    vol.Required(ATTR_PHONE): vol.All(cv.string, vol.Length(min=1, max=255))
}
_SIM: Final[dict[Any, Any]] = {
    vol.Optional(ATTR_SIM): vol.All(vol.Coerce(int), vol.In((1, 2)))
}

SEND_SMS_SCHEMA: Final = vol.Schema(
    {**_WHERE, **_SIM, **_TO, vol.Required(ATTR_MESSAGE): _text, **_HOW}
)
SEND_WHATSAPP_SCHEMA: Final = vol.Schema(
    {
        **_WHERE,
        **_TO,
        vol.Required(ATTR_MESSAGE): _text,
        vol.Exclusive(ATTR_MEDIA_URL, "media"): cv.url,
        vol.Exclusive(ATTR_MEDIA_PATH, "media"): cv.path,
        vol.Optional(ATTR_MEDIA_TYPE): vol.Coerce(MediaKind),
        **_HOW,
    }
)
SEND_USSD_SCHEMA: Final = vol.Schema(
    {
        **_WHERE,
        **_SIM,
        vol.Required(ATTR_CODE): vol.All(cv.string, vol.Match(CODE)),
        vol.Optional(ATTR_WAIT_FOR_RESPONSE, default=False): cv.boolean,
        vol.Optional(ATTR_TIMEOUT, default=DEFAULT_TIMEOUT): vol.All(
            cv.positive_time_period,
            vol.Range(min=timedelta(seconds=1), max=MAX_TIMEOUT),
        ),
    }
)
REPLY_SCHEMA: Final = vol.Schema(
    {
        **ENTRY_SCHEMA,
        vol.Required(ATTR_MESSAGE_ID): MESSAGE_ID,
        vol.Required(ATTR_MESSAGE): _text,
        vol.Optional(ATTR_SPINTAX, default=False): cv.boolean,
    }
)
FETCH_MISSED_SCHEMA: Final = vol.Schema(
    {
        **ENTRY_SCHEMA,
        vol.Optional(ATTR_SINCE): cv.datetime,
    }
)
DOWNLOAD_ATTACHMENT_SCHEMA: Final = vol.Schema(
    {
        **ENTRY_SCHEMA,
        vol.Required(ATTR_MESSAGE_ID): MESSAGE_ID,
    }
)


@callback
def async_setup_sending_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, handler, schema in (
        ("send_sms", _async_send_sms, SEND_SMS_SCHEMA),
        ("send_whatsapp", _async_send_whatsapp, SEND_WHATSAPP_SCHEMA),
        ("send_ussd", _async_send_ussd, SEND_USSD_SCHEMA),
        ("reply", _async_reply, REPLY_SCHEMA),
        ("fetch_missed", _async_fetch_missed, FETCH_MISSED_SCHEMA),
        ("download_attachment", _async_download, DOWNLOAD_ATTACHMENT_SCHEMA),
    ):
        hass.services.async_register(
            DOMAIN,
            name,
            handler,
            schema=schema,
            supports_response=SupportsResponse.OPTIONAL,
        )


async def _async_send_sms(call: ServiceCall) -> ServiceResponse:
    """Send an SMS."""
    api, sender = _sender(call, SourceKind.PHONE, SourceKind.SIM)
    sent = await api.sender.async_send_sms(
        sender,
        call.data[ATTR_PHONE],
        call.data[ATTR_MESSAGE],
        is_priority=call.data[ATTR_PRIORITY],
        spintax=call.data[ATTR_SPINTAX],
    )
    return _response(sent)


async def _async_send_whatsapp(call: ServiceCall) -> ServiceResponse:
    """Send a chat."""
    api, sender = _sender(call, SourceKind.ACCOUNT)
    sent = await api.sender.async_send_whatsapp(
        sender,
        call.data[ATTR_PHONE],
        call.data[ATTR_MESSAGE],
        media=await _async_media(call),
        is_priority=call.data[ATTR_PRIORITY],
        spintax=call.data[ATTR_SPINTAX],
    )
    return _response(sent)


async def _async_send_ussd(call: ServiceCall) -> ServiceResponse:
    """Ask by USSD, and return the response if it is to be waited for."""
    api, sim = _sender(call, SourceKind.SIM)
    code = call.data[ATTR_CODE]
    if not call.data[ATTR_WAIT_FOR_RESPONSE]:
        return _response(await api.sender.async_send_ussd(sim, code))
    seconds = call.data[ATTR_TIMEOUT].total_seconds()
    answer = await api.ussd.async_ask(sim, code, seconds)
    return {**_response(answer.sent), "response": answer.response["response"]}


async def _async_reply(call: ServiceCall) -> ServiceResponse:
    """Answer a message."""
    api = _api(called_entry(call))
    sent = await api.sender.async_reply(
        call.data[ATTR_MESSAGE_ID],
        call.data[ATTR_MESSAGE],
        spintax=call.data[ATTR_SPINTAX],
    )
    return _response(sent)


async def _async_fetch_missed(call: ServiceCall) -> ServiceResponse:
    """Bring in what the gateway has and the journal has not."""
    entry = called_entry(call)
    since = call.data.get(ATTR_SINCE)
    try:
        fetched = await _api(entry).catch_up.async_fetch(
            None if since is None else dt_util.as_utc(since)
        )
    except GatewayError as error:
        raise async_gateway_fault(call.hass, entry, error) from error
    except JournalError as error:
        raise journal_fault(error) from error
    except JournalFullError as error:
        raise journal_fault(JournalError(Problem.UNREACHABLE)) from error
    return {**asdict(fetched), "lacks": list(fetched.lacks)}


async def _async_download(call: ServiceCall) -> ServiceResponse:
    """Download a message's attachment into the media folder."""
    entry = called_entry(call)
    downloaded = await async_download(call.hass, entry, call.data[ATTR_MESSAGE_ID])
    return asdict(downloaded)


def _response(sent: Sent) -> dict[str, Any]:
    return {name: value for name, value in asdict(sent).items() if value is not None}


def _api(entry: ZenderConfigEntry) -> Api:
    if (api := entry.runtime_data.api) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="api_key_needed",
            translation_placeholders={"title": entry.title},
        )
    return api


def _sender(call: ServiceCall, *kinds: SourceKind) -> tuple[Api, Source]:
    """Return what sends: the device that is named, or the only one of the first kind."""
    device_id = call.data.get(ATTR_DEVICE_ID)
    entry, source = (
        _named(call.hass, device_id)
        if device_id
        else _only(called_entry(call), kinds[0])
    )
    if source.kind is SourceKind.PHONE and ATTR_SIM in call.data:
        source = sim_source(source.id, call.data[ATTR_SIM])
    if source.kind not in kinds:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=_WRONG_KIND[kinds[0]]
        )
    return _api(entry), source


def _named(hass: HomeAssistant, device_id: str) -> tuple[ZenderConfigEntry, Source]:
    entries: list[ZenderConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        devices = entry.runtime_data.delivery.devices
        if (source := devices.async_source_of_device(device_id)) is not None:
            return entry, source
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="device_not_found"
    )


def _only(
    entry: ZenderConfigEntry, kind: SourceKind
) -> tuple[ZenderConfigEntry, Source]:
    devices = entry.runtime_data.delivery.devices
    found = [
        source
        for source in devices.sources
        if source.kind is kind
        and not source.id.startswith(SAMPLE_PHONE)
        and devices.async_device_id(source) is not None
    ]
    if len(found) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="device_needed"
        )
    return entry, found[0]


async def _async_media(call: ServiceCall) -> Media | None:
    """Return the picture, sound, film or document that an action names."""
    url, path = call.data.get(ATTR_MEDIA_URL), call.data.get(ATTR_MEDIA_PATH)
    kind = call.data.get(ATTR_MEDIA_TYPE) or _kind_of(url or path or "")
    if url is not None:
        return Media(kind=kind, url=url)
    if path is None:
        return None
    if not call.hass.config.is_allowed_path(path):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"path": path},
        )
    try:
        content = await call.hass.async_add_executor_job(_read, Path(path))
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="media_not_readable",
            translation_placeholders={"path": path, "error": error.strerror or ""},
        ) from error
    if len(content) > MAX_MEDIA_BYTES:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="media_too_large",
            translation_placeholders={"megabytes": str(MAX_MEDIA_BYTES // 2**20)},
        )
    return Media(kind=kind, content=content, filename=Path(path).name)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_MEDIA_BYTES + 1)


def _kind_of(name: str) -> MediaKind:
    """Return what a file is by its name: what nobody looks at or hears is a document."""
    guessed = (mimetypes.guess_type(name)[0] or "").partition("/")[0]
    try:
        return MediaKind(guessed)
    except ValueError:
        return MediaKind.DOCUMENT
