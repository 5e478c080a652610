"""Refused deliveries: counted, logged without content, a repair when they go on."""

from datetime import timedelta
import logging
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    mock_restore_cache,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import issue_registry as ir

from .common import (
    ACCEPTED,
    FORM,
    JSON,
    OTHER_SECRET,
    SECRET,
    WEBHOOK_ID,
    Gateway,
    add_entry,
    rejected,
    set_up,
    sms,
)
from .simulator.encoding import Encoding, encode

PRIVATE_TEXT = "482913 is your code, Ana"
PRIVATE_NUMBER = "+639760713777"


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return the entry."""
    return add_entry(hass)


@pytest.fixture
async def gateway(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> Gateway:
    """Return the gateway's end of an entry that is set up."""
    await set_up(hass)
    return Gateway(hass, await hass_client_no_auth())


async def refuse_one_of_each(gateway: Gateway) -> None:
    """Deliver what is refused, once for each cause that the payload can have."""
    private = {"message": PRIVATE_TEXT, "phone": PRIVATE_NUMBER}
    wrong_secret = sms(OTHER_SECRET, **private)
    wrong_field = sms(id=PRIVATE_TEXT, **private)
    for encoding in Encoding:
        assert (await gateway.deliver(wrong_secret, encoding)).status == 401
        assert (await gateway.deliver(wrong_field, encoding)).status == 422
        body, content_type = encode(sms(**private), encoding)
        broken = body[: len(body) // 2] + b"\xff"
        assert (await gateway.post(broken, content_type)).status == 400
    assert (await gateway.post(PRIVATE_TEXT.encode() * 20_000)).status == 413
    await gateway.hass.async_block_till_done()


def repair(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the repair about wrong secrets."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"wrong_secret_{entry.entry_id}")


async def deliver_wrong_secrets(gateway: Gateway, number: int) -> None:
    """Deliver some messages with a wrong secret."""
    for _ in range(number):
        assert (await gateway.deliver(sms(OTHER_SECRET))).status == 401


async def test_each_cause_is_counted_and_shown(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    """The sensor's state is the sum, its attributes are the causes; nothing counts before."""
    assert rejected(hass) == {}
    await gateway.deliver()
    assert rejected(hass) == {}

    await refuse_one_of_each(gateway)

    assert rejected(hass) == {
        "invalid_secret": 3,
        "invalid_payload": 3,
        "invalid_body": 3,
        "too_large": 1,
    }


async def test_each_cause_is_logged_once_an_hour(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, freezer: FrozenDateTimeFactory
) -> None:
    """So that a stranger cannot fill the log, and the owner still learns of it."""

    def logged() -> list[str]:
        lines = [
            record.getMessage()
            for record in caplog.records
            if record.name.startswith("custom_components.zender")
        ]
        caplog.clear()
        return lines

    line = (
        "A delivery to gateway.example was refused: {}."
        " More of the same within the hour are only counted"
    )
    every = {
        line.format(cause)
        for cause in ("invalid_secret", "invalid_payload", "invalid_body", "too_large")
    }

    await refuse_one_of_each(gateway)
    first = logged()
    assert len(first) == 4
    assert set(first) == every

    freezer.tick(timedelta(minutes=59, seconds=59))
    await refuse_one_of_each(gateway)
    assert logged() == []

    freezer.tick(timedelta(seconds=1))
    await deliver_wrong_secrets(gateway, 3)
    assert logged() == [line.format("invalid_secret")]


async def test_nothing_private_is_logged(
    hass: HomeAssistant,
    gateway: Gateway,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    """No text, number, secret or webhook id from us at any level; no text or secret from anyone.

    Home Assistant writes Python's warnings into its log, so they count.
    """
    caplog.set_level(logging.DEBUG)
    private = sms(message=PRIVATE_TEXT, phone=PRIVATE_NUMBER)
    assert await gateway.deliver(private) == ACCEPTED
    await refuse_one_of_each(gateway)
    body, content_type = encode(private, Encoding.MULTIPART)
    for name in (b'nam"e="' + PRIVATE_TEXT.encode(), PRIVATE_TEXT.encode()):
        await gateway.post(body.replace(b'name="secret"', name), content_type)
    await gateway.post(body, content_type.replace("boundary=", f"boundary={SECRET}"))
    await gateway.post(body, f"{FORM}; charset={SECRET}")
    await gateway.post(f'"{SECRET}"', JSON)
    await deliver_wrong_secrets(gateway, 10)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await gateway.deliver(private)
    await hass.async_block_till_done()

    ours = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.zender")
    ]
    assert ours
    for secret in (PRIVATE_TEXT, PRIVATE_NUMBER, SECRET, OTHER_SECRET, WEBHOOK_ID):
        assert not any(secret in line for line in ours)
    assert [
        record.name
        for record in caplog.records
        if record.levelno > logging.DEBUG
        and any(
            it in record.getMessage() for it in (PRIVATE_TEXT, SECRET, OTHER_SECRET)
        )
    ] == []
    assert not any(PRIVATE_TEXT in str(warning.message) for warning in recwarn)


async def test_ten_wrong_secrets_within_an_hour_raise_a_repair(
    hass: HomeAssistant,
    gateway: Gateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It says which gateway; nine are not enough; the next good delivery takes it back."""
    await deliver_wrong_secrets(gateway, 1)
    freezer.tick(timedelta(minutes=59, seconds=59))
    await deliver_wrong_secrets(gateway, 8)
    assert repair(hass, entry) is None

    await deliver_wrong_secrets(gateway, 1)
    issue = repair(hass, entry)
    assert issue is not None
    assert issue.is_fixable
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.translation_key == "wrong_secret"
    assert issue.translation_placeholders == {"title": "gateway.example", "count": "10"}
    assert issue.data == {"entry_id": entry.entry_id}

    assert (await gateway.deliver(sms(id="x"))).status == 422
    assert repair(hass, entry) is not None
    assert await gateway.deliver() == ACCEPTED
    assert repair(hass, entry) is None


async def test_ten_wrong_secrets_over_more_than_an_hour_raise_no_repair(
    hass: HomeAssistant,
    gateway: Gateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Now and then somebody errs; but any ten within an hour count, not only the first."""
    await deliver_wrong_secrets(gateway, 1)
    freezer.tick(timedelta(hours=1))
    await deliver_wrong_secrets(gateway, 9)
    assert repair(hass, entry) is None

    await deliver_wrong_secrets(gateway, 1)
    assert repair(hass, entry) is not None


async def test_a_good_delivery_between_wrong_secrets_starts_the_count_anew(
    hass: HomeAssistant, gateway: Gateway, entry: MockConfigEntry
) -> None:
    """The right secret is known to work, so the wrong ones are somebody else's."""
    await deliver_wrong_secrets(gateway, 9)
    assert await gateway.deliver() == ACCEPTED
    await deliver_wrong_secrets(gateway, 9)
    assert repair(hass, entry) is None


async def test_the_repair_outlives_a_reload_and_being_disabled_and_still_goes(
    hass: HomeAssistant, gateway: Gateway, entry: MockConfigEntry
) -> None:
    """Whatever happened to the entry meanwhile, the next good delivery takes the repair back."""
    await deliver_wrong_secrets(gateway, 10)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert repair(hass, entry) is not None

    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await hass.async_block_till_done()
    assert await gateway.deliver() == ACCEPTED
    assert repair(hass, entry) is None


async def test_removing_the_entry_removes_its_repair(
    hass: HomeAssistant, gateway: Gateway, entry: MockConfigEntry
) -> None:
    """Nobody could mend it any more."""
    await deliver_wrong_secrets(gateway, 10)
    await hass.config_entries.async_remove(entry.entry_id)

    assert repair(hass, entry) is None


async def test_counts_and_the_repair_are_kept_apart_for_each_entry(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """A wrong secret at one webhook says nothing about another."""
    other = add_entry(
        hass, title="other.example", webhook_id="0" * 64, secret=OTHER_SECRET
    )
    await set_up(hass)
    client = await hass_client_no_auth()

    await deliver_wrong_secrets(Gateway(hass, client), 10)
    await hass.async_block_till_done()

    assert rejected(hass) == {"invalid_secret": 10}
    assert rejected(hass, "other_example") == {}
    assert repair(hass, entry) is not None
    assert repair(hass, other) is None


async def test_counts_survive_reloads_without_doubling(
    hass: HomeAssistant, gateway: Gateway, entry: MockConfigEntry
) -> None:
    """Also what is refused while the entry is not set up is counted."""
    await deliver_wrong_secrets(gateway, 2)
    for _ in range(3):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        assert rejected(hass) == {"invalid_secret": 2}

    assert await hass.config_entries.async_unload(entry.entry_id)
    await deliver_wrong_secrets(gateway, 1)
    assert (await gateway.deliver(sms(id="x"))).status == 422
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert rejected(hass) == {"invalid_secret": 3, "invalid_payload": 1}


async def test_counts_survive_being_disabled(
    hass: HomeAssistant, gateway: Gateway, entry: MockConfigEntry
) -> None:
    """The sensor goes on where it was."""
    await deliver_wrong_secrets(gateway, 2)
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await hass.async_block_till_done()
    assert rejected(hass) == {"invalid_secret": 2}

    await deliver_wrong_secrets(gateway, 1)
    await hass.async_block_till_done()
    assert rejected(hass) == {"invalid_secret": 3}


async def test_counts_survive_a_restart(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """What was counted before is added once to what is refused while Home Assistant starts."""
    before = {"invalid_secret": 4, "not_local": 1, "friendly_name": "x", "made_up": 9}
    mock_restore_cache(
        hass, [State("sensor.gateway_example_rejected_deliveries", "5", before)]
    )
    entry = add_entry(hass)
    with patch.object(
        hass.config_entries,
        "async_forward_entry_setups",
        side_effect=ConfigEntryNotReady,
    ):
        await set_up(hass)
        await deliver_wrong_secrets(Gateway(hass, await hass_client_no_auth()), 1)
    assert hass.states.get("sensor.gateway_example_rejected_deliveries") is None

    for _ in range(2):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        assert rejected(hass) == {"invalid_secret": 5, "not_local": 1}
