"""After the scenario: what the user sends from the dashboard, without a judgement."""

import asyncio
from collections.abc import Iterable
from functools import partial

from ..gateway import Delivery, Gateway
from ..observer import Changed, Fired, Observer, Seen
from .expectations import COUNTER, EFFECT_TIMEOUT, EVENT_ENTITY, FIRES, TEXT_SENSOR
from .screen import Screen


async def watch(screen: Screen, gateway: Gateway, observer: Observer) -> None:
    """Show each delivery and its effects, for ever."""
    deliveries: asyncio.Queue[Delivery] = asyncio.Queue()
    gateway.listen(deliveries.put_nowait)
    observer.seen.clear()
    delivery = await deliveries.get()
    screen.begin_deliveries()
    while True:
        wanted = _usual_effects(delivery)
        await observer.wait_until(
            partial(_are_complete, wanted, observer.seen), EFFECT_TIMEOUT
        )
        effects = _first_of(wanted, observer.seen)
        for note in effects:
            observer.seen.remove(note)
        screen.row(delivery.sample.title, delivery, effects, judged=False)
        delivery = await deliveries.get()


def _usual_effects(delivery: Delivery) -> set[str]:
    """Return which events and states the answer announces."""
    answer = delivery.answer if isinstance(delivery.answer, dict) else {}
    if "error" in answer:
        return {"sensor.rejected_deliveries"}
    if answer.get("result") not in {"accepted", "queued"}:
        return set()
    event = delivery.sample.event
    counter = {COUNTER[event]} if event in COUNTER else set()
    return {FIRES[event], EVENT_ENTITY[event], TEXT_SENSOR[event][0], *counter}


def _are_complete(wanted: set[str], seen: Iterable[Seen]) -> bool:
    return len(_first_of(wanted, seen)) == len(wanted)


def _first_of(wanted: set[str], seen: Iterable[Seen]) -> list[Seen]:
    """Return the first of each kind: what comes later belongs to the next delivery."""
    found: dict[str, Seen] = {}
    for note in seen:
        name = note.type if isinstance(note, Fired) else note.kind
        if name in wanted and not (
            isinstance(note, Changed) and note.state == "unknown"
        ):
            found.setdefault(name, note)
    return list(found.values())
