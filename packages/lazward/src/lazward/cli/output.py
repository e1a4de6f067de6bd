"""What the command line prints: results on standard output, everything else on standard error."""

import typer


def result(text: str) -> None:
    """What was asked for."""
    typer.echo(text)


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
