"""What a delivery is expected to bring about, and whether it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..gateway import Delivery
from ..observer import Changed, Fired, Seen
from ..samples import Event, Sample

EFFECT_TIMEOUT: Final = 10.0
STATE_LENGTH: Final = 255
ANYTHING: Final = None

FIRES: Final = {
    Event.SMS: "zender_sms_received",
    Event.WHATSAPP: "zender_whatsapp_received",
    Event.USSD: "zender_ussd_received",
    Event.NOTIFICATIONS: "zender_notification_received",
}
EVENT_ENTITY: Final = {
    Event.SMS: "event.sms",
    Event.WHATSAPP: "event.whatsapp",
    Event.USSD: "event.ussd",
    Event.NOTIFICATIONS: "event.notification",
}
TEXT_SENSOR: Final = {
    Event.SMS: ("sensor.last_sms", "message"),
    Event.WHATSAPP: ("sensor.last_whatsapp", "message"),
    Event.USSD: ("sensor.last_ussd_response", "response"),
    Event.NOTIFICATIONS: ("sensor.last_notification", "content"),
}
COUNTER: Final = {
    Event.SMS: "sensor.sms_received",
    Event.WHATSAPP: "sensor.whatsapp_received",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """An answer, an event with at least these data, and states by kind of entity."""

    status: int
    answer: Mapping[str, Any]
    event: Fired | None = None
    states: Mapping[str, str | None] = field(default_factory=dict)

    def unmet(self, delivery: Delivery, seen: Sequence[Seen]) -> list[str]:
        """Return what is not as expected, in words."""
        return [
            *self._unmet_answer(delivery),
            *self._unmet_event(seen),
            *self._unmet_states(seen),
        ]

    def _unmet_answer(self, delivery: Delivery) -> list[str]:
        answer = delivery.answer if isinstance(delivery.answer, dict) else {}
        if delivery.status == self.status and self.answer.items() <= answer.items():
            return []
        return [f"the answer should be {self.status} {dict(self.answer)}"]

    def _unmet_event(self, seen: Sequence[Seen]) -> list[str]:
        fired = [note for note in seen if isinstance(note, Fired)]
        if self.event is None:
            return [f"{event.type} should not have been fired" for event in fired]
        if len(fired) != 1 or fired[0].type != self.event.type:
            return [f"{self.event.type} should be fired once"]
        data = fired[0].data
        return [
            f"{name} should be {value!r}, not {data.get(name, 'missing')!r}"
            for name, value in self.event.data.items()
            if name not in data
            or data[name] != value
            or type(data[name]) is not type(value)
        ]

    def _unmet_states(self, seen: Sequence[Seen]) -> list[str]:
        states = latest_states(seen)
        return [
            f"{kind} should change"
            if state is ANYTHING
            else f"{kind} should become {state!r}"
            for kind, state in self.states.items()
            if kind not in states
            or (state is not ANYTHING and states[kind].state != state)
        ]


def accepted(sample: Sample, message_id: int) -> Expectation:
    """Expect that the message arrives whole and is kept under this number."""
    sensor, text_field = TEXT_SENSOR[sample.event]
    text = str(sample.meaning[text_field])
    states = {EVENT_ENTITY[sample.event]: ANYTHING, sensor: _as_state(text)}
    if sample.event in COUNTER:
        states[COUNTER[sample.event]] = ANYTHING
    return Expectation(
        status=200,
        answer={"result": "accepted", "message_id": message_id},
        event=Fired(
            FIRES[sample.event],
            {**sample.meaning, "message_id": message_id, "replayed": False},
        ),
        states=states,
    )


def duplicate(message_id: int) -> Expectation:
    """Expect nothing but the number under which the message is kept already."""
    return Expectation(
        status=200, answer={"result": "duplicate", "message_id": message_id}
    )


def refused(status: int, error: str) -> Expectation:
    """Expect nothing but a count."""
    return Expectation(
        status=status,
        answer={"error": error},
        states={"sensor.rejected_deliveries": ANYTHING},
    )


def latest_states(seen: Sequence[Seen]) -> dict[str, Changed]:
    """Return the last real state by kind of entity; a new entity is unknown at first."""
    return {
        note.kind: note
        for note in seen
        if isinstance(note, Changed) and note.state != "unknown"
    }


def _as_state(text: str) -> str:
    return text if len(text) <= STATE_LENGTH else f"{text[: STATE_LENGTH - 1]}…"
