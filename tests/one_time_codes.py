"""The labelled messages, and how well a finder of one-time codes does on them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
import json
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data"

# What a finder must reach.
PRECISION: Final = 0.98
RECALL: Final = 0.95

# One message in so many is not looked at while the finder is improved.
ONE_UNSEEN_IN: Final = 3


@dataclass(frozen=True)
class Labelled:
    """A message, and the code that a person reads in it."""

    language: str
    text: str
    code: str | None

    @property
    def is_unseen(self) -> bool:
        """Whether it only serves to measure; the text alone decides."""
        return sha256(self.text.encode()).digest()[0] % ONE_UNSEEN_IN == 0


@dataclass
class Figures:
    """How often a finder was right."""

    messages: int = 0
    with_code: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of the codes that was found."""
        return self.right / self.with_code if self.with_code else 1.0


def usual() -> tuple[Labelled, ...]:
    """Return messages as services send them, and others with numbers."""
    return _read("one_time_codes.json")


def hard() -> tuple[Labelled, ...]:
    """Return messages of people who did not know the finder and were asked for unusual ones."""
    return _read("one_time_codes_hard.json")


@cache
def _read(name: str) -> tuple[Labelled, ...]:
    rows = json.loads((_DATA / name).read_text("utf-8"))
    return tuple(Labelled(**row) for row in rows)


def measure(find: Callable[[str], str | None], messages: Iterable[Labelled]) -> Figures:
    """Return how well a finder does; a wrong code counts as one found and one missed."""
    figures = Figures()
    for message in messages:
        found = find(message.text)
        figures.messages += 1
        figures.with_code += message.code is not None
        figures.found += found is not None
        figures.right += found is not None and found == message.code
    return figures
