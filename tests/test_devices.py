"""The device tree: the gateway, its phones with their SIMs, and its WhatsApp accounts."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .receiving import SIM_1, SIM_2, SIM_UNKNOWN, USUAL, Receiver
from .simulator.samples import ACCOUNT, PHONE, SAMPLE_PHONE


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver that has heard nothing."""
    return await Receiver.connect(hass, hass_client_no_auth)


async def remove_device(websocket: Any, device_id: str) -> bool:
    """Delete a device as the user does."""
    await websocket.send_json_auto_id(
        {"type": "config/device_registry/remove", "device_id": device_id}
    )
    return bool((await websocket.receive_json())["success"])


async def test_gateway_is_a_service_with_the_title_of_its_entry(
    receiver: Receiver,
) -> None:
    """The gateway is there before any message."""
    gateway = receiver.device("gateway", "gateway")
    assert isinstance(gateway, dr.DeviceEntry)
    assert gateway.entry_type is dr.DeviceEntryType.SERVICE
    assert gateway.name == "gateway.example"
    assert gateway.via_device_id is None


async def test_sim_is_a_child_of_its_phone_and_the_phone_is_behind_the_gateway(
    receiver: Receiver,
) -> None:
    """A first SMS makes a phone and its SIM."""
    await receiver.deliver("sms", sim=2)

    phone = receiver.device("phone", PHONE)
    sim = receiver.device("sim", SIM_2)
    assert isinstance(phone, dr.DeviceEntry)
    assert isinstance(sim, dr.ChildDeviceEntry)
    assert phone.via_device_id == receiver.device_id("gateway", "gateway")
    assert sim.parent_device_id == phone.id
    assert receiver.device("sim", SIM_1) is None


async def test_account_is_behind_the_gateway(receiver: Receiver) -> None:
    """A first chat makes its account and nothing else."""
    await receiver.deliver("whatsapp")

    account = receiver.device("account", ACCOUNT)
    assert isinstance(account, dr.DeviceEntry)
    assert account.via_device_id == receiver.device_id("gateway", "gateway")
    assert receiver.device("phone", PHONE) is None


async def test_notification_makes_a_phone_without_sims(receiver: Receiver) -> None:
    """A notification does not say which SIMs there are."""
    await receiver.deliver("notifications")

    assert receiver.device("phone", PHONE) is not None
    registry = dr.async_get(receiver.hass)
    assert not dr.async_child_entries_for_config_entry(
        registry, receiver.entry.entry_id
    )


@pytest.mark.parametrize(
    ("device", "name"),
    [
        (PHONE, "Phone 10c4d7"),
        (SAMPLE_PHONE, "Sample phone"),
        ("phone-of-the-shop", "Phone e-shop"),
    ],
)
async def test_name_of_a_phone(receiver: Receiver, device: str, name: str) -> None:
    """A phone is named after the end of its id, the sample phone by a name of its own."""
    await receiver.deliver("sms", device=device)
    assert receiver.device_name("phone", device) == name


@pytest.mark.parametrize(
    ("wid", "source", "name"),
    [
        ("+639760713666", "+639760713666", "WhatsApp …3666"),
        ("639760713666@s.whatsapp.net", "+639760713666", "WhatsApp …3666"),
        ("98765432101234@lid", "98765432101234@lid", "WhatsApp …1234"),
    ],
)
async def test_name_of_an_account(
    receiver: Receiver, wid: str, source: str, name: str
) -> None:
    """An account is named after the end of its number."""
    await receiver.deliver("whatsapp", wid=wid)
    assert receiver.device_name("account", source) == name


async def test_names_of_sims(receiver: Receiver) -> None:
    """A SIM is named after its slot."""
    await receiver.deliver("sms", sim=...)
    await receiver.deliver("sms", sim=1)
    await receiver.deliver("ussd", sim=2)

    assert receiver.device_name("sim", SIM_1) == "SIM 1"
    assert receiver.device_name("sim", SIM_2) == "SIM 2"
    assert receiver.device_name("sim", SIM_UNKNOWN) == "SIM unknown"


async def test_entity_ids_and_names_do_not_show_whole_ids_and_numbers(
    receiver: Receiver,
) -> None:
    """Entity ids end up in screenshots and logs."""
    for type_ in USUAL:
        await receiver.deliver(type_)

    entity_ids = {state.entity_id for state in receiver.states}
    assert {
        "sensor.phone_10c4d7_sim_1_last_sms",
        "event.phone_10c4d7_sim_1_sms",
        "sensor.phone_10c4d7_last_notification",
        "sensor.whatsapp_5678_last_whatsapp",
        "event.whatsapp_5678_whatsapp",
        "sensor.gateway_example_last_delivery",
    } <= entity_ids
    shown = " ".join([*entity_ids, *(state.name for state in receiver.states)])
    for private in (PHONE, PHONE.replace("-", "_"), ACCOUNT.strip("+")):
        assert private not in shown


@pytest.mark.parametrize("type_", ["sms", "ussd"])
@pytest.mark.parametrize("sim", [..., "", 0])
async def test_message_without_sim_shows_on_the_only_sim(
    receiver: Receiver, type_: str, sim: Any
) -> None:
    """Phones with one SIM often do not say which."""
    await receiver.deliver("sms", sim=2)
    await receiver.deliver(type_, sim=sim, id=7)

    key = "last_sms" if type_ == "sms" else "last_ussd_response"
    assert receiver.state("sensor", SIM_2, key).attributes["id"] == 7
    assert receiver.device("sim", SIM_UNKNOWN) is None


async def test_only_sim_is_known_after_a_reload(receiver: Receiver) -> None:
    """The phone's SIMs are remembered."""
    await receiver.deliver("sms", sim=2)
    await receiver.reload()
    await receiver.deliver("sms", sim=..., id=7)

    assert receiver.state("sensor", SIM_2, "last_sms").attributes["id"] == 7
    assert receiver.device("sim", SIM_UNKNOWN) is None


async def test_message_without_sim_shows_on_sim_unknown_of_a_phone_with_two(
    receiver: Receiver,
) -> None:
    """Nobody guesses."""
    await receiver.deliver("sms", sim=1, id=2)
    await receiver.deliver("sms", sim=2, id=3)
    await receiver.deliver("sms", sim=..., id=4)

    ids = [
        receiver.state("sensor", source, "last_sms").attributes["id"]
        for source in (SIM_1, SIM_2, SIM_UNKNOWN)
    ]
    assert ids == [2, 3, 4]


async def test_unknown_sim_does_not_count_as_a_second_one(receiver: Receiver) -> None:
    """The first message of a phone with one SIM may not have said which."""
    await receiver.deliver("sms", sim=..., id=1)
    await receiver.deliver("sms", sim=1, id=2)
    await receiver.deliver("sms", sim=..., id=3)

    assert receiver.state("sensor", SIM_UNKNOWN, "last_sms").attributes["id"] == 1
    assert receiver.state("sensor", SIM_1, "last_sms").attributes["id"] == 3


async def test_only_sim_of_another_phone_does_not_matter(receiver: Receiver) -> None:
    """Each phone has its own SIMs."""
    await receiver.deliver("sms", sim=1)
    await receiver.deliver("sms", device=SAMPLE_PHONE, sim=...)
    assert receiver.device("sim", f"{SAMPLE_PHONE}_sim_unknown") is not None


@pytest.mark.parametrize(
    ("type_", "kind", "source", "key"),
    [
        ("sms", "sim", SIM_1, "last_sms"),
        ("sms", "phone", PHONE, "last_notification"),
        ("notifications", "phone", PHONE, "last_notification"),
        ("whatsapp", "account", ACCOUNT, "last_whatsapp"),
    ],
)
async def test_deleted_device_comes_back_when_it_is_heard_again(
    receiver: Receiver,
    hass_ws_client: WebSocketGenerator,
    type_: str,
    kind: str,
    source: str,
    key: str,
) -> None:
    """Deleting does no harm: the device is the same as before, so that automations still find it."""
    hass = receiver.hass
    await receiver.deliver(type_)
    device_id = receiver.device_id(kind, source)
    entity_id = receiver.entity_id("sensor", source, key)

    assert await remove_device(await hass_ws_client(hass), device_id)
    await hass.async_block_till_done()
    assert receiver.device(kind, source) is None
    assert hass.states.get(entity_id) is None

    await receiver.deliver(type_, id=7)
    assert receiver.device_id(kind, source) == device_id
    assert receiver.entity_id("sensor", source, key) == entity_id
    assert hass.states.get(entity_id) is not None


async def test_sms_of_a_deleted_sim_shows_again(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """The message that brings a SIM back is shown by its entities."""
    await receiver.deliver("sms")
    websocket = await hass_ws_client(receiver.hass)
    assert await remove_device(websocket, receiver.device_id("sim", SIM_1))
    await receiver.hass.async_block_till_done()

    await receiver.deliver("sms", message="I am back", id=7)

    assert receiver.state("sensor", SIM_1, "last_sms").state == "I am back"
    assert receiver.state("event", SIM_1, "sms").attributes["id"] == 7


async def test_phone_is_deleted_together_with_its_sims(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """Nothing of a deleted phone is left; its next message brings back what it needs."""
    await receiver.deliver("sms", sim=1)
    await receiver.deliver("sms", sim=2)
    websocket = await hass_ws_client(receiver.hass)
    assert await remove_device(websocket, receiver.device_id("phone", PHONE))
    await receiver.hass.async_block_till_done()
    assert receiver.device("sim", SIM_1) is None
    assert receiver.device("sim", SIM_2) is None

    await receiver.deliver("sms", sim=2, message="I am back")
    assert receiver.state("sensor", SIM_2, "last_sms").state == "I am back"
    assert receiver.device("sim", SIM_1) is None


async def test_deleted_sim_is_no_longer_one_of_two(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """A SIM that was moved to another phone can be deleted: then the other one is the only one."""
    await receiver.deliver("sms", sim=1)
    await receiver.deliver("sms", sim=2)
    websocket = await hass_ws_client(receiver.hass)
    assert await remove_device(websocket, receiver.device_id("sim", SIM_2))
    await receiver.hass.async_block_till_done()

    await receiver.deliver("sms", sim=..., id=7)
    assert receiver.state("sensor", SIM_1, "last_sms").attributes["id"] == 7


async def test_gateway_cannot_be_deleted(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """It is the entry itself, which can be removed."""
    gateway = receiver.device_id("gateway", "gateway")
    assert not await remove_device(await hass_ws_client(receiver.hass), gateway)
    assert receiver.device_id("gateway", "gateway") == gateway


async def test_phone_of_a_disabled_gateway_can_be_deleted(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """Cleaning up does not need the gateway to be on."""
    await receiver.deliver("sms")
    phone = receiver.device_id("phone", PHONE)
    assert await receiver.hass.config_entries.async_unload(receiver.entry.entry_id)

    assert await remove_device(await hass_ws_client(receiver.hass), phone)
    assert receiver.device("phone", PHONE) is None


async def test_reload_brings_back_all_devices_and_entities(receiver: Receiver) -> None:
    """Nothing has to be heard again."""
    for type_ in USUAL:
        await receiver.deliver(type_)
    await receiver.deliver("sms", sim=2)
    registry = dr.async_get(receiver.hass)

    def devices() -> set[tuple[str, str | None]]:
        entry_id = receiver.entry.entry_id
        main = dr.async_entries_for_config_entry(registry, entry_id)
        children = dr.async_child_entries_for_config_entry(registry, entry_id)
        return {(device.id, device.name) for device in (*main, *children)}

    def states() -> dict[str, str]:
        return {state.entity_id: state.state for state in receiver.states}

    devices_before, states_before = devices(), states()
    await receiver.reload()

    assert devices() == devices_before
    assert states() == states_before
    await receiver.deliver("sms", sim=2, message="After the reload")
    assert receiver.state("sensor", SIM_2, "last_sms").state == "After the reload"


async def test_two_gateways_that_hear_the_same_phone_stay_apart(
    receiver: Receiver,
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """A phone may upload to two gateways: each has its own devices, entities and counts."""
    other = await Receiver.connect(
        hass,
        hass_client_no_auth,
        entry_id="01JZENDERENTRY0000000000B2",
        webhook_id="another-webhook",
        secret="89abcdef" * 5,
    )
    await receiver.deliver("sms", message="To the first")
    assert other.device("phone", PHONE) is None
    await other.deliver("sms", message="To the second")
    await other.deliver("sms", message="Again to the second", id=7)

    for mine, text, count in (
        (receiver, "To the first", "1"),
        (other, "Again to the second", "2"),
    ):
        assert mine.state("sensor", SIM_1, "last_sms").state == text
        assert mine.state("sensor", SIM_1, "sms_received").state == count
        assert mine.state("event", SIM_1, "sms").attributes["message"] == text
    assert receiver.device_id("sim", SIM_1) != other.device_id("sim", SIM_1)
    await other.reload()
    assert receiver.state("sensor", SIM_1, "last_sms").state == "To the first"


async def test_two_phones_with_the_same_ending_stay_apart(receiver: Receiver) -> None:
    """Names may be equal, devices and entities are not."""
    other = f"another-{PHONE}"
    await receiver.deliver("sms", message="From the first")
    await receiver.deliver("sms", device=other, message="From the second")

    assert receiver.device_id("phone", PHONE) != receiver.device_id("phone", other)
    assert receiver.state("sensor", SIM_1, "last_sms").state == "From the first"
    second = receiver.state("sensor", f"{other}_sim_1", "last_sms")
    assert second.state == "From the second"


async def test_renamed_gateway_gives_its_device_the_new_name(
    receiver: Receiver,
) -> None:
    """The device follows the title of the entry."""
    receiver.hass.config_entries.async_update_entry(receiver.entry, title="The shop")
    await receiver.reload()
    assert receiver.device_name("gateway", "gateway") == "The shop"
