"""Automations with triggers of ours: when they run, and what they get."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component

from .receiving import USUAL, NewClient, Receiver

FIRED: Final = "fired"
ANA: Final = "+393331234567"
GROUP: Final = "120363041234567890@g.us"
KINDS: Final = {
    "sms": "sms_received",
    "whatsapp": "whatsapp_received",
    "ussd": "ussd_received",
    "notifications": "notification_received",
}
# Takes 2 to the power of the number of letters when there is no end to be found.
CATASTROPHIC: Final = "(a+)+$"
CATASTROPHE: Final = "a" * 5000 + "!"


async def connect(hass: HomeAssistant, new_client: NewClient) -> Receiver:
    """Return an entry in an Italian home that received a message of each kind."""
    hass.config.country = "IT"
    receiver = await Receiver.connect(hass, new_client)
    for kind in USUAL:
        await receiver.deliver(kind)
    return receiver


async def automate(
    hass: HomeAssistant, *triggers: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Set an automation up, and note what its trigger says each time it runs."""
    runs: list[dict[str, Any]] = []

    @callback
    def note(event: Event[Any]) -> None:
        runs.append(dict(event.data))

    hass.bus.async_listen(FIRED, note)
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "alias": "Test",
                "triggers": list(triggers),
                "actions": {
                    "event": FIRED,
                    "event_data": {
                        name: f"{{{{ trigger.{name} }}}}"
                        for name in (
                            "id",
                            "platform",
                            "event",
                            "groups",
                            "named_groups",
                            "description",
                        )
                    },
                },
                "mode": "queued",
            }
        },
    )
    await hass.async_block_till_done()
    return runs


def trigger(kind: str, **options: Any) -> dict[str, Any]:
    """Return a trigger for one kind of message."""
    return {"trigger": f"zender.{KINDS[kind]}", "options": options}


async def fires(
    receiver: Receiver, kind: str, options: Mapping[str, Any], **changes: Any
) -> bool:
    """Return whether a message fires a trigger. It never does so twice."""
    runs = await automate(receiver.hass, trigger(kind, **options))
    await receiver.deliver(kind, **changes)
    assert len(runs) <= 1
    return bool(runs)
