"""Home Assistant's log, and what in it concerns us."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Final

from .config_folder import ROOT

FIRST_LINE: Final = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+([+-]\d\d:\d\d)? (?P<level>[A-Z]+) \(.*?\) \[(?P<logger>[^\]]*)\] (?P<text>.*)"
)
COMPLAINTS: Final = {"WARNING", "ERROR", "CRITICAL"}


@dataclass(slots=True)
class LogRecord:
    """One entry, with its traceback."""

    level: str
    logger: str
    text: str


def read_log(path: Path) -> list[LogRecord]:
    """Return the entries of a log file."""
    records: list[LogRecord] = []
    if not path.exists():
        return records
    for line in path.read_text(errors="replace").splitlines():
        if match := FIRST_LINE.match(line):
            records.append(LogRecord(**match.groupdict()))
        elif records:
            records[-1].text += f"\n{line}"
        else:
            raise ValueError(f"The log is not in a known format: {line}")
    return records


def complaints(records: Iterable[LogRecord]) -> list[LogRecord]:
    """Return the warnings and errors that are about the integration."""
    return [
        record
        for record in records
        if record.level in COMPLAINTS
        and "zender" in f"{record.logger} {record.text}".replace(str(ROOT), "").lower()
        and not _is_notice_about_custom_integrations(record)
    ]


def _is_notice_about_custom_integrations(record: LogRecord) -> bool:
    return (
        record.logger == "homeassistant.loader" and "custom integration" in record.text
    )
