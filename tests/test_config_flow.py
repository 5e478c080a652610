"""Adding a gateway: from the address that is shown to the entry that delivers."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.zender.const import DOMAIN
from custom_components.zender.events import EVENT_TYPES
from custom_components.zender.listening import ARRIVED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from .dialog import EXTERNAL, INTERNAL, OTHER_SECRET, Dialog, Gateway
from .receiving import SECRET, assert_accepted

WEBHOOK = "/api/webhook/"


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return a gateway that reaches a Home Assistant with two addresses."""
    assert await async_setup_component(hass, "webhook", {})
    await hass.config.async_update(external_url=EXTERNAL, internal_url=INTERNAL)
    return Gateway(await hass_client_no_auth())


def shown_fields(dialog: Dialog) -> dict[str, Any]:
    """Return the fields of a form that are filled in."""
    schema = dialog.result["data_schema"]
    assert schema is not None
    filled: dict[str, Any] = schema({})
    return filled


# The address


@pytest.mark.usefixtures("gateway")
async def test_every_address_is_shown_to_copy_and_the_best_one_to_scan(
    hass: HomeAssistant,
) -> None:
    """A person copies an address, or tries it from a phone."""
    dialog = await Dialog.open(hass)

    assert dialog.step == "user"
    path = dialog.url.removeprefix(EXTERNAL)
    assert path.startswith(WEBHOOK)
    assert list(shown_fields(dialog).items()) == [
        ("external_url", EXTERNAL + path),
        ("internal_url", INTERNAL + path),
    ]
    schema = dialog.result["data_schema"]
    assert schema is not None
    assert schema.schema["qr_code"].config["data"] == EXTERNAL + path
    assert dialog.result["errors"] == {}
    assert not dialog.result["last_step"]


@pytest.mark.parametrize(
    ("external_url", "internal_url", "warnings"),
    [
        ("http://home.example", INTERNAL, {"external_url": "not_https"}),
        (None, INTERNAL, {"internal_url": "only_local"}),
        # With the path, 255 bytes, then 256.
        (f"https://{'a' * 162}.example", INTERNAL, {}),
        (f"https://{'a' * 163}.example", INTERNAL, {"external_url": "too_long"}),
    ],
)
@pytest.mark.usefixtures("gateway")
async def test_an_address_that_loses_messages_is_warned_of(
    hass: HomeAssistant,
    external_url: str | None,
    internal_url: str,
    warnings: dict[str, str],
) -> None:
    """The warning stands at the address; the dialog goes on all the same."""
    await hass.config.async_update(external_url=external_url, internal_url=internal_url)

    dialog = await Dialog.open(hass)
    assert dialog.result["errors"] == warnings

    await dialog.submit()
    assert dialog.step == "verify"


async def test_without_any_address_the_dialog_says_what_to_set(
    hass: HomeAssistant,
) -> None:
    """Its own certificate fits no IP address, so it needs a name."""
    assert await async_setup_component(hass, "webhook", {})
    assert hass.config.api is not None
    hass.config.api.use_ssl = True

    dialog = await Dialog.open(hass)

    assert dialog.abort_reason == "no_url"


async def test_without_settings_the_address_in_the_browser_is_shown(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    """Who opens Home Assistant at an address can give it to a gateway beside it."""
    assert await async_setup_component(hass, "webhook", {})
    assert await async_setup_component(hass, "config", {})
    assert hass.config.api is not None
    hass.config.api.local_ip = "127.0.0.1"
    client = await hass_client()

    answer = await client.post(
        "/api/config/config_entries/flow",
        json={"handler": DOMAIN},
        headers={"Host": "localhost"},
    )

    result = await answer.json()
    assert result["description_placeholders"]["webhook_url"].startswith(
        f"http://localhost:8123{WEBHOOK}"
    )
    assert result["errors"] == {"internal_url": "only_local"}


@pytest.mark.usefixtures("gateway")
async def test_the_next_page_asks_how_to_learn_the_secret(hass: HomeAssistant) -> None:
    """Listening comes first: it is the way for most."""
    dialog = await Dialog.open(hass)
    await dialog.submit()

    assert dialog.step == "verify"
    assert dialog.options == ["listen", "secret", "finish"]


# To the end


async def test_a_first_delivery_is_enough(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """Nobody has to type anything."""
    dialog = await Dialog.open(hass)
    url = dialog.url
    await dialog.listen()
    await gateway.deliver(url, "sms", "whatsapp", "ussd", "notifications")
    await dialog.look()

    assert dialog.step == "confirm"
    assert dialog.placeholders["secret_start"] == SECRET[:4]
    assert SECRET not in str(dialog.result)

    await dialog.submit()
    assert dialog.result["last_step"]

    await dialog.skip_api()
    assert dialog.entry.title == "Zender gateway"
    assert dialog.entry.data == {
        "webhook_id": url.removeprefix(EXTERNAL + WEBHOOK),
        "secret": SECRET,
        "webhook_url": url,
    }
    assert dialog.placeholders == {"automation_url": "/config/automation/edit/new"}


async def test_what_came_meanwhile_is_delivered_in_order_when_the_entry_exists(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """The messages of the test are messages."""
    events: list[Event[Any]] = []

    @callback
    def remember(event: Event[Any]) -> None:
        events.append(event)

    for event_type in EVENT_TYPES.values():
        hass.bus.async_listen(event_type, remember)
    dialog = await Dialog.open(hass)
    url = dialog.url
    await gateway.deliver(url, "sms", id=1)
    await gateway.deliver(url, "whatsapp", id=2)
    await gateway.deliver(url, "sms", id=66, secret=OTHER_SECRET)
    await dialog.submit()
    await dialog.choose("listen")
    await gateway.deliver(url, "sms", id=3)
    await gateway.deliver(url, "ussd", "notifications", id=4)
    await dialog.look()
    await gateway.deliver(url, "sms", id=5)
    assert events == []

    await dialog.submit()
    await dialog.skip_api()
    await hass.async_block_till_done()
    await gateway.deliver(url, "sms", id=6)
    await hass.async_block_till_done()

    assert [event.data["id"] for event in events] == [1, 2, 3, 4, 4, 5, 6]
    assert {event.data["config_entry_id"] for event in events} == {
        dialog.entry.entry_id
    }


async def test_what_came_with_another_secret_is_counted_as_refused(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """It is not the gateway's, or not this one's."""
    events = async_capture_events(hass, "zender_sms_received")
    dialog = await Dialog.open(hass)
    await gateway.deliver(dialog.url, "sms")
    await gateway.deliver(dialog.url, "sms", secret=OTHER_SECRET)
    await gateway.deliver(dialog.url, "sms", secret=OTHER_SECRET)
    await dialog.submit()
    await dialog.choose("finish")
    await dialog.submit(secret=SECRET)
    await dialog.skip_api()
    await hass.async_block_till_done()

    entity_id = er.async_get(hass).async_get_entity_id(
        "sensor", DOMAIN, f"{dialog.entry.entry_id}_gateway_rejected_deliveries"
    )
    assert entity_id is not None
    state = hass.states.get(entity_id)
    assert state is not None
    assert state.state == "2"
    assert state.attributes["invalid_secret"] == 2
    assert len(events) == 1


@pytest.mark.parametrize(
    "way", [("listen",), ("secret",)], ids=["listen", "type and listen"]
)
async def test_what_came_before_listening_is_shown_to_be_confirmed(
    hass: HomeAssistant, gateway: Gateway, way: tuple[str, ...]
) -> None:
    """Who triggers first and then goes on is asked, too."""
    dialog = await Dialog.open(hass)
    await gateway.deliver(dialog.url, "sms", "whatsapp", "ussd", "notifications")
    await dialog.submit()
    await dialog.choose(*way)
    if dialog.step == "secret":
        await dialog.submit(secret=SECRET)

    assert dialog.step == "confirm"
    assert dialog.placeholders["secret_start"] == SECRET[:4]
    assert hass.config_entries.async_entries(DOMAIN) == []

    await dialog.submit()
    await dialog.skip_api()
    assert dialog.entry.data["secret"] == SECRET


async def test_the_test_can_be_left_out(hass: HomeAssistant, gateway: Gateway) -> None:
    """The secret is typed, and nothing has to come."""
    dialog = await Dialog.open(hass)
    url = dialog.url
    await dialog.submit()
    await dialog.choose("finish")
    await dialog.submit(secret=SECRET)
    assert dialog.result["last_step"]
    await dialog.skip_api()

    assert dialog.entry.data["secret"] == SECRET
    assert_accepted(*await gateway.post(url))


@pytest.mark.parametrize("step", ["secret", "finish"])
@pytest.mark.parametrize(
    "typed",
    ["", SECRET[:-1], SECRET + "0", SECRET[:-1] + "g", SECRET + "\n" + OTHER_SECRET],
    ids=["nothing", "short", "long", "no digit", "two"],
)
@pytest.mark.usefixtures("gateway")
async def test_what_cannot_be_a_secret_is_refused_and_can_be_typed_again(
    hass: HomeAssistant, step: str, typed: str
) -> None:
    """A secret that was not copied whole would refuse every message."""
    dialog = await Dialog.open(hass)
    await dialog.submit()
    await dialog.choose(step)
    await dialog.submit(secret=typed)

    assert dialog.step == step
    assert dialog.result["errors"] == {"secret": "invalid_secret"}

    await dialog.submit(secret=SECRET)
    assert dialog.result.get("step_id") == ("listen" if step == "secret" else "api")


@pytest.mark.usefixtures("gateway")
async def test_a_secret_may_be_pasted_with_spaces_and_capitals(
    hass: HomeAssistant,
) -> None:
    """That is how it comes out of some tables."""
    dialog = await Dialog.open(hass)
    await dialog.submit()
    await dialog.choose("finish")
    await dialog.submit(secret=f"  {SECRET.upper()}\n")
    await dialog.skip_api()

    assert dialog.entry.data["secret"] == SECRET


@pytest.mark.parametrize("way", ["listen", "finish"])
async def test_a_gateway_is_not_added_twice(
    hass: HomeAssistant, gateway: Gateway, way: str
) -> None:
    """The gateway makes one secret for each webhook, so the same secret is the same webhook."""
    MockConfigEntry(
        domain=DOMAIN, data={"webhook_id": "mine", "secret": SECRET}
    ).add_to_hass(hass)
    dialog = await Dialog.open(hass)
    await gateway.deliver(dialog.url, "sms", "whatsapp", "ussd", "notifications")
    await dialog.submit()
    await dialog.choose(way)
    await dialog.submit(**({} if way == "listen" else {"secret": SECRET}))

    assert dialog.abort_reason == "already_configured"
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1


@pytest.mark.usefixtures("gateway")
async def test_several_gateways_can_be_told_apart(hass: HomeAssistant) -> None:
    """Each has a title that no other has, whichever were removed."""

    async def add(digit: str) -> Dialog:
        dialog = await Dialog.open(hass)
        await dialog.submit()
        await dialog.choose("finish")
        await dialog.submit(secret=digit * 40)
        await dialog.skip_api()
        return dialog

    first, second, third = [await add(digit) for digit in "123"]
    assert [dialog.entry.title for dialog in (first, second, third)] == [
        "Zender gateway",
        "Zender gateway 2",
        "Zender gateway 3",
    ]

    await hass.config_entries.async_remove(second.entry.entry_id)
    assert (await add("4")).entry.title == "Zender gateway 2"
    assert (
        len({entry.title for entry in hass.config_entries.async_entries(DOMAIN)}) == 3
    )


async def test_a_browser_gets_through_the_dialog(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Everything that the dialog shows can be sent to a browser, and it is told to look again."""
    for component in ("webhook", "config", "websocket_api"):
        assert await async_setup_component(hass, component, {})
    await hass.config.async_update(external_url=EXTERNAL, internal_url=INTERNAL)
    client = await hass_client()
    gateway = Gateway(client)
    websocket = await hass_ws_client()
    await websocket.send_json_auto_id(
        {"type": "subscribe_events", "event_type": "data_entry_flow_progressed"}
    )
    assert (await websocket.receive_json(timeout=10))["success"]
    flows = "/api/config/config_entries/flow"

    answer = await client.post(flows, json={"handler": DOMAIN})
    shown = await answer.json()
    url = shown["description_placeholders"]["webhook_url"]
    fields = {field["name"]: field for field in shown["data_schema"]}
    assert fields["external_url"]["default"] == url
    assert fields["qr_code"]["selector"]["qr_code"]["data"] == url

    flow = f"{flows}/{shown['flow_id']}"
    filled = {
        name: fields[name]["default"] for name in ("external_url", "internal_url")
    }
    await client.post(flow, json=filled)
    answer = await client.post(flow, json={"next_step_id": "listen"})
    assert (await answer.json())["progress_action"] == "listening"

    await gateway.deliver(url, "sms")
    assert (await websocket.receive_json(timeout=10))["event"]["data"][
        "flow_id"
    ] == shown["flow_id"]
    answer = await client.get(flow)
    assert (await answer.json())["description_placeholders"]["sms"] == ARRIVED

    await gateway.deliver(url, "whatsapp", "ussd", "notifications")
    step = None
    while step != "confirm":
        await websocket.receive_json(timeout=10)
        step = (await (await client.get(flow)).json())["step_id"]
    answer = await client.post(flow, json={})
    assert (await answer.json())["step_id"] == "api"
    answer = await client.post(flow, json={})
    assert (await answer.json())["type"] == "create_entry"
