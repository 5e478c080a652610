"""Texts made comparable: without case and accents, word by word."""

from dataclasses import dataclass
from itertools import islice
from string import ascii_lowercase, ascii_uppercase
from typing import Final
import unicodedata

BOUNDARY: Final = "\x02"
"""Before and after each word of a folded text."""

# The canonical combining classes of the points of Hebrew and Arabic and of the accents of European scripts. The marks
# of others, as the vowels of Thai, make another word: https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values
_ACCENTS: Final = frozenset((*range(10, 37), *range(200, 241)))
_TRIGRAM: Final = 3
_MAX_TRIGRAMS: Final = 24
_PLAIN: Final = str.maketrans(ascii_uppercase + " ", ascii_lowercase + BOUNDARY)


def fold(text: str) -> str:
    """Return the text's words without case and accents, in any script, each after a boundary."""
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(
            character
            for character in unicodedata.normalize("NFKD", folded)
            if unicodedata.combining(character) not in _ACCENTS
        ).casefold()
    return BOUNDARY + BOUNDARY.join(folded.split()) + BOUNDARY


def plain(text: str) -> str:
    """Return a text with the letters A to Z small, and boundaries for spaces: folding many a text makes no more of it."""
    return BOUNDARY + text.translate(_PLAIN) + BOUNDARY


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a text must contain: a word, the beginning of one, or a piece of it."""

    folded: str
    """To be found in the folded text."""
    raw: str | None = None
    """To be found in the text as it is instead, when it is too short to be indexed."""

    @property
    def trigrams(self) -> list[str]:
        """Return sequences of three characters that are all in the folded text."""
        starts = range(len(self.folded) - _TRIGRAM + 1)
        found = (self.folded[start : start + _TRIGRAM] for start in starts)
        return list(islice(dict.fromkeys(found), _MAX_TRIGRAMS))


def terms(query: str) -> list[Term]:
    """Return what a text must contain for a query: all of its words.

    Three characters are found anywhere, two at the beginning of a word; where a script has no
    capital letters, and so often no spaces between words, any number is found anywhere.
    """
    words = dict.fromkeys(fold(query).strip(BOUNDARY).split(BOUNDARY))
    return [_term(word) for word in words if word]


def _term(word: str) -> Term:
    if len(word) >= _TRIGRAM:
        return Term(word)
    if len(word) == _TRIGRAM - 1 and word.upper() != word:
        return Term(BOUNDARY + word)
    return Term(word, raw=word)
