"""What the command line prints: results on standard output, everything else on standard error."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
import typer

Row = Mapping[str, Any]

_WIDE = 10_000
"""Characters of a line that no terminal has to show."""


class Form(Enum):
    """How things are shown."""

    TABLE = "table"
    """For people."""
    JSON = "json"
    """For programs: all that is known, times in milliseconds since the epoch."""


def result(text: str) -> None:
    """What was asked for."""
    typer.echo(text)


def table(things: Sequence[object], columns: Sequence[str], form: Form) -> None:
    """Things of one kind, one a line.

    Args:
        things: Wire messages or dictionaries.
        columns: Those of their fields that people want to see.
        form: How to show them; a program gets all fields.
    """
    rows: list[Row] = msgspec.to_builtins(things)
    if form is Form.JSON:
        result(_json(rows))
        return
    heads = [column.upper().removesuffix("_AT").replace("_", " ") for column in columns]
    _print_table(heads, [[cell(column, row.get(column)) for column in columns] for row in rows])


def record(thing: object, form: Form, fields: Sequence[str] = ()) -> None:
    """One thing, a field a line; what is empty is left out for people.

    Args:
        thing: A wire message or dictionary.
        form: How to show it; a program gets all fields.
        fields: Those that people want to see; all by default.
    """
    row: Row = msgspec.to_builtins(thing)
    if form is Form.JSON:
        result(_json(row))
        return
    shown = {name: row.get(name) for name in fields or row}
    width = max(map(len, shown), default=0)
    for name, value in shown.items():
        if value not in (None, "", [], {}):
            result(f"{name.replace('_', ' '):{width}}  {cell(name, value)}")


def cell(name: str, value: Any) -> str:
    """A value in words: a time for ``*_at``, a size for ``*bytes``, lists and objects on one line."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith("_at"):
            return datetime.fromtimestamp(value / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
        case int() if name.endswith("bytes"):
            return size(value)
        case list():
            return ", ".join(map(str, value))  # type: ignore[reportUnknownArgumentType]
        case dict():
            return ", ".join(f"{key}={one}" for key, one in value.items())  # type: ignore[reportUnknownVariableType]
        case _:
            return str(value)


def size(count: int) -> str:
    """Bytes in words: ``1.5 MiB``."""
    number, *units = float(count), "B", "KiB", "MiB", "GiB", "TiB"
    for unit in units[:-1]:
        if number < 1024:  # noqa: PLR2004 - what these units are made of
            return f"{count} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} {units[-1]}"


def text(written: str, *, err: bool = False) -> None:
    """What a program wrote, as it wrote it."""
    stream = sys.stderr if err else sys.stdout
    try:
        stream.write(written)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(written.encode(encoding, "replace").decode(encoding))
    stream.flush()


def note(text: str) -> None:
    """What a person wants to know and a program does not."""
    typer.echo(text, err=True)


def asked(question: str) -> bool:
    """Whether the person at the keyboard says yes; standard output stays free of the question."""
    typer.echo(f"{question} [y/N]: ", nl=False, err=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def warning(text: str) -> None:
    """What is odd and did not stop the command."""
    typer.secho(f"Warning: {_one_line(text)}", err=True, fg=typer.colors.YELLOW)


def failure(text: str) -> None:
    """Why the command stopped: one line."""
    typer.secho(f"Error: {_one_line(text)}", err=True, fg=typer.colors.RED)


def _print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The terminal may be narrow; a program that reads lines must get whole ones all the same."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in heads:
        grid.add_column(head, overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))
    console.print(grid)


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _one_line(text: str) -> str:
    return " ".join(text.split())
