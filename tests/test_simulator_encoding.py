"""The simulated gateway sends the bytes that real PHP makes."""

from collections.abc import Callable, Iterator
import json
import shutil
import subprocess
from typing import Final

from hypothesis import given, strategies as st
import pytest

from tests.simulator.encoding import Fields, encode, http_build_query
from tests.simulator.samples import (
    BUILDING_NOTICE,
    DOCUMENTED,
    REALISTIC_DAY,
    Event,
    Sample,
    trigger_samples,
)

SECRET: Final = "0123456789abcdef0123456789abcdef01234567"

PHP: Final = """
while (($line = fgets(STDIN)) !== false) {
    echo json_encode(http_build_query(json_decode($line, true))), "\\n";
}
"""

# The gateway's own example: without the secret it is what its documentation shows.
DOCUMENTED_BODY: Final = (
    f"secret={SECRET}&type=sms&data%5Bid%5D=2&data%5Brid%5D=10593&data%5Bsim%5D=1"
    "&data%5Bdevice%5D=00000000-0000-0000-d57d-f30cb6a89289&data%5Bphone%5D=%2B639760713666"
    "&data%5Bmessage%5D=Hello+World%21&data%5Btimestamp%5D=1645684231"
)

type HttpBuildQuery = Callable[[Fields], str]


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations() -> None:
    """Do nothing: no Home Assistant is needed here."""


@pytest.fixture(scope="module")
def php() -> Iterator[HttpBuildQuery]:
    """Return PHP's own http_build_query."""
    if shutil.which("php") is None:
        pytest.skip("needs php")
    with subprocess.Popen(
        ["php", "-n", "-r", PHP],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def ask(fields: Fields) -> str:
            assert process.stdin and process.stdout
            print(json.dumps(fields), file=process.stdin, flush=True)
            return str(json.loads(process.stdout.readline()))

        yield ask


def payload(sample: Sample) -> Fields:
    """Return what the gateway sends for a sample."""
    return {"secret": SECRET, "type": sample.type, "data": sample.data}


@pytest.mark.parametrize(
    "sample",
    [*DOCUMENTED, *REALISTIC_DAY, *trigger_samples(frozenset(Event))],
    ids=lambda sample: sample.title,
)
def test_samples_are_encoded_as_by_php(php: HttpBuildQuery, sample: Sample) -> None:
    """Byte for byte."""
    assert http_build_query(payload(sample)) == php(payload(sample))


@pytest.mark.parametrize(
    "fields",
    [
        {"t": True, "f": False, "n": None, "zero": 0, "negative": -1, "empty": ""},
        {"list": ["a", None, ["b"]], "nothing": [], "nobody": {}},
        {"a[b]": {"c d": {"é": "~-_.!*'()"}}},
        {"": {"": "", "x": 1}},
        {"{}": {"{0}": "%s"}},
        {
            "space": " + %20 \t\r\n\0",
            "emoji": "👩‍👩‍👧 🏳️‍🌈",
            "rtl": "שלום مرحبا",
            "nul\0": {"\0": "\0"},
        },
    ],
    ids=str,
)
def test_awkward_values_are_encoded_as_by_php(
    php: HttpBuildQuery, fields: Fields
) -> None:
    """Byte for byte."""
    assert http_build_query(fields) == php(fields)


@given(
    fields=st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=10,
        ),
    )
)
def test_anything_is_encoded_as_by_php(php: HttpBuildQuery, fields: Fields) -> None:
    """Byte for byte."""
    assert http_build_query(fields) == php(fields)


def test_documented_body() -> None:
    """The one body that is documented as it goes over the wire."""
    assert encode(payload(DOCUMENTED[0])) == (
        DOCUMENTED_BODY.encode(),
        "application/x-www-form-urlencoded",
    )


def test_bytes_are_sent_as_they_are() -> None:
    """A text in another charset than UTF-8."""
    assert http_build_query({"text": "Grüße".encode("latin-1")}) == "text=Gr%FC%DFe"


def test_realistic_day_is_hard() -> None:
    """The samples are what their titles promise."""
    assert len(BUILDING_NOTICE) == 600
    messages = {sample.title: sample for sample in REALISTIC_DAY}
    entities = messages["SMS, HTML entities as version 3.9.5 escapes them"]
    assert entities.data["message"] == (
        "Milk &amp; eggs &lt;3 the &quot;good&quot; ones, it&#039;s for Ana&#039;s cake; not &amp;nbsp; please"
    )
    assert entities.meaning["message"] == (
        "Milk & eggs <3 the \"good\" ones, it's for Ana's cake; not &nbsp; please"
    )
