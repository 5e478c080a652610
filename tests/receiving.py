"""A set-up config entry, and the gateway's end of its webhook: what most tests work with."""

from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any, Final, Self

from aiohttp.test_utils import TestClient
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_load_restore_state_from_storage,
)

from custom_components.zender.const import DOMAIN
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    restore_state,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .simulator.encoding import Encoding, Scalar, encode
from .simulator.samples import ACCOUNT, PHONE, Sample

type NewClient = Callable[[], Coroutine[Any, Any, TestClient[Any, Any]]]

ENTRY_ID: Final = "01JZENDERENTRY0000000000A1"
SECRET: Final = "0123456789abcdef0123456789abcdef01234567"
WEBHOOK_ID: Final = "the-webhook-that-nobody-guesses"

SIM_1: Final = f"{PHONE}_sim_1"
SIM_2: Final = f"{PHONE}_sim_2"
SIM_UNKNOWN: Final = f"{PHONE}_sim_unknown"

USUAL: Final[Mapping[str, Mapping[str, Scalar]]] = {
    "sms": {
        "id": 1041,
        "rid": 311,
        "sim": 1,
        "device": PHONE,
        "phone": "+393331234567",
        "message": "The parcel is at the door",
        "timestamp": 1793599200,
    },
    "whatsapp": {
        "id": 507,
        "wid": ACCOUNT,
        "phone": "+393337654321",
        "message": "Who has the key?",
        "attachment": "0",
        "timestamp": 1793599210,
    },
    "ussd": {
        "id": 1,
        "sim": 1,
        "device": PHONE,
        "code": "*100#",
        "response": "Your balance is 12.50",
        "timestamp": 1793599220,
    },
    "notifications": {
        "id": 2204,
        "device": PHONE,
        "package": "com.ring.android",
        "title": "Doorbell",
        "content": "Somebody is at the front door",
        "timestamp": 1793599230,
    },
}
"""A message of each type."""


def renumbered(data: Mapping[str, Scalar], number: int) -> dict[str, Scalar]:
    """Return the numbers of a later message; all USSD responses have the same id."""
    names = {"id", "rid", "timestamp"} - ({"id"} if "code" in data else set())
    return {
        name: value + number
        for name, value in data.items()
        if name in names and isinstance(value, int)
    }


def assert_accepted(status: int, answer: Mapping[str, Any]) -> None:
    """Check the answer to a message that is kept."""
    assert (status, answer) == (
        200,
        {"result": "accepted", "message_id": answer.get("message_id")},
    )
    assert type(answer["message_id"]) is int and answer["message_id"] > 0


class Receiver:
    """One config entry and the gateway's way to it."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        """Begin without a connection."""
        self.hass = hass
        self.entry = entry
        self._client: TestClient[Any, Any] | None = None
        self._delivered: Counter[str] = Counter()

    @classmethod
    async def connect(
        cls,
        hass: HomeAssistant,
        new_client: NewClient,
        *,
        entry_id: str = ENTRY_ID,
        webhook_id: str = WEBHOOK_ID,
        secret: str = SECRET,
        options: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> Self:
        """Set an entry up and reach its webhook over HTTP."""
        # What the websocket needs must be there before the first client.
        assert await async_setup_component(hass, "config", {})
        assert await async_setup_component(hass, "websocket_api", {})
        entry = MockConfigEntry(
            domain=DOMAIN,
            entry_id=entry_id,
            title="gateway.example",
            data={"webhook_id": webhook_id, "secret": secret, **(data or {})},
            options=options or {},
        )
        # It was added long ago.
        object.__setattr__(entry, "created_at", dt_util.utcnow() - timedelta(days=60))
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        receiver = cls(hass, entry)
        receiver._client = await new_client()
        return receiver

    async def deliver(
        self, type_: str = "sms", encoding: Encoding = Encoding.FORM, **changes: Any
    ) -> None:
        """Deliver the usual message of a type with some fields changed, and wait until it is done.

        Each is a new message with numbers of its own, as the gateway gives them.
        """
        new = renumbered(USUAL[type_], self._delivered[type_])
        self._delivered[type_] += 1
        status, answer = await self.post(type_, encoding, **{**new, **changes})
        assert_accepted(status, answer)
        await self.hass.async_block_till_done()

    async def deliver_sample(self, sample: Sample) -> None:
        """Deliver a sample of the simulated gateway, and wait until it is done."""
        assert_accepted(*await self._post({"type": sample.type, "data": sample.data}))
        await self.hass.async_block_till_done()

    async def post(
        self,
        type_: str = "sms",
        encoding: Encoding = Encoding.FORM,
        *,
        secret: str | None = None,
        **changes: Any,
    ) -> tuple[int, dict[str, Any]]:
        """Post a message and return the answer. A field that is changed to `...` is left out."""
        data = {
            name: value
            for name, value in {**USUAL[type_], **changes}.items()
            if value is not ...
        }
        return await self._post({"type": type_, "data": data}, encoding, secret)

    async def _post(
        self,
        payload: Mapping[str, Any],
        encoding: Encoding = Encoding.FORM,
        secret: str | None = None,
    ) -> tuple[int, dict[str, Any]]:
        secret = secret or self.entry.data["secret"]
        body, content_type = encode({"secret": secret, **payload}, encoding)
        assert self._client is not None
        response = await self._client.post(
            f"/api/webhook/{self.entry.data['webhook_id']}",
            data=body,
            headers={"Content-Type": content_type},
        )
        return response.status, await response.json()

    @property
    def webhook_url(self) -> str:
        """The whole address of the webhook."""
        assert self._client is not None
        return str(
            self._client.make_url(f"/api/webhook/{self.entry.data['webhook_id']}")
        )

    async def reload(self) -> None:
        """Unload the entry and set it up again."""
        assert await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def restart(self) -> None:
        """Set the entry up with what a stopping Home Assistant has stored of states.

        Needs the fixture `hass_storage`.
        """
        await restore_state.async_get(self.hass).async_dump_states()
        assert await self.hass.config_entries.async_unload(self.entry.entry_id)
        await async_mock_load_restore_state_from_storage(self.hass)
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def set_options(self, **options: Any) -> None:
        """Change options as the user does, and wait for the reload."""
        self.hass.config_entries.async_update_entry(self.entry, options=options)
        await self.hass.async_block_till_done()

    def entity_id(self, domain: str, source: str, key: str) -> str:
        """Return the entity of a source."""
        entity_id = er.async_get(self.hass).async_get_entity_id(
            domain, DOMAIN, f"{self.entry.entry_id}_{source}_{key}"
        )
        assert entity_id is not None, f"no {domain} {key} of {source}"
        return entity_id

    def state(self, domain: str, source: str, key: str) -> State:
        """Return the state of a source's entity."""
        state = self.hass.states.get(self.entity_id(domain, source, key))
        assert state is not None
        return state

    @property
    def states(self) -> list[State]:
        """Return the states of all entities of the entry."""
        registry = er.async_get(self.hass)
        entries = er.async_entries_for_config_entry(registry, self.entry.entry_id)
        states = (self.hass.states.get(item.entity_id) for item in entries)
        return [state for state in states if state is not None]

    def device(self, kind: str, source: str) -> dr.AnyDeviceEntry | None:
        """Return the device of a source, None if there is none."""
        registry = dr.async_get(self.hass)
        entry_id = self.entry.entry_id
        devices: list[dr.AnyDeviceEntry] = [
            *dr.async_entries_for_config_entry(registry, entry_id),
            *dr.async_child_entries_for_config_entry(registry, entry_id),
        ]
        identifier = (DOMAIN, f"{entry_id}_{kind}_{source}")
        return next((item for item in devices if identifier in item.identifiers), None)

    def device_id(self, kind: str, source: str) -> str:
        """Return the id of a source's device."""
        device = self.device(kind, source)
        assert device is not None, f"no device of {source}"
        return device.id

    def device_name(self, kind: str, source: str) -> str | None:
        """Return the name of a source's device."""
        device = self.device(kind, source)
        assert device is not None, f"no device of {source}"
        return device.name


def capture_states(hass: HomeAssistant, *entity_ids: str) -> list[State]:
    """Note every new state of the entities, or of all, in order."""
    seen: list[State] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and (not entity_ids or state.entity_id in entity_ids):
            seen.append(state)

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    return seen
