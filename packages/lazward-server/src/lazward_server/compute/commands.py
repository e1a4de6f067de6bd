"""Running programs where a target is driven from: the server's own machine, or one it connects to."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from lazward.errors import Unavailable


class Ran(NamedTuple):
    """What came of a program.

    Attributes:
        exit_code: Its exit status; negative for the number of the signal that ended it.
        stdout: What it printed.
        stderr: What it complained of.
    """

    exit_code: int
    stdout: bytes
    stderr: bytes

    @property
    def complaint(self) -> str:
        """What it complained of, as one line of text that can be shown."""
        return " ".join(self.stderr.decode("utf-8", "replace").split())[:500]


class Commands(Protocol):
    """A place where programs can be run."""

    def run(self, argv: Sequence[str], stdin: bytes = b"", seconds: float = 30) -> Ran:
        """Run a program to its end. Blocks, and may be called from several threads.

        Args:
            argv: Its words, which arrive as they are: no shell makes anything of them.
            stdin: What it reads.
            seconds: After which it is ended.

        Raises:
            Unavailable: It could not be started, did not end in time, or the way to the place was lost;
                the text says which, and where.
        """
        ...

    def close(self) -> None:
        """Let go what is held; what runs is ended with ``Unavailable``."""
        ...


class Here(Commands):
    """On the server's own machine.

    Args:
        variables: The environment of all programs; None for the server's own.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = None if variables is None else dict(variables)

    def run(self, argv: Sequence[str], stdin: bytes = b"", seconds: float = 30) -> Ran:
        """See ``Commands``."""
        try:
            process = subprocess.Popen(  # noqa: S603 - never a shell
                list(argv),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._variables,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise Unavailable(f"{argv[0]!r} cannot be run on the server's machine: {why}.") from error
        return self._finish(process, argv, stdin, seconds)

    def _finish(
        self, process: "subprocess.Popen[bytes]", argv: Sequence[str], stdin: bytes, seconds: float
    ) -> Ran:
        try:
            stdout, stderr = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise Unavailable(
                f"{argv[0]!r} on the server's machine did not end within {seconds:g} seconds."
            ) from None
        return Ran(process.returncode, stdout, stderr)

    def close(self) -> None:
        """See ``Commands``: nothing is held."""


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program with what it started."""
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        process.kill()
    process.communicate()
