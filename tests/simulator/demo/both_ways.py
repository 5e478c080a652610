"""What goes both ways: Home Assistant answers, asks, stops in time, and fetches what it missed."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ..api_state import Sent
from ..client import WebSocket
from ..encoding import Fields
from ..gateway import Delivery, Gateway
from ..observer import Changed, Fired, Observer
from ..samples import ACCOUNT, PHONE, Event, Sample
from ..set_up import GROUPS, PHONE_NAME, SetUp
from .bot import Bot
from .expectations import EFFECT_TIMEOUT, FIRES, latest_states

POLL_INTERVAL: Final = 0.05

QUESTION: Final = "Can you open the gate?"
ANSWER: Final = "Nobody is here to open the gate."
"""What the automation in configuration.yaml answers to it."""
ANA: Final = "+393331234567"
BEN: Final = "+393337654321"
BOT: Final = "+393339998877"
MOST_ANSWERS: Final = 10

CODE: Final = "*123#"
BALANCE: Final = "Your balance is 7.25 EUR."

NOBODY: Final = "http://127.0.0.1:9/"
"""Where nobody listens."""
MISSED: Final = "Your parcel is waiting at the shop."
MISSED_AGO: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One step: what began it, what Home Assistant did, what the gateway sent, and what came of it."""

    title: str
    began: Sequence[str]
    did: Sequence[str]
    sent: Sequence[Sent] = ()
    came: Sequence[str]
    unmet: Sequence[str]


class Stage:
    """Where it goes on: a gateway, and a Home Assistant that is watched."""

    def __init__(
        self,
        gateway: Gateway,
        set_up: SetUp,
        observer: Observer,
        websocket: WebSocket,
    ) -> None:
        """Begin with all deliveries made."""
        self.gateway = gateway
        self.set_up = set_up
        self.observer = observer
        self.websocket = websocket

    async def are_named(self) -> bool:
        """Wait until Home Assistant has the gateway's names of its phones, and return whether it has."""

        async def names() -> list[str]:
            devices = await self.websocket.call("config/device_registry/list")
            return [device["name"] for device in devices]

        return PHONE_NAME in await _until(names, lambda found: PHONE_NAME in found)

    async def play(self) -> AsyncIterator[Turn]:
        """Do one step after the other."""
        yield await self._answer(
            "SMS to SIM 2, an automation answers",
            Event.SMS,
            {"sim": 2, "device": PHONE, "phone": ANA, "message": QUESTION},
            {"device": PHONE, "sim": "2", "phone": ANA},
        )
        account = next(iter(self.gateway.api.accounts))
        for title, peer in (
            ("WhatsApp, an automation answers", BEN),
            ("WhatsApp, it answers in a group", next(iter(GROUPS))),
        ):
            yield await self._answer(
                title,
                Event.WHATSAPP,
                {"wid": ACCOUNT, "phone": peer, "message": QUESTION, "attachment": "0"},
                {"account": account, "recipient": peer},
            )
        yield await self._ask()
        yield await self._loop()
        yield await self._fetch()

    async def _answer(
        self, title: str, event: Event, fields: Fields, parameters: Mapping[str, str]
    ) -> Turn:
        """Let a message come that the automation answers, with these parameters."""
        before = len(self.gateway.sent)
        [delivery] = await self.gateway.receive(event, fields)
        peer = str(fields["phone"])

        async def kept() -> list[dict[str, Any]]:
            return await self.search(kind=event.value, phone=peer, direction="sent")

        messages = await _until(kept, lambda found: _states(found) == ["sent"])
        sent = self.gateway.sent[before:]
        return Turn(
            title=title,
            began=[peer, QUESTION],
            did=[FIRES[event], f"message_id {message_id_of(delivery)}", "zender.reply"],
            sent=sent,
            came=[
                f"kept as message_id {message['message_id']}, {message['state']}"
                for message in messages
            ],
            unmet=_unmet(
                {
                    "there should be one answer": len(sent) == 1,
                    f"it should be {ANSWER!r}, with {dict(parameters)}": all(
                        parameters.items() <= item.parameters.items()
                        and item.message == ANSWER
                        for item in sent
                    ),
                    "the journal should have it as sent": _states(messages) == ["sent"],
                }
            ),
        )

    async def _ask(self) -> Turn:
        """Ask for a balance, and wait for the response."""
        self.gateway.api.ussd_answers[CODE] = BALANCE
        sent_before, seen_before = len(self.gateway.sent), len(self.observer.seen)
        response = await self.perform(
            "send_ussd",
            code=CODE,
            device_id=self._sim(1),
            wait_for_response=True,
            timeout=EFFECT_TIMEOUT,
        )

        def shown() -> Changed | None:
            states = latest_states(self.observer.seen[seen_before:])
            return states.get("sensor.last_ussd_response")

        await self.observer.wait_until(lambda: shown() is not None, EFFECT_TIMEOUT)
        sensor = shown()
        sent = self.gateway.sent[sent_before:]
        return Turn(
            title="USSD, Home Assistant asks and waits",
            began=[CODE],
            did=["zender.send_ussd", "wait_for_response: true"],
            sent=sent,
            came=[
                f"response: {response['response']}",
                *([sensor.entity_id, f"→ {sensor.state}"] if sensor else []),
            ],
            unmet=_unmet(
                {
                    "one code should be sent, by SIM 1": [
                        (item.recipient, item.parameters["sim"]) for item in sent
                    ]
                    == [(CODE, "1")],
                    f"the response should be {BALANCE!r}": response["response"]
                    == BALANCE,
                    f"sensor.last_ussd_response should become {BALANCE!r}": sensor
                    is not None
                    and sensor.state == BALANCE,
                }
            ),
        )

    async def _loop(self) -> Turn:
        """Let two automations answer each other until one is held back."""
        sent_before, seen_before = len(self.gateway.sent), len(self.observer.seen)

        def received() -> list[Fired]:
            return [
                note
                for note in self.observer.seen[seen_before:]
                if isinstance(note, Fired) and note.data.get("phone") == BOT
            ]

        async with Bot(self.gateway, BOT):
            fields: Fields = {
                "sim": 1,
                "device": PHONE,
                "phone": BOT,
                "message": QUESTION,
            }
            await self.gateway.receive(Event.SMS, fields)
            repairs = await _until(self._repairs, lambda keys: "answer_limit" in keys)
            await self.observer.wait_until(
                lambda: len(received()) > MOST_ANSWERS, EFFECT_TIMEOUT
            )
        sent, came = self.gateway.sent[sent_before:], len(received())
        return Turn(
            title="SMS, two automations answer each other",
            began=[BOT, QUESTION],
            did=[f"{FIRES[Event.SMS]} × {came}", "zender.reply to each"],
            sent=sent,
            came=[
                f"{len(sent)} answers, then no more",
                *map("repair: {}".format, repairs),
            ],
            unmet=_unmet(
                {
                    f"there should be {MOST_ANSWERS} answers": len(sent)
                    == MOST_ANSWERS,
                    f"{MOST_ANSWERS + 1} SMS should come": came == MOST_ANSWERS + 1,
                    "a repair should say so": "answer_limit" in repairs,
                }
            ),
        )

    async def _fetch(self) -> Turn:
        """Fetch what the gateway received while nobody listened."""
        before = len(self.observer.seen)
        missed_at = datetime.now(UTC) - MISSED_AGO
        sample = Sample(
            title="SMS while nobody listens",
            type=Event.SMS.value,
            data={
                "id": 2999,
                "rid": 399,
                "sim": 1,
                "device": PHONE,
                "phone": ANA,
                "message": MISSED,
                "timestamp": int(missed_at.timestamp()),
            },
        )
        webhook = replace(self.set_up.webhook, url=NOBODY)
        delivery = await self.gateway.deliver(webhook, sample)
        fetched = await self.perform(
            "fetch_missed", since=(missed_at - timedelta(minutes=1)).isoformat()
        )
        messages = await self.search(text=MISSED)
        fired = [
            note for note in self.observer.seen[before:] if isinstance(note, Fired)
        ]
        return Turn(
            title="SMS, half an hour ago, while nobody listened",
            began=[ANA, MISSED],
            did=["zender.fetch_missed", f"found {fetched['found']}"],
            came=[
                f"kept as message_id {message['message_id']}" for message in messages
            ],
            unmet=_unmet(
                {
                    "it should not be delivered": delivery.error is not None,
                    "one message should be found": fetched["found"] == 1,
                    "the journal should have it": len(messages) == 1,
                    "no event should be fired, so late": not fired,
                }
            ),
        )

    async def search(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the messages that match."""
        found = await self.perform("search_messages", **filters)
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    async def perform(self, action: str, **data: Any) -> dict[str, Any]:
        """Perform an action and return its response."""
        result = await self.websocket.call(
            "call_service",
            domain="zender",
            service=action,
            service_data=data,
            return_response=True,
        )
        response: dict[str, Any] = result["response"]
        return response

    async def _repairs(self) -> list[str]:
        """Return what there is to repair."""
        listed = await self.websocket.call("repairs/list_issues")
        return [
            issue["translation_key"]
            for issue in listed["issues"]
            if issue["domain"] == "zender"
        ]

    def _sim(self, slot: int) -> str | None:
        """Return the device of a SIM that has received something."""
        for note in self.observer.seen:
            if isinstance(note, Fired) and (PHONE, slot) == (
                note.data.get("device"),
                note.data.get("sim"),
            ):
                return str(note.data["device_id"])
        return None


def message_id_of(delivery: Delivery) -> int | None:
    """Return under which number a delivered message is kept."""
    answer = delivery.answer if isinstance(delivery.answer, dict) else {}
    return answer.get("message_id")


def _states(messages: Iterable[dict[str, Any]]) -> list[str]:
    return [message["state"] for message in messages]


def _unmet(checks: Mapping[str, bool]) -> list[str]:
    return [text for text, is_met in checks.items() if not is_met]


async def _until[T](
    get: Callable[[], Awaitable[T]], is_enough: Callable[[T], bool]
) -> T:
    """Return something as soon as it is as wanted, or as it is when time is up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(EFFECT_TIMEOUT):
            while not is_enough(value := await get()):
                await asyncio.sleep(POLL_INTERVAL)
            return value
    return await get()
