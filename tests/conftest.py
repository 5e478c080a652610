"""What the tests share."""

import logging
from pathlib import Path

import pytest

# Before the first `hass`: the test framework has a custom_components of its own.
from custom_components.zender import archive, housekeeping

# The test framework lets the log out to the terminal, where it hides the tests. Of a test that fails, pytest shows it.
logging.getLogger().handlers.clear()


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give each test a configuration folder of its own: the journal is in there."""
    return str(tmp_path)


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant load the integration."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for commits, however slow this machine is."""
    monkeypatch.setattr(archive, "COMMIT_SECONDS", 60)
    monkeypatch.setattr(archive, "OPEN_SECONDS", 60)


@pytest.fixture(autouse=True)
def restless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delete without a rest: where time stands still, it would never end."""
    monkeypatch.setattr(housekeeping, "REST_SECONDS", 0)
