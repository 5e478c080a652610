"""The address of a gateway's site."""

import re
from typing import Final

from yarl import URL

MAX_LENGTH: Final = 255

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|[0-9a-f:.]+")
# What people copy from their browser, or from the documentation of the API.
_PAGES: Final = re.compile(r"/(?:api|dashboard|auth)(?:/.*)?$|/index\.php$")


class InvalidSiteError(ValueError):
    """What is no address of a site."""


def normalized_site(text: str) -> str:
    """Return "https://host[:port][/sub/path]" of what a user pasted. Raises InvalidSiteError.

    `http` stays as it is.
    """
    text = text.strip()
    has_scheme = _SCHEME.match(text) is not None
    if len(text) > MAX_LENGTH or re.search(r"\s", text):
        raise InvalidSiteError
    try:
        url = URL(text if has_scheme else f"https://{text}")
    except ValueError:
        raise InvalidSiteError from None
    host = url.raw_host or ""
    if url.scheme not in {"https", "http"} or url.user or url.password:
        raise InvalidSiteError
    # A word alone is hardly an address, unless somebody says so.
    if not _HOST.fullmatch(host) or not (
        has_scheme or re.search(r"[.:]", url.raw_authority)
    ):
        raise InvalidSiteError
    path = _PAGES.sub("", url.raw_path.rstrip("/")).rstrip("/")
    site = str(url.origin()) + path
    if len(site) > MAX_LENGTH:
        raise InvalidSiteError
    return site
