"""The address in Home Assistant Cloud."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from hass_nabucasa.cloudhooks import CloudhookApiError
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from custom_components.zender.offers import OFFER_LIFETIME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .cloud import FakeCloud, start_cloud
from .dialog import EXTERNAL, INTERNAL, Dialog, Gateway
from .receiving import SECRET


@pytest.fixture
async def cloud(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """Return the cloud of a Home Assistant that has two other addresses, too."""
    assert await async_setup_component(hass, "webhook", {})
    await hass.config.async_update(external_url=EXTERNAL, internal_url=INTERNAL)
    return start_cloud(hass, monkeypatch)


@pytest.fixture
async def gateway(
    cloud: FakeCloud, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return a gateway."""
    return Gateway(await hass_client_no_auth())


async def finish(hass: HomeAssistant, dialog: Dialog) -> None:
    """Go on to the end, with the secret typed if it is asked for."""
    await dialog.submit()
    await dialog.choose("finish")
    if dialog.result.get("step_id") == "finish":
        await dialog.submit(secret=SECRET)
        await dialog.skip_api()
    await hass.async_block_till_done()


def fields(dialog: Dialog) -> list[str]:
    """Return the addresses that are shown, in order."""
    schema = dialog.result["data_schema"]
    assert schema is not None
    return [str(field) for field in schema.schema if str(field) != "qr_code"]


def has_issue(hass: HomeAssistant, entry_id: str) -> bool:
    """Whether there is a repair about the address."""
    issue_id = f"url_changed_{entry_id}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is not None


async def test_subscribers_are_shown_the_address_in_the_cloud_first(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """It works without opening a port."""
    dialog = await Dialog.open(hass)

    assert fields(dialog) == ["cloud_url", "external_url", "internal_url"]
    assert dialog.url == "https://hooks.nabu.casa/hook-1"
    assert dialog.result["errors"] == {}


async def test_the_address_in_the_cloud_is_kept_with_the_entry(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """It leads to the entry's webhook, so it is right until it is deleted."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)

    assert cloud.webhook_ids == {dialog.entry.data["webhook_id"]}
    assert dialog.entry.data["cloudhook_url"] == "https://hooks.nabu.casa/hook-1"
    assert dialog.entry.data["webhook_url"] == "https://hooks.nabu.casa/hook-1"
    assert not has_issue(hass, dialog.entry.entry_id)


async def test_opening_the_dialog_again_shows_the_same_address_in_the_cloud(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """No second one is made for the same webhook."""
    dialog = await Dialog.open(hass)
    dialog.close()
    again = await Dialog.open(hass)

    assert again.url == dialog.url
    assert len(cloud.webhook_ids) == 1


@pytest.mark.parametrize("missing", ["login", "subscription"])
async def test_without_a_subscription_the_cloud_is_left_alone(
    hass: HomeAssistant, cloud: FakeCloud, missing: str
) -> None:
    """The other addresses are shown."""
    cloud.is_logged_in = missing != "login"
    cloud.subscription_expired = missing == "subscription"
    dialog = await Dialog.open(hass)

    assert fields(dialog) == ["external_url", "internal_url"]
    assert cloud.webhook_ids == set()


async def test_without_a_connection_to_the_cloud_a_gateway_can_be_added(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """It gets another address."""
    cloud.iot.connected = False
    dialog = await Dialog.open(hass)
    assert fields(dialog) == ["external_url", "internal_url"]

    await finish(hass, dialog)
    assert "cloudhook_url" not in dialog.entry.data
    assert dialog.entry.data["webhook_url"].startswith(EXTERNAL)


@pytest.mark.parametrize(
    "error",
    [
        CloudhookApiError("no answer"),
        TimeoutError(),
        ValueError("Cloud is not connected"),
    ],
    ids=["error", "timeout", "disconnected"],
)
async def test_when_the_cloud_fails_a_gateway_can_be_added(
    hass: HomeAssistant, cloud: FakeCloud, error: Exception
) -> None:
    """The dialog opens all the same."""
    cloud.cloudhooks.fails_with = error
    dialog = await Dialog.open(hass)

    assert fields(dialog) == ["external_url", "internal_url"]


async def test_an_address_that_was_deleted_in_the_cloud_is_a_repair(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """The gateway still has it."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)
    entry = dialog.entry

    await cloud.cloudhooks.async_delete(entry.data["webhook_id"])
    await hass.async_block_till_done()
    assert "cloudhook_url" not in entry.data
    assert has_issue(hass, entry.entry_id)


async def test_another_address_in_the_cloud_is_taken_over(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """It was deleted and made again, so the gateway has to be given the new one."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)
    entry = dialog.entry
    await cloud.cloudhooks.async_delete(entry.data["webhook_id"])
    await cloud.cloudhooks.async_create(entry.data["webhook_id"], managed=False)
    await hass.async_block_till_done()

    assert entry.data["cloudhook_url"] == "https://hooks.nabu.casa/hook-2"
    assert has_issue(hass, entry.entry_id)
    assert (await Dialog.reconfigure(hass, entry)).url == entry.data["cloudhook_url"]


async def test_the_address_in_the_cloud_of_somebody_else_changes_nothing(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """Other integrations have some, too."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)
    before = dict(dialog.entry.data)
    await cloud.cloudhooks.async_create("the phone's", managed=True)
    await cloud.cloudhooks.async_delete("the phone's")
    await hass.async_block_till_done()

    assert dialog.entry.data == before
    assert not has_issue(hass, dialog.entry.entry_id)


async def test_the_address_in_the_cloud_goes_with_the_entry(
    hass: HomeAssistant, cloud: FakeCloud, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of it stays in the account, and nobody follows it any more."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)
    await hass.config_entries.async_remove(dialog.entry.entry_id)

    assert cloud.webhook_ids == set()
    assert "Exception" not in caplog.text


async def test_an_entry_that_is_only_reloaded_keeps_its_address_in_the_cloud(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """And goes on to follow it."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)
    entry = dialog.entry
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert cloud.webhook_ids == {entry.data["webhook_id"]}

    await cloud.cloudhooks.async_delete(entry.data["webhook_id"])
    await hass.async_block_till_done()
    assert has_issue(hass, entry.entry_id)


async def test_an_address_in_the_cloud_that_nobody_took_goes_after_a_day(
    hass: HomeAssistant, cloud: FakeCloud, freezer: FrozenDateTimeFactory
) -> None:
    """Together with the webhook."""
    dialog = await Dialog.open(hass)
    dialog.close()
    freezer.tick(OFFER_LIFETIME)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()

    assert cloud.webhook_ids == set()


async def test_an_address_in_the_cloud_that_an_entry_took_stays(
    hass: HomeAssistant, cloud: FakeCloud, freezer: FrozenDateTimeFactory
) -> None:
    """The day after as well."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)
    freezer.tick(OFFER_LIFETIME)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()

    assert cloud.webhook_ids == {dialog.entry.data["webhook_id"]}
    assert not has_issue(hass, dialog.entry.entry_id)


async def test_an_address_in_the_cloud_that_expired_while_home_assistant_was_down_goes(
    hass: HomeAssistant,
    cloud: FakeCloud,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, object],
) -> None:
    """The next dialog tidies up."""
    await cloud.cloudhooks.async_create("forgotten", managed=True)
    hass_storage["zender.offers"] = {
        "version": 1,
        "minor_version": 1,
        "key": "zender.offers",
        "data": {"forgotten": "2020-01-01T00:00:00+00:00"},
    }
    dialog = await Dialog.open(hass)
    shown = dialog.url
    freezer.tick(timedelta(seconds=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()

    assert "forgotten" not in cloud.webhook_ids
    assert "forgotten" not in str(hass_storage["zender.offers"])
    assert shown == "https://hooks.nabu.casa/hook-2"


async def test_a_new_address_takes_the_place_of_the_old_one_in_the_cloud(
    hass: HomeAssistant, cloud: FakeCloud, gateway: Gateway
) -> None:
    """The old one is deleted, and the new one followed from then on."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)
    entry = dialog.entry
    old_id = entry.data["webhook_id"]

    moving = await Dialog.reconfigure(hass, entry)
    assert moving.url == "https://hooks.nabu.casa/hook-1"
    await moving.choose("user")
    assert moving.url == "https://hooks.nabu.casa/hook-2"
    assert cloud.webhook_ids > {old_id}
    await finish(hass, moving)

    new_id = entry.data["webhook_id"]
    assert new_id != old_id
    assert cloud.webhook_ids == {new_id}
    assert entry.data["cloudhook_url"] == "https://hooks.nabu.casa/hook-2"
    assert entry.data["webhook_url"] == "https://hooks.nabu.casa/hook-2"
    assert not has_issue(hass, entry.entry_id)

    await cloud.cloudhooks.async_create("the phone's", managed=True)
    await hass.async_block_till_done()
    assert entry.data["cloudhook_url"] == "https://hooks.nabu.casa/hook-2"
    assert not has_issue(hass, entry.entry_id)

    await cloud.cloudhooks.async_delete(new_id)
    await hass.async_block_till_done()
    assert has_issue(hass, entry.entry_id)


async def test_a_new_address_without_the_cloud_leaves_nothing_in_it(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """The subscription ended, and the gateway moves to the external address."""
    dialog = await Dialog.open(hass)
    await finish(hass, dialog)
    entry = dialog.entry
    cloud.subscription_expired = True

    moving = await Dialog.reconfigure(hass, entry)
    assert moving.url.startswith(EXTERNAL)
    await moving.choose("user")
    await finish(hass, moving)

    assert "cloudhook_url" not in entry.data
    assert entry.data["webhook_url"].startswith(EXTERNAL)
    assert cloud.webhook_ids == set()
    assert not has_issue(hass, entry.entry_id)


async def test_an_entry_without_an_address_in_the_cloud_does_not_need_the_cloud(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """Removing it asks nothing of the account."""
    await cloud.cloudhooks.async_create("mine", managed=False)
    cloud.iot.connected = False
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={
            "webhook_id": "mine",
            "secret": SECRET,
            "webhook_url": f"{EXTERNAL}/api/webhook/mine",
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert not has_issue(hass, entry.entry_id)

    await hass.config_entries.async_remove(entry.entry_id)
    assert cloud.webhook_ids == {"mine"}


async def test_when_the_address_in_the_cloud_is_gone_already_the_entry_can_be_removed(
    hass: HomeAssistant, cloud: FakeCloud
) -> None:
    """The account was emptied while Home Assistant was down."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={
            "webhook_id": "mine",
            "secret": SECRET,
            "cloudhook_url": "https://hooks.nabu.casa/gone",
        },
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_remove(entry.entry_id)

    assert hass.config_entries.async_entries(DOMAIN) == []
