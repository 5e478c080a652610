"""Home Assistant's backup: what is copied while messages arrive is whole, and nothing stops it."""

from contextlib import closing
from pathlib import Path
import shutil
import sqlite3
import tarfile

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import backup
from custom_components.zender.const import DOMAIN
from custom_components.zender.journal import engine
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .common import ACCEPTED, Gateway, add_entry, capture_messages, set_up, sms
from .keeping import RepairWatch, database, locked, restarted, rows, texts
from .receiving import SIM_1, Receiver

LONG = "a long story " * 1_000


async def set_up_gateway(
    hass: HomeAssistant, new_client: ClientSessionGenerator
) -> Gateway:
    """Return the gateway's end of an entry that is set up."""
    add_entry(hass)
    await set_up(hass)
    return Gateway(hass, await new_client())


async def accept_long(gateway: Gateway, ids: range) -> None:
    """Deliver long messages."""
    for number in ids:
        message = sms(id=number, rid=number, message=f"{number} {LONG}")
        assert await gateway.deliver(message) == ACCEPTED


def assert_whole(file: Path) -> None:
    """Let SQLite look at everything in a database."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def log_of(file: Path) -> Path:
    """Return a database's write-ahead log."""
    return file.with_name(f"{file.name}-wal")


@pytest.mark.parametrize("log_first", [False, True])
async def test_a_copy_of_the_files_is_whole_although_messages_arrive(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    tmp_path: Path,
    log_first: bool,
) -> None:
    """In whichever order they are copied; all from before the backup is in it."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    await accept_long(gateway, range(50))
    file = database(hass)
    copy = tmp_path / "copy.db"
    pairs = [(file, copy), (log_of(file), log_of(copy))]

    await backup.async_pre_backup(hass)
    before = file.read_bytes()
    # Far more than after how much the log is usually written back.
    await accept_long(gateway, range(50, 500))
    for source, target in reversed(pairs) if log_first else pairs:
        shutil.copy(source, target)
        await accept_long(gateway, range(len(rows(file)), len(rows(file)) + 20))
    assert file.read_bytes() == before
    await backup.async_post_backup(hass)

    assert_whole(copy)
    kept = [number for (number,) in rows(copy, "gateway_id")]
    assert kept == list(range(len(kept)))
    assert len(kept) >= 500
    assert len(rows(file)) == 540
    assert_whole(file)


async def test_a_log_that_was_cut_off_while_it_was_copied_is_still_of_use(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, tmp_path: Path
) -> None:
    """Whatever its length, what is before is there."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    await accept_long(gateway, range(10))
    file = database(hass)
    await backup.async_pre_backup(hass)
    await accept_long(gateway, range(10, 30))
    log = log_of(file).read_bytes()
    for number, length in enumerate((0, 1, 5_000, len(log) // 2, len(log) - 1)):
        copy = tmp_path / f"copy {number}.db"
        shutil.copy(file, copy)
        log_of(copy).write_bytes(log[:length])
        assert_whole(copy)
        kept = [number for (number,) in rows(copy, "gateway_id")]
        assert kept == list(range(len(kept)))
        assert len(kept) >= 10
    await backup.async_post_backup(hass)


async def test_after_a_backup_the_log_is_written_back_again(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """It does not grow for ever."""
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    await backup.async_pre_backup(hass)
    await accept_long(gateway, range(50))
    size = database(hass).stat().st_size
    await backup.async_post_backup(hass)

    assert database(hass).stat().st_size > size


async def test_what_home_assistant_backs_up_can_be_restored(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
    tmp_path: Path,
) -> None:
    """Messages, counts, last texts; and the same message is still the same."""
    assert await async_setup_component(hass, "backup", {})
    await hass.async_block_till_done()
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    for number in range(3):
        await receiver.deliver("sms", id=number, message=f"Text {number}")
    await hass.services.async_call("backup", "create", {}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    await receiver.deliver("sms", id=3, message="After the backup")
    [made] = Path(hass.config.path("backups")).glob("*.tar")
    restored = tmp_path / "restored"
    with tarfile.open(made) as outer:
        outer.extractall(restored, filter="data")
    with tarfile.open(restored / "homeassistant.tar.gz") as inner:
        inner.extractall(restored, filter="data")
    assert texts(restored / "data" / database(hass).name) == [
        "Text 0",
        "Text 1",
        "Text 2",
    ]

    async with restarted(hass) as again:
        for file in database(again).parent.glob("zender.db*"):
            file.unlink()
        for file in (restored / "data").glob("zender.db*"):
            shutil.copy(file, database(again).parent)
        events = capture_messages(again)
        after = await Receiver.connect(again, lambda: aiohttp_client(again.http.app))
        assert events == []
        assert after.state("sensor", SIM_1, "sms_received").state == "3"
        assert after.state("sensor", SIM_1, "last_sms").state == "Text 2"
        answer = await after.post(
            "sms", id=1, rid=312, timestamp=1793599201, message="Text 1"
        )
        assert answer == (200, {"result": "duplicate", "message_id": 2})


@pytest.mark.parametrize("hook", ["async_pre_backup", "async_post_backup"])
async def test_a_database_that_is_away_does_not_stop_the_backup(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, hook: str
) -> None:
    """An exception would abort the backup of everything else."""
    watch = RepairWatch(hass)
    database(hass).mkdir()
    add_entry(hass)
    await set_up(hass)
    await watch.until(bool)

    await getattr(backup, hook)(hass)

    assert "The message database is away" in caplog.text
    assert "a backup: unreachable" in caplog.text


@pytest.mark.parametrize("hook", ["async_pre_backup", "async_post_backup"])
async def test_whatever_goes_wrong_does_not_stop_the_backup(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, hook: str
) -> None:
    """Also what nobody thought of; the other databases are prepared nevertheless."""
    add_entry(hass)
    other = database(hass).with_name("other.db")
    add_entry(hass, webhook_id="x", options={"database_url": f"sqlite:///{other}"})
    await set_up(hass)
    calls = 0

    def fail(*_args: object) -> None:
        nonlocal calls
        calls += 1
        raise RuntimeError

    monkeypatch.setattr(backup, "hold_checkpoints", fail)
    monkeypatch.setattr(backup, "release_checkpoints", fail)
    await getattr(backup, hook)(hass)

    assert calls == 2


async def test_a_locked_database_does_not_stop_the_backup(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Deliveries go on after it."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    gateway = await set_up_gateway(hass, hass_client_no_auth)
    with locked(database(hass)):
        await backup.async_pre_backup(hass)
        await backup.async_post_backup(hass)
    await gateway.accept([1])


async def test_without_a_gateway_there_is_nothing_to_prepare(
    hass: HomeAssistant,
) -> None:
    """And nothing goes wrong."""
    assert await async_setup_component(hass, DOMAIN, {})
    await backup.async_pre_backup(hass)
    await backup.async_post_backup(hass)
