"""Each enabled entry has its webhook, and each webhook its entry."""

import asyncio
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.webhook import async_get_webhooks
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .common import (
    ACCEPTED,
    OTHER_SECRET,
    QUEUED,
    SECRET,
    WRONG_SECRET,
    Gateway,
    add_entry,
    capture_messages,
    form,
    ids_of,
    rejected,
    set_up,
    sms,
)

OTHER_WEBHOOK_ID = "0ff5" * 16


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return the entry."""
    return add_entry(hass)


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event[Any]]:
    """Return the events of all messages, in order."""
    return capture_messages(hass)


async def assert_not_registered(gateway: Gateway) -> None:
    """Home Assistant answers itself: an empty 200, without our JSON."""
    async with gateway.client.post(gateway.path, data=form(sms())) as response:
        assert (response.status, await response.read()) == (200, b"")


async def test_a_disabled_entry_does_not_listen_until_it_is_enabled_again(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Nobody would ever see its messages."""
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    await assert_not_registered(gateway)

    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await gateway.accept([1])
    await hass.async_block_till_done()
    assert ids_of(events) == [1]


async def test_an_entry_that_is_disabled_when_home_assistant_starts_does_not_listen(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Only enabled entries are registered."""
    add_entry(hass, disabled_by=ConfigEntryDisabler.USER)
    await set_up(hass)

    await assert_not_registered(Gateway(hass, await hass_client_no_auth()))


async def test_a_removed_entry_does_not_listen(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """The address is free again, for a new entry too."""
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    await hass.config_entries.async_remove(entry.entry_id)
    await assert_not_registered(gateway)

    added = add_entry(hass)
    assert await hass.config_entries.async_setup(added.entry_id)
    await gateway.accept([1])
    await hass.async_block_till_done()
    assert [event.data["config_entry_id"] for event in events] == [added.entry_id]


async def test_a_new_address_and_a_new_secret_count_at_once(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """After a reconfiguration the old ones are worth nothing."""
    await set_up(hass)
    client = await hass_client_no_auth()
    hass.config_entries.async_update_entry(
        entry, data={"webhook_id": OTHER_WEBHOOK_ID, "secret": OTHER_SECRET}
    )

    await assert_not_registered(Gateway(hass, client))
    gateway = Gateway(hass, client, OTHER_WEBHOOK_ID)
    assert await gateway.deliver(sms(SECRET)) == WRONG_SECRET
    assert await gateway.deliver(sms(OTHER_SECRET, id=3)) == ACCEPTED
    await hass.async_block_till_done()
    assert ids_of(events) == [3]


async def test_two_entries_never_see_each_others_messages(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Not even with the same phone; and neither secret opens the other's webhook."""
    other = add_entry(
        hass, title="other.example", webhook_id=OTHER_WEBHOOK_ID, secret=OTHER_SECRET
    )
    await set_up(hass)
    client = await hass_client_no_auth()
    first, second = Gateway(hass, client), Gateway(hass, client, OTHER_WEBHOOK_ID)

    assert await first.deliver(sms(OTHER_SECRET, id=9)) == WRONG_SECRET
    assert await second.deliver(sms(SECRET, id=9)) == WRONG_SECRET
    assert await first.deliver(sms(SECRET, id=1, message="for the first")) == ACCEPTED
    assert (
        await second.deliver(sms(OTHER_SECRET, id=2, message="for the second"))
        == ACCEPTED
    )
    await hass.async_block_till_done()

    assert [(event.data["config_entry_id"], event.data["id"]) for event in events] == [
        (entry.entry_id, 1),
        (other.entry_id, 2),
    ]
    for event, owner in zip(events, (entry, other), strict=True):
        device = dr.async_get(hass).async_get(event.data["device_id"])
        assert device is not None and device.config_entry_id == owner.entry_id
        texts = {
            state.attributes["message"]
            for item in er.async_entries_for_config_entry(
                er.async_get(hass), owner.entry_id
            )
            if (state := hass.states.get(item.entity_id))
            and "message" in state.attributes
        }
        assert texts == {event.data["message"]}

    assert await hass.config_entries.async_remove(other.entry_id)
    await first.accept([3])
    await assert_not_registered(second)


async def test_what_came_before_the_entry_existed_is_delivered_if_the_secret_is_right(
    hass: HomeAssistant,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """The address listens as soon as it is shown; what a stranger sent is counted as refused."""
    await set_up(hass)
    offer = async_get_webhooks(hass).offers.async_offer_new("flow")
    gateway = Gateway(hass, await hass_client_no_auth(), offer.webhook_id)
    for secret, number in ((OTHER_SECRET, 1), (SECRET, 2), (SECRET, 3)):
        assert await gateway.deliver(sms(secret, id=number, rid=number)) == QUEUED
    assert events == []

    entry = add_entry(hass, webhook_id=offer.webhook_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await gateway.accept([4])
    await hass.async_block_till_done()
    assert ids_of(events) == [2, 3, 4]
    assert rejected(hass) == {"invalid_secret": 1}


async def test_many_deliveries_at_once_each_fire_once(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    events: list[Event[Any]],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """A burst over many connections, equal texts included."""
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())

    answers = await asyncio.gather(
        *(gateway.deliver(sms(id=number, rid=number)) for number in range(100))
    )
    await hass.async_block_till_done()

    assert answers == [ACCEPTED] * 100
    assert sorted(ids_of(events)) == list(range(100))
