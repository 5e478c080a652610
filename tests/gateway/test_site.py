"""The address of a gateway's site, from what people paste."""

from aiohttp import ClientSession
from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.zender.gateway.api_errors import (
    UnavailableCause,
    UnavailableError,
)
from custom_components.zender.gateway.client import GatewayClient
from custom_components.zender.gateway.site import InvalidSiteError, normalized_site

from .conftest import API_KEY, Simulated, Site, private_in, told_by


@pytest.mark.parametrize(
    ("pasted", "site"),
    [
        ("https://gateway.example", "https://gateway.example"),
        ("gateway.example", "https://gateway.example"),
        ("  gateway.example\n", "https://gateway.example"),
        ("HTTPS://Gateway.Example/", "https://gateway.example"),
        ("http://192.168.1.5", "http://192.168.1.5"),
        ("192.168.1.5:8080", "https://192.168.1.5:8080"),
        ("http://gateway:8080/zender", "http://gateway:8080/zender"),
        ("localhost:8080", "https://localhost:8080"),
        ("http://[FD00::1]:8080/", "http://[fd00::1]:8080"),
        ("https://gateway.example:443", "https://gateway.example"),
        ("http://gateway.example:80/x", "http://gateway.example/x"),
        ("https://gateway.example./", "https://gateway.example."),
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("https://gateway.example/Install/", "https://gateway.example/Install"),
        ("https://gateway.example/a/../Install", "https://gateway.example/Install"),
        ("https://gateway.example/a%20b", "https://gateway.example/a%20b"),
        ("https://gateway.example/api", "https://gateway.example"),
        ("https://gateway.example/api/", "https://gateway.example"),
        ("https://gateway.example/api/send/sms", "https://gateway.example"),
        ("https://gateway.example/dashboard", "https://gateway.example"),
        ("https://gateway.example/dashboard/tools/keys", "https://gateway.example"),
        ("https://gateway.example/auth/login", "https://gateway.example"),
        ("https://gateway.example/index.php", "https://gateway.example"),
        (
            "https://gateway.example/Install/dashboard/hosts",
            "https://gateway.example/Install",
        ),
        ("https://gateway.example/apis", "https://gateway.example/apis"),
        ("https://gateway.example//api", "https://gateway.example"),
        ("https://" + "a" * 63 + ".example", "https://" + "a" * 63 + ".example"),
        ("https://gateway.example/?a=b#c", "https://gateway.example"),
        ("gateway.example?next=https://other.example", "https://gateway.example"),
    ],
)
def test_address(pasted: str, site: str) -> None:
    """What people copy from their browser leads to the site, which stays as it is."""
    assert normalized_site(pasted) == site
    assert normalized_site(site) == site


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        " ",
        "gateway",
        "https://",
        "https:///api",
        "ftp://gateway.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mailto:someone@gateway.example",
        "https//gateway.example",
        "gateway example.com",
        "https://gateway.example/a b",
        "https://gate\nway.example",
        "https://user:password@gateway.example",
        "https://user@gateway.example",
        "https://gateway.example:port",
        "https://gateway.example:99999",
        "https://gate<way.example",
        "https://gate%41way.example",
        "https://*.example",
        "https://gateway..example",
        "https://" + "a" * 64 + ".example",
        "https://gateway.example\\@other.example",
        "https://\x00gateway.example",
        "https://[::1",
        "https://gateway.example/" + "a" * 250,
        "https://gateway.example/" + "ü" * 100,
    ],
)
def test_no_address(pasted: str) -> None:
    """Nothing else is taken, and the error does not repeat it: there may be a password in it."""
    with pytest.raises(InvalidSiteError) as caught:
        normalized_site(pasted)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value) == ""


@given(
    st.one_of(
        st.text(),
        st.from_regex(
            r"(https?://)?[\w.:@%\[\]-]*(/[\w.%/-]*)?(\?.*)?", fullmatch=True
        ),
    )
)
def test_any_text(text: str) -> None:
    """Either it is refused, or an address of a site comes out, which stays as it is."""
    try:
        site = normalized_site(text)
    except InvalidSiteError:
        return
    url = URL(site)
    assert url.scheme in {"https", "http"}
    assert url.host
    assert not (url.user or url.password or url.query_string or url.fragment)
    assert not site.endswith("/")
    assert len(site) <= 255
    assert normalized_site(site) == site


async def test_site_in_a_folder(site: Site, simulated: Simulated) -> None:
    """The API is below it."""
    folder = normalized_site(f"{site.url}/Install/a%20b/dashboard")
    await GatewayClient(simulated.session, folder, API_KEY).get_devices()
    assert site.asked[0].path == "/Install/a b/api/get/devices"
    folder = normalized_site(f"{simulated.url}/Install/sub/")
    await GatewayClient(simulated.session, folder, simulated.key).check_key()


@pytest.mark.parametrize("pasted", ["192.168.1.256", "1.2.3"])
async def test_impossible_address(session: ClientSession, pasted: str) -> None:
    """It has the form of one, and there is no site at it."""
    client = GatewayClient(session, normalized_site(pasted), API_KEY)
    with pytest.raises(UnavailableError) as caught:
        await client.check_key()
    assert caught.value.cause is UnavailableCause.DNS


@pytest.mark.parametrize(
    ("status", "cause"),
    [(400, "invalid_answer"), (404, "invalid_answer"), (500, "server_error")],
)
async def test_key_that_cannot_be_checked(
    site: Site, client: GatewayClient, status: int, cause: str
) -> None:
    """A site that does not know the call does not know the key, either."""
    site.says(status, f"{API_KEY}?")
    with pytest.raises(UnavailableError) as caught:
        await client.check_key()
    assert caught.value.cause == cause
    assert private_in(told_by(caught.value)) == []
