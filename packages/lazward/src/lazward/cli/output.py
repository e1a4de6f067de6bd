"""What the command line prints: results on standard output, everything else on standard error."""

import time
from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec
import typer


class Format(Enum):
    """How what was asked for is printed."""

    TABLE = "table"
    JSON = "json"


def result(text: str) -> None:
    """What was asked for."""
    typer.echo(text)


def listing(found: Sequence[msgspec.Struct], fields: Sequence[str], form: Format) -> None:
    """Things of one kind: these fields of them as a table, or all there is as JSON."""
    if form is Format.JSON:
        result(msgspec.json.format(msgspec.json.encode(found)).decode())
    elif found:
        _table([[_cell(one, field) for field in fields] for one in found], fields)


def single(found: msgspec.Struct, fields: Sequence[str], form: Format) -> None:
    """One thing: a line for each of these fields it has, or all there is as JSON."""
    if form is Format.JSON:
        result(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    for field in fields:
        if text := _cell(found, field):
            result(f"{_title(field):<14} {text}")


def note(text: str) -> None:
    """What a person wants to know and a program does not."""
    typer.echo(text, err=True)


def warning(text: str) -> None:
    """What is odd and did not stop the command."""
    typer.secho(f"Warning: {_one_line(text)}", err=True, fg=typer.colors.YELLOW)


def failure(text: str) -> None:
    """Why the command stopped: one line."""
    typer.secho(f"Error: {_one_line(text)}", err=True, fg=typer.colors.RED)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _table(rows: Sequence[Sequence[str]], fields: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*map(_title, fields), box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    console = Console(markup=False, highlight=False)
    # What another program reads is never cut to the width of a screen.
    console.print(table, width=None if console.is_terminal else 10_000, soft_wrap=not console.is_terminal)


def _cell(one: msgspec.Struct, field: str) -> str:
    value: Any = getattr(one, field)
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() if field.endswith("_at"):
            return time.strftime("%Y-%m-%d %H:%M", time.localtime(value / 1000))
        case list():
            return " ".join(map(str, value))  # type: ignore[arg-type]
        case _:
            return str(value)


def _title(field: str) -> str:
    return field.replace("_at", "").replace("_", " ")
