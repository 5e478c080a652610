"""The actions."""

from homeassistant.core import HomeAssistant, callback

from .services_messages import async_setup_message_services
from .services_sending import async_setup_sending_services


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register all actions."""
    async_setup_message_services(hass)
    async_setup_sending_services(hass)
