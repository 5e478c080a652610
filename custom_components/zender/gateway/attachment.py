"""The rules for attachments: from where one may be downloaded, of what types, and what its file is called."""

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Final
import unicodedata

from yarl import URL

MAX_URL: Final = 2_048
MAX_NAME: Final = 100
MAX_NAME_BYTES: Final = 130
"""File systems take 255, encrypted ones 143."""

_EXTENSIONS: Final[dict[str, tuple[str, ...]]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic",),
    "image/heif": (".heif",),
    "image/avif": (".avif",),
    "image/bmp": (".bmp",),
    "image/tiff": (".tiff", ".tif"),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a",),
    "audio/x-m4a": (".m4a",),
    "audio/aac": (".aac",),
    "audio/ogg": (".ogg", ".opus"),
    "audio/opus": (".opus",),
    "audio/wav": (".wav",),
    "audio/x-wav": (".wav",),
    "audio/vnd.wave": (".wav",),
    "audio/flac": (".flac",),
    "audio/x-flac": (".flac",),
    "audio/webm": (".weba",),
    "audio/amr": (".amr",),
    "video/mp4": (".mp4", ".m4v"),
    "video/3gpp": (".3gp",),
    "audio/3gpp": (".3gp",),
    "video/webm": (".webm",),
    "video/quicktime": (".mov",),
    "video/x-matroska": (".mkv",),
    "video/matroska": (".mkv",),
    "video/mpeg": (".mpeg", ".mpg"),
    "video/ogg": (".ogv",),
    "video/x-msvideo": (".avi",),
    "application/pdf": (".pdf",),
    "text/csv": (".csv",),
    "text/vcard": (".vcf",),
    "text/x-vcard": (".vcf",),
    "text/plain": (".txt", ".csv", ".vcf"),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.ms-powerpoint": (".ppt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        ".docx",
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        ".pptx",
    ),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}
"""What may be downloaded, and how such a file ends. Pages and scripts would run as if they were Home Assistant's."""

_UNTOLD: Final = ("", "application/octet-stream", "binary/octet-stream")
"""What a server says of a file whose type it does not know."""

CONTENT_TYPES: Final[Mapping[str, str]] = {
    extension: content_type
    for content_type, extensions in reversed(_EXTENSIONS.items())
    for extension in extensions
}
"""The type of a file by how its name ends."""

_OWN_NETWORKS: Final = (
    ".local",
    ".localhost",
    ".localdomain",
    ".lan",
    ".home",
    ".home.arpa",
    ".internal",
)


class Problem(StrEnum):
    """Why an attachment is not downloaded."""

    FOREIGN = "foreign"
    GONE = "gone"
    INCOMPLETE = "incomplete"
    PRIVATE_ADDRESS = "private_address"
    TOO_LARGE = "too_large"
    TYPE_NOT_TAKEN = "type_not_taken"


class AttachmentError(Exception):
    """An attachment that is not downloaded."""

    def __init__(self, problem: Problem) -> None:
        """Say why."""
        super().__init__(problem)
        self.problem = problem


def attachment_url(text: str) -> URL:
    """Return the URL of an attachment as the gateway writes it. Raises AttachmentError."""
    if len(text) > MAX_URL or not text.isprintable():
        raise AttachmentError(Problem.FOREIGN)
    try:
        return URL(text)
    except ValueError:
        raise AttachmentError(Problem.FOREIGN) from None


def url_on_site(url: URL, site: URL) -> URL:
    """Return where to download an attachment: on the gateway's own site, and by https if that has it.

    Raises AttachmentError for a URL that leads elsewhere.
    """
    is_same_port = url.port == site.port or (
        url.is_default_port() and site.is_default_port()
    )
    if (
        url.scheme not in {"https", "http"}
        or url.raw_host != site.raw_host
        or not is_same_port
        or url.user is not None
        or url.password is not None
    ):
        raise AttachmentError(Problem.FOREIGN)
    return url.with_scheme("https") if site.scheme == "https" else url


def redirected_url(url: URL, location: str, site: URL) -> URL:
    """Return where a redirect leads, if that is on the site still. Raises AttachmentError."""
    return url_on_site(url.join(attachment_url(location)), site)


def may_be_at(url: URL, address: str) -> bool:
    """Return whether a site may be at an address.

    One in the user's own network may: its certificate proves that it is the one, or its name is none of the
    internet. Any other name can be made to lead into the network of whoever follows it.
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_multicast or ip.is_link_local or ip.is_unspecified:
        return False
    return ip.is_global or url.scheme == "https" or _is_in_own_network(url.host or "")


def _is_in_own_network(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_OWN_NETWORKS)
    return True


def file_stem(message_id: int, url: URL) -> str:
    """Return the name of an attachment's file without its extension.

    It is safe in a path and in a URL: letters of any script, digits, hyphens and underscores.
    """
    name = unicodedata.normalize("NFC", url.name.rpartition("/")[2])
    stem, dot, rest = name.rpartition(".")
    safe = "".join(
        letter if letter == "-" or unicodedata.category(letter)[0] in "LMN" else "_"
        for letter in (stem if dot else rest)
    ).strip("_")
    longest = max(map(len, CONTENT_TYPES))
    stem = f"{message_id}-{safe or 'attachment'}"[: MAX_NAME - longest]
    return stem.encode()[: MAX_NAME_BYTES - longest].decode(errors="ignore")


def file_extension(content_type: str, url: URL) -> str:
    """Return the extension for a type: that of the name if it fits. Raises AttachmentError.

    Where the server does not tell the type, the name does.
    """
    extension = url.suffix.lower()
    if content_type in _UNTOLD and extension in CONTENT_TYPES:
        return extension
    if (fitting := _EXTENSIONS.get(content_type)) is None:
        raise AttachmentError(Problem.TYPE_NOT_TAKEN)
    return extension if extension in fitting else fitting[0]
