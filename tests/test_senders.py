"""Whom an entry lets in, and what becomes of the others."""

from collections.abc import AsyncGenerator
import logging
from typing import Any, Final
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import senders
from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .answering import Answering, answering
from .common import capture_messages, rejected
from .dialog import TEXTS, assert_texts
from .keeping import database, rows
from .receiving import SECRET, SIM_1, NewClient, Receiver
from .simulator.samples import ACCOUNT, PHONE, Event as Kind

IGNORED: Final = (200, {"result": "ignored"})
ANA: Final = "+393331234567"
GROUP: Final = "120363041234567890@g.us"

ALLOWED: Final = "allowed_senders"
BLOCKED: Final = "blocked_senders"


@pytest.fixture(autouse=True)
async def in_italy(hass: HomeAssistant) -> None:
    """Live where numbers are written without +39."""
    await hass.config.async_update(country="IT")


@pytest.fixture
def new_client(hass_client_no_auth: ClientSessionGenerator) -> NewClient:
    """Return what makes a connection."""
    return hass_client_no_auth


async def connect(
    hass: HomeAssistant, new_client: NewClient, **options: Any
) -> Receiver:
    """Return an entry with options, and the gateway's way to it."""
    return await Receiver.connect(hass, new_client, options=options)


async def lets_in(receiver: Receiver, phone: str, type_: str = "sms") -> bool:
    """Deliver a message of a sender. Returns whether it was taken."""
    number = abs(hash((phone, type_))) % 1_000_000
    numbers: dict[str, Any] = {"id": number}
    if type_ == "sms":
        numbers["rid"] = number
    status, answer = await receiver.post(type_, phone=phone, **numbers)
    assert status == 200
    assert answer["result"] == "accepted" or (status, answer) == IGNORED
    return bool(answer["result"] == "accepted")


async def test_without_lists_everybody_is_let_in(
    hass: HomeAssistant, new_client: NewClient
) -> None:
    """Nobody has to name anybody; an empty list is none."""
    receiver = await connect(hass, new_client, allowed_senders=[], blocked_senders=[])
    for phone in (ANA, "MyBank", "48333", "123@lid"):
        assert await lets_in(receiver, phone)


@pytest.mark.parametrize("spelling", [ANA, "+39 333 123-4567", "0039 3331234567"])
@pytest.mark.parametrize("named", [ANA, "+39 (333) 1234567", "333 123 4567"])
async def test_numbers_are_compared_as_numbers(
    hass: HomeAssistant, new_client: NewClient, named: str, spelling: str
) -> None:
    """However they are written: by the user, by the phone, for an SMS or a chat."""
    receiver = await connect(hass, new_client, allowed_senders=[named])
    for phone in (spelling, "3331234567"):
        assert await lets_in(receiver, phone)
    assert await lets_in(receiver, ANA, "whatsapp")
    assert not await lets_in(receiver, "+393331234568")
    assert not await lets_in(receiver, "3331234568")


@pytest.mark.parametrize(
    ("named", "let_in", "left_out"),
    [
        ("mybank", ["MyBank", "MYBANK", " MyBank"], ["MyBank2", "My Bank", ANA]),
        ("48333", ["48333", "48 333"], ["483334", "+48333", "+393948333"]),
        (GROUP, [GROUP], [GROUP.replace("0", "1"), ANA]),
        ("123@lid", ["123@lid", "123@LID"], ["124@lid", "123"]),
        (f"{ANA[1:]}@s.whatsapp.net", [ANA, "3331234567"], [f"{ANA[1:]}@lid"]),
        (
            "+39*",
            [ANA, "3331234567", "0039 06 1234567", "+39123"],
            ["+4915112345678", "39123", "+39abc", "+391234@lid", "+39 Bank", GROUP],
        ),
        ("+39 333*", [ANA, "3331234567"], ["+393341234567"]),
        ("info*", ["INFO", "Infostrada"], ["MyInfo", "info@lid", ANA]),
        ("a.c*", ["A.C. Milan"], ["abcd"]),
        ("\u202a+39 333 1234567\u202c", [ANA], ["+393331234568"]),
    ],
)
async def test_a_list_that_lets_in_leaves_out_the_others(
    hass: HomeAssistant,
    new_client: NewClient,
    named: str,
    let_in: list[str],
    left_out: list[str],
) -> None:
    """Names without regard to case; a star for what comes after; nothing that only looks alike."""
    receiver = await connect(
        hass, new_client, allowed_senders=["+1 212 555 0100", named]
    )
    for phone in let_in:
        assert await lets_in(receiver, phone), phone
    for phone in left_out:
        assert not await lets_in(receiver, phone), phone


async def test_a_list_that_leaves_out_lets_in_the_others(
    hass: HomeAssistant, new_client: NewClient
) -> None:
    """Here, who is not named is let in."""
    receiver = await connect(
        hass, new_client, blocked_senders=["333 1234567", "INFO*", GROUP]
    )
    for phone in (ANA, "infopoint", GROUP):
        assert not await lets_in(receiver, phone), phone
    for phone in ("+393331234568", "123@lid", "MyBank"):
        assert await lets_in(receiver, phone), phone


async def test_leaving_out_wins_over_letting_in(
    hass: HomeAssistant, new_client: NewClient
) -> None:
    """A country may be let in, but for one number."""
    receiver = await connect(
        hass, new_client, allowed_senders=["+39*", "MyBank"], blocked_senders=[ANA]
    )
    assert await lets_in(receiver, "+393331234568")
    assert await lets_in(receiver, "MyBank")
    assert not await lets_in(receiver, "333 1234567")


@pytest.mark.parametrize("named", ["*", "3*", "+*", "*39"])
async def test_what_is_no_sender_lets_nobody_in(
    hass: HomeAssistant, new_client: NewClient, named: str
) -> None:
    """The dialog would not take it; a list with nothing else still is a list."""
    receiver = await connect(hass, new_client, allowed_senders=[named])
    for phone in (ANA, "MyBank", "*", "39"):
        assert not await lets_in(receiver, phone), phone


async def test_ussd_and_notifications_have_no_sender(
    hass: HomeAssistant, new_client: NewClient
) -> None:
    """Their codes and apps are not looked at."""
    receiver = await connect(
        hass, new_client, allowed_senders=[ANA], blocked_senders=["com.ring.android"]
    )
    events = capture_messages(hass)
    await receiver.deliver("ussd")
    await receiver.deliver("notifications")
    assert len(events) == 2


async def test_an_ignored_message_is_counted_and_nothing_else(
    hass: HomeAssistant, new_client: NewClient, caplog: pytest.LogCaptureFixture
) -> None:
    """No event, no state, no device, nothing in the database; one line in the log, without the sender."""
    caplog.set_level(logging.DEBUG)
    receiver = await connect(hass, new_client, allowed_senders=["MyBank"])
    events = capture_messages(hass)
    for number in range(3):
        assert await receiver.post(id=number, rid=number) == IGNORED
    assert await receiver.post("whatsapp") == IGNORED
    await hass.async_block_till_done()

    assert events == []
    assert receiver.device("phone", PHONE) is None
    assert rows(database(hass)) == []
    assert rejected(hass) == {"ignored_sender": 4}
    ours = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.zender")
    ]
    assert len([line for line in ours if "ignored_sender" in line]) == 1
    assert not [line for line in ours if ANA in line or "parcel" in line]


async def test_the_secret_is_checked_first(
    hass: HomeAssistant, new_client: NewClient
) -> None:
    """A stranger does not learn who is let in; nor does somebody who writes no message."""
    receiver = await connect(hass, new_client, blocked_senders=[ANA])
    assert await receiver.post(secret="0" * 40) == (401, {"error": "invalid_secret"})
    status, _ = await receiver.post(id="x")
    assert status == 422
    await hass.async_block_till_done()
    assert rejected(hass) == {"invalid_secret": 1, "invalid_payload": 1}


async def test_ignored_messages_can_be_kept(
    hass: HomeAssistant, new_client: NewClient, hass_storage: dict[str, Any]
) -> None:
    """They are found, as ignored; no sensor shows or counts them, then and after a restart."""
    receiver = await connect(hass, new_client, blocked_senders=[ANA], keep_ignored=True)
    events = capture_messages(hass)
    await receiver.deliver(phone="MyBank", message="Welcome")
    assert await receiver.post(id=9, rid=9) == IGNORED
    await hass.async_block_till_done()

    async def check() -> None:
        found = await hass.services.async_call(
            DOMAIN, "search_messages", {}, blocking=True, return_response=True
        )
        assert found is not None
        messages: Any = found["messages"]
        assert [(item["phone"], item.get("state")) for item in messages] == [
            (ANA, "ignored"),
            ("MyBank", None),
        ]
        assert receiver.state("sensor", SIM_1, "last_sms").state == "Welcome"
        assert receiver.state("sensor", SIM_1, "sms_received").state == "1"
        assert len(events) == 1

    await check()
    await receiver.restart()
    await check()


async def test_who_is_let_in_again_is_delivered_again(
    hass: HomeAssistant, new_client: NewClient
) -> None:
    """The option counts from the next message on; what was ignored stays so."""
    receiver = await connect(hass, new_client, blocked_senders=[ANA])
    assert await receiver.post(id=1, rid=1) == IGNORED
    await receiver.set_options(blocked_senders=["MyBank"])
    events = capture_messages(hass)
    await receiver.deliver(id=2, rid=2)
    assert await receiver.post(id=3, rid=3, phone="mybank") == IGNORED
    assert [event.data["id"] for event in events] == [2]


async def test_nobody_slips_in_while_the_entry_is_set_up(
    hass: HomeAssistant, new_client: NewClient
) -> None:
    """The lists count before it is set up, and the order of messages stays."""
    receiver = await connect(hass, new_client)
    events = capture_messages(hass)
    forward = ConfigEntries.async_forward_entry_setups

    async def deliver_first(*args: Any) -> None:
        assert await receiver.post(id=1, rid=1) == IGNORED
        for number in (2, 3):
            await receiver.post(id=number, rid=number, phone="MyBank")
        await forward(*args)

    with patch.object(ConfigEntries, "async_forward_entry_setups", new=deliver_first):
        await receiver.set_options(allowed_senders=["MyBank"])
    assert [event.data["id"] for event in events] == [2, 3]


# What is fetched from the gateway


SMS: Final[dict[str, Any]] = {"device": PHONE, "sim": 1, "message": "Hello"}
CHAT: Final[dict[str, Any]] = {"wid": ACCOUNT, "message": "Hello", "attachment": "0"}


@pytest.fixture
async def house(
    hass: HomeAssistant, new_client: NewClient
) -> AsyncGenerator[Answering]:
    """Return an entry with a key and a list, whose gateway delivers."""
    async with answering(
        hass, new_client, options={ALLOWED: ["MyBank"]}, is_delivering=True
    ) as house:
        yield house


async def test_what_is_fetched_has_to_be_let_in_too(
    hass: HomeAssistant, house: Answering
) -> None:
    """There is no side door."""
    await house.received(Kind.SMS, minutes=30, phone=ANA, **SMS)
    await house.received(Kind.WHATSAPP, minutes=30, phone=ANA, **CHAT)
    await house.received(Kind.SMS, minutes=30, phone="mybank", **SMS)

    fetched = await house.act("fetch_missed")

    assert fetched["found"] == 1
    assert [item["phone"] for item in await house.messages()] == ["mybank"]


async def test_an_ignored_message_counts_once_however_often_the_gateway_lists_it(
    hass: HomeAssistant, house: Answering
) -> None:
    """It came by webhook, and is listed for as long as the gateway has it."""
    await house.heard(Kind.SMS, minutes=30, phone=ANA, **SMS)
    for _ in range(3):
        assert (await house.act("fetch_missed"))["found"] == 0
    assert rejected(hass) == {"ignored_sender": 1}


async def test_what_is_polled_counts_once_and_what_is_older_not(
    hass: HomeAssistant, new_client: NewClient
) -> None:
    """What came before Home Assistant ran may have been counted then."""
    options = {"poll": True, BLOCKED: [ANA]}
    async with answering(hass, new_client, options=options) as house:
        await house.received(Kind.SMS, minutes=30, phone=ANA, **SMS)
        await house.received(Kind.SMS, phone=ANA, **SMS)
        for _ in range(3):
            assert (await house.act("fetch_missed"))["found"] == 0
        assert rejected(hass) == {"ignored_sender": 1}


async def test_only_so_many_ignored_messages_are_remembered(
    hass: HomeAssistant, house: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many a stranger writes; each is counted nevertheless."""
    monkeypatch.setattr(senders, "MAX_COUNTED", 1)
    for _ in range(3):
        await house.heard(Kind.SMS, phone=ANA, **SMS)
    await hass.async_block_till_done()
    assert rejected(hass) == {"ignored_sender": 3}


# The dialog


async def submit(hass: HomeAssistant, **options: Any) -> tuple[MockConfigEntry, Any]:
    """Submit options of a new entry. Returns the entry, and what the dialog shows then."""
    entry = MockConfigEntry(
        domain=DOMAIN, data={"webhook_id": "mine", "secret": SECRET}
    )
    entry.add_to_hass(hass)
    flows = hass.config_entries.options
    result = await flows.async_init(entry.entry_id)
    result = await flows.async_configure(result["flow_id"], options)
    if result["type"] is FlowResultType.FORM:
        assert_texts(TEXTS["options"], result)
    return entry, result


@pytest.mark.parametrize("field", [ALLOWED, BLOCKED])
async def test_senders_are_kept_as_they_are_written(
    hass: HomeAssistant, field: str
) -> None:
    """But for what cannot be seen."""
    names = [ANA, "333 1234567", "48333", "MyBank", "INFO*", "+39*", GROUP, "123@lid"]
    entry, _ = await submit(hass, **{field: [*names, " ", "\u202a+1 212 555 0100 "]})
    assert entry.options[field] == [*names, "+1 212 555 0100"]


@pytest.mark.parametrize("field", [ALLOWED, BLOCKED])
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("+39", "invalid_sender"),
        ("333 12345678901", "invalid_sender"),
        ("212 555 0100", "invalid_sender"),
        ("???", "invalid_sender"),
        ("@@+393331234567", "invalid_sender"),
        ("*", "invalid_star"),
        ("333*", "invalid_star"),
        ("0039*", "invalid_star"),
        ("*INFO", "invalid_star"),
        ("IN*O*", "invalid_star"),
    ],
)
async def test_what_is_no_sender_is_an_error_in_words(
    hass: HomeAssistant, field: str, name: str, error: str
) -> None:
    """At its field, with what is wrong; nothing is lost of what was filled in."""
    entry, result = await submit(hass, **{field: [ANA, name]})
    assert result["errors"] == {field: error}
    assert result["description_placeholders"]["sender"] == name
    assert "{sender}" in TEXTS["options"]["error"][error]
    suggested = {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
        if key.description
    }
    assert suggested[field] == [ANA, name]
    assert entry.options == {}


async def test_lists_can_be_emptied(hass: HomeAssistant) -> None:
    """Then everybody is let in again."""
    entry, _ = await submit(hass, allowed_senders=[ANA])
    flows = hass.config_entries.options
    result = await flows.async_init(entry.entry_id)
    await flows.async_configure(result["flow_id"], {})
    assert not entry.options.get(ALLOWED)
