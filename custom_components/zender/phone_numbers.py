"""Phone numbers: from what people write to what the gateway takes."""

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
)


class NotANumberError(ValueError):
    """What is written cannot be sent to: a name, a short code, or a number that does not exist."""


def international(text: str, country: str | None) -> str:
    """Return a number with its country's prefix ("+393331234567").

    `country` is the two letters of the country whose people write the number without a prefix. Not for the
    event loop: a country's numbers are read from a file. Raises NotANumberError.
    """
    if any(letter.isalpha() for letter in text):
        # Read as on a telephone's keys, a name is a number, too.
        raise NotANumberError
    number = _parse(text, country)
    # Those with a prefix are left to the gateway: a country may have newer numbers than the library knows.
    is_good = (
        phonenumbers.is_possible_number(number)
        if text.lstrip().startswith("+")
        else phonenumbers.is_valid_number(number)
    )
    if not is_good:
        raise NotANumberError
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def comparable(peer: str, country: str | None) -> str:
    """Return what is equal for the same sender, however it is written: a number, a name, a group.

    Not for the event loop.
    """
    try:
        return international(peer, country)
    except NotANumberError:
        return peer.strip().casefold()


def read_all_countries() -> None:
    """Read the numbers of all countries from their files, so that the others can be used in the event loop."""
    PhoneMetadata.load_all()


def _parse(text: str, country: str | None) -> PhoneNumber:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        raise NotANumberError from None
