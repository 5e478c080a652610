"""What docs/messages.md says to copy does what it says."""

from collections.abc import AsyncIterator, Iterator
import csv
from functools import partial
import json
from pathlib import Path
import re
from typing import Any, Final

import pytest
import pytest_asyncio

from tests.simulator.client import CommandError
from tests.simulator.samples import REALISTIC_DAY, Event

from .documentation import (
    ANA,
    DOCS,
    README,
    Home,
    action_block,
    assert_like_example,
    blocks,
    is_example,
    moved,
    plain,
    render,
    running,
    yaml_block,
)

PAGE: Final = DOCS / "messages.md"
SIM_1: Final = "sensor.phone_10c4d7_sim_1"
ACTIONS: Final = ("search", "export", "delete")

example = partial(action_block, PAGE)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that stands for the one of the page."""
    return tmp_path_factory.mktemp("exports")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(
    exports: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Home]:
    """Return a home with the page's lines for a folder of one's own in its configuration."""
    allowing = yaml_block(PAGE, homeassistant=...)
    async with running(
        tmp_path_factory.mktemp("messages"),
        moved(allowing, "/config/exports", exports),
    ) as running_home:
        yield running_home


def read_csv(path: str) -> tuple[list[str], list[dict[str, str]]]:
    """Return the names of the columns, and the rows."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def ids(messages: list[dict[str, Any]]) -> list[int]:
    """Return the numbers of messages."""
    return [message["message_id"] for message in messages]


# Search


async def test_search(home: Home) -> None:
    """By a piece of a word and the kind; a chat with the same word is not found."""
    number = await home.receive(Event.SMS, message="Two PARCELS came")
    await home.receive(Event.WHATSAPP, message="A parcel came")
    await home.receive(Event.SMS, message="Nothing came")
    found = await home.perform(example("zender.search_messages"))
    assert ids(found["messages"]) == [number]


async def test_search_of_the_readme(home: Home) -> None:
    """The sender counts, too."""
    number = await home.receive(Event.SMS, message="Is there a parcel for me?")
    await home.receive(Event.SMS, phone="MyShop", message="Your parcel is on its way")
    found = await home.perform(yaml_block(README, action="zender.search_messages"))
    assert ids(found["messages"])[0] == number
    assert {message["phone"] for message in found["messages"]} == {ANA}


async def test_number_in_a_template(home: Home) -> None:
    """What the sender wrote before; the plus stays."""
    numbers = [
        await home.receive(Event.SMS, phone="+393930000001", message=text)
        for text in ("One", "Two")
    ]
    event = {"phone": "+393930000001"}
    found = await home.perform(
        example("zender.search_messages", 1), trigger={"event": event}
    )
    assert ids(found["messages"]) == numbers[::-1]


async def test_answer(home: Home) -> None:
    """The example is what a search for the day's message returns, but for Home Assistant's ids."""
    answer = yaml_block(PAGE, messages=...)
    (message,) = answer["messages"]
    (number,) = [
        index for index, item in enumerate(REALISTIC_DAY) if is_example(item, message)
    ]
    real = await home.perform(
        {
            "action": "zender.search_messages",
            "data": {"text": message["one_time_code"]},
        }
    )
    assert list(real) == list(answer)
    assert real["next_cursor"] == answer["next_cursor"]
    assert_like_example(real["messages"][0], message, number)


async def test_table_of_texts(home: Home) -> None:
    """The examples of what a text finds."""
    number = await home.receive(
        Event.SMS, message="Paket Über parcel cellar gate legal"
    )
    for text in ("PAKET", "uber", "cel", "ga", "t", "gate PAR"):
        assert number in ids(await home.search(text=text)), text
    only_legal = await home.receive(Event.SMS, message="legal")
    assert only_legal not in ids(await home.search(text="ga"))


async def test_page_by_page(home: Home) -> None:
    """All messages in pages of two are those of one page; the example's cursor is taken."""
    await home.receive(Event.SMS, message="Newest")
    everything = await home.search(limit=500)
    cursor: dict[str, int] = {}
    paged: list[dict[str, Any]] = []
    while cursor.get("cursor", 0) is not None:
        page = await home.perform(
            {"action": "zender.search_messages", "data": {"limit": 2, **cursor}}
        )
        paged += page["messages"]
        cursor = {"cursor": page["next_cursor"]}
    assert paged == everything
    found = await home.perform(example("zender.search_messages", 2))
    assert {message["phone"] for message in found["messages"]} == {ANA}


async def test_script(home: Home) -> None:
    """It shows what it found, also for a number, and that it found nothing."""
    client = home.home_assistant.client
    script = yaml_block(PAGE, alias="Find a message")
    await client.post("/api/config/script/config/find_a_message", script)
    await home.receive(Event.SMS, message="Pangolin 20461")
    home.actions.clear()
    searched: list[str | int] = ["pangolin", 20461, "nobody wrote this"]
    for words in searched:
        await client.post("/api/services/script/find_a_message", {"words": words})
    notes = await home.wait_for_actions("persistent_notification.create", 3)
    for note, words in zip(notes[:2], searched[:2], strict=True):
        assert note["title"] == f"The newest messages with: {words}"
        assert re.fullmatch(
            rf"Found:\n+- \d\d\.\d\d\. \d\d:\d\d,\n +{re.escape(ANA)}:\n +Pangolin 20461\n*",
            note["message"],
        ), note
    assert re.fullmatch(r"Found:\n+nothing\n*", notes[2]["message"])


# Export


async def test_export(home: Home, exports: Path) -> None:
    """Every message is a line of the file, under the fields' names."""
    number = await home.receive(Event.SMS, message="=Über & out")
    exported = await home.perform(
        moved(example("zender.export_messages"), "/media", exports)
    )
    lines = Path(exported["path"]).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == exported["messages"] == len(await home.search(limit=500))
    assert (rows[0]["message_id"], rows[0]["message"]) == (number, "=Über & out")
    assert rows[-1]["response"] == REALISTIC_DAY[0].data["response"]


async def test_export_of_every_night(home: Home, exports: Path) -> None:
    """Yesterday has no messages; tomorrow, today's would be exported."""
    await home.receive(Event.SMS, message="=1+1")
    automation = moved(
        yaml_block(PAGE, alias="Export yesterday's messages"), "/media", exports
    )
    async with home.automation(automation):
        (action,) = automation["actions"]
        yesterday = await home.perform(action)
    date = r"messages-\d{4}-\d\d-\d\d\.csv"
    assert re.fullmatch(date, Path(yesterday["path"]).name)
    assert yesterday["messages"] == 0
    tomorrow = json.loads(
        json.dumps(action).replace("today_at()", "(today_at() + timedelta(days=1))")
    )
    exported = await home.perform(tomorrow)
    columns, rows = read_csv(exported["path"])
    assert len(rows) == exported["messages"] > 0
    assert rows[0]["message"] == "'=1+1"
    named = re.search(r"same columns: (.*?)\. A", one_line(PAGE))
    assert named is not None
    assert re.findall(r"`(\w+)`", named[1]) == columns


async def test_where_it_may_write(home: Home) -> None:
    """Nowhere but in the folders that are allowed, of which the public one is one."""
    folder = home.home_assistant.folder
    refused = {
        "action": "zender.export_messages",
        "data": {"path": str(folder / "messages.csv")},
    }
    with pytest.raises(CommandError, match="may not use files"):
        await home.perform(refused)
    config = await home.home_assistant.client.get("/api/config")
    allowed = config["allowlist_external_dirs"]
    assert str(folder / "www") in allowed
    assert {"/media", str(folder / "media")} & set(allowed)


# Delete


async def test_delete(home: Home) -> None:
    """All from a number; nobody finds them any more, and the sensor shows them no longer."""
    await home.receive(Event.SMS, message="Numbat")
    await home.wait_for_state(f"{SIM_1}_last_sms", "Numbat")
    count = await home.state(f"{SIM_1}_sms_received")
    delete = example("zender.delete_messages")
    expected = len(await home.search(**delete["data"], limit=500))
    others = len(await home.search(limit=500)) - expected
    assert others > 0
    assert await home.perform(delete) == {"deleted": expected}
    assert await home.search(**delete["data"]) == []
    assert len(await home.search(limit=500)) == others
    await home.wait_for_state(f"{SIM_1}_last_sms", "unknown")
    assert await home.state(f"{SIM_1}_sms_received") == count


async def test_delete_needs_to_know_what(home: Home) -> None:
    """Without a filter it refuses, and with an id and a filter."""
    number = await home.receive(Event.SMS, message="Stays")
    for data in ({}, {"message_id": number, "text": "Stays"}):
        with pytest.raises(CommandError):
            await home.perform({"action": "zender.delete_messages", "data": data})
    assert ids(await home.search(text="Stays")) == [number]
    only = {"action": "zender.delete_messages", "data": {"message_id": number}}
    assert await home.perform(only) == {"deleted": 1}


# The rest of the page


async def test_condition_against_replays(home: Home) -> None:
    """True for what was delivered at once, false for what was delivered after a restart."""
    (condition,) = yaml_block(PAGE, conditions=...)["conditions"]
    for replayed, expected in ((False, "True"), (True, "False")):
        event = {"data": {"replayed": replayed}}
        assert await render(home, condition, trigger={"event": event}) == expected
    automation = {
        "alias": "Not late",
        "triggers": [{"trigger": "event", "event_type": "zender_sms_received"}],
        "conditions": [condition],
        "actions": [
            {
                "action": "persistent_notification.create",
                "data": {"message": "In time"},
            },
        ],
    }
    async with home.automation(automation):
        await home.receive(Event.SMS, message="In time")
        await home.wait_for_actions("persistent_notification.create", 1)


@pytest.mark.parametrize("action", ACTIONS)
async def test_tables_name_the_fields(home: Home, action: str) -> None:
    """As the action takes them."""
    async with await home.home_assistant.client.websocket() as websocket:
        services = await websocket.call("get_services")
    fields = services["zender"][f"{action}_messages"]["fields"]
    assert set(fields_of_table(action)) == set(fields)


def fields_of_table(action: str) -> Iterator[str]:
    """Yield the fields that the section of an action names first in its tables."""
    (_, section) = PAGE.read_text(encoding="utf-8").split(f"\n## {action.title()}\n")
    (table,) = re.findall(
        r"^\| field \|.*?\n\|---.*?\n((?:\|.*\n)+)",
        section.split("\n## ")[0],
        re.MULTILINE,
    )
    for row in table.splitlines():
        yield from re.findall(r"`(\w+)`", row.split("|")[1])


def one_line(page: Path) -> str:
    """Return a page whose lines are joined."""
    return " ".join(page.read_text(encoding="utf-8").split())


def test_every_block_is_tried() -> None:
    """The blocks that are not are settings of an app that is not here."""
    contents = [plain(text) for text in blocks(PAGE, "yaml")]
    tried = {"action", "alias", "messages", "homeassistant", "conditions"}
    (rest,) = [content for content in contents if not tried & content.keys()]
    assert set(rest) == {"databases", "logins", "rights"}
