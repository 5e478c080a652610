"""The blueprints that send on what arrives, act on it, and warn."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .answering import WRITER, Answering, answering
from .automating import automate, capture, fire
from .simulator.api_state import Sent
from .simulator.samples import PHONE
from .telephones import Telephone

OTHER = "+393337654321"
FACEBOOK = "com.facebook.katana"


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key, where telephones can connect."""
    # What has pages of its own must be there before the first client.
    assert await async_setup_component(hass, "mobile_app", {})
    async with answering(hass, hass_client_no_auth) as house:
        yield house


async def test_by_e_mail(
    hass: HomeAssistant, house: Answering, hass_ws_client: WebSocketGenerator
) -> None:
    """To whatever takes messages: each SMS and each chat."""
    anna = await Telephone.connect(hass, hass_ws_client, "Anna")
    await automate(hass, ("forward_by_email", {"recipients": [anna.entity_id]}))
    await house.receiver.deliver(message="7,50")
    mail = await anna.shown()
    assert mail["title"] == f"SMS from {WRITER}"
    subject, about, empty, text = mail["message"].split("\n")
    assert (subject, empty, text) == (f"SMS from {WRITER}", "", "7,50")
    assert about.endswith(", SIM 1")
    await house.receiver.deliver("ussd")
    await house.receiver.deliver("notifications")
    await house.receiver.deliver(
        "whatsapp", message="", attachment="https://gateway.example/1.jpg"
    )
    mail = await anna.shown()
    assert mail["title"] == f"WhatsApp chat from {OTHER}"
    assert mail["message"].endswith("\n\nhttps://gateway.example/1.jpg")


async def test_with_actions(hass: HomeAssistant, house: Answering) -> None:
    """What else sends it, and only what was chosen."""
    mails = capture(hass, "mail")
    await automate(
        hass,
        (
            "forward_by_email",
            {
                "which": [
                    {"trigger": "zender.ussd_received"},
                    {"trigger": "zender.notification_received"},
                    {
                        "trigger": "zender.sms_received",
                        "options": {"senders": [OTHER]},
                    },
                ],
                "send": fire(
                    "mail", subject="{{ mail.subject }}", text="{{ mail.text }}"
                ),
            },
        ),
    )
    for kind in ("sms", "whatsapp", "ussd", "notifications"):
        await house.receiver.deliver(kind)
    await house.receiver.deliver(phone=OTHER)
    assert [mail["subject"] for mail in mails] == [
        "USSD response to *100#",
        "Notification of com.ring.android",
        f"SMS from {OTHER}",
    ]
    assert mails[1]["text"].endswith("\n\nDoorbell\n\nSomebody is at the front door")


async def test_to_a_file(hass: HomeAssistant, house: Answering, tmp_path: Path) -> None:
    """A line for each, with tabs between its columns."""
    file = tmp_path / "messages.txt"
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    entry = MockConfigEntry(
        domain="file",
        version=2,
        data={"platform": "notify", "name": "Messages", "file_path": str(file)},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await automate(hass, ("save_to_file", {"file": "notify.messages"}))
    await house.receiver.deliver(message="Two\nlines\tand a tab")
    for kind in ("whatsapp", "ussd", "notifications"):
        await house.receiver.deliver(kind)
    lines = [line.split("\t") for line in file.read_text("utf-8").splitlines()[2:]]
    assert [columns[1:] for columns in lines] == [
        ["SMS", WRITER, "Two lines and a tab"],
        ["WhatsApp", OTHER, "Who has the key?"],
        ["USSD", "*100#", "Your balance is 12.50"],
        ["Notification", "com.ring.android", "Doorbell Somebody is at the front door"],
    ]
    assert all(dt_util.parse_datetime(columns[0]) for columns in lines)


async def test_text_someone(hass: HomeAssistant, house: Answering) -> None:
    """When an app notifies; a number that cannot be reached does not keep the others waiting."""
    await automate(
        hass,
        (
            "sms_on_app_notification",
            {
                "packages": [FACEBOOK],
                "words": ["CAFÉ"],
                "people": [WRITER, "4870", OTHER],
                "pause_minutes": 0,
            },
        ),
    )
    about: dict[str, Any] = {"package": FACEBOOK, "title": "Facebook"}
    await house.receiver.deliver("notifications", content="The cafe is open")
    await house.receiver.deliver("notifications", **about, content="A post")
    assert house.sent == []
    for text in ("The cafe is open", "The cafe closes"):
        await house.receiver.deliver("notifications", **about, content=text)
    assert [(sent.recipient, sent.message, sent.sender) for sent in house.sent] == [
        (recipient, f"Facebook: {text}", PHONE)
        for text in ("The cafe is open", "The cafe closes")
        for recipient in (WRITER, OTHER)
    ]


async def test_a_pause(hass: HomeAssistant, house: Answering) -> None:
    """In it, nothing is texted."""
    await automate(
        hass,
        (
            "sms_on_app_notification",
            {"packages": [FACEBOOK], "people": [WRITER], "text": "7,50"},
        ),
    )
    texted: asyncio.Queue[Sent] = asyncio.Queue()
    house.gateway.listen_to_sent(texted.put_nowait)
    for number in range(3):
        await house.receiver.post("notifications", package=FACEBOOK, id=number + 1)
    assert (await texted.get()).message == "7,50"
    await house.receiver.post("notifications", package=FACEBOOK, id=9)
    assert len(house.sent) == 1
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )
    await house.settle()
    assert len(house.sent) == 1


@pytest.mark.parametrize("name", ["sms_on_app_notification", "run_on_app_notification"])
async def test_no_app_is_no_app(
    hass: HomeAssistant, house: Answering, name: str
) -> None:
    """Not all of them."""
    ran = capture(hass, "ran")
    does = {"people": [WRITER]} if name.startswith("sms") else {"run": fire("ran")}
    await automate(hass, (name, {"packages": [], **does}))
    await house.receiver.deliver("notifications")
    assert house.sent == []
    assert ran == []


async def test_act(hass: HomeAssistant, house: Answering) -> None:
    """On an app's notification."""
    ran = capture(hass, "ran")
    await automate(
        hass,
        (
            "run_on_app_notification",
            {
                "packages": ["com.ring.android"],
                "words": ["front", "back"],
                "run": fire("ran", text="{{ trigger.event.content }}"),
            },
        ),
    )
    await house.receiver.deliver("notifications")
    await house.receiver.deliver("notifications", content="The battery is low")
    await house.receiver.deliver("notifications", package=FACEBOOK)
    assert ran == [{"text": "Somebody is at the front door"}]


async def test_codes(
    hass: HomeAssistant, house: Answering, hass_ws_client: WebSocketGenerator
) -> None:
    """Are shown on telephones, and taken away."""
    phones = [
        await Telephone.connect(hass, hass_ws_client, name)
        for name in ("Anna's phone", "Bruno")
    ]
    await automate(
        hass,
        (
            "show_one_time_code",
            {"phones": [phone.device_id for phone in phones], "minutes": 0},
        ),
    )
    await house.receiver.deliver(message="No code today")
    await house.receiver.deliver(
        phone="MyBank", message="042193 is your verification code."
    )
    for phone in phones:
        shown, cleared = [await phone.shown() for _ in range(2)]
        assert (shown["title"], shown["message"]) == ("MyBank", "042193")
        assert cleared["message"] == "clear_notification"
        assert cleared["data"]["tag"] == shown["data"]["tag"]


async def test_credit_of_a_sensor(
    hass: HomeAssistant, house: Answering, hass_ws_client: WebSocketGenerator
) -> None:
    """Warns when it falls below the amount, and again after it was above."""
    anna = await Telephone.connect(hass, hass_ws_client, "Anna")
    warnings = capture(hass, "warning")
    await automate(
        hass,
        (
            "low_ussd_balance",
            {
                "sensors": ["sensor.credit"],
                "below": 2.5,
                "recipients": [anna.entity_id],
                "run": fire("warning", balance="{{ balance }}"),
            },
        ),
    )
    about = {"friendly_name": "Credit", "unit_of_measurement": "EUR"}
    for credit in ("7.25", "2.40", "1.90", "unavailable", "10", "2.5", "0.70"):
        hass.states.async_set("sensor.credit", credit, about)
        await hass.async_block_till_done()
    # A sensor that was unavailable was not above.
    assert [float(warning["balance"]) for warning in warnings] == [2.4, 0.7]
    assert await anna.shown() == {
        "title": "Mobile credit",
        "message": "Credit: only 2.4 EUR left.",
    }
    await house.receiver.deliver("ussd", response="Your balance is 0.10")
    assert len(warnings) == 2


async def test_credit_in_a_response(hass: HomeAssistant, house: Answering) -> None:
    """Warns each time."""
    warnings = capture(hass, "warning")
    await automate(
        hass,
        (
            "low_ussd_balance",
            {
                "codes": ["*100#"],
                "run": fire("warning", text="{{ warning }}"),
            },
        ),
    )
    for response in (
        "Your balance is 12.50",
        "Your balance is 1,90 EUR.",
        "Your balance is 0.",
        "Try again later.",
        "You have -1 EUR",
    ):
        await house.receiver.deliver("ussd", response=response)
    await house.receiver.deliver("ussd", code="*200#", response="Only 1")
    assert [warning["text"] for warning in warnings] == [
        "SIM 1: only 1.9 left. Your balance is 1,90 EUR.",
        "SIM 1: only 0 left. Your balance is 0.",
        "SIM 1: only -1 left. You have -1 EUR",
    ]


async def test_credit_after_words(hass: HomeAssistant, house: Answering) -> None:
    """Where the first number is something else."""
    warnings = capture(hass, "warning")
    await automate(
        hass,
        (
            "low_ussd_balance",
            {
                "codes": ["*100#"],
                "pattern": r"balance is (\d+[.,]?\d*)",
                "run": fire("warning", balance="{{ balance }}"),
            },
        ),
    )
    await house.receiver.deliver("ussd", response="On 1 May your balance is 7,25")
    await house.receiver.deliver("ussd", response="On 3 May your balance is 0,25")
    assert [float(warning["balance"]) for warning in warnings] == [0.25]
