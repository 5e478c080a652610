"""A database that is away: messages are delivered, wait in memory, and are written when it is back."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
import sqlite3
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import archive
from custom_components.zender.journal import engine, journal as journal_module, writer
from custom_components.zender.journal.engine import prepare
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .common import (
    ACCEPTED,
    DUPLICATE,
    QUEUED,
    TITLE,
    UNAVAILABLE,
    Answer,
    Gateway,
    add_entry,
    capture_messages,
    ids_of,
    rejected,
    set_up,
    sms,
)
from .keeping import RepairWatch, database, held, locked, repairs, restarted, rows
from .receiving import SIM_1, Receiver

COUNT = "sensor.sample_phone_sim_1_sms_received"
GARBAGE = b"This was a database once. " * 1000


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once: a test's time is short."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(writer, "RETRY_SECONDS", (0.01,))


@pytest.fixture
def watch(hass: HomeAssistant) -> RepairWatch:
    """Return what sees repairs appear and go."""
    return RepairWatch(hass)


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event[Any]]:
    """Return the events of all messages, in order."""
    return capture_messages(hass)


@pytest.fixture
def file(hass: HomeAssistant) -> Path:
    """Return the database's file."""
    return database(hass)


async def set_up_gateway(
    hass: HomeAssistant, new_client: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up."""
    add_entry(hass)
    await set_up(hass)
    return Gateway(hass, await new_client())


async def deliver(gateway: Gateway, *ids: int) -> list[Answer]:
    """Deliver an SMS with each of these ids."""
    return [await gateway.deliver(sms(id=number, rid=number)) for number in ids]


def is_away(problem: str) -> Callable[[dict[str, ir.IssueEntry]], bool]:
    """Return what tells whether the repairs say what is wrong."""
    return lambda issues: f"journal_{problem}" in issues


def is_back(issues: dict[str, ir.IssueEntry]) -> bool:
    """Whether no repair says that messages are not kept."""
    return not issues.keys() - {"journal_set_aside"}


def count(hass: HomeAssistant) -> str:
    """Return how many messages the sensor says came."""
    state = hass.states.get(COUNT)
    assert state is not None
    return state.state


def ids_in(file: Path) -> list[int]:
    """Return the gateway's ids of the messages that are kept."""
    return [number for (number,) in rows(file, "gateway_id")]


async def test_while_the_database_is_locked_messages_are_delivered_and_wait(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    events: list[Event[Any]],
    watch: RepairWatch,
    file: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A repair says so meanwhile, and goes; then they are written in order."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    assert await deliver(gateway, 1) == [ACCEPTED]
    with locked(file):
        assert await deliver(gateway, 2, 3) == [QUEUED] * 2
        await watch.until(is_away("locked"))
        assert await deliver(gateway, *range(4, 9)) == [QUEUED] * 5
        await hass.async_block_till_done()

        assert ids_of(events) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert [event.data["message_id"] for event in events] == [1, *[None] * 7]
        assert ids_in(file) == [1]
        issue = repairs(hass)["journal_locked"]
        assert issue.severity is ir.IssueSeverity.ERROR
        assert not issue.is_fixable
        assert issue.translation_placeholders == {"title": TITLE}

    await watch.until(is_back)
    assert await deliver(gateway, 9) == [ACCEPTED]
    await hass.async_block_till_done()
    assert ids_in(file) == ids_of(events) == list(range(1, 10))
    assert rows(file, "pending") == [(1,), *[(0,)] * 7, (1,)]
    assert count(hass) == "9"
    logged = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.zender")
    ]
    assert logged == ["The message database is away: locked (OperationalError)"]


async def test_a_repair_does_not_come_and_go_while_the_database_stays_locked(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    watch: RepairWatch,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It can be read all the time, which does not make it work."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    tries = 0
    write = writer.write

    def counted(*args: Any) -> Any:
        nonlocal tries
        tries += 1
        return write(*args)

    monkeypatch.setattr(writer, "write", counted)
    with locked(file):
        await deliver(gateway, 1)
        await watch.until(is_away("locked"))
        while tries < 5:
            await hass.async_add_executor_job(lambda: None)
        await hass.async_block_till_done()
        assert [action for action, _ in watch.seen] == ["create"]
    await watch.until(is_back)


async def test_the_same_message_is_delivered_once_also_in_an_outage(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    events: list[Event[Any]],
    watch: RepairWatch,
    file: Path,
) -> None:
    """What came just before it and in it is remembered."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    assert await deliver(gateway, 1) == [ACCEPTED]
    with locked(file):
        assert await deliver(gateway, 2) == [QUEUED]
        await watch.until(is_away("locked"))
        again = await deliver(gateway, 1, 2, 3, 3)
    assert again == [
        Answer(200, {"result": "duplicate"}),
        Answer(200, {"result": "duplicate"}),
        QUEUED,
        Answer(200, {"result": "duplicate"}),
    ]
    await watch.until(is_back)
    assert await deliver(gateway, 1, 2, 3) == [DUPLICATE] * 3
    assert ids_in(file) == ids_of(events) == [1, 2, 3]


async def test_beyond_what_memory_holds_the_sender_is_told(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    events: list[Event[Any]],
    watch: RepairWatch,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cannot be kept later is not delivered either, and counted as refused."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    monkeypatch.setattr(journal_module, "MAX_QUEUED", 3)
    with locked(file):
        assert await deliver(gateway, 0) == [QUEUED]
        await watch.until(is_away("locked"))
        assert await deliver(gateway, 1, 2, 3, 4) == [QUEUED] * 2 + [UNAVAILABLE] * 2
        await hass.async_block_till_done()
        assert rejected(hass) == {"unavailable": 2}
    await watch.until(is_back)
    assert await deliver(gateway, 5) == [ACCEPTED]
    await hass.async_block_till_done()

    assert ids_in(file) == ids_of(events) == [0, 1, 2, 5]


async def test_without_its_database_an_entry_is_set_up_and_delivers(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    events: list[Event[Any]],
    watch: RepairWatch,
    file: Path,
) -> None:
    """Only the counts are not known; when it is there, everything is."""
    file.mkdir()
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    assert receiver.entry.state is ConfigEntryState.LOADED
    await watch.until(is_away("unreachable"))
    for number in range(20):
        status, answer = await receiver.post("sms", id=number, rid=number)
        assert (status, answer) == (202, {"result": "queued"})
    await hass.async_block_till_done()
    assert ids_of(events) == list(range(20))
    assert receiver.state("sensor", SIM_1, "sms_received").state == STATE_UNKNOWN
    assert receiver.state("sensor", SIM_1, "last_sms").attributes["id"] == 19

    file.rmdir()
    await watch.until(is_back)
    await receiver.deliver("sms", id=20)
    assert ids_in(file) == list(range(21))
    assert receiver.state("sensor", SIM_1, "sms_received").state == "21"
    assert receiver.state("sensor", SIM_1, "last_sms").attributes["id"] == 20
    assert ids_of(events) == list(range(21))


async def test_a_database_that_takes_long_to_open_does_not_hold_up_the_set_up(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    events: list[Event[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The counts follow when it is open; what came meanwhile is counted once."""
    monkeypatch.setattr(archive, "OPEN_SECONDS", 0)
    with held(monkeypatch, writer, prepare) as opening:
        receiver = await Receiver.connect(hass, hass_client_no_auth)
        assert receiver.entry.state is ConfigEntryState.LOADED
        await opening.reached.wait()
        posts = [
            hass.async_create_task(receiver.post("sms", id=number, rid=number))
            for number in range(3)
        ]
        opening.release()
        for post in posts:
            assert (await post)[1]["result"] == "accepted"
    await receiver.deliver("sms", id=3)
    await hass.async_block_till_done()

    assert sorted(ids_of(events)) == [0, 1, 2, 3]
    assert receiver.state("sensor", SIM_1, "sms_received").state == "4"
    assert repairs(hass) == {}


async def test_what_an_earlier_start_did_not_deliver_comes_when_the_database_does(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
) -> None:
    """It could not be read when Home Assistant started."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    assert await hass.config_entries.async_unload(receiver.entry.entry_id)
    await receiver.deliver("sms", message="Held")
    file = database(hass)
    async with restarted(hass) as again:
        aside = file.rename(file.with_name("aside"))
        file.mkdir()
        events = capture_messages(again)
        watch = RepairWatch(again)
        after = await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        await watch.until(is_away("unreachable"))
        assert events == []
        file.rmdir()
        aside.rename(file)
        await watch.until(is_back)
        await again.async_block_till_done(wait_background_tasks=True)
        assert [event.data["message"] for event in events] == ["Held"]
        assert events[0].data["replayed"]
        assert after.state("sensor", SIM_1, "sms_received").state == "1"


# A damaged file


async def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    events: list[Event[Any]],
    watch: RepairWatch,
    file: Path,
) -> None:
    """The repair says where it is; nothing is deleted."""
    file.write_bytes(GARBAGE)
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    await watch.until(lambda issues: issues.keys() == {"journal_set_aside"})
    assert await deliver(gateway, 1) == [ACCEPTED]
    await hass.async_block_till_done(wait_background_tasks=True)

    issue = repairs(hass)["journal_set_aside"]
    assert issue.translation_placeholders is not None
    aside = Path(issue.translation_placeholders["path"])
    assert issue.translation_placeholders["title"] == TITLE
    assert issue.severity is ir.IssueSeverity.WARNING
    assert aside.parent == file.parent
    assert aside.name.startswith("zender.db.corrupt.")
    assert aside.read_bytes() == GARBAGE
    assert ids_in(file) == ids_of(events) == [1]
    assert count(hass) == "1"


async def test_a_file_that_is_damaged_while_it_is_used_loses_no_new_message(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    events: list[Event[Any]],
    watch: RepairWatch,
    file: Path,
) -> None:
    """What comes meanwhile is delivered, and written to the new file."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    await gateway.accept(range(1, 4))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as broken:
        broken.seek(0)
        broken.write(GARBAGE[:8192])

    answers = await deliver(gateway, 4, 5)
    await watch.until(lambda issues: issues.keys() == {"journal_set_aside"})
    answers += await deliver(gateway, 6)
    await hass.async_block_till_done()

    assert answers[-1] == ACCEPTED
    assert ids_of(events) == [1, 2, 3, 4, 5, 6]
    kept = ids_in(file)
    assert kept[-1] == 6
    assert set(kept) <= {4, 5, 6}
    assert count(hass) == "6"


async def test_the_repair_about_a_damaged_file_goes_with_the_entry(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    watch: RepairWatch,
    file: Path,
) -> None:
    """The file stays."""
    file.write_bytes(GARBAGE)
    await set_up_gateway(hass, hass_client_no_auth)
    await watch.until(lambda issues: issues.keys() == {"journal_set_aside"})
    [entry] = hass.config_entries.async_entries("zender")
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert repairs(hass) == {}
    assert len(list(file.parent.glob("zender.db.corrupt.*"))) == 1


# A database of a newer version


async def test_a_database_of_a_newer_version_is_left_as_it_is(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
    file: Path,
) -> None:
    """Messages are delivered, and the repair says what to do."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    await gateway.accept([1])
    async with restarted(hass) as again:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE zender_schema SET version = 99")
            connection.commit()
        before = file.read_bytes()
        watch = RepairWatch(again)
        events = capture_messages(again)
        gateway = await set_up_gateway(again, lambda: aiohttp_client(again.http.app))
        await watch.until(is_away("newer_schema"))
        assert await deliver(gateway, 2) == [QUEUED]
        await again.async_block_till_done()

        assert ids_of(events) == [2]
        assert ids_in(file) == [1]
        assert repairs(again).keys() == {"journal_newer_schema"}
        assert not list(file.parent.glob("zender.db.corrupt.*"))
    assert file.read_bytes() == before


# Home Assistant stops, the entry goes


async def test_what_waits_when_home_assistant_stops_is_written_if_the_database_is_back(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    watch: RepairWatch,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also when it would have been tried again only later."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    monkeypatch.setattr(writer, "RETRY_SECONDS", (3600,))
    with locked(file):
        assert await deliver(gateway, 1) == [QUEUED]
        await watch.until(is_away("locked"))
        assert await deliver(gateway, 2, 3) == [QUEUED] * 2
    await hass.async_stop(force=True)

    assert ids_in(file) == [1, 2, 3]


async def test_home_assistant_stops_although_the_database_is_away(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    watch: RepairWatch,
    file: Path,
) -> None:
    """Nothing waits for ever."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    with locked(file):
        assert await deliver(gateway, 1) == [QUEUED]
        await watch.until(is_away("locked"))
        await hass.async_stop(force=True)
        assert ids_in(file) == []


async def test_an_entry_can_be_removed_while_its_database_is_away(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    watch: RepairWatch,
    file: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its repair goes with it; its messages cannot, and the log says so."""
    file.mkdir()
    await set_up_gateway(hass, hass_client_no_auth)
    await watch.until(is_away("unreachable"))
    [entry] = hass.config_entries.async_entries("zender")
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert repairs(hass) == {}
    assert "stay in the message database, which is away: unreachable" in caplog.text


async def test_another_database_ends_the_outage(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    watch: RepairWatch,
    file: Path,
) -> None:
    """That is one way to mend it; what waited comes along."""
    file.mkdir()
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await watch.until(is_away("unreachable"))
    assert (await receiver.post("sms", id=1, rid=1))[0] == QUEUED.status
    other = file.with_name("other.db")
    await receiver.set_options(database_url=f"sqlite:///{other}")
    await watch.until(is_back)
    await receiver.deliver("sms", id=2, rid=2)

    assert ids_in(other) == [1, 2]
