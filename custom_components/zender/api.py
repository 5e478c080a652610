"""What an entry can do with the gateway's REST API, if it has a key."""

from dataclasses import dataclass

from aiohttp import DummyCookieJar

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_API_KEY, CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession

from .archive import Archive
from .catch_up import CatchUp
from .const import DOMAIN
from .coordinator import ZenderCoordinator
from .delivery import Delivery
from .gateway.client import GatewayClient
from .sender import Sender
from .ussd import UssdDesk


@dataclass(frozen=True, slots=True)
class Api:
    """The parts that need the REST API."""

    client: GatewayClient
    coordinator: ZenderCoordinator
    sender: Sender
    ussd: UssdDesk
    catch_up: CatchUp
    delivery: Delivery

    @callback
    def async_start(self) -> None:
        """Ask the gateway how it is, now and then, and for what was missed."""
        entry = self.coordinator.config_entry

        @callback
        def updated() -> None:
            if self.coordinator.last_update_success:
                entry.async_create_background_task(
                    self.coordinator.hass, self._async_updated(), f"{DOMAIN} update"
                )

        entry.async_on_unload(self.coordinator.async_add_listener(updated))
        self.catch_up.async_start()
        entry.async_create_background_task(
            self.coordinator.hass,
            self.coordinator.async_refresh(),
            f"{DOMAIN} first refresh",
        )

    async def _async_updated(self) -> None:
        """Take over what the gateway lists now, then fetch what was missed meanwhile."""
        state = self.coordinator.data
        await self.delivery.async_update_devices(
            (state.phones or {}).values(), state.accounts or {}
        )
        await self.catch_up.async_fetch_or_log()


@callback
def async_set_up_api(
    hass: HomeAssistant, entry: ConfigEntry, archive: Archive, delivery: Delivery
) -> Api | None:
    """Return an entry's use of the REST API, None without a key. Asks the gateway nothing yet."""
    if not (api_key := entry.data.get(CONF_API_KEY)):
        return None
    # Without cookies: of one session, PHP lets one call wait for the other.
    session = async_create_clientsession(hass, cookie_jar=DummyCookieJar())
    client = GatewayClient(session, entry.data[CONF_URL], api_key)
    coordinator = ZenderCoordinator(hass, entry, client)
    sender = Sender(hass, entry, archive, delivery.devices, coordinator)
    catch_up = CatchUp(hass, entry, archive, delivery, coordinator)
    ussd = UssdDesk(hass, entry, sender, catch_up)
    return Api(client, coordinator, sender, ussd, catch_up, delivery)
