"""Showing what a job writes while it runs, and what came of it as an exit status."""

from typing import TYPE_CHECKING

from lazward.cli import output

if TYPE_CHECKING:
    from lazward.client.http import Connection
    from lazward.errors import LazwardError
    from lazward.wire.jobs import Job

INTERRUPTED = 130


def follow(at: "Connection", run_id: str) -> int:
    """Print what a job writes until it is over.

    What the script writes goes to standard output, everything else to standard error.

    Returns:
        0 if it completed, 1 if it failed or was cancelled, 130 if the person at the keyboard has seen enough.
    """
    from lazward.client.follow import Follower
    from lazward.wire.jobs import LOG

    try:
        follower = Follower(at, run_id, away=_away, changed=_changed)
        for piece in follower:
            output.text(piece.text, err=piece.log != LOG)
    except KeyboardInterrupt:
        output.note(
            f"\nThe job goes on. `lazward job stream {run_id}` follows it again, and"
            f" `lazward job cancel {run_id}` ends it."
        )
        return INTERRUPTED
    return ended(follower.job)


def ended(job: "Job") -> int:
    """Tell what came of a job; the exit status."""
    from lazward.wire.jobs import State

    for text in job.warnings:
        output.warning(text)
    if job.state == State.COMPLETED.value:
        return 0
    if job.error is None:
        output.failure(f"The job {job.run_id} is {job.state}.")
    else:
        output.failure(f"The job {job.run_id} failed ({job.error.code}): {job.error.message} {_hint(job)}")
    return 1


def _hint(job: "Job") -> str:
    from lazward.wire.jobs import BUILD_LOG

    log = f" {BUILD_LOG}" if job.error is not None and job.error.code == "Environment" else ""
    return f"`lazward job logs {job.run_id}{log}` shows what it wrote."


def _away(error: "LazwardError") -> None:
    output.note(f"{error} Waiting for it; the job goes on meanwhile.")


def _changed(job: "Job") -> None:
    output.note(f"{job.state}: {job.reason}" if job.reason else job.state)
