"""The gateway's site and API key in the dialogs: tested before they are kept."""

from collections.abc import AsyncGenerator
import re
from typing import Final

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import api_flow
from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .dialog import EXTERNAL, INTERNAL, OTHER_SECRET, Dialog, Gateway
from .keeping import repairs
from .receiving import SECRET
from .simulator.api_state import EVERY_CALL, ApiFault, Permission
from .simulator.dashboard import Dashboard
from .simulator.gateway import Gateway as SimulatedGateway

READING: Final = [
    "get_devices",
    "get_wa_accounts",
    "get_sms_received",
    "get_wa_received",
    "get_ussd",
    "get_notifications",
    "get_credits",
    "get_subscription",
]


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return a gateway that reaches a Home Assistant with two addresses."""
    assert await async_setup_component(hass, "webhook", {})
    await hass.config.async_update(external_url=EXTERNAL, internal_url=INTERNAL)
    return Gateway(await hass_client_no_auth())


@pytest.fixture
async def site(hass: HomeAssistant, gateway: Gateway) -> AsyncGenerator[Dashboard]:
    """Return the gateway's site. It is not https."""
    async with SimulatedGateway() as simulated, Dashboard(simulated) as dashboard:
        yield dashboard
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def key(site: Dashboard) -> str:
    """Return a key that may do everything."""
    return site.gateway.api.add_key()


@pytest.fixture
async def dialog(hass: HomeAssistant, gateway: Gateway) -> Dialog:
    """Return a dialog that asks for the site and the key."""
    return await asked(hass)


async def asked(hass: HomeAssistant, secret: str = SECRET) -> Dialog:
    """Add a gateway, up to the step about the key."""
    dialog = await Dialog.open(hass)
    await dialog.submit()
    await dialog.choose("finish")
    await dialog.submit(secret=secret)
    assert dialog.step == "api"
    return dialog


# Adding


async def test_a_key_is_kept_with_the_site(
    hass: HomeAssistant, dialog: Dialog, site: Dashboard, key: str
) -> None:
    """The entry is called like the site, and the gateway answers it."""
    assert dialog.shown == {"url": None, "api_key": None}
    await dialog.submit_insecure(site.url, key)
    await hass.async_block_till_done(wait_background_tasks=True)

    entry = dialog.entry
    assert entry.title == "127.0.0.1"
    assert entry.data["secret"] == SECRET
    assert (entry.data["url"], entry.data["api_key"]) == (site.url, key)
    assert entry.options == {}
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.api.coordinator.last_update_success


async def test_both_can_be_left_out(dialog: Dialog) -> None:
    """Receiving needs no key."""
    await dialog.submit(url="  ", api_key="")

    assert dialog.entry.title == "Zender gateway"
    assert dialog.entry.data.keys() == {"webhook_id", "secret", "webhook_url"}


async def test_the_site_can_be_pasted_from_the_browser(
    dialog: Dialog, site: Dashboard, key: str
) -> None:
    """With the page that happens to be open, and the key with spaces."""
    await dialog.submit_insecure(f" {site.url}/Install/dashboard/tools ", f" {key}\n")

    assert dialog.entry.data["url"] == f"{site.url}/Install"
    assert dialog.entry.data["api_key"] == key


async def test_entries_of_one_site_can_be_told_apart(
    hass: HomeAssistant, dialog: Dialog, site: Dashboard, key: str
) -> None:
    """Each has a title that no other has."""
    await dialog.submit_insecure(site.url, key)
    another = await asked(hass, OTHER_SECRET)
    await another.submit_insecure(site.url, key)

    assert [dialog.entry.title, another.entry.title] == ["127.0.0.1", "127.0.0.1 2"]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"url": "gateway.example"}, {"api_key": "api_key_needed"}),
        ({"url": "gateway.example", "api_key": " "}, {"api_key": "api_key_needed"}),
        ({"api_key": "0" * 40}, {"url": "url_needed"}),
        ({"url": "no site", "api_key": "0" * 40}, {"url": "invalid_site"}),
        ({"url": "ftp://x.example", "api_key": "0" * 40}, {"url": "invalid_site"}),
    ],
)
async def test_what_is_missing_or_wrong_is_said(
    dialog: Dialog, typed: dict[str, str], errors: dict[str, str]
) -> None:
    """At its field; what was typed is still there."""
    await dialog.submit(**typed)

    assert dialog.result["errors"] == errors
    assert dialog.shown == {"url": None, "api_key": None, **typed}


async def test_a_site_without_https_is_taken_after_a_warning(
    dialog: Dialog, site: Dashboard
) -> None:
    """The key is not sent before. Another site is warned of, too."""
    for url in (f"{site.url}/one", f"{site.url}/two"):
        await dialog.submit(url=url, api_key="0" * 40)
        assert dialog.result["errors"] == {"url": "insecure"}
    await dialog.submit(url=f"{site.url}/two", api_key="0" * 40)
    assert dialog.result["errors"] == {"api_key": "gateway_invalid_key"}


async def test_a_key_that_the_gateway_does_not_know_is_not_kept(
    dialog: Dialog, site: Dashboard, key: str
) -> None:
    """It can be typed again."""
    await dialog.submit_insecure(site.url, "0" * 40)
    assert dialog.result["errors"] == {"api_key": "gateway_invalid_key"}

    await dialog.submit(url=site.url, api_key=key)
    assert dialog.entry.data["api_key"] == key


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (ApiFault.MAINTENANCE, "gateway_maintenance"),
        (ApiFault.ERROR, "gateway_server_error"),
        (ApiFault.TRUNCATED, "gateway_invalid_answer"),
        (ApiFault.CUT, "gateway_connection"),
    ],
)
async def test_a_gateway_that_does_not_answer_is_not_taken(
    dialog: Dialog, site: Dashboard, key: str, fault: ApiFault, error: str
) -> None:
    """The dialog says why; it can be tried again."""
    site.gateway.api.faults[EVERY_CALL] = fault
    await dialog.submit_insecure(site.url, key)
    assert dialog.result["errors"] == {"url": error}

    site.gateway.api.faults.clear()
    await dialog.submit(url=site.url, api_key=key)
    assert dialog.entry.data["url"] == site.url


async def test_a_site_that_does_not_speak_https_is_found_out(
    dialog: Dialog, site: Dashboard, key: str
) -> None:
    """Without a scheme, https is meant."""
    await dialog.submit(url=site.url.removeprefix("http://"), api_key=key)

    assert dialog.result["errors"] == {"url": "gateway_tls"}


async def test_what_a_key_may_not_do_is_told(
    hass: HomeAssistant, dialog: Dialog, site: Dashboard
) -> None:
    """By name, and it is taken all the same."""
    few = site.gateway.api.add_key({Permission.SEND_SMS, Permission.GET_CREDITS})
    await dialog.submit_insecure(site.url, few)

    assert dialog.step == "permissions"
    assert dialog.result["last_step"]
    schema = dialog.result["data_schema"]
    assert schema is not None
    assert [str(field) for field in schema.schema] == [
        name for name in READING if name != "get_credits"
    ]
    assert all(field.config["read_only"] for field in schema.schema.values())
    assert hass.config_entries.async_entries(DOMAIN) == []

    await dialog.submit()
    assert dialog.entry.data["api_key"] == few


@pytest.mark.parametrize("lacking", READING)
async def test_each_permission_has_a_name(
    dialog: Dialog, site: Dashboard, lacking: str
) -> None:
    """One that is missing is told alone."""
    permissions = set(Permission) - {Permission(lacking)}
    await dialog.submit_insecure(site.url, site.gateway.api.add_key(permissions))

    assert list(dialog.shown) == [lacking]


async def test_a_slow_gateway_does_not_hold_the_dialog_up(
    monkeypatch: pytest.MonkeyPatch, dialog: Dialog, site: Dashboard, key: str
) -> None:
    """What it does not tell in time is not held against the key."""
    monkeypatch.setattr(api_flow, "PERMISSION_SECONDS", 0.05)
    site.gateway.api.faults["get/wa.accounts"] = ApiFault.HANG
    await dialog.submit_insecure(site.url, key)

    assert dialog.entry.data["api_key"] == key


async def test_a_gateway_is_not_added_twice_by_two_dialogs(
    hass: HomeAssistant, dialog: Dialog
) -> None:
    """The slower one ends."""
    slower = await Dialog.open(hass)
    await slower.choose("new_address")
    await slower.submit()
    await slower.choose("finish")
    await slower.submit(secret=SECRET)
    await dialog.skip_api()
    await slower.skip_api()

    assert slower.abort_reason == "already_configured"
    assert hass.config_entries.async_entries(DOMAIN) == [dialog.entry]


async def test_the_key_is_not_in_the_log(
    caplog: pytest.LogCaptureFixture,
    hass: HomeAssistant,
    dialog: Dialog,
    site: Dashboard,
    key: str,
) -> None:
    """Neither a good one nor a wrong one, whatever goes wrong."""
    wrong = "0123456789" * 4
    await dialog.submit_insecure(site.url, wrong)
    site.gateway.api.faults[EVERY_CALL] = ApiFault.CUT
    await dialog.submit(url=site.url, api_key=key)
    site.gateway.api.faults.clear()
    await dialog.submit(url=site.url, api_key=key)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert dialog.entry.state is ConfigEntryState.LOADED
    assert key not in caplog.text
    assert wrong not in caplog.text


# Asking instead of being told


@pytest.mark.parametrize(
    ("external_url", "offered"),
    [
        (EXTERNAL, {}),
        ("http://home.example", {"poll": True}),
        (f"https://{'a' * 163}.example", {"poll": True}),
        (None, {"poll": True}),
    ],
    ids=["https", "http", "too long", "at home"],
)
async def test_asking_the_gateway_is_offered_without_a_public_address(
    hass: HomeAssistant,
    gateway: Gateway,
    external_url: str | None,
    offered: dict[str, bool],
) -> None:
    """The gateway could deliver nothing."""
    await hass.config.async_update(external_url=external_url)

    assert (await asked(hass)).shown == {"url": None, "api_key": None, **offered}


@pytest.mark.parametrize("polls", [True, False])
async def test_asking_the_gateway_can_be_chosen(
    hass: HomeAssistant, site: Dashboard, key: str, polls: bool
) -> None:
    """It becomes an option."""
    await hass.config.async_update(external_url=None)
    dialog = await asked(hass)
    await dialog.submit_insecure(site.url, key, poll=polls)

    assert dialog.entry.options == ({"poll": True} if polls else {})


async def test_without_a_key_the_gateway_cannot_be_asked(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """However it is ticked."""
    await hass.config.async_update(external_url=None)
    dialog = await asked(hass)
    await dialog.submit(poll=True)

    assert dialog.entry.options == {}
    assert "api_key" not in dialog.entry.data


async def test_where_messages_arrive_the_gateway_need_not_be_asked(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """It is at home, too. It can be ticked all the same."""
    await hass.config.async_update(external_url=None)
    dialog = await Dialog.open(hass)
    url = dialog.url
    await dialog.listen()
    await gateway.deliver(url, "sms", "whatsapp", "ussd", "notifications")
    await dialog.look()
    await dialog.submit()

    assert dialog.shown == {"url": None, "api_key": None, "poll": False}


async def test_a_home_assistant_that_cannot_be_reached_needs_no_webhook(
    hass: HomeAssistant, gateway: Gateway, site: Dashboard, key: str
) -> None:
    """The key is enough, and nobody can deliver anything."""
    await hass.config.async_update(external_url=None)
    dialog = await Dialog.open(hass)
    url = dialog.url
    await dialog.submit()
    assert dialog.options == ["listen", "secret", "finish", "poll_only"]
    await dialog.choose("poll_only")
    assert dialog.step == "poll_only"
    assert dialog.shown == {"url": None, "api_key": None}

    await dialog.submit()
    assert dialog.result["errors"] == {
        "url": "url_needed",
        "api_key": "api_key_needed",
    }
    await dialog.submit_insecure(site.url, key)

    entry = dialog.entry
    assert entry.options == {"poll": True}
    assert (entry.data["url"], entry.data["api_key"]) == (site.url, key)
    assert re.fullmatch(r"[0-9a-f]{40}", entry.data["secret"])
    assert len(set(entry.data["secret"])) > 1
    assert await gateway.post(url) == (401, {"error": "invalid_secret"})
    # The gateway has no address of it that could be wrong one day.
    assert "webhook_url" not in entry.data
    await hass.config.async_update(internal_url="http://other.example:8123")
    await hass.async_block_till_done()
    assert "url_changed" not in repairs(hass)
