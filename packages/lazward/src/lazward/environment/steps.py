"""Programs that build an environment, and what they have to say while they do."""

import os
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from lazward.errors import EnvironmentUnavailable

Say = Callable[[str], None]
"""Told one line at a time what is going on."""

_TAIL = 15


def run(argv: Sequence[str], say: Say, variables: Mapping[str, str] | None = None) -> None:
    """Run a program to its end, passing on every line it prints.

    Raises:
        EnvironmentUnavailable: It failed, or cannot be run; its last lines are in the text.
    """
    tail: deque[str] = deque(maxlen=_TAIL)
    try:
        with subprocess.Popen(  # noqa: S603 - a list of words, no shell
            argv,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            close_fds=False,  # the lock of the environment that it builds; Python hands on nothing else
        ) as process:
            for line in process.stdout or ():
                tail.append(line.rstrip())
                say(line.rstrip())
    except OSError as error:
        raise EnvironmentUnavailable(f"{argv[0]} cannot be run: {error.strerror}.") from error
    if process.returncode != 0:
        raise EnvironmentUnavailable("The environment could not be built:\n" + "\n".join(tail))
