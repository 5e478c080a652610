"""The JSON schema of the events: what is fired fits it, and it says all that there is."""

from collections.abc import Mapping
import json
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

from jsonschema import Draft202012Validator
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import events
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml

from .common import capture_messages
from .receiving import Receiver
from .simulator.samples import DOCUMENTED, REALISTIC_DAY, Sample

DOCS: Final = Path(__file__).parent.parent / "docs"
SCHEMA: Final[Mapping[str, Any]] = json.loads(
    (DOCS / "events.schema.json").read_text(encoding="utf-8")
)
VALIDATOR: Final = Draft202012Validator(
    SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER
)

DATA: Final[Mapping[Any, type]] = {
    events.EVENT_SMS_RECEIVED: events.SmsReceivedData,
    events.EVENT_WHATSAPP_RECEIVED: events.WhatsAppReceivedData,
    events.EVENT_USSD_RECEIVED: events.UssdReceivedData,
    events.EVENT_NOTIFICATION_RECEIVED: events.NotificationReceivedData,
}
TYPES: Final[Mapping[type, str]] = {
    int: "integer",
    str: "string",
    bool: "boolean",
    NoneType: "null",
}


def types_of(field: Any) -> set[str]:
    """Return the schema's types of a field's type."""
    return {TYPES[kind] for kind in get_args(field) or (field,)}


def said(types: str | list[str]) -> set[str]:
    """Return the types that the schema says."""
    return {types} if isinstance(types, str) else set(types)


def test_schema_is_one() -> None:
    """In the dialect that it names."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_schema_has_the_fields_of_the_events_and_no_others() -> None:
    """Every field is there, with its type and a description; all are required."""
    assert SCHEMA["$defs"].keys() == DATA.keys()
    assert set(SCHEMA["properties"]["event_type"]["enum"]) == DATA.keys()
    for event_type, data in DATA.items():
        schema = SCHEMA["$defs"][event_type]
        assert {
            name: said(field["type"]) for name, field in schema["properties"].items()
        } == {name: types_of(field) for name, field in get_type_hints(data).items()}
        assert set(schema["required"]) == set(schema["properties"])
        assert all(field["description"] for field in schema["properties"].values())


async def test_what_is_fired_fits_the_schema(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Every sample of the simulated gateway; an event with a field less does not fit."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    fired = capture_messages(hass)
    samples: tuple[Sample, ...] = (*DOCUMENTED, *REALISTIC_DAY)
    for sample in samples:
        await receiver.deliver_sample(sample)
    assert len(fired) == len(samples)

    for event in fired:
        data = json.loads(json.dumps(event.data))
        VALIDATOR.validate({"event_type": event.event_type, "data": data})
        for field in data:
            less = {name: value for name, value in data.items() if name != field}
            assert not VALIDATOR.is_valid(
                {"event_type": event.event_type, "data": less}
            )


async def test_what_is_missing_or_unknown_fits_the_schema(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """A SIM that nobody names, and a field that only some gateway has."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    fired = capture_messages(hass)
    await receiver.deliver("sms", sim="", carrier="MyNet")
    (event,) = fired
    assert event.data["carrier"] == "MyNet"
    VALIDATOR.validate({"event_type": event.event_type, "data": dict(event.data)})


@pytest.mark.parametrize("event_type", DATA)
def test_documented_example_fits_the_schema(event_type: str) -> None:
    """Each event of docs/events.md."""
    page = (DOCS / "events.md").read_text(encoding="utf-8")
    start = page.index(f"```yaml\nevent_type: {event_type}\n") + len("```yaml\n")
    example: Any = parse_yaml(page[start : page.index("```", start)])
    VALIDATOR.validate(json.loads(json.dumps(example)))
