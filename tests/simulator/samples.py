"""The messages that the simulated gateway sends: documented, triggered by hand, and of a realistic day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
import random
import time
from typing import Any, Final

from .encoding import Fields, htmlspecialchars


class Event(StrEnum):
    """What a webhook of the gateway can be subscribed to."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    USSD = "ussd"
    NOTIFICATIONS = "notifications"

    @property
    def label(self) -> str:
        """Return the name as it is read."""
        return {"sms": "SMS", "whatsapp": "WhatsApp", "ussd": "USSD"}.get(
            self, "Notification"
        )

    @classmethod
    def of(cls, type_: str) -> Event:
        """Return the event of a payload's type, which has two names for notifications."""
        return cls.NOTIFICATIONS if type_ == "notification" else cls(type_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One message: what goes over the wire, and what it means where that differs."""

    title: str
    type: str
    data: Fields
    means: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event(self) -> Event:
        """Return the event that this message belongs to."""
        return Event.of(self.type)

    @property
    def meaning(self) -> dict[str, Any]:
        """Return the fields as an event in Home Assistant should hold them."""
        return {**self.data, **self.means}


SAMPLE_PHONE: Final = "00000000-0000-0000-d57d-f30cb6a89289"

DOCUMENTED: Final = (
    Sample(
        title="SMS, the documented example",
        type="sms",
        data={
            "id": 2,
            "rid": 10593,
            "sim": 1,
            "device": SAMPLE_PHONE,
            "phone": "+639760713666",
            "message": "Hello World!",
            "timestamp": 1645684231,
        },
        means={"one_time_code": None},
    ),
    Sample(
        title="WhatsApp, the documented example",
        type="whatsapp",
        data={
            "id": 2,
            "wid": "+639760713666",
            "phone": "+639760666713",
            "message": "Hello World!",
            "timestamp": 1645684231,
        },
        means={"attachment": None, "is_group": False, "one_time_code": None},
    ),
    Sample(
        title="USSD, the documented example",
        type="ussd",
        data={
            "id": 98,
            "sim": 1,
            "device": SAMPLE_PHONE,
            "code": "*143#",
            "response": "Sorry! You are not allowed to use this service.",
            "timestamp": 1645684231,
        },
    ),
    Sample(
        title="Notification, the documented example",
        type="notification",
        data={
            "id": 77,
            "device": SAMPLE_PHONE,
            "package": "com.facebook.katana",
            "title": "Someone commented on your post!",
            "content": "Someone commented on your post!",
            "timestamp": 1645684231,
        },
    ),
)


def trigger_samples(events: frozenset[Event]) -> tuple[Sample, ...]:
    """Return what the dashboard's Trigger button sends: the examples, with random ids and the time of now."""
    return tuple(
        replace(
            sent_anew(sample), title=f"{sample.event.label} from the Trigger button"
        )
        for sample in DOCUMENTED
        if sample.event in events
    )


def sent_anew(sample: Sample) -> Sample:
    """Return another message with the same text: its numbers are random, and it is of now."""
    numbers = {
        name: random.randint(1, 99999) for name in ("id", "rid") if name in sample.data
    }
    return replace(
        sample, data={**sample.data, **numbers, "timestamp": int(time.time())}
    )


PHONE: Final = "7c1e5b02-44d0-4f3a-9a52-3b8e6f10c4d7"
ACCOUNT: Final = "+390612345678"
MORNING: Final = 1793599200  # Monday, 2 November 2026, 06:00 UTC

USSD_MENU: Final = """Welcome to MyNet
1. Balance
2. Data bundles
3. Send credit
4. Languages
0. Exit"""

BUILDING_NOTICE: Final = (
    "Good morning from the building office 🏢☀️ The water will be off on Thursday from 09:00 to 13:30 while the "
    "pump in the cellar is replaced 🔧💧 Please fill what you need before, and keep the taps closed. "
    "שלום לכל הדיירים, המים יופסקו ביום חמישי בבוקר. נא למלא מים מראש, תודה על הסבלנות 🙏 "
    "صباح الخير جميعًا، سيتم قطع المياه يوم الخميس من الساعة التاسعة صباحًا، شكرًا لتفهمكم 🌷 "
    "The lift stays in service 🛗 and the gate opens as always with your phone 📱🚪 Should anything be urgent, "
    "call the caretaker at any time: he lives on the ground floor, second door on the left. "
    "Thank you all, and have a great day! 🌞"
)

SHOPPING: Final = (
    "Milk & eggs <3 the \"good\" ones, it's for Ana's cake; not &nbsp; please"
)

REALISTIC_DAY: Final = (
    Sample(
        title="USSD, a menu of several lines",
        type="ussd",
        data={
            "id": 1,
            "sim": 2,
            "device": PHONE,
            "code": "*100#",
            "response": USSD_MENU,
            "timestamp": MORNING,
        },
    ),
    Sample(
        title="SMS, 600 characters with emoji and right-to-left text",
        type="sms",
        data={
            "id": 1041,
            "rid": 311,
            "sim": 1,
            "device": PHONE,
            "phone": "+393331234567",
            "message": BUILDING_NOTICE,
            "timestamp": MORNING + 660,
        },
    ),
    Sample(
        title="SMS, an alphanumeric sender with a one-time code",
        type="sms",
        data={
            "id": 1042,
            "rid": 312,
            "sim": 1,
            "device": PHONE,
            "phone": "MyBank",
            "message": "482913 is your verification code. It is valid for 5 minutes. Never share it.",
            "timestamp": MORNING + 3725,
        },
        means={"one_time_code": "482913"},
    ),
    Sample(
        title="WhatsApp, a group",
        type="whatsapp",
        data={
            "id": 507,
            "wid": ACCOUNT,
            "phone": "120363041234567890@g.us",
            "message": "Who has the key of the bike shed? 🚲",
            "attachment": "0",
            "timestamp": MORNING + 8100,
        },
        means={"attachment": None, "is_group": True},
    ),
    Sample(
        title="WhatsApp, an attachment without text",
        type="whatsapp",
        data={
            "id": 508,
            "wid": ACCOUNT,
            "phone": "+393337654321",
            "message": "",
            "attachment": "https://gateway.example/uploads/whatsapp/received/parcel%20at%20door.jpg",
            "timestamp": MORNING + 9000,
        },
        means={"is_group": False},
    ),
    Sample(
        title="Notification, under the type notifications",
        type="notifications",
        data={
            "id": 2204,
            "device": PHONE,
            "package": "com.ring.android",
            "title": "Doorbell",
            "content": "Somebody is at the front door",
            "timestamp": MORNING + 9010,
        },
    ),
    Sample(
        title="SMS, HTML entities as version 3.9.5 escapes them",
        type="sms",
        data={
            "id": 1043,
            "rid": 313,
            "sim": 2,
            "device": PHONE,
            "phone": "+393331234567",
            "message": htmlspecialchars(SHOPPING),
            "timestamp": MORNING + 12600,
        },
        means={"message": SHOPPING},
    ),
)
