"""Listening for the first deliveries while a dialog shows what came."""

from datetime import timedelta
from http import HTTPStatus
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.zender.config_flow import ZenderConfigFlow
from custom_components.zender.listening import (
    ARRIVED,
    AWAITED,
    LISTEN_SECONDS,
    QUIET_SECONDS,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component

from .dialog import EXTERNAL, INTERNAL, OTHER_SECRET, Dialog, Gateway
from .receiving import SECRET
from .simulator.dashboard import Dashboard
from .simulator.gateway import Gateway as SimulatedGateway

KINDS = ("sms", "whatsapp", "ussd", "notification")


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return a gateway."""
    assert await async_setup_component(hass, "webhook", {})
    await hass.config.async_update(external_url=EXTERNAL)
    return Gateway(await hass_client_no_auth())


@pytest.fixture
async def dialog(hass: HomeAssistant, gateway: Gateway) -> Dialog:
    """Return a dialog that listens."""
    dialog = await Dialog.open(hass)
    await dialog.listen()
    return dialog


@pytest.fixture
async def dialog_with_typed_secret(hass: HomeAssistant, gateway: Gateway) -> Dialog:
    """Return a dialog that listens for a secret which was typed."""
    dialog = await Dialog.open(hass)
    await dialog.submit()
    await dialog.choose("secret")
    await dialog.submit(secret=SECRET)
    return dialog


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass."""
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


def ticks(dialog: Dialog) -> list[str]:
    """Return what is ticked off."""
    return [kind for kind in KINDS if dialog.placeholders[kind] == ARRIVED]


def is_listening(dialog: Dialog) -> bool:
    """Whether the dialog shows that it waits."""
    return (
        dialog.result["type"] is FlowResultType.SHOW_PROGRESS
        and dialog.result["progress_action"] == "listening"
    )


async def redirect(gateway: Gateway, url: str) -> None:
    """Deliver as a redirect does it: without the body."""
    response = await gateway.client.get(URL(url).path)
    assert response.status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_samples_are_ticked_off_one_by_one(
    dialog: Dialog, gateway: Gateway
) -> None:
    """Each message shows at once which kind arrived, and the address stays in sight."""
    url = dialog.url
    assert is_listening(dialog)
    assert {dialog.placeholders[kind] for kind in KINDS} == {AWAITED} != {ARRIVED}

    seen = []
    for type_ in ("sms", "whatsapp", "ussd"):
        await gateway.deliver(url, type_)
        await dialog.look()
        assert is_listening(dialog)
        assert dialog.url == url
        seen.append(ticks(dialog))

    assert seen == [["sms"], ["sms", "whatsapp"], ["sms", "whatsapp", "ussd"]]

    await gateway.deliver(url, "notifications")
    await dialog.look()
    assert dialog.step == "confirm"
    assert ticks(dialog) == list(KINDS)


async def test_with_fewer_samples_it_ends_after_some_quiet_seconds(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog: Dialog,
    gateway: Gateway,
) -> None:
    """Who ticked only some events in the gateway does not wait five minutes."""
    url = dialog.url
    await gateway.deliver(url, "sms")
    await dialog.look()
    await pass_time(hass, freezer, QUIET_SECONDS - 1)
    await gateway.deliver(url, "whatsapp")
    await dialog.look()
    await pass_time(hass, freezer, QUIET_SECONDS - 1)
    assert not dialog.has_news

    await pass_time(hass, freezer, 1)
    await dialog.look()
    assert dialog.step == "confirm"
    assert ticks(dialog) == ["sms", "whatsapp"]


async def test_a_busy_gateway_does_not_keep_it_listening_for_ever(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog: Dialog,
    gateway: Gateway,
) -> None:
    """After five minutes it shows what came, although it was never quiet."""
    url = dialog.url
    pause = QUIET_SECONDS - 2
    for number in range(LISTEN_SECONDS // pause):
        await gateway.deliver(url, "sms", id=number)
        await pass_time(hass, freezer, pause)
    await dialog.look()

    assert dialog.step == "confirm"
    assert ticks(dialog) == ["sms"]


async def test_after_five_minutes_with_nothing_it_can_listen_again(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog: Dialog,
    gateway: Gateway,
) -> None:
    """The page says how to find the fault; the address is still the same."""
    url = dialog.url
    await pass_time(hass, freezer, LISTEN_SECONDS - 1)
    assert not dialog.has_news
    await pass_time(hass, freezer, 1)
    await dialog.look()

    assert dialog.step == "nothing_came"
    assert dialog.options == ["listen", "secret", "finish"]
    assert dialog.url == url

    await dialog.choose("listen")
    await pass_time(hass, freezer, LISTEN_SECONDS - 1)
    assert not dialog.has_news
    assert is_listening(dialog)
    await gateway.deliver(url, "sms", "whatsapp", "ussd", "notifications")
    await dialog.look()
    assert dialog.step == "confirm"


async def test_a_typed_secret_need_not_be_typed_again_to_finish(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog_with_typed_secret: Dialog,
) -> None:
    """Nothing came, but the gateway may be away."""
    dialog = dialog_with_typed_secret
    await pass_time(hass, freezer, LISTEN_SECONDS)
    await dialog.look()
    assert dialog.step == "nothing_came"

    await dialog.choose("finish")
    await dialog.skip_api()
    assert dialog.entry.data["secret"] == SECRET


async def test_after_nothing_came_asking_the_gateway_is_offered(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog_with_typed_secret: Dialog,
) -> None:
    """The address may be public and lead nowhere all the same."""
    dialog = dialog_with_typed_secret
    await pass_time(hass, freezer, LISTEN_SECONDS)
    await dialog.look()
    await dialog.choose("finish")

    assert dialog.shown == {"url": None, "api_key": None, "poll": True}


async def test_a_typed_secret_is_kept_when_the_gateway_is_to_be_asked(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, gateway: Gateway
) -> None:
    """The webhook that has it may get through one day."""
    await hass.config.async_update(external_url=None, internal_url=INTERNAL)
    dialog = await Dialog.open(hass)
    url = dialog.url
    await dialog.submit()
    await dialog.choose("secret")
    await dialog.submit(secret=SECRET)
    await pass_time(hass, freezer, LISTEN_SECONDS)
    await dialog.look()
    assert dialog.options == ["listen", "secret", "finish", "poll_only"]

    await dialog.choose("poll_only")
    async with SimulatedGateway() as simulated, Dashboard(simulated) as site:
        await dialog.submit_insecure(site.url, simulated.api.add_key())
        await gateway.deliver(url, "sms")
        assert dialog.entry.data["secret"] == SECRET
        await hass.config_entries.async_unload(dialog.entry.entry_id)


async def test_a_delivery_with_the_typed_secret_is_shown(
    dialog_with_typed_secret: Dialog, gateway: Gateway
) -> None:
    """Another secret's do not count."""
    dialog = dialog_with_typed_secret
    url = dialog.url
    await gateway.deliver(url, "sms", secret=OTHER_SECRET)
    await gateway.deliver(url, "whatsapp", "ussd")
    await dialog.look()

    assert is_listening(dialog)
    assert ticks(dialog) == ["whatsapp", "ussd"]


async def test_another_secret_than_the_typed_one_is_said_and_can_be_used(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog_with_typed_secret: Dialog,
    gateway: Gateway,
) -> None:
    """A secret that was copied from the wrong webhook is found out."""
    dialog = dialog_with_typed_secret
    await gateway.deliver(dialog.url, "sms", "ussd", secret=OTHER_SECRET)
    await dialog.look()
    assert dialog.result["progress_action"] == "other_secret"
    assert ticks(dialog) == []

    await pass_time(hass, freezer, LISTEN_SECONDS)
    await dialog.look()
    assert dialog.step == "other_secret"
    assert dialog.options == ["use_other_secret", "listen", "secret", "finish"]

    await dialog.choose("use_other_secret")
    assert dialog.step == "confirm"
    assert dialog.placeholders["secret_start"] == OTHER_SECRET[:4]
    assert ticks(dialog) == ["sms", "ussd"]

    await dialog.submit()
    await dialog.skip_api()
    assert dialog.entry.data["secret"] == OTHER_SECRET


async def test_the_typed_secret_can_be_kept_although_another_came(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog_with_typed_secret: Dialog,
    gateway: Gateway,
) -> None:
    """Somebody else may have found the address."""
    dialog = dialog_with_typed_secret
    await gateway.deliver(dialog.url, "sms", secret=OTHER_SECRET)
    await dialog.look()
    await pass_time(hass, freezer, LISTEN_SECONDS)
    await dialog.look()
    await dialog.choose("finish")
    await dialog.skip_api()

    assert dialog.entry.data["secret"] == SECRET


async def test_a_redirect_is_found_out(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog: Dialog,
    gateway: Gateway,
) -> None:
    """A redirected message arrives as an empty request: the dialog says what to do."""
    url = dialog.url
    await redirect(gateway, url)
    await dialog.look()
    assert dialog.result["progress_action"] == "redirected"
    assert dialog.url == url

    await pass_time(hass, freezer, LISTEN_SECONDS)
    await dialog.look()
    assert dialog.step == "redirected"
    assert dialog.options == ["listen", "secret", "finish"]

    await dialog.choose("listen")
    assert is_listening(dialog), "what was said is not said again"
    await gateway.deliver(url, "sms", "whatsapp", "ussd", "notifications")
    await dialog.look()
    assert dialog.step == "confirm"


async def test_a_redirect_before_listening_is_found_out_too(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """Many press Trigger first."""
    dialog = await Dialog.open(hass)
    await redirect(gateway, dialog.url)
    await dialog.listen()

    assert dialog.result["progress_action"] == "redirected"


async def test_a_redirect_is_forgotten_as_soon_as_a_message_arrives(
    dialog: Dialog, gateway: Gateway
) -> None:
    """The address was put right."""
    url = dialog.url
    await redirect(gateway, url)
    await dialog.look()
    await gateway.deliver(url, "sms")
    await dialog.look()

    assert is_listening(dialog)
    assert ticks(dialog) == ["sms"]


async def test_looking_again_without_news_changes_nothing(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog: Dialog,
    gateway: Gateway,
) -> None:
    """A browser that was reloaded asks for the present state, and the time goes on."""
    flows = hass.config_entries.flow
    await pass_time(hass, freezer, LISTEN_SECONDS - 1)
    again = await flows.async_configure(dialog.flow_id)
    assert again["type"] is FlowResultType.SHOW_PROGRESS
    await pass_time(hass, freezer, 1)
    await dialog.look()

    assert dialog.step == "nothing_came"


async def test_looking_just_when_time_is_up_is_no_dead_end(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dialog: Dialog,
    gateway: Gateway,
) -> None:
    """The browser may ask before the clock strikes; listening again works."""
    url = dialog.url
    freezer.tick(timedelta(seconds=LISTEN_SECONDS))
    await hass.config_entries.flow.async_configure(dialog.flow_id)
    await dialog.look()
    assert dialog.step == "nothing_came"

    await dialog.choose("listen")
    await gateway.deliver(url, "sms")
    await dialog.look()
    assert is_listening(dialog)
    assert ticks(dialog) == ["sms"]


async def test_home_assistant_rests_while_a_dialog_listens(
    hass: HomeAssistant, dialog: Dialog
) -> None:
    """It works only when something comes, and can stop at any time."""
    with patch.object(ZenderConfigFlow, "async_step_listen") as step:
        for _ in range(20):
            await hass.async_block_till_done()

    step.assert_not_called()
    assert is_listening(dialog)
