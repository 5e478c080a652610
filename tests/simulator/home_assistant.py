"""A private Home Assistant: a process of its own, ready to use, gone without a trace afterwards."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
import socket
import sys
from types import TracebackType
from typing import Final, Self

import aiohttp

from . import config_folder
from .client import Client
from .log import LogRecord, read_log

USERNAME: Final = "demo"
PASSWORD: Final = "demo"
START_TIMEOUT: Final = 180.0
STOP_TIMEOUT: Final = 30.0
ANSWER_TIMEOUT: Final = aiohttp.ClientTimeout(total=2)
POLL_INTERVAL: Final = 0.1
PORT_ATTEMPTS: Final = 3


class StartError(Exception):
    """Home Assistant did not start."""


class PortTakenError(StartError):
    """Somebody else took the port first."""


def hass_of(version: str) -> Path:
    """Return the executable of one of the environments that scripts/setup makes."""
    return config_folder.ROOT / ".dev" / version / "bin" / "hass"


class HomeAssistant:
    """Starts with a fresh config folder; a stopped one starts again with what it had."""

    def __init__(
        self,
        hass: Path,
        folder: Path,
        *,
        extra_configuration: str = "",
        on_progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Say which Home Assistant is to run in which folder."""
        self.folder = folder
        self.port = 0
        self._hass = hass
        self._extra_configuration = extra_configuration
        self._on_progress = on_progress
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self._token: str | None = None

    @property
    def url(self) -> str:
        """Return the address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def session(self) -> aiohttp.ClientSession:
        """Return the session for HTTP requests of one's own."""
        if self._session is None:
            raise RuntimeError("Home Assistant is not running")
        return self._session

    @property
    def client(self) -> Client:
        """Return the client of the first user."""
        return self.client_with(self.session)

    def client_with(self, session: aiohttp.ClientSession) -> Client:
        """Return the client of the first user, with a session that outlives this Home Assistant."""
        if self._token is None:
            raise RuntimeError("Home Assistant was never started")
        return Client(session, self.url, self._token)

    @property
    def log(self) -> list[LogRecord]:
        """Return what the log holds."""
        return read_log(self.folder / "home-assistant.log")

    async def __aenter__(self) -> Self:
        """Start."""
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Return when automations listen."""
        if not self._hass.exists():
            raise StartError(f"There is no {self._hass}; scripts/setup makes it.")
        self._session = aiohttp.ClientSession()
        async with asyncio.timeout(START_TIMEOUT):
            await self._start_process()
            if self._token is None:
                self._token = await self._make_user()
            await self._wait_until_running()

    async def stop(self) -> None:
        """Let Home Assistant save what it has, then see to it that nothing of it is left."""
        if self._session:
            await self._session.close()
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.kill()

    async def _start_process(self) -> None:
        if self.port:
            await self._launch()
            return
        for attempt in range(1, PORT_ATTEMPTS + 1):
            self.port = _free_port()
            config_folder.prepare(
                self.folder, self.port, extra_configuration=self._extra_configuration
            )
            try:
                await self._launch()
            except PortTakenError:
                if attempt == PORT_ATTEMPTS:
                    raise
                session = aiohttp.ClientSession()
                await self.stop()
                self._session = session
            else:
                return

    async def _launch(self) -> None:
        self._on_progress("starting Home Assistant")
        with (self.folder / "console.log").open("ab") as console:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", f"{__package__}.leash"),
                *(
                    str(self._hass),
                    "--config",
                    str(self.folder),
                    "--skip-pip",
                    "--log-no-color",
                ),
                cwd=config_folder.ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        while not await self._answers():
            self._check_process()
            await asyncio.sleep(POLL_INTERVAL)

    async def _answers(self) -> bool:
        try:
            async with self.session.get(
                f"{self.url}/manifest.json", timeout=ANSWER_TIMEOUT
            ) as response:
                return response.ok
        except aiohttp.ClientError, TimeoutError:
            return False

    def _check_process(self) -> None:
        # Not in the log: the recovery mode that follows begins another.
        if "Failed to create HTTP server at port" in self._console():
            raise PortTakenError(f"Port {self.port} is taken.")
        if self._process is None or self._process.returncode is not None:
            raise StartError(
                f"Home Assistant ended while it started:\n{self._last_words()}"
            )

    async def _make_user(self) -> str:
        self._on_progress("making a user")
        owner = await Client.create_first_user(
            self.session, self.url, USERNAME, PASSWORD
        )
        async with await owner.websocket() as websocket:
            token = await websocket.call(
                "auth/long_lived_access_token", client_name="Simulator", lifespan=365
            )
        return str(token)

    async def _wait_until_running(self) -> None:
        self._on_progress("waiting until Home Assistant is running")
        while (config := await self.client.get("/api/config"))["state"] != "RUNNING":
            self._check_process()
            await asyncio.sleep(POLL_INTERVAL)
        if config["recovery_mode"]:
            raise StartError(
                f"Home Assistant is in recovery mode:\n{self._last_words()}"
            )
        # It complains of two voice integrations, whose packages are left out of requirements_demo.txt.
        await self.client.post(
            "/api/services/persistent_notification/dismiss",
            {"notification_id": "invalid_config"},
        )

    def _last_words(self) -> str:
        return "\n".join(self._console().splitlines()[-25:])

    def _console(self) -> str:
        return (self.folder / "console.log").read_text(errors="replace")


def _free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return int(candidate.getsockname()[1])
