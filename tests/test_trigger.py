"""Triggers for automations: what the automation gets, for whose messages, and what the editor shows."""

from collections.abc import Mapping
from pathlib import Path
import re
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)
import voluptuous as vol

from custom_components.zender.trigger import OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml

from .answering import answering
from .receiving import SIM_1, SIM_2, USUAL, Receiver
from .simulator.samples import ACCOUNT, PHONE, Event as Kind
from .triggering import (
    ANA,
    CATASTROPHE,
    CATASTROPHIC,
    KINDS,
    automate,
    connect,
    fires,
    trigger,
)

PAGE: Final = Path(__file__).parents[1] / "docs" / "triggers.md"
OTHER_PHONE: Final = "1f0e9a77-3c11-4d02-8e55-aa00bb11cc22"


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return an entry that received a message of each kind."""
    return await connect(hass, hass_client_no_auth)


# What an automation gets


@pytest.mark.parametrize("kind", USUAL)
async def test_every_message_of_its_kind_fires(receiver: Receiver, kind: str) -> None:
    """Without filters; an equal text again, too; those of other kinds do not."""
    runs = await automate(receiver.hass, {"trigger": f"zender.{KINDS[kind]}"})
    for other in USUAL:
        await receiver.deliver(other)
    await receiver.deliver(kind)
    assert len(runs) == 2


@pytest.mark.parametrize("kind", USUAL)
async def test_the_event_is_in_the_trigger(receiver: Receiver, kind: str) -> None:
    """As it is on the bus, and nowhere else: the trigger's own id stays."""
    events = async_capture_events(receiver.hass, f"zender_{KINDS[kind]}")
    runs = await automate(receiver.hass, trigger(kind) | {"id": "mine"})
    await receiver.deliver(kind)

    [event] = events
    [run] = runs
    assert run["event"] == event.data
    assert run["id"] == "mine"
    assert run["platform"] == f"zender.{KINDS[kind]}"
    assert run["groups"] == []
    assert run["named_groups"] == {}


@pytest.mark.parametrize(
    ("kind", "description"),
    [
        ("sms", "SMS on SIM 1"),
        ("whatsapp", f"WhatsApp message on WhatsApp …{ACCOUNT[-4:]}"),
        ("ussd", "USSD response on SIM 1"),
        ("notifications", f"app notification on Phone {PHONE[-6:]}"),
    ],
)
async def test_the_logbook_says_where_it_came(
    receiver: Receiver, kind: str, description: str
) -> None:
    """Neither the text nor the sender."""
    runs = await automate(receiver.hass, trigger(kind))
    await receiver.deliver(kind)
    assert [run["description"] for run in runs] == [description]


async def test_a_name_that_the_user_gave_is_said(receiver: Receiver) -> None:
    """Without one, the integration's."""
    dr.async_get(receiver.hass).async_update_device(
        receiver.device_id("account", ACCOUNT), name_by_user="Shop"
    )
    runs = await automate(receiver.hass, trigger("whatsapp"))
    await receiver.deliver("whatsapp")
    assert [run["description"] for run in runs] == ["WhatsApp message on Shop"]


async def test_reloading_the_entry_changes_nothing(receiver: Receiver) -> None:
    """It goes on firing, once for each message, and not for an old one."""
    runs = await automate(
        receiver.hass, trigger("sms", device_id=receiver.device_id("sim", SIM_1))
    )
    for number in range(1, 3):
        await receiver.reload()
        assert len(runs) == number - 1
        await receiver.deliver()
        assert len(runs) == number


async def test_an_automation_that_is_off_runs_no_more(receiver: Receiver) -> None:
    """Nor twice when it is on again."""
    runs = await automate(receiver.hass, trigger("sms"))
    for action, expected in (("turn_off", 0), ("turn_on", 1)):
        await receiver.hass.services.async_call(
            "automation", action, {"entity_id": "automation.test"}, blocking=True
        )
        await receiver.deliver()
        assert len(runs) == expected


async def test_others_than_automations_can_wait_for_a_message(
    receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """For one that matches; what would run for ever does not."""
    client = await hass_ws_client(receiver.hass)
    wanted = trigger("sms", pattern=CATASTROPHIC)
    await client.send_json_auto_id({"type": "subscribe_trigger", "trigger": wanted})
    assert (await client.receive_json())["success"]
    await receiver.deliver(message=CATASTROPHE)
    await receiver.deliver(message="aaa")
    said = (await client.receive_json())["event"]["variables"]["trigger"]
    assert said["event"]["message"] == "aaa"
    assert said["groups"] == ["aaa"]


# Devices


@pytest.mark.parametrize(
    ("kind", "chosen", "changes", "expected"),
    [
        ("sms", ("sim", SIM_1), {}, True),
        ("sms", ("sim", SIM_2), {}, False),
        ("sms", ("sim", SIM_2), {"sim": 2}, True),
        ("sms", ("phone", PHONE), {}, True),
        ("sms", ("phone", PHONE), {"sim": 2}, True),
        ("sms", ("phone", PHONE), {"device": OTHER_PHONE}, False),
        ("sms", ("gateway", "gateway"), {"device": OTHER_PHONE}, True),
        ("sms", ("account", ACCOUNT), {}, False),
        ("ussd", ("phone", PHONE), {}, True),
        ("notifications", ("phone", PHONE), {}, True),
        ("notifications", ("sim", SIM_1), {}, False),
        ("whatsapp", ("account", ACCOUNT), {}, True),
        ("whatsapp", ("account", ACCOUNT), {"wid": "+390600000000"}, False),
        ("whatsapp", ("gateway", "gateway"), {}, True),
    ],
)
async def test_devices(
    receiver: Receiver,
    kind: str,
    chosen: tuple[str, str],
    changes: Mapping[str, Any],
    expected: bool,
) -> None:
    """A phone includes its SIMs, the gateway everything."""
    await receiver.deliver(sim=2)
    options = {"device_id": [receiver.device_id(*chosen)]}
    assert await fires(receiver, kind, options, **changes) is expected


async def test_a_sim_that_came_later_is_included(receiver: Receiver) -> None:
    """Its phone was chosen before."""
    phone = receiver.device_id("phone", PHONE)
    assert receiver.device("sim", SIM_2) is None
    assert await fires(receiver, "sms", {"device_id": phone}, sim=2)


async def test_several_devices(receiver: Receiver) -> None:
    """Any of them; a message to a SIM of a chosen phone that is chosen, too, fires once."""
    chosen = [receiver.device_id("sim", SIM_1), receiver.device_id("phone", PHONE)]
    assert await fires(receiver, "sms", {"device_id": chosen})


async def test_no_device_is_every_device(receiver: Receiver) -> None:
    """That is what an empty field means."""
    assert await fires(receiver, "sms", {"device_id": []})


async def test_the_gateway_of_another_entry(
    receiver: Receiver, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Its messages are not meant."""
    other = await Receiver.connect(
        receiver.hass,
        hass_client_no_auth,
        entry_id="01JZENDERENTRY0000000000B2",
        webhook_id="another-webhook",
        secret="f" * 40,
    )
    chosen = other.device_id("gateway", "gateway")
    runs = await automate(receiver.hass, trigger("sms", device_id=chosen))
    await receiver.deliver()
    assert runs == []
    await other.deliver()
    assert len(runs) == 1


async def test_a_deleted_device_that_comes_back(receiver: Receiver) -> None:
    """An automation that names it is still good."""
    account = receiver.device_id("account", ACCOUNT)
    dr.async_get(receiver.hass).async_remove_device(account)
    assert await fires(receiver, "whatsapp", {"device_id": account})


async def test_late_messages(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Nobody waits for the gate any more, unless they are asked for."""
    runs = await automate(
        hass,
        trigger("sms") | {"id": "on time"},
        trigger("sms", ignore_replayed=False) | {"id": "all"},
    )
    async with answering(
        hass, hass_client_no_auth, options={"deliver_missed_minutes": 240}
    ) as house:
        sms = {"sim": 1, "device": PHONE, "phone": ANA, "message": "Open"}
        await house.received(Kind.SMS, minutes=120, **sms)
        await house.act("fetch_missed")
        await house.settle()
        assert [run["id"] for run in runs] == ["all"]
        assert runs[0]["event"]["replayed"]

        await house.receiver.deliver()
        assert {run["id"] for run in runs[1:]} == {"on time", "all"}


# What the documentation says


@pytest.mark.parametrize(
    "example",
    re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL),
)
async def test_the_examples_are_good(receiver: Receiver, example: str) -> None:
    """Home Assistant takes them."""
    automation = parse_yaml(example)
    assert isinstance(automation, dict)
    assert await async_setup_component(
        receiver.hass, "automation", {"automation": automation}
    )
    [state] = receiver.hass.states.async_all("automation")
    assert state.attributes["friendly_name"] == automation["alias"]
    assert state.state == "on"


def test_the_table_names_every_filter() -> None:
    """And for which trigger there is one."""
    rows = re.findall(
        r"^\|[^|]*\| `(\w+)`[^|]*\|(.*)\|$", PAGE.read_text(), re.MULTILINE
    )
    said = {
        name: [cell.strip() == "yes" for cell in cells.split("|")]
        for name, cells in rows
        if cells.count("|") == 3
    }
    names = {str(option) for options in OPTIONS.values() for option in options}
    assert said == {
        name: [name in options for options in OPTIONS.values()] for name in names
    }


# What the editor shows


async def test_the_editor_knows_them(
    hass: HomeAssistant, receiver: Receiver, hass_ws_client: WebSocketGenerator
) -> None:
    """With a field for every option, and no other."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "trigger_platforms/subscribe"})
    assert (await client.receive_json())["success"]
    described = (await client.receive_json())["event"]

    for kind, options in OPTIONS.items():
        fields = described[f"zender.{kind}_received"]["fields"]
        assert set(fields) == {str(option) for option in options}
        for option in options:
            assert fields[option].get("required", False) is False
            if not isinstance(option.default, vol.Undefined):
                assert fields[option]["default"] == option.default()
