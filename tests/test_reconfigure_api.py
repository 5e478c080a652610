"""Adding, changing and removing the site and the API key of a gateway that is set up."""

from collections.abc import AsyncGenerator

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.zender.api_flow import PERMISSIONS
from custom_components.zender.const import DOMAIN
from homeassistant.core import HomeAssistant

from .dialog import INTERNAL, Dialog
from .receiving import SECRET
from .simulator.api_state import Permission
from .simulator.dashboard import Dashboard
from .simulator.gateway import Gateway


@pytest.fixture
async def site(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Dashboard]:
    """Return the gateway's site. It is not https."""
    async with Gateway() as gateway, Dashboard(gateway) as dashboard:
        yield dashboard
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def key(site: Dashboard) -> str:
    """Return a key that may do everything."""
    return site.gateway.api.add_key()


@pytest.fixture
async def entry(hass: HomeAssistant, site: Dashboard, key: str) -> MockConfigEntry:
    """Return an entry with a key."""
    return await set_up(hass, {"url": site.url, "api_key": key})


async def set_up(hass: HomeAssistant, api: dict[str, str]) -> MockConfigEntry:
    """Set an entry up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="My gateway",
        data={"webhook_id": "mine", "secret": SECRET, **api},
        options={"keep_days": 7},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> Dialog:
    """Reconfigure the site and the key."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("api")
    return dialog


async def test_a_key_can_be_added_later(
    hass: HomeAssistant, site: Dashboard, key: str
) -> None:
    """What goes on without it goes on."""
    entry = await set_up(hass, {})
    before = dict(entry.data)
    dialog = await reconfigure(hass, entry)
    assert dialog.shown == {"url": None, "api_key": None}
    await dialog.submit_insecure(site.url, key)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert dialog.abort_reason == "reconfigure_successful"
    assert entry.data == {**before, "url": site.url, "api_key": key}
    assert entry.options == {"keep_days": 7}
    assert entry.title == "My gateway"
    assert entry.runtime_data.api.coordinator.last_update_success


async def test_a_key_that_is_not_typed_stays(
    hass: HomeAssistant, site: Dashboard, key: str, entry: MockConfigEntry
) -> None:
    """The site is shown, the key is not."""
    dialog = await reconfigure(hass, entry)
    assert dialog.shown == {"url": site.url, "api_key": None}
    assert key not in str(dialog.result)
    await dialog.submit_insecure(f"{site.url}/sub", "")

    assert dialog.abort_reason == "reconfigure_successful"
    assert entry.data["url"] == f"{site.url}/sub"
    assert entry.data["api_key"] == key


async def test_a_key_can_be_changed(
    hass: HomeAssistant, site: Dashboard, key: str, entry: MockConfigEntry
) -> None:
    """It is tested before; of the site that is kept nobody is warned again."""
    dialog = await reconfigure(hass, entry)
    await dialog.submit(url=site.url, api_key="0" * 40)
    assert dialog.result["errors"] == {"api_key": "gateway_invalid_key"}
    assert entry.data["api_key"] == key

    few = site.gateway.api.add_key({Permission.GET_DEVICES})
    await dialog.submit(url=site.url, api_key=few)
    assert list(dialog.shown) == [name for name in PERMISSIONS if name != "get_devices"]
    assert entry.data["api_key"] == key

    await dialog.submit()
    assert dialog.abort_reason == "reconfigure_successful"
    assert entry.data["api_key"] == few


async def test_a_key_can_be_removed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Then the entry only receives."""
    dialog = await reconfigure(hass, entry)
    await dialog.submit()
    await hass.async_block_till_done()

    assert dialog.abort_reason == "reconfigure_successful"
    assert "url" not in entry.data
    assert "api_key" not in entry.data
    assert entry.data["secret"] == SECRET
    assert entry.runtime_data.api is None


async def test_a_key_needs_a_site_and_a_site_a_key(
    hass: HomeAssistant, site: Dashboard, key: str
) -> None:
    """One alone is not kept."""
    entry = await set_up(hass, {})
    dialog = await reconfigure(hass, entry)
    await dialog.submit(url=site.url)
    assert dialog.result["errors"] == {"api_key": "api_key_needed"}
    await dialog.submit(api_key=key)
    assert dialog.result["errors"] == {"url": "url_needed"}


async def test_a_new_key_without_the_site_is_asked_for_it(
    hass: HomeAssistant, key: str, entry: MockConfigEntry
) -> None:
    """The site may have been emptied in order to remove it."""
    dialog = await reconfigure(hass, entry)
    await dialog.submit(api_key=key)

    assert dialog.result["errors"] == {"url": "url_needed"}


async def test_a_new_address_leaves_the_key_as_it_is(
    hass: HomeAssistant, site: Dashboard, key: str, entry: MockConfigEntry
) -> None:
    """And does not ask for it, nor offer to do without a webhook."""
    await hass.config.async_update(internal_url=INTERNAL)
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("user")
    await dialog.submit()
    assert dialog.options == ["listen", "secret", "finish"]
    await dialog.choose("finish")

    assert dialog.abort_reason == "reconfigure_successful"
    assert entry.data["webhook_id"] != "mine"
    assert (entry.data["url"], entry.data["api_key"]) == (site.url, key)
