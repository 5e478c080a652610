"""Messages are kept before anybody says so, once, with a number of their own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from custom_components.zender.gateway.messages import Message, MessageType, UssdMessage
from custom_components.zender.journal import journal as journal_module, settling, writer
from custom_components.zender.journal.batch import write
from custom_components.zender.journal.journal import (
    JournalFullError,
    Kept,
    Outcome,
    State,
)
from custom_components.zender.journal.records import Direction
from custom_components.zender.journal.retention import delete_by_ids
from custom_components.zender.journal.schema import entries
from tests.keeping import held

from .conftest import Database, Open, everywhere
from .messages import (
    ENTRY,
    NOON,
    OTHER_ENTRY,
    PERIOD_START,
    PHONE,
    notification,
    record,
    sms,
    ussd,
    whatsapp,
)

DAY = 24 * 60 * 60


@contextmanager
def counted_commits() -> Iterator[list[Any]]:
    """Note every commit of any engine."""
    commits: list[Any] = []

    def note(connection: Any) -> None:
        commits.append(connection)

    event.listen(Engine, "commit", note)
    try:
        yield commits
    finally:
        event.remove(Engine, "commit", note)


@everywhere
async def test_every_field_comes_back(open_journal: Open) -> None:
    """The four kinds, with and without what may be missing."""
    sent: list[Message] = [
        sms("Grüße 🙏\nשלום", extra={"priority": 2, "nested": {"a": [1, None]}}),
        sms(sim=None, id=2**63 - 1, rid=0, phone="GCash"),
        whatsapp("", attachment="https://gateway.example/a.jpg"),
        whatsapp("👍" * 2000),
        ussd("1. Balance\n2. Data", sim=None),
        notification(title=""),
    ]
    journal = await open_journal()
    ids = await journal.keep(*sent)
    assert ids == [1, 2, 3, 4, 5, 6]
    found = journal.search().messages[::-1]
    assert [item.message for item in found] == sent
    assert {item.received_at for item in found} == {NOON}
    assert {item.entry_id for item in found} == {ENTRY}
    assert {item.direction for item in found} == {Direction.RECEIVED}


@everywhere
async def test_committed_before_it_is_said(
    open_journal: Open, database: Database
) -> None:
    """Another connection sees the message as soon as it is accepted."""
    journal, onlooker = await open_journal(), await open_journal()
    for number in range(20):
        [message_id] = await journal.keep(sms(f"Parcel {number}"))
        assert onlooker.find()[0] == message_id


@everywhere
async def test_one_commit_serves_many(
    open_journal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes while a commit runs is written by the next one, in the order in which it came."""
    journal = await open_journal()
    with counted_commits() as commits, held(monkeypatch, writer, write) as disk:
        added = asyncio.create_task(
            journal.add_all(sms(str(number)) for number in range(1200))
        )
        await disk.reached.wait()
        disk.release()
        kept = await added
    assert [item.message_id for item in kept] == list(range(1, 1201))
    assert journal.texts() == [str(number) for number in range(1200)]
    assert len(commits) < 300


@everywhere
async def test_same_message_is_kept_once(open_journal: Open) -> None:
    """Again, twice at once, and after a restart."""
    same, other = sms(), sms()
    journal = await open_journal()
    kept = await journal.add_all([same, same, other, same])
    assert kept == [
        Kept(Outcome.ACCEPTED, 1),
        Kept(Outcome.DUPLICATE, 1),
        Kept(Outcome.ACCEPTED, 2),
        Kept(Outcome.DUPLICATE, 1),
    ]
    assert await journal.add(other) == Kept(Outcome.DUPLICATE, 2)
    await journal.close()
    journal = await open_journal()
    assert await journal.add(same) == Kept(Outcome.DUPLICATE, 1)
    assert len(journal.rows()) == 2


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (sms, {"device": "another phone"}),
        (sms, {"phone": "+393330000000"}),
        (sms, {"message": "Hello world!"}),
        (sms, {"rid": 4711}),
        (whatsapp, {"id": 4711}),
        (whatsapp, {"wid": "+1"}),
        (whatsapp, {"attachment": "https://gateway.example/b.jpg"}),
        (whatsapp, {"timestamp": 1_793_599_999}),
        (ussd, {"code": "*101#"}),
        (ussd, {"id": 2}),
        (notification, {"title": "Alarm"}),
        (notification, {"package": "com.example"}),
    ],
)
async def test_what_differs_is_another_message(
    open_journal: Open, make: Any, changes: dict[str, Any]
) -> None:
    """Anything that differs makes a new message."""
    base = make("Hello World!", timestamp=1_793_599_200)
    fields = {
        name: getattr(base, name)
        for name in base.__dataclass_fields__
        if name not in {"type", "text_fields"}
    }
    journal = await open_journal()
    assert await journal.keep(base, type(base)(**fields | changes)) == [1, 2]


async def test_extra_fields_do_not_matter(open_journal: Open) -> None:
    """A relay may add what it likes."""
    message = whatsapp(id=1, timestamp=1)
    journal = await open_journal()
    await journal.keep(message)
    again = whatsapp(id=1, timestamp=1, extra={"relayed_at": 5})
    assert await journal.add(again) == Kept(Outcome.DUPLICATE, 1)


async def test_entries_do_not_share_messages(open_journal: Open) -> None:
    """The same message for two entries is two messages."""
    message = sms()
    journal = await open_journal()
    assert await journal.keep(message) == [1]
    assert await journal.keep(message, entry_id=OTHER_ENTRY) == [2]
    assert (journal.find(), journal.find(entry_id=OTHER_ENTRY)) == ([1], [2])


@everywhere
@pytest.mark.parametrize("hours", [0, 23.9, 24, 30, 47.9])
async def test_sms_uploaded_twice(open_journal: Open, hours: float) -> None:
    """Within a day it is the same SMS under another id; later, a number that started over.

    It does not matter how much of the two days by which they are indexed has passed.
    """
    first = sms("Hi", id=1, rid=9, timestamp=PERIOD_START + int(hours * 60 * 60))
    journal = await open_journal()
    await journal.keep(first)

    def again(seconds: int, **changes: Any) -> Any:
        fields = {"id": 5, "rid": 9, "timestamp": first.timestamp + seconds}
        return sms("Hi", **fields | changes)

    for seconds in (0, 60, DAY - 1, 1 - DAY):
        assert await journal.add(again(seconds)) == Kept(Outcome.DUPLICATE, 1)
    assert await journal.keep(again(DAY), again(-DAY)) == [2, 3]
    assert await journal.keep(again(60, phone="+1"), again(60, device="B")) == [4, 5]
    # Twice at once, the second time under another id.
    kept = await journal.add_all([sms("Ho", rid=7), sms("Ho", rid=7)])
    assert kept == [Kept(Outcome.ACCEPTED, 6), Kept(Outcome.DUPLICATE, 6)]


@everywhere
async def test_equal_messages_if_they_are_wanted(open_journal: Open) -> None:
    """With the option off, everything is kept, and is not mistaken for a copy later either."""
    message = sms()
    journal = await open_journal()
    kept = await journal.add_all([message, message], deduplicate=False)
    assert [item.message_id for item in kept] == [1, 2]
    assert await journal.keep(message) == [3]
    assert await journal.add(message) == Kept(Outcome.DUPLICATE, 3)


@everywhere
async def test_ids_are_never_given_twice(open_journal: Open) -> None:
    """Not even those of deleted messages, after a restart."""
    journal = await open_journal()
    await journal.keep(sms(), sms(), sms())
    await _delete(journal, [2, 3])
    await journal.close()
    journal = await open_journal()
    assert journal.journal.last_id == 3
    assert await journal.keep(sms()) == [4]


@everywhere
async def test_counts_survive(open_journal: Open) -> None:
    """By source, kind and SIM, with the last message of each."""
    journal = await open_journal()
    await journal.keep(
        sms("a"), sms("b"), sms("c", sim=2), sms("d", sim=None), whatsapp("e"), ussd()
    )
    await journal.keep(sms("theirs"), entry_id=OTHER_ENTRY)
    await journal.close()
    journal = await open_journal()
    await journal.keep(sms("f", sim=2))
    await journal.close()
    journal = await open_journal()
    assert _counts(journal) == {
        (MessageType.SMS, 1): (2, 2),
        (MessageType.SMS, 2): (2, 8),
        (MessageType.SMS, None): (1, 4),
        (MessageType.USSD, 2): (1, 6),
        (MessageType.WHATSAPP, None): (1, 5),
    }
    assert {total.source for total in journal.totals(OTHER_ENTRY)} == {PHONE}


@everywhere
@pytest.mark.usefixtures("no_notes")
async def test_counts_survive_a_crash(open_journal: Open) -> None:
    """What was not noted yet is counted when the journal opens again, once."""
    journal = await open_journal()
    await journal.keep(sms(), sms())
    await journal.close()
    journal = await open_journal()
    await journal.keep(sms(), whatsapp())
    await journal.crash()
    for _ in range(2):
        journal = await open_journal()
        # Whoever asks lets the counts be noted first.
        await journal.journal.run(lambda _connection, _index: None)
        assert _counts(journal) == {
            (MessageType.SMS, 1): (3, 3),
            (MessageType.WHATSAPP, None): (1, 4),
        }
        await journal.crash()


async def test_killed_process_loses_nothing(
    open_journal: Open, database: Database
) -> None:
    """The files as they are at any moment hold what was accepted."""
    journal = await open_journal()
    for number in range(50):
        await journal.keep(sms(f"Parcel {number}"))
    folder = database.path.parent / "killed"
    folder.mkdir()
    for suffix in ("", "-wal"):
        source = database.path.with_name(database.path.name + suffix)
        (folder / source.name).write_bytes(source.read_bytes())
    again = await open_journal(f"sqlite:///{folder / database.path.name}")
    await again.journal.run(lambda _connection, _index: None)
    assert again.texts() == [f"Parcel {number}" for number in range(50)]
    assert _counts(again) == {(MessageType.SMS, 1): (50, 50)}
    assert again.find("parcel 49") == [50]


async def test_sqlite_waits_for_the_disk(
    open_journal: Open, database: Database
) -> None:
    """A commit is on the disk, and readers do not wait for the writer."""
    journal = await open_journal()
    settings = journal.journal.read(
        lambda connection, _index: [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "auto_vacuum", "foreign_keys")
        ]
    )
    assert settings == ["wal", 2, 2, 1]


@everywhere
async def test_undelivered_messages_are_known(open_journal: Open) -> None:
    """Those after the last delivered one, if they came in an earlier life; each entry has its own."""
    journal = await open_journal()
    await journal.keep(sms(), sms(), sms())
    await journal.keep(sms(), sms(), entry_id=OTHER_ENTRY)
    assert journal.undelivered() == []
    journal.journal.mark_delivered(ENTRY, 2)
    journal.journal.mark_delivered(ENTRY, 1)
    await journal.close()
    journal = await open_journal()
    await journal.keep(sms())
    assert journal.undelivered() == [3]
    assert journal.undelivered(OTHER_ENTRY) == [4, 5]
    journal.journal.mark_delivered(ENTRY, 6)
    journal.journal.mark_delivered(OTHER_ENTRY, 4)
    await journal.close()
    journal = await open_journal()
    assert (journal.undelivered(), journal.undelivered(OTHER_ENTRY)) == ([], [5])


async def test_what_did_not_wait_is_not_undelivered(open_journal: Open) -> None:
    """A message that was delivered before its commit is never delivered again."""
    journal = await open_journal()
    late = record(sms())
    late.pending = False
    await journal.journal.add(late)
    await journal.close()
    assert (await open_journal()).undelivered() == []


async def test_a_delivery_settles_before_it_is_noted(
    open_journal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the next moment, it is delivered again: what it started may have come to nothing."""
    monkeypatch.setattr(settling, "SETTLE_SECONDS", 3600)
    journal = await open_journal()
    await journal.keep(sms())
    journal.journal.mark_delivered(ENTRY, 1)
    # With so many, notes are stored.
    await journal.keep(*(sms() for _ in range(writer.MAX_NOT_INDEXED)))
    await journal.crash()
    assert 1 in (await open_journal()).undelivered()


@everywhere
async def test_deliveries_are_noted_without_messages(open_journal: Open) -> None:
    """A note does not wait for the next message for ever."""
    journal = await open_journal()
    await journal.keep(sms())
    journal.journal.mark_delivered(ENTRY, 1)

    def delivered() -> list[int]:
        return journal.journal.read(
            lambda connection, _index: list(
                connection.execute(select(entries.c.delivered_id)).scalars()
            )
        )

    async with asyncio.timeout(10):
        while await asyncio.to_thread(delivered) != [1]:
            pass
    await journal.crash()
    assert (await open_journal()).undelivered() == []


@everywhere
async def test_closing_writes_what_waits(open_journal: Open) -> None:
    """A stop loses nothing that was taken."""
    journal = await open_journal()
    waiting = [journal.journal.add(record(sms(str(number)))) for number in range(700)]
    await journal.close()
    kept = await asyncio.gather(*waiting)
    assert [item.message_id for item in kept] == list(range(1, 701))
    with pytest.raises(JournalFullError):
        journal.journal.add(record(sms()))
    assert len((await open_journal()).rows()) == 700


async def test_what_comes_while_it_opens_waits(open_journal: Open) -> None:
    """The very first message is accepted, too."""
    journal = await open_journal(ready=False)
    assert journal.journal.state is State.OPENING
    assert await journal.keep(sms()) == [1]
    assert await journal.journal.opened
    assert journal.journal.last_id == 0


async def test_no_more_than_there_is_room_for(
    open_journal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue in memory has a bound."""
    monkeypatch.setattr(journal_module, "MAX_QUEUED", 3)
    journal = await open_journal()
    waiting = [journal.journal.add(record(sms())) for _ in range(3)]
    with pytest.raises(JournalFullError):
        journal.journal.add(record(sms()))
    await asyncio.gather(*waiting)
    assert await journal.keep(sms()) == [4]


async def test_a_repetition_is_noticed_at_once(
    open_journal: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what memory has of the latest ones; it is bounded."""
    monkeypatch.setattr(journal_module, "MAX_RECENT", 2)
    journal = await open_journal()
    first, second, third = whatsapp(), sms(), sms()

    async def is_repeated(message: Any) -> bool:
        added = record(message)
        await journal.journal.add(added)
        return added.is_repeated

    assert not await is_repeated(first)
    assert await is_repeated(first)
    assert not await is_repeated(second)
    assert not await is_repeated(third)
    # Forgotten meanwhile; the database still knows.
    assert not await is_repeated(first)
    assert len(journal.rows()) == 3


@pytest.mark.parametrize("hours", [0, 23.9, 24, 30, 47.9])
@pytest.mark.parametrize("seconds", [1 - DAY, DAY - 1])
async def test_an_sms_uploaded_twice_is_noticed_at_once(
    open_journal: Open, hours: float, seconds: int
) -> None:
    """By what memory has of the first, on whichever side of it."""
    timestamp = PERIOD_START + int(hours * 60 * 60)
    journal = await open_journal()
    await journal.keep(sms("Hi", id=1, rid=9, timestamp=timestamp))
    again = record(sms("Hi", id=5, rid=9, timestamp=timestamp + seconds))
    await journal.journal.add(again)
    assert again.is_repeated


@everywhere
async def test_a_message_that_the_database_refuses(open_journal: Open) -> None:
    """It blocks no other one, nor is the database thought to be away; it was delivered nevertheless."""
    journal = await open_journal()
    bad = record(sms("bad"))
    bad.row["timestamp"] = 2**70
    records = [record(sms(str(number))) for number in range(600)]
    records[300:300] = [bad]
    waiting = [journal.journal.add(item) for item in records]
    kept = await asyncio.wait_for(asyncio.gather(*waiting), 60)
    assert kept[300] == Kept(Outcome.QUEUED)
    assert {item.outcome for item in kept[:300] + kept[301:]} == {Outcome.ACCEPTED}
    assert journal.texts() == [str(number) for number in range(600)]
    assert journal.seen == [(State.READY, None)]
    assert len(journal.journal) == 0
    assert len(await journal.keep(sms())) == 1


@everywhere
async def test_what_not_every_database_takes_is_made_fit(open_journal: Open) -> None:
    """The character of number 0, a code of any length, and names that differ by little."""
    journal = await open_journal()
    ids = await journal.keep(
        sms("nothing\0ness", phone="a\0b"),
        ussd(code="*1" * 500),
        sms(device="phone"),
        sms(device="PHONE"),
        sms(device="phöne"),
    )
    assert journal.stored(ids[0]).message == sms(
        "nothing\ufffdness",
        phone="a\ufffdb",
        **{
            name: getattr(journal.stored(ids[0]).message, name)
            for name in ("id", "rid", "timestamp")
        },
    )
    cut = journal.stored(ids[1]).message
    assert isinstance(cut, UssdMessage) and len(cut.code) == 255
    assert journal.find(source="phone") == [ids[2]]
    await journal.journal.run(lambda _connection, _index: None)
    assert len(journal.totals()) == 5


@everywhere
async def test_two_journals_of_one_database(open_journal: Open) -> None:
    """Nobody should do that; no message is lost by it."""
    one, other = await open_journal(), await open_journal()
    for number in range(20):
        await one.add(sms(f"{number}"))
        await other.add(sms(f"{number} too"), entry_id=OTHER_ENTRY)
    for journal in (one, other):
        await journal.until(State.READY)
        await journal.close()
    third = await open_journal()
    assert sorted(third.texts()) == sorted(
        f"{number}{end}" for number in range(20) for end in ("", " too")
    )


async def test_jobs_run_between_messages(open_journal: Open) -> None:
    """They say what went wrong, and hold up nothing."""
    journal = await open_journal()

    def broken(_connection: Any, _index: Any) -> None:
        raise LookupError("a bug")

    with pytest.raises(LookupError):
        await journal.journal.run(broken)
    assert await journal.keep(sms()) == [1]
    assert journal.seen == [(State.READY, None)]


async def test_nobody_waits_for_a_job_any_more(open_journal: Open) -> None:
    """Its caller was cancelled before it began: it is not done, and the next one is."""
    journal = await open_journal()
    done: list[str] = []
    waiting = journal.journal.add(record(sms()))

    def do(_connection: Any, _index: Any, name: str) -> None:
        done.append(name)

    jobs = [
        asyncio.create_task(journal.journal.run(partial(do, name=name)))
        for name in ("cancelled", "wanted")
    ]
    with _blocked(journal):
        await asyncio.sleep(0)
        jobs[0].cancel()
        # The loop, then the future, then the job hear of it.
        for _ in range(3):
            await asyncio.sleep(0)
    await asyncio.wait(jobs)
    await waiting
    assert done == ["wanted"]
    assert journal.seen == [(State.READY, None)]


@contextmanager
def _blocked(journal: Any) -> Iterator[None]:
    """Keep the writer's thread from taking up work."""
    with journal.journal._backlog._changed:  # noqa: SLF001
        yield


async def test_jobs_of_a_closed_journal(open_journal: Open) -> None:
    """Those that wait are not waited for in vain."""
    journal = await open_journal()
    with _blocked(journal):
        job = asyncio.create_task(journal.journal.run(lambda _connection, _index: None))
        await asyncio.sleep(0)
        closing = asyncio.create_task(journal.close())
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await closing
        await asyncio.wait([job])
    assert job.done()
    with pytest.raises(journal_module.JournalError):
        await journal.journal.run(lambda _connection, _index: None)


def _counts(journal: Any) -> dict[tuple[MessageType, int | None], tuple[int, int]]:
    totals = journal.totals()
    for total in totals:
        assert total.last is not None
        assert total.last.message.type is total.kind
    return {
        (total.kind, total.sim): (total.received, total.last.id) for total in totals
    }


async def _delete(journal: Any, ids: list[int]) -> None:
    await journal.journal.run(
        lambda connection, index: delete_by_ids(connection, index, ENTRY, ids)
    )
