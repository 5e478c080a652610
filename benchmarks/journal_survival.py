"""What becomes of messages when Home Assistant is killed, stopped or reloaded in a burst of them.

Run it with the environment of the end-to-end tests, which run a few rounds of the same:

  .dev/2026.11/bin/python -m benchmarks.journal_survival --kills 20 --stops 20 --reloads 50
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from itertools import count
import json
import os
from pathlib import Path
import random
import signal
import sqlite3
import sys
import tempfile
import time
from typing import Any, Final, Self

import aiohttp
from rich.console import Console
from rich.table import Table

from tests.simulator.client import DisconnectedError
from tests.simulator.encoding import encode
from tests.simulator.gateway import Gateway
from tests.simulator.home_assistant import HomeAssistant, hass_of
from tests.simulator.samples import PHONE
from tests.simulator.set_up import SetUp, configure_zender

VERSION: Final = "2026.11"
AT_ONCE: Final = 16
BURST: Final = (100, 400)
"""How many messages are accepted before a kill, at least and at most."""
STEADY_SECONDS: Final = 0.02
"""The pause of each connection between two messages of steady traffic."""
TIMEOUT: Final = 60
JOURNAL: Final = "zender.db"
RECORDER: Final = "home-assistant_v2.db"
EVENT: Final = "zender_sms_received"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one post."""

    number: int
    at: float
    result: str
    """Or error, of our answer; "foreign", "stopping", "refused", "lost" or "other" when it was not."""
    message_id: int | None = None

    @property
    def is_ours(self) -> bool:
        """Return whether the integration took the message."""
        return self.result in {"accepted", "duplicate", "queued"}


@dataclass(frozen=True, slots=True)
class Heard:
    """An event on the bus."""

    number: int
    replayed: bool


@dataclass(slots=True)
class Report:
    """What became of all messages."""

    rounds: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    lost: int = 0
    """Accepted, but not in the journal under the number that was answered."""
    doubled_rows: int = 0
    undelivered: int = 0
    """In the journal or accepted, but without an event."""
    doubled_events: int = 0
    """More than one event that did not say that it was replayed."""
    replayed: int = 0
    not_ours_before_setup: int = 0
    """Home Assistant's own answers while it starts, before the integration is there."""
    longest_seconds_before_setup: float = 0.0
    not_ours_while_stopping: int = 0
    """Home Assistant's own answers, 503 without content, to what comes while it stops."""
    unexpected: int = 0
    """Answers that are neither ours nor refused connections, at another time."""

    @property
    def is_perfect(self) -> bool:
        """Return whether nothing was lost or doubled."""
        return not (
            self.lost
            or self.doubled_rows
            or self.undelivered
            or self.doubled_events
            or self.unexpected
        )


class Listener:
    """Hears every event from outside, over the websocket, in one life of Home Assistant after the other."""

    def __init__(self, home_assistant: HomeAssistant) -> None:
        """Begin deaf."""
        self.heard: list[Heard] = []
        self.hears = asyncio.Event()
        self._home_assistant = home_assistant
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen from the moment at which Home Assistant lets anybody."""
        task = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def wait_for(self, numbers: Iterable[int]) -> None:
        """Wait until all of these were heard."""
        missing = set(numbers)
        async with asyncio.timeout(TIMEOUT), self._news:
            await self._news.wait_for(
                lambda: missing <= {item.number for item in self.heard}
            )

    async def _listen(self) -> None:
        # A session of its own, so that it hears until Home Assistant itself hangs up.
        async with aiohttp.ClientSession() as session:
            await self._listen_with(session)

    async def _listen_with(self, session: aiohttp.ClientSession) -> None:
        while True:
            with suppress(
                aiohttp.ClientError, DisconnectedError, RuntimeError, TypeError
            ):
                client = self._home_assistant.client_with(session)
                async with await client.websocket() as websocket:
                    events = await websocket.subscribe(
                        "subscribe_events", event_type=EVENT
                    )
                    self.hears.set()
                    async for event in events:
                        await self._note(event["data"])
            self.hears.clear()
            # Until it is there: nothing says when.
            await asyncio.sleep(0.01)

    async def _note(self, data: dict[str, Any]) -> None:
        async with self._news:
            self.heard.append(_heard(data))
            self._news.notify_all()


class Traffic:
    """Posts messages from outside, and remembers every answer."""

    def __init__(self, set_up: SetUp) -> None:
        """Post to this webhook; no two messages are alike."""
        self.answers: list[Answered] = []
        self._webhook = set_up.webhook
        self._numbers = count(1)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    @property
    def accepted(self) -> int:
        """Return how many messages were accepted so far."""
        return sum(answer.result == "accepted" for answer in self.answers)

    async def send(self) -> Answered:
        """Post a new message."""
        return await self.post(next(self._numbers))

    async def post(self, number: int) -> Answered:
        """Post the message of this number."""
        result, message_id = await self._post(number)
        answer = Answered(number, time.monotonic(), result, message_id)
        self.answers.append(answer)
        return answer

    async def burst(self, enough: asyncio.Event, accepted: int) -> None:
        """Post as fast as it goes until nobody answers; say when so many were accepted."""
        goal = self.accepted + accepted
        got = self.accepted

        async def work() -> None:
            nonlocal got
            while (answer := await self.send()).is_ours:
                got += answer.result == "accepted"
                if got >= goal:
                    enough.set()

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
        enough.set()

    @asynccontextmanager
    async def steady(self) -> AsyncIterator[None]:
        """Post all the time, whatever is answered."""

        async def work() -> None:
            while True:
                await self.send()
                await asyncio.sleep(STEADY_SECONDS)

        tasks = [asyncio.create_task(work()) for _ in range(2)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _post(self, number: int) -> tuple[str, int | None]:
        body, content_type = encode(
            {
                "secret": self._webhook.secret,
                "type": "sms",
                "data": {
                    "id": number,
                    "rid": number,
                    "sim": 1 + number % 2,
                    "device": PHONE,
                    "phone": "+393331234567",
                    "message": f"Parcel {number} is at the door. 📦",
                    "timestamp": 1_793_599_200 + number,
                },
            }
        )
        assert self._session is not None
        try:
            async with self._session.post(
                self._webhook.url, data=body, headers={"Content-Type": content_type}
            ) as response:
                content = await response.read()
        except aiohttp.ClientConnectorError:
            return "refused", None
        except aiohttp.ClientError, TimeoutError:
            return "lost", None
        if not content and response.status == HTTPStatus.SERVICE_UNAVAILABLE:
            return "stopping", None
        if not content or response.status == HTTPStatus.NOT_FOUND:
            # Home Assistant without the integration, or even without webhooks.
            return "foreign", None
        try:
            answer = json.loads(content)
            return answer.get("result") or answer["error"], answer.get("message_id")
        except ValueError, LookupError, AttributeError:
            return "other", None


class Trial:
    """One Home Assistant with an entry, its traffic and its listener."""

    def __init__(self, folder: Path, say: Console) -> None:
        """Use this folder for it."""
        self.home_assistant = HomeAssistant(hass_of(VERSION), folder)
        self.listener = Listener(self.home_assistant)
        self.report = Report()
        self.events: Counter[int] = Counter()
        """How many events each message had, by its number; known in the end."""
        self.traffic: Traffic
        self.entry_id: str
        self._say = say
        self._stops: list[tuple[float, float]] = []
        self._starts: list[tuple[float, float]] = []

    @classmethod
    @asynccontextmanager
    async def begin(cls, folder: Path, say: Console) -> AsyncIterator[Self]:
        """Start and set up."""
        trial = cls(folder, say)
        async with trial.home_assistant, Gateway() as gateway:
            set_up = await configure_zender(trial.home_assistant.client, gateway)
            trial.entry_id = set_up.entry_id
            await trial._stored()
            async with Traffic(set_up) as trial.traffic, trial.listener.listening():
                # Heard, so somebody listens.
                await trial._sentinel()
                yield trial

    async def kill(self, rounds: int) -> None:
        """Kill it in a burst, start it again, and see what it delivers then."""
        for number in range(rounds):
            enough = asyncio.Event()
            burst = asyncio.create_task(
                self.traffic.burst(enough, random.randint(*BURST))
            )
            await enough.wait()
            os.kill(self._process_id(), signal.SIGKILL)
            # Some answers are known to be lost only after the process is gone.
            await self._stop(until=burst)
            await self._start()
            self._say.log(f"kill {number + 1} of {rounds}: {self.traffic.accepted:,}")
            self.report.rounds += 1

    async def stop(self, rounds: int) -> None:
        """Stop and start it as usual while messages come."""
        for number in range(rounds):
            async with self.traffic.steady():
                await self._accepted(20)
                await self._stop()
                await self._start()
                await self._accepted(20)
            self._say.log(f"stop {number + 1} of {rounds}: {self.traffic.accepted:,}")
            self.report.rounds += 1

    async def reload(self, rounds: int) -> None:
        """Reload the entry while messages come."""
        path = f"/api/config/config_entries/entry/{self.entry_id}/reload"
        async with self.traffic.steady():
            for _ in range(rounds):
                await self.home_assistant.client.post(path)
                await self._accepted(5)
                self.report.rounds += 1
        self._say.log(f"{rounds} reloads: {self.traffic.accepted:,}")

    async def same(self, messages: int, copies: int) -> None:
        """Post every message several times, with a restart in between; each copy until it is answered."""
        numbers = list(range(1_000_001, 1_000_001 + messages)) * copies
        random.shuffle(numbers)
        waiting = iter(numbers)
        half = asyncio.Event()
        left = len(numbers)

        async def work() -> None:
            nonlocal left
            for number in waiting:
                while not (await self.traffic.post(number)).is_ours:
                    await asyncio.sleep(0.05)
                left -= 1
                if left <= len(numbers) / 2:
                    half.set()

        tasks = [asyncio.create_task(work()) for _ in range(AT_ONCE)]
        await half.wait()
        await self._stop()
        await self._start()
        await asyncio.gather(*tasks)
        self.report.rounds += 1

    async def finish(self) -> Report:
        """Stop, and compare what was answered, what was heard and what the journal has."""
        await self._sentinel()
        await self.home_assistant.stop()
        rows = self._rows()
        report, traffic = self.report, self.traffic
        report.answers = dict(Counter(answer.result for answer in traffic.answers))
        report.rows = sum(map(len, rows.values()))
        accepted = [item for item in traffic.answers if item.result == "accepted"]
        report.lost = sum(
            item.message_id not in rows.get(item.number, ()) for item in accepted
        )
        report.doubled_rows = sum(len(ids) - 1 for ids in rows.values())
        # Who listens from outside misses what is fired just before a stop; the recorder, what is fired before a kill.
        witnesses = (self.listener.heard, self._recorded())
        self.events = _events_of(witnesses)
        first = _events_of(
            [item for item in heard if not item.replayed] for heard in witnesses
        )
        expected = rows.keys() | {item.number for item in accepted}
        report.undelivered = len(expected - self.events.keys())
        report.doubled_events = sum(number - 1 for number in first.values())
        report.replayed = sum(item.replayed for item in self.listener.heard)
        self._judge_answers()
        return report

    def _judge_answers(self) -> None:
        """Every answer must be ours, but for those of the time in which nobody is there."""
        for answer in self.traffic.answers:
            if answer.is_ours or answer.result in {"refused", "unavailable"}:
                continue
            if answer.result == "foreign" and _is_in(answer.at, self._starts):
                self.report.not_ours_before_setup += 1
            elif answer.result == "stopping" and _is_in(answer.at, self._stops):
                self.report.not_ours_while_stopping += 1
            elif answer.result != "lost" or not _is_in(answer.at, self._stops):
                self.report.unexpected += 1
        for start in self._starts:
            foreign = [
                item.at
                for item in self.traffic.answers
                if item.result == "foreign" and _is_in(item.at, [start])
            ]
            if foreign:
                self.report.longest_seconds_before_setup = max(
                    self.report.longest_seconds_before_setup,
                    max(foreign) - min(foreign),
                )

    async def _stored(self) -> None:
        """Wait until Home Assistant has written down that there is an entry."""
        entries = self.home_assistant.folder / ".storage" / "core.config_entries"
        async with asyncio.timeout(TIMEOUT):
            while not entries.exists() or self.entry_id not in entries.read_text():
                await asyncio.sleep(0.05)

    async def _stop(self, until: Awaitable[None] | None = None) -> None:
        """Stop; what is then awaited belongs to the stop."""
        start = time.monotonic()
        await self.home_assistant.stop()
        if until is not None:
            await until
        self._stops.append((start - 1, time.monotonic()))

    async def _start(self) -> None:
        start = time.monotonic()
        await self.home_assistant.start()
        self._starts.append((start, time.monotonic()))
        await self._sentinel()

    async def _sentinel(self) -> None:
        """Wait for a last message: all earlier ones were delivered before."""
        await self.listener.hears.wait()
        while not (answer := await self.traffic.send()).is_ours:
            await asyncio.sleep(0.05)
        await self.listener.wait_for([answer.number])

    async def _accepted(self, more: int) -> None:
        goal = self.traffic.accepted + more
        async with asyncio.timeout(TIMEOUT):
            while self.traffic.accepted < goal:
                await asyncio.sleep(STEADY_SECONDS)

    def _process_id(self) -> int:
        lock = self.home_assistant.folder / ".ha_run.lock"
        return int(json.loads(lock.read_text())["pid"])

    def _rows(self) -> dict[int, list[int]]:
        """Return the ids in the journal, by the message's number."""
        rows: dict[int, list[int]] = {}
        journal = self.home_assistant.folder / JOURNAL
        with closing(sqlite3.connect(journal)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            for number, message_id in connection.execute(
                "SELECT gateway_id, id FROM zender_messages"
            ):
                rows.setdefault(number, []).append(message_id)
        return rows

    def _recorded(self) -> list[Heard]:
        """Return the events that the recorder has."""
        recorder = self.home_assistant.folder / RECORDER
        with closing(sqlite3.connect(recorder)) as connection:
            rows = connection.execute(
                "SELECT shared_data FROM events JOIN event_types USING (event_type_id) JOIN event_data USING (data_id)"
                " WHERE event_types.event_type = ?",
                [EVENT],
            ).fetchall()
        return [_heard(json.loads(data)) for (data,) in rows]


def _heard(data: dict[str, Any]) -> Heard:
    return Heard(data["id"], data["replayed"])


def _events_of(witnesses: Iterable[Iterable[Heard]]) -> Counter[int]:
    """Return how many events each message had, by its number: as many as one of the witnesses heard."""
    events: Counter[int] = Counter()
    for heard in witnesses:
        events |= Counter(item.number for item in heard)
    return events


def _is_in(at: float, periods: Iterable[tuple[float, float]]) -> bool:
    return any(start <= at <= end for start, end in periods)


async def run(arguments: argparse.Namespace, say: Console) -> dict[str, Report]:
    """Do what is asked for, each in a Home Assistant of its own."""
    reports: dict[str, Report] = {}
    trials = {
        "kills": (arguments.kills, Trial.kill),
        "stops": (arguments.stops, Trial.stop),
        "reloads": (arguments.reloads, Trial.reload),
    }
    with tempfile.TemporaryDirectory(prefix="zender-survival-") as folder:
        for name, (rounds, do) in trials.items():
            if rounds:
                async with Trial.begin(Path(folder) / name, say) as trial:
                    await do(trial, rounds)
                    reports[name] = await trial.finish()
        if arguments.same:
            async with Trial.begin(Path(folder) / "same", say) as trial:
                await trial.same(arguments.same, 3)
                reports["same message"] = await trial.finish()
    return reports


def table(reports: dict[str, Report]) -> Table:
    """Show what became of all messages."""
    shown = Table(title="What became of every message")
    shown.add_column("")
    for name in reports:
        shown.add_column(name, justify="right")
    dicts = [asdict(report) for report in reports.values()]
    for row in next(iter(dicts), {}):
        cells = []
        for values in dicts:
            value = values[row]
            if isinstance(value, dict):
                value = ", ".join(
                    f"{number:,} {name}" for name, number in value.items()
                )
            cells.append(f"{value:.2f}" if isinstance(value, float) else str(value))
        shown.add_row(row.replace("_", " "), *cells)
    return shown


def main() -> int:
    """Try it, then show the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--stops", type=int, default=20)
    parser.add_argument("--reloads", type=int, default=50)
    parser.add_argument("--same", type=int, default=1000, help="messages, thrice each")
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    arguments = parser.parse_args()
    reports = asyncio.run(run(arguments, Console(stderr=True, log_path=False)))
    if arguments.json:
        print(json.dumps({name: asdict(item) for name, item in reports.items()}))
    else:
        Console().print(table(reports))
    return 0 if all(report.is_perfect for report in reports.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
