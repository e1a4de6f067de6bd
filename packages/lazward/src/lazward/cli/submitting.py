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
    from lazward.client import jobs
    from lazward.errors import LazwardError
    from lazward.jobfile import submission
    from lazward.launcher.start import start
    from lazward.wire.compute import LOCAL

    created = submission.submit(at, jobfile, output.warning)
    if created.job.compute == LOCAL:
        try:
            start(at, created.job.run_id, created.token)
        except LazwardError as error:
            jobs.fail(at, created.job.run_id, error.message)
            raise
    return created.job
