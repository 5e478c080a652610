"""The form that shows a webhook's addresses, to be copied or tried from a phone."""

import voluptuous as vol

from homeassistant.helpers.selector import (
    QrCodeSelector,
    QrCodeSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .webhook_url import MAX_URL_LENGTH, Addresses, AddressKind


def address_schema(addresses: Addresses) -> vol.Schema:
    """Return a form that shows each address to copy, and the best one to scan.

    The fields can be edited, to no effect: a read-only one could not be copied everywhere.
    """
    shown = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
    best = next(iter(addresses.values()))
    return vol.Schema(
        {
            vol.Optional(f"{kind}_url", default=url): shown
            for kind, url in addresses.items()
        }
        | {
            vol.Optional("qr_code"): QrCodeSelector(
                QrCodeSelectorConfig(data=best, scale=4)
            )
        }
    )


def address_warnings(addresses: Addresses) -> dict[str, str]:
    """Return for each address what is wrong with it, as far as can be told from here."""
    warnings: dict[str, str] = {}
    for kind, url in addresses.items():
        if len(url.encode()) > MAX_URL_LENGTH:
            warnings[f"{kind}_url"] = "too_long"
        elif kind is AddressKind.INTERNAL:
            if len(addresses) == 1:
                warnings[f"{kind}_url"] = "only_local"
        elif not url.startswith("https://"):
            warnings[f"{kind}_url"] = "not_https"
    return warnings


def is_public(addresses: Addresses) -> bool:
    """Return whether there is an address that a gateway on the internet can use."""
    warnings = address_warnings(addresses)
    return any(
        kind is not AddressKind.INTERNAL and f"{kind}_url" not in warnings
        for kind in addresses
    )
