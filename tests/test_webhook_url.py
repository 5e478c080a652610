"""The address that a gateway was given, and what happens when it leads here no longer."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.zender.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .dialog import EXTERNAL, INTERNAL
from .receiving import SECRET

PATH = "/api/webhook/mine"


@pytest.fixture(autouse=True)
async def addresses(hass: HomeAssistant) -> None:
    """Give Home Assistant two addresses."""
    assert await async_setup_component(hass, "webhook", {})
    await hass.config.async_update(external_url=EXTERNAL, internal_url=INTERNAL)


async def add_entry(hass: HomeAssistant, url: str | None) -> MockConfigEntry:
    """Set up an entry whose gateway was given an address."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="gateway.example",
        data={"webhook_id": "mine", "secret": SECRET}
        | ({"webhook_url": url} if url else {}),
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def move(hass: HomeAssistant, external_url: str | None) -> None:
    """Change Home Assistant's external address, as its settings do."""
    await hass.config.async_update(external_url=external_url)
    await hass.async_block_till_done()


def issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the repair about an entry's address."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"url_changed_{entry.entry_id}")


async def test_a_changed_address_is_a_repair_until_it_changes_back(
    hass: HomeAssistant,
) -> None:
    """The gateway still has the old one, so its messages are lost."""
    entry = await add_entry(hass, EXTERNAL + PATH)
    assert issue(hass, entry) is None

    await move(hass, "https://moved.example")
    raised = issue(hass, entry)
    assert raised is not None
    assert raised.is_fixable
    assert raised.severity is ir.IssueSeverity.WARNING
    assert raised.translation_key == "url_changed"
    assert raised.translation_placeholders == {"title": "gateway.example"}

    await move(hass, EXTERNAL)
    assert issue(hass, entry) is None


async def test_an_address_that_changed_while_home_assistant_was_down_is_a_repair(
    hass: HomeAssistant,
) -> None:
    """It is compared at every start."""
    entry = await add_entry(hass, f"https://before.example{PATH}")

    assert issue(hass, entry) is not None


async def test_a_gateway_at_home_does_not_mind_an_external_address(
    hass: HomeAssistant,
) -> None:
    """Any address that leads here is right."""
    await move(hass, None)
    entry = await add_entry(hass, INTERNAL + PATH)
    await move(hass, "https://new.example")

    assert issue(hass, entry) is None


async def test_an_entry_that_knows_no_address_takes_the_present_one(
    hass: HomeAssistant,
) -> None:
    """From then on a change is noticed."""
    entry = await add_entry(hass, None)
    assert entry.data["webhook_url"] == EXTERNAL + PATH
    assert issue(hass, entry) is None

    await move(hass, "https://moved.example")
    assert entry.data["webhook_url"] == EXTERNAL + PATH
    assert issue(hass, entry) is not None


async def test_without_any_address_nothing_is_compared(hass: HomeAssistant) -> None:
    """There is none that the gateway could be given."""
    entry = await add_entry(hass, EXTERNAL + PATH)
    await move(hass, "https://moved.example")
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    await hass.config.async_update(external_url=None, internal_url=None)
    await hass.async_block_till_done()

    assert issue(hass, entry) is None
    assert entry.data["webhook_url"] == EXTERNAL + PATH


async def test_an_entry_that_is_not_loaded_compares_nothing(
    hass: HomeAssistant,
) -> None:
    """It compares when it is set up again."""
    entry = await add_entry(hass, EXTERNAL + PATH)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await move(hass, "https://moved.example")
    assert issue(hass, entry) is None

    assert await hass.config_entries.async_setup(entry.entry_id)
    assert issue(hass, entry) is not None


async def test_the_repair_goes_with_its_entry(hass: HomeAssistant) -> None:
    """Nobody could repair it."""
    entry = await add_entry(hass, f"https://before.example{PATH}")
    assert issue(hass, entry) is not None

    await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass, entry) is None
