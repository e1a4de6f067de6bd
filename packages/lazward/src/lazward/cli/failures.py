"""Every way a command can fail, as one line on standard error and an exit status.

1    what was asked for could not be done
2    the command line itself makes no sense
130  interrupted
"""

import os
from collections.abc import Callable

import typer

from lazward.cli import output
from lazward.errors import LazwardError

# Their home is click or, in newer versions, typer itself; these are the parents of a class both offer.
_UsageError, _ClickError = typer.BadParameter.__mro__[1:3]


def status_of(command: Callable[[], object]) -> int:
    """Run a command and return the exit status, with any failure told in one line.

    ``LAZWARD_DEBUG=1`` in the environment lets the exception through with its traceback.
    """
    try:
        status = command()
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("LAZWARD_DEBUG"):
            raise
        output.failure(explain(error))
        return 2 if isinstance(error, _UsageError) else 1
    return status if isinstance(status, int) else 0


def explain(error: Exception) -> str:
    """The failure in words."""
    if isinstance(error, LazwardError):
        return str(error)
    if isinstance(error, typer.Abort):
        return "Aborted."
    if isinstance(error, _ClickError):
        text = str(getattr(error, "format_message", error.__str__)())
        return f"{text.rstrip('.')}.{_hint(error)}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{type(error).__name__}: {error} (LAZWARD_DEBUG=1 shows where it comes from)"


def _hint(error: Exception) -> str:
    """Where to read how the command is called, known for errors that have a context."""
    context = getattr(error, "ctx", None)
    return f" Try `{context.command_path} --help`." if context else ""
