"""The repairs, as a person works through them in the browser."""

from http import HTTPStatus
from typing import Any

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from custom_components.zender.refusals import WRONG_SECRETS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .common import add_entry, set_up
from .dialog import EXTERNAL, OTHER_SECRET, TEXTS, Gateway, assert_texts
from .keeping import RepairWatch, database
from .receiving import SECRET

MOVED = "https://moved.example"
PATH = "/api/webhook/mine"
FIX = "/api/repairs/issues/fix"


@pytest.fixture
async def client(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """Return a browser that is logged in."""
    for component in ("webhook", "repairs"):
        assert await async_setup_component(hass, component, {})
    await hass.config.async_update(external_url=EXTERNAL)
    client: TestClient[Any, Any] = await hass_client()
    return client


@pytest.fixture
async def entry(hass: HomeAssistant, client: TestClient[Any, Any]) -> MockConfigEntry:
    """Return an entry that is set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="gateway.example",
        data={
            "webhook_id": "mine",
            "secret": SECRET,
            "webhook_url": EXTERNAL + PATH,
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


class Repair:
    """A repair that is worked through. Every text that it needs must be there."""

    def __init__(
        self, hass: HomeAssistant, client: TestClient[Any, Any], issue_id: str
    ) -> None:
        """Take a repair that is listed."""
        self._hass = hass
        self._client = client
        self._issue_id = issue_id
        self.result: dict[str, Any] = {}

    def is_listed(self) -> bool:
        """Whether it is still to be done."""
        registry = ir.async_get(self._hass)
        return registry.async_get_issue(DOMAIN, self._issue_id) is not None

    async def open(self) -> None:
        """Begin."""
        await self._post(FIX, {"handler": DOMAIN, "issue_id": self._issue_id})

    async def submit(self, **user_input: str) -> None:
        """Send the form."""
        await self._post(f"{FIX}/{self.result['flow_id']}", user_input)

    async def _post(self, url: str, body: dict[str, str]) -> None:
        issue = ir.async_get(self._hass).async_get_issue(DOMAIN, self._issue_id)
        assert issue is not None
        response = await self._client.post(url, json=body)
        assert response.status == HTTPStatus.OK
        self.result = result = await response.json()
        await self._hass.async_block_till_done()
        texts = TEXTS["issues"][str(issue.translation_key)]
        assert "{title}" in texts["title"]
        fields = {field["name"]: ... for field in result.get("data_schema") or ()}

        class Schema:
            schema = fields

        assert_texts(
            texts["fix_flow"],
            result | {"type": FlowResultType(result["type"]), "data_schema": Schema},
        )


async def test_a_changed_address_is_shown_until_the_gateway_has_it(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    """The new address counts from then on."""
    await hass.config.async_update(external_url=MOVED)
    await hass.async_block_till_done()
    repair = Repair(hass, client, f"url_changed_{entry.entry_id}")
    await repair.open()
    assert repair.result["description_placeholders"] == {
        "title": "gateway.example",
        "webhook_url": MOVED + PATH,
    }
    assert repair.is_listed()
    assert entry.data["webhook_url"] == EXTERNAL + PATH

    await repair.submit()
    assert repair.result["type"] == "create_entry"
    assert not repair.is_listed()
    assert entry.data["webhook_url"] == MOVED + PATH

    await hass.config.async_update(location_name="Home")
    await hass.async_block_till_done()
    assert not repair.is_listed()


async def test_an_address_that_is_lost_meanwhile_is_not_kept(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    """The last one that was known is compared again as soon as there is one."""
    await hass.config.async_update(external_url=MOVED)
    await hass.async_block_till_done()
    repair = Repair(hass, client, f"url_changed_{entry.entry_id}")
    await repair.open()
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    hass.config.external_url = None
    await repair.submit()

    assert entry.data["webhook_url"] == EXTERNAL + PATH
    await hass.config.async_update(external_url=MOVED)
    await hass.async_block_till_done()
    assert repair.is_listed()


async def test_many_wrong_secrets_are_repaired_with_the_right_one(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    """The webhook was made anew in the gateway, and its secret is another one."""
    gateway = Gateway(client)
    for _ in range(WRONG_SECRETS):
        status, _ = await gateway.post(PATH, secret=OTHER_SECRET)
        assert status == HTTPStatus.UNAUTHORIZED
    repair = Repair(hass, client, f"wrong_secret_{entry.entry_id}")
    await repair.open()
    assert repair.result["description_placeholders"] == {"title": "gateway.example"}

    await repair.submit(secret="no secret")
    assert repair.result["errors"] == {"secret": "invalid_secret"}
    assert repair.is_listed()
    assert entry.data["secret"] == SECRET

    await repair.submit(secret=f" {OTHER_SECRET} ")
    assert repair.result["type"] == "create_entry"
    assert not repair.is_listed()
    assert entry.data["secret"] == OTHER_SECRET
    assert entry.data["webhook_url"] == EXTERNAL + PATH

    await gateway.deliver(PATH, "sms", secret=OTHER_SECRET)
    assert not repair.is_listed()


async def test_each_gateway_has_repairs_of_its_own(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    """Repairing one leaves the other as it is."""
    other = MockConfigEntry(
        domain=DOMAIN,
        title="other.example",
        data={
            "webhook_id": "other",
            "secret": OTHER_SECRET,
            "webhook_url": f"{EXTERNAL}/api/webhook/other",
        },
    )
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.config.async_update(external_url=MOVED)
    await hass.async_block_till_done()
    repair = Repair(hass, client, f"url_changed_{other.entry_id}")
    await repair.open()
    await repair.submit()

    assert other.data["webhook_url"] == f"{MOVED}/api/webhook/other"
    assert entry.data["webhook_url"] == EXTERNAL + PATH
    assert Repair(hass, client, f"url_changed_{entry.entry_id}").is_listed()


async def test_a_damaged_database_is_acknowledged(
    hass: HomeAssistant, client: TestClient[Any, Any]
) -> None:
    """The repair says where the damaged file is, and goes when the user has seen it."""
    database(hass).write_bytes(b"no database" * 1000)
    watch = RepairWatch(hass)
    entry = add_entry(hass)
    await set_up(hass)
    await watch.until(lambda issues: issues.keys() == {"journal_set_aside"})
    repair = Repair(hass, client, f"journal_set_aside_{entry.entry_id}")
    await repair.open()
    assert "zender.db.corrupt" in repair.result["description_placeholders"]["path"]

    await repair.submit()
    assert repair.result["type"] == "create_entry"
    assert not repair.is_listed()
