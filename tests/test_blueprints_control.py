"""The blueprints that control the house, and call for help."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import services_messages
from custom_components.zender.journal.queries import search
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Event as BusEvent, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .answering import FAMILY, WRITER, Answering, answering
from .automating import automate, fire
from .keeping import held
from .simulator.api_state import Sent
from .simulator.samples import ACCOUNT, Event

OTHER = "+393337654321"
STRANGER = "+393330000000"
CONTROL: dict[str, Any] = {"senders": [WRITER, "333 7654321"], "code_word": "Sesame"}


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key, in Italy, with a gate and Assist."""
    hass.config.country = "IT"
    # What has pages of its own must be there before the first client.
    for domain in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, domain, {})
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": {"gate": {"name": "Gate"}}}
    )
    async with answering(hass, hass_client_no_auth) as house:
        yield house


def gate(hass: HomeAssistant) -> bool:
    """Return whether the gate is open."""
    state = hass.states.get("input_boolean.gate")
    assert state is not None
    return state.state == "on"


def turn(how: str) -> list[dict[str, Any]]:
    """Return actions that open or close the gate."""
    return [
        {
            "action": f"input_boolean.turn_{how}",
            "target": {"entity_id": "input_boolean.gate"},
        }
    ]


async def write(
    house: Answering,
    message: str,
    phone: str = WRITER,
    kind: str = "sms",
    **fields: Any,
) -> list[str]:
    """Have somebody write. Returns what they are answered."""
    before = len(house.sent)
    await house.receiver.deliver(kind, phone=phone, message=message, **fields)
    await house.settle()
    answers = house.sent[before:]
    assert {sent.recipient for sent in answers} <= {phone}
    return [sent.message for sent in answers]


async def control(house: Answering, **inputs: Any) -> None:
    """Let the gate be opened and closed."""
    await automate(
        house.hass,
        (
            "control_by_message",
            {
                **CONTROL,
                "word_1": "open gate",
                "run_1": turn("on"),
                "answer_1": "The gate is {{ states('input_boolean.gate') }}",
                "word_5": "Close gate",
                "run_5": turn("off"),
                **inputs,
            },
        ),
    )


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
async def test_commands(house: Answering, kind: str) -> None:
    """Are carried out and answered the same way."""
    await control(house)
    assert await write(house, "sesame Open gate!", kind=kind) == ["The gate is on"]
    assert house.sent[0].event is Event(kind)
    assert gate(house.hass)
    assert await write(house, "SESAME\nclose gate", OTHER, kind) == ["Done."]
    assert not gate(house.hass)


async def test_an_unknown_command(house: Answering) -> None:
    """Is answered, because the code word was right. Nothing else is done, by Assist neither."""
    await control(house)
    for text in ("sesame turn on gate", "Sesame", "sesame open gate now"):
        assert await write(house, text) == ["I do not know this command."]
    assert not gate(house.hass)


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ("open gate", {}),
        ("wrong open gate", {}),
        ("sesameopen gate", {}),
        ("please sesame open gate", {}),
        ("sesame open gate", {"phone": STRANGER}),
        ("sesame open gate", {"phone": "MyBank"}),
        ("sesame open gate", {"phone": FAMILY, "kind": "whatsapp"}),
    ],
)
async def test_nothing_happens(
    house: Answering, message: str, fields: dict[str, Any]
) -> None:
    """Without the code word, or for others; and nobody is told why."""
    await control(house)
    assert await write(house, message, **fields) == []
    assert not gate(house.hass)


async def test_groups_never(house: Answering) -> None:
    """Even if one is named: nobody knows who wrote in it."""
    await control(house, senders=[FAMILY])
    assert await write(house, "sesame open gate", FAMILY, "whatsapp") == []
    assert not gate(house.hass)


async def test_only_by_whatsapp(house: Answering) -> None:
    """When SMS are not wanted."""
    await control(house, channels=["whatsapp"])
    assert await write(house, "sesame open gate") == []
    assert not gate(house.hass)
    assert await write(house, "sesame open gate", kind="whatsapp") == ["The gate is on"]


@pytest.mark.parametrize("word", ["", "  ", "short"])
async def test_no_code_word(house: Answering, word: str) -> None:
    """Nor one that is soon guessed: nothing is done."""
    await control(house, code_word=word)
    for text in ("open gate", " open gate", "short open gate"):
        assert await write(house, text) == []
    assert not gate(house.hass)


async def test_no_senders(hass: HomeAssistant, house: Answering) -> None:
    """Nobody is not everybody: the automation does not even start."""
    with pytest.raises(AssertionError):
        await control(house, senders=[])
    assert await write(house, "sesame open gate") == []
    assert not gate(hass)


async def test_assist(hass: HomeAssistant, house: Answering) -> None:
    """For the brave: what is no command is asked of it."""
    async_expose_entity(hass, "conversation", "input_boolean.gate", True)
    await control(house, assist=True)
    [answer] = await write(house, "sesame turn on gate")
    assert answer
    assert gate(hass)
    assert await write(house, "sesame close gate") == ["Done."]
    assert not gate(hass)
    assert await write(house, "turn on gate") == []
    assert await write(house, "sesame turn on gate", STRANGER) == []
    assert not gate(hass)


class Alarm:
    """An alarm that texts people."""

    def __init__(self, house: Answering) -> None:
        """Note what is sent."""
        self.house = house
        self.sent: asyncio.Queue[Sent] = asyncio.Queue()
        house.gateway.listen_to_sent(self.sent.put_nowait)
        self.ended: asyncio.Queue[str] = asyncio.Queue()
        house.hass.bus.async_listen("ended", self._note)

    @callback
    def _note(self, event: BusEvent[Any]) -> None:
        self.ended.put_nowait(event.data["how"])

    async def start(self, **inputs: Any) -> None:
        """Sound the alarm."""
        await automate(
            self.house.hass,
            (
                "alarm_until_answered",
                {
                    "alarm": [{"trigger": "event", "event_type": "smoke"}],
                    "people": [WRITER, "333 7654321"],
                    "answered": fire(
                        "ended", how="{{ answer.phone }}: {{ answer.message }}"
                    ),
                    "unanswered": fire("ended", how="unanswered"),
                    **inputs,
                },
            ),
        )
        self._listening = self._listeners
        self.house.hass.bus.async_fire("smoke")

    @property
    def _listeners(self) -> int:
        listeners = self.house.hass.bus.async_listeners()
        return listeners["zender_sms_received"]

    async def texted(self) -> Sent:
        """Return who is texted next, once the answer is waited for."""
        sent = await self.sent.get()
        while self._listeners == self._listening:
            await asyncio.sleep(0)
        return sent

    async def wait(self) -> None:
        """Let the time for an answer pass."""
        later = dt_util.utcnow() + timedelta(minutes=5, seconds=1)
        async_fire_time_changed(self.house.hass, later)
        while self._listeners != self._listening:
            await asyncio.sleep(0)


@pytest.mark.parametrize("spelling", [OTHER, "3337654321"])
async def test_until_one_answers(house: Answering, spelling: str) -> None:
    """One after the other is texted. Who answers is thanked, and the others are left alone."""
    alarm = Alarm(house)
    await alarm.start(text="{{ 'Smoke' }}!")
    sent = await alarm.texted()
    assert (sent.recipient, sent.message, sent.event) == (WRITER, "Smoke!", Event.SMS)
    await house.receiver.post(phone=STRANGER, message="Who is this?")
    await alarm.wait()
    assert (await alarm.texted()).recipient == OTHER
    await house.receiver.post(phone=spelling, message="I go")
    assert await alarm.ended.get() == f"{spelling}: I go"
    sent = await alarm.sent.get()
    assert (sent.recipient, sent.message) == (
        OTHER,
        "Thank you. Nobody else will be texted.",
    )
    await house.settle()
    assert len(house.sent) == 3


async def test_the_first_answers_late(house: Answering) -> None:
    """While the second is being waited for; a chat counts as well."""
    alarm = Alarm(house)
    await alarm.start()
    await alarm.texted()
    await alarm.wait()
    await alarm.texted()
    await house.receiver.post("whatsapp", phone=WRITER, message="OK")
    assert (await alarm.ended.get()).endswith(": OK")
    await house.settle()
    assert [sent.recipient for sent in house.sent] == [WRITER, OTHER, WRITER]
    assert house.sent[-1].event is Event.WHATSAPP


async def test_an_answer_while_it_is_sent(
    house: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway can take long to say that it sent: who answers meanwhile is heard."""
    alarm = Alarm(house)
    answers: list[asyncio.Task[Any]] = []

    def answer(sent: Sent) -> None:
        if not answers:
            posting = house.receiver.post(phone=sent.recipient, message="Yes")
            answers.append(house.hass.async_create_task(posting))

    house.gateway.listen_to_sent(answer)
    with held(monkeypatch, services_messages, search) as looking:
        await alarm.start(thanks="")
        await looking.reached.wait()
        await answers[0]
    assert (await alarm.ended.get()).endswith(": Yes")
    await house.settle()
    assert len(house.sent) == 1


async def test_an_answer_before_it_is_waited_for(
    house: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the last who is texted, just after it was looked for: it is found when the time is over."""
    alarm = Alarm(house)
    loop = asyncio.get_running_loop()
    looked = 0

    def look(*args: Any, **kwargs: Any) -> Any:
        nonlocal looked
        looked += 1
        found = search(*args, **kwargs)
        if looked == 1:
            posting = house.receiver.post(phone=WRITER, message="Yes")
            asyncio.run_coroutine_threadsafe(posting, loop).result()
        return found

    monkeypatch.setattr(services_messages, search.__name__, look)
    await alarm.start(minutes=0, rounds=1, people=[WRITER], thanks="")
    assert (await alarm.ended.get()).endswith(": Yes")
    await house.settle()
    assert len(house.sent) == 1


async def test_nobody_answers(house: Answering) -> None:
    """All are texted again; then it ends. A number that cannot be reached does not end it."""
    alarm = Alarm(house)
    await alarm.start(minutes=0, people=[WRITER, "4870", OTHER])
    assert await alarm.ended.get() == "unanswered"
    await house.settle()
    assert [sent.recipient for sent in house.sent] == [WRITER, OTHER] * 2


async def test_an_alarm_by_whatsapp(house: Answering) -> None:
    """From the account that is named, as long as its conditions are met."""
    await house.receiver.deliver("whatsapp")
    alarm = Alarm(house)
    await alarm.start(
        minutes=0,
        rounds=1,
        channel="whatsapp",
        sender=house.receiver.device_id("account", ACCOUNT),
        people=[OTHER],
        only_if=[
            {
                "condition": "state",
                "entity_id": "input_boolean.gate",
                "state": "off",
            }
        ],
    )
    assert await alarm.ended.get() == "unanswered"
    await house.hass.services.async_call(
        "input_boolean", "turn_on", {"entity_id": "input_boolean.gate"}, blocking=True
    )
    house.hass.bus.async_fire("smoke")
    await house.settle()
    assert [(sent.event, sent.recipient) for sent in house.sent] == [
        (Event.WHATSAPP, OTHER)
    ]
