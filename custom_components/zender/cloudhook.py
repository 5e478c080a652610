"""The webhook's address in Home Assistant Cloud.

The cloud integration is large, so it is imported only for users who have it.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

_CLOUD: Final = "cloud"


@callback
def async_is_subscribed(hass: HomeAssistant) -> bool:
    """Return whether Home Assistant Cloud can receive for this Home Assistant."""
    if _CLOUD not in hass.config.components:
        return False
    from homeassistant.components import cloud  # noqa: PLC0415

    return cloud.async_active_subscription(hass)


async def async_get_cloudhook_url(hass: HomeAssistant, webhook_id: str) -> str | None:
    """Return the webhook's address in the cloud, None without a subscription or connection."""
    if not async_is_subscribed(hass):
        return None
    from hass_nabucasa import NabuCasaBaseError  # noqa: PLC0415

    from homeassistant.components import cloud  # noqa: PLC0415

    # ValueError: the connection went away meanwhile.
    with suppress(cloud.CloudNotAvailable, NabuCasaBaseError, TimeoutError, ValueError):
        return await cloud.async_get_or_create_cloudhook(hass, webhook_id)
    return None


async def async_delete_cloudhook(hass: HomeAssistant, webhook_id: str) -> None:
    """Delete the webhook's address in the cloud, if it has one."""
    if _CLOUD not in hass.config.components:
        return
    from homeassistant.components import cloud  # noqa: PLC0415

    with suppress(cloud.CloudNotAvailable, ValueError):
        await cloud.async_delete_cloudhook(hass, webhook_id)


@callback
def async_listen_cloudhook_change(
    hass: HomeAssistant, webhook_id: str, on_change: Callable[[str | None], None]
) -> CALLBACK_TYPE | None:
    """Call back with the webhook's new address in the cloud, or None when it was deleted."""
    if _CLOUD not in hass.config.components:
        return None
    from homeassistant.components import cloud  # noqa: PLC0415

    @callback
    def changed(cloudhook: dict[str, Any] | None) -> None:
        on_change(cloudhook["cloudhook_url"] if cloudhook else None)

    return cloud.async_listen_cloudhook_change(hass, webhook_id, changed)
