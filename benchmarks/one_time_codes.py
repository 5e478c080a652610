"""How well one-time codes are found, by language. Run it with scripts/benchmark --codes."""

import argparse
from collections.abc import Iterable
import sys
from typing import Final

from rich.console import Console
from rich.table import Table

from custom_components.zender.gateway.one_time_code import find_one_time_code
from tests.one_time_codes import (
    PRECISION,
    RECALL,
    Figures,
    Labelled,
    hard,
    measure,
    usual,
)

ALL: Final = "all"


def figures_by_language(messages: Iterable[Labelled]) -> dict[str, Figures]:
    """Return the figures of each language, those of all together last."""
    messages = tuple(messages)
    by_language: dict[str, list[Labelled]] = {}
    for message in messages:
        by_language.setdefault(message.language, []).append(message)
    return {
        language: measure(find_one_time_code, some)
        for language, some in [*sorted(by_language.items()), (ALL, messages)]
    }


def table(title: str, figures: dict[str, Figures]) -> Table:
    """Return a row for each language; what misses its limit is red."""
    shown = Table("", "Messages", "With a code", "Precision", "Recall", title=title)
    for language, of_language in figures.items():
        shown.add_row(
            language,
            str(of_language.messages),
            str(of_language.with_code),
            _limited(of_language.precision, PRECISION),
            _limited(of_language.recall, RECALL),
            style="bold" if language == ALL else None,
        )
    return shown


def _limited(share: float, limit: float) -> str:
    return f"{share:.3f}" if share >= limit else f"[red]{share:.3f}[/red]"


def main() -> int:
    """Measure, then show; fail when all languages together miss a limit."""
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark --codes", description=__doc__
    )
    parser.add_argument(
        "--tuning",
        action="store_true",
        help="only the messages that the finder may be improved with, and its faults",
    )
    is_tuning = parser.parse_args().tuning
    console = Console()
    if is_tuning:
        show_faults(console, [*usual(), *hard()])
    has_missed = False
    for kind, messages in (("Usual", usual()), ("Hard", hard())):
        for part, is_unseen in (("tuning two thirds", False), ("unseen third", True)):
            if is_unseen and is_tuning:
                continue
            figures = figures_by_language(
                message for message in messages if message.is_unseen is is_unseen
            )
            console.print(table(f"{kind} messages, {part}", figures))
            total = figures[ALL]
            has_missed |= total.precision < PRECISION or total.recall < RECALL
    return int(has_missed)


def show_faults(console: Console, messages: Iterable[Labelled]) -> None:
    """Show what is found wrongly, or not, among the messages that may be looked at."""
    for message in messages:
        if message.is_unseen:
            continue
        if (found := find_one_time_code(message.text)) != message.code:
            console.print(
                f"{message.language}: {found} instead of {message.code}: {message.text!r}",
                markup=False,
            )


if __name__ == "__main__":
    sys.exit(main())
