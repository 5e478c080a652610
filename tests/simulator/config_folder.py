"""The config folder of a Home Assistant that needs no onboarding, listens on loopback and has the integration."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
import fcntl
from itertools import count
import json
from pathlib import Path
import shutil
from typing import IO, Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
INTEGRATION: Final = ROOT / "custom_components" / "zender"

# Not default_config: it brings Bluetooth, the cloud and USB.
CONFIGURATION: Final = """\
frontend:
config:
history:
logbook:
automation: !include automations.yaml
script: !include scripts.yaml
"""


@contextmanager
def reserved(parent: Path, name: str) -> Iterator[Path]:
    """Choose a folder of this name that no other run is using, nor a Home Assistant that is still stopping."""
    parent.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        with (parent / f"{folder.name}.lock").open("w") as lock:
            if _lock(lock) and not _is_in_use(folder):
                yield folder
                return


def prepare(folder: Path, port: int, *, extra_configuration: str = "") -> None:
    """Make the folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    custom_components = folder / "custom_components"
    custom_components.mkdir(parents=True)
    (custom_components / INTEGRATION.name).symlink_to(
        INTEGRATION, target_is_directory=True
    )
    (folder / "configuration.yaml").write_text(CONFIGURATION + extra_configuration)
    for empty in ("automations.yaml", "scripts.yaml"):
        (folder / empty).touch()
    (folder / ".storage").mkdir()
    _store(folder, "core.config", 1, 4, _core(f"http://127.0.0.1:{port}"))
    set_port(folder, port)
    # The user is still to be made: that step of the onboarding hands out a first token.
    _store(
        folder,
        "onboarding",
        4,
        1,
        {"done": ["core_config", "analytics", "integration"]},
    )


def set_port(folder: Path, port: int) -> None:
    """Have Home Assistant listen on this port of the loopback interface.

    In YAML it would only be a trial. Version 2.2 of the format is 2026.10's own, and 2026.11 migrates it.
    """
    stable = {
        "server_host": ["127.0.0.1"],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "intermediate",
        "use_x_frame_options": True,
        "created_at": datetime.now(UTC).isoformat(),
        "error": None,
        "error_message": None,
    }
    _store(
        folder,
        "http",
        2,
        2,
        {"stable": stable, "pending": None, "yaml_migration_done": True},
    )


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_in_use(folder: Path) -> bool:
    run_lock = folder / ".ha_run.lock"
    if not run_lock.exists():
        return False
    with run_lock.open("r+") as file:
        return not _lock(file)


def _core(url: str) -> dict[str, Any]:
    return {
        "latitude": 41.9028,
        "longitude": 12.4964,
        "elevation": 21,
        "radius": 100,
        "unit_system_v2": "metric",
        "location_name": "Home",
        "time_zone": "Europe/Rome",
        "external_url": None,
        "internal_url": url,
        "currency": "EUR",
        "country": "IT",
        "language": "en",
    }


def _store(
    folder: Path, key: str, version: int, minor_version: int, data: dict[str, Any]
) -> None:
    content = {
        "version": version,
        "minor_version": minor_version,
        "key": key,
        "data": data,
    }
    (folder / ".storage" / key).write_text(json.dumps(content))
