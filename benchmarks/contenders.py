"""The ways to receive an SMS that are compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
import json
from typing import Any, Final

from tests.simulator.client import Client
from tests.simulator.encoding import encode
from tests.simulator.gateway import Gateway
from tests.simulator.samples import PHONE
from tests.simulator.set_up import configure_zender

from .measuring import Post

SECRET: Final = "0123456789abcdef0123456789abcdef01234567"
FIELDS: Final = ("id", "rid", "sim", "device", "phone", "message", "timestamp")


def _field(name: str) -> str:
    return f"trigger.data['data[{name}]']"


def _fields(*names: str) -> dict[str, str]:
    return {name: f"{{{{ {_field(name)} }}}}" for name in names}


def _template(key: str, attributes: Iterable[str], **more: Any) -> dict[str, Any]:
    """Return what a user would write for SMS: a webhook that fires an event and updates a sensor."""
    return {
        "triggers": [
            {
                "trigger": "webhook",
                "webhook_id": key,
                "allowed_methods": ["POST"],
                "local_only": True,
            }
        ],
        **more,
        "actions": [{"event": f"{key}_received", "event_data": _fields(*FIELDS)}],
        "sensor": [
            {
                "name": f"Last SMS of {key}",
                "unique_id": key,
                "state": f"{{{{ {_field('message')}[:255] }}}}",
                "attributes": _fields(*attributes),
            }
        ],
    }


# One that checks the secret and keeps what the gateway says, as the integration does; and as lean as it gets.
# A configuration in JSON is YAML, too.
CONFIGURATION: Final = "template: " + json.dumps(
    [
        _template(
            "yaml_sms",
            FIELDS,
            conditions=[f"{{{{ trigger.data['secret'] == '{SECRET}' }}}}"],
        ),
        _template("lean_yaml_sms", ("phone", "sim", "message", "timestamp")),
    ]
)


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to receive an SMS: where it listens, and the event that it fires."""

    name: str
    url: str
    secret: str
    event_type: str

    def posts(self, number: int) -> list[Post]:
        """Return so many new messages, no two alike."""
        return [
            Post(self.url, *encode(self._payload(next(_IDS)))) for _ in range(number)
        ]

    def _payload(self, number: int) -> dict[str, Any]:
        return {
            "secret": self.secret,
            "type": "sms",
            "data": {
                "id": number,
                "rid": number,
                "sim": 1,
                "device": PHONE,
                "phone": "+393331234567",
                "message": f"Parcel {number} is at the door. Please collect it before 18:00.",
                "timestamp": 1793599200 + number,
            },
        }


_IDS = count(1)


async def async_contenders(client: Client) -> list[Contender]:
    """Set the integration up as a user does; the YAML is there already."""
    async with Gateway() as gateway:
        webhook = (await configure_zender(client, gateway)).webhook
    return [
        Contender("integration", webhook.url, webhook.secret, "zender_sms_received"),
        _yaml(client, "YAML", "yaml_sms"),
        _yaml(client, "YAML, lean", "lean_yaml_sms"),
    ]


def _yaml(client: Client, name: str, key: str) -> Contender:
    return Contender(name, f"{client.url}/api/webhook/{key}", SECRET, f"{key}_received")
