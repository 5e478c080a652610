"""The simulated gateway behaves as the real one."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
from pathlib import Path
import re
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest

from tests.simulator.dashboard import MESSAGE_FORMS, Dashboard
from tests.simulator.demo.bot import Bot
from tests.simulator.encoding import Encoding
from tests.simulator.gateway import Delivery, Fault, Gateway, InvalidWebhookError
from tests.simulator.log import complaints, read_log
from tests.simulator.samples import DOCUMENTED, PHONE, SAMPLE_PHONE, Event
from tests.simulator.set_up import furnish


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations() -> None:
    """Do nothing: no Home Assistant is needed here."""


class Receiver:
    """An address that notes its requests and answers as it is told to."""

    def __init__(self) -> None:
        """Start with a server that is content."""
        self.requests: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[], web.Response] = lambda: web.json_response(
            {"result": "accepted"}
        )
        app = web.Application()
        app.router.add_route("*", "/hook", self._receive)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        """Return the address."""
        return str(self.server.make_url("/hook"))

    async def _receive(self, request: web.Request) -> web.Response:
        self.requests.append((request.method, await request.text()))
        self.headers.append(dict(request.headers))
        return self.answer()


@pytest.fixture
async def receiver(socket_enabled: None) -> AsyncIterator[Receiver]:
    """Return a running receiver."""
    running = Receiver()
    async with running.server:
        yield running


@pytest.fixture
async def gateway(socket_enabled: None) -> AsyncIterator[Gateway]:
    """Return a running gateway."""
    async with Gateway() as running:
        yield running


@pytest.fixture
async def dashboard(gateway: Gateway) -> AsyncIterator[Dashboard]:
    """Return the gateway's dashboard."""
    async with Dashboard(gateway) as running:
        yield running


async def test_secret_is_made_by_the_gateway_and_stays(gateway: Gateway) -> None:
    """One for each webhook, when it is saved; editing keeps it."""
    one = gateway.add_webhook("One", "http://one.example/hook")
    two = gateway.add_webhook("Two", "http://two.example/hook")
    assert re.fullmatch("[0-9a-f]{40}", one.secret)
    assert one.secret != two.secret
    secret = one.secret
    gateway.edit_webhook(one.id, "New", "https://new.example", {Event.USSD})
    assert (one.name, one.url, one.events, one.secret) == (
        "New",
        "https://new.example",
        frozenset({Event.USSD}),
        secret,
    )


@pytest.mark.parametrize(
    ("name", "url", "events"),
    [
        ("", "http://one.example", Event),
        ("One", "one.example", Event),
        ("One", "http://one.example", []),
        ("One", f"http://one.example/{'é' * 120}", Event),
    ],
)
async def test_incomplete_webhook_is_not_saved(
    gateway: Gateway, name: str, url: str, events: Any
) -> None:
    """The dashboard says what is wrong; an address counts in bytes."""
    with pytest.raises(InvalidWebhookError):
        gateway.add_webhook(name, url, events)
    assert not gateway.webhooks


async def test_delivery_looks_like_the_gateway_s(
    gateway: Gateway, receiver: Receiver
) -> None:
    """Body and headers."""
    webhook = gateway.add_webhook("One", receiver.url)
    delivery = await gateway.deliver(webhook, DOCUMENTED[0])
    body = receiver.requests[0][1]
    assert body == (
        f"secret={webhook.secret}&type=sms&data%5Bid%5D=2&data%5Brid%5D=10593&data%5Bsim%5D=1"
        "&data%5Bdevice%5D=00000000-0000-0000-d57d-f30cb6a89289"
        "&data%5Bphone%5D=%2B639760713666&data%5Bmessage%5D=Hello+World%21"
        "&data%5Btimestamp%5D=1645684231"
    )
    assert receiver.headers[0].keys() == {
        "Host",
        "Accept",
        "User-Agent",
        "Content-Type",
        "Content-Length",
    }
    assert receiver.headers[0]["Accept"] == "*/*"
    assert (delivery.status, delivery.answer) == (200, {"result": "accepted"})


@pytest.mark.parametrize("status", [401, 404, 500, 503])
async def test_nothing_is_sent_twice(
    gateway: Gateway, receiver: Receiver, status: int
) -> None:
    """The gateway does not look at the answer."""
    receiver.answer = lambda: web.Response(status=status, text="no")
    delivery = await gateway.deliver(
        gateway.add_webhook("One", receiver.url), DOCUMENTED[0]
    )
    assert (delivery.status, delivery.answer) == (status, "no")
    assert len(receiver.requests) == 1


async def test_nobody_listens(gateway: Gateway, unused_tcp_port: int) -> None:
    """A lost delivery is lost."""
    webhook = gateway.add_webhook("One", f"http://127.0.0.1:{unused_tcp_port}/")
    delivery = await gateway.deliver(webhook, DOCUMENTED[0])
    assert delivery.status is None
    assert delivery.error


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_redirect_becomes_a_get(
    gateway: Gateway, receiver: Receiver, status: int
) -> None:
    """Without the body."""
    _redirect_once(receiver, status)
    delivery = await gateway.deliver(
        gateway.add_webhook("One", receiver.url), DOCUMENTED[0]
    )
    assert [(method, bool(body)) for method, body in receiver.requests] == [
        ("POST", True),
        ("GET", False),
    ]
    assert delivery.method == "GET"


@pytest.mark.parametrize("status", [307, 308])
async def test_redirect_keeps_the_body(
    gateway: Gateway, receiver: Receiver, status: int
) -> None:
    """These two are harmless."""
    _redirect_once(receiver, status)
    delivery = await gateway.deliver(
        gateway.add_webhook("One", receiver.url), DOCUMENTED[0]
    )
    assert receiver.requests[0] == receiver.requests[1]
    assert delivery.method == "POST"


def _redirect_once(receiver: Receiver, status: int) -> None:
    answers = iter(
        [
            web.Response(status=status, headers={"Location": receiver.url}),
            web.Response(),
        ]
    )
    receiver.answer = lambda: next(answers)


async def test_trigger_sends_a_sample_of_each_ticked_event(
    gateway: Gateway, receiver: Receiver
) -> None:
    """With the real secret, random ids and the documented name of notifications."""
    webhook = gateway.add_webhook("One", receiver.url, {Event.SMS, Event.NOTIFICATIONS})
    deliveries = await gateway.trigger(webhook)
    assert [delivery.sample.type for delivery in deliveries] == ["sms", "notification"]
    assert all(f"secret={webhook.secret}&" in body for _, body in receiver.requests)
    assert all(
        delivery.sample.data["device"] == SAMPLE_PHONE for delivery in deliveries
    )


async def test_messages_go_to_the_webhooks_that_want_them(
    gateway: Gateway, receiver: Receiver
) -> None:
    """Real notifications have a type of their own, and texts are escaped unless they are only a URL."""
    gateway.add_webhook("One", receiver.url, {Event.NOTIFICATIONS})
    gateway.add_webhook("Two", receiver.url, {Event.SMS})
    fields = {
        "device": "d",
        "package": "p",
        "title": "Tom & Ann",
        "content": "http://x.example/?a=1&b=2",
    }
    (delivery,) = await gateway.receive(Event.NOTIFICATIONS, fields)
    assert delivery.webhook.name == "One"
    assert delivery.sample.type == "notifications"
    assert delivery.sample.data["title"] == "Tom &amp; Ann"
    assert delivery.sample.data["content"] == "http://x.example/?a=1&b=2"
    assert list(delivery.sample.data) == [
        "id",
        "device",
        "package",
        "title",
        "content",
        "timestamp",
    ]


async def test_faults(
    gateway: Gateway, dashboard: Dashboard, receiver: Receiver
) -> None:
    """What goes wrong arrives as it should."""
    webhook = gateway.add_webhook("One", receiver.url)
    for fault in Fault:
        await gateway.deliver(webhook, DOCUMENTED[0], fault)
    wrong_secret, broken, not_utf8, redirected = receiver.requests
    assert webhook.secret not in wrong_secret[1]
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken[1])
    assert "data%5Bmessage%5D=Gr%FC%DFe" in not_utf8[1]
    assert redirected == ("GET", "")


async def test_encodings_hold_the_same(gateway: Gateway, receiver: Receiver) -> None:
    """A relay may send JSON or multipart."""
    webhook = gateway.add_webhook("One", receiver.url)
    await gateway.deliver(webhook, DOCUMENTED[0], encoding=Encoding.JSON)
    await gateway.deliver(webhook, DOCUMENTED[0], encoding=Encoding.MULTIPART)
    as_json, as_multipart = (body for _, body in receiver.requests)
    assert json.loads(as_json)["data"] == DOCUMENTED[0].data
    assert 'name="data[phone]"\r\n\r\n+639760713666\r\n' in as_multipart


async def test_dashboard(dashboard: Dashboard, receiver: Receiver) -> None:
    """A user adds a webhook, sees its secret, triggers, edits, sends and deletes."""
    async with ClientSession(f"{dashboard.url}/dashboard/") as session:

        async def call(method: str, path: str, body: Any = None) -> Any:
            async with session.request(method, path, json=body) as response:
                return await response.json()

        form = {"name": "One", "url": receiver.url, "events": ["sms", "ussd"]}
        assert "error" in await call("POST", "webhooks", form | {"url": "x"})
        assert "error" in await call("POST", "webhooks", form | {"events": ["fax"]})
        webhook = await call("POST", "webhooks", form)
        assert len(webhook["secret"]) == 40

        triggered = await call("POST", f"webhooks/{webhook['id']}/trigger", {})
        assert [delivery["answer"] for delivery in triggered] == [
            {"result": "accepted"}
        ] * 2

        edited = await call(
            "PUT", f"webhooks/{webhook['id']}", form | {"events": list(Event)}
        )
        assert edited == webhook | {"events": sorted(Event)}
        for event, fields in MESSAGE_FORMS.items():
            (sent,) = await call("POST", "messages", {"event": event, "fields": fields})
            assert (sent["event"], sent["status"]) == (event, 200)

        state = await call("GET", "state")
        assert state["webhooks"] == [edited]
        assert len(state["deliveries"]) == 6
        await call("DELETE", f"webhooks/{webhook['id']}")
        assert (await call("GET", "state"))["webhooks"] == []


async def test_dashboard_s_page(dashboard: Dashboard) -> None:
    """The page needs nothing from elsewhere, and other sites cannot post to it."""
    async with ClientSession() as session:
        async with session.get(dashboard.url) as response:
            page = await response.text()
        async with session.post(
            f"{dashboard.url}/dashboard/webhooks", data='{"name": "x"}'
        ) as response:
            assert response.status == 415
    assert "Simulated gateway" in page
    assert not re.search(r"(src|href)=.?(https?:)?//", page)


async def test_bot_sends_back_what_it_gets(
    gateway: Gateway, dashboard: Dashboard, receiver: Receiver
) -> None:
    """The same text, to the SIM that sent; what others get is not its business."""
    secret = furnish(gateway)
    gateway.add_webhook("One", receiver.url)
    deliveries: asyncio.Queue[Delivery] = asyncio.Queue()
    gateway.listen(deliveries.put_nowait)
    sms = {"secret": secret, "mode": "devices", "device": PHONE, "sim": "2"}
    async with ClientSession() as session, Bot(gateway, "+393339998877") as bot:
        for phone, message in (("+393331234567", "To Ana"), (bot.number, "To a bot")):
            async with session.post(
                f"{dashboard.url}/api/send/sms",
                data=sms | {"phone": phone, "message": message},
            ) as response:
                assert "queued" in await response.text()
        async with asyncio.timeout(10):
            delivery = await deliveries.get()
    assert deliveries.empty()
    data = delivery.sample.data
    assert {name: data[name] for name in ("device", "sim", "phone", "message")} == {
        "device": PHONE,
        "sim": 2,
        "phone": bot.number,
        "message": "To a bot",
    }


def test_log_is_searched_for_complaints_about_us(tmp_path: Path) -> None:
    """A traceback counts; Home Assistant's own notice about custom integrations does not."""
    log = tmp_path / "home-assistant.log"
    log.write_text(
        "2026-11-24 03:13:19.451+00:00 WARNING (MainThread) [custom_components.zender.x] A\n"
        "2026-11-24 03:13:19.451+00:00 INFO (MainThread) [custom_components.zender.x] B\n"
        "2026-11-24 03:13:19.451 ERROR (SyncWorker_0) [homeassistant.setup] C\n"
        "Traceback: custom_components/zender/__init__.py\n"
        "2026-11-24 03:13:19.451 ERROR (MainThread) [homeassistant.setup] D\n"
        "2026-11-24 03:13:19.451 WARNING (MainThread) [homeassistant.loader] We found a custom integration zender\n"
    )
    records = read_log(log)
    assert len(records) == 5
    assert [record.text[0] for record in complaints(records)] == ["A", "C"]
