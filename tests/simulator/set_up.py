"""Adding the integration by its config flow, as the user's browser would."""

from dataclasses import dataclass
from typing import Any, Final

from .client import Client
from .gateway import Gateway, Webhook
from .samples import ACCOUNT, PHONE

FLOWS: Final = "/api/config/config_entries/flow"
PHONE_NAME: Final = "Hall phone"
GROUPS: Final = {"120363041234567890@g.us": "Family"}


class FlowError(Exception):
    """The config flow did not go as expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """The two ends of a connection: the gateway's webhook and Home Assistant's config entry."""

    webhook: Webhook
    entry_id: str


def furnish(gateway: Gateway) -> str:
    """Link the phone and the account of the realistic day, and return a key that may do everything."""
    gateway.api.add_device(PHONE, PHONE_NAME)
    gateway.api.add_account(ACCOUNT, GROUPS)
    return gateway.api.add_key()


async def configure_zender(
    client: Client,
    gateway: Gateway,
    name: str = "Home Assistant",
    *,
    site: str | None = None,
    api_key: str | None = None,
) -> SetUp:
    """Give the flow's address to the gateway, and the secret that it makes to the flow.

    With a site on loopback and a key, Home Assistant can send, too.
    """
    step = await client.post(FLOWS, {"handler": "zender"})
    _expect(step, "form", "user")
    webhook = gateway.add_webhook(name, step["description_placeholders"]["webhook_url"])
    flow = f"{FLOWS}/{step['flow_id']}"
    _expect(await client.post(flow, {}), "menu", "verify")
    _expect(await client.post(flow, {"next_step_id": "finish"}), "form", "finish")
    _expect(await client.post(flow, {"secret": webhook.secret}), "form", "api")
    api: dict[str, Any] = {}
    if site is not None:
        api = {"url": site, "api_key": api_key, "poll": False}
        # The first time, the dialog warns: this is not https.
        _expect(await client.post(flow, api), "form", "api")
    result = await client.post(flow, api)
    _expect(result, "create_entry")
    return SetUp(webhook=webhook, entry_id=result["result"]["entry_id"])


def _expect(step: dict[str, Any], kind: str, step_id: str | None = None) -> None:
    if step["type"] != kind or step.get("step_id") != step_id:
        wanted = f"{kind} {step_id or ''}".strip()
        raise FlowError(f"The config flow should have come to {wanted}, but: {step}")
