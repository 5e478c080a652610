"""What was sent beside what came; and what is fetched later, which has less to be recognised by."""

from datetime import timedelta
from functools import partial
import shutil

import pytest

from custom_components.zender.gateway.messages import Message
from custom_components.zender.journal.batch import known_ids, note_sent
from custom_components.zender.journal.queries import message_by_id, newest_time
from custom_components.zender.journal.records import (
    Direction,
    Kept,
    MessageState,
    Outcome,
    record_of,
    sent_record,
)
from custom_components.zender.journal.retention import blank

from .conftest import Database, Open, everywhere
from .messages import (
    ENTRY,
    NOON,
    OTHER_ENTRY,
    PERIOD_START,
    notification,
    sms,
    ussd,
    whatsapp,
)
from .opened import Opened
from .test_migrations import FIRST_VERSION


async def send(journal: Opened, message: Message) -> int:
    """Keep a message that is being sent. Returns its id."""
    kept = await journal.journal.add(sent_record(ENTRY, message, NOON))
    assert kept.outcome is Outcome.ACCEPTED
    assert kept.message_id is not None
    return kept.message_id


async def fetch(journal: Opened, message: Message, **changes: bool) -> Kept:
    """Keep a message that was fetched, three hours late."""
    received_at = NOON + timedelta(hours=3)
    return await journal.journal.add(
        record_of(
            ENTRY,
            message,
            received_at,
            **{"deduplicate": True, "is_fetched": True} | changes,
        )
    )


@everywhere
async def test_sent_messages(open_journal: Open) -> None:
    """They are found, are nobody's count, and are never delivered."""
    journal = await open_journal()
    await journal.keep(sms("Are you there?"))
    message_id = await send(journal, sms("Yes, I am", id=0, rid=None))
    assert journal.stored(message_id).state is MessageState.SENDING
    await journal.journal.run(
        partial(
            note_sent, message_id=message_id, state=MessageState.SENT, gateway_id=4711
        )
    )
    sent = journal.stored(message_id)
    assert (sent.state, sent.message.id, sent.direction) == (
        MessageState.SENT,
        4711,
        Direction.SENT,
    )
    assert journal.find("yes") == journal.find(direction=Direction.SENT) == [2]
    assert journal.stored(1).state is None
    await journal.close()
    journal = await open_journal()
    assert journal.undelivered() == [1]
    assert [total.received for total in journal.totals()] == [1]
    assert journal.totals()[0].last is not None


@everywhere
async def test_nothing_private_is_left_of_what_was_sent(open_journal: Open) -> None:
    """Kept only until delivered: what is sent waits for nothing."""
    journal = await open_journal()
    await journal.keep(sms("waits"))
    await send(journal, sms("sent", rid=None))
    assert await journal.journal.run(partial(blank, entry_id=ENTRY)) == 1
    assert journal.texts() == ["waits", ""]


@everywhere
async def test_equal_sent_messages(open_journal: Open) -> None:
    """Each is its own, also beside an equal one that came."""
    journal = await open_journal()
    message = sms("Same", rid=None)
    await journal.keep(sms("Same", rid=1))
    assert [await send(journal, message) for _ in range(2)] == [2, 3]


@everywhere
async def test_a_message_by_its_id(open_journal: Open) -> None:
    """Only the entry's own."""
    journal = await open_journal()
    await journal.keep(sms("mine"))
    await journal.keep(sms("theirs"), entry_id=OTHER_ENTRY)

    def found(message_id: int) -> bool:
        query = partial(message_by_id, entry_id=ENTRY, message_id=message_id)
        return journal.journal.read(query) is not None

    assert [found(message_id) for message_id in (1, 2, 3)] == [True, False, False]


@everywhere
async def test_the_newest_time(open_journal: Open) -> None:
    """Of what came, not of what was sent."""
    journal = await open_journal()
    query = partial(newest_time, entry_id=ENTRY)
    assert journal.journal.read(query) is None
    await journal.keep(sms("first"), minutes=-90)
    await send(journal, sms("sent", rid=None))
    assert journal.journal.read(query) == NOON - timedelta(minutes=90)


@everywhere
@pytest.mark.parametrize("make", [sms, whatsapp, notification, ussd])
@pytest.mark.parametrize("deduplicate", [True, False])
async def test_fetched_after_its_delivery(
    open_journal: Open, make: type, deduplicate: bool
) -> None:
    """It is the same message, though no rid and no SIM are known; a later one is not."""
    journal = await open_journal()
    timestamp = int(NOON.timestamp())
    delivered = make("Hi", timestamp=timestamp)
    await journal.keep(delivered, deduplicate=deduplicate)
    nameless = {"rid": None, "sim": None} if make is sms else {}
    same = make("Hi", id=delivered.id, timestamp=timestamp, **nameless)
    assert (await fetch(journal, same)).outcome is Outcome.DUPLICATE
    later = make("Hi", timestamp=timestamp + 7200, **nameless)
    assert (await fetch(journal, later)).outcome is Outcome.ACCEPTED
    assert (await fetch(journal, later)).outcome is Outcome.DUPLICATE


@everywhere
@pytest.mark.parametrize("make", [sms, whatsapp, notification, ussd])
@pytest.mark.parametrize("timestamp", [int(NOON.timestamp()), PERIOD_START - 2])
async def test_delivered_after_it_was_fetched(
    open_journal: Open, make: type, timestamp: int
) -> None:
    """Also across a restart, and where the next two days begin by which they are indexed."""
    journal = await open_journal()
    fetched = make("Hi", timestamp=timestamp)
    assert (await fetch(journal, fetched)).message_id == 1
    await journal.close()
    journal = await open_journal()
    message = make("Hi", id=1 if make is ussd else fetched.id, timestamp=timestamp + 5)
    record = record_of(ENTRY, message, NOON, deduplicate=True, may_be_fetched=True)
    assert await journal.journal.add(record) == Kept(Outcome.DUPLICATE, 1)
    query = partial(known_ids, records=[record])
    assert journal.journal.read(query) == [1]


@everywhere
async def test_both_at_once(open_journal: Open) -> None:
    """In one batch, they are one."""
    journal = await open_journal()
    timestamp = int(NOON.timestamp())
    delivered = sms("Hi", timestamp=timestamp)
    fetched = sms("Hi", id=delivered.id, rid=None, sim=None, timestamp=timestamp)
    first = journal.journal.add(
        record_of(ENTRY, delivered, NOON, deduplicate=True, may_be_fetched=True)
    )
    second = journal.journal.add(
        record_of(ENTRY, fetched, NOON, deduplicate=True, is_fetched=True)
    )
    assert (await first).outcome is Outcome.ACCEPTED
    assert (await second) == Kept(Outcome.DUPLICATE, 1)


async def test_a_file_of_the_first_version_takes_sent_messages(
    open_journal: Open, database: Database
) -> None:
    """Its messages were all received."""
    shutil.copy(FIRST_VERSION, database.path)
    journal = await open_journal()
    assert {item.state for item in journal.search().messages} == {None}
    message_id = await send(journal, sms("Sent", rid=None))
    assert journal.stored(message_id).state is MessageState.SENDING
