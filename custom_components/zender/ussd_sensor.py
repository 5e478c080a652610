"""The sensor of a USSD code: its last response, or the number in it."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_CODE, CONF_UNIT_OF_MEASUREMENT, MATCH_ALL
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from . import ZenderConfigEntry
from .const import CONF_TEXTS_IN_STATES, DOMAIN, TEXTS_NONE
from .delivery import signal_deletion, signal_message, signal_tally
from .devices import Source, SourceKind, sim_source
from .entity import as_state
from .expressions import Expression
from .gateway.messages import MessageType, UssdMessage
from .journal.errors import JournalError
from .journal.queries import Filter, search
from .journal.records import Direction, StoredMessage
from .subentries import SubentryEntity
from .ussd import DEFAULT_TIMEOUT
from .ussd_code_flow import CONF_INTERVAL, CONF_PATTERN, CONF_SIM
from .ussd_numbers import number_in

_LOGGER = logging.getLogger(__name__)

LOOK_BACK: Final = 50
"""How many responses are looked at to find the last one that holds a number."""
SOON: Final = timedelta(minutes=1)
"""How long after a start a code is asked whose last response is old."""

USSD_CODE: Final = SensorEntityDescription(
    key="response", translation_key="ussd_code", name=None
)


class UssdCodeSensor(SubentryEntity, SensorEntity):
    """What the network answers to a code, whoever asks."""

    # The response is private.
    _unrecorded_attributes = frozenset({MATCH_ALL})

    _cancel_asking: CALLBACK_TYPE | None = None

    def __init__(self, entry: ZenderConfigEntry, subentry: ConfigSubentry) -> None:
        """Begin without a response."""
        super().__init__(entry, subentry, USSD_CODE)
        data = subentry.data
        self._sim = Source(SourceKind.SIM, data[CONF_SIM])
        self._code: str = data[CONF_CODE]
        self._interval = timedelta(minutes=data[CONF_INTERVAL])
        self._hides_texts = entry.options.get(CONF_TEXTS_IN_STATES) == TEXTS_NONE
        self._last: dict[str, Any] | None = None
        self._lock = asyncio.Lock()
        self._is_stale = False
        self._has_failed = False
        self._expression = (
            Expression(data[CONF_PATTERN]) if CONF_PATTERN in data else None
        )
        if self._expression is not None:
            self._attr_state_class = SensorStateClass.MEASUREMENT
            self._attr_native_unit_of_measurement = data.get(CONF_UNIT_OF_MEASUREMENT)
        elif self._hides_texts:
            self._attr_device_class = SensorDeviceClass.TIMESTAMP

    # The response

    @override
    async def async_added_to_hass(self) -> None:
        """Look for the last response, then follow and ask."""
        await super().async_added_to_hass()
        entry_id = self._entry.entry_id
        phone, _ = self._sim.slot
        for source in (self._sim, sim_source(phone, None)):
            what = (entry_id, source, MessageType.USSD)
            self.async_on_remove(
                async_dispatcher_connect(
                    self.hass, signal_message(*what), self._async_received
                )
            )
            self.async_on_remove(
                async_dispatcher_connect(
                    self.hass, signal_tally(*what), self._async_journal_changed
                )
            )
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, signal_deletion(entry_id), self._async_journal_changed
            )
        )
        await self._async_look_up()
        if self._interval and self._api is not None:
            self.async_on_remove(async_at_started(self.hass, self._async_start_asking))

    @callback
    def _async_received(self, data: dict[str, Any]) -> None:
        """Show a response, unless it came late and there is a newer one."""
        if data["code"].strip() != self._code:
            return
        last = self._last
        if data["replayed"] and last and data["timestamp"] < last["timestamp"]:
            return
        if not self._is_readable(data["response"]):
            _LOGGER.debug("A response for %s has no number in it", self.entity_id)
            return
        self._async_show(data)
        self.async_write_ha_state()
        if self._cancel_asking is not None:
            self._async_ask_after(self._interval)

    def _is_readable(self, response: str) -> bool:
        return (
            self._expression is None
            or number_in(response, self._expression) is not None
        )

    @callback
    def _async_show(self, data: dict[str, Any] | None) -> None:
        """Show the number or the text, or with hidden texts the time of the response."""
        self._last = data
        if data is None:
            self._attr_extra_state_attributes = {}
            self._attr_native_value = None
            return
        response, received_at = data["response"], data["received_at"]
        self._attr_extra_state_attributes = {"received_at": received_at}
        if not self._hides_texts:
            self._attr_extra_state_attributes["response"] = response
        if self._expression is not None:
            self._attr_native_value = number_in(response, self._expression)
        elif self._hides_texts:
            self._attr_native_value = dt_util.parse_datetime(received_at)
        else:
            self._attr_native_value = as_state(response)

    # The journal

    @callback
    def _async_journal_changed(self) -> None:
        """Look again; once is enough for all that changes before."""
        if not self._is_stale:
            self._is_stale = True
            self._entry.async_create_task(
                self.hass, self._async_look_again(), f"{DOMAIN} last response"
            )

    async def _async_look_again(self) -> None:
        async with self._lock:
            self._is_stale = False
            await self._async_look_up()
        self.async_write_ha_state()

    async def _async_look_up(self) -> None:
        """Show the last response that the journal has, unless one comes meanwhile."""
        before = self._last
        phone, slot = self._sim.slot
        wanted = Filter(
            entry_id=self._entry.entry_id,
            kind=MessageType.USSD,
            source=phone,
            sims=(slot, None),
            peers=(self._code,),
            direction=Direction.RECEIVED,
        )
        journal = self._entry.runtime_data.webhook.archive.journal
        query = partial(search, wanted=wanted, limit=LOOK_BACK)
        try:
            page = await self.hass.async_add_executor_job(journal.read, query)
        except JournalError as error:
            _LOGGER.debug("The last response cannot be looked up: %s", error.problem)
            return
        if self._last is before:
            self._async_show(self._async_newest(page.messages))

    @callback
    def _async_newest(self, messages: list[StoredMessage]) -> dict[str, Any] | None:
        """Return the event data of the newest readable response: what was fetched late is kept late."""
        readable = [
            stored
            for stored in messages
            if isinstance(stored.message, UssdMessage)
            and self._is_readable(stored.message.response)
        ]
        if not readable:
            return None
        newest = max(readable, key=lambda stored: (stored.message.timestamp, stored.id))
        return self._entry.runtime_data.delivery.async_event_data(newest, None)

    # Asking

    @callback
    def _async_start_asking(self, _hass: HomeAssistant) -> None:
        """Ask whenever the last response is as old as the interval, or none came for as long."""
        wait = SOON
        if self._last and (time := dt_util.parse_datetime(self._last["received_at"])):
            wait = max(wait, time + self._interval - dt_util.utcnow())
        self._async_ask_after(wait)

    @callback
    def _async_ask_after(self, wait: timedelta) -> None:
        self._async_stop_asking()
        self._cancel_asking = async_call_later(
            self.hass, wait, HassJob(self._async_ask_now, cancel_on_shutdown=True)
        )

    @callback
    def _async_ask_now(self, _now: datetime) -> None:
        self._async_ask_after(self._interval)
        self._entry.async_create_background_task(
            self.hass, self._async_ask_or_log(), f"{DOMAIN} asks"
        )

    async def _async_ask_or_log(self) -> None:
        """Ask; what goes wrong is said once."""
        assert self._api is not None
        try:
            await self._api.ussd.async_ask(self._sim, self._code, DEFAULT_TIMEOUT)
        except HomeAssistantError as error:
            if not self._has_failed:
                _LOGGER.debug(
                    "Asking for %s failed: %s", self.entity_id, error.translation_key
                )
            self._has_failed = True
        else:
            self._has_failed = False

    @callback
    def _async_stop_asking(self) -> None:
        if self._cancel_asking is not None:
            self._cancel_asking()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Ask no more."""
        self._async_stop_asking()
