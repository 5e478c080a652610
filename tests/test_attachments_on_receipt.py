"""Downloading attachments on receipt: each with its message, and nothing waits for it."""

import asyncio
from collections.abc import AsyncIterator
import logging
from pathlib import Path
from typing import Final

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import attachments
from homeassistant.core import HomeAssistant

from .attaching import PICTURE, Site, connected, download, files, running
from .common import capture_messages
from .keeping import TIMEOUT
from .receiving import ENTRY_ID, Receiver

ON_RECEIPT: Final = {"download_attachments": True}


@pytest.fixture
async def site(socket_enabled: None) -> AsyncIterator[Site]:
    """Return the gateway's site."""
    async with running() as site:
        yield site


@pytest.fixture
async def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return the media folder, which nobody made yet."""
    folder = tmp_path / "media"
    hass.config.media_dirs = {"local": str(folder)}
    return folder


@pytest.fixture
async def eager(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    site: Site,
    media: Path,
) -> Receiver:
    """Return an entry that downloads on receipt."""
    return await connected(hass, hass_client_no_auth, ON_RECEIPT, url=site.url)


async def settle(hass: HomeAssistant) -> None:
    """Wait until everything is downloaded."""
    await hass.async_block_till_done(wait_background_tasks=True)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log says of attachments above debug."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno > logging.DEBUG and record.name == attachments.__name__
    ]


async def test_attachments_are_downloaded_on_receipt(
    eager: Receiver, site: Site, media: Path
) -> None:
    """One after the other; a message without one is none of its business."""
    await eager.deliver("whatsapp", attachment=site.holds("/a.jpg"))
    await eager.deliver("whatsapp")
    await eager.deliver("whatsapp", attachment=site.holds("/b.jpg"))
    await settle(eager.hass)

    assert files(media) == ["1-a.jpg", "3-b.jpg"]
    assert (await download(eager, 3))["size"] == len(PICTURE)
    assert site.asked == ["/a.jpg", "/b.jpg"]


async def test_only_if_that_is_wanted(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    site: Site,
    media: Path,
) -> None:
    """Pictures need space; the option counts at once."""
    receiver = await connected(hass, hass_client_no_auth, url=site.url)
    await receiver.deliver("whatsapp", attachment=site.holds("/a.jpg"))
    await settle(receiver.hass)
    assert files(media) == []

    await receiver.set_options(**ON_RECEIPT)
    await receiver.deliver("whatsapp", attachment=site.holds("/b.jpg"))
    await settle(receiver.hass)
    assert files(media) == ["2-b.jpg"]


async def test_another_gateways_attachments_are_its_own(
    eager: Receiver,
    hass_client_no_auth: ClientSessionGenerator,
    site: Site,
    media: Path,
) -> None:
    """It does not download them."""
    other = await Receiver.connect(
        eager.hass,
        hass_client_no_auth,
        entry_id="other",
        webhook_id="other",
        secret="f" * 40,
        data={"url": site.url},
    )
    await other.deliver("whatsapp", attachment=site.holds("/a.jpg"))
    await settle(eager.hass)
    assert files(media) == []


async def test_a_message_that_is_not_to_be_kept_gives_its_attachment(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    site: Site,
    media: Path,
) -> None:
    """The journal has it no more when it is downloaded."""
    options = {**ON_RECEIPT, "keep_days": 0}
    receiver = await connected(hass, hass_client_no_auth, options, url=site.url)
    await receiver.deliver("whatsapp", attachment=site.holds("/a.jpg"))
    await settle(hass)
    assert files(media) == ["1-a.jpg"]


async def test_a_slow_site_holds_up_nothing(
    eager: Receiver, site: Site, media: Path
) -> None:
    """The gateway is answered and automations start meanwhile."""
    events = capture_messages(eager.hass)
    url = site.streams("/a.jpg", PICTURE, is_held=True)
    await eager.deliver("whatsapp", attachment=url)
    await eager.deliver("whatsapp", attachment=site.holds("/b.jpg"))
    assert len(events) == 2
    assert files(media) in ([], [".1-a.jpg.part"])

    site.released.set()
    await settle(eager.hass)
    assert files(media) == ["1-a.jpg", "2-b.jpg"]


async def test_only_a_few_wait(
    eager: Receiver,
    site: Site,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The rest can be downloaded by the action."""
    monkeypatch.setattr(attachments, "MAX_WAITING", 1)
    url = site.streams("/a.jpg", PICTURE, is_held=True)
    await eager.deliver("whatsapp", attachment=url)
    for name in "bcd":
        await eager.deliver("whatsapp", attachment=site.holds(f"/{name}.jpg"))
    site.released.set()
    await settle(eager.hass)

    assert files(media) == ["1-a.jpg", "2-b.jpg"]
    assert told(caplog) == [
        "An attachment of a message to gateway.example was not downloaded: too many wait already. "
        "More of the same are not logged"
    ]
    assert (await download(eager, 4))["size"] == len(PICTURE)


async def test_a_failure_is_logged_once_and_says_nothing_private(
    eager: Receiver, site: Site, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Once for each cause, and the next ones come nevertheless."""
    gone = [f"{site.url}/gone{number}.jpg" for number in range(3)]
    for url in (*gone, "http://elsewhere.example/a.jpg", site.holds("/a.jpg")):
        await eager.deliver("whatsapp", attachment=url)
    await settle(eager.hass)

    assert files(media) == ["5-a.jpg"]
    assert [line.split(": ")[1].split(".")[0] for line in told(caplog)] == [
        "attachment_gone",
        "attachment_foreign",
    ]
    for private in ("127.0.0.1", "elsewhere.example", "jpg", "+39333"):
        assert private not in " ".join(told(caplog))


async def test_without_a_place_in_the_database_it_is_left(
    eager: Receiver, site: Site, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The file is named by it; the log says so."""
    eager.hass.bus.async_fire(
        "zender_whatsapp_received",
        {
            "config_entry_id": ENTRY_ID,
            "message_id": None,
            "attachment": site.holds("/a.jpg"),
            "phone": "+393337654321",
        },
    )
    await settle(eager.hass)
    assert site.asked == []
    assert len(told(caplog)) == 1


async def test_a_download_ends_with_its_entry(
    eager: Receiver, site: Site, media: Path
) -> None:
    """Half a file does not stay, and what waits is not fetched."""
    hass = eager.hass
    url = site.streams("/a.jpg", PICTURE, is_held=True)
    await eager.deliver("whatsapp", attachment=url)
    await eager.deliver("whatsapp", attachment=site.holds("/b.jpg"))
    async with asyncio.timeout(TIMEOUT):
        while not await hass.async_add_executor_job(files, media):
            pass
    assert await hass.config_entries.async_unload(ENTRY_ID)
    await settle(hass)

    assert files(media) == []
    assert site.asked == ["/a.jpg"]
