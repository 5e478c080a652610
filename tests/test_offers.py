"""Addresses that dialogs have shown: they listen from that moment on, and none is shown to two."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
    async_test_home_assistant,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.zender.const import DOMAIN
from custom_components.zender.offers import OFFER_LIFETIME
from homeassistant import loader
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .dialog import EXTERNAL, OTHER_SECRET, Dialog, Gateway
from .receiving import SECRET

STORED = "zender.offers"


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return a gateway."""
    await prepare(hass)
    return Gateway(await hass_client_no_auth())


async def prepare(hass: HomeAssistant) -> None:
    """Give Home Assistant an address."""
    assert await async_setup_component(hass, "webhook", {})
    await hass.config.async_update(external_url=EXTERNAL)


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, time: timedelta
) -> None:
    """Let time pass."""
    freezer.tick(time)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


async def finish(dialog: Dialog, secret: str = SECRET) -> None:
    """Type the secret and finish."""
    await dialog.submit()
    await dialog.choose("finish")
    await dialog.submit(secret=secret)
    await dialog.skip_api()


# Two at once


async def test_a_second_dialog_asks_whose_the_first_one_is(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """It may be a tab that was forgotten, or somebody else."""
    await Dialog.open(hass)
    second = await Dialog.open(hass)

    assert second.step == "other_flow"
    assert second.options == ["take_over", "new_address"]


async def test_two_dialogs_do_not_meet(hass: HomeAssistant, gateway: Gateway) -> None:
    """Two people add two gateways, and each sees only their own."""
    events = async_capture_events(hass, "zender_sms_received")
    first = await Dialog.open(hass)
    second = await Dialog.open(hass)
    await second.choose("new_address")
    first_url, second_url = first.url, second.url
    assert first_url != second_url

    await gateway.deliver(second_url, "sms", "whatsapp", id=2, secret=OTHER_SECRET)
    await gateway.deliver(first_url, "sms", id=1)
    await finish(first)
    await second.submit()
    await second.choose("listen")
    await gateway.deliver(second_url, "ussd", "notifications", secret=OTHER_SECRET)
    await second.look()
    await second.submit()
    await second.skip_api()
    await hass.async_block_till_done()

    assert first.entry.data["secret"] == SECRET
    assert second.entry.data["secret"] == OTHER_SECRET
    assert [(event.data["id"], event.data["config_entry_id"]) for event in events] == [
        (1, first.entry.entry_id),
        (2, second.entry.entry_id),
    ]


async def test_taking_over_ends_the_other_dialog_and_keeps_its_address(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """What the gateway was given goes on to work."""
    first = await Dialog.open(hass)
    url = first.url
    await first.listen()
    await gateway.deliver(url, "sms", "whatsapp", "ussd")
    second = await Dialog.open(hass)
    await second.choose("take_over")

    assert second.url == url
    assert [flow["flow_id"] for flow in hass.config_entries.flow.async_progress()] == [
        second.flow_id
    ]

    await second.listen()
    await gateway.deliver(url, "notifications")
    await second.look()
    assert second.step == "confirm"


async def test_taking_over_works_when_the_other_dialog_was_closed_meanwhile(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """There is no other dialog any more, but its address is there."""
    first = await Dialog.open(hass)
    second = await Dialog.open(hass)
    first.close()
    await second.choose("take_over")

    assert second.url == first.url
    assert (await Dialog.open(hass)).step == "other_flow"


async def test_taking_over_shows_a_new_address_when_the_other_dialog_was_finished(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """An entry has the address now."""
    first = await Dialog.open(hass)
    url = first.url
    second = await Dialog.open(hass)
    await finish(first)
    await second.choose("take_over")

    assert second.step == "user"
    assert second.url != url


# Closed and opened again


async def test_closing_the_dialog_by_accident_loses_nothing(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, gateway: Gateway
) -> None:
    """Within 24 hours it shows the same address again, and what came meanwhile is there."""
    events = async_capture_events(hass, "zender_sms_received")
    dialog = await Dialog.open(hass)
    url = dialog.url
    dialog.close()
    await gateway.deliver(url, "sms", id=1)
    await pass_time(hass, freezer, OFFER_LIFETIME - timedelta(seconds=1))
    await gateway.deliver(url, "sms", id=2)

    again = await Dialog.open(hass)
    assert again.url == url
    await finish(again)
    await hass.async_block_till_done()
    assert [event.data["id"] for event in events] == [1, 2]


async def test_closing_the_dialog_while_it_listens_loses_nothing(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """The time of waiting is over, not the address."""
    dialog = await Dialog.open(hass)
    url = dialog.url
    await dialog.listen()
    dialog.close()
    await gateway.deliver(url, "sms", "whatsapp", "ussd", "notifications")

    again = await Dialog.open(hass)
    assert again.url == url
    await again.submit()
    await again.choose("listen")
    assert again.step == "confirm"


async def test_of_two_dialogs_that_were_closed_the_later_one_goes_on(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, gateway: Gateway
) -> None:
    """That is the one which was asked for a new address."""
    first = await Dialog.open(hass)
    freezer.tick(timedelta(minutes=1))
    second = await Dialog.open(hass)
    await second.choose("new_address")
    first.close()
    second.close()

    assert (await Dialog.open(hass)).url == second.url


async def test_a_redirect_in_an_earlier_dialog_is_forgotten(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """It was said then, and the address may have been put right."""
    dialog = await Dialog.open(hass)
    await gateway.client.get(URL(dialog.url).path)
    dialog.close()

    again = await Dialog.open(hass)
    await again.listen()
    assert again.result["progress_action"] == "listening"


async def test_an_address_that_nobody_took_goes_after_a_day(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    gateway: Gateway,
    hass_storage: dict[str, Any],
) -> None:
    """Nothing listens for ever, and the next dialog shows a new one."""
    dialog = await Dialog.open(hass)
    url = dialog.url
    dialog.close()
    assert await gateway.is_listening(url)
    await pass_time(hass, freezer, OFFER_LIFETIME)

    assert not await gateway.is_listening(url)
    await pass_time(hass, freezer, timedelta(seconds=1))
    assert hass_storage[STORED]["data"] == {}
    assert (await Dialog.open(hass)).url != url


async def test_an_address_in_an_open_dialog_stays(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, gateway: Gateway
) -> None:
    """Whoever left it open over night goes on in the morning; then it goes a day later."""
    dialog = await Dialog.open(hass)
    url = dialog.url
    await pass_time(hass, freezer, OFFER_LIFETIME)
    assert await gateway.is_listening(url)

    dialog.close()
    await pass_time(hass, freezer, OFFER_LIFETIME)
    assert not await gateway.is_listening(url)


async def test_an_address_that_an_entry_took_does_not_go(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    gateway: Gateway,
    hass_storage: dict[str, Any],
) -> None:
    """It is not on offer any more."""
    dialog = await Dialog.open(hass)
    url = dialog.url
    await finish(dialog)
    await pass_time(hass, freezer, OFFER_LIFETIME)

    assert await gateway.is_listening(url)
    assert hass_storage[STORED]["data"] == {}
    assert (await Dialog.open(hass)).url != url


# Over a restart


@pytest.mark.parametrize(
    ("away", "same"),
    [(timedelta(hours=23), True), (timedelta(hours=25), False)],
    ids=["within a day", "after a day"],
)
async def test_an_address_survives_a_restart_for_a_day(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    gateway: Gateway,
    aiohttp_client: ClientSessionGenerator,
    away: timedelta,
    same: bool,
) -> None:
    """The dialog shows the address that the gateway may have by now."""
    dialog = await Dialog.open(hass)
    url = dialog.url
    await pass_time(hass, freezer, timedelta(seconds=1))
    await hass.async_stop(force=True)
    freezer.tick(away)

    async with async_test_home_assistant() as restarted:
        restarted.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        await prepare(restarted)
        after = await Dialog.open(restarted)
        gateway = Gateway(await aiohttp_client(restarted.http.app))

        assert (after.url == url) is same
        assert await gateway.is_listening(url) is same
        assert await gateway.is_listening(after.url)

        # The day counts from the first time that it was shown.
        after.close()
        await pass_time(restarted, freezer, OFFER_LIFETIME - away)
        assert await gateway.is_listening(after.url) is not same
        await restarted.async_stop(force=True)


async def test_an_address_that_an_entry_has_is_not_shown_after_a_restart(
    hass: HomeAssistant, gateway: Gateway, hass_storage: dict[str, Any]
) -> None:
    """Home Assistant stopped after the entry was stored and before the offer's end was."""
    hass_storage[STORED] = {
        "version": 1,
        "minor_version": 1,
        "key": STORED,
        "data": {"taken": "2999-01-01T00:00:00+00:00"},
    }
    events = async_capture_events(hass, "zender_sms_received")
    entry = MockConfigEntry(
        domain=DOMAIN, data={"webhook_id": "taken", "secret": OTHER_SECRET}
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)

    dialog = await Dialog.open(hass)
    assert dialog.step == "user"
    assert not dialog.url.endswith("/taken")

    status, _ = await gateway.post("/api/webhook/taken", secret=OTHER_SECRET)
    await hass.async_block_till_done()
    assert status == HTTPStatus.OK
    assert len(events) == 1
