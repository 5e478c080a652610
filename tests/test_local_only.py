"""The option that lets only the local network deliver."""

from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .common import ACCEPTED, Answer, Gateway, add_entry, form, rejected, set_up, sms


@pytest.mark.parametrize(
    ("remote", "status"),
    [
        ("127.0.0.1", 200),
        ("192.168.1.20", 200),
        ("fd00::1", 200),
        ("203.0.113.7", 403),
        ("2001:db8:1::1", 403),
        ("nonsense", 403),
        (None, 403),
    ],
)
async def test_local_only_refuses_what_is_not_from_the_local_network(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    remote: str | None,
    status: int,
) -> None:
    """The right secret does not help; only the sender's address counts."""
    add_entry(hass, options={"local_only": True})
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())

    with patch("aiohttp.web_request.BaseRequest.remote", remote):
        answer = await gateway.deliver()

    assert answer == (
        ACCEPTED if status == 200 else Answer(403, {"error": "not_local"})
    )
    await hass.async_block_till_done()
    assert rejected(hass) == ({} if status == 200 else {"not_local": 1})


async def test_local_only_sees_through_a_trusted_proxy(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """The address that counts is the one that the proxy forwards."""
    assert await async_setup_component(
        hass,
        "http",
        {"http": {"use_x_forwarded_for": True, "trusted_proxies": ["127.0.0.1"]}},
    )
    add_entry(hass, options={"local_only": True})
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    body = form(sms())

    assert await gateway.post(body, x_forwarded_for="192.168.1.20") == ACCEPTED
    assert await gateway.post(body, x_forwarded_for="203.0.113.7") == Answer(
        403, {"error": "not_local"}
    )


async def test_local_only_refuses_the_cloud(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """As a cloudhook, and as a remote connection whose address looks local."""
    add_entry(hass, options={"local_only": True})
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())
    not_local = Answer(403, {"error": "not_local"})

    assert await gateway.post_through_cloud(form(sms())) == not_local
    with patch(
        "custom_components.zender.webhook.is_cloud_connection", return_value=True
    ):
        assert await gateway.deliver() == not_local


async def test_without_the_option_everybody_with_the_secret_may_deliver(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """The usual gateway is somewhere on the internet."""
    add_entry(hass)
    await set_up(hass)
    gateway = Gateway(hass, await hass_client_no_auth())

    with patch("aiohttp.web_request.BaseRequest.remote", "203.0.113.7"):
        assert await gateway.deliver() == ACCEPTED
    assert await gateway.post_through_cloud(form(sms(id=3, rid=3))) == ACCEPTED
