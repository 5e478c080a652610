"""Which messages an automation is for: what its trigger asks of a message's data."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import operator
from typing import Any, Final

from .expressions import Expression, InvalidPatternError
from .gateway.messages import MessageType
from .journal.folding import fold
from .senders import SenderList, problem_of

CONF_CHATS: Final = "chats"
CONF_CODE: Final = "code"
CONF_CONTAINS: Final = "contains"
CONF_EQUALS: Final = "equals"
CONF_IGNORE_REPLAYED: Final = "ignore_replayed"
CONF_ONE_TIME_CODE: Final = "one_time_code"
CONF_PACKAGE: Final = "package"
CONF_PATTERN: Final = "pattern"
CONF_SENDERS: Final = "senders"
CONF_STARTS_WITH: Final = "starts_with"

TEXTS: Final[Mapping[MessageType, tuple[str, ...]]] = {
    MessageType.SMS: ("message",),
    MessageType.WHATSAPP: ("message",),
    MessageType.USSD: ("response",),
    MessageType.NOTIFICATION: ("content", "title"),
}
"""The fields that filters of the text look at: one of them must match."""

_SAID: Final = {
    "invalid_pattern": "it is not a regular expression",
    "invalid_sender": "it is not a number with its country's prefix, a name, a short code or a group",
    "invalid_star": "a star stands at the end, after the beginning of a number or a name",
    "pattern_too_long": "it is too long, or repeats too much",
}

type Data = Mapping[str, Any]


class Chats(StrEnum):
    """Which chats of WhatsApp."""

    PEOPLE = "people"
    GROUPS = "groups"


class OneTimeCode(StrEnum):
    """Whether there is a one-time code."""

    WITH = "with"
    WITHOUT = "without"


class InvalidFilterError(ValueError):
    """Something that no message could be asked for; its text says what and why."""

    def __init__(self, option: str, value: str, reason: str) -> None:
        """Take the option and the key of the reason."""
        super().__init__(f"{option}: '{value}' cannot be used: {_SAID[reason]}")


@dataclass(frozen=True, slots=True)
class Found:
    """What an expression found in a message that matches; empty without one."""

    groups: list[str | None] = field(default_factory=list)
    named_groups: dict[str, str | None] = field(default_factory=dict)


class MessageFilter:
    """What a message must be like: all of the filters match, of each one of its values."""

    def __init__(
        self, kind: MessageType, options: Mapping[str, Any], country: str | None
    ) -> None:
        """Prepare the filters. Not for the event loop. Raises InvalidFilterError."""
        self._texts = TEXTS[kind]
        self._checks: list[Callable[[Data], bool]] = [
            make(options[name]) for name, make in _CHECKS.items() if options.get(name)
        ]
        if senders := options.get(CONF_SENDERS):
            self._checks.append(_sent_by(senders, country))
        self._comparisons = [
            (compare, [fold(text) for text in options[name]])
            for name, compare in _COMPARISONS.items()
            if options.get(name)
        ]
        self._expression = _expression(options.get(CONF_PATTERN))

    def find(self, data: Data) -> Found | None:
        """Return what is found in a message, None if it does not match. Raises TooSlowError."""
        if not all(check(data) for check in self._checks):
            return None
        texts = [data[name] for name in self._texts]
        if not self._compare(texts):
            return None
        if self._expression is None:
            return Found()
        for text in texts:
            if match := self._expression.search(text):
                return Found(list(match.groups()), match.groupdict())
        return None

    def _compare(self, texts: Iterable[str]) -> bool:
        if not self._comparisons:
            return True
        folded = [fold(text) for text in texts]
        return all(
            any(compare(text, value) for text in folded for value in values)
            for compare, values in self._comparisons
        )


def _contains(text: str, folded: str) -> bool:
    # It need not begin or end where a word does.
    return folded[1:-1] in text


def _starts_with(text: str, folded: str) -> bool:
    return text.startswith(folded[:-1])


_COMPARISONS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    CONF_CONTAINS: _contains,
    CONF_EQUALS: operator.eq,
    CONF_STARTS_WITH: _starts_with,
}


def _received_at_once(_ignores: bool) -> Callable[[Data], bool]:
    return lambda data: not data["replayed"]


def _coded(wanted: OneTimeCode) -> Callable[[Data], bool]:
    is_wanted = wanted == OneTimeCode.WITH
    return lambda data: (data["one_time_code"] is not None) is is_wanted


def _chat(wanted: Chats) -> Callable[[Data], bool]:
    return lambda data: data["is_group"] is (wanted == Chats.GROUPS)


def _dialled(codes: Iterable[str]) -> Callable[[Data], bool]:
    wanted = {_squeezed(code) for code in codes}
    return lambda data: _squeezed(data["code"]) in wanted


def _shown_by(packages: Iterable[str]) -> Callable[[Data], bool]:
    wanted = {_squeezed(package) for package in packages}
    return lambda data: _squeezed(data["package"]) in wanted


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


_CHECKS: Final[Mapping[str, Callable[[Any], Callable[[Data], bool]]]] = {
    CONF_IGNORE_REPLAYED: _received_at_once,
    CONF_ONE_TIME_CODE: _coded,
    CONF_CHATS: _chat,
    CONF_CODE: _dialled,
    CONF_PACKAGE: _shown_by,
}


def _sent_by(senders: list[str], country: str | None) -> Callable[[Data], bool]:
    listed = SenderList.read(senders, country)
    for sender in senders:
        if reason := problem_of(sender, country):
            raise InvalidFilterError(CONF_SENDERS, sender, reason)
    return lambda data: listed.has(data["phone"])


def _expression(pattern: str | None) -> Expression | None:
    if pattern is None:
        return None
    try:
        return Expression(pattern)
    except InvalidPatternError as error:
        raise InvalidFilterError(CONF_PATTERN, pattern, error.reason) from None
