"""What is found, and what is not."""

from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from custom_components.zender.gateway.messages import MessageType
from custom_components.zender.journal.folding import terms
from custom_components.zender.journal.queries import Filter
from custom_components.zender.journal.records import Direction
from custom_components.zender.journal.retention import delete_by_ids

from .conftest import Open, everywhere
from .messages import (
    ACCOUNT,
    ENTRY,
    NOON,
    OTHER_ENTRY,
    PHONE,
    SENDER,
    notification,
    sms,
    ussd,
    whatsapp,
)
from .opened import Opened

TEXTS: Final = {
    "gate": "Please OPEN the gate, I am here",
    "italian": "Perché non rispondi? Sono in CITTÀ",
    "german": "Grüße aus der Straße",
    "turkish": "İstanbul'a geldim",
    "greek": "Καλημέρα σας",
    "arabic": "مرحبا، افتح البوابة من فضلك",
    "vocalised": "مَرْحَبًا",
    "hebrew": "שלום לכל הדיירים",
    "thai": "กรุณาเปิดประตูฉันอยู่ที่นี่",
    "chinese": "你好，请打开大门，我在这里",
    "emoji": "Well done 👍🏽👍👍👍 🚲🏠🔑",
    "other emoji": "No 😀😁😂",
    "code": "Your code is 482913",
    "quotes": "She said \"yes\" and 'no' (maybe)",
    "syntax": "a AND b OR NOT c NEAR(d, 2) col:x ^y z* -w {q}",
    "percent": "100% sure_thing",
    "path": "C:\\temp\\new a/b/c",
    "sql": "Robert'); DROP TABLE students;--",
    "lines": "First line\nsecond\tcolumn",
    "empty": "",
    "zero": "zero\0bytes",
    "tail": "Trailing   ",
    "wide": "ＦＵＬＬｗｉｄｔｈ ﬁle",
}

FOUND: Final = {
    # Words, without regard to case and accents, in any order, all of them.
    "open": ["gate"],
    "Gate please": ["gate"],
    "gate station": [],
    "perche": ["italian"],
    "PERCHÉ": ["italian"],
    "citta": ["italian"],
    "Cittá": ["italian"],
    "grusse": ["german"],
    "grüsse": ["german"],
    "GRÜSSE STRASSE": ["german"],
    "istanbul": ["turkish"],
    "καλημερα": ["greek"],
    "ΣΑΣ": ["greek"],
    "full width": ["wide"],
    "fullwidth file": ["wide"],
    # Beginnings, endings and pieces.
    "pleas": ["gate"],
    "lease": ["gate"],
    "eas": ["gate"],
    "482": ["code"],
    "913": ["code"],
    "29 82": ["code"],
    # Any script.
    "مرحبا": ["arabic", "vocalised"],
    "بواب": ["arabic"],
    "الب": ["arabic"],
    "שלום": ["hebrew"],
    "ประตู": ["thai"],
    "เปิด": ["thai"],
    "เปด": [],
    "打开大门": ["chinese"],
    "请打开": ["chinese"],
    "大门": ["chinese"],
    "👍👍👍": ["emoji"],
    "🚲🏠🔑": ["emoji"],
    "🚲🏠": ["emoji"],
    "🚲": ["emoji"],
    "😀😁😂": ["other emoji"],
    "😂😁😀": [],
    # Two letters are looked for where words begin.
    "he": ["gate"],
    "pe": ["italian"],
    "αλ": [],
    # What the engines' own languages would take for something else.
    '"yes"': ["quotes"],
    "'no'": ["quotes"],
    '"': ["quotes"],
    "(maybe)": ["quotes"],
    "AND": ["quotes", "syntax"],
    "NOT c": ["syntax"],
    "NEAR(d": ["syntax"],
    "col:x": ["syntax"],
    "NOT": ["syntax"],
    "gate*": [],
    "-gate": [],
    "gate OR code": [],
    "z* -w": ["syntax"],
    "{q}": ["syntax"],
    "100%": ["percent"],
    "10%": [],
    "0% sure_": ["percent"],
    "sure%thing": [],
    "sure_thing": ["percent"],
    "surething": [],
    "s_re": [],
    "%%%": [],
    "___": [],
    "%": ["percent"],
    "_": ["percent"],
    "C:\\temp\\new": ["path"],
    "\\temp": ["path"],
    "\\": ["path"],
    "a/b": ["path"],
    "\\\\": [],
    "students;--": ["sql"],
    "Robert');": ["sql"],
    "line second": ["lines"],
    "trailing": ["tail"],
    "gate\0": [],
    "zero\0byte": ["zero"],
    "nowhere": [],
}


@everywhere
async def test_texts(open_journal: Open) -> None:
    """The same is found, whatever the engine."""
    journal = await open_journal()
    ids = await journal.keep(*(whatsapp(text) for text in TEXTS.values()))
    names = dict(zip(ids, TEXTS, strict=True))
    found = {
        query: sorted(names[item] for item in journal.find(query)) for query in FOUND
    }
    assert found == {query: sorted(names) for query, names in FOUND.items()}
    # Nothing to look for is no restriction.
    assert len(journal.find(" \n")) == len(journal.find("")) == len(TEXTS)


@everywhere
async def test_titles_are_searched_too(open_journal: Open) -> None:
    """A notification's title and content are one text."""
    journal = await open_journal()
    await journal.keep(notification("at the door", title="Doorbell rang"))
    assert journal.find("doorbell door") == [1]
    assert journal.find("rangat") == []
    assert journal.find("com.ring") == []


@everywhere
async def test_filters(open_journal: Open) -> None:
    """Each alone, and together with words."""
    journal = await open_journal()
    await journal.keep(sms("one gate"), minutes=0)
    await journal.keep(sms("two gates", sim=2, phone="GCash"), minutes=1)
    await journal.keep(whatsapp("three gates", phone="12@g.us"), minutes=2)
    await journal.keep(ussd("four gates"), minutes=3)
    await journal.keep(notification("five gates", device="Tablet"), minutes=4)
    await journal.keep(sms("theirs gates"), entry_id=OTHER_ENTRY)
    for text in (None, "gate"):
        assert journal.find(text) == [5, 4, 3, 2, 1]
        assert journal.find(text, kind=MessageType.SMS) == [2, 1]
        assert journal.find(text, source=PHONE) == [4, 2, 1]
        assert journal.find(text, source=ACCOUNT) == [3]
        assert journal.find(text, source="Nobody") == []
        assert journal.find(text, source=PHONE, sims=(2,)) == [4, 2]
        assert journal.find(text, peers=("GCash",)) == [2]
        assert journal.find(text, peers=("gcash",)) == []
        assert journal.find(text, peers=("12@g.us",)) == [3]
        assert journal.find(text, direction=Direction.RECEIVED) == [5, 4, 3, 2, 1]
        assert journal.find(text, direction=Direction.SENT) == []
        assert journal.find(text, since=NOON + timedelta(minutes=2)) == [5, 4, 3]
        assert journal.find(text, until=NOON + timedelta(minutes=2)) == [2, 1]
        assert journal.find(
            text,
            since=NOON + timedelta(minutes=1),
            until=NOON + timedelta(minutes=3),
            kind=MessageType.SMS,
            peers=("GCash",),
            sims=(2,),
            source=PHONE,
        ) == [2]
        assert journal.find(text, entry_id=OTHER_ENTRY) == [6]
        assert journal.find(text, entry_id="nobody's") == []
    assert journal.find("three", peers=(SENDER,)) == []
    assert journal.find(peers=("a\0b",)) == journal.find(source="a\0b") == []


@everywhere
@pytest.mark.parametrize("text", [None, "gate", "大门", "ga"])
async def test_pages_are_complete(open_journal: Open, text: str | None) -> None:
    """Every message once, the newest first, while others come and go."""
    journal = await open_journal()
    ids = await _keep_many(journal, 25)
    seen: list[int] = []
    cursor: int | None = None
    while True:
        page = journal.search(text, cursor=cursor, limit=7)
        seen += [item.id for item in page.messages]
        await journal.keep(sms("gate 大门"))
        if page.next_cursor is None:
            break
        assert len(page.messages) == 7
        cursor = page.next_cursor
        # The last one seen goes: the next page begins where it did nevertheless.
        await journal.journal.run(partial(delete_by_ids, entry_id=ENTRY, ids=[cursor]))
    assert seen == ids[::-1]


async def _keep_many(journal: Opened, number: int) -> list[int]:
    kept = await journal.add_all(sms(f"gate 大门 {n}") for n in range(number))
    return [item.message_id for item in kept if item.message_id is not None]


@everywhere
async def test_a_full_last_page(open_journal: Open) -> None:
    """No cursor leads to an empty page."""
    journal = await open_journal()
    await _keep_many(journal, 4)
    first = journal.search(limit=2)
    assert first.next_cursor == 3
    assert journal.search(limit=2, cursor=3).next_cursor is None
    assert journal.search(limit=4).next_cursor is None
    assert journal.search(limit=2, cursor=1).messages == []


@everywhere
async def test_long_queries(open_journal: Open) -> None:
    """As long as a message can be."""
    text = " ".join(f"word{number}" for number in range(300))
    journal = await open_journal()
    await journal.keep(whatsapp(text), whatsapp("x" * 5000))
    assert journal.find(text) == [1]
    assert journal.find(text + " nowhere") == []
    assert journal.find("x" * 5000) == [2]
    assert journal.find("x" * 5001) == []


def test_terms() -> None:
    """What a text must contain, each once."""
    assert [(term.folded, term.raw) for term in terms("Città cittá NO n 门 Gate")] == [
        ("citta", None),
        ("\x02no", None),
        ("n", "n"),
        ("门", "门"),
        ("gate", None),
    ]
    assert terms("") == []
    [term] = terms("abcabcabc")
    assert term.trigrams == ["abc", "bca", "cab"]
    [term] = terms("".join(map(chr, range(0x4E00, 0x4F00))))
    assert len(term.trigrams) == 24


def test_an_empty_filter() -> None:
    """It means all messages of an entry."""
    assert Filter(entry_id=ENTRY).is_empty
    assert not Filter(entry_id=ENTRY, sims=(0,)).is_empty
