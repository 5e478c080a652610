"""From the bytes of a delivery to a message, or to an error that says what is wrong.

The gateway posts `application/x-www-form-urlencoded` with PHP's nested brackets. People relay
the same payload as JSON or as multipart form data; all three give the same result.
"""

from collections.abc import Iterable, Mapping
import re
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp.helpers import parse_mimetype
import orjson
import voluptuous as vol

from .messages import Message
from .schemas import SCHEMAS, first_error

MAX_BODY_SIZE: Final = 256 * 1024
MAX_FIELDS: Final = 64
MAX_NESTING: Final = 4

_UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})

# The head of a part, up to its name: quoted, or a bare token.
_PART_NAME: Final = re.compile(
    rb"[ \t]*(?:\r\n[^\r\n]++)*?\r\ncontent-disposition:[ \t]*form-data\b[^\r\n]*?"
    rb';[ \t]*name=(?:"([^"\r\n]*)"|([^\s;"]+))',
    re.IGNORECASE,
)

_BRACKETED: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_BRACKET: Final = re.compile(r"\[([^\[\]]*)\]")


class InvalidBodyError(ValueError):
    """A body that cannot be decoded. The text says why, in English, without content."""


class InvalidPayloadError(ValueError):
    """A decoded payload with a wrong field: `field` is its path, `reason` says what is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        """Name the first wrong field."""
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def decode(content_type: str, body: bytes) -> dict[str, Any]:
    """Return the nested payload of a body of at most `MAX_BODY_SIZE` bytes.

    Values of forms are strings. Raises InvalidBodyError.
    """
    mimetype = parse_mimetype(content_type)
    charset = mimetype.parameters.get("charset", "utf-8").lower()
    if charset not in _UTF_8:
        raise InvalidBodyError("only the charset UTF-8 is understood")
    match f"{mimetype.type}/{mimetype.subtype}":
        case "application/x-www-form-urlencoded":
            return _nest(_form_fields(body))
        case "multipart/form-data":
            return _nest(
                _multipart_fields(mimetype.parameters.get("boundary", ""), body)
            )
        case "application/json":
            return _json_object(body)
    raise InvalidBodyError(
        "the content type must be application/x-www-form-urlencoded,"
        " multipart/form-data or application/json"
    )


def parse(payload: Mapping[str, Any]) -> Message:
    """Return the message in a decoded payload. Raises InvalidPayloadError."""
    kind = payload.get("type")
    if not isinstance(kind, str) or (schema := SCHEMAS.get(kind)) is None:
        raise InvalidPayloadError("type", f"must be one of {', '.join(SCHEMAS)}")
    data = payload.get("data")
    if not isinstance(data, dict):
        raise InvalidPayloadError("data", "must hold the fields of the message")
    try:
        return schema(data)
    except vol.Invalid as error:
        field, reason = first_error(error, schema.order)
        raise InvalidPayloadError(f"data.{field}", reason) from None


def _form_fields(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode()
        if text.count("&") >= MAX_FIELDS:
            raise InvalidBodyError(f"more than {MAX_FIELDS} fields")
        # Most escapes are the brackets of the names; replacing them at once is faster.
        text = text.replace("%5B", "[").replace("%5D", "]")
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise InvalidBodyError("not valid UTF-8") from None


def _multipart_fields(boundary: str, body: bytes) -> list[tuple[str, str]]:
    """Return the fields of RFC 7578, in time that grows with the body and not faster."""
    delimiter = b"\r\n--" + boundary.encode(errors="replace")
    _preamble, *parts = (b"\r\n" + body).split(delimiter, MAX_FIELDS + 1)
    fields: list[tuple[str, str]] = []
    try:
        for part in parts:
            if part.startswith(b"--"):
                return fields
            if len(fields) == MAX_FIELDS:
                raise InvalidBodyError(f"more than {MAX_FIELDS} fields")
            head, blank_line, value = part.partition(b"\r\n\r\n")
            if not blank_line or (match := _PART_NAME.match(head)) is None:
                break
            fields.append(((match[1] or match[2] or b"").decode(), value.decode()))
    except UnicodeDecodeError:
        raise InvalidBodyError("not valid UTF-8") from None
    raise InvalidBodyError("broken multipart form data")


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InvalidBodyError("not valid JSON in UTF-8") from None
    if not isinstance(payload, dict):
        raise InvalidBodyError("the JSON must be an object")
    _check_bounds(payload)
    return payload


def _check_bounds(payload: dict[str, Any]) -> None:
    """Hold JSON to the bounds that forms have."""
    level: list[Any] = [payload]
    leaves = 0
    for _ in range(MAX_NESTING):
        below = [value for node in level for value in _values(node)]
        level = [value for value in below if isinstance(value, dict | list)]
        leaves += len(below) - len(level)
        if leaves + len(level) > MAX_FIELDS:
            raise InvalidBodyError(f"more than {MAX_FIELDS} fields")
    if level:
        raise InvalidBodyError(f"nested deeper than {MAX_NESTING} levels")


def _values(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node


def _nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn `data[id]` into a nested mapping, the later of two equal names winning, as PHP does."""
    payload: dict[str, Any] = {}
    for name, value in pairs:
        node = payload
        *path, last = _path(name)
        for key in path:
            child = node.get(key)
            if not isinstance(child, dict):
                child = node[key] = {}
            node = child
        node[last or str(len(node))] = value
    return payload


def _path(name: str) -> list[str]:
    if (match := _BRACKETED.fullmatch(name)) is None:
        return [name]
    path = [match[1], *_BRACKET.findall(match[2])]
    if len(path) > MAX_NESTING:
        raise InvalidBodyError(f"nested deeper than {MAX_NESTING} levels")
    return path
