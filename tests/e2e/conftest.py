"""A real Home Assistant and a simulated gateway, shared by all tests here."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from importlib.util import find_spec
from pathlib import Path
import shutil
from typing import TYPE_CHECKING, Final, NoReturn, override

import pytest
import pytest_asyncio

from tests.simulator.dashboard import Dashboard
from tests.simulator.gateway import Gateway
from tests.simulator.home_assistant import HomeAssistant, hass_of
from tests.simulator.observer import Observer
from tests.simulator.set_up import SetUp, configure_zender

if TYPE_CHECKING:
    from playwright.async_api import Page

    from .browser import Camera

HERE: Final = Path(__file__).parent
VERSION: Final = "2026.11"

# The test framework of the other environment forbids sockets.
IS_OTHER_ENVIRONMENT: Final = (
    find_spec("pytest_homeassistant_custom_component") is not None
)

type StartHomeAssistant = Callable[[str], AbstractAsyncContextManager[HomeAssistant]]


class SkippedModule(pytest.Module):
    """A module that is not even imported."""

    @override
    def collect(self) -> NoReturn:
        pytest.skip(
            f"needs the {VERSION} environment; run scripts/test",
            allow_module_level=True,
        )


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Skip what cannot run in the wrong environment."""
    if IS_OTHER_ENVIRONMENT and HERE in module_path.parents:
        module: pytest.Module = SkippedModule.from_parent(parent, path=module_path)
        return module
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests here in one event loop."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let scripts/screenshots say where the pictures of the documentation go."""
    parser.addoption("--screenshots", type=Path, help="folder for screenshots")


@pytest.fixture
def camera(request: pytest.FixtureRequest, tmp_path: Path) -> Camera:
    """Return what takes the pictures."""
    # The other environment has no browser.
    from .browser import Camera  # noqa: PLC0415

    return Camera(request.config.getoption("--screenshots") or tmp_path)


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations() -> None:
    """Do nothing: a real Home Assistant finds the integration in its config folder."""


@pytest.fixture(scope="session")
def start_home_assistant(
    tmp_path_factory: pytest.TempPathFactory,
) -> StartHomeAssistant:
    """Return a function that starts a fresh Home Assistant without an entry, for an `async with`."""

    def start(name: str) -> HomeAssistant:
        return HomeAssistant(hass_of(VERSION), tmp_path_factory.mktemp(name))

    return start


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def gateway() -> AsyncIterator[Gateway]:
    """Return the gateway that `set_up` connects."""
    async with Gateway() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def dashboard() -> AsyncIterator[Dashboard]:
    """Return the dashboard of another gateway, which has no webhook yet."""
    async with Gateway() as fresh, Dashboard(fresh) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_home_assistant(
    start_home_assistant: StartHomeAssistant,
) -> AsyncIterator[HomeAssistant]:
    """Return a Home Assistant that knows no gateway."""
    async with start_home_assistant("browser") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(fresh_home_assistant: HomeAssistant) -> AsyncIterator[Page]:
    """Return a page of a browser that is logged in to it."""
    # The other environment has no browser.
    from .browser import CHROMIUM, browser, log_in  # noqa: PLC0415
    from .pictures import sharp_page  # noqa: PLC0415

    executable = shutil.which(CHROMIUM)
    assert executable
    async with (
        browser(executable, width=1100, height=900) as opened,
        sharp_page(opened, width=1100, height=900) as sharp,
    ):
        await log_in(sharp, fresh_home_assistant)
        yield sharp


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home_assistant(
    start_home_assistant: StartHomeAssistant,
) -> AsyncIterator[HomeAssistant]:
    """Return a running Home Assistant; with `set_up`, it has an entry."""
    async with start_home_assistant("home_assistant") as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def set_up(home_assistant: HomeAssistant, gateway: Gateway) -> SetUp:
    """Return the entry in that Home Assistant, and the webhook of the gateway that belongs to it."""
    return await configure_zender(home_assistant.client, gateway)


@pytest_asyncio.fixture(loop_scope="session")
async def observer(
    home_assistant: HomeAssistant, set_up: SetUp
) -> AsyncIterator[Observer]:
    """Return an observer that sees what happens during one test."""
    async with (
        await home_assistant.client.websocket() as websocket,
        Observer(websocket, set_up.entry_id) as observing,
    ):
        yield observing
