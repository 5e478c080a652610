"""What the documentation says to copy does what it says: its blocks are taken from where they stand, and run."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
import json
import os
from pathlib import Path
import re
import socket
import sqlite3
from typing import Any, Final

import pytest
import pytest_asyncio

from tests.simulator.dashboard import Dashboard
from tests.simulator.gateway import Gateway
from tests.simulator.home_assistant import HomeAssistant, hass_of
from tests.simulator.samples import PHONE, REALISTIC_DAY, Event, sent_anew
from tests.simulator.set_up import SetUp

from .documentation import (
    ANA,
    DOCS,
    HOME,
    README,
    VERSION,
    Home,
    accepted,
    assert_like_example,
    blocks,
    is_example,
    plain,
    render,
    running,
    until,
    yaml_block,
)
from .needs import needs

PAGES: Final = (README, *sorted(DOCS.glob("*.md")))
SIM_1: Final = "phone_10c4d7_sim_1"
# Texts that are not kept go within a minute.
HOUSEKEEPING_TIMEOUT: Final = 90.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Return a home with the lines of docs/privacy.md and docs/automations.md in its configuration."""
    async with running(
        tmp_path_factory.mktemp("documentation"),
        HOME,
        yaml_block(DOCS / "automations.md", template=...),
        yaml_block(DOCS / "privacy.md", recorder=...),
    ) as running_home:
        yield running_home


def documented(alias: str, page: Path = DOCS / "automations.md") -> Any:
    """Return an automation of a page."""
    return yaml_block(page, alias=alias)


# Automations


async def test_first_automation(home: Home) -> None:
    """The one of the README needs no phone."""
    async with home.automation(documented("Show every SMS", README)):
        await home.receive(Event.SMS, message="First & foremost")
        # Alone, this would be a list.
        await home.receive(Event.SMS, message="7,50")
        assert await home.wait_for_actions("persistent_notification.create", 2) == [
            {"title": "An SMS arrived", "message": f"{ANA}: {text}"}
            for text in ("First & foremost", "7,50")
        ]


async def test_notify_on_sms_from_a_number(home: Home) -> None:
    """Equal texts count, other senders do not."""
    async with home.automation(documented("Tell me when Ana writes")):
        await home.receive(Event.SMS, phone="MyBank", message="Buy our bonds")
        await home.receive(Event.SMS, message="On my way")
        await home.receive(Event.SMS, message="On my way")
        note = {"title": "A message from Ana", "message": "SMS: On my way"}
        assert await home.wait_for_notes(2) == [note, note]


async def test_act_on_a_notification(home: Home) -> None:
    """The light goes on with the doorbell's app, not with another, and off again."""
    async with home.automation(documented("The doorbell switches on the light")):
        await home.receive(Event.NOTIFICATIONS, package="com.facebook.katana")
        await home.receive(Event.NOTIFICATIONS)
        await home.wait_for_state("light.hallway", "on")
        assert await home.wait_for_notes(1) == [
            {
                "title": "Ring, ring!",
                "message": "Doorbell: Somebody is at the front door",
            }
        ]
        await home.wait_for_state("light.hallway", "off")


async def test_balance(home: Home) -> None:
    """The amount stays when a response holds none, or answers another code."""
    await home.receive(Event.USSD)
    await home.wait_for_state("sensor.mobile_credit", "7.25")
    await home.receive(Event.USSD, response="Il tuo credito è di 1.50 EUR")
    await home.wait_for_state("sensor.mobile_credit", "1.5")
    await home.receive(Event.USSD, code="*100#", response="You have 99.90 MB left")
    await home.receive(Event.USSD, response="Try again later")
    await home.receive(Event.USSD, response="Noch 3,75 Euro")
    await home.wait_for_state("sensor.mobile_credit", "3.75")


async def test_balance_by_clicking(home: Home) -> None:
    """The helper's template, given to the dialog that makes helpers."""
    (template,) = blocks(DOCS / "automations.md", "jinja")
    client = home.home_assistant.client
    flows = "/api/config/config_entries/flow"
    menu = await client.post(flows, {"handler": "template"})
    flow = f"{flows}/{menu['flow_id']}"
    await client.post(flow, {"next_step_id": "sensor"})
    made = await client.post(
        flow,
        {
            "name": "Clicked credit",
            "state": template,
            "device_class": "monetary",
            "unit_of_measurement": "EUR",
        },
    )
    assert made["type"] == "create_entry", made
    await home.receive(Event.USSD, response="Saldo: 12,30 EUR")
    await home.wait_for_state("sensor.clicked_credit", "12.3")
    await home.receive(Event.USSD, response="Not now, try again later")
    await home.wait_for_state("sensor.clicked_credit", "0")


async def test_codes_to_the_family(home: Home) -> None:
    """Only messages with a code, and the note is taken back."""
    async with home.automation(documented("One-time codes to the family")):
        await home.receive(Event.SMS, phone="MyBank", message="Your code is 482913.")
        await home.receive(Event.SMS, message="Dinner at 8")
        await home.receive(Event.WHATSAPP, message="Your login code: 771204")
        notes = await home.wait_for_notes(4)
        assert [(note.get("title"), note["message"]) for note in notes[:2]] == [
            ("From MyBank", "Code: 482913"),
            ("From +393337654321", "Code: 771204"),
        ]
        assert {note["data"]["tag"] for note in notes[:2]} == {
            note["data"]["tag"] for note in notes[2:]
        }
        assert {note["message"] for note in notes[2:]} == {"clear_notification"}


async def test_reminder_of_the_credit(home: Home) -> None:
    """It waits until there is more."""
    await home.receive(Event.USSD, response="Credit: 7.25 EUR")
    await home.wait_for_state("sensor.mobile_credit", "7.25")
    async with home.automation(documented("The mobile credit is low")):
        await home.receive(Event.USSD, response="Balance 1.20 EUR")
        await home.wait_for_notes(1)
        await home.receive(Event.USSD, response="Balance 1.90 EUR")
        await home.receive(Event.USSD, response="Balance 21.90 EUR")
        assert [note["message"] for note in await home.wait_for_notes(2)] == [
            "Only 1.2 EUR left.",
            "Topped up: 21.9 EUR.",
        ]


async def test_gate(home: Home) -> None:
    """It needs the number and the word."""
    async with home.automation(documented("Open the gate by SMS")):
        await home.receive(Event.SMS, message="Open")
        await home.receive(Event.SMS, phone="+390000000000", message="Sesame 4711")
        await home.receive(Event.SMS, message="Sesame 4711 ")
        await home.wait_for_state("cover.gate", "open")
        assert await home.wait_for_notes(1) == [{"message": f"{ANA} opened the gate."}]
        await home.wait_for_state("cover.gate", "closed")


async def test_whatsapp_with_its_picture(home: Home) -> None:
    """Groups are left out, and a missing picture does no harm."""
    async with home.automation(documented("WhatsApp to my phone")):
        await home.receive(Event.WHATSAPP, phone="120363041234567890@g.us")
        await home.receive(Event.WHATSAPP)
        picture = "https://gateway.example/uploads/parcel.jpg"
        await home.receive(Event.WHATSAPP, message="", attachment=picture)
        assert await home.wait_for_notes(2) == [
            {
                "title": "A WhatsApp chat",
                "message": f"+393337654321: {text}",
                "data": {"image": image},
            }
            for text, image in (("Hello", None), ("an attachment", picture))
        ]


async def test_event_received(home: Home) -> None:
    """The trigger of the editor fires for an equal text, too, and not on a reload."""
    async with home.automation(documented("SMS, chosen in the editor")):
        await home.receive(Event.SMS, message="Same text")
        await home.receive(Event.SMS, message="Same text")
        note = {"title": "An SMS", "message": f"{ANA}: Same text"}
        assert await home.wait_for_notes(2) == [note, note]
        await reload_entry(home)
        assert await home.wait_for_notes(2) == [note, note]


async def reload_entry(home: Home) -> None:
    """Reload the integration."""
    await home.home_assistant.client.post(
        "/api/services/homeassistant/reload_config_entry",
        {"entry_id": home.set_up.entry_id},
    )
    await asyncio.sleep(1)


@pytest.mark.parametrize(
    ("condition", "fires_on_equal", "fires_on_reload"),
    [
        pytest.param({}, True, True, id="nothing but the entity"),
        pytest.param(
            {"not_from": ["unavailable"]}, False, True, id="without from unavailable"
        ),
        pytest.param(
            {"not_from": ["unavailable"], "not_to": ["unavailable"]},
            False,
            False,
            id="without unavailable",
        ),
    ],
)
async def test_state_triggers_are_no_good(
    home: Home,
    condition: dict[str, Any],
    fires_on_equal: bool,
    fires_on_reload: bool,
) -> None:
    """As docs/events.md says."""
    await home.receive(Event.SMS, message="Equal")
    trigger = {"trigger": "state", "entity_id": f"sensor.{SIM_1}_last_sms", **condition}
    note = {"action": "notify.mobile_app_your_phone", "data": {"message": "Fired"}}
    async with home.automation(
        {"alias": "State", "triggers": [trigger], "actions": [note], "mode": "queued"}
    ):
        await home.receive(Event.SMS, message="Equal")
        await home.receive(Event.SMS, message="Other")
        await home.wait_for_notes(2 if fires_on_equal else 1)
        home.actions.clear()
        await reload_entry(home)
        fired_again = any(name.startswith("notify.") for name, _ in home.actions)
        assert fired_again is fires_on_reload


SMS_DATA: Final = {"message": "The parcel of order 4711 arrives", "sim": 1}
CHAT_DATA: Final = {"attachment": "https://gateway.example/uploads/parcel.jpg"}


async def test_filters(home: Home) -> None:
    """All conditions of the table are true for a message that they are meant for."""
    text = (DOCS / "automations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| `(\{\{.*?\}\})`", text, re.MULTILINE)
    assert len(rows) == 5
    now = await render(home, "{{ utcnow().isoformat() }}")
    for row in rows:
        data = {**(CHAT_DATA if "attachment" in row else SMS_DATA), "received_at": now}
        template = row.replace(r"\|", "|")
        assert await render(home, template, trigger={"event": data}) == "True"


async def test_entities(home: Home) -> None:
    """All entities that the examples name exist."""
    text = (DOCS / "automations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<!trigger\.)\b((?:sensor|event)\.\w+_\w+)\b", text))
    states = {
        state["entity_id"]
        for state in await home.home_assistant.client.get("/api/states")
    }
    assert named - states == set()


# Events


@pytest.mark.parametrize(
    "event_type",
    [
        "zender_sms_received",
        "zender_whatsapp_received",
        "zender_ussd_received",
        "zender_notification_received",
    ],
)
async def test_example_of_an_event(home: Home, event_type: str) -> None:
    """The example has the fields of a real event in their order, with their types, and the demo's values."""
    example = yaml_block(DOCS / "events.md", event_type=event_type)["data"]
    (number,) = [
        index for index, item in enumerate(REALISTIC_DAY) if is_example(item, example)
    ]
    event = home.day[number]
    assert event.type == event_type
    assert_like_example(event.data, example, number)


@pytest.mark.parametrize(
    "page", [README, DOCS / "events.md"], ids=lambda page: page.name
)
def test_all_fields_are_named(page: Path) -> None:
    """Every field of the examples stands in a table of the page."""
    text = page.read_text(encoding="utf-8")
    fields = {
        name
        for block in blocks(DOCS / "events.md", "yaml")
        for name in plain(block)["data"]
    }
    assert [name for name in sorted(fields) if f"`{name}`" not in text] == []


async def test_messages_are_carried_over(tmp_path: Path) -> None:
    """With the command, and then the address of the copy in the options, what was kept is found, and goes on."""
    (command,) = blocks(DOCS / "messages.md", "sh")
    in_container, _, copying = command.partition(" python3 ")
    assert in_container == "docker exec -w /config homeassistant"
    copy = tmp_path / "copy.db"
    copying = re.sub(r"'postgresql://\S+'", f"sqlite:///{copy}", copying)
    async with running(tmp_path / "config") as home:
        before = await home.search()
        printed = await run(
            *("bash", "-c", f'cd "$FOLDER" && "$PYTHON" {copying}'),
            environment={
                "FOLDER": str(home.home_assistant.folder),
                "PYTHON": str(hass_of(VERSION).with_name("python")),
            },
        )
        assert f"Copied: {len(before)}." in printed
        client = home.home_assistant.client
        flows = "/api/config/config_entries/options/flow"
        form = await client.post(flows, {"handler": home.set_up.entry_id})
        url = f"{flows}/{form['flow_id']}"
        await client.post(url, {"database_url": f"sqlite:///{copy}"})
        in_use = Path(f"{copy}-wal")
        assert await until(in_use.exists, bool)
        assert await home.receive(Event.SMS, message="A wallaby") == len(before) + 1
        await home.wait_for_state(f"sensor.{SIM_1}_last_sms", "A wallaby")
        assert await home.search(cursor=len(before) + 1) == before


# Privacy


def database_holds(home_assistant: HomeAssistant, text: str) -> set[str]:
    """Return the names of the tables with a text in them."""
    path = home_assistant.folder / "home-assistant_v2.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = [
            row[0]
            for row in database.execute(
                "select name from sqlite_master where type = 'table'"
            )
        ]
        return {
            table
            for table in tables
            for row in database.execute(f"select * from {table}")  # noqa: S608
            if any(isinstance(value, str) and text in value for value in row)
        }


def files_with(folder: Path, text: str) -> Iterator[str]:
    """Yield the files of a folder that hold a text, in capitals or not."""
    for path in folder.rglob("*"):
        if path.is_file() and text.lower().encode() in path.read_bytes().lower():
            yield str(path.relative_to(folder))


def journal_files_with(folder: Path, text: str) -> list[str]:
    """Return the files of the messages that are kept that hold a text."""
    return [name for name in files_with(folder, text) if name.startswith("zender.db")]


async def test_readme_has_the_same_recorder_lines() -> None:
    """As docs/privacy.md, which the other tests run."""
    assert yaml_block(README, recorder=...) == yaml_block(
        DOCS / "privacy.md", recorder=...
    )


async def test_texts_stay_out_of_the_database(home: Home) -> None:
    """Whatever came and was passed on, nothing of it was recorded; the counts were."""
    marker = "Quokka"
    async with home.automation(documented("Tell me when Ana writes")):
        await home.receive(Event.SMS, message=marker)
        await home.receive(Event.WHATSAPP, message=marker)
        await home.receive(Event.USSD, response=marker)
        await home.receive(Event.NOTIFICATIONS, title=marker, content=marker)
        await home.wait_for_notes(1)
    received = await home.state(f"sensor.{SIM_1}_sms_received")
    await until(
        partial(database_holds, home.home_assistant, received),
        lambda tables: "states" in tables,
    )
    await asyncio.sleep(2)
    assert "states_meta" in database_holds(home.home_assistant, f"{SIM_1}_sms_received")
    assert database_holds(home.home_assistant, marker) == set()
    texts = [
        str(sample.meaning[name])
        for sample in REALISTIC_DAY
        for name in ("message", "response", "content")
        if sample.meaning.get(name)
    ]
    assert [
        text for text in texts if database_holds(home.home_assistant, text[:40])
    ] == []


async def test_texts_are_recorded_otherwise(
    home_assistant: HomeAssistant, gateway: Gateway, set_up: SetUp
) -> None:
    """Without the lines they are in states and events, and can be purged from the states."""
    marker = "Numbat"
    (*_, delivery) = await gateway.receive(
        Event.SMS,
        {"sim": 1, "device": PHONE, "phone": ANA, "message": marker},
    )
    assert delivery.webhook is set_up.webhook
    held = partial(database_holds, home_assistant, marker)
    assert await until(held, lambda tables: len(tables) == 2) == {
        "states",
        "event_data",
    }
    purge = yaml_block(DOCS / "privacy.md", action="recorder.purge_entities")
    await home_assistant.client.post(
        "/api/services/recorder/purge_entities", purge["data"]
    )
    assert await until(held, lambda tables: "states" not in tables) == {"event_data"}


async def test_options_keep_texts_out_of_everything(tmp_path: Path) -> None:
    """With the lines, the option, and nothing kept, no file holds a text, not even after the end."""
    before, after, passed = "Bilby", "Potoroo", "Wombat"
    async with running(
        tmp_path,
        yaml_block(DOCS / "privacy.md", recorder=...),
    ) as home:
        await home.receive(Event.SMS, message=before)
        client = home.home_assistant.client
        flows = "/api/config/config_entries/options/flow"
        form = await client.post(flows, {"handler": home.set_up.entry_id})
        await client.post(
            f"{flows}/{form['flow_id']}",
            {"texts_in_states": "none", "keep_days": 0},
        )
        await asyncio.sleep(1)
        await home.receive(Event.SMS, message=after)
        assert re.match(r"\d{4}-", await home.state(f"sensor.{SIM_1}_last_sms"))
        automation = {
            **documented("Show every SMS", README),
            **yaml_block(DOCS / "privacy.md", trace=...),
        }
        async with home.automation(automation):
            await home.receive(Event.SMS, message=passed)
            (note,) = await home.wait_for_actions("persistent_notification.create", 1)
            assert note["message"] == f"{ANA}: {passed}"
        kept = partial(journal_files_with, tmp_path, passed)
        assert kept()
        assert await until(kept, lambda files: not files, HOUSEKEEPING_TIMEOUT) == []
        assert await home.search(text=passed) == []
    assert list(files_with(tmp_path, "sim_1_last_sms"))
    for text in (before, after, passed):
        assert list(files_with(tmp_path, text)) == []


# The webhook


def examples_for_the_shell() -> list[str]:
    """Return the commands of docs/webhook.md; the first block only sets the variables."""
    variables, *commands = blocks(DOCS / "webhook.md", "sh")
    assert variables.count("=") == 2
    return commands


async def run(*command: str, environment: Mapping[str, str]) -> str:
    """Run a command and return what it prints."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors
    return output.decode()


@needs("curl")
@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "Hello World"), (1, "Your balance is 7.25 EUR"), (2, "Hello World")],
    ids=["form", "JSON", "multipart"],
)
async def test_curl(home: Home, number: int, text: str) -> None:
    """The message is kept; at another time it is another one, at the same time a duplicate."""
    webhook = home.set_up.webhook
    command = examples_for_the_shell()[number]
    environment = {"URL": webhook.url, "SECRET": webhook.secret}
    answers = []
    for now in ("1793700000", "1793700001", "1793700001"):
        assert "$(date +%s)" in command
        at_that_time = command.replace("$(date +%s)", now)
        printed = await run("bash", "-c", at_that_time, environment=environment)
        answers.append(json.loads(printed))
    assert [answer["result"] for answer in answers] == [
        *("accepted", "accepted", "duplicate")
    ]
    first, second, third = (answer["message_id"] for answer in answers)
    assert first < second == third
    found = await home.search(text=text)
    assert [message["message_id"] for message in found[:2]] == [second, first]


@needs("curl")
async def test_redirect_is_found(home: Home) -> None:
    """The command tells a good address from one that redirects."""
    (*_, command) = examples_for_the_shell()
    webhook = home.set_up.webhook
    printed = await run("bash", "-c", command, environment={"URL": webhook.url})
    assert printed.split() == ["400"]
    async with Gateway() as gateway, Dashboard(gateway) as dashboard:
        redirecting = gateway.add_webhook("Redirecting", webhook.url)
        url = f"{dashboard.url}/redirect/{redirecting.id}"
        printed = await run("bash", "-c", command, environment={"URL": url})
    assert printed.split() == ["301", webhook.url]


@needs("php")
async def test_php(home: Home, tmp_path: Path) -> None:
    """What the gateway posts to a relay in PHP arrives."""
    (code,) = blocks(DOCS / "webhook.md", "php")
    url = home.set_up.webhook.url
    code, found = re.subn(r"(?<=\$url = ')[^']+", lambda _: url, code)
    assert found == 1
    relay = tmp_path / "relay.php"
    relay.write_text(code)
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{candidate.getsockname()[1]}"
    server = await asyncio.create_subprocess_exec(
        *("php", "-S", address, str(relay)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert server.stderr is not None
        assert b"started" in await server.stderr.readline()
        relayed = replace(home.set_up.webhook, url=f"http://{address}/")
        async with Gateway() as gateway:
            for sample in map(sent_anew, REALISTIC_DAY):
                message_id = accepted(await gateway.deliver(relayed, sample))
                again = await gateway.deliver(relayed, sample)
                assert again.answer == {"result": "duplicate", "message_id": message_id}
    finally:
        server.terminate()
        await server.wait()


# Links


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    text = re.sub(
        r"^```.*?^```$",
        "",
        page.read_text(encoding="utf-8"),
        flags=re.MULTILINE | re.DOTALL,
    )
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """To files that exist, and to headings that they have."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"", text)
    for link in (first or second for first, second in links):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_all_pictures_are_shown() -> None:
    """No picture is left over."""
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    pictures = {path.name for path in (DOCS / "images").iterdir()}
    assert {name for name in pictures if f"images/{name}" not in text} == set()
