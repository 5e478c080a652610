"""Telephones with the Home Assistant app, which stay connected."""

from typing import Any, Self

from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er


class Telephone:
    """A telephone to which Home Assistant pushes notifications."""

    def __init__(
        self, hass: HomeAssistant, entry: MockConfigEntry, client: MockHAClientWebSocket
    ) -> None:
        """Take what is connected."""
        self._hass = hass
        self._entry = entry
        self._client = client

    @classmethod
    async def connect(
        cls, hass: HomeAssistant, new_client: WebSocketGenerator, name: str
    ) -> Self:
        """Register a telephone, and connect it."""
        webhook_id = f"webhook-of-{name}"
        client = await new_client()
        user = await hass.auth.async_get_users()
        entry = MockConfigEntry(
            domain="mobile_app",
            title=name,
            data={
                "app_data": {"push_websocket_channel": True},
                "app_id": "io.homeassistant.companion.android",
                "app_name": "Home Assistant",
                "app_version": "2026.10.1",
                "device_id": f"id-of-{name}",
                "device_name": name,
                "manufacturer": "Pixel",
                "model": "9",
                "os_name": "Android",
                "os_version": "16",
                "supports_encryption": False,
                "user_id": next(item.id for item in user if item.is_admin),
                "webhook_id": webhook_id,
            },
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        await client.send_json_auto_id(
            {
                "type": "mobile_app/push_notification_channel",
                "webhook_id": webhook_id,
                "support_confirm": False,
            }
        )
        assert (await client.receive_json())["success"]
        return cls(hass, entry, client)

    @property
    def device_id(self) -> str:
        """The telephone's device."""
        registry = dr.async_get(self._hass)
        [device] = dr.async_entries_for_config_entry(registry, self._entry.entry_id)
        return device.id

    @property
    def entity_id(self) -> str:
        """The entity that takes messages."""
        registry = er.async_get(self._hass)
        entities = er.async_entries_for_config_entry(registry, self._entry.entry_id)
        [entity_id] = [
            entity.entity_id for entity in entities if entity.domain == "notify"
        ]
        return entity_id

    async def shown(self) -> dict[str, Any]:
        """Return what the telephone is told next."""
        shown: dict[str, Any] = (await self._client.receive_json())["event"]
        return shown
