"""Finds the one-time code in a text: a number that a word for "code" accompanies."""

from bisect import bisect
import re
from typing import Final
import unicodedata

from .one_time_code_contexts import (
    JOURNEY,
    MONTH_BEFORE,
    OTHER_AFTER,
    OTHER_BEFORE,
    PHONE_BEFORE,
    PROMOTION,
)
from .one_time_code_words import (
    CODE,
    CODE_FOR,
    ENTER_AFTER,
    ENTER_BEFORE,
    FOR_PURPOSE,
    INTRODUCED,
    NO_CODE,
    PURPOSE,
    PURPOSE_BEFORE,
)

# Letters of other scripts may touch a code: they write without spaces.
_CANDIDATE: Final = re.compile(
    r"(?<![0-9A-Za-zÀ-ž_+/.,*#-])(?<![0-9]:)(?<![0-9]{3} )(?<!\* )(?!X+[0-9]{4}\b)"
    r"(?:[A-Z]{1,3}-(?=[0-9]{4}))?"
    r"(?P<code>[0-9]{3}[ -][0-9]{3}|[0-9]{4}[ -][0-9]{4}|[0-9]{4,8}"
    r"|(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{5,8}"
    r"|(?=[A-Z-]*[0-9])(?=[0-9-]*[A-Z])[A-Z0-9]{2,4}-[A-Z0-9]{3,4})"
    r"(?![0-9A-Za-zÀ-ž_/*#]|[:.,][0-9]|-[0-9A-Z]| [0-9]{3})"
)
# What needs no word: the last line of a code for a web site, the prefix of Google.
_CERTAIN: Final = re.compile(
    r"^@[\w.-]{1,60}\.\w{2,20} #(?P<site>(?=[A-Za-z-]*[0-9])[0-9A-Za-z-]{4,10})\b|\bG-(?P<google>[0-9]{6})\b",
    re.MULTILINE,
)
# How texts with codes begin or end that an app is to read.
_FOR_AN_APP: Final = re.compile(
    r"\A\s*(?:<#>|\[#\])|\n(?=[A-Za-z+/]*[0-9])(?=[0-9a-z+/]*[A-Z])[0-9A-Za-z+/]{11}\s*\Z"
)
# The shelf of a parcel, with its number.
_SHELF: Final = re.compile(
    r"(?:[凭憑]|取[件货貨]码)(?:为|是|[:：])?\s?[「“]?(?P<code>[0-9A-Z]{1,3}(?:-[0-9]{1,2})?-[0-9]{3,5})(?![0-9-])"
)
_YEAR_OR_DATE: Final = re.compile(
    r"(?:19[0-9]|20[0-4]|25[5-9])[0-9](?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))?"
)
# A word with a number is made for a shop or a friend.
_WORD_AND_NUMBER: Final = re.compile(r"[A-Z]{3,}[0-9]{2,4}")
_END_OF_SENTENCE: Final = re.compile(r"[.!?;](?=\s)|[\n。！？।]")
_BEGIN_OF_SENTENCE: Final = re.compile(r"(?:\A|[\n.!?:>)】])\s*[\"'«“„(\[「]?\Z")
_ROUND: Final = re.compile(r"[0-9]{2,3}00")

# How far, in characters, the word may stand from the number; a year or a date must stand right beside it,
# a round number near it.
_REACH: Final = 60
_REACH_IF_INTRODUCED: Final = 120
_REACH_OF_DATE: Final = 4
_REACH_IF_ROUND: Final = 12
_REACH_OF_PURPOSE: Final = 100
# What is less likely counts as farther.
_OTHER_SENTENCE: Final = 15
_WORD_FOLLOWS: Final = 4
_HAS_LETTERS: Final = 10
_IS_ENTERED: Final = 5
_IS_ALONE: Final = 30
_IS_FOR_AN_APP: Final = 40
# How much of what precedes a number says what it is.
_CONTEXT: Final = 32
_CONTEXT_OF_VERBS: Final = 90
# Texts with codes are short, and a long one must not take long.
_LONGEST: Final = 1000


def find_one_time_code(text: str) -> str | None:
    """Return the code as it is typed, without spaces and service prefix ("G-123 456" gives "123456"), or None."""
    text = _with_latin_digits(text[:_LONGEST])
    if certain := _CERTAIN.search(text):
        return _as_typed(certain["site"] or certain["google"])
    candidates = [match for match in _CANDIDATE.finditer(text) if _may_be(match)]
    if shelf := _SHELF.search(text):
        candidates.append(shelf)
    if not candidates or PROMOTION.search(text):
        return None
    others = _Words(text, NO_CODE)
    codes = _Words(NO_CODE.sub(_blank, text), CODE)
    purposes = _Words(text, PURPOSE)
    for_an_app = _IS_FOR_AN_APP if _FOR_AN_APP.search(text) else _LONGEST
    best: tuple[int, str] | None = None
    for match in candidates:
        code = match["code"] if match is shelf else _as_typed(match["code"])
        distance = min(_announced(match, codes), _entered(match, purposes), for_an_app)
        if others.distance(match) < distance:
            continue
        if not code.isdecimal():
            distance += _HAS_LETTERS
        if distance < _LONGEST and (best is None or distance < best[0]):
            best = (distance, code)
    return best[1] if best else None


def _with_latin_digits(text: str) -> str:
    """Return a text of the same length, with the digits that are typed."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _as_typed(code: str) -> str:
    joined = re.sub("[ -]", "", code)
    return joined if joined.isdecimal() else code


def _before(match: re.Match[str], length: int = _CONTEXT) -> str:
    return match.string[max(0, match.start() - length) : match.start()]


def _may_be(match: re.Match[str]) -> bool:
    before = _before(match)
    code = match["code"]
    return not (
        OTHER_AFTER.match(match.string, match.end())
        or (OTHER_BEFORE.search(before) and not CODE_FOR.search(before))
        or PHONE_BEFORE.search(before)
        or (_YEAR_OR_DATE.fullmatch(code) and MONTH_BEFORE.search(before))
        or _WORD_AND_NUMBER.fullmatch(code)
        or (not _as_typed(code).isdecimal() and JOURNEY.search(match.string))
    )


class _Words:
    """Where some words stand in a text."""

    def __init__(self, text: str, words: re.Pattern[str]) -> None:
        """Find the words."""
        self._text = text
        self._spans = [match.span() for match in words.finditer(text)]

    def distance(self, match: re.Match[str]) -> int:
        """Return how far the nearest word is from a match, another sentence being farther."""
        start, end = match.span()
        following = bisect(self._spans, (start, end))
        distances = [
            self._length(end_of_word, start)
            for _, end_of_word in self._spans[max(0, following - 1) : following]
        ]
        distances += [
            self._length(end, start_of_word) + _WORD_FOLLOWS
            for start_of_word, _ in self._spans[following : following + 1]
        ]
        return min(distances, default=_LONGEST)

    def _length(self, start: int, end: int) -> int:
        length = end - start
        if 0 < length <= _REACH and _END_OF_SENTENCE.search(self._text, start, end):
            length += _OTHER_SENTENCE
        return length


def _announced(match: re.Match[str], codes: _Words) -> int:
    """Return how far the word for a code is, if it is near enough."""
    if _YEAR_OR_DATE.fullmatch(match["code"]):
        reach = _REACH_OF_DATE
    elif _ROUND.fullmatch(match["code"]):
        reach = _REACH_IF_ROUND
    elif INTRODUCED.search(_before(match)):
        reach = _REACH_IF_INTRODUCED
    else:
        reach = _REACH
    distance = codes.distance(match)
    return distance if distance <= reach else _LONGEST


def _entered(match: re.Match[str], purposes: _Words) -> int:
    """Return how far the verb is if a number is to be typed or told, for what a code is good for."""
    if (
        _ROUND.fullmatch(match["code"])
        or _YEAR_OR_DATE.fullmatch(match["code"])
        or purposes.distance(match) > _REACH_OF_PURPOSE
    ):
        return _LONGEST
    text = match.string
    before = _before(match, _CONTEXT_OF_VERBS)
    if verb := ENTER_BEFORE.search(before) or ENTER_AFTER.match(text, match.end()):
        return _IS_ENTERED + len(verb["gap"])
    if PURPOSE_BEFORE.search(before) or (
        _BEGIN_OF_SENTENCE.search(before) and FOR_PURPOSE.match(text, match.end())
    ):
        return _IS_ENTERED
    if before.rstrip(" ").endswith("\n") and text[match.end() :].lstrip(" ")[:1] in (
        "",
        "\n",
    ):
        return _IS_ALONE
    return _LONGEST
