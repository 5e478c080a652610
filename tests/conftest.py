"""What the tests share."""

import pytest

# Before the first `hass`: the test framework has a custom_components of its own.
import custom_components.zender  # noqa: F401


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant load the integration."""
