"""What the demo delivers, in order, and what is expected of each delivery."""

from dataclasses import dataclass
from typing import Final

from ..gateway import Fault
from ..samples import DOCUMENTED, REALISTIC_DAY, Sample
from .expectations import Expectation, accepted, refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One delivery."""

    title: str
    sample: Sample
    expectation: Expectation
    fault: Fault | None = None


def _delivered(sample: Sample) -> Step:
    return Step(title=sample.title, sample=sample, expectation=accepted(sample))


SCENARIO: Final = (
    *map(_delivered, DOCUMENTED),
    *map(_delivered, REALISTIC_DAY),
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
