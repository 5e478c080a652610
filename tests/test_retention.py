"""How long messages are kept: in days, in megabytes, or only until they are delivered."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender import housekeeping
from custom_components.zender.const import DOMAIN
from custom_components.zender.journal import engine, writer
from custom_components.zender.journal.retention import purge
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, STATE_UNKNOWN
from homeassistant.core import CoreState, HomeAssistant

from .common import capture_messages
from .keeping import RepairWatch, database, held, locked, restarted, rows, texts
from .receiving import SIM_1, Receiver


async def connect(
    hass: HomeAssistant, new_client: ClientSessionGenerator, **options: Any
) -> Receiver:
    """Return a receiver with options."""
    return await Receiver.connect(hass, new_client, options=options)


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, time: timedelta
) -> None:
    """Let time pass, and what is done now and then be done."""
    freezer.tick(time)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_messages_are_deleted_when_their_days_are_over(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """However many; the counts of what came do not fall."""
    receiver = await connect(hass, hass_client_no_auth, keep_days=7)
    for number in range(120):
        await receiver.post("sms", id=number, rid=number)
    await hass.async_block_till_done()
    await pass_time(hass, freezer, timedelta(days=3))
    await receiver.deliver("sms", id=500, message="Younger")
    await pass_time(hass, freezer, timedelta(days=3, hours=23))
    assert len(rows(database(hass))) == 121

    await pass_time(hass, freezer, timedelta(hours=2))
    assert texts(database(hass)) == ["Younger"]
    assert receiver.state("sensor", SIM_1, "sms_received").state == "121"
    await receiver.reload()
    assert receiver.state("sensor", SIM_1, "sms_received").state == "121"
    assert receiver.state("sensor", SIM_1, "last_sms").state == "Younger"

    await pass_time(hass, freezer, timedelta(days=4))
    assert rows(database(hass)) == []
    await receiver.reload()
    assert receiver.state("sensor", SIM_1, "sms_received").state == "121"
    assert receiver.state("sensor", SIM_1, "last_sms").state == STATE_UNKNOWN


async def test_messages_are_kept_for_ninety_days_if_nothing_else_is_wanted(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """That is what the options begin with."""
    receiver = await connect(hass, hass_client_no_auth)
    await receiver.deliver("sms")
    await pass_time(hass, freezer, timedelta(days=89, hours=23))
    assert len(rows(database(hass))) == 1
    await pass_time(hass, freezer, timedelta(hours=2))
    assert rows(database(hass)) == []


async def test_without_keeping_nothing_private_is_left_after_the_delivery(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    aiohttp_client: ClientSessionGenerator,
) -> None:
    """Only that it came, so that its copy is not delivered; a day later not even that."""
    receiver = await connect(hass, hass_client_no_auth, keep_days=0)
    await receiver.deliver("sms", message="Private text", phone="Private sender")
    await receiver.deliver("ussd", response="Private response", code="")
    await receiver.deliver("notifications", title="Private title")
    private: dict[str, Any] = {"message": "Private text", "phone": "Private sender"}
    async with restarted(hass) as again:
        # What was delivered is written down when Home Assistant stops, if not before.
        events = capture_messages(again)
        after = await Receiver.connect(
            again, lambda: aiohttp_client(again.http.app), options={"keep_days": 0}
        )
        await pass_time(again, freezer, timedelta(minutes=1, seconds=1))
        assert (
            rows(database(again), "peer, title, text, attachment, extra")
            == [("", None, "", None, None)] * 3
        )
        answer = await again.services.async_call(
            DOMAIN, "search_messages", {}, blocking=True, return_response=True
        )
        assert answer == {"messages": [], "next_cursor": None}
        assert (await after.post("sms", **private))[1]["result"] == "duplicate"
        assert events == []
        await after.reload()
        assert after.state("sensor", SIM_1, "sms_received").state == "1"
        assert after.state("sensor", SIM_1, "last_sms").state == STATE_UNKNOWN

        await pass_time(again, freezer, timedelta(days=1))
        assert rows(database(again)) == []
        await again.config_entries.async_remove(after.entry.entry_id)
        await again.async_block_till_done(wait_background_tasks=True)


async def test_an_entry_whose_messages_were_not_kept_can_be_removed(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    aiohttp_client: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What tells that a message came goes, too."""
    receiver = await connect(hass, hass_client_no_auth, keep_days=0)
    await receiver.deliver("sms")
    async with restarted(hass) as again:
        after = await Receiver.connect(
            again, lambda: aiohttp_client(again.http.app), options={"keep_days": 0}
        )
        await pass_time(again, freezer, timedelta(minutes=1, seconds=1))
        assert texts(database(again)) == [""]
        await again.config_entries.async_remove(after.entry.entry_id)
        await again.async_block_till_done(wait_background_tasks=True)
        assert rows(database(again)) == []


async def test_without_keeping_a_message_stays_until_it_is_delivered(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Home Assistant may be stopped before it could be."""
    receiver = await connect(hass, hass_client_no_auth, keep_days=0)
    hass.set_state(CoreState.starting)
    await receiver.reload()
    await receiver.deliver("sms", message="Held")
    events = capture_messages(hass)
    await pass_time(hass, freezer, timedelta(minutes=2))
    assert texts(database(hass)) == ["Held"]
    assert events == []

    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    assert [event.data["message"] for event in events] == ["Held"]


async def test_the_oldest_messages_go_when_the_database_is_too_large(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Down to the size that is wanted; the newest stay."""
    receiver = await connect(hass, hass_client_no_auth, keep_megabytes=10)
    text = "a long story " * 8_000
    for number in range(120):
        await receiver.post("sms", id=number, rid=number, message=f"{number} {text}")
    await hass.async_block_till_done()
    assert len(rows(database(hass))) == 120
    await pass_time(hass, freezer, timedelta(hours=1, seconds=1))

    kept = [number for (number,) in rows(database(hass), "gateway_id")]
    assert 0 < len(kept) < 120
    assert kept == list(range(120 - len(kept), 120))
    assert receiver.state("sensor", SIM_1, "sms_received").state == "120"


async def test_cleaning_up_waits_while_the_database_is_away(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is done the next time."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(writer, "RETRY_SECONDS", (0.01,))
    watch = RepairWatch(hass)
    receiver = await connect(hass, hass_client_no_auth, keep_days=1)
    await receiver.deliver("sms")
    with locked(database(hass)):
        assert (await receiver.post("sms", id=1, rid=1))[0] == 202
        await watch.until(bool)
        await pass_time(hass, freezer, timedelta(days=2))
        assert len(rows(database(hass))) == 1
    await watch.until(lambda issues: not issues)
    assert len(rows(database(hass))) == 2
    await pass_time(hass, freezer, timedelta(hours=1, seconds=1))
    assert rows(database(hass)) == []


async def test_cleaning_up_is_not_begun_twice(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A large archive on a slow disk may take longer than until the next time."""
    receiver = await connect(hass, hass_client_no_auth, keep_days=1)
    await receiver.deliver("sms")
    with held(monkeypatch, housekeeping, purge) as deleting:
        for _ in range(3):
            freezer.tick(timedelta(hours=1, seconds=1))
            async_fire_time_changed(hass)
            await deleting.reached.wait()
        assert deleting.calls == 1
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(hass, freezer, timedelta(days=2))

    assert rows(database(hass)) == []
