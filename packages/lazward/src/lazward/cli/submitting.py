"""Submitting a job from here; on ``local`` its launcher is started as well."""

from typing import TYPE_CHECKING

from lazward.cli import output

if TYPE_CHECKING:
    from lazward.client.http import Connection
    from lazward.jobfile.submission import JobFile
    from lazward.wire.jobs import Job


def submit(at: "Connection", jobfile: "JobFile") -> "Job":
    """Submit a job, and start it if it is to run on this machine.

    Raises:
        LazwardError: It cannot be submitted or started; then no job is left waiting.
    """
    from lazward.jobfile import submission
    from lazward.launcher.start import start

    created = submission.submit(at, jobfile, output.warning)
    start(at, created)
    return created.job
