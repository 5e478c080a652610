"""What can be wrong with a database, in terms of what to do about it."""

from enum import StrEnum
import re

from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    StatementError,
)


class Problem(StrEnum):
    """What is wrong. Never holds an address or a password."""

    INVALID_URL = "invalid_url"
    DRIVER_MISSING = "driver_missing"
    UNREACHABLE = "unreachable"
    ACCESS_DENIED = "access_denied"
    NO_DATABASE = "no_database"
    LOCKED = "locked"
    READ_ONLY = "read_only"
    FULL = "full"
    CORRUPT = "corrupt"
    NEWER_SCHEMA = "newer_schema"
    OTHER = "other"


class JournalError(Exception):
    """The journal cannot do what it was asked to."""

    def __init__(self, problem: Problem) -> None:
        """Say what is wrong."""
        super().__init__(problem.value)
        self.problem = problem


# What the drivers' messages say, in lower case, as regular expressions. They have no numbers in common.
_PHRASES = {
    Problem.CORRUPT: ("malformed", "not a database", "disk image", "corrupt"),
    Problem.READ_ONLY: ("readonly", "read-only", "read only"),
    Problem.FULL: ("is full", "no space left", "disk full", "errno 28"),
    Problem.ACCESS_DENIED: (
        "authentication failed",
        "access denied",
        "permission denied",
        "no password supplied",
        "no pg_hba.conf entry",
        'role ".*" does not exist',
    ),
    Problem.NO_DATABASE: ("unknown database", 'database ".*" does not exist'),
    Problem.LOCKED: ("locked", "lock wait timeout", "deadlock"),
    Problem.UNREACHABLE: (
        "connection",
        "connect",
        "server has gone away",
        "unable to open",
        "could not translate",
        "name or service",
        "timeout",
        "timed out",
        "closed",
        "shutting down",
        "starting up",
    ),
}


def is_refusal(error: Exception) -> bool:
    """Return whether it is what was to be written, rather than the database, that is wrong."""
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError | IntegrityError)
    return isinstance(error, StatementError | ValueError | TypeError | OverflowError)


def problem_of(error: Exception) -> Problem:
    """Return what an error of SQLAlchemy or of a driver means."""
    if isinstance(error, JournalError):
        return error.problem
    if isinstance(error, ModuleNotFoundError | NoSuchModuleError):
        return Problem.DRIVER_MISSING
    if isinstance(error, ArgumentError):
        return Problem.INVALID_URL
    if not isinstance(error, DBAPIError | OSError):
        return Problem.OTHER
    said = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    for problem, phrases in _PHRASES.items():
        if any(re.search(phrase, said) for phrase in phrases):
            return problem
    return Problem.OTHER
