"""The bytes of a delivery: what the gateway's PHP sends, and what relays make of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
import json
from typing import Final
from urllib.parse import quote_plus
from uuid import uuid4

type Scalar = bool | int | str | bytes | None
type Value = Scalar | Mapping[str, Value] | Sequence[Value]
type Fields = Mapping[str, Value]

HTML_ENTITIES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}
)


class Encoding(StrEnum):
    """The ways in which a payload reaches Home Assistant."""

    FORM = "form"
    MULTIPART = "multipart"
    JSON = "json"


def encode(fields: Fields, encoding: Encoding = Encoding.FORM) -> tuple[bytes, str]:
    """Return a body and its content type."""
    match encoding:
        case Encoding.FORM:
            return http_build_query(fields).encode(
                "ascii"
            ), "application/x-www-form-urlencoded"
        case Encoding.MULTIPART:
            return _multipart(fields)
        case Encoding.JSON:
            return json.dumps(fields).encode("ascii"), "application/json"


def http_build_query(fields: Fields) -> str:
    """Encode as PHP's function of this name does by default (RFC 1738)."""
    return "&".join(
        f"{name}={_url_encode(value)}"
        for name, value in _leaves(fields, _url_encode, "{}%5B{}%5D")
    )


def htmlspecialchars(text: str) -> str:
    """Escape as version 3.9.5 of the gateway does before it stores a text."""
    return text.translate(HTML_ENTITIES)


def _url_encode(value: str | bytes) -> str:
    return quote_plus(value).replace("~", "%7E")


def _multipart(fields: Fields) -> tuple[bytes, str]:
    boundary = uuid4().hex
    body = bytearray()
    for name, value in _leaves(fields, str, "{}[{}]"):
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        body += value if isinstance(value, bytes) else value.encode()
        body += b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return bytes(body), f"multipart/form-data; boundary={boundary}"


def _leaves(
    branch: Mapping[str, Value] | Sequence[Value],
    write_key: Callable[[str], str],
    nest: str,
    parent: str | None = None,
) -> Iterator[tuple[str, str | bytes]]:
    """Yield every value with its whole name; nulls and empty branches vanish, as in PHP."""
    items = branch.items() if isinstance(branch, Mapping) else enumerate(branch)
    for key, value in items:
        name = write_key(str(key))
        if parent is not None:
            name = nest.format(parent, name)
        match value:
            case None:
                continue
            case str() | bytes():
                yield name, value
            case int():
                yield name, str(int(value))
            case _:
                yield from _leaves(value, write_key, nest, name)
