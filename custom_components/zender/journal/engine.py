"""Opens a database: its settings, its tables, their version."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
import sqlite3
from typing import Any, Final

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError

from .errors import JournalError, Problem, problem_of
from .folding import fold
from .migrations import MIGRATIONS
from .schema import SCHEMA_VERSION, metadata, schema_info
from .text_index import FOLD, TextIndex, text_index

BUSY_SECONDS: Final = 5
"""How long SQLite waits for somebody else's lock."""
_CHECKPOINT_PAGES: Final = 250
"""How long SQLite's log may be until a commit writes it back: with SQLite's own 1000, that commit takes up to twice as long."""
CONNECT_SECONDS: Final = 10


def open_engine(url: str) -> Engine:
    """Return an engine with this database's settings. Connects to nothing yet.

    Raises what SQLAlchemy raises: see `problem_of`.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            connect_args={"timeout": BUSY_SECONDS},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    if parsed.get_backend_name() in {"mysql", "mariadb"}:
        # Without it, MariaDB's drivers may not let four-byte characters through.
        parsed = parsed.update_query_dict({"charset": "utf8mb4"})
    return create_engine(
        parsed,
        pool_pre_ping=True,
        pool_recycle=3600,
        connect_args={"connect_timeout": CONNECT_SECONDS},
        # Texts and senders do not belong into a log, whatever is logged of SQLAlchemy.
        hide_parameters=True,
    )


def lets_two_write(engine: Engine) -> bool:
    """Return whether changes of old messages do not hold up new ones; MariaDB locks what is beside a row, too."""
    return engine.dialect.name == "postgresql"


@contextmanager
def begin_aside(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction beside those of the writer, which does not wait for the disk."""
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        yield connection


def prepare(engine: Engine) -> TextIndex:
    """Make or migrate the tables. Raises JournalError for a newer schema than this, untouched."""
    with engine.begin() as connection:
        version = schema_version(connection)
        if version is not None:
            if version > SCHEMA_VERSION:
                raise JournalError(Problem.NEWER_SCHEMA)
            for older in range(version, SCHEMA_VERSION):
                MIGRATIONS[older](connection)
                connection.execute(update(schema_info).values(version=older + 1))
        index = text_index(connection)
        if version is None:
            metadata.create_all(connection)
            connection.execute(insert(schema_info).values(version=SCHEMA_VERSION))
        index.create(connection)
    return index


def check(url: str) -> None:
    """Make or migrate the tables of a database, to see that it can be used. Raises JournalError."""
    engine: Engine | None = None
    try:
        engine = open_engine(url)
        prepare(engine)
    except JournalError:
        raise
    except Exception as error:
        raise JournalError(problem_of(error)) from error
    finally:
        if engine is not None:
            engine.dispose()


def dialect_of(url: str) -> str | None:
    """Return what kind of database an URL is for, None when it is not an URL."""
    try:
        return _parse(url).get_backend_name()
    except JournalError:
        return None


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError, ValueError:
        # From None: what SQLAlchemy says holds the URL.
        raise JournalError(Problem.INVALID_URL) from None


def set_aside(engine: Engine, now: datetime) -> Path | None:
    """Move a corrupt SQLite file away, named by its date. Returns where it is now."""
    engine.dispose()
    if engine.dialect.name != "sqlite" or not (name := engine.url.database):
        return None
    broken = Path(name)
    aside = broken.with_name(
        f"{broken.name}.corrupt.{now.astimezone(UTC):%Y-%m-%dT%H-%M-%S}"
    )
    broken.rename(aside)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(name + suffix).rename(str(aside) + suffix)
    return aside


def schema_version(connection: Connection) -> int | None:
    """Return the version of the tables, None if there are none."""
    if not connection.dialect.has_table(connection, schema_info.name):
        return None
    version: int = connection.execute(select(schema_info.c.version)).scalar_one()
    return version


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    cursor = connection.cursor()
    if not cursor.execute("PRAGMA page_count").fetchone()[0]:
        # What is purged can be given back to the disk. Said again, it would be written again.
        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
    # Kept before said: a commit is on the disk, whatever happens to the power.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}").fetchall()
    cursor.execute("PRAGMA cache_size = -2048")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten: it may be deleted because nobody shall find it.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()
    connection.create_function(FOLD, 1, fold, deterministic=True)


def hold_checkpoints(connection: Connection, _index: TextIndex) -> None:
    """Write a SQLite file's log back into it, and from now on only to the log."""
    if connection.dialect.name == "sqlite":
        _write_back(connection)
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0").all()


def release_checkpoints(connection: Connection, _index: TextIndex) -> None:
    """Write a SQLite file's log back into it now and then, as usual."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}"
        ).all()
        _write_back(connection)


def empty_log(connection: Connection, _index: TextIndex) -> None:
    """Leave nothing that was deleted in a SQLite file's log, unless checkpoints are held."""
    if connection.dialect.name == "sqlite" and (
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar()
    ):
        _write_back(connection)


def _write_back(connection: Connection) -> None:
    """Write as much of the log back as can be done without waiting for readers."""
    connection.exec_driver_sql("PRAGMA busy_timeout = 0").all()
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
    connection.exec_driver_sql(
        f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}"
    ).all()
