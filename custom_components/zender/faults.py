"""What goes wrong at the gateway or with the database, in the user's words."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN
from .gateway.api_errors import (
    GatewayError,
    InvalidKeyError,
    InvalidNumberError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    UnavailableError,
)
from .journal.errors import JournalError


def fault_key(error: GatewayError) -> str:
    """Return the translation key of what the user is told."""
    match error:
        case InvalidKeyError():
            return "gateway_invalid_key"
        case PermissionDeniedError():
            return "gateway_permission_denied"
        case QuotaExceededError():
            return "gateway_quota_exceeded"
        case InvalidNumberError():
            return "gateway_invalid_number"
        case InvalidParameterError():
            return "gateway_invalid_parameter"
        case NotFoundError():
            return "gateway_not_found"
    assert isinstance(error, UnavailableError)
    return f"gateway_{error.cause}"


def fault_placeholders(error: GatewayError) -> dict[str, str]:
    """Return what the translation names."""
    match error:
        case PermissionDeniedError():
            return {"call": error.call}
        case InvalidParameterError():
            return {"detail": error.detail}
    return {}


@callback
def async_gateway_fault(
    hass: HomeAssistant, entry: ConfigEntry, error: GatewayError
) -> HomeAssistantError:
    """Return what an action raises; a key that the gateway no longer takes is asked for anew."""
    if isinstance(error, InvalidKeyError):
        entry.async_start_reauth(hass)
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=fault_key(error),
        translation_placeholders=fault_placeholders(error) or None,
    )


def journal_fault(error: JournalError) -> HomeAssistantError:
    """Return what an action raises when the database does not work."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=f"journal_{error.problem}"
    )
