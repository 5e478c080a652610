"""Messages are carried over from one database to another, whatever their engines."""

import asyncio
from contextlib import closing
from functools import partial
from pathlib import Path
import runpy
import sqlite3
import sys

import pytest

from custom_components.zender.journal import carry_over
from custom_components.zender.journal.__main__ import main
from custom_components.zender.journal.queries import Total
from custom_components.zender.journal.records import Outcome
from custom_components.zender.journal.retention import blank

from .conftest import Database, Open, everywhere, on
from .messages import ENTRY, OTHER_ENTRY, notification, sms, ussd, whatsapp
from .opened import Opened


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few messages be many."""
    monkeypatch.setattr(carry_over, "CHUNK", 2)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return the URL of another SQLite file."""
    return f"sqlite:///{tmp_path / 'other.db'}"


async def some_of_each(journal: Opened) -> None:
    """Keep messages of two entries, delivered and not, one without what was private."""
    await journal.keep(sms("ganz privat"), entry_id=OTHER_ENTRY)
    journal.journal.mark_delivered(OTHER_ENTRY, 1)
    await journal.index()
    await journal.journal.run(partial(blank, entry_id=OTHER_ENTRY))
    await journal.keep(
        sms("The parcel is at the dóor"),
        whatsapp("包裹在门口 🚪"),
        ussd(),
        notification("The door opened"),
    )
    journal.journal.mark_delivered(ENTRY, 4)


async def copy(from_url: str, to_url: str) -> int:
    """Run the command beside what is open. Returns what it ends with."""
    return await asyncio.to_thread(main, [from_url, to_url])


def totals(journal: Opened, entry_id: str = ENTRY) -> dict[object, Total]:
    """Return what an entry's sensors show, in no order."""
    return {
        (total.source, total.kind, total.sim): total
        for total in journal.totals(entry_id)
    }


@everywhere
async def test_from_the_file(
    open_journal: Open,
    database: Database,
    file: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Everything is there, found, counted, delivered as far as it was, and not taken for new."""
    old = await open_journal(file)
    await some_of_each(old)
    again = sms("The door again")
    await old.keep(again)
    await old.index()
    assert await copy(file, database.url) == 0
    said = capsys.readouterr()
    assert "6 of 6" in said.out and "Copied: 6." in said.out
    assert said.err == ""
    new = await open_journal()
    assert new.rows() == old.rows()
    for text in ("door", "doo", "包裹在", "privat", None):
        assert new.find(text) == old.find(text)
    assert totals(new) == totals(old)
    assert totals(new, OTHER_ENTRY) == totals(old, OTHER_ENTRY)
    assert new.undelivered() == [5, 6]
    assert (await new.add(again)).outcome is Outcome.DUPLICATE
    assert await new.keep(sms("One more door")) == [7]
    assert new.find("door")[:2] == [7, 6]


@everywhere
async def test_what_came_meanwhile(
    open_journal: Open,
    database: Database,
    file: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Is copied the next time, and nothing else."""
    old = await open_journal(file)
    await some_of_each(old)
    assert await copy(file, database.url) == 0
    await old.keep(sms("Later"), sms("Still later", device="another phone"))
    await old.index()
    capsys.readouterr()
    assert await copy(file, database.url) == 0
    assert "Copied: 2." in capsys.readouterr().out
    assert await copy(file, database.url) == 0
    assert "Copied: 0." in capsys.readouterr().out
    new = await open_journal()
    assert new.rows() == old.rows()
    assert totals(new) == totals(old)


@on("postgresql", "mariadb", "sqlite-without-fts5")
async def test_to_a_file(open_journal: Open, database: Database, file: str) -> None:
    """The way back."""
    old = await open_journal()
    await some_of_each(old)
    assert await copy(database.url, file) == 0
    new = await open_journal(file)
    assert new.rows() == old.rows()
    assert new.find("door") == old.find("door") == [5, 2]


@everywhere
async def test_not_into_other_messages(
    open_journal: Open,
    database: Database,
    file: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They would be taken for those of the first database."""
    await some_of_each(await open_journal(file))
    new = await open_journal()
    await new.keep(sms("Mine"))
    await new.close()
    assert await copy(file, database.url) == 1
    assert "messages of its own" in capsys.readouterr().err
    assert (await open_journal()).texts() == ["Mine"]


async def test_from_nothing(
    database: Database, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no journal: the other database is not touched."""
    with closing(sqlite3.connect(file.removeprefix("sqlite:///"))) as connection:
        connection.execute("CREATE TABLE notes (text)")
    assert await copy(file, database.url) == 1
    assert "no messages of this version" in capsys.readouterr().err
    assert not database.path.exists()


async def test_not_reached(
    file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says why, without the password."""
    url = "postgresql://zender:a-long-password@127.0.0.1:1/zender"
    monkeypatch.setattr(sys, "argv", ["journal", url, file])
    monkeypatch.delitem(sys.modules, main.__module__)
    with pytest.raises(SystemExit) as ended:
        await asyncio.to_thread(
            runpy.run_module, "custom_components.zender.journal", run_name="__main__"
        )
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.err == "It did not work: unreachable.\n"
    assert "password" not in said.out
