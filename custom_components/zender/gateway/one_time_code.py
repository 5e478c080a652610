"""Finds the one-time code in a text: a number that a word for "code" accompanies."""

from collections.abc import Iterable
import re
from typing import Final

# Words that announce a code, in the languages that services write in; many form compounds.
_WORDS: Final = re.compile(
    r"(?:(?<!post)(?<!bar)(?<!zip)cod[ei]|kod[ei]?|kód)\w{0,6}\b"
    r"|\b(?:cod|codice|c[oó]digo|passwor[dt]|otp|pin|tan|token|contrase[nñ]a|senha|kennwort|mot de passe|"
    r"has[lł]o|parola|şifre\w*|mã|sandi|код\w*|пароль|v[eé]rificat?[cz]?i\w*|weryfika\w*|"
    r"to (?:verify|confirm|log ?in|sign in))\b"
    r"|验证码|校验码|驗證碼|認証コード|確認コード|인증\s?번호|인증\s?코드|رمز|كود|کد|קוד|कोड|ओटीपी|รหัส",
    re.IGNORECASE,
)
# Letters of other scripts may touch a code: they write without spaces.
_CANDIDATE: Final = re.compile(
    r"(?<![0-9A-Za-zÀ-ž_+/.,*#-])(?<![0-9]:)(?<![0-9]{3} )"
    r"(?:[A-Z]{1,3}-)?"
    r"(?P<code>[0-9]{3}[ -][0-9]{3}|[0-9]{4}[ -][0-9]{4}|[0-9]{4,8}"
    r"|(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{5,8})"
    r"(?![0-9A-Za-zÀ-ž_/*#]|[:.,-][0-9]| [0-9]{3})"
)
# What follows or precedes a number that is an amount, a phone or an order, not a code.
_OTHER_AFTER: Final = re.compile(
    r"\s?(?:[€$£¥₹₽₱%]|(?:eur|usd|gbp|php|inr|rub|kr|zł|mb|gb|km|min)\b)", re.IGNORECASE
)
_OTHER_BEFORE: Final = re.compile(
    r"(?:[€$£¥₹₽₱]|\b(?:eur|usd|gbp|php|inr|rs|tel|call|dial|card|ending(?: in| with)?|account|order|ref)"
    r"[.:]?)\s?$",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
# Codes of shops open no account.
_PROMOTION: Final = re.compile(
    r"promo|coupon|voucher|discount|% off|sconto|descuento|desconto|rabatt|gutschein|r[eé]duction",
    re.IGNORECASE,
)

# How far, in characters, the word may stand from the number; a year must stand right beside it.
_REACH: Final = 60
_REACH_OF_YEAR: Final = 4
# Texts with codes are short, and a long one must not take long.
_LONGEST: Final = 1000


def find_one_time_code(text: str) -> str | None:
    """Return the code without spaces and service prefix ("G-123456" gives "123456"), or None."""
    text = text[:_LONGEST]
    candidates = [match for match in _CANDIDATE.finditer(text) if _may_be(match)]
    if not candidates or _PROMOTION.search(text):
        return None
    words = [match.span() for match in _WORDS.finditer(text)]
    nearest: tuple[int, str] | None = None
    for match in candidates:
        code = re.sub("[ -]", "", match["code"])
        distance = _distance(match.span(), words)
        reach = _REACH_OF_YEAR if _YEAR.fullmatch(code) else _REACH
        if distance <= reach and (nearest is None or distance < nearest[0]):
            nearest = (distance, code)
    return nearest[1] if nearest else None


def _may_be(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 16) : match.start()]
    return not (
        _OTHER_AFTER.match(match.string, match.end()) or _OTHER_BEFORE.search(before)
    )


def _distance(span: tuple[int, int], words: Iterable[tuple[int, int]]) -> int:
    """Return how far the nearest word is from a span."""
    start, end = span
    return min(
        (max(start - word_end, word_start - end) for word_start, word_end in words),
        default=_LONGEST,
    )
