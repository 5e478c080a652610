"""Carries messages over to another database, from the command line, in the configuration folder of Home Assistant."""

import argparse
from collections.abc import Sequence
import sys
from typing import Final

from .carry_over import NotACopyError, NothingToCarryOverError, carry_over
from .errors import problem_of

DESCRIPTION: Final = """\
Copies all messages of one database into another one, before you enter the address of the other one in Home Assistant.
The first one stays as it is, and may be in use: run this again, and only what came meanwhile is copied.
"""
NEXT: Final = """\
Now enter the address of the other database in Home Assistant: Settings > Devices & services > the integration >
Configure > Database. If this took long, run it once more just before: then it copies only what came meanwhile.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Copy, and say how it goes. Returns 0, or 1 if it did not work."""
    parser = argparse.ArgumentParser(
        prog="python3 -m custom_components.zender.journal",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("from_url", metavar="FROM", help="such as sqlite:///zender.db")
    parser.add_argument(
        "to_url", metavar="TO", help="such as postgresql://zender:password@host/zender"
    )
    options = parser.parse_args(arguments)
    try:
        number = carry_over(options.from_url, options.to_url, _show)
    except NothingToCarryOverError:
        return _fail(
            "There are no messages of this version of the integration in the first database."
        )
    except NotACopyError:
        return _fail(
            "The other database has messages of its own. Give an empty one, or one into which you copied before."
        )
    except Exception as error:  # noqa: BLE001 - drivers raise what they like, and some of it holds the address
        return _fail(f"It did not work: {problem_of(error).replace('_', ' ')}.")
    sys.stdout.write(f"Copied: {number:,}. {NEXT}")
    return 0


def _show(number: int, total: int) -> None:
    sys.stdout.write(f"\r{number:,} of {total:,}{'' if number < total else '\n'}")
    sys.stdout.flush()


def _fail(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
