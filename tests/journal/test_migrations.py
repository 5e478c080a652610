"""What older versions wrote, and what a newer one wrote."""

from pathlib import Path
import shutil
from typing import Any, Final

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from custom_components.zender.journal import (
    engine as engine_module,
    migrations,
    text_index,
)
from custom_components.zender.journal.engine import check
from custom_components.zender.journal.errors import JournalError, Problem
from custom_components.zender.journal.journal import State

from .conftest import Database, Open, everywhere, on
from .messages import PHONE, SENDER, sms
from .opened import Opened
from .servers import Server

DATA: Final = Path(__file__).parents[1] / "data"
FIRST_VERSION: Final = DATA / "journal_version_1.db"

on_tables_of_texts: Final = on("sqlite-without-fts5", "postgresql", "mariadb")
"""Where folded texts had a table of their own."""


async def test_file_of_the_first_version(
    open_journal: Open, database: Database, tmp_path: Path
) -> None:
    """What the first version wrote is found, counted, and goes on."""
    shutil.copy(FIRST_VERSION, database.path)
    journal = await open_journal()
    await _expect_six_messages(journal)
    assert await journal.keep(sms("Parcel two")) == [7]
    assert journal.find("parcel") == [7, 1]
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    check(fresh)
    assert _tables(database.url) == _tables(fresh)


@on_tables_of_texts
async def test_tables_of_the_second_version(
    open_journal: Open, database: Database, tmp_path: Path
) -> None:
    """What they have is found as before, in tables like new ones."""
    _load_second_version(database)
    journal = await open_journal()
    await _expect_six_messages(journal)
    assert journal.find("привет") == [6]
    assert journal.find("somebody rings") == [5]
    assert await journal.keep(sms("Parcel two"), sms("Città")) == [7, 8]
    assert journal.find("parcel") == [7, 1]
    assert journal.find("citta") == [8, 2]
    fresh = _another(database, tmp_path)
    check(fresh)
    assert _tables(database.url) == _tables(fresh)


@on_tables_of_texts
@pytest.mark.parametrize("step", ["fill", "drop", "index"])
async def test_interrupted_migration(
    open_journal: Open,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """It goes on from where the engine left it: MariaDB keeps half of it, the others nothing."""
    _load_second_version(database)

    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        match step:
            case "fill":
                patch.setattr(migrations, "update", interrupt)
            case "drop":
                patch.setattr(migrations._TEXTS, "drop", interrupt)  # noqa: SLF001
            case _:
                patch.setattr(migrations.PEER_INDEX, "create", interrupt)
        with pytest.raises(KeyboardInterrupt):
            check(database.url)
    await _expect_six_messages(await open_journal())
    fresh = _another(database, tmp_path)
    check(fresh)
    assert _tables(database.url) == _tables(fresh)


async def test_migrations(
    open_journal: Open, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each older version is brought to the next one, once."""
    shutil.copy(FIRST_VERSION, database.path)
    done: list[int] = []

    def migration(version: int) -> None:
        real = engine_module.MIGRATIONS.get(version)

        def migrate(connection: Connection) -> None:
            done.append(version)
            if real is not None:
                real(connection)

        monkeypatch.setitem(engine_module.MIGRATIONS, version, migrate)

    newest = engine_module.SCHEMA_VERSION
    versions = list(range(1, newest + 1))
    for version in versions:
        migration(version)
    monkeypatch.setattr(engine_module, "SCHEMA_VERSION", newest + 1)
    for _ in range(2):
        journal = await open_journal()
        assert len(journal.rows()) == 6
        await journal.close()
    assert done == versions


@on("sqlite-without-fts5")
async def test_newer_sqlite(
    open_journal: Open, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With tables of an older one, it goes on as that did."""
    journal = await open_journal()
    await journal.keep(sms("Città"))
    await journal.close()
    monkeypatch.setattr(text_index, "_FTS5_VERSION", (3, 43))
    journal = await open_journal()
    assert await journal.keep(sms("La città")) == [2]
    assert journal.find("citta") == [2, 1]


@everywhere
async def test_newer_schema(open_journal: Open, database: Database) -> None:
    """A newer version's tables are left alone."""
    journal = await open_journal()
    await journal.keep(sms("from the future"))
    await journal.close()
    newer = engine_module.SCHEMA_VERSION + 1
    _execute(database.url, f"UPDATE zender_schema SET version = {newer}")  # noqa: S608
    before = database.path.read_bytes() if database.server is None else b""
    with pytest.raises(JournalError) as raised:
        check(database.url)
    assert raised.value.problem == Problem.NEWER_SCHEMA
    journal = await open_journal(ready=False)
    waiting = journal.add(sms("now"))
    assert (await waiting).message_id is None
    await journal.until(State.AWAY, Problem.NEWER_SCHEMA)
    assert not await journal.journal.opened
    await journal.close()
    if before:
        assert database.path.read_bytes() == before
        assert sorted(path.name for path in database.path.parent.iterdir()) == [
            "journal.db"
        ]
    engine = create_engine(database.url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT text FROM zender_messages")).all()
    engine.dispose()
    assert [row.text for row in found] == ["from the future"]


async def _expect_six_messages(journal: Opened) -> None:
    """Find what both stored versions have."""
    assert journal.journal.last_id == 6
    assert journal.find("parcel") == [1]
    assert journal.find("ประตู") == [3]
    assert journal.find("citta") == [2]
    assert journal.find("doorbell") == [5]
    assert journal.find("parcel", source=PHONE) == [1]
    assert journal.find(peers=(SENDER,)) == [3, 2, 1]
    assert journal.undelivered() == [6]
    assert sum(total.received for total in journal.totals()) == 6


def _load_second_version(database: Database) -> None:
    engine = database.engine.partition("-")[0]
    script = (DATA / f"journal_version_2.{engine}.sql").read_text()
    if engine == "mariadb":
        script = "SET FOREIGN_KEY_CHECKS = 0;\n" + script
    if engine == "postgresql":
        script = "CREATE EXTENSION pg_trgm;\n" + script
    _execute(database.url, *script.removesuffix(";\n").split(";\n"))


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _another(database: Database, tmp_path: Path) -> str:
    """Return the URL of an empty database of the same engine."""
    if isinstance(database.server, Server):
        return database.server.url(database.server.new_database())
    return f"sqlite:///{tmp_path / 'another.db'}"


def _tables(url: str) -> dict[str, Any]:
    """Return the tables of a database: their columns and indexes."""
    engine = create_engine(url)
    try:
        inspector = inspect(engine)
        return {
            name: (
                {
                    column["name"]: (str(column["type"]), column["nullable"])
                    for column in inspector.get_columns(name)
                },
                {
                    index["name"]: (index["column_names"], index["unique"])
                    for index in inspector.get_indexes(name)
                },
            )
            for name in inspector.get_table_names()
        }
    finally:
        engine.dispose()
