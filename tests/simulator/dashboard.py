"""The gateway's dashboard over HTTP: webhooks, their secrets, the Trigger button, and messages of one's own."""

from collections.abc import Awaitable, Callable, Mapping
from json import JSONDecodeError
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from .api import Api
from .api_state import Sent
from .gateway import Delivery, Fault, Gateway, InvalidWebhookError, Webhook
from .samples import ACCOUNT, PHONE, Event

PAGE: Final = Path(__file__).with_name("dashboard.html")
LOOPBACK: Final = "127.0.0.1"
MAX_UPLOAD_BYTES: Final = 32 * 1024 * 1024

# What the form for a message of one's own asks, with what it suggests.
MESSAGE_FORMS: Final[Mapping[Event, Mapping[str, str | int]]] = {
    Event.SMS: {
        "sim": 1,
        "device": PHONE,
        "phone": "+393331234567",
        "message": "Open the gate, please",
    },
    Event.WHATSAPP: {
        "wid": ACCOUNT,
        "phone": "+393337654321",
        "message": "On my way 🚲",
        "attachment": "0",
    },
    Event.USSD: {
        "sim": 1,
        "device": PHONE,
        "code": "*123#",
        "response": "Your balance is 7.25 EUR.",
    },
    Event.NOTIFICATIONS: {
        "device": PHONE,
        "package": "com.ring.android",
        "title": "Doorbell",
        "content": "Somebody is at the front door",
    },
}


class Dashboard:
    """A small web server on loopback; the gateway's REST API is under /api/, also below any other path."""

    def __init__(self, gateway: Gateway, port: int = 0) -> None:
        """Prepare the server for a free port, or for the one that is asked for."""
        self.gateway = gateway
        self.url = ""
        self._port = port
        self._api = Api(gateway)
        app = web.Application(
            middlewares=[_explain_errors], client_max_size=MAX_UPLOAD_BYTES
        )
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/dashboard/state", self._state),
                web.post("/dashboard/webhooks", self._add),
                web.put(r"/dashboard/webhooks/{id:\d+}", self._edit),
                web.delete(r"/dashboard/webhooks/{id:\d+}", self._delete),
                web.post(r"/dashboard/webhooks/{id:\d+}/trigger", self._trigger),
                web.post("/dashboard/messages", self._send),
                web.route("*", r"/redirect/{id:\d+}", self._redirect),
                web.route("*", "/{site:(.+/)?}api/{call:.+}", self._api.handle),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def __aenter__(self) -> Self:
        """Listen."""
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self._port).start()
        port = self._runner.addresses[0][1]
        self.url = f"http://{LOOPBACK}:{port}"
        self.gateway.redirector = f"{self.url}/redirect"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self.gateway.redirector = None
        self._api.stop()
        await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE)

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "forms": MESSAGE_FORMS,
                "faults": list(Fault),
                "webhooks": [
                    _webhook(webhook) for webhook in self.gateway.webhooks.values()
                ],
                "deliveries": [
                    _delivery(delivery) for delivery in self.gateway.deliveries[-50:]
                ],
                "sent": [_sent(sent) for sent in self.gateway.sent[-50:]],
            }
        )

    async def _add(self, request: web.Request) -> web.Response:
        return web.json_response(
            _webhook(self.gateway.add_webhook(*await _read_webhook(request)))
        )

    async def _edit(self, request: web.Request) -> web.Response:
        webhook = self._find(request)
        return web.json_response(
            _webhook(
                self.gateway.edit_webhook(webhook.id, *await _read_webhook(request))
            )
        )

    async def _delete(self, request: web.Request) -> web.Response:
        self.gateway.delete_webhook(self._find(request).id)
        return web.json_response({})

    async def _trigger(self, request: web.Request) -> web.Response:
        deliveries = await self.gateway.trigger(
            self._find(request), _fault(await _read(request))
        )
        return web.json_response([_delivery(delivery) for delivery in deliveries])

    async def _send(self, request: web.Request) -> web.Response:
        form = await _read(request)
        event = Event(form["event"])
        fields = {
            name: int(value) if isinstance(suggestion, int) else str(value)
            for name, suggestion in MESSAGE_FORMS[event].items()
            if (value := form["fields"].get(name, "")) != ""
            or isinstance(suggestion, str)
        }
        deliveries = await self.gateway.receive(event, fields, _fault(form))
        return web.json_response([_delivery(delivery) for delivery in deliveries])

    async def _redirect(self, request: web.Request) -> web.Response:
        raise web.HTTPMovedPermanently(self._find(request).url)

    def _find(self, request: web.Request) -> Webhook:
        webhook = self.gateway.webhooks.get(int(request.match_info["id"]))
        if webhook is None:
            raise web.HTTPNotFound
        return webhook


@web.middleware
async def _explain_errors(
    request: web.Request,
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:
    try:
        return await handler(request)
    except InvalidWebhookError as error:
        return web.json_response({"error": str(error)}, status=400)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return web.json_response(
            {"error": f"This form is not complete: {error}"}, status=400
        )


async def _read(request: web.Request) -> dict[str, Any]:
    # No other site's page can send this content type here.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        form = await request.json()
    except JSONDecodeError as error:
        raise web.HTTPBadRequest from error
    if not isinstance(form, dict):
        raise web.HTTPBadRequest
    return form


async def _read_webhook(request: web.Request) -> tuple[str, str, frozenset[Event]]:
    form = await _read(request)
    return (
        str(form["name"]).strip(),
        str(form["url"]).strip(),
        frozenset(map(Event, form["events"])),
    )


def _fault(form: dict[str, Any]) -> Fault | None:
    return Fault(form["fault"]) if form.get("fault") else None


def _webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": sorted(webhook.events),
        "secret": webhook.secret,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "webhook": delivery.webhook.name,
        "event": delivery.sample.event,
        "title": delivery.sample.title,
        "fault": delivery.fault,
        "sent_at": delivery.sent_at.isoformat(),
        "method": delivery.method,
        "status": delivery.status,
        "answer": delivery.answer,
        "error": delivery.error,
        "seconds": round(delivery.seconds, 4),
    }


def _sent(sent: Sent) -> dict[str, Any]:
    return {
        "event": sent.event,
        "sender": sent.sender_name,
        "recipient": sent.recipient,
        "message": sent.message,
        "attachment": sent.attachment,
        "sent_at": sent.sent_at.isoformat(),
    }
