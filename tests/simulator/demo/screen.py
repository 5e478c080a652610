"""The demo's terminal: progress, and one row for each delivery."""

from collections.abc import Iterable, Mapping, Sequence
import sys
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..api_state import Sent
from ..gateway import Delivery
from ..observer import Changed, Fired, Seen
from .both_ways import Turn
from .expectations import EVENT_ENTITY, TEXT_SENSOR, latest_states

PIPED_WIDTH: Final = 160
DELIVERY_COLUMNS: Final = {
    "Delivered": 32,
    "Answer": 20,
    "Event": 28,
    "Entities that changed": 42,
}
TURN_COLUMNS: Final = {
    "Both ways": 28,
    "Home Assistant": 26,
    "Sent by the gateway": 32,
    "Outcome": 42,
}
"""How wide the columns are to each other, by their names."""
TEXT_LENGTH: Final = 70
TOLD_LENGTH: Final = 24
SENDER_FIELDS: Final = ("phone", "code", "package")
TEXT_FIELDS: Final = ("message", "response", "content", "attachment")
TOLD_FIELDS: Final = ("id", "sim", "one_time_code", "is_group", "attachment")


class Screen:
    """Writes to the terminal, or a wide page if the output goes elsewhere."""

    def __init__(self) -> None:
        """Find out how wide the terminal is."""
        self._console = Console(
            highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH
        )

    def progress(self, text: str) -> None:
        """Tell what is being done."""
        self._console.print(f"[dim]•[/] {escape(text)}")

    def problem(self, text: str) -> None:
        """Tell what went wrong."""
        self._console.print(f"[bold red]✘[/] {escape(text)}", soft_wrap=True)

    def success(self, text: str) -> None:
        """Tell what went well."""
        self._console.print(f"[bold green]✔[/] {escape(text)}")

    def found(self, word: str, messages: Iterable[Mapping[str, Any]]) -> None:
        """Tell what a search returned."""
        for message in messages:
            text = next(message[name] for name in TEXT_FIELDS if message.get(name))
            self._console.print(
                f"[dim]•[/] zender.search_messages finds [bold]{escape(word)}[/] in message "
                f"{message['message_id']}: {_quote(str(text))}"
            )

    def addresses(
        self, home_assistant: str, dashboard: str, username: str, password: str
    ) -> None:
        """Tell where to go next."""
        lines = Table.grid(padding=(0, 2))
        lines.add_row(
            "Home Assistant",
            f"[bold]{home_assistant}[/]",
            f"log in as {username} / {password}",
        )
        lines.add_row(
            "The gateway's dashboard",
            f"[bold]{dashboard}[/]",
            "send messages of your own, press Trigger, see what Home Assistant sends",
        )
        self._console.print()
        self._console.print(
            Panel(
                lines,
                title="Both stay until Ctrl-C",
                expand=False,
                border_style="green",
            )
        )

    def begin_deliveries(self) -> None:
        """Name the columns of deliveries."""
        self._header(DELIVERY_COLUMNS)

    def begin_turns(self) -> None:
        """Name the columns of steps that go both ways."""
        self._header(TURN_COLUMNS)

    def _header(self, columns: Mapping[str, int]) -> None:
        self._console.print()
        self._row(columns, "", *(f"[bold cyan]{name}[/]" for name in columns))
        self._console.rule(style="cyan")

    def row(
        self,
        title: str,
        delivery: Delivery,
        seen: Sequence[Seen],
        unmet: Sequence[str] = (),
        *,
        judged: bool = True,
    ) -> None:
        """Show one delivery and what came of it."""
        self._row(
            DELIVERY_COLUMNS,
            _mark(unmet) if judged else "•",
            f"[bold]{escape(title)}[/]\n{_delivered(delivery)}",
            _answer(delivery),
            "\n".join(_event(note) for note in seen if isinstance(note, Fired))
            or "[dim]none[/]",
            _entities(delivery, seen),
        )
        self._end_row(unmet)

    def turn(self, turn: Turn) -> None:
        """Show one step that goes both ways."""
        peer, *texts = turn.began
        self._row(
            TURN_COLUMNS,
            _mark(turn.unmet),
            "\n".join(
                [
                    f"[bold]{escape(turn.title)}[/]",
                    f"[dim]{escape(peer)}[/]",
                    *map(_quote, texts),
                ]
            ),
            "\n".join(map(_did, turn.did)),
            _sent(turn.sent),
            "\n".join(map(escape, turn.came)),
        )
        self._end_row(turn.unmet)

    def _end_row(self, unmet: Iterable[str]) -> None:
        for problem in unmet:
            self.problem(problem)
        self._console.rule(style="dim")

    def _row(self, columns: Mapping[str, int], *cells: str) -> None:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(width=1)
        for ratio in columns.values():
            table.add_column(ratio=ratio, overflow="fold")
        table.add_row(*cells)
        self._console.print(table)


def _mark(unmet: Sequence[str]) -> str:
    return "[bold red]✘[/]" if unmet else "[bold green]✔[/]"


def _delivered(delivery: Delivery) -> str:
    data = delivery.sample.data
    sender = next((str(data[name]) for name in SENDER_FIELDS if name in data), "")
    text = next((str(data[name]) for name in TEXT_FIELDS if data.get(name)), "")
    return f"[dim]{escape(sender)}[/]\n{_quote(text)}"


def _did(text: str) -> str:
    """Return an event or an action, or what is to be known of it."""
    style = "magenta" if text.startswith("zender") else "dim"
    return f"[{style}]{escape(text)}[/]"


def _sent(sent: Sequence[Sent]) -> str:
    """Return the last of what was sent; it stands for all."""
    if not sent:
        return "[dim]nothing[/]"
    last = sent[-1]
    number = f" × {len(sent)}" if len(sent) > 1 else ""
    sim = f", SIM {last.parameters['sim']}" if "sim" in last.parameters else ""
    text = f"\n{_quote(last.message)}" if last.message else ""
    return (
        f"{last.event.label}{number} from {escape(last.sender_name)}{sim}\n"
        f"[dim]to {escape(last.recipient)}[/]{text}"
    )


def _answer(delivery: Delivery) -> str:
    if delivery.error:
        return f"[red]{escape(delivery.error)}[/]"
    answer: Any = delivery.answer
    word = (
        (answer.get("result") or answer.get("error"))
        if isinstance(answer, dict)
        else answer
    )
    color = "green" if delivery.status == 200 else "yellow"
    number = answer.get("message_id") if isinstance(answer, dict) else None
    kept = "" if number is None else f"message_id {number}\n"
    return (
        f"[{color}]{delivery.status}[/] {escape(str(word or 'empty'))}\n{kept}"
        f"[dim]{delivery.method}, {delivery.seconds * 1000:.0f} ms[/]"
    )


def _event(event: Fired) -> str:
    told = [
        f"{name} {_quote(str(event.data[name]), TOLD_LENGTH)}"
        for name in TOLD_FIELDS
        if event.data.get(name)
    ]
    return f"[magenta]{escape(event.type)}[/]\n[dim]{'\n'.join(told)}[/]"


def _entities(delivery: Delivery, seen: Sequence[Seen]) -> str:
    states = latest_states(seen)
    event = delivery.sample.event
    kinds = (EVENT_ENTITY[event], TEXT_SENSOR[event][0], "sensor.rejected_deliveries")
    return (
        "\n".join(_entity(states[kind]) for kind in kinds if kind in states)
        or "[dim]none[/]"
    )


def _entity(changed: Changed) -> str:
    name = f"[blue]{escape(changed.entity_id)}[/]"
    return (
        name
        if changed.kind.startswith("event.")
        else f"{name}\n→ {_quote(changed.state)}"
    )


def _quote(text: str, length: int = TEXT_LENGTH) -> str:
    shown = Text(" ⏎ ".join(text.splitlines()))
    shown.truncate(length, overflow="ellipsis")
    return escape(shown.plain) or "[dim]no text[/]"
