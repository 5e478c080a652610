"""Everything that shows has a text and an icon, and there is no text that nothing shows."""

import ast
from collections.abc import Iterator, Mapping
import inspect
import json
from pathlib import Path
from string import Formatter
from textwrap import dedent
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import voluptuous as vol

import custom_components.zender
from custom_components.zender import (
    address_form,
    api_flow,
    archive,
    attachments,
    config_flow,
    coordinator,
    faults,
    limits,
    listening,
    options_flow,
    repairs,
    sender,
    senders,
    services_messages,
    services_sending,
    system_health,
    trigger,
    ussd,
)
from custom_components.zender.api_flow import (
    API_SCHEMA,
    KEY_SCHEMA,
    PERMISSIONS,
    poll_schema,
)
from custom_components.zender.button import ASK
from custom_components.zender.config_flow import SECRET_SCHEMA
from custom_components.zender.const import DOMAIN
from custom_components.zender.event import EVENT_TYPE_RECEIVED, EVENTS
from custom_components.zender.events import EVENT_TYPES
from custom_components.zender.gateway import attachment
from custom_components.zender.gateway.api_errors import UnavailableCause
from custom_components.zender.gateway.client import MediaKind
from custom_components.zender.gateway.messages import MessageType
from custom_components.zender.gateway_sensor import GATEWAY_SENSORS
from custom_components.zender.journal.errors import Problem
from custom_components.zender.journal.records import Direction
from custom_components.zender.notify import CONTACT
from custom_components.zender.one_time_code_sensor import ATTR_CODE, ONE_TIME_CODES
from custom_components.zender.options_flow import API_OPTIONS_SCHEMA, OPTIONS_SCHEMA
from custom_components.zender.refusals import Cause
from custom_components.zender.sensor import (
    COUNTS,
    LAST_DELIVERY,
    LAST_MESSAGES,
    REJECTED_DELIVERIES,
)
from custom_components.zender.ussd_sensor import USSD_CODE
from custom_components.zender.webhook_url import AddressKind
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import SelectSelector
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict

from .dialog import TEXTS
from .receiving import Receiver
from .simulator.samples import ACCOUNT, SAMPLE_PHONE

FOLDER = Path(custom_components.zender.__file__).parent
ENTITIES = {
    "button": (ASK,),
    "event": EVENTS,
    "sensor": (
        *LAST_MESSAGES,
        *COUNTS,
        *ONE_TIME_CODES,
        LAST_DELIVERY,
        REJECTED_DELIVERIES,
        *GATEWAY_SENSORS,
    ),
}
# Those of a device with nothing else are called as it is.
NAMED_BY_DEVICE = {"notify": (CONTACT,), "sensor": (USSD_CODE,)}
RAISING = (
    archive,
    attachments,
    coordinator,
    faults,
    limits,
    sender,
    services_messages,
    services_sending,
    ussd,
)
BEGINNINGS = {"attachment_", "gateway_", "journal_"}
VERIFY = {"listen", "secret", "finish", "poll_only"}
PROBLEMS = {f"journal_{problem}" for problem in Problem}
ICONS: Mapping[str, Any] = json.loads(
    (FOLDER / "icons.json").read_text(encoding="utf-8")
)
ACTIONS: Mapping[str, Any] = load_yaml_dict(str(FOLDER / "services.yaml"))
TRIGGERS: Mapping[str, Any] = load_yaml_dict(str(FOLDER / "triggers.yaml"))


def calls(source: object, name: str) -> Iterator[ast.Call]:
    """Yield the calls of a function or method in the source of something."""
    tree = ast.parse(dedent(inspect.getsource(source)))  # type: ignore[arg-type]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if name == getattr(called, "attr", getattr(called, "id", None)):
                yield node


def literals(node: ast.AST | None) -> set[str]:
    """Return the texts that stand in a piece of source."""
    return {
        item.value
        for item in ast.walk(node or ast.Pass())
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }


def given(source: object, name: str, argument: str) -> set[str]:
    """Return the texts that are given to a function as a certain argument."""
    return {
        text
        for call in calls(source, name)
        for keyword in call.keywords
        if keyword.arg == argument
        for text in literals(keyword.value)
    }


def first_given(source: object, name: str) -> set[str]:
    """Return the texts that are given to a function as its first argument."""
    return {text for call in calls(source, name) for text in literals(call.args[0])}


def literals_returned(source: object) -> set[str]:
    """Return the texts that a function returns."""
    tree = ast.parse(dedent(inspect.getsource(source)))  # type: ignore[arg-type]
    return {
        text
        for node in ast.walk(tree)
        if isinstance(node, ast.Return)
        for text in literals(node.value)
    }


def assigned(source: object, name: str) -> set[str]:
    """Return the texts that are put into a dictionary of errors."""
    tree = ast.parse(dedent(inspect.getsource(source)))  # type: ignore[arg-type]
    return {
        text
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
        if getattr(target.value, "id", None) == name
        for text in literals(node.value)
    }


def returned(source: object) -> set[str]:
    """Return the texts that are returned in dictionaries of errors."""
    tree = ast.parse(dedent(inspect.getsource(source)))  # type: ignore[arg-type]
    return {
        text
        for node in ast.walk(tree)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict)
        for value in node.value.values
        for text in literals(value)
    }


def fields(schema: Any) -> set[str]:
    """Return the fields of a form."""
    return {str(field) for field in schema.schema}


# Adding and reconfiguring


def test_each_step_of_the_dialogs_has_a_text() -> None:
    """Forms and menus; progress has texts of its own."""
    forms = given(config_flow, "async_show_form", "step_id") - {"init"}
    forms |= given(api_flow, "async_show_form", "step_id")
    forms |= first_given(api_flow, "_async_show_api_form")
    menus = given(config_flow, "async_show_menu", "step_id")
    typed = first_given(config_flow, "_async_type_secret")
    verify = first_given(config_flow, "_async_show_verify_menu")

    shown = TEXTS["config"]["step"]
    assert typed == {"secret", "finish"}
    assert shown.keys() == (forms | menus | typed | verify) - {"listen"}


def test_each_choice_has_a_text() -> None:
    """In every menu."""
    shown = {
        step: set(texts["menu_options"])
        for step, texts in TEXTS["config"]["step"].items()
        if "menu_options" in texts
    }
    for call in calls(config_flow, "async_show_menu"):
        arguments = {keyword.arg: keyword.value for keyword in call.keywords}
        for step in literals(arguments["step_id"]):
            assert shown.pop(step) == literals(arguments["menu_options"])
    for call in calls(config_flow, "_async_show_verify_menu"):
        for step in literals(call.args[0]):
            more = {text for item in call.args[1:] for text in literals(item)}
            assert shown.pop(step) == VERIFY | more
    assert shown == {}


def test_each_field_of_the_dialogs_has_a_text() -> None:
    """With a description below it."""
    addresses = {f"{kind}_url" for kind in AddressKind} | {"qr_code"}
    expected = dict.fromkeys(("secret", "finish", "new_secret"), fields(SECRET_SCHEMA))
    expected["user"] = addresses
    expected |= dict.fromkeys(("change_api", "poll_only"), fields(API_SCHEMA))
    expected["api"] = fields(poll_schema(default=True))
    expected["reauth_confirm"] = fields(KEY_SCHEMA)
    expected["permissions"] = set(PERMISSIONS)

    assert {
        step: set(texts["data"])
        for step, texts in TEXTS["config"]["step"].items()
        if "data" in texts
    } == expected


def test_each_error_has_a_text() -> None:
    """The warnings about addresses are shown as errors, too."""
    assert TEXTS["config"]["error"].keys() == (
        assigned(config_flow, "errors")
        | assigned(address_form, "warnings")
        | returned(api_flow.ApiFlow._async_test)  # noqa: SLF001
        | {f"{field}_needed" for field in fields(API_SCHEMA)}
        | {f"gateway_{cause}" for cause in (*UnavailableCause, "invalid_key")}
    )


def test_each_end_of_the_dialogs_has_a_text() -> None:
    """That of reconfiguring is Home Assistant's own."""
    assert list(calls(config_flow, "_async_abort_entries_match"))
    assert TEXTS["config"]["abort"].keys() == given(
        config_flow, "async_abort", "reason"
    ) | {"already_configured"}
    assert TEXTS["config"]["create_entry"].keys() == {"default"}


def test_each_state_of_listening_has_a_text() -> None:
    """And each kind of message its place in it."""
    hint = inspect.getattr_static(listening.Listening, "hint").fget
    returned = {
        text
        for node in ast.walk(ast.parse(dedent(inspect.getsource(hint))))
        if isinstance(node, ast.Return)
        for text in literals(node.value)
    }
    assert TEXTS["config"]["progress"].keys() == returned
    assert all(
        f"{{{kind}}}" in text
        for kind in MessageType
        for text in (
            TEXTS["config"]["progress"]["listening"],
            TEXTS["config"]["step"]["confirm"]["description"],
        )
    )


def test_the_texts_repeat_the_address() -> None:
    """Nothing can be looked up while the dialog is open."""
    repeated = [
        *TEXTS["config"]["progress"].values(),
        *(
            TEXTS["config"]["step"][step]["description"]
            for step in ("user", "nothing_came", "redirected", "reconfigure")
        ),
        TEXTS["issues"]["url_changed"]["fix_flow"]["step"]["confirm"]["description"],
    ]
    assert all("{webhook_url}" in text for text in repeated)


# Options


def test_each_option_has_a_text() -> None:
    """And each of its values."""
    assert TEXTS["options"]["step"].keys() == {"init"}
    assert TEXTS["options"]["step"]["init"]["data"].keys() == fields(API_OPTIONS_SCHEMA)
    wrong_senders = literals_returned(senders.problem_of)
    assert TEXTS["options"]["error"].keys() == PROBLEMS | wrong_senders
    assert assigned(options_flow, "errors") == {"journal_"}
    shown = {
        selector.config["translation_key"]: set(selector.config["options"])
        for selector in OPTIONS_SCHEMA.schema.values()
        if isinstance(selector, SelectSelector)
    }
    for described in (*ACTIONS.values(), *TRIGGERS.values()):
        for field in described["fields"].values():
            if select := field["selector"].get("select"):
                shown[select["translation_key"]] = set(select["options"])
    assert {
        key: set(item["options"]) for key, item in TEXTS["selector"].items()
    } == shown


# Actions


@pytest.mark.parametrize(
    ("action", "schema"),
    [
        ("search_messages", services_messages.SEARCH_SCHEMA),
        ("export_messages", services_messages.EXPORT_SCHEMA),
        ("delete_messages", services_messages.DELETE_SCHEMA),
        ("send_sms", services_sending.SEND_SMS_SCHEMA),
        ("send_whatsapp", services_sending.SEND_WHATSAPP_SCHEMA),
        ("send_ussd", services_sending.SEND_USSD_SCHEMA),
        ("reply", services_sending.REPLY_SCHEMA),
        ("fetch_missed", services_sending.FETCH_MISSED_SCHEMA),
        ("download_attachment", services_sending.DOWNLOAD_ATTACHMENT_SCHEMA),
    ],
)
def test_each_field_of_an_action_can_be_filled_in(action: str, schema: Any) -> None:
    """In the editor of automations, with a text; what is required and usual is said there, too."""
    described = ACTIONS[action]["fields"]

    assert described.keys() == TEXTS["services"][action]["fields"].keys()
    assert described.keys() == fields(schema)
    for field in schema.schema:
        said = described[str(field)]
        assert said.get("required", False) is isinstance(field, vol.Required), field
        if "default" in said:
            assert said["default"] == field.default()


def test_each_choice_in_an_action_is_taken() -> None:
    """And there is no other."""
    choices = {
        name: set(field["selector"]["select"]["options"])
        for action in ACTIONS.values()
        for name, field in action["fields"].items()
        if "select" in field["selector"]
    }
    assert choices == {
        "kind": set(MessageType),
        "direction": {direction.name.lower() for direction in Direction},
        "format": set(services_messages.ExportFormat),
        "media_type": set(MediaKind),
    }


async def test_each_action_has_texts_and_an_icon(hass: HomeAssistant) -> None:
    """All that are registered, and no other."""
    assert await async_setup_component(hass, DOMAIN, {})
    registered = hass.services.async_services_for_domain(DOMAIN).keys()

    assert registered == ACTIONS.keys()
    assert registered == TEXTS["services"].keys()
    assert registered == ICONS["services"].keys()
    assert all(icon.keys() == {"service"} for icon in ICONS["services"].values())


def test_each_error_of_an_action_has_a_text() -> None:
    """Those of the database, and what is wrong with what was asked."""
    raised = PROBLEMS | {f"gateway_{cause}" for cause in UnavailableCause}
    raised |= {f"attachment_{problem}" for problem in attachment.Problem}
    raised |= set(services_sending._WRONG_KIND.values())  # noqa: SLF001
    raised |= literals_returned(faults.fault_key)
    raised |= first_given(sender, "_refusal")
    for module in RAISING:
        for error in ("ServiceValidationError", "HomeAssistantError"):
            raised |= given(module, error, "translation_key")
            for call in calls(module, error):
                assert "translation_domain" in {item.arg for item in call.keywords}
    assert TEXTS["exceptions"].keys() == raised - BEGINNINGS


# Triggers


async def test_each_trigger_has_texts_and_an_icon(hass: HomeAssistant) -> None:
    """Each of its fields, too, and no other."""
    there = await trigger.async_get_triggers(hass)

    assert there.keys() == TRIGGERS.keys()
    assert there.keys() == ICONS["triggers"].keys()
    assert all(icon.keys() == {"trigger"} for icon in ICONS["triggers"].values())
    assert {key: set(item["fields"]) for key, item in TEXTS["triggers"].items()} == {
        key: set(item["fields"]) for key, item in TRIGGERS.items()
    }


def test_each_choice_in_a_trigger_is_taken() -> None:
    """And there is no other."""
    for kind, options in trigger.OPTIONS.items():
        fields = TRIGGERS[f"{kind}_received"]["fields"]
        for option, taken in options.items():
            if select := fields[str(option)]["selector"].get("select"):
                assert set(select["options"]) == set(taken.type)


def test_each_line_of_the_system_information_has_a_text() -> None:
    """What the journal says of itself."""
    said = {
        text
        for node in ast.walk(ast.parse(inspect.getsource(system_health)))
        if isinstance(node, ast.Dict)
        for name in node.keys
        for text in literals(name)
    }
    assert TEXTS["system_health"]["info"].keys() == said


# Repairs


def test_each_repair_has_a_text() -> None:
    """Wherever it is raised."""
    raised = {
        text
        for file in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        if getattr(node.func, "attr", None) == "async_create_issue"
        for keyword in node.keywords
        if keyword.arg == "translation_key"
        for text in literals(keyword.value)
    }
    assert TEXTS["issues"].keys() == raised - {"journal_"} | PROBLEMS


@pytest.mark.parametrize(
    ("issue", "flow"),
    [
        ("url_changed", repairs.UrlChangedRepairFlow),
        ("wrong_secret", repairs.WrongSecretRepairFlow),
    ],
)
def test_each_step_of_a_repair_has_a_text(issue: str, flow: type) -> None:
    """And each error."""
    texts = TEXTS["issues"][issue]["fix_flow"]
    assert texts["step"].keys() == given(flow, "async_show_form", "step_id")
    assert texts.get("error", {}).keys() == assigned(flow, "errors")


# Devices and entities


async def test_each_device_has_a_name(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Made of what is filled in."""
    names: dict[str, set[str]] = {}

    def record(made: Any) -> Any:
        def make(*args: Any, **kwargs: Any) -> Any:
            if "translation_key" in kwargs:
                names.setdefault(kwargs["translation_key"], set()).update(
                    kwargs["translation_placeholders"]
                )
            return made(*args, **kwargs)

        return make

    registry = dr.async_get(hass)
    with (
        patch.object(
            registry, "async_get_or_create", record(registry.async_get_or_create)
        ),
        patch.object(
            registry,
            "async_get_or_create_child",
            record(registry.async_get_or_create_child),
        ),
    ):
        receiver = await Receiver.connect(hass, hass_client_no_auth)
        await receiver.deliver("notifications")
        await receiver.deliver("sms", device=SAMPLE_PHONE)
        await receiver.deliver("sms", sim="0")
        await receiver.deliver("whatsapp", wid=ACCOUNT)

    assert TEXTS["device"].keys() == names.keys()
    for key, filled in names.items():
        parts = Formatter().parse(TEXTS["device"][key]["name"])
        assert {name for _, name, _, _ in parts if name} <= filled


def test_each_entity_has_a_name() -> None:
    """Counts say what they count."""
    assert {domain: set(texts) for domain, texts in TEXTS["entity"].items()} == {
        domain: {str(description.translation_key) for description in descriptions}
        for domain, descriptions in ENTITIES.items()
    }
    counted = {
        key for key, text in TEXTS["entity"]["sensor"].items() if "unit" in str(text)
    }
    assert counted == {
        description.translation_key for description in (*COUNTS, REJECTED_DELIVERIES)
    }


def test_each_attribute_that_is_shown_has_a_text() -> None:
    """What an event entity received, and why deliveries were refused."""
    rejected = TEXTS["entity"]["sensor"]["rejected_deliveries"]
    assert rejected["state_attributes"].keys() == set(Cause)
    code = TEXTS["entity"]["sensor"]["last_one_time_code"]
    assert code["state_attributes"].keys() == {ATTR_CODE}
    for texts in TEXTS["entity"]["event"].values():
        assert texts["state_attributes"].keys() == {"event_type"}
        assert texts["state_attributes"]["event_type"]["state"].keys() == {
            EVENT_TYPE_RECEIVED
        }


def test_each_event_has_a_line_in_the_logbook() -> None:
    """With what it is about."""
    assert TEXTS["common"].keys() == set(EVENT_TYPES.values())
    assert all("{peer}" in text for text in TEXTS["common"].values())


def test_each_entity_has_an_icon() -> None:
    """And there is no other."""
    assert ICONS.keys() == {"entity", "services", "triggers"}
    assert {domain: set(texts) for domain, texts in ICONS["entity"].items()} == {
        domain: {
            str(description.translation_key)
            for description in (
                *ENTITIES.get(domain, ()),
                *NAMED_BY_DEVICE.get(domain, ()),
            )
        }
        for domain in ENTITIES.keys() | NAMED_BY_DEVICE
    }
    for domain in ICONS["entity"].values():
        for icon in domain.values():
            assert icon.keys() == {"default"}
            assert icon["default"].startswith("mdi:")
