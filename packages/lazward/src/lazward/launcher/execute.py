"""Running the script of a job to its end, whichever that is."""

import signal
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from lazward.environment.containers import Call
from lazward.launcher.family import Family
from lazward.launcher.heart import Heart
from lazward.launcher.logs import Log
from lazward.launcher.starving import kills
from lazward.wire.jobs import Order, Problem, State

_LOOK = 0.05
_MEASURE = 1.0
"""Seconds between two looks at whether it has ended, and at what memory it takes."""
_SHELL_SIGNAL = 128
"""What a shell adds to the number of the signal that has ended its command."""
_STARVED = (
    "The script was ended by SIGKILL, since its machine has run out of memory. Use less data at a time, or a"
    " machine that has more."
)
_KILLED = (
    "The script was ended by SIGKILL, which somebody on its machine sent, or it did itself. As far as the"
    " kernel tells, the machine has not run out of memory."
)


class Outcome(NamedTuple):
    """What came of a job.

    Attributes:
        state: One of the ends.
        error: Why it failed.
    """

    state: State
    error: Problem | None = None


def execute(
    order: Order,
    program: Call,
    folder: Path,
    log: Log,
    heart: Heart,
    cores: Collection[int] | None = None,
) -> Outcome:
    """Run a command in the job's folder until it ends, somebody wants it to, or it takes too much.

    Args:
        order: The job.
        program: The command.
        folder: Where it runs.
        log: What it writes.
        heart: Tells whether somebody wants it to end.
        cores: Processors that it is kept to; None for all.
    """
    spec, ended_before = order.job.spec, kills()
    try:
        family = Family(program.words, folder, program.variables, log.handle, cores)
    except OSError as error:
        return Outcome(State.FAILED, Problem("Start", f"{program.words[0]} cannot be run: {error.strerror}."))
    deadline, measure = time.monotonic() + spec.max_seconds, 0.0
    try:
        while (status := family.poll()) is None:
            now = time.monotonic()
            if heart.stop.is_set():
                return Outcome(State.CANCELED)
            if now > deadline:
                return _failed(log, "TimeLimit", f"The job ran for longer than {spec.max_seconds} seconds.")
            if now > measure and order.memory_bytes is not None:
                measure = now + _MEASURE
                limit = order.memory_bytes
                if family.memory() > limit and family.exact_memory() > limit:
                    return _failed(log, "OutOfMemory", _too_much(limit))
            time.sleep(_LOOK)
    finally:
        family.end()
    return _judged(status, log, starved=kills() > ended_before)


def _judged(status: int, log: Log, *, starved: bool) -> Outcome:
    """What an exit status means.

    Args:
        status: As Python has it: below zero for a signal.
        log: What the script wrote.
        starved: Whether the kernel has ended something meanwhile, since there was no memory.
    """
    if status == 0:
        return Outcome(State.COMPLETED)
    number = -status if status < 0 else status - _SHELL_SIGNAL
    if number == signal.SIGKILL:
        code, why = ("OutOfMemory", _STARVED) if starved else ("Killed", _KILLED)
        return _failed(log, code, why, status)
    if status < 0:
        name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
        return _failed(log, "ExitCode", f"The script was ended by {name}.", status)
    return _failed(log, "ExitCode", f"The script ended with exit code {status}.", status)


def _failed(log: Log, code: str, message: str, status: int | None = None) -> Outcome:
    return Outcome(State.FAILED, Problem(code, message, status, log.tail()))


def _too_much(limit: int) -> str:
    return (
        f"The job took more memory than its node has, {limit / 2**30:.1f} GiB, and was ended. Use a target of"
        " a larger size, or less data at a time."
    )
