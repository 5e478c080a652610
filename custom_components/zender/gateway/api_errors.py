"""What can go wrong when the gateway's REST API is asked, in terms of what to do about it.

No text here holds a key, a number or a message.
"""

from enum import StrEnum
from http import HTTPStatus
import re
from typing import Final

_MAX_DETAIL: Final = 255

# The API has one status for what a key may not do and for what a plan does not include; only its words differ.
_ABOUT_KEY: Final = re.compile(r"\b(?:key|secret|permission)", re.IGNORECASE)
_ABOUT_QUOTA: Final = re.compile(
    r"quota|limit|credit|balance|plan\b|package|subscri|upgrade|exceed|reached|maximum",
    re.IGNORECASE,
)
_ABOUT_NUMBER: Final = re.compile(r"phone|number|recipient", re.IGNORECASE)


class UnavailableCause(StrEnum):
    """Why the gateway cannot be used at the moment."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    """Refused, reset, or cut off in the middle of an answer."""
    DNS = "dns"
    TLS = "tls"
    MAINTENANCE = "maintenance"
    """A web page came instead of an answer."""
    SERVER_ERROR = "server_error"
    INVALID_ANSWER = "invalid_answer"


class GatewayError(Exception):
    """A call that the gateway did not do."""


class InvalidKeyError(GatewayError):
    """The gateway does not know the API key."""


class PermissionDeniedError(GatewayError):
    """The API key may not do this; `call` is the API's name of it, such as "send/sms"."""

    def __init__(self, call: str) -> None:
        """Take the call's name."""
        super().__init__(call)
        self.call = call


class QuotaExceededError(GatewayError):
    """The plan, or the credits, are used up."""


class InvalidParameterError(GatewayError):
    """The gateway does not take a parameter; `detail` is what it says, for the user alone."""

    def __init__(self, detail: str) -> None:
        """Take the gateway's words."""
        super().__init__("invalid parameter")
        self.detail = detail[:_MAX_DETAIL]


class InvalidNumberError(InvalidParameterError):
    """The gateway does not take the number or group of the recipient."""


class NotFoundError(GatewayError):
    """The gateway has no such phone, account or message; `detail` is what it says, for the user alone."""

    def __init__(self, detail: str) -> None:
        """Take the gateway's words."""
        super().__init__("not found")
        self.detail = detail[:_MAX_DETAIL]


class UnavailableError(GatewayError):
    """The gateway cannot be used at the moment; `cause` says why."""

    def __init__(self, cause: UnavailableCause) -> None:
        """Take the cause."""
        super().__init__(cause.value)
        self.cause = cause


def refusal(call: str, status: int, words: str, detail: str) -> GatewayError:
    """Return what an answer's status, other than 200, and its words mean.

    `detail` is what the user may read of them; without what was sent, they can mean something else.
    """
    match status:
        case HTTPStatus.BAD_REQUEST if _ABOUT_NUMBER.search(words):
            return InvalidNumberError(detail)
        case HTTPStatus.BAD_REQUEST:
            return InvalidParameterError(detail)
        case HTTPStatus.UNAUTHORIZED:
            return InvalidKeyError()
        case HTTPStatus.FORBIDDEN if _is_about_quota(words):
            return QuotaExceededError()
        case HTTPStatus.FORBIDDEN:
            return PermissionDeniedError(call)
        case HTTPStatus.NOT_FOUND:
            return NotFoundError(detail)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableError(UnavailableCause.SERVER_ERROR)
    return UnavailableError(UnavailableCause.INVALID_ANSWER)


def _is_about_quota(words: str) -> bool:
    """Return whether it is the plan that does not allow it; what is not clear is taken for the key's permission."""
    return not _ABOUT_KEY.search(words) and bool(_ABOUT_QUOTA.search(words))
