"""How the journal does with a million messages, on SQLite and PostgreSQL. Run it with scripts/benchmark --journal."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
import gc
from itertools import batched
import json
import logging
import os
from pathlib import Path
import random
from statistics import median
import sys
import tempfile
import time
from typing import Any, Final

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from sqlalchemy import Connection, text as sql

from custom_components.zender.const import CONF_DATABASE_URL, DOMAIN
from custom_components.zender.gateway.messages import MessageType
from custom_components.zender.housekeeping import async_in_pieces
from custom_components.zender.journal.batch import Ledger, write
from custom_components.zender.journal.engine import open_engine, prepare
from custom_components.zender.journal.journal import Journal, State
from custom_components.zender.journal.queries import Filter, Page, search
from custom_components.zender.journal.records import to_milliseconds
from custom_components.zender.journal.retention import purge
from custom_components.zender.journal.text_index import TextIndex
from homeassistant import loader
from homeassistant.core import CoreState
from homeassistant.setup import async_setup_component
from tests.journal.servers import PostgreSQL

from .journal_messages import ACCOUNTS, CONTACTS, ENTRY, YEAR, Language, Mill
from .measuring import folder_on_disk, percentile

ROWS: Final = 1_000_000
CHUNK: Final = 5_000
"""Messages that are inserted in one transaction."""
YEARLY: Final = 365 * 2_000
PAGE: Final = 50

MAX_YEAR_MEGABYTES: Final = 300
MAX_SEARCH_MILLISECONDS: Final = 50
MAX_SET_UP_SECONDS: Final = 0.5
MAX_DELIVERY_RATIO: Final = 1.1
MAX_PURGE_DELAY_MILLISECONDS: Final = 50

DELIVERY_ROUNDS: Final = 20
DELIVERIES: Final = 100
"""In a round."""
PERIOD: Final = 0.005
"""Seconds between two deliveries during a purge."""
TURNS: Final = 40
"""Pieces of the purge, each with as long a pause after it: what else the machine does, both meet alike."""
SET_UPS: Final = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and whether it is as it should be; None when it only informs."""

    name: str
    value: float
    shown: str
    limit: str = ""
    is_met: bool | None = None

    @classmethod
    def limited(cls, name: str, value: float, style: str, most: float) -> Figure:
        """Return a figure that must not be above a limit."""
        return cls(name, value, style.format(value), style.format(most), value <= most)


@dataclass(slots=True)
class Results:
    """What was measured on one engine."""

    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: float, style: str) -> None:
        """Note a figure without a limit."""
        self.figures.append(Figure(name, value, style.format(value)))

    def limit(self, name: str, value: float, style: str, most: float) -> None:
        """Note a figure with a limit."""
        self.figures.append(Figure.limited(name, value, style, most))


class Database(ExitStack):
    """A place for journals of one engine; gone without a trace afterwards."""

    def __init__(self, engine: str) -> None:
        """Begin without one."""
        super().__init__()
        self.engine = engine
        self.folder = Path()
        self._server: PostgreSQL | None = None

    def start(self, folder: Path) -> None:
        """Use a folder on a disk, or start a server that waits for the disk."""
        self.folder = folder
        if self.engine == "postgresql":
            self._server = self.enter_context(PostgreSQL(durable=True))

    def new(self, name: str) -> str:
        """Return the URL of an empty database."""
        if self._server is not None:
            # In the locale C, PostgreSQL takes no letter but the Latin ones for a letter.
            self._server.execute(
                f"CREATE DATABASE {name} LOCALE 'C.UTF-8' TEMPLATE template0"
            )
            return self._server.url(name)
        return f"sqlite:///{self.folder / name}.db"

    def size(self, url: str) -> int:
        """Return the bytes that a database takes of the disk."""
        if self._server is None:
            name = url.removeprefix("sqlite:///")
            files = (Path(name), Path(f"{name}-wal"))
            return sum(file.stat().st_size for file in files if file.exists())
        engine = open_engine(url)
        with engine.connect() as connection:
            size = connection.execute(
                sql("SELECT pg_database_size(current_database())")
            ).scalar_one()
        engine.dispose()
        return int(size)

    def settle(self, url: str) -> None:
        """Do what the engine does of its own accord over a year: PostgreSQL its vacuum."""
        engine = open_engine(url)
        with engine.connect() as connection:
            if self._server is None:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
            else:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM ANALYZE")
        engine.dispose()


def fill(url: str, mill: Mill, on_progress: Callable[[int], None]) -> None:
    """Write all messages of the past as the journal does, but many in each transaction."""
    engine = open_engine(url)
    index = prepare(engine)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Only to be done sooner; what is written is the same.
            connection.exec_driver_sql("PRAGMA cache_size = -524288")
            connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 100000").all()
            connection.commit()
        with connection.begin():
            ledger = Ledger.read(connection, index)
        for records in batched(mill.past(), CHUNK, strict=False):
            with connection.begin():
                written = write(connection, ledger, index, records)
                ledger.add_to_index(connection, index)
                while index.tidy(connection, at_leisure=True):
                    pass
            on_progress(len(written))
        with connection.begin():
            ledger.store_counts(connection)
            ledger.store_delivered(connection, {ENTRY: ledger.next_message_id - 1})
    engine.dispose()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Journal]:
    """Open a journal, and close it."""
    journal = Journal(url, asyncio.get_running_loop(), lambda: None)
    await journal.opened
    if journal.state is not State.READY:
        raise RuntimeError(f"The database cannot be used: {journal.problem}")
    try:
        yield journal
    finally:
        await journal.close()


@dataclass(frozen=True, slots=True)
class Query:
    """A search, and what it stands for."""

    label: str
    wanted: Filter


def word_queries(mill: Mill, rng: random.Random) -> Iterator[Query]:
    """Look for words: common, rare and absent ones, and how they begin; also among some messages only."""
    for language in mill.languages:
        words = language.searchable()
        picked = {
            "common": words[:8],
            "rarer": rng.sample(words[100:1000], 7),
            "rare": rng.sample(words[5000:], 7),
            "absent": [word[::-1] + word[:2] for word in rng.sample(words[50:], 4)],
            "beginning of": [
                word[: rng.randint(3, 5)] for word in rng.sample(words[:2000], 8)
            ],
            "two": [" ".join(rng.sample(words[:300], 2)) for _ in range(4)],
        }
        for kind, texts in picked.items():
            for word in texts:
                yield _query(f"{kind} {language.name}", text=word)
        yield from _filtered(mill, rng, language, words[:3] + rng.sample(words, 2))


def piece_queries(mill: Mill, rng: random.Random) -> Iterator[Query]:
    """Look for three letters in a row, from anywhere in words."""
    for language in mill.languages:
        words = language.searchable()
        pieces: list[str] = []
        for few, several in ((words[:60], 12), (words[60:2000], 12), (words, 12)):
            for word in rng.choices(few, k=several):
                start = rng.randint(0, len(word) - 3)
                pieces.append(word[start : start + 3])
        for piece in pieces:
            yield _query(f"piece of {language.name}", text=piece)
        yield from _filtered(mill, rng, language, rng.sample(pieces, 3))


def short_queries(mill: Mill, rng: random.Random) -> Iterator[Query]:
    """Look for what is too short for an index of three characters."""
    for language in mill.languages:
        words = [word for word in language.words if len(word) == 2]
        for word in words[:10] + rng.sample(words, min(10, len(words))):
            yield _query(f"short {language.name}", text=word)


def _filtered(
    mill: Mill, rng: random.Random, language: Language, texts: list[str]
) -> Iterator[Query]:
    for text in texts:
        filters: dict[str, Any] = {
            "peers": (rng.choice(CONTACTS[:300]),),
            "source": rng.choice(ACCOUNTS),
            "kind": rng.choice((MessageType.SMS, MessageType.NOTIFICATION)),
            "since": mill.start + YEAR * rng.uniform(0.5, 0.99),
        }
        for name, value in filters.items():
            yield _query(f"{language.name} with {name}", text=text, **{name: value})


def _query(label: str, **wanted: Any) -> Query:
    return Query(label, Filter(entry_id=ENTRY, **wanted))


def _search(connection: Connection, index: TextIndex, wanted: Filter) -> Page:
    return search(connection, index, wanted, limit=PAGE)


async def time_queries(
    journal: Journal, queries: list[Query]
) -> list[tuple[float, Query, int]]:
    """Return how many milliseconds each one took, and how much it found."""
    timed = []
    for query in queries:
        start = time.perf_counter()
        page = await asyncio.to_thread(
            journal.read, partial(_search, wanted=query.wanted)
        )
        timed.append((_milliseconds_since(start), query, len(page.messages)))
    return timed


def _milliseconds_since(start: float) -> float:
    return 1000 * (time.perf_counter() - start)


async def measure_searches(
    journal: Journal, mill: Mill, results: Results, say: Console
) -> None:
    """Search for all sorts of things."""
    rng = random.Random(11)
    for name, make, limit in (
        ("words", word_queries, MAX_SEARCH_MILLISECONDS),
        ("3 letters", piece_queries, MAX_SEARCH_MILLISECONDS),
        ("2 letters", short_queries, None),
    ):
        queries = list(make(mill, rng))
        rng.shuffle(queries)
        # Statements are compiled once in the life of a process.
        await time_queries(journal, queries[:5])
        timed = await time_queries(journal, queries)
        times = [spent for spent, _, _ in timed]
        results.add(f"Search for {name}, p50, ms", median(times), "{:.1f}")
        title = f"Search for {name}, p95, ms"
        if limit is None:
            results.add(title, percentile(times, 95), "{:.1f}")
        else:
            results.limit(title, percentile(times, 95), "{:.1f}", limit)
        results.add(f"Search for {name}, most, ms", max(times), "{:.1f}")
        say.log(f"{len(timed)} searches for {name}; the slowest:")
        for spent, query, found in sorted(
            timed, key=lambda item: item[0], reverse=True
        )[:3]:
            say.log(f"  {spent:.1f} ms, {found} found, {query.label}: {query.wanted}")


async def set_up_seconds(folder: Path, url: str) -> float:
    """Set an entry up in a Home Assistant. Returns how long it took."""
    async with async_test_home_assistant(
        config_dir=str(folder), initial_state=CoreState.running
    ) as hass:
        hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        try:
            if not await async_setup_component(hass, "webhook", {}):
                raise RuntimeError("Home Assistant cannot be set up.")
            entry = MockConfigEntry(
                domain=DOMAIN,
                entry_id=ENTRY,
                data={"webhook_id": "benchmark", "secret": "0" * 40},
                options={CONF_DATABASE_URL: url},
            )
            entry.add_to_hass(hass)
            start = time.perf_counter()
            is_set_up = await async_setup_component(hass, DOMAIN, {})
            seconds = time.perf_counter() - start
            if not is_set_up or entry.runtime_data.webhook.archive.totals is None:
                raise RuntimeError("The entry was not set up with its database.")
            return seconds
        finally:
            await hass.async_stop(force=True)


async def measure_set_up(
    database: Database, full: str, empty: str, results: Results
) -> None:
    """Set up with either database, after a first time that loads the code."""
    await set_up_seconds(database.folder, empty)
    seconds: dict[str, list[float]] = {full: [], empty: []}
    for _ in range(SET_UPS):
        for url, spent in seconds.items():
            spent.append(await set_up_seconds(database.folder, url))
    results.add("Set-up of an empty one, s", median(seconds[empty]), "{:.2f}")
    results.limit("Set-up, s", max(seconds[full]), "{:.2f}", MAX_SET_UP_SECONDS)


async def measure_deliveries(
    full: Journal, empty: Journal, mill: Mill, results: Results
) -> None:
    """Deliver to either one in turns, each message when the one before is kept."""
    medians: dict[Journal, list[float]] = {full: [], empty: []}
    times: dict[Journal, list[float]] = {full: [], empty: []}
    for number in range(DELIVERY_ROUNDS + 1):
        for journal in (full, empty) if number % 2 else (empty, full):
            spent = [await _deliver(journal, mill) for _ in range(DELIVERIES)]
            if number:
                medians[journal].append(median(spent))
                times[journal].extend(spent)
    for journal, name in ((empty, "empty"), (full, "full")):
        results.add(
            f"Delivery to the {name} one, p50, ms", median(medians[journal]), "{:.2f}"
        )
        results.add(
            f"Delivery to the {name} one, p95, ms",
            percentile(times[journal], 95),
            "{:.2f}",
        )
    results.limit(
        "Delivery, full to empty",
        median(medians[full]) / median(medians[empty]),
        "{:.2f}",
        MAX_DELIVERY_RATIO,
    )


async def _deliver(journal: Journal, mill: Mill) -> float:
    record = mill.record()
    start = time.perf_counter()
    await journal.add(record)
    return _milliseconds_since(start)


class Feed:
    """Delivers a message now and then, however long the ones before take."""

    def __init__(self, journal: Journal, mill: Mill) -> None:
        """Deliver to this journal."""
        self._journal = journal
        self._mill = mill
        self.times: list[float] = []
        """Where the milliseconds of what is delivered from now on go."""

    async def run(self) -> None:
        """Deliver until it is cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            kept = self._journal.add(self._mill.record())
            kept.add_done_callback(partial(self._kept, time.perf_counter(), self.times))
            due = max(due + PERIOD, loop.time())
            await asyncio.sleep(due - loop.time())

    @staticmethod
    def _kept(start: float, times: list[float], _kept: asyncio.Future[Any]) -> None:
        times.append(_milliseconds_since(start))


async def measure_purge(
    journal: Journal, mill: Mill, results: Results, progress: Progress
) -> None:
    """Purge the older half while messages come."""
    before = to_milliseconds(mill.start + YEAR / 2)
    # Python's collector would look at all that this benchmark has, for up to 240 ms, with purge or without.
    gc.collect()
    gc.freeze()
    task = progress.add_task("purging", total=mill.rows // 2)

    def piece(connection: Connection, index: TextIndex) -> int:
        deleted = purge(connection, index, ENTRY, before)
        progress.advance(task, deleted)
        return deleted

    disturbed: list[float] = []
    undisturbed: list[float] = []
    feed = Feed(journal, mill)
    feeding = asyncio.create_task(feed.run())
    seconds, deleted = 0.0, 1
    while deleted:
        feed.times = disturbed
        start = time.perf_counter()
        deleted = await async_in_pieces(
            journal, piece, mill.rows // 2 // TURNS, at_leisure=True
        )
        spent = time.perf_counter() - start
        seconds += spent
        feed.times = undisturbed
        await asyncio.sleep(spent)
    feeding.cancel()
    with suppress(asyncio.CancelledError):
        await feeding
    usual = median(undisturbed)
    progress.remove_task(task)
    results.add("Purge of half, s", seconds, "{:.0f}")
    results.add("Delivery beside no purge, p50, ms", usual, "{:.1f}")
    results.add("Delivery beside a purge, p50, ms", median(disturbed), "{:.1f}")
    for percent in (99, 99.9, 100):
        for name, times in (("no", undisturbed), ("a", disturbed)):
            title = f"Delay beside {name} purge, p{percent}, ms"
            delay = percentile(times, percent) - usual
            if percent == 100 and times is disturbed:
                results.limit(title, delay, "{:.1f}", MAX_PURGE_DELAY_MILLISECONDS)
            else:
                results.add(title, delay, "{:.1f}")
    for name, times in (("no", undisturbed), ("a", disturbed)):
        late = sum(spent - usual > MAX_PURGE_DELAY_MILLISECONDS for spent in times)
        results.add(
            f"Delayed by more beside {name} purge, %", 100 * late / len(times), "{:.3f}"
        )


async def measure(
    database: Database, rows: int, folder: Path, say: Console, progress: Progress
) -> Results:
    """Measure everything on one engine."""
    results = Results()
    mill = Mill(rows)
    database.start(folder)
    full, empty = database.new("full_one"), database.new("empty_one")
    prepare(engine := open_engine(empty))
    engine.dispose()
    task = progress.add_task(f"filling {database.engine}", total=rows)
    start = time.perf_counter()
    await asyncio.to_thread(fill, full, mill, partial(progress.advance, task))
    results.add(
        "Messages/s when filled", rows / (time.perf_counter() - start), "{:,.0f}"
    )
    progress.remove_task(task)
    await asyncio.to_thread(database.settle, full)
    size = database.size(full) - database.size(empty)
    say.log(f"{rows:,} messages of {mill.characters / rows:.0f} characters")
    results.add("Size, MB", size / 1e6, "{:.0f}")
    results.add("Bytes per message", size / rows, "{:.0f}")
    results.limit(
        "A year of 2,000 a day, MB",
        YEARLY * size / rows / 1e6,
        "{:.0f}",
        MAX_YEAR_MEGABYTES,
    )
    async with opened(full) as journal:
        await measure_searches(journal, mill, results, say)
    _say_load(say)
    say.log("setting an entry up")
    await measure_set_up(database, full, empty, results)
    say.log("delivering to the full one and to the empty one in turns")
    async with opened(full) as full_journal, opened(empty) as empty_journal:
        await measure_deliveries(full_journal, empty_journal, mill, results)
    _say_load(say)
    say.log("delivering beside a purge, and in its pauses")
    async with opened(full) as journal:
        await measure_purge(journal, mill, results, progress)
    _say_load(say)
    await asyncio.to_thread(database.settle, full)
    results.add(
        "Size after the purge, MB",
        (database.size(full) - database.size(empty)) / 1e6,
        "{:.0f}",
    )
    return results


def _say_load(say: Console) -> None:
    """Say how busy the machine is: what others do on it, is measured, too."""
    load, processors = os.getloadavg()[0], os.cpu_count()
    say.log(f"load of the last minute: {load:.1f}, on {processors} processors")


def table(rows: int, measured: dict[str, Results]) -> Table:
    """Show all figures, those that miss their limit in red."""
    shown = Table(title=f"The journal with {rows:,} messages")
    shown.add_column("")
    shown.add_column("At most", justify="right")
    for engine in measured:
        shown.add_column(engine, justify="right")
    for figures in zip(
        *(results.figures for results in measured.values()), strict=True
    ):
        cells = []
        for figure in figures:
            color = {True: "green", False: "bold red", None: "default"}[figure.is_met]
            cells.append(f"[{color}]{figure.shown}[/]")
        shown.add_row(figures[0].name, figures[0].limit, *cells)
    return shown


def report(rows: int, measured: dict[str, Results]) -> str:
    """Return everything as JSON."""
    return json.dumps(
        {
            "rows": rows,
            "engines": {
                engine: {
                    figure.name: {"value": figure.value, "is_met": figure.is_met}
                    for figure in results.figures
                }
                for engine, results in measured.items()
            },
        },
        indent=2,
    )


@contextmanager
def _progress(say: Console) -> Iterator[Progress]:
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=say,
    ) as progress:
        yield progress


async def run(engines: list[str], rows: int, say: Console) -> dict[str, Results]:
    """Measure on one engine after the other."""
    measured: dict[str, Results] = {}
    with _progress(say) as progress:
        for engine in engines:
            say.log(engine)
            with (
                tempfile.TemporaryDirectory(
                    prefix="zender-benchmark-", dir=folder_on_disk()
                ) as folder,
                Database(engine) as database,
            ):
                measured[engine] = await measure(
                    database, rows, Path(folder), say, progress
                )
    return measured


def main() -> int:
    """Measure, show the figures, and say whether one misses its limit."""
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark --journal", description=__doc__
    )
    parser.add_argument(
        "--rows", type=int, default=ROWS, help="messages, at least 1000"
    )
    parser.add_argument(
        "--engine", choices=("sqlite", "postgresql"), help="only this one"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    arguments = parser.parse_args()
    if arguments.rows < 1000:
        parser.error("--rows must be at least 1000")
    engines = [arguments.engine] if arguments.engine else ["sqlite", "postgresql"]
    say = Console(stderr=True, log_path=False)
    if "postgresql" in engines and not PostgreSQL.is_installed():
        say.print(
            "There is no PostgreSQL server. Install Debian's package postgresql, or leave it out: --engine sqlite."
        )
        return 2
    logging.disable(logging.WARNING)
    try:
        measured = asyncio.run(run(engines, arguments.rows, say))
    except KeyboardInterrupt:
        return 130
    if arguments.json:
        print(report(arguments.rows, measured))
    else:
        Console().print(table(arguments.rows, measured))
    missed = [
        f"{engine}: {figure.name}"
        for engine, results in measured.items()
        for figure in results.figures
        if figure.is_met is False
    ]
    for name in missed:
        say.print(f"[bold red]missed[/] {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
