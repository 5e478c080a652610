"""Opening a database, and what is said when that does not work."""

from contextlib import closing
from pathlib import Path
import sqlite3
from typing import Final

import pytest
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.exc import DBAPIError, OperationalError

from custom_components.zender.journal import engine as engine_module
from custom_components.zender.journal.engine import check, dialect_of, open_engine
from custom_components.zender.journal.errors import JournalError, Problem, problem_of
from custom_components.zender.journal.journal import State

from .conftest import Database, Open, everywhere, on
from .messages import sms
from .servers import HOST, PASSWORD, Server

SERVERS: Final = ("postgresql", "mariadb")
TRIGRAMS: Final = "zender_messages_trigrams"


def _problem(url: str) -> Problem:
    with pytest.raises(JournalError) as raised:
        check(url)
    assert PASSWORD not in str(raised.value)
    return raised.value.problem


@everywhere
async def test_check_makes_the_tables(open_journal: Open, database: Database) -> None:
    """Once, for a journal to find them there."""
    check(database.url)
    check(database.url)
    journal = await open_journal()
    assert await journal.keep(sms()) == [1]
    await journal.close()
    check(database.url)
    assert (await open_journal()).find("parcel") == [1]


@on(*SERVERS)
def test_wrong_password(database: Database) -> None:
    """The server is there, but does not let us in."""
    assert database.server is not None
    name = database.url.rpartition("/")[2]
    assert _problem(database.server.url(name, password="wrong")) == (
        Problem.ACCESS_DENIED
    )
    assert _problem(database.server.url(name, user="nobody", password="x")) == (
        Problem.ACCESS_DENIED
    )


@on(*SERVERS)
def test_no_such_database(database: Database) -> None:
    """The server lets us in, but does not have it."""
    assert database.server is not None
    assert _problem(database.server.url("journal_nowhere")) == Problem.NO_DATABASE


@on("postgresql")
def test_no_right_to_make_tables(database: Database) -> None:
    """A user who may only look."""
    assert isinstance(database.server, Server)
    name = database.url.rpartition("/")[2]
    database.server.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    try:
        url = database.server.url(name, user="guest", password="guest")
        assert _problem(url) == Problem.ACCESS_DENIED
    finally:
        database.server.execute("DROP ROLE guest")


@on("postgresql")
async def test_right_to_index_trigrams_comes_later(
    open_journal: Open, database: Database
) -> None:
    """Without the extension, it is only slower; when it is there, the next start makes the index."""
    assert isinstance(database.server, Server)
    name = database.url.rpartition("/")[2]
    database.server.execute(
        "CREATE ROLE tenant LOGIN PASSWORD 'tenant'",
        f"REVOKE CREATE ON DATABASE {name} FROM PUBLIC",
    )
    database.server.execute("GRANT ALL ON SCHEMA public TO tenant", database=name)
    try:
        url = database.server.url(name, user="tenant", password="tenant")
        check(url)
        journal = await open_journal(url)
        await journal.keep(sms("Città"))
        assert journal.find("citta") == [1]
        assert TRIGRAMS not in _indexes(url)
        await journal.close()
        database.server.execute("CREATE EXTENSION pg_trgm", database=name)
        journal = await open_journal(url)
        assert journal.find("citta") == [1]
        assert TRIGRAMS in _indexes(url)
        await journal.close()
    finally:
        database.server.execute(
            "DROP OWNED BY tenant", "DROP ROLE tenant", database=name
        )


@on("postgresql")
def test_trigrams_are_indexed(database: Database) -> None:
    """In each database, not only in the first one that a process sees."""
    assert isinstance(database.server, Server)
    other = database.server.url(database.server.new_database())
    for url in (database.url, other):
        check(url)
        assert TRIGRAMS in _indexes(url)


def _indexes(url: str) -> list[str | None]:
    engine = create_engine(url)
    try:
        return [item["name"] for item in inspect(engine).get_indexes("zender_messages")]
    finally:
        engine.dispose()


@pytest.mark.parametrize("driver", ["postgresql+psycopg2", "mysql+pymysql"])
def test_nobody_listens(driver: str, socket_enabled: None, free_tcp_port: int) -> None:
    """No server at the address."""
    url = f"{driver}://user:{PASSWORD[:1]}@{HOST}:{free_tcp_port}/journal"
    assert _problem(url) == Problem.UNREACHABLE


@on("postgresql")
def test_read_only_server(database: Database) -> None:
    """A replica, for example."""
    assert isinstance(database.server, Server)
    name = database.url.rpartition("/")[2]
    database.server.execute(
        f"ALTER DATABASE {name} SET default_transaction_read_only = on"
    )
    assert _problem(database.url) == Problem.READ_ONLY


@on("mariadb")
def test_read_only_mariadb(database: Database) -> None:
    """The whole server."""
    assert isinstance(database.server, Server)
    database.server.execute("SET GLOBAL read_only = 1")
    try:
        assert _problem(database.url) == Problem.READ_ONLY
    finally:
        database.server.execute("SET GLOBAL read_only = 0")


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    """SQLite makes a file, not its folder."""
    assert _problem(f"sqlite:///{tmp_path}/nowhere/journal.db") == Problem.UNREACHABLE


def test_not_a_database(tmp_path: Path) -> None:
    """Something else is in the file."""
    (tmp_path / "journal.db").write_text("Milk and eggs" * 1000)
    assert _problem(f"sqlite:///{tmp_path}/journal.db") == Problem.CORRUPT


def test_read_only_file(tmp_path: Path) -> None:
    """A file that may only be read."""
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE other (id INTEGER)")
        # As long as it is open, there is a log to read.
        url = f"sqlite:///file:{tmp_path}/journal.db?mode=ro&uri=true"
        assert _problem(url) == Problem.READ_ONLY


def test_locked_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else is making something of it."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert _problem(f"sqlite:///{tmp_path}/journal.db") == Problem.LOCKED


def test_full_disk(tmp_path: Path) -> None:
    """No room for the tables."""
    url = f"sqlite:///{tmp_path}/journal.db"
    engine = open_engine(url)

    @event.listens_for(engine, "connect")
    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 3")

    with pytest.raises(OperationalError) as raised:
        engine_module.prepare(engine)
    engine.dispose()
    assert problem_of(raised.value) == Problem.FULL


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", Problem.INVALID_URL),
        ("nonsense", Problem.INVALID_URL),
        ("postgresql://user:secret@host:port/journal", Problem.INVALID_URL),
        ("://", Problem.INVALID_URL),
        ("nonsense://host/journal", Problem.DRIVER_MISSING),
        ("postgresql+nonsense://host/journal", Problem.DRIVER_MISSING),
        ("mysql+mysqldb://user:secret@host/journal", Problem.DRIVER_MISSING),
        ("oracle://user:secret@host/journal", Problem.DRIVER_MISSING),
    ],
)
async def test_urls_that_cannot_work(
    open_journal: Open, url: str, problem: Problem
) -> None:
    """Neither when it is checked nor when a journal has it."""
    assert _problem(url) == problem
    journal = await open_journal(url, ready=False)
    await journal.until(State.AWAY, problem)
    with pytest.raises(JournalError):
        journal.find()
    assert "secret" not in f"{journal.journal.problem}{journal.journal.dialect}"


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("sqlite:////config/zender.db", "sqlite"),
        ("postgresql+psycopg2://host/journal", "postgresql"),
        ("mysql+pymysql://host/journal", "mysql"),
        ("mariadb://host/journal", "mariadb"),
        ("nonsense", None),
        ("postgresql://host:port/journal", None),
    ],
)
def test_kinds_of_databases(url: str, dialect: str | None) -> None:
    """Told from the URL alone."""
    assert dialect_of(url) == dialect


class _DriverError(Exception):
    """What a driver raises."""


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("database disk image is malformed", Problem.CORRUPT),
        ("file is not a database", Problem.CORRUPT),
        ("attempt to write a readonly database", Problem.READ_ONLY),
        ("cannot execute INSERT in a read-only transaction", Problem.READ_ONLY),
        ("database or disk is full", Problem.FULL),
        ("could not extend file: No space left on device", Problem.FULL),
        ("(1114, \"The table 'zender_messages' is full\")", Problem.FULL),
        ('FATAL: role "guest" does not exist', Problem.ACCESS_DENIED),
        ("fe_sendauth: no password supplied", Problem.ACCESS_DENIED),
        ('FATAL: database "journal" does not exist', Problem.NO_DATABASE),
        ('relation "zender_messages" does not exist', Problem.OTHER),
        ("(1205, 'Lock wait timeout exceeded')", Problem.LOCKED),
        ("server closed the connection unexpectedly", Problem.UNREACHABLE),
        ("(2006, 'MySQL server has gone away')", Problem.UNREACHABLE),
        ("something else", Problem.OTHER),
    ],
)
def test_what_drivers_say(said: str, problem: Problem) -> None:
    """In words of their own."""
    error = DBAPIError("SELECT 1", None, _DriverError(said))
    assert problem_of(error) == problem


def test_errors_of_others() -> None:
    """What comes from neither SQLAlchemy nor a driver."""
    assert problem_of(OSError(28, "No space left on device")) == Problem.FULL
    assert problem_of(LookupError("a bug")) == Problem.OTHER
    assert problem_of(JournalError(Problem.FULL)) == Problem.FULL
