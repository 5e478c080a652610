"""Downloads attachments into the media folder: when asked, or on receipt."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
import logging
import os
from pathlib import Path, PurePosixPath
import socket
from typing import TYPE_CHECKING, BinaryIO, Final

from aiohttp import (
    AddrInfoType,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.hdrs import (
    ACCEPT_ENCODING,
    CONTENT_ENCODING,
    CONTENT_TYPE,
    LOCATION,
    USER_AGENT,
)
from yarl import URL

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.aiohttp_client import (
    DATA_RESOLVER,
    SERVER_SOFTWARE,
    async_get_clientsession,
)
from homeassistant.helpers.singleton import singleton
from homeassistant.util import dt as dt_util, slugify
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.ssl import get_default_context

from .const import CONF_DOWNLOAD_ATTACHMENTS, DOMAIN
from .events import EVENT_WHATSAPP_RECEIVED, WhatsAppReceivedData
from .gateway.attachment import (
    CONTENT_TYPES,
    AttachmentError,
    Problem,
    attachment_url,
    file_extension,
    file_stem,
    may_be_at,
    redirected_url,
    url_on_site,
)
from .gateway.messages import WhatsAppMessage

if TYPE_CHECKING:
    from . import ZenderConfigEntry

_LOGGER = logging.getLogger(__name__)

MAX_BYTES: Final = 32 * 1024 * 1024
MAX_REDIRECTS: Final = 3
MAX_WAITING: Final = 20
"""How many attachments wait for their download on receipt at most."""
SECONDS: Final = 300
CONNECT_SECONDS: Final = 10
QUIET_SECONDS: Final = 30
"""How long the site may send nothing."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_LOCKS: HassKey[defaultdict[str, asyncio.Lock]] = HassKey(f"{DOMAIN}_downloads")


@dataclass(frozen=True, slots=True)
class Downloaded:
    """An attachment in the media folder."""

    path: str
    media_content_id: str
    content_type: str
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class _Attachment:
    """What there is to download."""

    message_id: int
    text: str
    """Its URL, as the gateway writes it."""
    received_at: datetime


async def async_download(
    hass: HomeAssistant, entry: ZenderConfigEntry, message_id: int
) -> Downloaded:
    """Download the attachment of a message that the journal has. Raises HomeAssistantError."""
    stored = await entry.runtime_data.webhook.archive.async_message(message_id)
    message = stored.message
    if not isinstance(message, WhatsAppMessage) or message.attachment is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="attachment_none"
        )
    return await _async_download_once(
        hass, entry, _Attachment(message_id, message.attachment, stored.received_at)
    )


@callback
def async_setup_download_on_receipt(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Download what comes with each message, if that is wanted."""
    if entry.options.get(CONF_DOWNLOAD_ATTACHMENTS, False):
        _DownloadOnReceipt(hass, entry)


class _DownloadOnReceipt:
    """Downloads one attachment after the other; nothing waits for it."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Listen until the entry is unloaded."""
        self._hass = hass
        self._entry = entry
        self._waiting: deque[_Attachment] = deque()
        self._is_downloading = False
        self._logged: set[str] = set()
        entry.async_on_unload(
            hass.bus.async_listen(EVENT_WHATSAPP_RECEIVED, self._async_received)
        )

    @callback
    def _async_received(self, event: Event[WhatsAppReceivedData]) -> None:
        data = event.data
        if data["config_entry_id"] != self._entry.entry_id or not data["attachment"]:
            return
        if data["message_id"] is None:
            self._async_log("its message is not in the database")
            return
        if len(self._waiting) >= MAX_WAITING:
            self._async_log("too many wait already")
            return
        self._waiting.append(
            _Attachment(
                data["message_id"],
                data["attachment"],
                datetime.fromisoformat(data["received_at"]),
            )
        )
        if not self._is_downloading:
            self._is_downloading = True
            self._entry.async_create_background_task(
                self._hass, self._async_download_all(), f"{DOMAIN} attachments"
            )

    async def _async_download_all(self) -> None:
        try:
            while self._waiting:
                await self._async_download_or_log(self._waiting.popleft())
        finally:
            self._is_downloading = False

    async def _async_download_or_log(self, attachment: _Attachment) -> None:
        try:
            await _async_download_once(self._hass, self._entry, attachment)
        except HomeAssistantError as error:
            self._async_log(str(error.translation_key))

    @callback
    def _async_log(self, cause: str) -> None:
        if cause not in self._logged:
            self._logged.add(cause)
            _LOGGER.warning(
                "An attachment of a message to %s was not downloaded: %s. More of the same are not logged",
                self._entry.title,
                cause,
            )


@singleton(_LOCKS)
@callback
def _async_get_locks(_hass: HomeAssistant) -> defaultdict[str, asyncio.Lock]:
    """Return the locks of the entries: each downloads one attachment at a time."""
    return defaultdict(asyncio.Lock)


async def _async_download_once(
    hass: HomeAssistant, entry: ConfigEntry, attachment: _Attachment
) -> Downloaded:
    """Download an attachment, unless it is there already. Raises HomeAssistantError."""
    root_id, root = _media_root(hass)
    month = dt_util.as_local(attachment.received_at).strftime("%Y-%m")
    folder = PurePosixPath(DOMAIN, slugify(entry.title), month)
    try:
        async with _async_get_locks(hass)[entry.entry_id]:
            url = attachment_url(attachment.text)
            stem = root / folder / file_stem(attachment.message_id, url)
            path = await hass.async_add_executor_job(_existing, stem)
            if path is None:
                path = await _async_fetch(hass, url, _site(entry), stem)
            size = (await hass.async_add_executor_job(path.stat)).st_size
    except AttachmentError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=f"attachment_{error.problem}",
            translation_placeholders={"megabytes": str(MAX_BYTES // 2**20)},
        ) from None
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="attachment_not_written",
            translation_placeholders={"error": error.strerror or ""},
        ) from None
    return Downloaded(
        path=str(path),
        media_content_id=f"media-source://media_source/{root_id}/{folder / path.name}",
        content_type=CONTENT_TYPES[path.suffix],
        size=size,
    )


def _media_root(hass: HomeAssistant) -> tuple[str, Path]:
    """Return the name and the path of the usual media folder, else of the first. Raises HomeAssistantError."""
    folders = hass.config.media_dirs
    if not folders:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="attachment_no_media_folder"
        )
    root_id = "local" if "local" in folders else next(iter(folders))
    return root_id, Path(folders[root_id])


def _site(entry: ConfigEntry) -> URL:
    """Return the gateway's site. Raises ServiceValidationError if it is not known."""
    if not (site := entry.data.get(CONF_URL)):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="attachment_no_site",
            translation_placeholders={"title": entry.title},
        )
    return URL(site)


def _existing(stem: Path) -> Path | None:
    """Return the file of an attachment that was downloaded before."""
    paths = (stem.with_name(stem.name + extension) for extension in CONTENT_TYPES)
    return next((path for path in paths if path.is_file()), None)


class _Door:
    """Opens sockets to where a site may be, and to nowhere else: it sees the address after all names."""

    def __init__(self, url: URL) -> None:
        """Let only the host of this URL be reached."""
        self._url = url
        self.has_refused = False

    def __call__(self, address: AddrInfoType) -> socket.socket:
        """Return a socket for an address. Raises OSError."""
        family, kind, protocol, _, where = address
        if not may_be_at(self._url, str(where[0])):
            self.has_refused = True
            raise PermissionError
        return socket.socket(family, kind, protocol)


async def _async_fetch(hass: HomeAssistant, url: URL, site: URL, stem: Path) -> Path:
    """Download a file and return its path. Raises AttachmentError and OSError."""
    start = url_on_site(url, site)
    door = _Door(start)
    try:
        async with (
            asyncio.timeout(SECONDS),
            _async_session(hass, door) as session,
            _async_response(session, start, site) as response,
        ):
            extension = file_extension(_content_type(response), url)
            path = stem.with_name(stem.name + extension)
            return await _async_save(hass, response, path)
    except (TimeoutError, ClientError) as error:
        _LOGGER.debug("An attachment was not handed over: %s", type(error).__name__)
        problem = Problem.PRIVATE_ADDRESS if door.has_refused else Problem.INCOMPLETE
        raise AttachmentError(problem) from None


@asynccontextmanager
async def _async_session(
    hass: HomeAssistant, door: _Door
) -> AsyncGenerator[ClientSession]:
    """Yield a session of one download: Home Assistant's own has no door, and connections of others."""
    async_get_clientsession(hass)
    connector = TCPConnector(
        resolver=hass.data[DATA_RESOLVER],
        ssl=get_default_context(),
        socket_factory=door,
    )
    async with ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        # Nothing grows after it was counted.
        auto_decompress=False,
        headers={ACCEPT_ENCODING: "identity", USER_AGENT: SERVER_SOFTWARE},
        timeout=ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=QUIET_SECONDS),
    ) as session:
        yield session


@asynccontextmanager
async def _async_response(
    session: ClientSession, url: URL, site: URL
) -> AsyncGenerator[ClientResponse]:
    """Yield the response that holds a file, after redirects within the site. Raises AttachmentError."""
    for _ in range(MAX_REDIRECTS + 1):
        async with session.get(url, allow_redirects=False) as response:
            if response.status == HTTPStatus.OK:
                yield response
                return
            if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                raise AttachmentError(Problem.GONE)
            if response.status not in _REDIRECTS:
                break
            url = redirected_url(url, response.headers.get(LOCATION, ""), site)
    raise AttachmentError(Problem.INCOMPLETE)


def _content_type(response: ClientResponse) -> str:
    """Return the type that the site tells, empty if it tells none. Raises AttachmentError."""
    if response.headers.get(CONTENT_ENCODING, "identity").lower() != "identity":
        raise AttachmentError(Problem.TYPE_NOT_TAKEN)
    return response.content_type if CONTENT_TYPE in response.headers else ""


async def _async_save(
    hass: HomeAssistant, response: ClientResponse, path: Path
) -> Path:
    """Save a response as a file, which is whole or not there. Raises AttachmentError, ClientError and OSError."""
    if (response.content_length or 0) > MAX_BYTES:
        raise AttachmentError(Problem.TOO_LARGE)
    part = _Part(path)
    size = 0
    try:
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > MAX_BYTES:
                raise AttachmentError(Problem.TOO_LARGE)
            await hass.async_add_executor_job(part.write, chunk)
        if not size:
            raise AttachmentError(Problem.INCOMPLETE)
        await hass.async_add_executor_job(part.finish)
    finally:
        await hass.async_add_executor_job(part.discard)
    return path


class _Part:
    """A file that is being written, under a name that the media browser does not show."""

    def __init__(self, path: Path) -> None:
        """Write the file of this path."""
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._file: BinaryIO | None = None

    def write(self, chunk: bytes) -> None:
        """Add to it."""
        if self._file is None:
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
        self._file.write(chunk)

    def finish(self) -> None:
        """Give it its name, once all that was written is on the disk."""
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part.replace(self._path)

    def discard(self) -> None:
        """Leave nothing behind but what is finished."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._part.unlink(missing_ok=True)
