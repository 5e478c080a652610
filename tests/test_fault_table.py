"""What the faults of the gateway's REST API lead to: docs/faults.md says it in a table, of which each row is tried here.

`REWRITE_FAULT_TABLE=1 pytest tests/test_fault_table.py` writes the rows into the page as they are.
"""

from collections.abc import Callable
import os
from pathlib import Path
import socket
from typing import Any, Final, NoReturn

from aiohttp.test_utils import unused_port
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.zender.const import DOMAIN
from custom_components.zender.gateway import client
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import DATA_RESOLVER

from .answering import WRITER, Answering, answering
from .common import capture_messages
from .dialog import TEXTS
from .receiving import SIM_1
from .simulator.api_state import EVERY_CALL, ApiFault, Usage
from .simulator.samples import ACCOUNT

PAGE: Final = Path(__file__).parent.parent / "docs" / "faults.md"
REWRITE: Final = "REWRITE_FAULT_TABLE"
RULE: Final = "|---|---|---|---|---|---|---|\n"

type Cause = Callable[[Answering, pytest.MonkeyPatch], None]


def no_key(house: Answering, _patch: pytest.MonkeyPatch) -> None:
    """Let the gateway know no key."""
    house.gateway.api.keys.clear()


def no_permission(house: Answering, _patch: pytest.MonkeyPatch) -> None:
    """Let the key do nothing."""
    house.gateway.api.keys[house.entry.data["api_key"]] = frozenset()


def used_up(house: Answering, _patch: pytest.MonkeyPatch) -> None:
    """Let no SMS be left in the plan."""
    house.gateway.api.usage["sms_send"] = Usage(used=100, limit=100)


def answers(fault: ApiFault) -> Cause:
    """Return what makes all answers go wrong."""

    def cause(house: Answering, _patch: pytest.MonkeyPatch) -> None:
        house.gateway.api.faults[EVERY_CALL] = fault

    return cause


def no_answer(house: Answering, patch: pytest.MonkeyPatch) -> None:
    """Let no answer come, which is not waited for as long as usual."""
    patch.setattr(client, "SECONDS", 0.1)
    house.gateway.api.faults[EVERY_CALL] = ApiFault.HANG


def nobody(house: Answering, _patch: pytest.MonkeyPatch) -> None:
    """Let the site be where nobody listens."""
    move(house, f"http://127.0.0.1:{unused_port()}")


def no_name(house: Answering, patch: pytest.MonkeyPatch) -> None:
    """Let the site have a name that leads nowhere."""

    async def resolve(*_: Any, **__: Any) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    patch.setattr(house.hass.data[DATA_RESOLVER], "resolve", resolve)
    move(house, "https://gateway.invalid")


def no_certificate(house: Answering, _patch: pytest.MonkeyPatch) -> None:
    """Let the site not speak https."""
    move(house, house.entry.data["url"].replace("http:", "https:"))


def move(house: Answering, site: str) -> None:
    """Give the entry another site."""
    data = {**house.entry.data, "url": site}
    house.hass.config_entries.async_update_entry(house.entry, data=data)


FAULTS: Final[dict[str, Cause]] = {
    "The API key is wrong, or was deleted (401)": no_key,
    "The API key lacks the permission (403)": no_permission,
    "The plan or the credits are used up (403)": used_up,
    "The gateway has an error of its own (500)": answers(ApiFault.ERROR),
    "The site shows a page about maintenance": answers(ApiFault.MAINTENANCE),
    "No answer comes in time": no_answer,
    "The connection breaks off during the answer": answers(ApiFault.CUT),
    "Only half of the answer comes": answers(ApiFault.TRUNCATED),
    "Nobody listens at the address": nobody,
    "The name of the site is not found": no_name,
    "The site has no valid certificate": no_certificate,
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_fault(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    """It leads to what the table says."""
    async with answering(hass, hass_client_no_auth) as house:
        FAULTS[fault](house, monkeypatch)
        await house.settle()
        await house.refresh()
        cells = (
            fault,
            await error_of(house),
            "perhaps" if house.sent else "no",
            shown(house, "sensor", "gateway", "credits"),
            shown(house, "binary_sensor", ACCOUNT, "connected"),
            asked_for(hass),
            await webhook_messages(house),
        )
    row = f"| {' | '.join(cells)} |"
    if os.environ.get(REWRITE):
        rewrite(fault, row)
    assert row in table(), f"With {REWRITE}=1, this test writes the row."


def test_the_table_has_no_other_rows() -> None:
    """In the order of the faults here."""
    assert [name_in(line) for line in table()] == list(FAULTS)


async def error_of(house: Answering) -> str:
    """Send an SMS. Returns what the action says; what was to be sent is kept as failed."""
    with pytest.raises(HomeAssistantError) as raised:
        await house.act("send_sms", phone=WRITER, message="Hello")
    [kept] = await house.messages(direction="sent")
    assert (kept["message"], kept["state"]) == ("Hello", "failed")
    error = raised.value
    assert error.translation_domain == DOMAIN
    text: str = TEXTS["exceptions"][str(error.translation_key)]["message"]
    return text.format(**error.translation_placeholders or {})


def shown(house: Answering, domain: str, source: str, key: str) -> str:
    """Return what an entity shows, in a word."""
    state = house.receiver.state(domain, source, key).state
    return state if state in {STATE_UNAVAILABLE, STATE_UNKNOWN} else "shown"


def asked_for(hass: HomeAssistant) -> str:
    """Return what the user is asked for, among the repairs and in the settings."""
    assert not [
        issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    ]
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    if not flows:
        return "nothing"
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]
    return "a new API key"


async def webhook_messages(house: Answering) -> str:
    """Return what messages by webhook do: each is accepted, fires its event and shows."""
    events = capture_messages(house.hass)
    await house.receiver.deliver(message="Still heard")
    assert [event.data["message"] for event in events] == ["Still heard"]
    assert house.receiver.state("sensor", SIM_1, "last_sms").state == "Still heard"
    assert house.entry.state is ConfigEntryState.LOADED
    return "arrive"


# The page


def table() -> list[str]:
    """Return the rows of the page's table."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ")][1:]


def name_in(line: str) -> str:
    """Return the fault of a row."""
    return line.split("|")[1].strip()


def rewrite(fault: str, row: str) -> None:
    """Put a row into the table, which ends the page."""
    rows = {name_in(line): line for line in table()} | {fault: row}
    head, rule, _ = PAGE.read_text(encoding="utf-8").partition(RULE)
    known = [rows[name] for name in FAULTS if name in rows]
    PAGE.write_text(head + rule + "\n".join([*known, ""]), encoding="utf-8")
