"""What becomes of a text on its way: how many SMS it takes, and what the gateway would make of braces."""

from typing import Final

# The letters of an SMS of 7 bits, and those that take two: 3GPP TS 23.038, 6.2.1.
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED: Final = frozenset("^{}\\[~]|€\f")

_GSM_SINGLE, _GSM_PART = 160, 153
_UNICODE_SINGLE, _UNICODE_PART = 70, 67

_LOOK_ALIKES: Final = str.maketrans({"{": "❴", "}": "❵"})


def sms_parts(text: str) -> int:
    """Return how many SMS a text takes: each costs, and arrives, on its own.

    160 letters of the GSM alphabet, or 70 UTF-16 units, fit into one; a part of several holds 153 or 67.
    Source: 3GPP TS 23.040, 9.2.3.24.1.
    """
    units = [2 if letter in _GSM_EXTENDED else 1 for letter in text]
    single, part = _GSM_SINGLE, _GSM_PART
    if not _GSM.union(_GSM_EXTENDED).issuperset(text):
        units = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
        single, part = _UNICODE_SINGLE, _UNICODE_PART
    if sum(units) <= single:
        return 1
    parts, used = 1, 0
    for unit in units:
        if used + unit > part:
            parts, used = parts + 1, 0
        used += unit
    return parts


def without_spintax(text: str) -> str:
    """Return a text of which the gateway makes no choice: of "{a|b}" it would send one, of "{a}" the inside.

    Nothing escapes braces there, so they become look-alikes.
    """
    opening = text.find("{")
    if opening < 0 or text.find("}", opening) < 0:
        return text
    return text.translate(_LOOK_ALIKES)
