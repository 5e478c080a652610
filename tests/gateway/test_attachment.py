"""The rules for attachments: from where one is downloaded, of what types, and what its file is called."""

import mimetypes
import re

import pytest
from yarl import URL

from custom_components.zender.gateway.attachment import (
    CONTENT_TYPES,
    MAX_NAME,
    MAX_NAME_BYTES,
    MAX_URL,
    AttachmentError,
    Problem,
    attachment_url,
    file_extension,
    file_stem,
    may_be_at,
    redirected_url,
    url_on_site,
)

SITE = URL("https://gateway.example/install")
FILE = "https://gateway.example/uploads/a.jpg"


def problem_of(text: str, site: str = str(SITE)) -> Problem | None:
    """Return why an attachment is not downloaded from a site, None if it is."""
    try:
        url_on_site(attachment_url(text), URL(site))
    except AttachmentError as error:
        return error.problem
    return None


# From where


@pytest.mark.parametrize(
    ("text", "site", "url"),
    [
        (FILE, str(SITE), FILE),
        ("https://GATEWAY.example:443/a.jpg", str(SITE), "https://gateway.example/a.jpg"),
        ("https://gateway.example/a b.jpg", str(SITE), "https://gateway.example/a%20b.jpg"),
        ("https://gateway.example/?id=7", str(SITE), "https://gateway.example/?id=7"),
        ("http://10.0.0.2:8080/a.jpg", "http://10.0.0.2:8080", "http://10.0.0.2:8080/a.jpg"),
        ("http://[fd00::2]/a.jpg", "http://[fd00::2]", "http://[fd00::2]/a.jpg"),
        ("https://münchen.example/a", "https://xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example/a"),
    ],
)  # fmt: skip
def test_the_own_site_is_where_files_are_downloaded_from(
    text: str, site: str, url: str
) -> None:
    """However its host is written."""
    assert str(url_on_site(attachment_url(text), URL(site))) == url


@pytest.mark.parametrize(
    ("text", "site", "url"),
    [
        ("http://gateway.example/a", "https://gateway.example", "https://gateway.example/a"),
        ("http://gateway.example:8443/a", "https://gateway.example:8443", "https://gateway.example:8443/a"),
        ("https://gateway.example/a", "http://gateway.example", "https://gateway.example/a"),
    ],
)  # fmt: skip
def test_https_is_kept(text: str, site: str, url: str) -> None:
    """A gateway that writes http of a site that has https is asked by https."""
    assert str(url_on_site(attachment_url(text), URL(site))) == url


@pytest.mark.parametrize(
    "text",
    [
        "https://elsewhere.example/a.jpg",
        "https://gateway.example.elsewhere.example/a.jpg",
        "https://sub.gateway.example/a.jpg",
        "https://gateway.example:8443/a.jpg",
        "https://gateway.example@elsewhere.example/a.jpg",
        "https://user@gateway.example/a.jpg",
        "https://user:password@gateway.example/a.jpg",
        "https://:password@gateway.example/a.jpg",
        "https://gateway.example\\@elsewhere.example/a.jpg",
        "https://gateway.example%2eelsewhere.example/a.jpg",
        "https://gateway.example:99999/a.jpg",
        "https://gateway.example/a\r\nHost: elsewhere.example",
        "https://gateway.example/\0",
        "https://[gateway.example/a.jpg",
        "https:///a.jpg",
        "//gateway.example/a.jpg",
        "/uploads/a.jpg",
        "a.jpg",
        "",
        "ftp://gateway.example/a.jpg",
        "file:///etc/passwd",
        "javascript:alert(1)",
        f"{FILE}?{'a' * MAX_URL}",
    ],
)
def test_anything_else_is_foreign(text: str) -> None:
    """Hosts that look alike, other ports, user names, other schemes, what is no URL or too long."""
    assert problem_of(text) is Problem.FOREIGN


def test_a_url_may_be_as_long_as_browsers_take_it() -> None:
    """One letter more is too many."""
    longest = f"{FILE}?".ljust(MAX_URL, "a")
    assert problem_of(longest) is None
    assert problem_of(longest + "a") is Problem.FOREIGN


@pytest.mark.parametrize(
    "location", ["/b.jpg", "b.jpg", "//gateway.example/b.jpg", FILE]
)
def test_a_redirect_within_the_site_is_followed(location: str) -> None:
    """Relative or whole."""
    url = redirected_url(URL(FILE), location, SITE)
    assert (url.scheme, url.host) == ("https", "gateway.example")


@pytest.mark.parametrize(
    "location",
    ["//elsewhere.example/b", "http://127.0.0.1/", "https://gateway.example:8/", "data:,", "http://["],
)  # fmt: skip
def test_a_redirect_elsewhere_is_foreign(location: str) -> None:
    """Wherever it leads."""
    with pytest.raises(AttachmentError) as refused:
        redirected_url(URL(FILE), location, SITE)
    assert refused.value.problem is Problem.FOREIGN


PRIVATE = [
    "127.0.0.1",
    "10.0.0.2",
    "172.16.0.2",
    "192.168.1.2",
    "100.64.0.2",
    "::1",
    "fd00::2",
    "::ffff:192.168.1.2",
]
NOBODYS = [
    "0.0.0.0",
    "169.254.169.254",
    "224.0.0.1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "::ffff:169.254.169.254",
    "::ffff:224.0.0.1",
]
GLOBAL = ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", GLOBAL)
@pytest.mark.parametrize(
    "site", ["http://gateway.example", "https://gateway.example", "http://zender.local"]
)
def test_a_site_may_be_on_the_internet(site: str, address: str) -> None:
    """Where it usually is."""
    assert may_be_at(URL(site), address)


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize(
    "site",
    [
        "https://gateway.example",
        "http://192.168.1.2",
        "http://[fd00::2]",
        "http://localhost:8080",
        "http://zender",
        "http://zender.local",
        "http://zender.home.arpa",
    ],
)
def test_a_site_may_be_at_home(site: str, address: str) -> None:
    """If its certificate proves it, or its name is none of the internet."""
    assert may_be_at(URL(site), address)


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("site", ["http://gateway.example", "http://x.local.example"])
def test_a_name_of_the_internet_does_not_lead_into_the_home(
    site: str, address: str
) -> None:
    """Whoever owns it can make it lead anywhere."""
    assert not may_be_at(URL(site), address)


@pytest.mark.parametrize("address", NOBODYS)
@pytest.mark.parametrize(
    "site", ["https://gateway.example", "http://zender.local", "http://192.168.1.2"]
)
def test_no_site_is_where_nobody_lives(site: str, address: str) -> None:
    """Many at once, no one, or the machine that rents out the machine."""
    assert not may_be_at(URL(site), address)


# Names


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("photo.jpg", "7-photo"),
        ("parcel%20at%20door.jpg", "7-parcel_at_door"),
        ("città%20d'arte.jpg", "7-città_d_arte"),
        ("фото-1.jpg", "7-фото-1"),
        ("हिन्दी.pdf", "7-हिन्दी"),
        ("e%CC%81.jpg", "7-é"),
        ("archive.tar.gz", "7-archive_tar"),
        ("noextension", "7-noextension"),
        ("", "7-attachment"),
        (".htaccess", "7-attachment"),
        ("..%2F..%2Fetc%2Fpasswd", "7-passwd"),
        ("..%5C..%5Cboot.ini", "7-boot"),
        ("%2e%2e", "7-attachment"),
        ("...jpg", "7-attachment"),
        ("a..b.jpg", "7-a__b"),
        ("~root.jpg", "7-root"),
        ("a%00b%0D%0Ac.jpg", "7-a_b__c"),
        ("con.jpg", "7-con"),
        ("NUL", "7-NUL"),
        ("a:b*c%3F.jpg", "7-a_b_c"),
        ("invoice%E2%80%AEgpj.exe", "7-invoice_gpj"),
        ("%F0%9F%98%80.jpg", "7-attachment"),
        ("%FF%FE.jpg", "7-FF_FE"),
        ("-rf.jpg", "7--rf"),
    ],
)  # fmt: skip
def test_a_file_has_a_safe_name(path: str, stem: str) -> None:
    """No folders, no control characters, nothing that shells or Windows take for something else."""
    assert file_stem(7, URL(f"https://gateway.example/uploads/{path}")) == stem


@pytest.mark.parametrize("letter", ["a", "é", "字", "𠀀"])
def test_a_long_name_is_cut(letter: str) -> None:
    """So that every file system takes it, and no letter is cut in two."""
    stem = file_stem(
        2**63 - 1, URL("https://gateway.example/") / (letter * 300 + ".jpg")
    )

    longest = stem + max(CONTENT_TYPES, key=len)
    assert len(longest) <= MAX_NAME
    assert len(longest.encode()) <= MAX_NAME_BYTES
    assert re.fullmatch(f"{2**63 - 1}-{letter}{{10,}}", stem)


def test_a_combining_letter_is_not_lost() -> None:
    """Names come composed, whoever wrote them."""
    composed = file_stem(7, URL("https://gateway.example/é.jpg"))
    assert composed == file_stem(7, URL("https://gateway.example/e\u0301.jpg"))


# Types


@pytest.mark.parametrize(
    ("content_type", "name", "extension"),
    [
        ("image/jpeg", "a.jpg", ".jpg"),
        ("image/jpeg", "a.JPEG", ".jpeg"),
        ("image/jpeg", "a.png", ".jpg"),
        ("image/jpeg", "a", ".jpg"),
        ("image/jpeg", "a.html", ".jpg"),
        ("image/webp", "sticker", ".webp"),
        ("audio/ogg", "voice.oga", ".ogg"),
        ("audio/ogg", "voice.opus", ".opus"),
        ("video/3gpp", "a.3gp", ".3gp"),
        ("application/pdf", "a.exe", ".pdf"),
        ("text/plain", "a.html", ".txt"),
        ("text/plain", "people.vcf", ".vcf"),
        ("text/x-vcard", "people", ".vcf"),
        ("application/octet-stream", "voice.opus", ".opus"),
        ("", "a.jpg", ".jpg"),
    ],
)  # fmt: skip
def test_the_type_says_how_the_name_ends(
    content_type: str, name: str, extension: str
) -> None:
    """The name's own end stays if it fits; it counts where the type is not told."""
    assert file_extension(content_type, URL(f"{SITE}/{name}")) == extension


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("text/html", "a.jpg"),
        ("application/xhtml+xml", "a.jpg"),
        ("image/svg+xml", "a.svg"),
        ("image/svg+xml", "a.png"),
        ("text/javascript", "a.txt"),
        ("application/javascript", "a.js"),
        ("text/xml", "a.xml"),
        ("text/css", "a.css"),
        ("application/zip", "a.zip"),
        ("application/vnd.android.package-archive", "a.apk"),
        ("application/x-msdownload", "a.exe"),
        ("application/octet-stream", "a.exe"),
        ("application/octet-stream", "a.html"),
        ("application/octet-stream", "a.svg"),
        ("", "a"),
        ("image/x-unheard-of", "a.jpg"),
    ],
)  # fmt: skip
def test_what_could_do_harm_is_not_taken(content_type: str, name: str) -> None:
    """Pages, drawings that run scripts, programs, archives, and what nobody knows."""
    with pytest.raises(AttachmentError) as refused:
        file_extension(content_type, URL(f"{SITE}/{name}"))
    assert refused.value.problem is Problem.TYPE_NOT_TAKEN


def test_what_can_be_seen_or_heard_shows_in_the_media_browser() -> None:
    """Which knows a file by how its name ends, with no list of the system to help."""
    known = mimetypes.MimeTypes()
    hidden = {
        extension
        for extension, content_type in CONTENT_TYPES.items()
        if content_type.startswith(("image/", "audio/", "video/"))
        and not (known.guess_type(f"a{extension}")[0] or "").startswith(
            ("image/", "audio/", "video/")
        )
    }
    # No browser plays it.
    assert hidden == {".amr"}


def test_a_file_says_its_type_when_it_is_found_again() -> None:
    """The usual one, where there are several names of it."""
    assert CONTENT_TYPES[".jpg"] == CONTENT_TYPES[".jpeg"] == "image/jpeg"
    assert CONTENT_TYPES[".opus"] == "audio/ogg"
    assert CONTENT_TYPES[".3gp"] == "video/3gpp"
    assert CONTENT_TYPES[".csv"] == "text/csv"
    assert CONTENT_TYPES[".vcf"] == "text/vcard"
    assert CONTENT_TYPES[".txt"] == "text/plain"
