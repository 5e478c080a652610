"""The actions on what is kept: searching, exporting, deleting."""

import csv
from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import voluptuous as vol

from custom_components.zender import services_messages as services
from custom_components.zender.const import DOMAIN
from custom_components.zender.journal import engine
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import device_registry as dr, translation
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .common import capture_messages
from .keeping import RepairWatch, database, locked, rows, texts
from .receiving import ENTRY_ID, SIM_1, SIM_2, USUAL, Receiver
from .simulator.encoding import Encoding
from .simulator.samples import ACCOUNT, PHONE

ACTIONS = {
    "search_messages": {},
    "export_messages": {"path": "messages.csv"},
    "delete_messages": {"text": "parcel"},
}
"""Each action with data that it takes."""


@pytest.fixture
async def receiver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Receiver:
    """Return a receiver that has heard nothing."""
    return await Receiver.connect(hass, hass_client_no_auth)


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return a folder that Home Assistant may write to."""
    folder = tmp_path / "exports"
    folder.mkdir()
    hass.config.allowlist_external_dirs = {str(folder)}
    return folder


async def act(hass: HomeAssistant, action: str, **data: Any) -> Any:
    """Perform an action and return its response."""
    return await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )


async def search(hass: HomeAssistant, **data: Any) -> list[dict[str, Any]]:
    """Return the messages that match, which all fit into one answer."""
    answer = await act(hass, "search_messages", **data)
    assert answer.keys() == {"messages", "next_cursor"}
    assert answer["next_cursor"] is None
    messages: list[dict[str, Any]] = answer["messages"]
    return messages


async def found(hass: HomeAssistant, **data: Any) -> list[int]:
    """Return the gateway's ids of the messages that match."""
    return [message["id"] for message in await search(hass, **data)]


async def said(hass: HomeAssistant, error: HomeAssistantError) -> str:
    """Return an error in the user's words."""
    words = await translation.async_get_translations(hass, "en", "exceptions", {DOMAIN})
    text = words[f"component.{DOMAIN}.exceptions.{error.translation_key}.message"]
    return text.format(**error.translation_placeholders or {})


# All actions


@pytest.mark.parametrize("action", ACTIONS)
async def test_actions_are_for_administrators(
    receiver: Receiver, hass_read_only_user: MockUser, action: str
) -> None:
    """They show or delete what everybody wrote."""
    await receiver.deliver("sms")
    with pytest.raises(Unauthorized):
        await receiver.hass.services.async_call(
            DOMAIN,
            action,
            ACTIONS[action],
            blocking=True,
            return_response=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert len(rows(database(receiver.hass))) == 1


@pytest.mark.parametrize("action", ACTIONS)
async def test_actions_are_there_without_a_gateway_and_say_so(
    hass: HomeAssistant, action: str
) -> None:
    """Automations that use them can be checked."""
    assert await async_setup_component(hass, DOMAIN, {})
    with pytest.raises(ServiceValidationError):
        await act(hass, action, **ACTIONS[action])


@pytest.mark.parametrize("action", ACTIONS)
async def test_with_several_gateways_one_has_to_be_chosen(
    receiver: Receiver, hass_client_no_auth: ClientSessionGenerator, action: str
) -> None:
    """An action is about one of them."""
    hass = receiver.hass
    await Receiver.connect(
        hass, hass_client_no_auth, entry_id="other", webhook_id="other", secret="f" * 40
    )
    with pytest.raises(ServiceValidationError):
        await act(hass, action, **ACTIONS[action])
    with pytest.raises(ServiceValidationError):
        await act(hass, action, config_entry_id="nonsense", **ACTIONS[action])


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_action_on_a_gateway_that_is_not_loaded_says_so(
    receiver: Receiver, action: str
) -> None:
    """It has no database at the moment."""
    hass = receiver.hass
    assert await hass.config_entries.async_unload(ENTRY_ID)
    with pytest.raises(ServiceValidationError):
        await act(hass, action, config_entry_id=ENTRY_ID, **ACTIONS[action])


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_unknown_device_is_an_error(
    receiver: Receiver, folder: Path, action: str
) -> None:
    """Also one of another integration, and the gateway, which sends nothing itself."""
    hass = receiver.hass
    data = {**ACTIONS[action]}
    if "path" in data:
        data["path"] = str(folder / "messages.csv")
    for device_id in ("nonsense", receiver.device_id("gateway", "gateway")):
        with pytest.raises(ServiceValidationError) as error:
            await act(hass, action, **{**data, "device_id": device_id})
        assert (
            await said(hass, error.value)
            == "The device is not a phone, a SIM or an account of this gateway."
        )


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_database_that_is_away_is_an_error_in_words(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    folder: Path,
    action: str,
) -> None:
    """Nobody takes it for an empty one."""
    watch = RepairWatch(hass)
    database(hass).mkdir()
    await Receiver.connect(hass, hass_client_no_auth)
    await watch.until(bool)
    data = {**ACTIONS[action]}
    if "path" in data:
        data["path"] = str(folder / "messages.csv")
    with pytest.raises(HomeAssistantError) as error:
        await act(hass, action, **data)

    assert (
        await said(hass, error.value)
        == "The database cannot be reached. Check its address and whether it is running."
    )


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "mms"},
        {"direction": "sideways"},
        {"since": "yesterday"},
        {"text": ""},
        {"phone": ""},
        {"nonsense": 1},
    ],
)
async def test_wrong_filters_are_refused(
    receiver: Receiver, action: str, wrong: dict[str, Any]
) -> None:
    """Before anything is read or deleted."""
    with pytest.raises(vol.Invalid):
        await act(receiver.hass, action, **{**ACTIONS[action], **wrong})


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("text", [" ", "\u0301"])
async def test_a_text_without_words_is_refused(
    receiver: Receiver, action: str, text: str
) -> None:
    """It would match everything, and everything would be deleted."""
    hass = receiver.hass
    await receiver.deliver("sms")
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, action, **{**ACTIONS[action], "text": text})
    assert await said(hass, refused.value) == "This text holds no word to search for."
    assert len(rows(database(hass))) == 1


# Searching


@pytest.mark.parametrize("type_", USUAL)
async def test_a_message_is_found_as_its_event_had_it(
    receiver: Receiver, type_: str
) -> None:
    """With all fields, those that nobody knows included, its kind and its direction."""
    hass = receiver.hass
    events = capture_messages(hass)
    await receiver.deliver(type_, Encoding.JSON, note={"priority": 1})

    kind = {"notifications": "notification"}.get(type_, type_)
    assert await search(hass) == [
        {"kind": kind, "direction": "received", **events[0].data}
    ]


async def test_everything_is_found_the_newest_first(receiver: Receiver) -> None:
    """Without a filter."""
    for type_ in USUAL:
        await receiver.deliver(type_)

    kinds = [message["kind"] for message in await search(receiver.hass)]
    assert kinds == ["notification", "ussd", "whatsapp", "sms"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("parcel", [1]),
        ("PARCEL door", [1]),
        ("parcel window", []),
        ("cafe", [2]),
        ("CAFÉ", [2]),
        ("arce", [1]),
        ("ca", [2]),
        ("快递", [3]),
        ("🔑", [4]),
        ("بريد", [5]),
        ("100%", [6]),
        ("nothing", []),
    ],
)
async def test_texts_are_found_by_words_and_pieces_without_capitals_and_accents(
    receiver: Receiver, text: str, ids: list[int]
) -> None:
    """In any script; what looks like a wildcard is none."""
    for number, message in enumerate(
        (
            "The parcel is at the door",
            "Le café est fermé",
            "您的快递已到达",
            "Where is the 🔑?",
            "وصل بريد جديد",
            "Battery at 100% now",
        ),
        1,
    ):
        await receiver.deliver("sms", id=number, message=message)

    assert await found(receiver.hass, text=text) == ids


async def test_a_notification_is_found_by_its_title(receiver: Receiver) -> None:
    """What people remember of it."""
    await receiver.deliver("notifications")
    assert len(await search(receiver.hass, text="doorbell")) == 1


async def test_filters_by_kind_sender_device_and_direction(receiver: Receiver) -> None:
    """Each on its own and together: a message must pass all of them."""
    hass = receiver.hass
    await receiver.deliver("sms", id=1)
    await receiver.deliver("sms", id=2, sim=2, phone="MyBank")
    await receiver.deliver("sms", id=3, device="another phone", phone="MyBank")
    await receiver.deliver("whatsapp", id=4)
    await receiver.deliver("notifications", id=5)
    phone = receiver.device_id("phone", PHONE)
    sim_1, sim_2 = (receiver.device_id("sim", sim) for sim in (SIM_1, SIM_2))
    account = receiver.device_id("account", ACCOUNT)

    assert await found(hass, kind="sms") == [3, 2, 1]
    assert await found(hass, kind="notification") == [5]
    assert await found(hass, phone="MyBank") == [3, 2]
    assert await found(hass, device_id=phone) == [5, 2, 1]
    assert await found(hass, device_id=sim_1) == [1]
    assert await found(hass, device_id=sim_2) == [2]
    assert await found(hass, device_id=account) == [4]
    assert await found(hass, phone="MyBank", device_id=phone) == [2]
    assert await found(hass, phone="MyBank", device_id=phone, text="window") == []
    assert await found(hass, direction="received") == [5, 4, 3, 2, 1]
    assert await found(hass, direction="sent") == []
    assert await found(hass, config_entry_id=ENTRY_ID, kind="whatsapp") == [4]


async def test_messages_that_do_not_say_their_sim_are_found_where_they_show(
    receiver: Receiver,
) -> None:
    """On the phone's only SIM; with two, on the unknown one, which is not the whole phone."""
    hass = receiver.hass
    await receiver.deliver("sms", id=1)
    await receiver.deliver("ussd", id=2, sim=...)
    await receiver.deliver("notifications", id=3)
    sim_1 = receiver.device_id("sim", SIM_1)
    assert await found(hass, device_id=sim_1) == [2, 1]

    await receiver.deliver("sms", id=4, sim=2)
    await receiver.deliver("ussd", id=5, sim=...)
    unknown = receiver.device_id("sim", f"{PHONE}_sim_unknown")
    assert await found(hass, device_id=unknown) == [5, 2]
    assert await found(hass, device_id=sim_1) == [1]


async def test_a_number_that_a_template_made_of_a_sender_finds_it(
    receiver: Receiver,
) -> None:
    """Home Assistant makes a number of what looks like one, and the plus is gone."""
    await receiver.deliver("sms", id=1, phone="+393331234567")
    await receiver.deliver("sms", id=2, phone="40404")
    assert await found(receiver.hass, phone=393331234567) == [1]
    assert await found(receiver.hass, phone=40404) == [2]


async def test_filters_by_time_in_the_time_zone_of_the_house(
    receiver: Receiver, freezer: FrozenDateTimeFactory
) -> None:
    """From the first moment, up to the last one, which is not meant any more."""
    hass = receiver.hass
    await hass.config.async_set_time_zone("Europe/Rome")
    for number, time in enumerate(("06:00:00", "07:00:00", "08:00:00"), 1):
        freezer.move_to(f"2026-11-02T{time}+00:00")
        await receiver.deliver("sms", id=number)

    assert await found(hass, since="2026-11-02 08:00:00") == [3, 2]
    assert await found(hass, until="2026-11-02 08:00:00") == [1]
    assert await found(hass, since="2026-11-02T07:00:00Z") == [3, 2]
    assert await found(
        hass, since="2026-11-02 07:00:00", until="2026-11-02 08:00:00"
    ) == [1]
    assert await found(hass, since=dt_util.utcnow() + timedelta(seconds=1)) == []


async def test_pages_follow_each_other_also_when_messages_come_in_between(
    receiver: Receiver,
) -> None:
    """The cursor is a place in the list, not a number of messages."""
    hass = receiver.hass
    for number in range(1, 8):
        await receiver.deliver("sms", id=number)
    seen: list[list[int]] = []
    cursor: dict[str, int] = {}
    while True:
        answer = await act(hass, "search_messages", limit=3, **cursor)
        seen.append([message["id"] for message in answer["messages"]])
        await receiver.deliver("sms", id=100 + len(seen))
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}

    assert seen == [[7, 6, 5], [4, 3, 2], [1]]


async def test_fifty_messages_are_returned_unless_more_are_wanted(
    receiver: Receiver,
) -> None:
    """Up to 500."""
    hass = receiver.hass
    for number in range(52):
        await receiver.post("sms", id=number, rid=number)
    answer = await act(hass, "search_messages")
    assert len(answer["messages"]) == 50
    assert answer["next_cursor"] == answer["messages"][-1]["message_id"]
    assert len(await search(hass, limit=500)) == 52
    for limit in (0, 501):
        with pytest.raises(vol.Invalid):
            await act(hass, "search_messages", limit=limit)


@pytest.mark.parametrize("cursor", [-1, 2**63, "next"])
async def test_a_cursor_that_is_none_is_refused(
    receiver: Receiver, cursor: Any
) -> None:
    """Only an answer's can be one."""
    with pytest.raises(vol.Invalid):
        await act(receiver.hass, "search_messages", cursor=cursor)


async def test_messages_of_another_gateway_are_not_found(
    receiver: Receiver, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Although they are in the same database."""
    hass = receiver.hass
    other = await Receiver.connect(
        hass, hass_client_no_auth, entry_id="other", webhook_id="other", secret="f" * 40
    )
    await receiver.deliver("sms", id=1)
    await other.deliver("sms", id=2)

    assert await found(hass, config_entry_id=ENTRY_ID) == [1]
    assert await found(hass, config_entry_id="other") == [2]


async def test_a_message_of_a_deleted_phone_is_found_without_its_device(
    receiver: Receiver,
) -> None:
    """The message stays."""
    hass = receiver.hass
    await receiver.deliver("sms")
    dr.async_get(hass).async_remove_device(receiver.device_id("phone", PHONE))
    await hass.async_block_till_done()

    [message] = await search(hass)
    assert message["device_id"] is None
    assert message["device"] == PHONE


async def test_searching_works_while_the_database_is_being_written_to(
    receiver: Receiver,
) -> None:
    """Readers wait for no writer."""
    await receiver.deliver("sms", id=1)
    with locked(database(receiver.hass)):
        assert await found(receiver.hass) == [1]


# Exporting


async def deliver_for_export(receiver: Receiver) -> None:
    """Deliver a message of each type, with texts that are hard to write into a table."""
    texts = 'He said "hi",\nthen; 🔑 left'
    await receiver.deliver("sms", message=texts)
    await receiver.deliver("whatsapp", attachment="https://gateway.example/a.jpg")
    await receiver.deliver("ussd", sim=...)
    await receiver.deliver("notifications", Encoding.JSON, note={"priority": 1})


async def test_a_table_has_a_line_for_each_message_the_newest_first(
    receiver: Receiver, folder: Path
) -> None:
    """Every field has its column, whatever stands in it."""
    hass = receiver.hass
    events = capture_messages(hass)
    await deliver_for_export(receiver)
    file = folder / "messages.csv"
    answer = await act(hass, "export_messages", path=str(file))

    assert answer == {"path": str(file), "messages": 4}
    with file.open(encoding="utf-8", newline="") as table:
        lines = list(csv.DictReader(table))
    assert [line["kind"] for line in lines] == [
        "notification",
        "ussd",
        "whatsapp",
        "sms",
    ]
    for line, event in zip(lines, reversed(events), strict=True):
        assert tuple(line) == services.EXPORT_COLUMNS
        assert line["direction"] == "received"
        for name in set(line) & set(event.data):
            value = event.data[name]
            assert line[name] == ("" if value is None else str(value)), name
    assert json.loads(lines[0]["extra"]) == {"note": {"priority": 1}}
    assert lines[1]["sim"] == lines[1]["extra"] == ""


@pytest.mark.parametrize(
    ("message", "cell"),
    [
        ('=HYPERLINK("https://evil.example")', '\'=HYPERLINK("https://evil.example")'),
        ("+39 or more", "'+39 or more"),
        ("-1", "'-1"),
        ("@everybody", "'@everybody"),
        ("\t=1+1", "'\t=1+1"),
        ("1+1=2", "1+1=2"),
        ("+393331234567", "+393331234567"),
    ],
)
async def test_no_text_becomes_a_formula_in_a_spreadsheet(
    receiver: Receiver, folder: Path, message: str, cell: str
) -> None:
    """Anybody can send one. A sender's number stays what it is."""
    await receiver.deliver("sms", message=message, phone="+393330000001")
    file = folder / "messages.csv"
    await act(receiver.hass, "export_messages", path=str(file))

    with file.open(encoding="utf-8", newline="") as table:
        [line] = csv.DictReader(table)
    assert line["message"] == cell
    assert line["phone"] == "+393330000001"


async def test_json_lines_have_one_object_for_each_message(
    receiver: Receiver, folder: Path
) -> None:
    """What there is not is left out; numbers are numbers, texts are as they came."""
    hass = receiver.hass
    events = capture_messages(hass)
    await deliver_for_export(receiver)
    file = folder / "messages.jsonl"
    answer = await act(
        hass, "export_messages", path=str(file), format="json_lines", kind="sms"
    )

    assert answer["messages"] == 1
    [line] = file.read_text(encoding="utf-8").splitlines()
    assert "🔑" in line
    wanted = {
        name: value
        for name, value in events[0].data.items()
        if name in services.EXPORT_COLUMNS
    }
    assert json.loads(line) == {**wanted, "kind": "sms", "direction": "received"}


async def test_an_export_is_written_page_by_page(
    receiver: Receiver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a large archive fits into little memory; nothing is left out in between."""
    monkeypatch.setattr(services, "EXPORT_PAGE", 3)
    for number in range(7):
        await receiver.deliver("sms", id=number)
    file = folder / "messages.jsonl"
    answer = await act(
        receiver.hass, "export_messages", path=str(file), format="json_lines"
    )

    assert answer["messages"] == 7
    ids = [json.loads(line)["id"] for line in file.read_text().splitlines()]
    assert ids == [6, 5, 4, 3, 2, 1, 0]


async def test_an_export_takes_the_filters_of_a_search(
    receiver: Receiver, folder: Path
) -> None:
    """And replaces an earlier file."""
    file = folder / "messages.csv"
    file.write_text("an older export")
    await deliver_for_export(receiver)
    answer = await act(
        receiver.hass, "export_messages", path=str(file), text="key", kind="whatsapp"
    )

    assert answer["messages"] == 1
    assert len(file.read_text(encoding="utf-8").splitlines()) == 2


async def test_an_export_needs_no_response(receiver: Receiver, folder: Path) -> None:
    """A script may just do it."""
    await receiver.deliver("sms")
    file = folder / "messages.csv"
    await receiver.hass.services.async_call(
        DOMAIN, "export_messages", {"path": str(file)}, blocking=True
    )
    assert len(file.read_text().splitlines()) == 2


@pytest.mark.parametrize("name", ["../secrets.csv", "/etc/zender.csv", "zender.csv"])
async def test_an_export_goes_only_where_home_assistant_may_write(
    receiver: Receiver, folder: Path, name: str
) -> None:
    """Not over its configuration, and not out of the folder again."""
    hass = receiver.hass
    path = name if name.startswith("/") else str(folder.parent / name)
    with pytest.raises((ServiceValidationError, vol.Invalid)) as error:
        await act(hass, "export_messages", path=path)

    if isinstance(error.value, ServiceValidationError):
        assert path in await said(hass, error.value)
    assert not Path(path).exists()


async def test_an_export_that_cannot_be_written_says_why(
    receiver: Receiver, folder: Path
) -> None:
    """In the words of the operating system."""
    (folder / "messages.csv").mkdir()
    path = str(folder / "messages.csv")
    with pytest.raises(HomeAssistantError) as error:
        await act(receiver.hass, "export_messages", path=path)

    assert await said(receiver.hass, error.value) == (
        f"The file {path} could not be written: Is a directory."
    )


# Deleting


async def test_messages_are_deleted_by_their_ids(receiver: Receiver) -> None:
    """One or several; what is not there is not counted."""
    hass = receiver.hass
    for number in range(4):
        await receiver.deliver("sms", message=f"Text {number}")

    assert await act(hass, "delete_messages", message_id=1) == {"deleted": 1}
    assert await act(hass, "delete_messages", message_id=[2, 3, 99]) == {"deleted": 2}
    assert await act(hass, "delete_messages", message_id=1) == {"deleted": 0}
    assert texts(database(hass)) == ["Text 3"]
    assert [message["message"] for message in await search(hass, text="text")] == [
        "Text 3"
    ]


async def test_a_deleted_text_is_no_longer_in_the_files(receiver: Receiver) -> None:
    """Neither in the database nor in its log."""
    hass = receiver.hass
    await receiver.deliver("sms", id=1, message="xylophone " * 300)
    await receiver.deliver("sms", id=2)
    await act(hass, "delete_messages", text="xylophone")
    files = list(database(hass).parent.glob("zender.db*"))
    assert len(files) > 1
    assert not any(b"xylophone" in file.read_bytes() for file in files)


async def test_a_deleted_message_is_shown_no_longer(receiver: Receiver) -> None:
    """It was deleted because nobody shall see it. The count stays; the next message shows as usual."""
    hass = receiver.hass
    await receiver.deliver("sms", id=1, message="Secret")
    await receiver.deliver("ussd", response="Balance: 5")
    await act(hass, "delete_messages", text="secret")
    await hass.async_block_till_done()

    last = receiver.state("sensor", SIM_1, "last_sms")
    assert last.state == STATE_UNKNOWN
    assert "message" not in last.attributes
    assert receiver.state("sensor", SIM_1, "sms_received").state == "1"
    assert receiver.state("sensor", SIM_1, "last_ussd_response").state == "Balance: 5"

    await receiver.deliver("sms", id=2, message="Hello")
    assert receiver.state("sensor", SIM_1, "last_sms").state == "Hello"


async def test_messages_are_deleted_by_filters(receiver: Receiver) -> None:
    """However many there are; the counts of what came do not fall."""
    hass = receiver.hass
    for number in range(120):
        await receiver.post("sms", id=number, rid=number)
    await receiver.deliver("sms", id=500, phone="MyBank")
    await receiver.deliver("whatsapp")

    assert await act(
        hass, "delete_messages", kind="sms", phone=USUAL["sms"]["phone"]
    ) == {"deleted": 120}
    assert len(rows(database(hass))) == 2
    await receiver.reload()
    assert receiver.state("sensor", SIM_1, "sms_received").state == "121"


async def test_nothing_is_deleted_without_saying_what(receiver: Receiver) -> None:
    """A forgotten field must not cost the archive; ids and filters together are unclear."""
    hass = receiver.hass
    await receiver.deliver("sms")
    for data, words in (
        (
            {},
            "Say which messages to delete: give their ids, or at least one filter.",
        ),
        (
            {"config_entry_id": ENTRY_ID},
            "Say which messages to delete: give their ids, or at least one filter.",
        ),
        (
            {"message_id": 1, "kind": "sms"},
            "Give either the ids of messages or filters, not both.",
        ),
    ):
        with pytest.raises(ServiceValidationError) as error:
            await act(hass, "delete_messages", **data)
        assert await said(hass, error.value) == words
    for wrong in ([], [0.5, "x"], list(range(1, 1002)), 2**63):
        with pytest.raises(vol.Invalid):
            await act(hass, "delete_messages", message_id=wrong)
    assert len(rows(database(hass))) == 1


async def test_messages_of_another_gateway_are_not_deleted(
    receiver: Receiver, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Not even by their ids."""
    hass = receiver.hass
    other = await Receiver.connect(
        hass, hass_client_no_auth, entry_id="other", webhook_id="other", secret="f" * 40
    )
    await receiver.deliver("sms", message="Mine")
    await other.deliver("sms", message="Theirs")
    mine = {"config_entry_id": ENTRY_ID}

    assert await act(hass, "delete_messages", **mine, message_id=[1, 2]) == {
        "deleted": 1
    }
    assert await act(hass, "delete_messages", **mine, kind="sms") == {"deleted": 0}
    assert texts(database(hass)) == ["Theirs"]


async def test_a_deleted_message_that_comes_again_is_a_new_one(
    receiver: Receiver,
) -> None:
    """Nothing of it is left, and its id is not given again."""
    hass = receiver.hass
    _, first = await receiver.post("sms")
    await act(hass, "delete_messages", message_id=first["message_id"])
    status, second = await receiver.post("sms")

    assert (status, second["result"]) == (200, "accepted")
    assert second["message_id"] > first["message_id"]


async def test_deleting_in_a_locked_database_says_so(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And deletes nothing."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await receiver.deliver("sms")
    with locked(database(hass)), pytest.raises(HomeAssistantError) as error:
        await act(hass, "delete_messages", message_id=1)
    assert await said(hass, error.value) == "Another program keeps the database locked."
    assert len(rows(database(hass))) == 1
