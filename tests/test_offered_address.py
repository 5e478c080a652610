"""What an address answers while a dialog shows it and no entry has it yet."""

from http import HTTPStatus

from aiohttp.hdrs import ACCEPT
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.zender.gateway.payload import MAX_BODY_SIZE
from custom_components.zender.offers import MAX_DELIVERIES, MAX_SECRET_LENGTH
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .dialog import EXTERNAL, Dialog, Gateway
from .receiving import SECRET


@pytest.fixture
async def gateway(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Gateway:
    """Return a gateway."""
    assert await async_setup_component(hass, "webhook", {})
    await hass.config.async_update(external_url=EXTERNAL)
    return Gateway(await hass_client_no_auth())


async def finish(dialog: Dialog) -> None:
    """Type the secret and finish."""
    await dialog.submit()
    await dialog.choose("finish")
    await dialog.submit(secret=SECRET)
    await dialog.skip_api()


async def test_a_browser_is_told_that_it_arrived(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """That is how a person tries the address from a phone; it is no redirected message."""
    dialog = await Dialog.open(hass)
    response = await gateway.client.get(
        URL(dialog.url).path,
        headers={ACCEPT: "text/html,application/xhtml+xml,*/*;q=0.8"},
    )

    assert response.status == HTTPStatus.OK
    assert response.content_type == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"
    assert "This address reaches your Home Assistant" in await response.text()

    await dialog.listen()
    assert dialog.result["progress_action"] == "listening"


async def test_an_address_answers_a_get_only_while_its_dialog_is_open(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """Afterwards nobody is there to read it."""
    dialog = await Dialog.open(hass)
    path = URL(dialog.url).path
    dialog.close()
    response = await gateway.client.get(path, headers={ACCEPT: "text/html"})
    assert response.status == HTTPStatus.METHOD_NOT_ALLOWED

    again = await Dialog.open(hass)
    response = await gateway.client.get(path, headers={ACCEPT: "text/html"})
    assert response.status == HTTPStatus.OK

    await finish(again)
    response = await gateway.client.get(path, headers={ACCEPT: "text/html"})
    assert response.status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_a_gateway_that_checks_the_address_is_content(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """HEAD asks whether the address exists."""
    dialog = await Dialog.open(hass)
    path = URL(dialog.url).path

    assert (await gateway.client.head(path)).status == HTTPStatus.OK
    assert (await gateway.client.put(path)).status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_a_message_is_answered_as_waiting(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """Nothing is delivered yet, so nothing else is said."""
    dialog = await Dialog.open(hass)

    assert await gateway.post(dialog.url) == (
        HTTPStatus.ACCEPTED,
        {"result": "queued"},
    )


async def test_only_so_many_messages_wait(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """Whoever finds an address that is on offer cannot fill the memory."""
    events = async_capture_events(hass, "zender_sms_received")
    dialog = await Dialog.open(hass)
    url = dialog.url
    for number in range(MAX_DELIVERIES):
        await gateway.deliver(url, "sms", id=number)

    assert await gateway.post(url, id=MAX_DELIVERIES) == (
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"error": "unavailable"},
    )
    await finish(dialog)
    await hass.async_block_till_done()
    assert [event.data["id"] for event in events] == list(range(MAX_DELIVERIES))


@pytest.mark.parametrize(
    ("length", "answer"),
    [
        (0, (HTTPStatus.UNAUTHORIZED, {"error": "invalid_secret"})),
        (MAX_SECRET_LENGTH, (HTTPStatus.ACCEPTED, {"result": "queued"})),
        (MAX_SECRET_LENGTH + 1, (HTTPStatus.UNAUTHORIZED, {"error": "invalid_secret"})),
    ],
)
async def test_a_secret_that_no_gateway_makes_is_refused(
    hass: HomeAssistant,
    gateway: Gateway,
    length: int,
    answer: tuple[HTTPStatus, dict[str, str]],
) -> None:
    """It would be kept."""
    dialog = await Dialog.open(hass)

    assert await gateway.post(dialog.url, secret="a" * length) == answer


@pytest.mark.parametrize(
    ("body", "content_type", "status", "error"),
    [
        (b"{", "application/json", HTTPStatus.BAD_REQUEST, "invalid_body"),
        (b"secret=%FF", None, HTTPStatus.BAD_REQUEST, "invalid_body"),
        (b"type=sms", None, HTTPStatus.UNAUTHORIZED, "invalid_secret"),
        (b"", None, HTTPStatus.UNAUTHORIZED, "invalid_secret"),
        (
            b"secret=abc&type=fax",
            None,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid_payload",
        ),
        (
            b"a" * (MAX_BODY_SIZE + 1),
            None,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
        ),
    ],
    ids=["json", "charset", "no secret", "empty", "unknown type", "too large"],
)
async def test_what_is_no_message_is_refused_and_not_shown(
    hass: HomeAssistant,
    gateway: Gateway,
    body: bytes,
    content_type: str | None,
    status: HTTPStatus,
    error: str,
) -> None:
    """The answers are those of an entry's webhook."""
    dialog = await Dialog.open(hass)
    response = await gateway.client.post(
        URL(dialog.url).path,
        data=body,
        headers={"Content-Type": content_type or "application/x-www-form-urlencoded"},
    )

    assert response.status == status
    assert (await response.json())["error"] == error

    await dialog.listen()
    assert dialog.result["progress_action"] == "listening"
