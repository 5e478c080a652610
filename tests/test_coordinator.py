"""What the gateway tells of itself: names, states, credits; and receiving that does not wait for it."""

from collections.abc import AsyncGenerator
import logging

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .answering import Answering, answering
from .receiving import Receiver
from .simulator.api_state import EVERY_CALL, ApiFault, Permission, Usage
from .simulator.samples import ACCOUNT, PHONE


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key."""
    async with answering(hass, hass_client_no_auth) as house:
        yield house


async def test_devices_have_their_real_names(house: Answering) -> None:
    """Before they are heard, and they keep them when they are."""
    phone = house.receiver.device("phone", PHONE)
    assert isinstance(phone, dr.DeviceEntry)
    assert (phone.name, phone.manufacturer, phone.sw_version) == (
        "Hall phone",
        "OPPO",
        "Android 11",
    )
    assert house.receiver.device_name("account", ACCOUNT) == "WhatsApp …5678"
    await house.receiver.deliver()
    assert house.receiver.device_name("phone", PHONE) == "Hall phone"
    house.gateway.api.devices[PHONE].name = "Kitchen phone"
    await house.refresh()
    assert house.receiver.device_name("phone", PHONE) == "Kitchen phone"


async def test_accounts(house: Answering) -> None:
    """Connected, not connected, gone."""

    def state() -> str:
        return house.receiver.state("binary_sensor", ACCOUNT, "connected").state

    assert state() == STATE_ON
    house.account.status = "disconnected"
    await house.refresh()
    assert state() == STATE_OFF
    house.gateway.api.accounts.clear()
    await house.refresh()
    assert state() == STATE_UNAVAILABLE
    assert house.receiver.device("account", ACCOUNT) is not None


async def test_credits_and_plan(house: Answering) -> None:
    """As the gateway counts them."""
    credits_left = house.receiver.state("sensor", "gateway", "credits")
    assert credits_left.state == "798.634"
    assert credits_left.attributes["unit_of_measurement"] == "GBP"
    assert house.receiver.state("sensor", "gateway", "plan").state == "Starter"
    usage = house.receiver.entity_id("sensor", "gateway", "usage_sms_send")
    registry = er.async_get(house.hass)
    registered = registry.async_get(usage)
    assert registered is not None
    assert registered.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    registry.async_update_entity(usage, disabled_by=None)
    house.gateway.api.usage["sms_send"] = Usage(used=7, limit=100)
    await house.reload()
    shown = house.hass.states.get(usage)
    assert shown is not None
    assert (shown.state, shown.attributes["limit"]) == ("7", 100)


async def test_away_and_back(
    house: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    """Said once each; what is received comes meanwhile, and shows."""
    caplog.set_level(logging.INFO)
    house.gateway.api.faults[EVERY_CALL] = ApiFault.MAINTENANCE
    for _ in range(3):
        await house.refresh()
    assert house.receiver.state("binary_sensor", ACCOUNT, "connected").state == (
        STATE_UNAVAILABLE
    )
    assert house.receiver.state("sensor", "gateway", "credits").state == (
        STATE_UNAVAILABLE
    )
    await house.receiver.deliver(message="Still heard")
    assert house.receiver.state("sensor", f"{PHONE}_sim_1", "last_sms").state == (
        "Still heard"
    )
    house.gateway.api.faults.clear()
    await house.refresh()
    assert house.receiver.state("binary_sensor", ACCOUNT, "connected").state == STATE_ON
    said = [record.message for record in caplog.records if "coordinator" in record.name]
    assert len([line for line in said if "rror" in line]) == 1
    assert len([line for line in said if "recovered" in line]) == 1


@pytest.mark.parametrize("fault", [ApiFault.MAINTENANCE, ApiFault.ERROR, ApiFault.CUT])
async def test_set_up_does_not_wait_for_the_gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, fault: ApiFault
) -> None:
    """An entry is loaded and receives, whatever is wrong over there."""
    async with answering(hass, hass_client_no_auth) as house:
        house.gateway.api.faults[EVERY_CALL] = fault
        await house.reload()
        assert house.entry.state is ConfigEntryState.LOADED
        await house.receiver.deliver()
        assert house.receiver.state("sensor", "gateway", "credits").state == (
            STATE_UNAVAILABLE
        )


async def test_a_key_that_is_no_longer_taken(house: Answering) -> None:
    """The user is asked for another one, once; receiving goes on."""
    house.gateway.api.keys.clear()
    for _ in range(2):
        await house.refresh()
    assert await house.refused("send_sms", phone="+393331234567", message="Hi") == (
        "gateway_invalid_key"
    )
    [flow] = house.hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    await house.receiver.deliver()


async def test_what_the_key_may_not_ask(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """The rest is there."""
    async with answering(
        hass,
        hass_client_no_auth,
        permissions={Permission.GET_WA_ACCOUNTS, Permission.SEND_SMS},
    ) as house:
        assert house.receiver.state("binary_sensor", ACCOUNT, "connected").state == (
            STATE_ON
        )
        assert house.receiver.state("sensor", "gateway", "credits").state == (
            STATE_UNKNOWN
        )
        assert house.receiver.device("phone", PHONE) is None


async def test_without_a_key(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """There is nothing to ask for."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await receiver.deliver("whatsapp")
    entities = {state.entity_id for state in receiver.states}
    assert not {item for item in entities if "connectivity" in item or "plan" in item}


async def test_diagnostics_and_logs_hold_no_key(
    house: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even when everything goes wrong."""
    caplog.set_level(logging.DEBUG)
    for fault in ApiFault:
        if fault not in {ApiFault.HANG, ApiFault.SLOW}:
            house.gateway.api.faults[EVERY_CALL] = fault
            await house.refresh()
    key = house.entry.data["api_key"]
    assert not [
        record
        for record in caplog.records
        if record.name.startswith(("custom_components.zender", "homeassistant"))
        and key in record.getMessage()
    ]
