"""Regular expressions that end in good time, whatever they say and whatever they look at."""

import re
from typing import Final

import regex

MAX_PATTERN: Final = 500
SECONDS: Final = 0.05
"""How long an expression may look at a text: nothing else happens meanwhile."""
_MAX_SIZE: Final = 10_000
"""How long a pattern may be with its counted repetitions written out, which is how it is compiled."""

_TOKEN: Final = re.compile(
    r"(?P<open>\((?:\?.)?)|(?P<close>\))|\{(?P<times>\d+)(?:,\d*)?\}"
    r"|(?P<single>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)",
    re.DOTALL,
)


class InvalidPatternError(ValueError):
    """A pattern that is not taken; `reason` is the key of what the user is told."""

    def __init__(self, reason: str) -> None:
        """Take the reason."""
        super().__init__(reason)
        self.reason = reason


class TooSlowError(Exception):
    """An expression was given up before it had looked at all of a text."""


class Expression:
    """A regular expression. It finds capital and small letters alike."""

    def __init__(self, pattern: str) -> None:
        """Compile a pattern. Raises InvalidPatternError."""
        if len(pattern) > MAX_PATTERN or _size(pattern) > _MAX_SIZE:
            raise InvalidPatternError("pattern_too_long")
        try:
            self._compiled = regex.compile(pattern, regex.IGNORECASE)
        except regex.error, OverflowError, RecursionError:
            raise InvalidPatternError("invalid_pattern") from None

    def search(self, text: str) -> regex.Match[str] | None:
        """Return the first place that matches. Raises TooSlowError."""
        try:
            return self._compiled.search(text, timeout=SECONDS)
        except TimeoutError:
            raise TooSlowError from None


def _size(pattern: str) -> int:
    """Return how long a pattern is with its counted repetitions written out."""
    sizes = [0]
    last = 0
    for token in _TOKEN.finditer(pattern):
        match token.lastgroup:
            case "open":
                sizes.append(0)
            case "close" if len(sizes) > 1:
                last = sizes.pop()
                sizes[-1] += last
            case "times":
                sizes[-1] += last * (int(token["times"]) - 1)
            case _:
                last = 1
                sizes[-1] += last
    return max(sizes)
