"""Numbers in USSD responses: found by a regular expression, read as people write them."""

import re
from typing import Final

MAX_PATTERN: Final = 200
MAX_TEXT: Final = 500
"""How much of a response is looked at: what the network sends at once has at most 182 characters."""

# What a pattern consists of, as far as it says how often something may come.
_TOKEN: Final = re.compile(
    r"(?P<literal>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?.)?)|(?P<close>\))|(?P<or>\|)"
    r"|(?P<repeat>[*+?]|\{(?P<exactly>\d+)\}|\{\d*,\d*\})[?+]?",
    re.DOTALL,
)
_NUMBER: Final = re.compile(
    r"(?P<sign>[-+\N{MINUS SIGN}]?)"
    r"(?P<digits>\d+(?:[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'’]\d{3}(?!\d))*(?:[.,]\d+)*)"
)


class InvalidPatternError(ValueError):
    """A pattern that is not taken; `reason` is the key of what the user is told."""

    def __init__(self, reason: str) -> None:
        """Take the reason."""
        super().__init__(reason)
        self.reason = reason


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that ends in good time. Raises InvalidPatternError.

    Nothing can end it, not even another thread: none runs until it is done.
    """
    if len(pattern) > MAX_PATTERN:
        raise InvalidPatternError("pattern_too_long")
    try:
        found = re.compile(pattern)
    except re.PatternError, OverflowError, RecursionError:
        raise InvalidPatternError("invalid_pattern") from None
    if _may_take_for_ever(pattern):
        raise InvalidPatternError("pattern_too_slow")
    return found


def _may_take_for_ever(pattern: str) -> bool:
    """Return whether a group is repeated that can itself be of several lengths, or one of several texts."""
    varies = [False]
    closed = False
    for token in _TOKEN.finditer(pattern):
        varying = closed
        closed = False
        match token.lastgroup:
            case "open":
                varies.append(False)
            case "close" if len(varies) > 1:
                closed = varies.pop()
                varies[-1] |= closed
            case "or":
                varies[-1] = True
            case "repeat":
                if varying and token["repeat"] != "?":
                    return True
                varies[-1] |= token["exactly"] is None
    return False


def number_in(text: str, pattern: re.Pattern[str]) -> int | float | None:
    """Return the number in what a pattern finds, its first group if it has one; None if there is none."""
    if (match := pattern.search(text[:MAX_TEXT])) is None:
        return None
    found = match[1] if pattern.groups and match[1] is not None else match[0]
    if (number := _NUMBER.search(found)) is None:
        return None
    sign = "-" if number["sign"] in ("-", "\N{MINUS SIGN}") else ""
    digits = sign + _plain(number["digits"])
    return float(digits) if "." in digits else int(digits)


def _plain(digits: str) -> str:
    """Return "1234.56" of "1.234,56", "1,234.56" and "1 234,56", "12.5" of "12,5", "1234" of "1,234"."""
    digits = re.sub(r"[^\d.,]", "", digits)
    separators = re.findall(r"[.,]", digits)
    *parts, last = re.split(r"[.,]", digits)
    whole = "".join(parts)
    parts_thousands = (
        len(set(separators)) == 1
        and len(last) == 3
        and (len(separators) > 1 or re.fullmatch(r"[1-9]\d{0,2}", whole))
    )
    if not separators or parts_thousands:
        return whole + last
    return f"{whole}.{last}"
