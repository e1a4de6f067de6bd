"""Saying in words that people can use what Slurm tells of a job, with Slurm's own words in them."""

import re
from datetime import UTC, datetime

from lazward.wire.jobs import Problem
from lazward_server.compute.engine import Wait
from lazward_server.compute.slurm import states
from lazward_server.compute.slurm.listing import Row

_MEMORY = re.compile(r"exceeded (job |step )?memory limit|oom[-_ ]kill", re.IGNORECASE)
_SLURM = re.compile(r"^(slurmstepd|srun|slurmd)[^:]*: (error: )?", re.MULTILINE)
_LONGEST = 600


def wait(row: Row) -> Wait:
    """Why a job waits in Slurm's queue, and when it is expected to start."""
    reason = row.reason or row.state
    meaning = states.REASONS.get(re.split(r"[ ,(]", reason, maxsplit=1)[0], "")
    text = f"It waits in Slurm's queue: {reason}{f' ({meaning})' if meaning else ''}."
    if row.start_at is not None:
        text += f" Slurm expects to start it at {_shown(row.start_at)}."
    return Wait(text, None if row.start_at is None else row.start_at * 1000)


def _shown(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def problem(number: str, row: Row | None, printed: str) -> Problem:
    """What Slurm says of a job whose launcher is gone without a word.

    Args:
        number: The job's.
        row: What Slurm knows; None for nothing.
        printed: The last that was printed on its node.
    """
    if row is None:
        said = f"Slurm knows no job {number} any more: it was forgotten, or the cluster was set up anew."
        return Problem(states.NODE_LOST, _with(said, printed))
    state = states.base(row.state)
    code = states.MEMORY if state == "FAILED" and _MEMORY.search(printed) else states.code(row.state)
    return Problem(code, _with(_said(number, row), printed))


def _said(number: str, row: Row) -> str:
    meaning = states.meaning(row.state)
    details = [f"reason {row.reason}"] if row.reason else []
    details += [f"exit code {row.exit_code}"] if row.exit_code else []
    details += [f"on {row.nodes}"] if row.nodes else []
    explained = f", {meaning}" if meaning else ""
    more = f" ({', '.join(details)})" if details else ""
    return f"Slurm says of its job {number}: {row.state}{explained}{more}."


def _with(said: str, printed: str) -> str:
    """With the last that was printed, which may tell a missing program from a lost node."""
    words = " ".join(_SLURM.sub("", printed).split())[-_LONGEST:]
    return f"{said} Printed last: {words}" if words else said
