"""Diagnostics: what people attach to a public issue."""

import json
from typing import Any

from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from .receiving import ENTRY_ID, SECRET, USUAL, WEBHOOK_ID, Receiver
from .simulator.samples import ACCOUNT, PHONE


async def test_diagnostics_count_and_name_but_show_no_value(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Whoever reads them learns what is set and how much came, nothing of whom and what."""
    assert await async_setup_component(hass, "diagnostics", {})
    await hass.config.async_update(
        external_url="https://home.example", internal_url="http://192.168.7.8:8123"
    )
    receiver = await Receiver.connect(
        hass,
        hass_client_no_auth,
        options={
            "local_only": False,
            "texts_in_states": "none",
            "allowed_senders": ["+393331234567", "+393337654321"],
        },
    )
    for type_ in USUAL:
        await receiver.deliver(type_)
    await receiver.deliver("sms", sim=2)
    await receiver.post("sms", secret="f" * 40)

    shown: Any = await get_diagnostics_for_config_entry(
        hass, hass_client, receiver.entry
    )

    assert shown == {
        "data_fields": ["secret", "webhook_id", "webhook_url"],
        "options": {
            "fields": ["allowed_senders", "local_only", "texts_in_states"],
            "local_only": False,
            "texts_in_states": False,
        },
        "addresses": {
            "external": {"https": True, "bytes": 64},
            "internal": {"https": False, "bytes": 67},
        },
        "devices": {"gateway": 1, "phone": 1, "sim": 2, "account": 1},
        "held_messages": 0,
        "journal": {
            "database": "sqlite",
            "state": "ready",
            "last_problem": None,
            "waiting": 0,
            "messages": 5,
            "oldest": shown["journal"]["oldest"],
            "megabytes": shown["journal"]["megabytes"],
        },
        "rejected_deliveries": {"invalid_secret": 1},
    }
    texts = [str(value) for data in USUAL.values() for value in data.values()]
    private = [text for text in texts if len(text) > 3]
    private += [SECRET, WEBHOOK_ID, PHONE, ACCOUNT, "home.example", "gateway.example"]
    assert not [text for text in private if text in json.dumps(shown)]


async def test_diagnostics_count_what_is_held_and_only_devices_that_there_are(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Also before Home Assistant has started, and after a device was deleted."""
    assert await async_setup_component(hass, "diagnostics", {})
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await receiver.deliver("sms")
    await receiver.deliver("whatsapp")
    device_id = receiver.device_id("account", ACCOUNT)
    dr.async_get(hass).async_remove_device(device_id)
    await hass.async_block_till_done()
    hass.set_state(CoreState.starting)
    assert await hass.config_entries.async_reload(ENTRY_ID)
    await receiver.deliver("sms")
    await receiver.deliver("sms")

    shown = await get_diagnostics_for_config_entry(hass, hass_client, receiver.entry)

    assert shown["held_messages"] == 2
    assert shown["devices"] == {"gateway": 1, "phone": 1, "sim": 1}


async def test_diagnostics_hold_neither_the_address_of_the_database_nor_its_password(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Only what kind it is, and what is wrong with it."""
    assert await async_setup_component(hass, "diagnostics", {})
    url = "postgresql+nothing://ana:opensesame@db.example/zender"
    receiver = await Receiver.connect(
        hass, hass_client_no_auth, options={"database_url": url}
    )

    shown: Any = await get_diagnostics_for_config_entry(
        hass, hass_client, receiver.entry
    )

    assert shown["options"]["fields"] == ["database_url"]
    assert shown["journal"] == {
        "database": "postgresql",
        "state": "away",
        "last_problem": "driver_missing",
        "waiting": 0,
    }
    for private in ("ana", "opensesame", "db.example"):
        assert private not in json.dumps(shown)
