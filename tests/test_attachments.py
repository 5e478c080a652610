"""Downloading attachments: what is fetched from the gateway's site, what is refused, and where it shows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
import socket
import ssl
from typing import Final

from aiohttp.abc import ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.zender import attachments
from custom_components.zender.const import DOMAIN
from homeassistant.components import media_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.aiohttp_client import DATA_RESOLVER, async_get_clientsession
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .attaching import (
    ANYTHING,
    PICTURE,
    Site,
    connected,
    download,
    downloaded,
    files,
    received,
    running,
)
from .dialog import TEXTS
from .keeping import RepairWatch, database
from .receiving import Receiver

LIMIT: Final = 32 * 2**20


@pytest.fixture
async def site(socket_enabled: None) -> AsyncIterator[Site]:
    """Return the gateway's site."""
    async with running() as site:
        yield site


@pytest.fixture
async def elsewhere(socket_enabled: None) -> AsyncIterator[Site]:
    """Return another site."""
    async with running() as site:
        yield site


@pytest.fixture
async def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return the media folder, which nobody made yet; the media browser shows it."""
    folder = tmp_path / "media"
    hass.config.media_dirs = {"local": str(folder)}
    assert await async_setup_component(hass, "media_source", {})
    return folder


@pytest.fixture
async def receiver(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    site: Site,
    media: Path,
) -> Receiver:
    """Return an entry that knows its gateway's site."""
    return await connected(hass, hass_client_no_auth, url=site.url)


async def refusal(receiver: Receiver, message_id: int) -> str:
    """Try to download an attachment. Returns why it is refused, for which there are words."""
    with pytest.raises(HomeAssistantError) as refused:
        await download(receiver, message_id)
    error = refused.value
    assert error.translation_domain == DOMAIN
    assert error.translation_key is not None
    words = TEXTS["exceptions"][error.translation_key]["message"]
    assert words.format(**error.translation_placeholders or {})
    return error.translation_key


async def refused(receiver: Receiver, attachment: str) -> str:
    """Receive a chat and try to download its attachment. Returns why it is refused."""
    return await refusal(receiver, await received(receiver, attachment))


# What is downloaded


async def test_an_attachment_is_downloaded(
    receiver: Receiver, site: Site, media: Path, freezer: FrozenDateTimeFactory
) -> None:
    """Into a folder of the gateway and the month, as it is where Home Assistant is."""
    freezer.move_to("2026-11-01T03:00:00Z")
    site.holds("/uploads/parcel at door.jpg")
    answer = await downloaded(receiver, f"{site.url}/uploads/parcel%20at%20door.jpg")

    path = media / "zender" / "gateway_example" / "2026-10" / "1-parcel_at_door.jpg"
    assert answer == {
        "path": str(path),
        "media_content_id": "media-source://media_source/local/zender/gateway_example/2026-10/1-parcel_at_door.jpg",
        "content_type": "image/jpeg",
        "size": len(PICTURE),
    }
    assert path.read_bytes() == PICTURE
    assert files(media) == ["1-parcel_at_door.jpg"]


async def test_it_is_downloaded_once(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """Asked again, the file that is there is the answer, even when the site has it no more."""
    message_id = await received(receiver, site.holds("/a.jpg"))
    first = await download(receiver, message_id)
    site.holds("/a.jpg", status=410)

    assert await download(receiver, message_id) == first
    assert site.asked == ["/a.jpg"]


async def test_asked_twice_at_the_same_time_it_is_downloaded_once(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """Both get the same answer."""
    message_id = await received(receiver, site.holds("/a.jpg"))
    first, second = await asyncio.gather(
        download(receiver, message_id), download(receiver, message_id)
    )
    assert first == second
    assert site.asked == ["/a.jpg"]


async def test_files_of_the_same_name_do_not_replace_each_other(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """Each is its message's."""
    first = await downloaded(receiver, site.holds("/1/image.jpg", b"first"))
    second = await downloaded(receiver, site.holds("/2/image.jpg", b"second"))

    assert Path(first["path"]).read_bytes() == b"first"
    assert Path(second["path"]).read_bytes() == b"second"
    assert files(media) == ["1-image.jpg", "2-image.jpg"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/..%2F..%2F..%2Fsecrets.yaml", "1-secrets.jpg"),
        ("/..%5C..%5Cboot.ini", "1-boot.jpg"),
        ("/.%2E%2F%2E.", "1-attachment.jpg"),
        ("/a%00b%0Ac.html", "1-a_b_c.jpg"),
        ("/.hidden", "1-attachment.jpg"),
        ("/page.html", "1-page.jpg"),
        ("/NUL", "1-NUL.jpg"),
        ("/caff%C3%A8.jpg", "1-caffè.jpg"),
    ],
)
async def test_a_name_leads_nowhere_else(
    receiver: Receiver, site: Site, media: Path, path: str, name: str
) -> None:
    """Whatever the one who sent it called it; its end is that of its type."""
    site.holds(ANYTHING)
    result = await downloaded(receiver, f"{site.url}{path}")

    assert Path(result["path"]).name == name
    assert Path(result["path"]).is_relative_to(media / "zender" / "gateway_example")
    assert files(media) == [name]


async def test_a_type_that_the_site_does_not_tell_is_taken_from_the_name(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """Many servers know no voice messages."""
    url = site.holds("/voice.opus", content_type="application/octet-stream")
    assert (await downloaded(receiver, url))["content_type"] == "audio/ogg"


async def test_the_usual_media_folder_comes_first(
    receiver: Receiver, site: Site, tmp_path: Path
) -> None:
    """Else the first of several."""
    folders = {"nas": str(tmp_path / "nas"), "local": str(tmp_path / "own")}
    receiver.hass.config.media_dirs = folders
    answer = await downloaded(receiver, site.holds("/a.jpg"))
    assert answer["media_content_id"].startswith("media-source://media_source/local/")
    assert answer["path"].startswith(folders["local"])

    del folders["local"]
    answer = await downloaded(receiver, site.holds("/b.jpg"))
    assert answer["media_content_id"].startswith("media-source://media_source/nas/")
    assert answer["path"].startswith(folders["nas"])


# The media browser


async def test_the_media_browser_shows_it(
    receiver: Receiver,
    site: Site,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """From its root on, and it can be opened."""
    hass = receiver.hass
    answer = await downloaded(receiver, site.holds("/città.jpg"))
    content_id = answer["media_content_id"]
    browser = await hass_ws_client(hass)

    async def browse(folder: str) -> dict[str, str]:
        await browser.send_json_auto_id(
            {"type": "media_source/browse_media", "media_content_id": folder}
        )
        shown = (await browser.receive_json())["result"]["children"]
        return {item["title"]: item["media_content_id"] for item in shown}

    folder = "media-source://media_source"
    for title in ("zender", "gateway_example", Path(answer["path"]).parent.name):
        children = await browse(folder)
        assert children.keys() == {title}
        folder = children[title]
    assert await browse(folder) == {"1-città.jpg": content_id}
    shown = await media_source.async_browse_media(hass, folder)
    assert shown.children is not None
    assert [item.media_content_id for item in shown.children] == [content_id]

    await browser.send_json_auto_id(
        {"type": "media_source/resolve_media", "media_content_id": content_id}
    )
    resolved = (await browser.receive_json())["result"]
    assert resolved["mime_type"] == "image/jpeg"
    client = await hass_client_no_auth()
    assert await (await client.get(resolved["url"])).read() == PICTURE


# From where


async def test_another_site_is_not_asked(
    receiver: Receiver, site: Site, elsewhere: Site, media: Path
) -> None:
    """Another port is another site; nobody learns that somebody is at home."""
    for url in (
        elsewhere.holds("/a.jpg"),
        f"http://127.0.0.1:{site.port}@127.0.0.1:{elsewhere.port}/a.jpg",
        f"http://user:password@127.0.0.1:{site.port}/a.jpg",
        f"http://localhost:{site.port}/a.jpg",
        f"http://127.0.0.1:{site.port}/{'a' * 2048}.jpg",
        "file:///etc/passwd",
        "a.jpg",
    ):
        assert await refused(receiver, url) == "attachment_foreign"
    assert elsewhere.asked == site.asked == files(media) == []


async def test_a_redirect_within_the_site_is_followed(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """The file is called as its message says."""
    site.holds("/2.jpg")
    site.holds("/1.jpg", status=302, Location=f"{site.url}/2.jpg")
    answer = await downloaded(
        receiver, site.holds("/0.jpg", status=301, Location="1.jpg")
    )
    assert site.asked == ["/0.jpg", "/1.jpg", "/2.jpg"]
    assert Path(answer["path"]).name == "1-0.jpg"


async def test_a_redirect_elsewhere_is_not_followed(
    receiver: Receiver, site: Site, elsewhere: Site, media: Path
) -> None:
    """Also not to the same machine by another name."""
    for location in (
        elsewhere.holds("/a.jpg"),
        f"//127.0.0.1:{elsewhere.port}/a.jpg",
        f"http://localhost:{site.port}/b.jpg",
        "http://[",
    ):
        url = site.holds("/a.jpg", status=302, Location=location)
        assert await refused(receiver, url) == "attachment_foreign"
    assert elsewhere.asked == files(media) == []
    assert set(site.asked) == {"/a.jpg"}


async def test_redirects_have_an_end(receiver: Receiver, site: Site) -> None:
    """A circle is not followed for ever."""
    url = site.holds("/a.jpg", status=302, Location="/a.jpg")
    assert await refused(receiver, url) == "attachment_incomplete"
    assert len(site.asked) == 4


def resolves(
    monkeypatch: pytest.MonkeyPatch, hass: HomeAssistant, *addresses: str
) -> None:
    """Have every name lead to these addresses."""

    async def resolve(
        host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async_get_clientsession(hass)
    monkeypatch.setattr(hass.data[DATA_RESOLVER], "resolve", resolve)


async def connected_by_name(
    hass: HomeAssistant, new_client: ClientSessionGenerator, site: Site, name: str
) -> tuple[Receiver, str]:
    """Set an entry up that knows the site by a name. Returns the URL of a file there, too."""
    site.holds("/a.jpg")
    url = f"http://{name}:{site.port}"
    return await connected(hass, new_client, url=url), f"{url}/a.jpg"


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("::1", "127.0.0.1"),
        ("::ffff:127.0.0.1",),
        ("169.254.169.254", "127.0.0.1"),
    ],
)
async def test_a_name_of_the_internet_that_leads_home_is_not_followed(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    site: Site,
    media: Path,
    addresses: tuple[str, ...],
) -> None:
    """Whoever owns it has it lead there just for this; no connection is even tried."""
    receiver, url = await connected_by_name(
        hass, hass_client_no_auth, site, "gateway.example.com"
    )
    resolves(monkeypatch, hass, *addresses)
    assert await refused(receiver, url) == "attachment_private_address"
    assert site.asked == files(media) == []


async def test_only_the_addresses_where_a_site_may_be_are_tried(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    site: Site,
    media: Path,
) -> None:
    """A gateway at home has a name of its network, and may have an address that nobody else has."""
    receiver, url = await connected_by_name(
        hass, hass_client_no_auth, site, "zender.local"
    )
    resolves(monkeypatch, hass, "169.254.169.254", "127.0.0.1")
    assert (await downloaded(receiver, url))["size"] == len(PICTURE)


def self_signed(file: Path) -> ssl.SSLContext:
    """Return what serves with a certificate that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt_util.utcnow() - timedelta(days=1))
        .not_valid_after(dt_util.utcnow() + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_the_certificate_is_checked(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    socket_enabled: None,
    media: Path,
    tmp_path: Path,
) -> None:
    """What is at home and has not the site's own is not the site."""
    # For the server it is an error that nobody wants its certificate.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with running(self_signed(tmp_path / "site.pem")) as site:
        site.holds("/a.jpg")
        receiver = await connected(hass, hass_client_no_auth, url=site.url)
        url = f"{site.url}/a.jpg"
        assert await refused(receiver, url) == "attachment_incomplete"
        assert site.asked == []


async def test_without_a_site_nothing_is_downloaded(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    site: Site,
    media: Path,
) -> None:
    """The words say to add it."""
    receiver = await connected(hass, hass_client_no_auth)
    message_id = await received(receiver, site.holds("/a.jpg"))
    assert await refusal(receiver, message_id) == "attachment_no_site"
    with pytest.raises(ServiceValidationError):
        await download(receiver, message_id)
    assert site.asked == []


# What is refused


async def test_what_announces_too_much_is_not_read(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """The answer does not wait for it."""
    url = site.streams("/a.jpg", length=LIMIT + 1, is_held=True)
    assert await refused(receiver, url) == "attachment_too_large"
    assert files(media) == []


async def test_what_is_too_large_without_saying_so_is_given_up(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """As soon as it is one byte too large, and nothing of it stays."""
    url = site.streams("/a.jpg", bytes(LIMIT), b".", is_held=True)
    assert await refused(receiver, url) == "attachment_too_large"
    assert files(media) == []


async def test_the_largest_is_taken(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """All of it."""
    url = site.streams("/a.jpg", bytes(LIMIT))
    answer = await downloaded(receiver, url)
    assert answer["size"] == Path(answer["path"]).stat().st_size == LIMIT


@pytest.mark.parametrize("length", [None, 1000])
async def test_what_is_cut_off_leaves_nothing(
    receiver: Receiver, site: Site, media: Path, length: int | None
) -> None:
    """And can be downloaded whole later."""
    url = site.streams("/a.jpg", PICTURE, length=length, is_cut=True)
    message_id = await received(receiver, url)
    assert await refusal(receiver, message_id) == "attachment_incomplete"
    assert files(media) == []

    site.holds("/a.jpg")
    assert (await download(receiver, message_id))["size"] == len(PICTURE)


async def test_nothing_at_all_is_no_attachment(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """An empty file would stay for good."""
    assert await refused(receiver, site.holds("/a.jpg", b"")) == "attachment_incomplete"
    assert files(media) == []


@pytest.mark.parametrize("seconds", ["SECONDS", "QUIET_SECONDS"])
async def test_a_site_that_does_not_go_on_is_given_up(
    receiver: Receiver,
    site: Site,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
    seconds: str,
) -> None:
    """After a time."""
    monkeypatch.setattr(attachments, seconds, 0.05)
    url = site.streams("/a.jpg", PICTURE, is_held=True)
    assert await refused(receiver, url) == "attachment_incomplete"
    assert files(media) == []


async def test_a_site_that_is_away_says_so(
    receiver: Receiver, site: Site, unused_tcp_port: int
) -> None:
    """Its port is closed."""
    url = f"http://127.0.0.1:{unused_tcp_port}"
    receiver.hass.config_entries.async_update_entry(
        receiver.entry, data={**receiver.entry.data, "url": url}
    )
    await receiver.hass.async_block_till_done()
    assert await refused(receiver, f"{url}/a.jpg") == "attachment_incomplete"


@pytest.mark.parametrize(
    ("status", "cause"),
    [(404, "gone"), (410, "gone"), (403, "incomplete"), (500, "incomplete")],
)
async def test_an_error_of_the_site_is_no_attachment(
    receiver: Receiver, site: Site, media: Path, status: int, cause: str
) -> None:
    """Its page is not taken for one."""
    url = site.holds("/a.jpg", status=status)
    assert await refused(receiver, url) == f"attachment_{cause}"
    assert files(media) == []


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "image/svg+xml", "text/javascript", "application/zip"],
)
async def test_what_could_do_harm_is_refused(
    receiver: Receiver, site: Site, media: Path, content_type: str
) -> None:
    """Whatever it is called."""
    url = site.holds("/a.jpg", content_type=content_type)
    assert await refused(receiver, url) == "attachment_type_not_taken"
    assert files(media) == []


async def test_what_grows_when_it_is_unpacked_is_refused(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """It was asked for as it is."""
    url = site.holds("/a.jpg", Content_Encoding="gzip")
    assert await refused(receiver, url) == "attachment_type_not_taken"


async def test_a_message_without_an_attachment_says_so(receiver: Receiver) -> None:
    """A chat, or an SMS, which never has one."""
    assert await refused(receiver, "0") == "attachment_none"
    await receiver.deliver("sms")
    assert await refusal(receiver, 2) == "attachment_none"


async def test_a_message_that_is_not_there_says_so(receiver: Receiver) -> None:
    """Its id is nobody's."""
    assert await refusal(receiver, 99) == "message_not_found"


async def test_a_database_that_is_away_says_so(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    site: Site,
    media: Path,
) -> None:
    """Nobody knows the attachment."""
    watch = RepairWatch(hass)
    database(hass).mkdir()
    receiver = await connected(hass, hass_client_no_auth, url=site.url)
    await watch.until(bool)
    assert await refusal(receiver, 1) == "journal_unreachable"


async def test_without_a_media_folder_nothing_is_downloaded(
    receiver: Receiver, site: Site
) -> None:
    """The words say to name one."""
    receiver.hass.config.media_dirs = {}
    url = site.holds("/a.jpg")
    assert await refused(receiver, url) == "attachment_no_media_folder"
    assert site.asked == []


async def test_a_media_folder_that_takes_nothing_says_so(
    receiver: Receiver, site: Site, media: Path
) -> None:
    """With what the system says of it."""
    media.touch()
    with pytest.raises(HomeAssistantError) as refused:
        await downloaded(receiver, site.holds("/a.jpg"))
    assert refused.value.translation_key == "attachment_not_written"
    assert refused.value.translation_placeholders == {"error": "Not a directory"}
