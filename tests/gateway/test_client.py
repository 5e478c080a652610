"""The calls of the REST API: what is asked, and what becomes of the answers."""

import asyncio
import logging
from typing import Any, Final

import pytest

from custom_components.zender.gateway import api, client as client_module
from custom_components.zender.gateway.api_errors import (
    GatewayError,
    InvalidKeyError,
    InvalidNumberError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    UnavailableCause,
    UnavailableError,
)
from custom_components.zender.gateway.client import GatewayClient, Media, MediaKind

from ..simulator.api_state import EVERY_CALL, ApiFault
from ..simulator.samples import (
    ACCOUNT,
    DOCUMENTED,
    MORNING,
    PHONE,
    REALISTIC_DAY,
    SAMPLE_PHONE,
    SHOPPING,
    Event,
)
from .conftest import (
    API_KEY,
    CODE,
    GROUP,
    LISTS,
    PRIVATE,
    SENT,
    WRITER,
    Simulated,
    Site,
    private_in,
    told_by,
)

CHAT: Final[dict[str, Any]] = {"recipient": GROUP, "message": "Löök", "priority": 1}
FILE: Final = b"\x00\xff" * 9**6
SONG: Final = "https://x.example/a.mp3?b=1&c"
BILL: Final = "https://x.example/d/My%20bill.PDF?e=f"
BY_ADDRESS: Final = {"type": "document", "document_url": BILL}

# What the documented examples say.
SAMPLE_ACCOUNT: Final = "+639760713666"
TITLE: Final = "Someone commented on your post!"
REFUSED: Final = "Sorry! You are not allowed to use this service."

BROKEN_NUMBERS: Final[tuple[Any, ...]] = (
    None,
    False,
    True,
    "",
    "soon",
    "1.5",
    1.5,
    -1,
    10**30,
    [],
    {},
)
BROKEN_NAMES: Final[tuple[Any, ...]] = (None, False, True, "", "soon" * 64, 1.5, [], {})


# What a gateway has and does


@pytest.mark.parametrize(
    "fault", [None, ApiFault.STATUS_AS_TEXT, ApiFault.NUMBERS_AS_TEXT]
)
async def test_every_call(simulated: Simulated, fault: ApiFault | None) -> None:
    """Numbers may come as text; the gateway's five entities are undone, once."""
    for sample in (*DOCUMENTED, REALISTIC_DAY[4], REALISTIC_DAY[6]):
        simulated.api.receive(sample)
    simulated.api.usage["sms_send"].limit = 8
    if fault is not None:
        simulated.api.faults[EVERY_CALL] = fault
    phone, account = simulated.api.devices[PHONE], simulated.account
    (ussd,) = simulated.api.received[Event.USSD]
    used = {"sms_receive": 2, "wa_receive": 2, "notifications": 1}
    answers = {name: await call() for name, call in simulated.calls().items()}
    sms, chat, code = simulated.gateway.sent
    parcel = "https://gateway.example/uploads/whatsapp/received/parcel%20at%20door.jpg"
    peer, hello = "+639760666713", "Hello World!"
    assert answers == {
        "get/devices": [
            api.Phone(phone.id, PHONE, "Tom & Ann's phone", "Android 11", "OPPO")
        ],
        "get/wa.accounts": [
            api.Account(account.id, ACCOUNT, account.unique, "connected")
        ],
        "get/wa.groups": [api.Group(GROUP, "Neighbours")],
        "get/credits": api.Credits(798.634, "GBP"),
        "get/subscription": api.Subscription(
            "Starter",
            {"sms_send": api.Usage(0, 8)}
            | {name: api.Usage(0, None) for name in ("wa_send", "ussd")}
            | {name: api.Usage(number, None) for name, number in used.items()},
        ),
        "get/sms.received": [
            api.ReceivedSms(1043, PHONE, WRITER, SHOPPING, MORNING + 12600),
            api.ReceivedSms(2, SAMPLE_PHONE, SAMPLE_ACCOUNT, hello, SENT),
        ],
        "get/wa.received": [
            api.ReceivedChat(508, ACCOUNT, "+393337654321", "", parcel, MORNING + 9000),
            api.ReceivedChat(2, SAMPLE_ACCOUNT, peer, hello, None, SENT),
        ],
        "get/ussd": [
            api.UssdRequest(
                ussd["id"], SAMPLE_PHONE, 1, "*143#", REFUSED, "completed", SENT
            )
        ],
        "get/notifications": [
            api.ReceivedNotification(
                77, SAMPLE_PHONE, "com.facebook.katana", TITLE, TITLE, SENT
            )
        ],
        "send/sms": sms.id,
        "send/whatsapp": chat.id,
        "send/ussd": None,
        "validate/whatsapp": True,
    }
    assert (code.recipient, code.sender) == (CODE, PHONE)
    assert code.parameters == {"device": PHONE, "sim": "1", "code": CODE}


async def test_number_of_rows(simulated: Simulated) -> None:
    """All phones and accounts are asked for, not ten; of messages, the newest that are wanted."""
    for number in range(30):
        simulated.api.add_device(f"phone-{number}", "")
        simulated.api.add_account(f"+3900000{number}")
    for sample in REALISTIC_DAY:
        simulated.api.receive(sample)
    client = simulated.client()
    assert len(await client.get_devices()) == len(await client.get_accounts()) == 31
    assert [sms.id for sms in await client.received_sms(2)] == [1043, 1042]


async def test_key(simulated: Simulated) -> None:
    """One that may do nothing is told from one that nobody knows, whatever is asked."""
    weak = simulated.api.add_key(())
    for name, call in simulated.calls(weak).items():
        with pytest.raises(PermissionDeniedError) as caught:
            await call()
        assert caught.value.call == name
    for call in simulated.calls(API_KEY).values():
        with pytest.raises(InvalidKeyError):
            await call()
    await simulated.client(weak).check_key()
    with pytest.raises(InvalidKeyError):
        await simulated.client(API_KEY).check_key()
    assert simulated.gateway.sent == []


@pytest.mark.parametrize(
    ("name", "changes", "kind"),
    [
        ("send/sms", {"phone": "+390"}, InvalidNumberError),
        ("send/sms", {"phone": "BANK"}, InvalidNumberError),
        ("send/sms", {"sim": 3}, InvalidParameterError),
        ("send/sms", {"device": "another"}, NotFoundError),
        ("send/whatsapp", {"account": "another"}, NotFoundError),
        ("send/sms", {}, QuotaExceededError),
        ("send/whatsapp", {}, QuotaExceededError),
        ("send/ussd", {}, QuotaExceededError),
    ],
)
async def test_refusal(
    simulated: Simulated, name: str, changes: dict[str, Any], kind: type[GatewayError]
) -> None:
    """There is one error for each thing that somebody can do about it."""
    for usage in simulated.api.usage.values():
        usage.used = usage.limit = 8
    with pytest.raises(GatewayError) as caught:
        await simulated.calls()[name](**changes)
    assert type(caught.value) is kind
    assert simulated.gateway.sent == []


@pytest.mark.parametrize(
    ("status", "words", "text", "kind"),
    [
        (403, "There are not enough credits!", "credits", QuotaExceededError),
        (403, "No permission: your plan", "permission", PermissionDeniedError),
        (400, "Invalid phone number!", "phone number", InvalidNumberError),
    ],
)
async def test_text_with_the_gateway_s_words(
    site: Site,
    client: GatewayClient,
    status: int,
    words: str,
    text: str,
    kind: type[GatewayError],
) -> None:
    """What is sent does not change what a refusal means."""
    site.says(status, words)
    with pytest.raises(kind):
        await client.send_sms(
            device=PHONE, sim=1, phone=WRITER, message=text, priority=1
        )


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (ApiFault.ERROR, UnavailableCause.SERVER_ERROR),
        (ApiFault.MAINTENANCE, UnavailableCause.MAINTENANCE),
        (ApiFault.HANG, UnavailableCause.TIMEOUT),
        (ApiFault.SLOW, UnavailableCause.TIMEOUT),
        (ApiFault.CUT, UnavailableCause.CONNECTION),
        (ApiFault.TRUNCATED, UnavailableCause.INVALID_ANSWER),
    ],
)
async def test_fault(
    simulated: Simulated,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: ApiFault,
    cause: UnavailableCause,
) -> None:
    """Every call says why, and no one tells the key, a number or a text."""
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    if cause is UnavailableCause.TIMEOUT:
        monkeypatch.setattr(client_module, "SECONDS", 0.05)
        monkeypatch.setattr(client_module, "LONGER_SECONDS", {})
        simulated.api.slow_seconds = 60
    simulated.api.faults[EVERY_CALL] = fault
    calls = [*simulated.calls().values(), simulated.client().check_key]
    told = []
    for error in await asyncio.gather(
        *(call() for call in calls), return_exceptions=True
    ):
        assert isinstance(error, UnavailableError)
        assert error.cause is cause
        told.append(told_by(error))
    assert private_in(*told, caplog.text, key=simulated.key) == []


async def test_slow_answer(simulated: Simulated) -> None:
    """It is waited for."""
    simulated.api.faults[EVERY_CALL] = ApiFault.SLOW
    simulated.api.slow_seconds = 0.01
    assert await simulated.client().get_credits() == api.Credits(798.634, "GBP")


async def test_no_data(simulated: Simulated) -> None:
    """The gateway says false where there is nothing; of credits, that is no amount."""
    simulated.api.faults[EVERY_CALL] = ApiFault.NO_DATA
    calls = simulated.calls()
    with pytest.raises(UnavailableError):
        await calls.pop("get/credits")()
    answers = {name: await call() for name, call in calls.items()}
    assert answers.pop("get/subscription") == api.Subscription("", {})
    assert answers.pop("validate/whatsapp") is True
    assert all(
        answer == ([] if name.startswith("get") else None)
        for name, answer in answers.items()
    )
    assert len(simulated.gateway.sent) == 3


@pytest.mark.parametrize(
    ("sim", "fields"), [(None, {}), (1, {"sim": "1"}), (2, {"sim": "2"})]
)
async def test_sms(simulated: Simulated, sim: int | None, fields: Any) -> None:
    """All of the text arrives as it is; the phone chooses the SIM that is not named."""
    text = "Gate & door = 100 % {open|shut}\n+ ☃ \\ \"'"
    await simulated.calls()["send/sms"](message=text, sim=sim)
    sms = {"mode": "devices", "device": PHONE, "phone": WRITER, "message": text}
    assert simulated.gateway.sent[0].parameters == {**sms, **fields, "priority": "2"}


@pytest.mark.parametrize(
    ("media", "fields"),
    [
        (None, {"type": "text"}),
        (
            Media(kind=MediaKind.AUDIO, url=SONG),
            {"type": "media", "media_url": SONG, "media_type": "audio"},
        ),
        (
            Media(kind=MediaKind.DOCUMENT, url=BILL),
            {"document_name": "My bill.PDF", "document_type": "pdf", **BY_ADDRESS},
        ),
        (
            Media(kind=MediaKind.DOCUMENT, url=BILL, filename="b.xls"),
            {"document_name": "b.xls", "document_type": "xls", **BY_ADDRESS},
        ),
        (
            Media(kind=MediaKind.VIDEO, content=FILE, filename="a b.mp4"),
            {"type": "media"},
        ),
        (
            Media(kind=MediaKind.DOCUMENT, content=FILE, filename="Büro 25%.pdf"),
            {"type": "document"},
        ),
    ],
)
async def test_chat(
    simulated: Simulated, media: Media | None, fields: dict[str, str]
) -> None:
    """A chat brings nothing, what is at an address, or a file."""
    await simulated.calls()["send/whatsapp"](**CHAT, media=media)
    (sent,) = simulated.gateway.sent
    chat = {name: str(value) for name, value in CHAT.items()}
    account = {"account": simulated.account.unique}
    assert sent.parameters == {**chat, **account, **fields}
    files = {name: (file.name, file.content) for name, file in sent.files.items()}
    if media is None or media.content is None:
        assert files == {}
    else:
        assert files == {f"{fields['type']}_file": (media.filename, FILE)}


async def test_validate_whatsapp(simulated: Simulated) -> None:
    """A number that is not on WhatsApp is told from an account that is not there, and from no number."""
    simulated.api.not_on_whatsapp.add("+393330000000")
    client, unique = simulated.client(), simulated.account.unique
    assert await client.validate_whatsapp(unique, WRITER) is True
    assert await client.validate_whatsapp(unique, "+393330000000") is False
    with pytest.raises(NotFoundError):
        await client.validate_whatsapp("another", WRITER)
    with pytest.raises(InvalidNumberError):
        await client.validate_whatsapp(unique, "12")


# What only another gateway answers


async def test_forms(site: Site, client: GatewayClient) -> None:
    """What is sent travels as PHP reads it, and never as JSON."""
    chat = {"account": "1716", **CHAT}
    file = Media(kind=MediaKind.IMAGE, content=b"\xff", filename="a.jpg")
    await client.send_ussd(device=PHONE, sim=2, code=CODE)
    await client.send_whatsapp(**chat, media=file)
    assert [(call.method, call.path, call.content_type) for call in site.asked] == [
        ("POST", "/api/send/ussd", "application/x-www-form-urlencoded"),
        ("POST", "/api/send/whatsapp", "multipart/form-data"),
    ]


async def _told(site: Site, client: GatewayClient, name: str, data: Any) -> list[Any]:
    site.tells(data)
    answer: list[Any] = await getattr(client, name)(*LISTS[name][0])
    return answer


@pytest.mark.parametrize("name", LISTS)
async def test_list(
    site: Site, client: GatewayClient, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Broken rows are left out, and only their number is logged; PHP may make an object of a list."""
    _, good, required = LISTS[name]
    read = await _told(site, client, name, [good])
    broken: list[Any] = [None, 5, "soon", [], {}]
    for field in required.split():
        is_number = field in {"id", "created", "timestamp"}
        values = BROKEN_NUMBERS if is_number else BROKEN_NAMES
        broken += [{**good, field: value} for value in values]
    if "created" in good:
        # No date shows it.
        broken.append({**good, "created": 253_402_300_800})
    caplog.set_level(logging.DEBUG)
    assert len(read) == 1
    assert await _told(site, client, name, [*broken, good]) == read
    assert f"{len(broken)} rows cannot be read" in caplog.text
    assert "soon" not in caplog.text
    assert await _told(site, client, name, {"0": good, "2": good}) == read * 2
    empty: tuple[Any, ...] = (False, None, [], {}, "")
    for nothing in empty:
        assert await _told(site, client, name, nothing) == []
    for other in ("text", 5, True):
        with pytest.raises(UnavailableError) as caught:
            await _told(site, client, name, other)
        assert caught.value.cause is UnavailableCause.INVALID_ANSWER


async def test_what_the_gateway_leaves_out(site: Site, client: GatewayClient) -> None:
    """Fields that nobody needs may be missing, false or null; digits are the text that they were."""
    phone = {"id": 1, "unique": PHONE, "name": None, "version": "", "x": []}
    assert await _told(site, client, "get_devices", [phone]) == [
        api.Phone(1, PHONE, "", None, None)
    ]
    sms = {**LISTS["received_sms"][1], "sender": 639760713666, "message": 123456}
    (read_sms,) = await _told(site, client, "received_sms", [sms])
    assert (read_sms.sender, read_sms.message) == ("639760713666", "123456")
    chat = LISTS["received_chats"][1]
    chats = [chat] + [{**chat, "attachment": none} for none in (False, "0", "false")]
    read = await _told(site, client, "received_chats", chats)
    assert [(item.attachment, item.message) for item in read] == [(None, "")] * 4
    pending = {**LISTS["ussd_requests"][1], "sim": False, "response": False}
    (request,) = await _told(site, client, "ussd_requests", [pending])
    assert (request.sim, request.response) == (None, "")
    account = LISTS["get_accounts"][1]
    states = ("connected", "connecting", "disconnected", "", None)
    accounts = [{**account, "status": status} for status in states]
    connected = [
        item.is_connected
        for item in await _told(site, client, "get_accounts", accounts)
    ]
    assert connected == [True, False, False, False, False]


async def test_credits(site: Site, client: GatewayClient) -> None:
    """They may be a number, of no currency; even a plan without credits does not make a key a bad one."""
    site.tells({"credits": 7.25})
    assert await client.get_credits() == api.Credits(7.25, None)
    site.says(403, "The maximum of your package has been reached!")
    await client.check_key()


@pytest.mark.parametrize("amount", [None, False, True, "much", "nan", "1e999", [], {}])
async def test_broken_credits(site: Site, client: GatewayClient, amount: Any) -> None:
    """What is no amount is not taken for nothing."""
    answers: tuple[Any, ...] = ({"credits": amount, "currency": "GBP"}, [])
    for data in answers:
        site.tells(data)
        with pytest.raises(UnavailableError) as caught:
            await client.get_credits()
        assert caught.value.cause is UnavailableCause.INVALID_ANSWER


async def test_subscription(site: Site, client: GatewayClient) -> None:
    """One broken quota does not spoil the others; without a plan, there is none."""
    usage = {"sms_send": {"used": "7", "limit": "8"}, "ussd": {"used": 3}, "x": False}
    site.tells({"name": "Starter &amp; more", "usage": usage})
    assert await client.get_subscription() == api.Subscription(
        "Starter & more", {"sms_send": api.Usage(7, 8)}
    )
    empty: tuple[Any, ...] = (None, [], {}, {"name": False, "usage": []})
    for nothing in empty:
        site.tells(nothing)
        assert await client.get_subscription() == api.Subscription("", {})


async def test_id_of_what_is_sent(site: Site, client: GatewayClient) -> None:
    """It is sent, even if the gateway does not say its id."""
    chat = {"account": "1716", **CHAT}
    silent: tuple[Any, ...] = ([], {}, {"messageId": False}, "text")
    for data in silent:
        site.tells(data)
        assert await client.send_whatsapp(**chat) is None


async def test_what_cannot_be_read_is_not_told(
    site: Site, client: GatewayClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it is: there may be a number in it."""
    caplog.set_level(logging.DEBUG)
    private = " ".join(PRIVATE)
    for name, data in {
        "get_devices": private,
        "get_subscription": private,
        "get_credits": {"credits": private},
    }.items():
        site.tells(data)
        with pytest.raises(UnavailableError) as caught:
            await getattr(client, name)()
        assert private_in(told_by(caught.value), caplog.text) == []
