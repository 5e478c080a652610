"""What the demo delivers, in order, and what is expected of each delivery."""

from dataclasses import dataclass
from typing import Final

from ..gateway import Fault
from ..samples import DOCUMENTED, REALISTIC_DAY, Sample
from .expectations import Expectation, accepted, duplicate, refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One delivery."""

    title: str
    sample: Sample
    expectation: Expectation
    fault: Fault | None = None


KEPT: Final = dict(enumerate((*DOCUMENTED, *REALISTIC_DAY), start=1))
"""The messages by the numbers that they get."""

SEARCHED: Final = "verification"
FOUND: Final = [
    number
    for number, sample in KEPT.items()
    if SEARCHED in str(sample.meaning.get("message"))
]
"""The messages that the searched word finds."""


def _again(number: int) -> Step:
    sample = KEPT[number]
    return Step(
        title=f"{sample.event.label}, the same message once more",
        sample=sample,
        expectation=duplicate(number),
    )


SCENARIO: Final = (
    *(
        Step(title=sample.title, sample=sample, expectation=accepted(sample, number))
        for number, sample in KEPT.items()
    ),
    # Not at the end: what follows shows that no second event comes.
    *map(_again, FOUND),
    Step(
        title="SMS, with a wrong secret",
        sample=DOCUMENTED[0],
        fault=Fault.WRONG_SECRET,
        expectation=refused(401, "invalid_secret"),
    ),
    Step(
        title="SMS, relayed as JSON that breaks off",
        sample=DOCUMENTED[0],
        fault=Fault.BROKEN_BODY,
        expectation=refused(400, "invalid_body"),
    ),
    Step(
        title="SMS, with a text that is not UTF-8",
        sample=DOCUMENTED[0],
        fault=Fault.NOT_UTF8,
        expectation=refused(400, "invalid_body"),
    ),
)
