"""The filters of the triggers: which messages match, and what is refused."""

from collections.abc import Mapping
import logging
from types import MappingProxyType
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)
import voluptuous as vol

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.trigger import async_validate_trigger_config
from homeassistant.setup import async_setup_component

from .receiving import USUAL, Receiver
from .triggering import (
    ANA,
    CATASTROPHE,
    CATASTROPHIC,
    GROUP,
    automate,
    connect,
    fires,
    trigger,
)


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return an entry that received a message of each kind."""
    return await connect(hass, hass_client_no_auth)


# Senders


@pytest.mark.parametrize(
    "spelled",
    ["+39 333 1234567", "0039 333 123 45 67", "333-1234567", "+393331234567"],
)
@pytest.mark.parametrize("shown", [ANA, "333 1234567", "00393331234567"])
async def test_a_number_in_any_spelling(
    receiver: Receiver, spelled: str, shown: str
) -> None:
    """As the home's country writes it, or with a prefix, on either side."""
    assert await fires(receiver, "sms", {"senders": spelled}, phone=shown)


@pytest.mark.parametrize(
    ("kind", "senders", "shown", "expected"),
    [
        ("sms", [ANA], "+393331234568", False),
        ("sms", [ANA], "+443331234567", False),
        ("sms", [ANA, "MyBank"], "mybank", True),
        ("sms", ["mybank"], "MyBank", True),
        ("sms", ["MyBank"], "MyBank2", False),
        ("sms", ["40404"], "40404", True),
        ("sms", ["40404"], "404040", False),
        ("sms", ["+39*"], ANA, True),
        ("sms", ["+44*"], ANA, False),
        ("whatsapp", [GROUP], GROUP, True),
        ("whatsapp", [GROUP], ANA, False),
        ("whatsapp", ["333 1234567"], ANA, True),
        ("whatsapp", [ANA], "393331234567@lid", False),
    ],
)
async def test_senders(
    receiver: Receiver, kind: str, senders: list[str], shown: str, expected: bool
) -> None:
    """Numbers, names, short codes, groups, and what they begin with; any of them."""
    assert await fires(receiver, kind, {"senders": senders}, phone=shown) is expected


# Texts


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"contains": "PARCEL is"}, True),
        ({"contains": "arce"}, True),
        ({"contains": "parcels"}, False),
        ({"contains": ["nothing", "dóor"]}, True),
        ({"contains": ["nothing", "nobody"]}, False),
        ({"contains": []}, True),
        ({"equals": "the parcel  is at the DOOR"}, True),
        ({"equals": "the parcel"}, False),
        ({"equals": ["no", "The parcel is at the door"]}, True),
        ({"starts_with": "the par"}, True),
        ({"starts_with": "parcel"}, False),
        ({"starts_with": ["parcel", "THE"]}, True),
        ({"starts_with": "the", "contains": "door"}, True),
        ({"starts_with": "the", "contains": "window"}, False),
        ({"pattern": r"at the (door|gate)$"}, True),
        ({"pattern": r"^parcel"}, False),
        ({"pattern": "PARCEL"}, True),
    ],
)
async def test_texts(
    receiver: Receiver, options: Mapping[str, Any], expected: bool
) -> None:
    """Without regard to capitals and accents; all filters must match, of each one value."""
    assert await fires(receiver, "sms", options) is expected


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("sms", "message"),
        ("whatsapp", "message"),
        ("ussd", "response"),
        ("notifications", "title"),
        ("notifications", "content"),
    ],
)
async def test_each_kind_has_a_text(receiver: Receiver, kind: str, field: str) -> None:
    """A response is one, and a notification's title as well as its content."""
    options = {"equals": str(USUAL[kind][field]), "pattern": "."}
    assert await fires(receiver, kind, options)


async def test_groups(receiver: Receiver) -> None:
    """In their order, by their names, and null where nothing was found."""
    pattern = r"open (?:the )?(?P<what>gate|door)(?: for (\d+))?"
    runs = await automate(receiver.hass, trigger("sms", pattern=pattern))
    await receiver.deliver(message="Open the Gate")
    await receiver.deliver(message="please open door for 20 minutes")

    assert [run["groups"] for run in runs] == [["Gate", None], ["door", "20"]]
    assert [run["named_groups"] for run in runs] == [{"what": "Gate"}, {"what": "door"}]


async def test_an_expression_that_would_run_for_ever(
    hass: HomeAssistant, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """It is given up, which is said once; other messages fire as before."""
    runs = await automate(hass, trigger("sms", pattern=CATASTROPHIC))
    for _ in range(2):
        await receiver.deliver(message=CATASTROPHE)
    assert runs == []
    said = [
        record
        for record in caplog.records
        if record.levelno >= logging.WARNING and "too long" in record.message
    ]
    assert len(said) == 1
    assert not any("aaaa" in record.message for record in said)

    await receiver.deliver(message="aaa")
    assert [run["groups"] for run in runs] == [["aaa"]]


async def test_the_trace_says_that_it_was_given_up(
    hass: HomeAssistant,
    receiver: Receiver,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """So that one finds out why nothing happened."""
    assert await async_setup_component(hass, "trace", {})
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "id": "slow",
                "triggers": trigger("sms", pattern=CATASTROPHIC),
                "actions": [],
            }
        },
    )
    await receiver.deliver(message=CATASTROPHE)

    client = await hass_ws_client(hass)
    ask = {"domain": "automation", "item_id": "slow"}
    await client.send_json_auto_id({"type": "trace/list", **ask})
    [listed] = (await client.receive_json())["result"]
    assert listed["not_triggered"]
    run = {"type": "trace/get", **ask, "run_id": listed["run_id"]}
    await client.send_json_auto_id(run)
    assert "pattern_too_slow" in str((await client.receive_json())["result"])


@pytest.mark.parametrize(
    "pattern",
    [
        CATASTROPHIC,
        "(a|aa)+$",
        "a?" * 60 + "a" * 60 + "$",
        r"(.*)\1$",
        r"(?:a|(?R))*$",
        "(?:(a+)+){e}$",
    ],
)
async def test_no_expression_runs_for_ever(receiver: Receiver, pattern: str) -> None:
    """Whatever it says. The test would not end."""
    await fires(receiver, "sms", {"pattern": pattern}, message=CATASTROPHE)


# Other filters


@pytest.mark.parametrize(
    ("kind", "options", "changes", "expected"),
    [
        ("whatsapp", {"chats": "people"}, {}, True),
        ("whatsapp", {"chats": "people"}, {"phone": GROUP}, False),
        ("whatsapp", {"chats": "groups"}, {}, False),
        ("whatsapp", {"chats": "groups"}, {"phone": GROUP}, True),
        ("sms", {"one_time_code": "with"}, {}, False),
        ("sms", {"one_time_code": "with"}, {"message": "Your code is 482913"}, True),
        ("sms", {"one_time_code": "without"}, {}, True),
        (
            "sms",
            {"one_time_code": "without"},
            {"message": "Your code is 482913"},
            False,
        ),
        ("whatsapp", {"one_time_code": "with"}, {"message": "Your code: 482913"}, True),
        ("ussd", {"code": "*100#"}, {}, True),
        ("ussd", {"code": ["*1#", " *100# "]}, {}, True),
        ("ussd", {"code": "*1#"}, {}, False),
        ("notifications", {"package": "com.ring.android"}, {}, True),
        ("notifications", {"package": ["a.b", "com.Ring.android "]}, {}, True),
        ("notifications", {"package": "com.ring"}, {}, False),
    ],
)
async def test_other_filters(
    receiver: Receiver,
    kind: str,
    options: Mapping[str, Any],
    changes: Mapping[str, Any],
    expected: bool,
) -> None:
    """Groups and people, one-time codes, USSD codes, apps."""
    assert await fires(receiver, kind, options, **changes) is expected


# What cannot be


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("sms", {"pattern": "("}, "pattern: '(' cannot be used"),
        ("sms", {"pattern": "a" * 501}, "too long"),
        ("sms", {"pattern": "(?:(?:(?:a{99}){99}){99}){99}"}, "too long"),
        ("sms", {"pattern": "[ab)]{2,3}){2})a{1000000000}"}, "too long"),
        ("sms", {"pattern": " "}, "empty"),
        ("sms", {"contains": ""}, "empty"),
        ("sms", {"equals": ["yes", " "]}, "empty"),
        ("sms", {"starts_with": "\N{COMBINING ACUTE ACCENT}"}, "empty"),
        ("sms", {"senders": []}, "length"),
        ("sms", {"senders": ""}, "empty"),
        ("sms", {"senders": "393331234567890"}, "senders: '393331234567890'"),
        ("sms", {"senders": "*39"}, "senders: '*39' cannot be used"),
        ("sms", {"one_time_code": "maybe"}, "OneTimeCode"),
        ("sms", {"chats": "people"}, "chats"),
        ("sms", {"code": "*100#"}, "code"),
        ("whatsapp", {"chats": "both"}, "Chats"),
        ("ussd", {"senders": ANA}, "senders"),
        ("notifications", {"senders": ANA}, "senders"),
    ],
)
async def test_what_is_wrong_is_said(
    receiver: Receiver, kind: str, options: Mapping[str, Any], said: str
) -> None:
    """Where somebody writes the automation, not when a message comes."""
    checked = cv.TRIGGER_SCHEMA([trigger(kind, **options)])
    with pytest.raises(vol.Invalid) as refused:
        await async_validate_trigger_config(receiver.hass, checked)
    assert said in str(refused.value)


async def test_devices_that_receive_nothing(
    hass: HomeAssistant, receiver: Receiver
) -> None:
    """Those of other integrations, and contacts."""
    registry = dr.async_get(hass)
    lamp = MockConfigEntry(domain="lamp")
    lamp.add_to_hass(hass)
    device = registry.async_get_or_create(
        config_entry_id=lamp.entry_id, identifiers={("lamp", "1")}
    )
    hass.config_entries.async_add_subentry(
        receiver.entry,
        ConfigSubentry(
            data=MappingProxyType({"channel": "sms", "address": ANA}),
            subentry_type="contact",
            title="Ana",
            unique_id=None,
        ),
    )
    [subentry_id] = receiver.entry.subentries
    contact = registry.async_get_or_create(
        config_entry_id=receiver.entry.entry_id,
        config_subentry_id=subentry_id,
        identifiers={("zender", subentry_id)},
    )
    for wrong in (device, contact):
        checked = cv.TRIGGER_SCHEMA([trigger("sms", device_id=wrong.id)])
        with pytest.raises(vol.Invalid, match=f"{wrong.id} receives no messages"):
            await async_validate_trigger_config(hass, checked)
