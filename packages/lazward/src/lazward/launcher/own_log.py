"""What a launcher has to say itself, into the log of the engine that started it."""

import sys
import traceback
from contextlib import suppress
from functools import cache
from pathlib import Path


def say(text: str) -> None:
    """Write a line."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def forget(file: Path) -> None:
    """Remove a log in which there is nothing."""
    with suppress(OSError):
        if not file.stat().st_size:
            file.unlink()


def say_why() -> None:
    """Write the exception that is being handled, and where it comes from; once, though it comes again."""
    _say_once(traceback.format_exc())


@cache
def _say_once(text: str) -> None:
    say(text)
