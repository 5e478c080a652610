"""Reconfiguring a gateway: another secret, or another address."""

from http import HTTPStatus

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .dialog import EXTERNAL, OTHER_SECRET, Dialog, Gateway
from .receiving import SECRET

OLD_URL = f"{EXTERNAL}/api/webhook/old"
REFUSED = (HTTPStatus.UNAUTHORIZED, {"error": "invalid_secret"})


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry that is set up."""
    assert await async_setup_component(hass, "webhook", {})
    await hass.config.async_update(external_url=EXTERNAL)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="gateway.example",
        data={"webhook_id": "old", "secret": SECRET, "webhook_url": OLD_URL},
        options={"texts_in_states": "none"},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


@pytest.fixture
async def gateway(
    entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return a gateway."""
    return Gateway(await hass_client_no_auth())


async def test_the_present_address_is_shown(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Who lost it can give it to the gateway again."""
    dialog = await Dialog.reconfigure(hass, entry)

    assert dialog.step == "reconfigure"
    assert dialog.url == OLD_URL
    assert dialog.options == ["new_secret", "user", "api"]


async def test_without_any_address_the_secret_can_still_be_changed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Home Assistant may have lost its settings."""
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    await hass.config.async_update(external_url=None)
    dialog = await Dialog.reconfigure(hass, entry)
    assert dialog.url == "–"

    await dialog.choose("new_secret")
    await dialog.submit(secret=OTHER_SECRET)
    assert dialog.abort_reason == "reconfigure_successful"


async def test_another_secret_counts_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """The webhook was made anew in the gateway, with the same address."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("new_secret")
    await dialog.submit(secret="not a secret")
    assert dialog.result["errors"] == {"secret": "invalid_secret"}
    assert entry.data["secret"] == SECRET

    await dialog.submit(secret=OTHER_SECRET.upper())
    assert dialog.abort_reason == "reconfigure_successful"
    assert entry.data == {
        "webhook_id": "old",
        "secret": OTHER_SECRET,
        "webhook_url": OLD_URL,
    }
    assert await gateway.post(OLD_URL) == REFUSED
    await gateway.deliver(OLD_URL, "sms", secret=OTHER_SECRET)


async def test_the_same_secret_can_be_typed_again(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Nothing is wrong with it."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("new_secret")
    await dialog.submit(secret=SECRET)

    assert dialog.abort_reason == "reconfigure_successful"


@pytest.fixture
def another_entry(hass: HomeAssistant) -> None:
    """Let there be another gateway."""
    MockConfigEntry(
        domain=DOMAIN, data={"webhook_id": "another", "secret": OTHER_SECRET}
    ).add_to_hass(hass)


@pytest.mark.usefixtures("another_entry")
async def test_the_secret_of_another_gateway_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """One webhook does not become two entries."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("new_secret")
    await dialog.submit(secret=OTHER_SECRET)

    assert dialog.abort_reason == "already_configured"
    assert entry.data["secret"] == SECRET


@pytest.mark.usefixtures("another_entry")
async def test_the_secret_of_another_gateway_is_refused_at_a_new_address_too(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """The entry stays as it was."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("user")
    await gateway.deliver(
        dialog.url, "sms", "whatsapp", "ussd", "notifications", secret=OTHER_SECRET
    )
    await dialog.submit()
    await dialog.choose("secret")
    await dialog.submit(secret=OTHER_SECRET)
    await dialog.submit()

    assert dialog.abort_reason == "already_configured"
    assert entry.data["webhook_id"] == "old"
    await gateway.deliver(OLD_URL, "sms")


async def test_a_new_address_takes_the_place_of_the_old_one(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """The gateway keeps the secret when a webhook's address is edited."""
    events = async_capture_events(hass, "zender_sms_received")
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("user")
    url = dialog.url
    assert url != OLD_URL
    await dialog.listen()
    await gateway.deliver(OLD_URL, "sms", id=1)
    await gateway.deliver(url, "sms", id=2)
    await gateway.deliver(url, "whatsapp", "ussd", "notifications")
    await dialog.look()
    assert dialog.step == "confirm"
    assert dialog.placeholders["secret_start"] == SECRET[:4]

    await dialog.submit()
    await hass.async_block_till_done()
    assert dialog.abort_reason == "reconfigure_successful"
    assert hass.config_entries.async_entries(DOMAIN) == [entry]
    assert entry.data == {
        "webhook_id": url.rpartition("/")[2],
        "secret": SECRET,
        "webhook_url": url,
    }
    assert entry.title == "gateway.example"
    assert entry.options == {"texts_in_states": "none"}
    assert not await gateway.is_listening(OLD_URL)
    await gateway.deliver(url, "sms", id=3)
    await hass.async_block_till_done()
    assert [event.data["id"] for event in events] == [1, 2, 3]
    assert {event.data["config_entry_id"] for event in events} == {entry.entry_id}


async def test_a_new_address_needs_no_test_and_no_secret(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """The secret is known."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("user")
    url = dialog.url
    await dialog.submit()
    await dialog.choose("finish")

    assert dialog.abort_reason == "reconfigure_successful"
    await gateway.deliver(url, "sms")


async def test_a_new_address_can_come_with_a_new_secret(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """The webhook was deleted in the gateway, and another one made."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("user")
    url = dialog.url
    await dialog.submit()
    await dialog.choose("secret")
    await dialog.submit(secret=OTHER_SECRET)
    types = ("sms", "whatsapp", "ussd", "notifications")
    await gateway.deliver(url, *types, secret=OTHER_SECRET)
    await dialog.look()
    await dialog.submit()

    assert dialog.abort_reason == "reconfigure_successful"
    assert entry.data["secret"] == OTHER_SECRET
    assert await gateway.post(url) == REFUSED
    await gateway.deliver(url, "sms", secret=OTHER_SECRET)


async def test_a_delivery_with_another_secret_is_noticed(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """What is compared is the entry's secret, which nobody has to type."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("user")
    url = dialog.url
    await dialog.listen()
    await gateway.deliver(url, "sms", secret=OTHER_SECRET)
    await dialog.look()

    assert dialog.result["progress_action"] == "other_secret"


async def test_until_the_end_the_old_address_works(
    hass: HomeAssistant, entry: MockConfigEntry, gateway: Gateway
) -> None:
    """A dialog that is closed changes nothing."""
    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("user")
    await gateway.deliver(dialog.url, "sms")
    dialog.close()

    assert entry.data["webhook_id"] == "old"
    await gateway.deliver(OLD_URL, "sms")


async def test_a_new_address_ends_the_repair_about_the_old_one(
    hass: HomeAssistant, entry: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    """The gateway is given the address that is right now."""
    issue_id = f"url_changed_{entry.entry_id}"
    await hass.config.async_update(external_url="https://moved.example")
    await hass.async_block_till_done()
    assert issue_registry.async_get_issue(DOMAIN, issue_id)

    dialog = await Dialog.reconfigure(hass, entry)
    await dialog.choose("user")
    await dialog.submit()
    await dialog.choose("finish")
    await hass.async_block_till_done()

    assert entry.data["webhook_url"].startswith("https://moved.example")
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None
