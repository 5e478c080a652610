"""The simulated gateway's REST API behaves as the real one's, oddities included."""

import asyncio
from collections.abc import AsyncIterator, Mapping
import json
from typing import Any, Final

from aiohttp import ClientPayloadError, ClientSession, ClientTimeout, FormData, web
from aiohttp.test_utils import TestServer
import pytest

from tests.simulator.api_state import EVERY_CALL, ApiFault, Permission, Sent, Usage
from tests.simulator.dashboard import MESSAGE_FORMS, Dashboard
from tests.simulator.gateway import Delivery, Gateway
from tests.simulator.samples import ACCOUNT, DOCUMENTED, PHONE, REALISTIC_DAY, Event

GROUP: Final = "120363041234567890@g.us"
SMS: Final = {
    "mode": "devices",
    "device": PHONE,
    "sim": "2",
    "phone": "+393331234567",
    "message": "Open the gate, please",
}
USSD: Final = {"code": "*123#", "sim": "1", "device": PHONE}
INVALID: Final = {"status": 400, "message": "Invalid Parameters!", "data": False}


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations() -> None:
    """Do nothing: no Home Assistant is needed here."""


class Caller:
    """Somebody with an API key."""

    def __init__(self, session: ClientSession, url: str, key: str) -> None:
        """Call the API at this address."""
        self.session = session
        self.url = url
        self.key = key

    async def __call__(self, call: str, **parameters: str) -> Any:
        """Return the body of what a call with a form is answered."""
        return await self.post(call, {"secret": self.key, **parameters})

    async def post(self, call: str, body: Any, **options: Any) -> Any:
        """Return the body of what a call is answered."""
        async with self.session.post(
            f"{self.url}/{call}", data=body, **options
        ) as response:
            assert response.status == 200
            assert response.headers["Content-Type"] == "text/html; charset=UTF-8"
            return json.loads(await response.text())

    async def data(self, call: str, **parameters: str) -> Any:
        """Return the data of a call that is successful."""
        answer = await self(call, **parameters)
        assert answer["status"] == 200
        return answer["data"]


@pytest.fixture
async def gateway(socket_enabled: None) -> AsyncIterator[Gateway]:
    """Return a running gateway with a phone."""
    async with Gateway() as running:
        running.api.add_device(PHONE, "Hall phone")
        yield running


@pytest.fixture
async def dashboard(gateway: Gateway) -> AsyncIterator[Dashboard]:
    """Return the gateway's server."""
    async with Dashboard(gateway) as running:
        yield running


@pytest.fixture
async def call(gateway: Gateway, dashboard: Dashboard) -> AsyncIterator[Caller]:
    """Return somebody who may do everything."""
    async with ClientSession() as session:
        yield Caller(session, f"{dashboard.url}/api", gateway.api.add_key())


@pytest.fixture
def account(gateway: Gateway) -> str:
    """Return the unique id of a WhatsApp account with a group."""
    return gateway.api.add_account(ACCOUNT, {GROUP: "Neighbours"}).unique


async def test_site_can_be_in_a_folder(call: Caller) -> None:
    """The API is found under any path."""
    call.url = call.url.replace("/api", "/Install/sub/api")
    assert await call.data("get/credits") == {"credits": "798.634", "currency": "GBP"}


async def test_parameters_can_come_in_four_ways(call: Caller) -> None:
    """In the query of a GET or a POST, in a form, and in a multipart form."""
    secret = {"secret": call.key}
    multipart = FormData(secret, default_to_multipart=True)
    assert (await call.post("get/credits", None, params=secret))["status"] == 200
    assert (await call.post("get/credits", secret))["status"] == 200
    assert (await call.post("get/credits", multipart))["status"] == 200
    async with call.session.get(f"{call.url}/get/credits", params=secret) as response:
        assert json.loads(await response.text())["status"] == 200


async def test_json_is_not_read(call: Caller) -> None:
    """The key in it is not seen."""
    body = json.dumps({"secret": call.key})
    answer = await call.post(
        "get/credits", body, headers={"Content-Type": "application/json"}
    )
    assert (answer["status"], answer["data"]) == (401, False)


async def test_plus_must_be_encoded(call: Caller) -> None:
    """As everywhere, it means a space in a query."""
    query = "&".join(f"{name}={value}" for name, value in SMS.items())
    answer = await call.post(f"send/sms?{query}", {"secret": call.key})
    assert (answer["status"], answer["message"]) == (400, "Invalid phone number!")


async def test_key_is_checked_before_its_permission(
    gateway: Gateway, call: Caller
) -> None:
    """A wrong key is told from one that may not do this."""
    call.key = gateway.api.add_key({Permission.GET_CREDITS})
    assert (await call("get/credits"))["status"] == 200
    assert (await call("get/devices"))["status"] == 403
    assert (await call("get/devices", secret="0" * 40))["status"] == 401
    assert (await call("get/devices", secret=""))["status"] == 401


@pytest.mark.parametrize(
    ("name", "permission"),
    [
        ("send/sms", "sms_send"),
        ("send/whatsapp", "wa_send"),
        ("send/ussd", "ussd"),
        ("validate/whatsapp", "validate_wa_phone"),
        ("get/wa.accounts", "get_wa_accounts"),
        ("get/sms.received", "get_sms_received"),
    ],
)
async def test_permissions_have_the_gateway_s_names(
    gateway: Gateway, call: Caller, name: str, permission: str
) -> None:
    """They do not follow from the call's name."""
    others = set(Permission) - {Permission(permission)}
    assert (await call(name, secret=gateway.api.add_key(others)))["status"] == 403
    key = gateway.api.add_key({Permission(permission)})
    assert (await call(name, secret=key))["status"] != 403


async def test_unknown_call(call: Caller) -> None:
    """It is refused as any mistake is."""
    assert await call("get/fax") == INVALID


async def test_devices(gateway: Gateway, call: Caller) -> None:
    """Their id is a string."""
    (device,) = await call.data("get/devices")
    known = gateway.api.devices[PHONE]
    assert (
        device.items()
        >= {
            "id": str(known.id),
            "unique": PHONE,
            "name": "Hall phone",
            "version": "Android 11",
            "manufacturer": "OPPO",
            "created": known.created,
        }.items()
    )


async def test_accounts_and_groups(
    gateway: Gateway, call: Caller, account: str
) -> None:
    """An account has a state, and its groups are asked for by its unique id."""
    gateway.api.accounts[account].status = "disconnected"
    (listed,) = await call.data("get/wa.accounts")
    assert listed.keys() == {"id", "phone", "unique", "status", "created"}
    assert (listed["phone"], listed["unique"]) == (ACCOUNT, account)
    assert listed["status"] == "disconnected"
    assert await call.data("get/wa.groups", unique=account) == [
        {"gid": GROUP, "name": "Neighbours"}
    ]
    assert await call("get/wa.groups") == INVALID
    assert (await call("get/wa.groups", unique="other"))["status"] == 404


async def test_number_is_looked_up_on_whatsapp(
    gateway: Gateway, call: Caller, account: str
) -> None:
    """All numbers are there but those that are said not to be."""
    gateway.api.not_on_whatsapp.add("+393330000000")
    assert await call.data(
        "validate/whatsapp", unique=account, phone="+393331234567"
    ) == {"jid": "+393331234567@s.whatsapp.net", "phone": "+393331234567"}
    for phone, status in {"+393330000000": 404, "12": 400, "": 400}.items():
        answer = await call("validate/whatsapp", unique=account, phone=phone)
        assert answer["status"] == status


async def test_received_messages_are_listed_in_another_shape(
    gateway: Gateway, call: Caller
) -> None:
    """Whether a webhook wants them or not; the ids are the same, but for USSD, where the webhook always says 1."""
    received = {
        event: await _receive(gateway, event, fields)
        for event, fields in MESSAGE_FORMS.items()
    }
    (sms,) = await call.data("get/sms.received")
    assert sms == {
        "id": received[Event.SMS]["id"],
        "device": PHONE,
        "sender": "+393331234567",
        "message": "Open the gate, please",
        "created": received[Event.SMS]["timestamp"],
    }
    (chat,) = await call.data("get/wa.received")
    assert chat == {
        "id": received[Event.WHATSAPP]["id"],
        "account": ACCOUNT,
        "recipient": "+393337654321",
        "message": "On my way 🚲",
        "attachment": False,
        "created": received[Event.WHATSAPP]["timestamp"],
    }
    (ussd,) = await call.data("get/ussd")
    assert ussd.pop("id") != received[Event.USSD]["id"] == 1
    assert ussd == {
        "device": PHONE,
        "sim": 1,
        "code": "*123#",
        "response": "Your balance is 7.25 EUR.",
        "status": "completed",
        "created": received[Event.USSD]["timestamp"],
    }
    (notification,) = await call.data("get/notifications")
    assert notification == {
        "id": received[Event.NOTIFICATIONS]["id"],
        "device": PHONE,
        "package_name": "com.ring.android",
        "title": "Doorbell",
        "content": "Somebody is at the front door",
        "timestamp": received[Event.NOTIFICATIONS]["timestamp"],
    }


async def _receive(
    gateway: Gateway, event: Event, fields: Mapping[str, str | int]
) -> Mapping[str, Any]:
    """Return what a webhook that nobody hears is told."""
    webhook = gateway.add_webhook("Nobody", "http://127.0.0.1:9/", {event})
    (delivery,) = await gateway.receive(event, fields)
    gateway.delete_webhook(webhook.id)
    assert delivery.error
    return delivery.sample.data


async def test_messages_without_a_webhook_are_listed(
    gateway: Gateway, call: Caller
) -> None:
    """That is how one that was missed is found; its text is escaped there, too."""
    await gateway.receive(Event.SMS, {**MESSAGE_FORMS[Event.SMS], "message": "A & B"})
    (sms,) = await call.data("get/sms.received")
    assert sms["message"] == "A &amp; B"


async def test_message_is_listed_once_however_often_it_is_delivered(
    gateway: Gateway, call: Caller
) -> None:
    """Two webhooks get the same message."""
    for name in ("One", "Two"):
        webhook = gateway.add_webhook(name, "http://127.0.0.1:9/")
        for sample in (*DOCUMENTED, *REALISTIC_DAY):
            await gateway.deliver(webhook, sample)
    assert [sms["id"] for sms in await call.data("get/sms.received")] == [
        1043,
        1042,
        1041,
        2,
    ]
    chats = await call.data("get/wa.received")
    assert [chat["attachment"] for chat in chats] == [
        REALISTIC_DAY[4].data["attachment"],
        False,
        False,
    ]
    assert chats[1]["recipient"] == GROUP
    assert len(await call.data("get/ussd")) == len(await call.data("get/notifications"))


async def test_samples_of_the_trigger_button_are_not_listed(
    gateway: Gateway, call: Caller
) -> None:
    """No phone has received them."""
    await gateway.trigger(gateway.add_webhook("One", "http://127.0.0.1:9/"))
    assert await call.data("get/sms.received") == []


async def test_paging_skips_a_page(gateway: Gateway, call: Caller) -> None:
    """The newest come first, ten if nothing else is said, and the second page is in truth the third."""
    for number in range(25):
        fields = {**MESSAGE_FORMS[Event.SMS], "message": str(number)}
        await gateway.receive(Event.SMS, fields)

    async def page(**parameters: str) -> list[int]:
        rows = await call.data("get/sms.received", **parameters)
        return [int(row["message"]) for row in rows]

    assert await page() == list(range(24, 14, -1))
    assert await page(page="2") == list(range(4, -1, -1))
    assert await page(limit="3", page="2") == [18, 17, 16]
    assert await page(limit="1000") == list(range(24, -1, -1))
    assert await call("get/sms.received", limit="all") == INVALID


async def test_sms_is_sent(gateway: Gateway, call: Caller) -> None:
    """It is noted with all that came but the key, and a listener is told."""
    told: list[Sent] = []
    stop = gateway.listen_to_sent(told.append)
    data = await call.data("send/sms", **SMS)
    stop()
    await call.data("send/sms", **SMS)
    sent = gateway.sent[0]
    assert told == [sent]
    assert data == {"messageId": sent.id}
    assert (sent.event, sent.sender, sent.sender_name) == (
        Event.SMS,
        PHONE,
        "Hall phone",
    )
    assert (sent.recipient, sent.message) == (SMS["phone"], SMS["message"])
    assert sent.parameters == SMS
    assert gateway.sent[1].id != sent.id


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"mode": ""}, 400),
        ({"mode": "pigeons"}, 400),
        ({"message": ""}, 400),
        ({"sim": "3"}, 400),
        ({"priority": "0"}, 400),
        ({"device": ""}, 400),
        ({"device": "another"}, 404),
        ({"phone": ""}, 400),
        ({"phone": "BANK"}, 400),
        ({"phone": "4770"}, 400),
        ({"phone": "03331234567"}, 400),
        ({"phone": "+390"}, 400),
        ({"mode": "credits"}, 400),
        ({"mode": "credits", "gateway": "1"}, 200),
    ],
)
async def test_sms_is_checked(
    gateway: Gateway, call: Caller, changes: dict[str, str], status: int
) -> None:
    """Only international numbers and known phones will do."""
    assert (await call("send/sms", **{**SMS, **changes}))["status"] == status
    assert len(gateway.sent) == (status == 200)


async def test_credits_can_run_out(gateway: Gateway, call: Caller) -> None:
    """A gateway other than one's own phone costs some."""
    gateway.api.credits = "0.000"
    answer = await call("send/sms", **{**SMS, "mode": "credits", "gateway": "1"})
    assert answer["status"] == 403


@pytest.mark.parametrize(
    ("quota", "name"),
    [("sms_send", "send/sms"), ("wa_send", "send/whatsapp"), ("ussd", "send/ussd")],
)
async def test_quota(
    gateway: Gateway, call: Caller, account: str, quota: str, name: str
) -> None:
    """The subscription counts what is sent, and at the limit nothing more is."""
    gateway.api.usage[quota] = Usage(used=7, limit=8)
    parameters = {**SMS, **USSD, "account": account, "recipient": SMS["phone"]}
    assert (await call(name, **parameters))["status"] == 200
    assert (await call(name, **parameters))["status"] == 403
    assert len(gateway.sent) == 1
    subscription = await call.data("get/subscription")
    assert subscription["name"] == "Starter"
    assert subscription["usage"][quota] == {"used": 8, "limit": 8}


async def test_received_messages_are_counted(gateway: Gateway, call: Caller) -> None:
    """A limit of 0 is none."""
    await gateway.receive(Event.WHATSAPP, MESSAGE_FORMS[Event.WHATSAPP])
    usage = (await call.data("get/subscription"))["usage"]
    assert usage["wa_receive"] == {"used": 1, "limit": 0}


async def test_spintax(gateway: Gateway, call: Caller) -> None:
    """One of the texts in braces is chosen; braces without a bar stay."""
    await call.data("send/sms", **{**SMS, "message": "{Hi|Hello {you|there}} {all} {"})
    assert gateway.sent[0].message in {
        f"{greeting} {{all}} {{" for greeting in ("Hi", "Hello you", "Hello there")
    }


@pytest.mark.parametrize("recipient", ["+393337654321", GROUP])
async def test_chat_is_sent(
    gateway: Gateway, call: Caller, account: str, recipient: str
) -> None:
    """To a person or a group; with priority it is said to be sent already."""
    chat = {"account": account, "recipient": recipient, "message": "On my way 🚲"}
    queued = await call("send/whatsapp", **chat)
    assert queued["message"] == "WhatsApp chat has been queued for sending!"
    assert queued["data"] == {"messageId": gateway.sent[0].id}
    assert (await call("send/whatsapp", **chat, priority="1"))["message"] == (
        "WhatsApp chat has been sent!"
    )
    sent = gateway.sent[0]
    assert (sent.event, sent.sender, sent.sender_name) == (
        Event.WHATSAPP,
        account,
        ACCOUNT,
    )
    assert (sent.recipient, sent.message) == (recipient, "On my way 🚲")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"account": ""}, 400),
        ({"account": "another"}, 404),
        ({"recipient": "Ana"}, 400),
        ({"message": ""}, 400),
        ({"type": "sticker"}, 400),
        ({"type": "media"}, 400),
        ({"type": "media", "media_url": "http://x.example/a.jpg"}, 400),
        (
            {
                "type": "media",
                "media_url": "http://x.example/a.jpg",
                "media_type": "image",
            },
            200,
        ),
        (
            {
                "type": "document",
                "document_url": "http://x.example/a",
                "document_type": "pdf",
            },
            400,
        ),
        (
            {
                "type": "document",
                "document_url": "http://x.example/a",
                "document_type": "pdf",
                "document_name": "a.pdf",
            },
            200,
        ),
    ],
)
async def test_chat_is_checked(
    gateway: Gateway, call: Caller, account: str, changes: dict[str, str], status: int
) -> None:
    """A URL alone is not enough: the kind must be told."""
    chat = {"account": account, "recipient": "+393337654321", "message": "Look"}
    assert (await call("send/whatsapp", **{**chat, **changes}))["status"] == status
    assert [sent.attachment for sent in gateway.sent] == (
        [changes.get("media_url") or changes.get("document_url")]
        if status == 200
        else []
    )


@pytest.mark.parametrize(
    ("type_", "name", "status"),
    [
        ("media", "door.JPG", 200),
        ("media", "door.pdf", 400),
        ("document", "bill.pdf", 200),
        ("document", "bill", 400),
    ],
)
async def test_file_is_uploaded(
    gateway: Gateway, call: Caller, account: str, type_: str, name: str, status: int
) -> None:
    """Instead of a URL; its ending decides."""
    form = FormData(
        {
            "secret": call.key,
            "account": account,
            "recipient": "+393337654321",
            "message": "Look",
            "type": type_,
        }
    )
    form.add_field(f"{type_}_file", b"\xff\0", filename=name, content_type="image/x")
    assert (await call.post("send/whatsapp", form))["status"] == status
    if status == 200:
        upload = gateway.sent[0].files[f"{type_}_file"]
        assert (upload.name, upload.content_type, upload.content) == (
            name,
            "image/x",
            b"\xff\0",
        )
        assert gateway.sent[0].attachment == name


async def test_ussd_may_never_be_answered(gateway: Gateway, call: Caller) -> None:
    """The request waits; a response that comes by itself is for the oldest that it fits."""
    answer = await call("send/ussd", **USSD)
    # The real one says so.
    assert answer["message"] == "WhatsApp message has been queued for sending!"
    assert answer["data"] is False
    await call.data("send/ussd", **USSD)
    fields: dict[str, str | int] = {
        "sim": 1,
        "device": PHONE,
        "code": "*123#",
        "response": "7.25 EUR",
    }
    await gateway.receive(Event.USSD, {**fields, "sim": 2})
    await gateway.receive(Event.USSD, fields)
    assert [
        (row["sim"], row["status"], row["response"])
        for row in await call.data("get/ussd")
    ] == [
        (2, "completed", "7.25 EUR"),
        (1, "pending", ""),
        (1, "completed", "7.25 EUR"),
    ]
    assert [(sent.recipient, sent.message) for sent in gateway.sent] == [
        ("*123#", "")
    ] * 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"code": ""}, 400), ({"sim": ""}, 400), ({"device": "another"}, 404)],
)
async def test_ussd_is_checked(
    call: Caller, changes: dict[str, str], status: int
) -> None:
    """All three are needed."""
    assert (await call("send/ussd", **{**USSD, **changes}))["status"] == status
    assert await call.data("get/ussd") == []


async def test_ussd_response_comes_by_webhook_after_the_answer(
    gateway: Gateway, call: Caller
) -> None:
    """Whoever waits for both must not wait in vain."""
    answered = asyncio.Event()
    delivered: asyncio.Queue[Delivery] = asyncio.Queue()

    async def receive(request: web.Request) -> web.Response:
        await answered.wait()
        return web.json_response({"result": "accepted"})

    app = web.Application()
    app.router.add_post("/hook", receive)
    async with TestServer(app) as server:
        gateway.add_webhook("One", str(server.make_url("/hook")))
        gateway.listen(delivered.put_nowait)
        gateway.api.ussd_answers["*123#"] = "7.25 EUR"
        assert await call.data("send/ussd", **USSD) is False
        answered.set()
        delivery = await delivered.get()
    assert delivery.answer == {"result": "accepted"}
    data = dict(delivery.sample.data)
    assert data.pop("timestamp")
    assert list(data.items()) == [
        ("id", 1),
        ("sim", 1),
        ("device", PHONE),
        ("code", "*123#"),
        ("response", "7.25 EUR"),
    ]
    (row,) = await call.data("get/ussd")
    assert (row["status"], row["response"]) == ("completed", "7.25 EUR")


async def test_error(gateway: Gateway, call: Caller) -> None:
    """It is in the body, under HTTP's 200."""
    gateway.api.faults[EVERY_CALL] = ApiFault.ERROR
    assert (await call("send/sms", **SMS))["status"] == 500
    assert not gateway.sent


async def test_maintenance(gateway: Gateway, call: Caller) -> None:
    """Every URL answers a page, even one that is wrong."""
    gateway.api.faults[EVERY_CALL] = ApiFault.MAINTENANCE
    for name in ("get/credits", "get/fax"):
        async with call.session.get(f"{call.url}/{name}") as response:
            assert response.status == 200
            assert response.content_type == "text/html"
            assert "<h1>" in await response.text()


@pytest.mark.parametrize("fault", [ApiFault.HANG, ApiFault.SLOW])
async def test_answer_that_does_not_come(
    gateway: Gateway, call: Caller, fault: ApiFault
) -> None:
    """The client gives up, and the message is sent all the same."""
    gateway.api.faults["send/sms"] = fault
    gateway.api.slow_seconds = 60
    with pytest.raises(TimeoutError):
        await call.post(
            "send/sms", {"secret": call.key, **SMS}, timeout=ClientTimeout(total=0.2)
        )
    assert len(gateway.sent) == 1
    gateway.api.faults.clear()
    assert await call.data("send/sms", **SMS)


async def test_slow_answer_comes(gateway: Gateway, call: Caller) -> None:
    """It is a whole one."""
    gateway.api.faults["get/credits"] = ApiFault.SLOW
    gateway.api.slow_seconds = 0.01
    assert await call.data("get/credits")


async def test_half_an_answer(gateway: Gateway, call: Caller) -> None:
    """The connection breaks in the middle."""
    gateway.api.faults["send/sms"] = ApiFault.CUT
    with pytest.raises(ClientPayloadError):
        await call("send/sms", **SMS)
    assert len(gateway.sent) == 1


async def test_truncated_json(gateway: Gateway, call: Caller) -> None:
    """HTTP sees nothing wrong in it."""
    gateway.api.faults["send/sms"] = ApiFault.TRUNCATED
    with pytest.raises(json.JSONDecodeError):
        await call("send/sms", **SMS)
    assert len(gateway.sent) == 1


async def test_values_of_another_type(gateway: Gateway, call: Caller) -> None:
    """A fault can be that of one call alone."""
    gateway.api.faults["get/credits"] = ApiFault.STATUS_AS_TEXT
    gateway.api.faults["get/subscription"] = ApiFault.NUMBERS_AS_TEXT
    gateway.api.faults["send/sms"] = ApiFault.NO_DATA
    assert (await call("get/credits"))["status"] == "200"
    assert (await call("get/credits", secret=""))["status"] == "401"
    subscription = await call.data("get/subscription")
    assert subscription["usage"]["ussd"] == {"used": "0", "limit": "0"}
    assert await call.data("send/sms", **SMS) is False
    assert len(gateway.sent) == 1


async def test_dashboard_shows_what_was_sent(
    gateway: Gateway, dashboard: Dashboard, call: Caller, account: str
) -> None:
    """The page takes the texts as texts, never as HTML."""
    await call.data("send/sms", **{**SMS, "message": "<b>"})
    await call.data(
        "send/whatsapp",
        account=account,
        recipient=GROUP,
        message="Look",
        type="media",
        media_url="http://x.example/a.jpg",
        media_type="image",
    )
    async with call.session.get(f"{dashboard.url}/dashboard/state") as response:
        state = await response.json()
    assert [sent.pop("sent_at") for sent in state["sent"]] == [
        sent.sent_at.isoformat() for sent in gateway.sent
    ]
    assert state["sent"] == [
        {
            "event": "sms",
            "sender": "Hall phone",
            "recipient": SMS["phone"],
            "message": "<b>",
            "attachment": None,
        },
        {
            "event": "whatsapp",
            "sender": ACCOUNT,
            "recipient": GROUP,
            "message": "Look",
            "attachment": "http://x.example/a.jpg",
        },
    ]
    async with call.session.get(dashboard.url) as response:
        assert "HTML" not in (await response.text()).replace("<!doctype html>", "")
