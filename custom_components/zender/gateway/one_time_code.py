"""Finds the one-time code in a text: a number that a word for "code" accompanies."""

import re
from typing import Final

# Words that announce a code, in the languages that services write in. Beginnings are enough.
_WORDS: Final = re.compile(
    r"\b(?:code|cod\.?|c[oó]d[ie]\w*|codice|passcode|passwor[dt]|otp|pin|tan|token|verif\w*|"
    r"confirm\w*|contrase[nñ]a|senha|kennwort|best[aä]tigungs?\w*|mot de passe|koda?|kód|"
    r"has[lł]o|parola|şifre\w*|doğrulama|mã|sandi|kode|код\w*|пароль)\b"
    r"|(?:验证码|校验码|驗證碼|認証コード|確認コード|인증\s?번호|인증\s?코드|رمز|كود|کد|קוד|रहस्य|कोड|ओटीपी|รหัส)",
    re.IGNORECASE,
)
_CANDIDATE: Final = re.compile(
    r"(?<![\w+/.,:*#-])"
    r"(?:[A-Z]{1,3}-)?"
    r"(?P<code>[0-9]{4,8}|[0-9]{3}[ -][0-9]{3}|(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{5,8})"
    r"(?!\w|[/:*#]|[.,-][0-9])"
)
# What follows or precedes a number that is an amount, not a code.
_MONEY_AFTER: Final = re.compile(
    r"\s?(?:[€$£¥₹₽₱%]|(?:eur|usd|gbp|php|inr|rub|kr|zł|mb|gb|km|min)\b)", re.IGNORECASE
)
_MONEY_BEFORE: Final = re.compile(
    r"(?:[€$£¥₹₽₱]|\b(?:eur|usd|gbp|php|inr|rs\.?|tel\.?|call))\s?$", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")

# How far, in characters, the word may stand from the number.
_REACH: Final = 60


def find_one_time_code(text: str) -> str | None:
    """Return the code without spaces and service prefix ("G-123456" gives "123456"), or None."""
    words = [match.span() for match in _WORDS.finditer(text)]
    if not words:
        return None
    best: tuple[int, str] | None = None
    for match in _CANDIDATE.finditer(text):
        code = re.sub("[ -]", "", match["code"])
        if _MONEY_AFTER.match(text, match.end()) or _MONEY_BEFORE.search(
            text[max(0, match.start() - 8) : match.start()]
        ):
            continue
        distance = min(
            max(match.start() - end, start - match.end()) for start, end in words
        )
        if _YEAR.fullmatch(code) and distance > 3:
            continue
        if distance <= _REACH and (best is None or distance < best[0]):
            best = (distance, code)
    return best[1] if best else None
