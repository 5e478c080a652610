"""A key that the gateway no longer takes is asked for anew."""

from collections.abc import AsyncGenerator

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant

from .answering import Answering, answering
from .dialog import Dialog
from .simulator.api_state import EVERY_CALL, ApiFault


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry whose key the gateway does not take any more."""
    async with answering(hass, hass_client_no_auth) as house:
        house.gateway.api.keys.clear()
        await house.refresh()
        yield house


@pytest.fixture
async def dialog(hass: HomeAssistant, house: Answering) -> Dialog:
    """Return the dialog that the user is asked to open."""
    [flow] = hass.config_entries.flow.async_progress()
    return Dialog(hass, await hass.config_entries.flow.async_configure(flow["flow_id"]))


async def test_only_the_key_is_asked_for(house: Answering, dialog: Dialog) -> None:
    """The site is said, the old key is not."""
    assert dialog.step == "reauth_confirm"
    schema = dialog.result["data_schema"]
    assert schema is not None
    assert [str(field) for field in schema.schema] == ["api_key"]
    assert dialog.placeholders["site"] == house.entry.data["url"]
    assert dialog.placeholders["name"] == house.entry.title
    assert house.entry.data["api_key"] not in str(dialog.result)


async def test_with_a_new_key_the_gateway_is_asked_again(
    hass: HomeAssistant, house: Answering, dialog: Dialog
) -> None:
    """At once."""
    before = dict(house.entry.data)
    key = house.gateway.api.add_key()
    await dialog.submit(api_key=f" {key} ")
    await house.settle()

    assert dialog.abort_reason == "reauth_successful"
    assert house.entry.data == {**before, "api_key": key}
    assert house.entry.runtime_data.api.coordinator.last_update_success
    assert hass.config_entries.flow.async_progress() == []


async def test_a_wrong_key_is_not_kept(house: Answering, dialog: Dialog) -> None:
    """It can be typed again."""
    before = dict(house.entry.data)
    await dialog.submit(api_key="0" * 40)
    assert dialog.result["errors"] == {"api_key": "gateway_invalid_key"}
    assert house.entry.data == before

    await dialog.submit(api_key=house.gateway.api.add_key())
    await house.settle()
    assert dialog.abort_reason == "reauth_successful"


async def test_a_gateway_that_is_away_is_said(house: Answering, dialog: Dialog) -> None:
    """The key may be right."""
    house.gateway.api.faults[EVERY_CALL] = ApiFault.MAINTENANCE
    await dialog.submit(api_key=house.gateway.api.add_key())

    assert dialog.result["errors"] == {"api_key": "gateway_maintenance"}


async def test_the_same_key_counts_when_the_gateway_takes_it_again(
    hass: HomeAssistant, house: Answering, dialog: Dialog
) -> None:
    """The mistake was the gateway's. It was not asked any more, and is from now on."""
    key = house.entry.data["api_key"]
    house.gateway.api.keys[key] = frozenset()
    await dialog.submit(api_key=key)
    await house.settle()

    assert dialog.abort_reason == "reauth_successful"
    assert house.entry.data["api_key"] == key
    assert house.entry.runtime_data.api.coordinator.last_update_success


async def test_messages_arrive_meanwhile(house: Answering) -> None:
    """The webhook needs no key."""
    await house.receiver.deliver(message="Still here")

    assert [item["message"] for item in await house.messages()] == ["Still here"]


async def test_the_key_is_not_in_the_log(
    caplog: pytest.LogCaptureFixture, house: Answering, dialog: Dialog
) -> None:
    """Neither the old one nor the new one."""
    old, new = house.entry.data["api_key"], house.gateway.api.add_key()
    await dialog.submit(api_key=new)
    await house.settle()

    assert old not in caplog.text
    assert new not in caplog.text
