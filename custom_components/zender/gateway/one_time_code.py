"""Finds the one-time code in a text: a number that a word for "code" accompanies."""

from bisect import bisect
import re
from typing import Final
import unicodedata

from .one_time_code_words import (
    CODE,
    ENTER_AFTER,
    ENTER_BEFORE,
    NO_CODE,
    OTHER_AFTER,
    OTHER_BEFORE,
    PHONE_BEFORE,
    PROMOTION,
    PURPOSE,
)

# Letters of other scripts may touch a code: they write without spaces.
_CANDIDATE: Final = re.compile(
    r"(?<![0-9A-Za-zÀ-ž_+/.,*#-])(?<![0-9]:)(?<![0-9]{3} )"
    r"(?:[A-Z]{1,3}-(?=[0-9]{4}))?"
    r"(?P<code>[0-9]{3}[ -][0-9]{3}|[0-9]{4}[ -][0-9]{4}|[0-9]{4,8}"
    r"|(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{5,8}"
    r"|(?=[A-Z-]*[0-9])(?=[0-9-]*[A-Z])[A-Z0-9]{3,4}-[A-Z0-9]{3,4})"
    r"(?![0-9A-Za-zÀ-ž_/*#]|[:.,][0-9]|-[0-9A-Z]| [0-9]{3})"
)
_YEAR_OR_DATE: Final = re.compile(
    r"(?:19|20)[0-9]{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))?"
)
_END_OF_SENTENCE: Final = re.compile(r"[.!?;](?=\s)|[\n。！？।]")

# How far, in characters, the word may stand from the number; a year or a date must stand right beside it.
_REACH: Final = 60
_REACH_OF_DATE: Final = 4
# What is less likely counts as farther.
_OTHER_SENTENCE: Final = 15
_WORD_FOLLOWS: Final = 4
_HAS_LETTERS: Final = 10
# How much of what precedes a number says what it is.
_CONTEXT: Final = 32
# Texts with codes are short, and a long one must not take long.
_LONGEST: Final = 1000


def find_one_time_code(text: str) -> str | None:
    """Return the code as it is typed, without spaces and service prefix ("G-123 456" gives "123456"), or None."""
    text = _with_latin_digits(text[:_LONGEST])
    candidates = [match for match in _CANDIDATE.finditer(text) if _may_be(match)]
    if not candidates or PROMOTION.search(text):
        return None
    others = _Words(text, NO_CODE)
    codes = _Words(NO_CODE.sub(_blank, text), CODE)
    purposes = _Words(text, PURPOSE)
    best: tuple[int, str] | None = None
    for match in candidates:
        code = _as_typed(match["code"])
        distance = codes.distance(match)
        if _is_entered_for(match, purposes):
            distance = 0
        elif others.distance(match) < distance:
            continue
        if not code.isdecimal():
            distance += _HAS_LETTERS
        reach = _REACH_OF_DATE if _YEAR_OR_DATE.fullmatch(code) else _REACH
        if distance <= reach and (best is None or distance < best[0]):
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


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _CONTEXT) : match.start()]


def _may_be(match: re.Match[str]) -> bool:
    before = _before(match)
    return not (
        OTHER_AFTER.match(match.string, match.end())
        or OTHER_BEFORE.search(before)
        or PHONE_BEFORE.search(before)
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


def _is_entered_for(match: re.Match[str], purposes: _Words) -> bool:
    """Return whether a number is to be typed, and for what a code is typed."""
    is_entered = ENTER_BEFORE.search(_before(match)) or ENTER_AFTER.match(
        match.string, match.end()
    )
    return bool(is_entered) and purposes.distance(match) <= _REACH
