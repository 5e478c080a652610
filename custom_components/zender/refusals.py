"""Refused deliveries: counted, logged without content, and made a repair when they go on."""

from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

LOG_PERIOD: Final = timedelta(hours=1)
WRONG_SECRETS: Final = 10
WRONG_SECRETS_PERIOD: Final = timedelta(hours=1)


class Cause(StrEnum):
    """Why a delivery is refused: the `error` of the answer, but for a sender who is ignored."""

    IGNORED_SENDER = "ignored_sender"
    INVALID_SECRET = "invalid_secret"
    INVALID_BODY = "invalid_body"
    INVALID_PAYLOAD = "invalid_payload"
    NOT_LOCAL = "not_local"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"


def signal_refusals(entry_id: str) -> SignalType[()]:
    """Return the signal for every refused delivery of an entry."""
    return SignalType(f"{DOMAIN}_{entry_id}_refusals")


def wrong_secret_issue_id(entry_id: str) -> str:
    """Return the id of the repair about wrong secrets."""
    return f"wrong_secret_{entry_id}"


class Refusals:
    """Keeps count of an entry's refused deliveries."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin at zero."""
        self._hass = hass
        self._entry = entry
        self.counts: Counter[Cause] = Counter()
        self._restored = False
        self._logged: dict[Cause, datetime] = {}
        self._wrong_secrets: deque[datetime] = deque(maxlen=WRONG_SECRETS)
        self._is_secret_right = False
        """Whether the last one was; the repair may be there from before."""

    @callback
    def async_restore(self, counts: Mapping[str, int]) -> None:
        """Add what was counted before Home Assistant started; only the first call does."""
        if not self._restored:
            self._restored = True
            self.counts.update({Cause(cause): counts[cause] for cause in counts})

    @callback
    def async_count(self, cause: Cause) -> None:
        """Count a refusal."""
        now = dt_util.utcnow()
        self.counts[cause] += 1
        self._async_log(cause, now)
        if cause is Cause.INVALID_SECRET:
            self._async_wrong_secret(now)
        async_dispatcher_send(self._hass, signal_refusals(self._entry.entry_id))

    @callback
    def async_accepted(self) -> None:
        """Take back the repair about wrong secrets: the right one came."""
        if self._is_secret_right:
            return
        self._is_secret_right = True
        self._wrong_secrets.clear()
        ir.async_delete_issue(
            self._hass, DOMAIN, wrong_secret_issue_id(self._entry.entry_id)
        )

    @callback
    def _async_log(self, cause: Cause, now: datetime) -> None:
        if (last := self._logged.get(cause)) and now - last < LOG_PERIOD:
            return
        self._logged[cause] = now
        _LOGGER.warning(
            "A delivery to %s was refused: %s. More of the same within the hour are only counted",
            self._entry.title,
            cause,
        )

    @callback
    def _async_wrong_secret(self, now: datetime) -> None:
        self._is_secret_right = False
        self._wrong_secrets.append(now)
        if (
            len(self._wrong_secrets) == WRONG_SECRETS
            and now - self._wrong_secrets[0] < WRONG_SECRETS_PERIOD
        ):
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                wrong_secret_issue_id(self._entry.entry_id),
                data={"entry_id": self._entry.entry_id},
                is_fixable=True,
                severity=ir.IssueSeverity.ERROR,
                translation_key="wrong_secret",
                translation_placeholders={
                    "title": self._entry.title,
                    "count": str(WRONG_SECRETS),
                },
            )
