"""A backup copies files while messages come."""

import asyncio
import shutil
import sqlite3

from custom_components.zender.journal.engine import (
    hold_checkpoints,
    release_checkpoints,
)

from .conftest import Database, Open, everywhere
from .messages import sms


@everywhere
async def test_messages_come_meanwhile(open_journal: Open) -> None:
    """Holding back holds up no message; there is nothing to hold back elsewhere."""
    journal = await open_journal()
    await journal.keep(sms("before"))
    await journal.journal.run(hold_checkpoints)
    await journal.keep(sms("meanwhile"))
    await journal.journal.run(release_checkpoints)
    await journal.keep(sms("after"))
    assert journal.texts() == ["before", "meanwhile", "after"]


async def test_copy_is_consistent(open_journal: Open, database: Database) -> None:
    """The main file does not change, however much comes; with or without its log, a copy can be opened."""
    journal = await open_journal()
    await journal.add_all(sms(f"before {number}") for number in range(500))
    await journal.journal.run(hold_checkpoints)
    before = database.path.read_bytes()
    folder = database.path.parent / "copy"
    folder.mkdir()
    await journal.add_all(sms("word " * 500) for _ in range(2000))
    await asyncio.to_thread(shutil.copy, database.path, folder)
    log = database.path.with_name("journal.db-wal")
    await asyncio.to_thread(shutil.copy, log, folder / "partial-wal")
    await journal.keep(sms("last"))
    assert database.path.read_bytes() == before
    assert log.stat().st_size > 4_000_000

    copy = await open_journal(f"sqlite:///{folder / 'journal.db'}")
    assert len(copy.rows()) == 500
    assert copy.find("before", limit=1) == [500]
    await copy.close()
    # A copy of the log that ends in the middle is one that ends before.
    content = (folder / "partial-wal").read_bytes()
    (folder / "journal.db").write_bytes(before)
    (folder / "journal.db-wal").write_bytes(content[: len(content) * 2 // 3])
    copy = await open_journal(f"sqlite:///{folder / 'journal.db'}")
    assert 500 <= len(copy.rows()) <= 2500
    with sqlite3.connect(folder / "journal.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    await copy.close()

    await journal.journal.run(release_checkpoints)
    assert database.path.stat().st_size > len(before)
    await journal.close()
    assert not log.exists()
    assert len((await open_journal()).rows()) == 2501
