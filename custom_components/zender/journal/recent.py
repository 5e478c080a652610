"""The latest messages, recognised without asking the database."""

from collections import OrderedDict
from collections.abc import Sequence
import math

from .batch import Digests
from .records import UPLOADED_TWICE_SECONDS, Record, near


class Recent:
    """What the latest messages are recognised by: their fingerprints and uploads, with their times at the gateway."""

    def __init__(self, limit: int) -> None:
        """Begin without any; forget those before so many."""
        self._limit = limit
        self._times: OrderedDict[bytes, int] = OrderedDict()

    def is_repeated(self, record: Record) -> bool:
        """Return whether a record is the same as one of the latest, and remember it."""
        timestamp = record.row["timestamp"]
        uploads = near(record.upload, timestamp) if record.upload else ()
        is_repeated = record.fingerprint in self._times or any(
            abs(timestamp - self._times.get(upload, -math.inf)) < UPLOADED_TWICE_SECONDS
            for upload in uploads
        )
        self._remember((record.fingerprint, record.upload, timestamp))
        return is_repeated

    def remember_older(self, older: Sequence[Digests]) -> None:
        """Remember messages from before those that are known, the oldest first."""
        newer, self._times = self._times, OrderedDict()
        for digests in older:
            self._remember(digests)
        self._times |= newer

    def _remember(self, digests: Digests) -> None:
        *known_by, timestamp = digests
        for digest in known_by:
            if digest is not None:
                self._times[digest] = timestamp
                self._times.move_to_end(digest)
        while len(self._times) > 2 * self._limit:
            self._times.popitem(last=False)
