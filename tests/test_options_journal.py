"""The options about keeping messages: what is typed is tried, and what is wrong is said in words."""

from contextlib import closing
from pathlib import Path
import sqlite3
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.zender.journal.engine import check
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData

from .common import add_entry, set_up
from .dialog import TEXTS, assert_texts
from .keeping import database, repairs

USUAL = {
    "local_only": False,
    "deduplicate": True,
    "keep_ignored": False,
    "texts_in_states": "full",
    "answer_limit": 10,
    "hourly_limit": 0,
    "keep_days": 90,
    "keep_megabytes": 500,
}


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry that is set up."""
    entry = add_entry(hass)
    await set_up(hass)
    return entry


async def type_url(
    hass: HomeAssistant, entry: MockConfigEntry, url: str
) -> ConfigFlowResult:
    """Type the address of a database in the dialog."""
    flows = hass.config_entries.options
    result = await flows.async_init(entry.entry_id)
    return await flows.async_configure(
        result["flow_id"], {**USUAL, "database_url": url}
    )


async def test_a_database_that_works_is_taken_and_used(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """It is made, with its tables."""
    other = database(hass).with_name("other.db")
    result = await type_url(hass, entry, f"sqlite:///{other}")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert_texts(TEXTS["options"], result)
    await hass.async_block_till_done()

    assert entry.options["database_url"] == f"sqlite:///{other}"
    assert entry.state is ConfigEntryState.LOADED
    assert other.exists()
    assert repairs(hass) == {}


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("this is no address", "invalid_url"),
        ("postgresql://ana:opensesame@localhost:port/zender", "invalid_url"),
        ("nothing://ana:opensesame@db.example/zender", "driver_missing"),
        ("sqlite:////no/such/folder/zender.db", "unreachable"),
    ],
)
async def test_what_is_wrong_with_a_database_is_said_and_it_can_be_typed_again(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    url: str,
    problem: str,
) -> None:
    """What was typed is still there; neither it nor its password is in the log."""
    result = await type_url(hass, entry, url)

    assert result["type"] is FlowResultType.FORM
    assert_texts(TEXTS["options"], result)
    assert result["errors"] == {"database_url": f"journal_{problem}"}
    schema: Any = result["data_schema"]
    shown = {
        str(field): (field.description or {}).get("suggested_value")
        for field in schema.schema
    }
    nobody = {"allowed_senders": None, "blocked_senders": None}
    assert shown == {**USUAL, **nobody, "database_url": url}
    assert "opensesame" not in caplog.text
    assert "db.example" not in caplog.text
    assert f"The database cannot be used: {problem}" in caplog.text

    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {**USUAL, "keep_days": 30}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {**USUAL, "keep_days": 30}
    assert "database_url" not in entry.options


async def test_a_file_that_is_no_database_is_not_taken_and_stays(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    """It may be anything, so it is not set aside."""
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ana, " * 500, encoding="utf-8")
    result = await type_url(hass, entry, f"sqlite:///{file}")

    assert result["errors"] == {"database_url": "journal_corrupt"}
    assert file.read_text(encoding="utf-8") == "Dear Ana, " * 500


async def test_a_database_of_a_newer_version_is_not_taken(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    """The integration has to be updated first."""
    file = tmp_path / "newer.db"
    await hass.async_add_executor_job(check, f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE zender_schema SET version = 99")
        connection.commit()
    result = await type_url(hass, entry, f"sqlite:///{file}")

    assert result["errors"] == {"database_url": "journal_newer_schema"}


async def test_an_address_that_was_taken_before_is_not_tried_again(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """Other options can be changed while the database is away; the repair says that it is."""
    url = "nothing://db.example/zender"
    entry = add_entry(hass, options={"database_url": url})
    await set_up(hass)
    result = await type_url(hass, entry, url)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()

    assert entry.options == {**USUAL, "database_url": url}
    assert repairs(hass).keys() == {"journal_driver_missing"}


@pytest.mark.parametrize(
    ("option", "wrong"),
    [
        ("keep_days", -1),
        ("keep_days", 3651),
        ("keep_megabytes", 9),
        ("keep_megabytes", 100_001),
    ],
)
async def test_how_much_is_kept_has_limits(
    hass: HomeAssistant, entry: MockConfigEntry, option: str, wrong: int
) -> None:
    """Typed numbers are whole numbers, and checked."""
    flows = hass.config_entries.options
    result = await flows.async_init(entry.entry_id)
    with pytest.raises(InvalidData):
        await flows.async_configure(result["flow_id"], {**USUAL, option: wrong})

    await flows.async_configure(result["flow_id"], {**USUAL, "keep_days": 7.0})
    assert entry.options["keep_days"] == 7
    assert type(entry.options["keep_days"]) is int
