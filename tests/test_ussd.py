"""Asking by USSD, and the response that comes back by webhook."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import voluptuous as vol

from custom_components.zender import ussd
from homeassistant.core import HomeAssistant

from .answering import Answering, answering
from .receiving import SIM_1, SIM_2
from .simulator.api_state import ApiFault
from .simulator.samples import PHONE, Event

BALANCE = "Your balance is 7.25 EUR."


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key, whose gateway delivers to its webhook, and two SIMs."""
    async with answering(hass, hass_client_no_auth, is_delivering=True) as house:
        house.gateway.api.ussd_answers["*123#"] = BALANCE
        for sim in (1, 2):
            await house.receiver.deliver(sim=sim)
        yield house


def sim(house: Answering, source: str = SIM_1) -> str:
    """Return a SIM's device."""
    return house.receiver.device_id("sim", source)


def listening(house: Answering) -> int | None:
    """Return how many listen to USSD responses."""
    return house.hass.bus.async_listeners().get("zender_ussd_received")


def ask(house: Answering, code: str, source: str = SIM_1) -> asyncio.Task[Any]:
    """Ask, and wait beside for the response."""
    asking = house.call(
        "send_ussd",
        device_id=sim(house, source),
        code=code,
        wait_for_response=True,
        timeout=30,
    )
    return house.hass.async_create_background_task(asking, "ask")


async def test_the_response_is_returned(house: Answering) -> None:
    """As soon as it comes."""
    response = await house.act(
        "send_ussd", device_id=sim(house), code="*123#", wait_for_response=True
    )
    assert response == {"message_id": 3, "response": BALANCE}
    assert house.receiver.state("sensor", SIM_1, "last_ussd_response").state == BALANCE
    kept, asked = (await house.messages(kind="ussd"))[:2]
    assert (kept["direction"], kept["response"]) == ("received", BALANCE)
    assert (asked["direction"], asked["code"], asked["state"]) == (
        "sent",
        "*123#",
        "sent",
    )


async def test_where_nothing_is_delivered(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The response is looked for, more often than messages are."""
    monkeypatch.setattr(ussd, "FETCH_SECONDS", 0.01)
    async with answering(hass, hass_client_no_auth, options={"poll": True}) as house:
        house.gateway.api.ussd_answers["*123#"] = BALANCE
        await house.receiver.deliver()
        response = await ask(house, "*123#")
        assert response["response"] == BALANCE


async def test_without_waiting(house: Answering) -> None:
    """The action ends when the gateway has taken the code."""
    assert await house.act("send_ussd", device_id=sim(house), code="*999#") == {
        "message_id": 3
    }
    sent = house.sent[0]
    assert (sent.sender, sent.recipient, sent.parameters["sim"]) == (
        PHONE,
        "*999#",
        "1",
    )


async def test_nobody_answers(house: Answering) -> None:
    """The error says so, and nothing waits on."""
    listeners = listening(house)
    assert (
        await house.refused(
            "send_ussd",
            device_id=sim(house),
            code="*999#",
            wait_for_response=True,
            timeout=1,
        )
        == "ussd_not_answered"
    )
    assert listening(house) == listeners


async def test_the_gateway_does_not_take_it(house: Answering) -> None:
    """The wait ends at once."""
    house.gateway.api.faults["send/ussd"] = ApiFault.MAINTENANCE
    listeners = listening(house)
    assert (
        await house.refused(
            "send_ussd", device_id=sim(house), code="*123#", wait_for_response=True
        )
        == "gateway_maintenance"
    )
    assert listening(house) == listeners


async def test_one_after_the_other_on_one_sim(house: Answering) -> None:
    """The network answers one at a time; another SIM does not wait."""
    house.gateway.api.ussd_answers["*100#"] = "Second"

    taken = asyncio.Event()
    house.gateway.listen_to_sent(lambda _sent: taken.set())
    waits = ask(house, "*999#")
    async with asyncio.timeout(10):
        await taken.wait()
    queued = ask(house, "*100#")
    other = await ask(house, "*123#", SIM_2)
    assert other["response"] == BALANCE
    assert [item.recipient for item in house.sent] == ["*999#", "*123#"]
    await house.gateway.receive(
        Event.USSD,
        {"sim": 1, "device": PHONE, "code": "*999#", "response": "First"},
    )
    assert (await waits)["response"] == "First"
    assert (await queued)["response"] == "Second"


async def test_the_response_of_another_code(house: Answering) -> None:
    """Or of another SIM: neither is taken for it."""
    taken = asyncio.Event()
    house.gateway.listen_to_sent(lambda _sent: taken.set())
    waits = ask(house, "*999#")
    async with asyncio.timeout(10):
        await taken.wait()
    for slot, code in ((1, "*100#"), (2, "*999#"), (1, "*999#")):
        await house.receiver.deliver(
            "ussd", sim=slot, code=code, response=f"{slot} {code}"
        )
    assert (await waits)["response"] == "1 *999#"


@pytest.mark.parametrize("code", ["", "balance", "*123#; reboot", "*" * 183])
async def test_what_is_no_code(house: Answering, code: str) -> None:
    """It is not sent."""
    with pytest.raises(vol.Invalid):
        await house.act("send_ussd", device_id=sim(house), code=code)
    assert house.sent == []


async def test_a_sim_whose_slot_is_not_known(house: Answering) -> None:
    """The gateway has to be told which."""
    await house.receiver.deliver("ussd", sim=..., response="Hm")
    unknown = house.receiver.device_id("sim", f"{PHONE}_sim_unknown")
    assert await house.refused("send_ussd", device_id=unknown, code="*123#") == (
        "sim_needed"
    )
    phone = house.receiver.device_id("phone", PHONE)
    await house.act("send_ussd", device_id=phone, sim=2, code="*123#")
    assert house.sent[0].parameters["sim"] == "2"
