"""Numbers in USSD responses: found by a regular expression, read as people write them."""

import re
from typing import Final

from .expressions import Expression, TooSlowError

MAX_TEXT: Final = 500
"""How much of a response is looked at: what the network sends at once has at most 182 characters."""

_NUMBER: Final = re.compile(
    r"(?P<sign>[-+\N{MINUS SIGN}]?)"
    r"(?P<digits>\d+(?:[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'’]\d{3}(?!\d))*(?:[.,]\d+)*)"
)


def number_in(text: str, expression: Expression) -> int | float | None:
    """Return the number in what an expression finds, its first group if it has one; None if there is none."""
    try:
        match = expression.search(text[:MAX_TEXT])
    except TooSlowError:
        return None
    if match is None:
        return None
    first = next(iter(match.groups()), None)
    found = match[0] if first is None else first
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
