"""Contacts: added in a dialog, written to with notify.send_message."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .adding import Adding
from .answering import FAMILY, Answering, answering
from .keeping import repairs
from .receiving import SIM_1, Receiver
from .simulator.api_state import ApiFault, Permission, Sent
from .simulator.samples import ACCOUNT, PHONE, SAMPLE_PHONE, Event

MUM = "+393331234567"
MUM_AT_HOME = "333 123 4567"
OTHER_ACCOUNT = "+390698765432"


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key, in Italy."""
    hass.config.country = "IT"
    async with answering(hass, hass_client_no_auth) as house:
        yield house


async def begin(house: Answering, way: str) -> Adding:
    """Open the dialog for a contact and choose how messages reach it."""
    dialog = await Adding.open(house.hass, house.entry, "contact")
    assert dialog.step == "user"
    await dialog.choose(way)
    return dialog


async def add(house: Answering, way: str = "sms", **fields: Any) -> ConfigSubentry:
    """Add a contact, Mum if no other is described."""
    dialog = await begin(house, way)
    await dialog.submit(**{"name": "Mum", "address": MUM, "sender": PHONE, **fields})
    subentry = dialog.subentry
    await house.settle()
    return subentry


async def notify(
    hass: HomeAssistant, message: str, entity_id: str = "notify.mum", **data: Any
) -> None:
    """Write to a contact."""
    await hass.services.async_call(
        "notify",
        "send_message",
        {"entity_id": entity_id, "message": message, **data},
        blocking=True,
    )


def shown(sent: Sent) -> tuple[Event, str, str, str]:
    """Return how, from where, to whom and what was sent."""
    return sent.event, sent.sender, sent.recipient, sent.message


# The dialog


async def test_a_number_as_it_is_written_at_home_becomes_international(
    house: Answering,
) -> None:
    """The gateway takes no other."""
    subentry = await add(house, address=MUM_AT_HOME)

    assert (subentry.title, subentry.data["address"]) == ("Mum", MUM)
    await notify(house.hass, "The window is open")
    assert list(map(shown, house.sent)) == [
        (Event.SMS, PHONE, MUM, "The window is open")
    ]


@pytest.mark.parametrize("address", ["Mum", "40404", "333", ""])
async def test_what_is_no_number_is_said_at_once(
    house: Answering, address: str
) -> None:
    """What was typed is still there."""
    dialog = await begin(house, "sms")
    await dialog.submit(name="Mum", address=address, sender=PHONE)

    assert dialog.errors == {"address": "invalid_number"}
    assert dialog.fields["name"] == "Mum"
    await dialog.submit(address=MUM)
    assert dialog.subentry.data["address"] == MUM


async def test_the_phones_and_sims_that_can_send_an_sms_are_named(
    house: Answering,
) -> None:
    """As the user calls them. The sample phone is nobody's, and a SIM needs a slot."""
    await house.receiver.deliver(sim=1)
    await house.receiver.deliver(sim=2)
    await house.receiver.deliver(device="another-phone-a89289", sim="")
    await house.receiver.deliver(device=SAMPLE_PHONE)
    dr.async_get(house.hass).async_update_child_device(
        house.receiver.device_id("sim", f"{PHONE}_sim_2"), name_by_user="Work"
    )

    dialog = await begin(house, "sms")

    assert dialog.choices("sender") == {
        PHONE: "Hall phone",
        SIM_1: "Hall phone · SIM 1",
        f"{PHONE}_sim_2": "Hall phone · Work",
        "another-phone-a89289": "Phone a89289",
    }
    assert "sender" not in dialog.fields


async def test_the_only_account_is_chosen_already(house: Answering) -> None:
    """There is nothing to choose."""
    dialog = await begin(house, "whatsapp")

    assert dialog.choices("sender") == {ACCOUNT: "WhatsApp …5678"}
    assert dialog.fields == {"sender": ACCOUNT}


async def test_a_group_is_chosen_by_its_name(house: Answering) -> None:
    """Which is the contact's name, too, if no other is given."""
    house.account.groups["1203-44@g.us"] = "Allotment"
    dialog = await begin(house, "group")

    assert dialog.step == "choose_group"
    assert list(dialog.choices("address").items()) == [
        ("1203-44@g.us", "Allotment"),
        (FAMILY, "Family"),
    ]
    await dialog.submit(address=FAMILY)
    assert dialog.subentry.title == "Family"
    await notify(house.hass, "Dinner is ready", "notify.family")
    assert list(map(shown, house.sent)) == [
        (Event.WHATSAPP, house.account.unique, FAMILY, "Dinner is ready")
    ]


async def test_with_several_accounts_the_one_in_the_group_is_asked_for(
    house: Answering,
) -> None:
    """Only then are there groups to choose from."""
    other = house.gateway.api.add_account(OTHER_ACCOUNT, {"99@g.us": "Neighbours"})
    await house.refresh()
    dialog = await begin(house, "group")

    assert dialog.step == "group"
    assert dialog.choices("sender").keys() == {ACCOUNT, OTHER_ACCOUNT}
    await dialog.submit(sender=OTHER_ACCOUNT)
    assert dialog.choices("address") == {"99@g.us": "Neighbours"}
    await dialog.submit(address="99@g.us", name="Next door")
    assert dialog.subentry.title == "Next door"
    await notify(house.hass, "Party", "notify.next_door")
    assert house.sent[0].sender == other.unique


@pytest.mark.parametrize("fault", [ApiFault.ERROR, ApiFault.MAINTENANCE])
async def test_a_gateway_that_does_not_tell_the_groups_lets_an_id_be_typed(
    house: Answering, fault: ApiFault
) -> None:
    """And says why there is nothing to choose."""
    house.gateway.api.faults["get/wa.groups"] = fault
    dialog = await begin(house, "group")

    assert (dialog.step, dialog.errors) == ("type_group", {"base": "groups_unknown"})
    await dialog.reopen()
    assert (dialog.step, dialog.errors) == ("type_group", {})
    await dialog.submit(address="the family", name="Family")
    assert dialog.errors == {"address": "invalid_group"}
    await dialog.submit(address=f" +{FAMILY}")
    assert dialog.subentry.data["address"] == FAMILY


async def test_a_key_that_may_not_ask_for_groups_lets_an_id_be_typed(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Sending needs no such permission."""
    may = frozenset(Permission) - {Permission.GET_WA_GROUPS}
    async with answering(hass, hass_client_no_auth, permissions=may) as house:
        dialog = await begin(house, "group")
        assert dialog.errors == {"base": "groups_unknown"}


async def test_an_account_without_groups_says_so(house: Answering) -> None:
    """The gateway may not know a new one yet."""
    house.account.groups.clear()
    dialog = await begin(house, "group")

    assert (dialog.step, dialog.errors) == ("type_group", {"base": "no_groups"})


@pytest.mark.parametrize(
    ("way", "channel"),
    [("sms", "sms"), ("whatsapp", "whatsapp"), ("group", "whatsapp")],
)
async def test_without_anything_that_could_send_the_dialog_says_what_to_do(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    way: str,
    channel: str,
) -> None:
    """The key may have no permission to list them, and nothing was received."""
    async with answering(hass, hass_client_no_auth, permissions=()) as house:
        dialog = await begin(house, way)
        assert dialog.abort_reason == f"no_sender_{channel}"


async def test_without_a_key_the_dialog_says_where_to_add_it(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Nothing could be sent."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    dialog = await Adding.open(hass, receiver.entry, "contact")
    assert dialog.abort_reason == "api_key_needed"


async def test_for_an_entry_that_is_not_loaded_the_dialog_says_so(
    house: Answering,
) -> None:
    """What could send is not known."""
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    dialog = await Adding.open(house.hass, house.entry, "contact")
    assert dialog.abort_reason == "entry_not_loaded"
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)


async def test_there_is_one_contact_for_a_number_and_channel(house: Answering) -> None:
    """The same number by WhatsApp is another one."""
    await add(house)
    dialog = await begin(house, "sms")
    await dialog.submit(name="Mother", address=MUM_AT_HOME, sender=PHONE)
    assert dialog.abort_reason == "already_configured"

    await add(house, "whatsapp", sender=ACCOUNT)
    assert len(house.entry.subentries) == 2


# Changing one


async def test_a_contact_is_changed(house: Answering) -> None:
    """What was given before is filled in; its device and entity stay the same."""
    subentry = await add(house)
    dialog = await Adding.reconfigure(house.hass, house.entry, subentry)

    assert dialog.step == "sms"
    assert dialog.fields == {"name": "Mum", "address": MUM, "sender": PHONE}
    await dialog.submit(name="Mother", address="+393337654321")
    assert dialog.abort_reason == "reconfigure_successful"
    await house.settle()
    await notify(house.hass, "Hello")
    assert house.sent[0].recipient == "+393337654321"
    state = house.hass.states.get("notify.mum")
    assert state is not None
    assert state.name == "Mother"


async def test_a_person_on_whatsapp_and_a_group_are_changed(house: Answering) -> None:
    """In the dialog that they were added with."""
    person = await add(house, "whatsapp", sender=ACCOUNT)
    dialog = await Adding.reconfigure(house.hass, house.entry, person)
    assert (dialog.step, dialog.fields["address"]) == ("whatsapp", MUM)

    dialog = await begin(house, "group")
    await dialog.submit(address=FAMILY)
    group = dialog.subentry
    await house.settle()
    dialog = await Adding.reconfigure(house.hass, house.entry, group)
    assert (dialog.step, dialog.fields) == (
        "choose_group",
        {"address": FAMILY, "name": "Family"},
    )
    await dialog.submit(name="All of us")
    assert dialog.abort_reason == "reconfigure_successful"
    assert house.entry.subentries[group.subentry_id].title == "All of us"


async def test_a_contact_cannot_become_another_one(house: Answering) -> None:
    """Who has a number has it alone."""
    await add(house)
    other = await add(house, name="Dad", address="+393337654321")
    dialog = await Adding.reconfigure(house.hass, house.entry, other)
    await dialog.submit(address=MUM)
    assert dialog.abort_reason == "already_configured"


# The device and the entity


async def test_a_contact_has_a_device_of_its_own_below_the_gateway(
    house: Answering,
) -> None:
    """Both go with the contact."""
    hass = house.hass
    subentry = await add(house)
    devices, entities = dr.async_get(hass), er.async_get(hass)
    device = devices.async_get_device_by_identifier(
        (DOMAIN, subentry.subentry_id), config_entry_id=house.entry.entry_id
    )
    entity = entities.async_get("notify.mum")
    assert device is not None
    assert entity is not None

    assert (device.name, device.entry_type) == ("Mum", dr.DeviceEntryType.SERVICE)
    assert device.config_subentry_id == subentry.subentry_id
    assert device.via_device_id == house.receiver.device_id("gateway", "gateway")
    assert entity.device_id == device.id
    assert entity.unique_id == f"{house.entry.entry_id}_{subentry.subentry_id}_notify"

    assert hass.config_entries.async_remove_subentry(house.entry, subentry.subentry_id)
    await house.settle()
    assert devices.async_get(device.id) is None
    assert entities.async_get("notify.mum") is None
    assert hass.states.get("notify.mum") is None


async def test_without_a_key_a_contact_is_not_available(house: Answering) -> None:
    """It waits for the next one."""
    await add(house)
    data = {name: house.entry.data[name] for name in ("webhook_id", "secret")}
    house.hass.config_entries.async_update_entry(house.entry, data=data)
    await house.settle()

    state = house.hass.states.get("notify.mum")
    assert state is not None
    assert state.state == STATE_UNAVAILABLE


# Writing


async def test_a_title_stands_on_a_line_of_its_own(house: Answering) -> None:
    """SMS and chats have none."""
    await add(house)
    await notify(house.hass, "The window is open", title="Alarm")
    assert house.sent[0].message == "Alarm\nThe window is open"


async def test_the_sim_that_was_chosen_sends(house: Answering) -> None:
    """A phone alone would choose one itself."""
    await house.receiver.deliver(sim=1)
    await add(house, sender=SIM_1)
    await notify(house.hass, "Hello")
    assert (house.sent[0].sender, house.sent[0].parameters["sim"]) == (PHONE, "1")


async def test_what_is_sent_is_kept(house: Answering) -> None:
    """So that the conversation reads whole."""
    await add(house, "whatsapp", sender=ACCOUNT)
    await notify(house.hass, "Hello")
    [message] = await house.messages(phone=MUM)
    assert (message["direction"], message["state"]) == ("sent", "sent")
    assert message["message"] == "Hello"


async def test_what_cannot_be_sent_is_an_error_in_words(house: Answering) -> None:
    """The automation does not go on as if it were sent."""
    await add(house)
    house.gateway.api.devices.clear()
    with pytest.raises(HomeAssistantError) as refused:
        await notify(house.hass, "Hello")
    assert refused.value.translation_domain == DOMAIN
    assert refused.value.translation_key == "gateway_not_found"


async def test_the_eleventh_alarm_goes_out(house: Answering) -> None:
    """A contact who wrote just now is not answered by it, so nothing holds it back."""
    await add(house)
    await house.receiver.deliver(phone=MUM)
    for number in range(12):
        await notify(house.hass, f"Alarm {number}")

    assert len(house.sent) == 12
    assert repairs(house.hass) == {}
    # Nor do the alarms use up the answers.
    await house.act("send_sms", phone=MUM, message="You wrote?")
    assert len(house.sent) == 13


async def test_alarms_count_in_the_limit_of_an_hour(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Who sets it wants no surprise on the bill."""
    options = {"hourly_limit": 2}
    async with answering(hass, hass_client_no_auth, options=options) as house:
        await add(house)
        await notify(hass, "One")
        await notify(hass, "Two")
        with pytest.raises(HomeAssistantError) as refused:
            await notify(hass, "Three")
        assert refused.value.translation_key == "hourly_limit"
        assert len(house.sent) == 2
