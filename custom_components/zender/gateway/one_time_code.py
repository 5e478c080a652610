"""Finds the one-time code in a text: a number that a word for "code" accompanies."""

from bisect import bisect
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
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
from .one_time_code_other_codes import FOR_LOCK, LOCK_BEFORE, NO_CODE
from .one_time_code_purposes import (
    DELIVERY,
    ENTER_AFTER,
    ENTER_BEFORE,
    FOR_PURPOSE,
    PURPOSE,
    PURPOSE_BEFORE,
)
from .one_time_code_words import CALLED_CODE, CODE, CODE_FOR, INTRODUCED, SURE

# Letters of other scripts may touch a code: they write without spaces. What is written in unusual pieces, and what
# has letters in few or small ones, must stand nearer to the word.
_CANDIDATE: Final = re.compile(
    r"(?<![0-9A-Za-zÀ-ž_+/.*#-])(?<![0-9][:,])(?<![0-9]{3} )(?<!\* )(?!X+[0-9]{4}\b|444[0-9]{4}\b|1500[0-9]{3}\b)"
    r"(?:(?!Q-)[A-Z]{1,3}-(?=[0-9]{4}))?"
    r"(?P<code>(?:(?<![0-9] )[0-9](?:[ -][0-9]){3,7}(?! ?[0-9]))"
    r"|(?P<pieces>(?<![0-9] )(?:[0-9]{2}(?: [0-9]{2}){1,3}|[0-9]{2} (?:[0-9]{2} [0-9]{3}|[0-9]{3} [0-9]{2})"
    r"|(?:[0-9]{2,3} [0-9]{4}|[0-9]{4} [0-9]{2,3}|[0-9]{2} [0-9]{3}|[0-9]{3} [0-9]{2})(?=\s*(?:[^\w\s(&+]|\Z)))(?! ?[0-9]))"
    r"|[0-9]{3}[ -][0-9]{3}|(?!(?:[01][0-9]|2[0-4])[0-5][0-9]-[012][0-9][0-5][0-9])[0-9]{4}[ -][0-9]{4}|[0-9]{4,8}"
    r"|(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{5,8}"
    r"|(?:(?<=[码碼])|(?<=[码碼][:：为為是 ]))(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{4}"
    r"|(?=[A-Z-]*[0-9])(?=[0-9-]*[A-Z])[A-Z0-9]{2,4}-[A-Z0-9]{3,4}"
    r"|(?P<letters>(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])(?:[A-Z0-9]{3,4}|[A-Za-z0-9]{5,10})))"
    r"(?![0-9A-Za-zÀ-ž_/*#]|[:.][0-9]|,[0-9](?![0-9]? ?[分秒小天])|-[0-9A-Z]| [0-9]{3}| [0-9]{2} [0-9]{2}(?![0-9]))"
)
_DIGIT: Final = re.compile(r"\d")
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
    r"(?:[凭憑]|(?:[取提自][件货貨餐提]|[货貨]架)[码碼号號]|(?:[放存][在于於]|[驿驛]站】)(?=[0-9A-Z]{1,3}-[0-9]{1,2}-))"
    r"(?:[为為是]|[:：])?\s?[「『“【]?"
    r"(?P<code>[0-9A-Z]{1,3}(?:-[0-9]{1,2})?-[0-9]{3,5})(?![0-9-])"
)
_YEAR_OR_DATE: Final = re.compile(
    r"(?:19[0-9]|20[0-4]|25[5-9])[0-9](?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))?"
)
# A word with a number is made for a shop or a friend, or is a name, a unit or an ordinal number.
_WORD_AND_NUMBER: Final = re.compile(
    r"[A-Z]{3,}[0-9]{1,4}|[A-Z][0-9]{1,3}|[A-Za-z]?[a-z]{2,}[0-9]{1,4}|[0-9]{1,6}[A-Za-z]?[a-z]{1,9}|2FA|3DS?"
    r"|[0-9]{1,2}h[0-9]{2}|[0-2][0-9]H[0-5][0-9]|[0-9]{1,5}(?:MB|GB|KB|TB|KM|KG|KWH|EUR|PM|AM)"
)
# What a courier or a driver is told may be shorter than other codes.
_SHORT: Final = re.compile(
    r"(?<![\w+/.*#-])(?<![0-9]:)[0-9]{2,3}(?![\w/*#%]|[:.,][0-9]|[ -][0-9])"
)
_END_OF_SENTENCE: Final = re.compile(r"[.!?;](?=\s)|[\n。！？।؟؛]")
_BEGIN_OF_SENTENCE: Final = re.compile(r"(?:\A|[\n.!?:>)】])\s*[\"'«“„(\[「]?\Z")
_ROUND: Final = re.compile(r"[0-9]{2,3}00")

# How far, in characters, the word may stand from the number; a year or a date must stand right beside it,
# a round number near it.
_REACH: Final = 60
_REACH_IF_INTRODUCED: Final = 120
_REACH_OF_DATE: Final = 8
_REACH_IF_ROUND: Final = 12
_REACH_IF_IN_PIECES: Final = 40
_REACH_IF_HAS_LETTERS: Final = 15
_REACH_OF_PURPOSE: Final = 100
# What is less likely counts as farther.
_OTHER_SENTENCE: Final = 15
_WORD_FOLLOWS: Final = 4
_HAS_LETTERS: Final = 10
_IS_ENTERED: Final = 5
_IS_ALONE: Final = 30
_IS_FOR_AN_APP: Final = 40
# What a sign or a verb like "is" introduces is likelier.
_TIMES_NEARER_IF_INTRODUCED: Final = 2
# How much of what precedes a number says what it is.
_CONTEXT: Final = 32
_CONTEXT_OF_VERBS: Final = 90
# Texts with codes are short, and a long one must not take long.
_LONGEST: Final = 1000
_MOST_NUMBERS: Final = 20


def find_one_time_code(text: str) -> str | None:
    """Return the code as it is typed, without spaces and service prefix ("G-123 456" gives "123456"), or None."""
    text = text[:_LONGEST]
    if _DIGIT.search(text) is None:
        return None
    text = _with_latin_digits(text)
    if certain := _CERTAIN.search(text):
        return _as_typed(certain["site"] or certain["google"])
    if shelf := _SHELF.search(text):
        return shelf["code"]
    numbers = islice(_CANDIDATE.finditer(text), _MOST_NUMBERS)
    candidates = [match for match in numbers if _may_be(match)]
    for_an_app = _IS_FOR_AN_APP if _FOR_AN_APP.search(text) else _LONGEST
    # What most texts with numbers lack, before what takes longer.
    if for_an_app == _LONGEST and not _is_likely(text, candidates):
        return _told_to_a_courier(text)
    if PROMOTION.search(text):
        candidates = [
            match
            for match in candidates
            if SURE.search(_before(match, _CONTEXT_OF_VERBS))
        ]
    others = _Words(text, NO_CODE)
    codes = _Words(others.blanked(), CODE)
    purposes = _Words(text, PURPOSE)
    best: tuple[int, str] | None = None
    for match in candidates:
        code = _as_typed(match["code"])
        distance = min(_announced(match, codes), _entered(match, purposes), for_an_app)
        if distance == _LONGEST or others.distance(match) < distance:
            continue
        if INTRODUCED.search(_before(match)):
            distance //= _TIMES_NEARER_IF_INTRODUCED
        if not code.isdecimal():
            distance += _HAS_LETTERS
        if best is None or distance < best[0]:
            best = (distance, code)
    return best[1] if best else _told_to_a_courier(text)


def _is_likely(text: str, candidates: Sequence[re.Match[str]]) -> bool:
    """Return whether there is a number, and a word for a code or a sign that the number is typed."""
    return bool(candidates) and (
        CODE.search(text) is not None
        or any(_likely_typed(match) < _LONGEST for match in candidates)
    )


def _told_to_a_courier(text: str) -> str | None:
    """Return what is called a code although it is short, if it is for a delivery or a ride."""
    deliveries = _Words(text, DELIVERY)
    others = _Words(text, NO_CODE)
    for match in islice(_SHORT.finditer(text), _MOST_NUMBERS):
        before = _before(match, _CONTEXT_OF_VERBS)
        if (
            CALLED_CODE.search(_before(match))
            and (ENTER_BEFORE.search(before) or ENTER_AFTER.match(text, match.end()))
            and not OTHER_AFTER.match(text, match.end())
            and deliveries.distance(match) <= _REACH_OF_PURPOSE
            and CALLED_CODE.search(others.blanked(match.start()))
            and not PROMOTION.search(text)
        ):
            return match[0]
    return None


def _with_latin_digits(text: str) -> str:
    """Return a text of the same length, with the digits that are typed."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


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
        or (
            OTHER_BEFORE.search(before)
            and not CODE_FOR.search(_before(match, _CONTEXT_OF_VERBS))
        )
        or PHONE_BEFORE.search(before)
        or FOR_LOCK.match(match.string, match.end())
        or (_YEAR_OR_DATE.fullmatch(code) and MONTH_BEFORE.search(before))
        or _WORD_AND_NUMBER.fullmatch(code)
        or (not _as_typed(code).isdecimal() and JOURNEY.search(match.string))
    )


class _Words:
    """Where some words stand in a text."""

    def __init__(self, text: str, words: re.Pattern[str]) -> None:
        """Prepare to find the words when they are asked for."""
        self._text = text
        self._words = words

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return [match.span() for match in self._words.finditer(self._text)]

    def blanked(self, end: int | None = None) -> str:
        """Return the text, up to an end, with spaces for the words."""
        text = self._text
        for start_of_word, end_of_word in self._spans:
            spaces = " " * (end_of_word - start_of_word)
            text = text[:start_of_word] + spaces + text[end_of_word:]
        return text[:end]

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
    elif match["letters"]:
        reach = _REACH_IF_HAS_LETTERS
    elif INTRODUCED.search(_before(match)):
        reach = _REACH_IF_INTRODUCED
    elif match["pieces"]:
        reach = _REACH_IF_IN_PIECES
    else:
        reach = _REACH
    distance = codes.distance(match)
    return distance if distance <= reach else _LONGEST


def _entered(match: re.Match[str], purposes: _Words) -> int:
    """Return how far the verb is if a number is to be typed or told, for what a code is good for."""
    if (
        match["letters"]
        or _ROUND.fullmatch(match["code"])
        or _YEAR_OR_DATE.fullmatch(match["code"])
    ):
        return _LONGEST
    distance = _likely_typed(match)
    if distance == _LONGEST or LOCK_BEFORE.search(_before(match, _CONTEXT_OF_VERBS)):
        return _LONGEST
    return distance if purposes.distance(match) <= _REACH_OF_PURPOSE else _LONGEST


def _likely_typed(match: re.Match[str]) -> int:
    """Return how far the verb is, or what else shows that a number is to be typed."""
    text = match.string
    before = _before(match, _CONTEXT_OF_VERBS)
    if verb := ENTER_BEFORE.search(before):
        return _IS_ENTERED + len(verb["gap"])
    if ENTER_AFTER.match(text, match.end()):
        return _IS_ENTERED + _WORD_FOLLOWS
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
