"""What Home Assistant's page of system information says of the messages."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from homeassistant.core import Event, HomeAssistant
from homeassistant.setup import async_setup_component

from .common import Gateway, add_entry, set_up, sms
from .keeping import RepairWatch, database, repairs


@pytest.fixture(autouse=True)
async def page(hass: HomeAssistant) -> None:
    """Let there be the page."""
    assert await async_setup_component(hass, "system_health", {})


async def test_it_says_which_database_there_is_and_how_much_is_in_it(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Counts and a time, nothing of what was written."""
    add_entry(hass)
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    events: list[Event[Any]] = []
    hass.bus.async_listen("zender_sms_received", events.append)
    for number in range(3):
        await gateway.deliver(sms(id=number, rid=number))
    await hass.async_block_till_done()

    info = await get_system_health_info(hass, DOMAIN)
    assert info.pop("megabytes") > 0
    assert info == {
        "database": "sqlite",
        "state": "ready",
        "last_problem": None,
        "waiting": 0,
        "messages": 3,
        "oldest": events[0].data["received_at"],
    }


async def test_an_empty_database_has_no_oldest_message(hass: HomeAssistant) -> None:
    """Nothing came yet."""
    add_entry(hass)
    await set_up(hass)

    info = await get_system_health_info(hass, DOMAIN)
    assert (info["messages"], info["oldest"]) == (0, None)


async def test_without_a_gateway_there_is_nothing_to_say(hass: HomeAssistant) -> None:
    """No database is made for nobody."""
    assert await async_setup_component(hass, DOMAIN, {})

    assert await get_system_health_info(hass, DOMAIN) == {}
    assert not database(hass).exists()


async def test_a_database_that_is_away_is_told_as_far_as_it_can(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """What is wrong, and how many messages wait."""
    watch = RepairWatch(hass)
    database(hass).mkdir()
    add_entry(hass)
    await set_up(hass)
    await watch.until(bool)
    assert repairs(hass).keys() == {"journal_unreachable"}
    gateway = Gateway(hass, await hass_client_no_auth())
    for number in range(2):
        assert (await gateway.deliver(sms(id=number, rid=number))).status == 202

    assert await get_system_health_info(hass, DOMAIN) == {
        "database": "sqlite",
        "state": "away",
        "last_problem": "unreachable",
        "waiting": 2,
    }


async def test_each_database_is_told_where_there_are_several(
    hass: HomeAssistant,
) -> None:
    """Two gateways may keep their messages in different places."""
    add_entry(hass)
    other = database(hass).with_name("other.db")
    add_entry(hass, webhook_id="x", options={"database_url": f"sqlite:///{other}"})
    await set_up(hass)

    info = await get_system_health_info(hass, DOMAIN)
    assert {name: info[name] for name in ("state 1", "state 2")} == {
        "state 1": "ready",
        "state 2": "ready",
    }
    assert len(info) == 14
