"""What docs/sending.md and the README say of sending does what it says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
import re
import time
from typing import Any, Final

from aiohttp import web
import pytest
import pytest_asyncio

from custom_components.zender.expressions import Expression
from custom_components.zender.text_messages import sms_parts
from custom_components.zender.ussd_numbers import number_in
from tests.simulator.api import Api
from tests.simulator.api_state import Permission, Sent
from tests.simulator.dashboard import LOOPBACK
from tests.simulator.gateway import Gateway
from tests.simulator.samples import ACCOUNT, PHONE, Event, Sample

from .documentation import (
    ANA,
    DOCS,
    HOME,
    POLL_INTERVAL,
    README,
    TIMEOUT,
    Home,
    action_block,
    blocks,
    moved,
    plain,
    running,
    until,
    yaml_block,
)

PAGE: Final = DOCS / "sending.md"
TEXT: Final = PAGE.read_text(encoding="utf-8")
PICTURE: Final = b"\xff\xd8\xff\xe0 a picture of a parcel"
FAMILY: Final = "120363041234567890@g.us"
BALANCE: Final = "Your balance is 7.25 EUR."
SUBENTRIES: Final = "/api/config/config_entries/subentries/flow"

# In the order of the page.
TABLES_OF_FIELDS: Final = (
    "reply",
    "send_sms",
    "send_whatsapp",
    "send_ussd",
    "fetch_missed",
    "download_attachment",
)
LIVING_ROOM: Final = {"template": [{"sensor": {"name": "Living room", "state": "21"}}]}

example = partial(action_block, PAGE)


@asynccontextmanager
async def site(gateway: Gateway) -> AsyncIterator[str]:
    """Run a site that answers calls and holds a picture, and yield its address."""
    api = Api(gateway)

    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=PICTURE, content_type="image/jpeg")

    app = web.Application()
    app.add_routes(
        [
            web.get("/uploads/parcel.jpg", picture),
            web.route("*", "/api/{call:.+}", api.handle),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, 0).start()
    yield f"http://{LOOPBACK}:{runner.addresses[0][1]}"
    api.stop()
    await runner.cleanup()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that stands for the media folder of the page."""
    return tmp_path_factory.mktemp("media")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(
    files: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Home]:
    """Return a home with an API key, and a media folder of its own."""
    folders = {"homeassistant": {"media_dirs": {"local": str(files)}}}
    async with running(
        tmp_path_factory.mktemp("sending"),
        HOME,
        LIVING_ROOM,
        folders,
        {"media_source": {}},
        site=site,
    ) as running_home:
        gateway = running_home.gateway
        gateway.api.ussd_answers["*123#"] = BALANCE
        yield running_home


def automation(alias: str, page: Path = PAGE) -> dict[str, Any]:
    """Return an automation or a script of a page."""
    found: dict[str, Any] = yaml_block(page, alias=alias)
    return found


def assert_like(response: dict[str, Any], answer: dict[str, Any]) -> None:
    """Compare what an action returned with what the page says that it returns."""
    assert [(name, type(value)) for name, value in response.items()] == [
        (name, type(value)) for name, value in answer.items()
    ]


async def sent_by(home: Home, number: int, before: int) -> list[Sent]:
    """Return what was sent after so many, as soon as it is as much as is expected."""

    def sent() -> list[Sent]:
        return home.gateway.sent[before:]

    found = await until(sent, lambda found: len(found) >= number)
    assert len(found) == number, found
    return found


async def wait_for_entity(home: Home, entity_id: str) -> None:
    """Wait until there is an entity."""
    for _ in range(int(TIMEOUT / POLL_INTERVAL)):
        states = await home.home_assistant.client.get("/api/states")
        if entity_id in {state["entity_id"] for state in states}:
            return
        await asyncio.sleep(POLL_INTERVAL)
    raise AssertionError(f"There is no {entity_id}.")


async def add(home: Home, kind: str, *steps: dict[str, Any]) -> None:
    """Add a contact or a USSD code in its dialog."""
    client = home.home_assistant.client
    handler = {"handler": [home.set_up.entry_id, kind]}
    result = await client.post(SUBENTRIES, handler)
    flow = f"{SUBENTRIES}/{result['flow_id']}"
    for step in steps:
        result = await client.post(flow, step)
    assert result["type"] == "create_entry", result


# Answer


async def test_answer_of_the_readme(home: Home) -> None:
    """By the way that Ana used; nobody else is answered."""
    before = len(home.gateway.sent)
    config = automation("Tell Ana whether the gate is open", README)
    async with home.automation(config):
        await home.receive(Event.SMS, sim=2, message="Is the gate open?")
        await sent_by(home, 1, before)
        await home.receive(Event.WHATSAPP, phone=ANA, message="And the gate now?")
        await home.receive(
            Event.SMS, phone="+393390000000", message="Is the gate open?"
        )
        by_sms, by_chat = await sent_by(home, 2, before)
    state = await home.state("cover.gate")
    assert (by_sms.event, by_sms.sender, by_sms.recipient, by_sms.message) == (
        Event.SMS,
        PHONE,
        ANA,
        f"The gate is {state}.",
    )
    assert by_sms.parameters["sim"] == "2"
    assert (by_chat.event, by_chat.sender_name, by_chat.recipient) == (
        Event.WHATSAPP,
        ACCOUNT,
        ANA,
    )


async def test_answer(home: Home) -> None:
    """Only to those who are named, and who ask for it."""
    before = len(home.gateway.sent)
    async with home.automation(automation("Tell how warm it is")):
        await home.receive(Event.SMS, message="Good morning")
        await home.receive(Event.WHATSAPP, message="How warm is it?")
        (sent,) = await sent_by(home, 1, before)
    assert (sent.recipient, sent.message) == ("+393337654321", "It is 21 degrees.")


# Send


async def test_sms(home: Home) -> None:
    """It goes out, and the response is like the page's."""
    response = await home.perform(example("zender.send_sms"))
    assert_like(response, yaml_block(PAGE, parts=...))
    sent = home.gateway.sent[-1]
    assert (sent.event, sent.recipient, sent.message) == (
        Event.SMS,
        ANA,
        "The washing machine is done.",
    )
    kept = await home.search(
        **yaml_block(PAGE, action="zender.search_messages")["data"]
    )
    assert {message["direction"] for message in kept} == {"sent"}
    assert (kept[0]["message_id"], kept[0]["state"]) == (response["message_id"], "sent")


async def test_number_in_a_template(home: Home) -> None:
    """The plus stays."""
    event = {"phone": "+447911123456"}
    await home.perform(example("zender.send_sms", 1), trigger={"event": event})
    assert home.gateway.sent[-1].recipient == "+447911123456"


async def test_whatsapp(home: Home, files: Path) -> None:
    """With a file, to a group."""
    (files / "doorbell.jpg").write_bytes(PICTURE)
    response = await home.perform(
        moved(example("zender.send_whatsapp"), "/media", files)
    )
    sent = home.gateway.sent[-1]
    assert response["gateway_id"] == sent.id
    assert (sent.event, sent.recipient) == (Event.WHATSAPP, FAMILY)
    assert [upload.content for upload in sent.files.values()] == [PICTURE]


def test_alphabet() -> None:
    """The letters of the table are as many in an SMS as it says."""
    section = TEXT.split("### How many SMS")[1].split("\n### ")[0]
    plain_row, other_row = re.findall(r"^\| (?:only|any) .*$", section, re.MULTILINE)
    (letters,) = re.findall(r"`(.+?)`", plain_row)
    doubled = section.partition("`^")[2].partition("`")[0]
    assert sms_parts("".join(letters.split()).ljust(160, "a")) == 1
    for letter in ("^" + doubled).split():
        assert sms_parts("a" * 158 + letter) == 1, letter
        assert sms_parts("a" * 159 + letter) == 2, letter
    for letter in [*re.findall(r"`(.)`", other_row), "я", "ب", "門", "“"]:
        assert sms_parts("a" * 69 + letter) == 1, letter
        assert sms_parts("a" * 70 + letter) == 2, letter


# Contacts


async def test_contact(home: Home) -> None:
    """The title comes first."""
    await add(
        home,
        "contact",
        {"next_step_id": "sms"},
        {"name": "Ana", "address": ANA, "sender": PHONE},
    )
    await wait_for_entity(home, "notify.ana")
    action = example("notify.send_message")
    await home.home_assistant.client.post(
        "/api/services/notify/send_message", action["data"] | action["target"]
    )
    sent = home.gateway.sent[-1]
    assert sent.recipient == ANA
    assert sent.message == "Water!\nThe sensor under the sink is wet."


# USSD


async def test_ussd(home: Home) -> None:
    """The script shows what the network says."""
    await home.receive(Event.SMS)
    (sms,) = await home.search(kind="sms", limit=1)
    script = automation("Ask for the balance")
    script["sequence"][0]["data"]["device_id"] = sms["device_id"]
    client = home.home_assistant.client
    await client.post("/api/config/script/config/ask_for_the_balance", script)
    await wait_for_entity(home, "script.ask_for_the_balance")
    home.actions.clear()
    await client.post("/api/services/script/ask_for_the_balance", {})
    (note,) = await home.wait_for_actions("persistent_notification.create", 1)
    assert note["message"] == f"The network says: {BALANCE}"


async def test_code_of_its_own(home: Home) -> None:
    """The values of the table make the sensor that the card and the automation name."""
    rows = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|", TEXT, re.MULTILINE))
    name = rows["Name"].strip("*")
    assert rows["SIM"] == "*Hall phone · SIM 1*"
    await add(
        home,
        "ussd_code",
        {
            "name": name,
            "sim": f"{PHONE}_sim_1",
            "code": rows["Code"].strip("`"),
            "pattern": rows["Where the number is"].strip("`"),
            "unit_of_measurement": rows["Unit"].strip("`"),
            "interval": int(rows["Ask every"].split()[0]),
        },
    )
    await wait_for_entity(home, "button.mobile_credit_ask_now")
    # In the same second, the same response would be the same message.
    home.gateway.api.ussd_answers["*123#"] = "Your balance is 6.50 EUR."
    await home.home_assistant.client.post(
        "/api/services/button/press", {"entity_id": "button.mobile_credit_ask_now"}
    )
    await home.wait_for_state("sensor.mobile_credit", "6.5")
    async with home.automation(automation("The credit is low")):
        await home.receive(Event.USSD, response="Your balance is 1.20 EUR.")
        (note,) = await home.wait_for_notes(1)
    assert note["message"] == "Only 1.2 EUR left."
    card = yaml_block(PAGE, type="statistics-graph")
    assert card["entities"] == ["sensor.mobile_credit"]


def test_table_of_numbers() -> None:
    """Each is found as the table says."""
    section = TEXT.split("### Find the number")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| (\S+) \|$", section, re.MULTILINE)
    assert len(rows) == 6
    for response, pattern, number in rows:
        assert str(number_in(response, Expression(pattern))) == number


# Fetch and save


async def test_fetch(home: Home) -> None:
    """What the gateway did not deliver."""
    missed = Sample(
        title="",
        type="sms",
        data={
            "id": 9001,
            "rid": 9001,
            "sim": 1,
            "device": PHONE,
            "phone": ANA,
            "message": "Nobody heard this",
            "timestamp": int(time.time()) - 30 * 60,
        },
    )
    home.gateway.api.receive(missed)
    fetched = await home.perform(example("zender.fetch_missed"))
    assert_like(fetched, yaml_block(PAGE, found=...))
    (message,) = await home.search(text="Nobody heard this")
    assert (message["phone"], message["sim"]) == (ANA, None)


async def test_attachment(home: Home, files: Path) -> None:
    """It is saved, and the note shows it from there."""
    client, session = home.home_assistant.client, home.home_assistant.session
    async with home.automation(automation("Save the pictures of Ana")):
        await home.receive(Event.WHATSAPP, phone=ANA, message="No picture")
        number = await home.receive(
            Event.WHATSAPP,
            phone=ANA,
            message="Here it is",
            attachment=f"{home.site}/uploads/parcel.jpg",
        )
        (note,) = await home.wait_for_notes(1)
    assert note["message"] == "Text: Here it is"
    assert note["data"]["image"].startswith("/media/local/zender/")
    async with session.get(
        client.url + note["data"]["image"],
        headers={"Authorization": f"Bearer {client.token}"},
    ) as response:
        assert await response.read() == PICTURE
    saved = await home.perform(
        {"action": "zender.download_attachment", "data": {"message_id": number}}
    )
    assert_like(saved, yaml_block(PAGE, media_content_id=...))
    assert Path(saved["path"]).is_relative_to(files / "zender")


# The rest of the page


async def test_tables_name_the_fields(home: Home) -> None:
    """As the actions take them."""
    async with await home.home_assistant.client.websocket() as websocket:
        services = await websocket.call("get_services")
    tables = re.findall(
        r"^\| field \| type \| meaning \|\n\|---.*\n((?:\|.*\n)+)", TEXT, re.MULTILINE
    )
    for action, table in zip(TABLES_OF_FIELDS, tables, strict=True):
        named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
        assert set(named) == set(services["zender"][action]["fields"]), action
        for field in services["zender"][action]["fields"]:
            (row,) = re.findall(rf"^\| `{field}` \|.*$", table, re.MULTILINE)
            told = services["zender"][action]["fields"][field]
            assert ("required" in row) is told.get("required", False), row


def test_table_of_permissions() -> None:
    """All that are of use here, under the gateway's names."""
    rows = re.findall(r"^ +\| (`[a-z_`, ]+`) \|", TEXT, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(Permission) - {Permission.VALIDATE_WHATSAPP}


def test_every_block_is_tried() -> None:
    """Each is found by one of these."""
    contents = [plain(text) for text in blocks(PAGE, "yaml")]
    tried = {"action", "alias", "parts", "found", "media_content_id", "stat_types"}
    assert [content for content in contents if not tried & content.keys()] == []
