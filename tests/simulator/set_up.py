"""Adding the integration by its config flow, as the user's browser would."""

from dataclasses import dataclass
from typing import Any, Final

from .client import Client
from .gateway import Gateway, Webhook

FLOWS: Final = "/api/config/config_entries/flow"


class FlowError(Exception):
    """The config flow did not go as expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """The two ends of a connection: the gateway's webhook and Home Assistant's config entry."""

    webhook: Webhook
    entry_id: str


async def configure_zender(
    client: Client, gateway: Gateway, name: str = "Home Assistant"
) -> SetUp:
    """Give the flow's address to the gateway, and the secret that it makes to the flow."""
    step = await client.post(FLOWS, {"handler": "zender"})
    _expect(step, "form", "user")
    webhook = gateway.add_webhook(name, step["description_placeholders"]["webhook_url"])
    flow = f"{FLOWS}/{step['flow_id']}"
    _expect(await client.post(flow, {}), "menu", "verify")
    _expect(await client.post(flow, {"next_step_id": "finish"}), "form", "finish")
    result = await client.post(flow, {"secret": webhook.secret})
    _expect(result, "create_entry")
    return SetUp(webhook=webhook, entry_id=result["result"]["entry_id"])


def _expect(step: dict[str, Any], kind: str, step_id: str | None = None) -> None:
    if step["type"] != kind or step.get("step_id") != step_id:
        wanted = f"{kind} {step_id or ''}".strip()
        raise FlowError(f"The config flow should have come to {wanted}, but: {step}")
