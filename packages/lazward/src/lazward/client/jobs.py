"""Jobs of a workspace: for who submits them, and for their launchers."""

from collections.abc import Iterator
from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.wire.base import Ask
from lazward.wire.jobs import (
    BeginJob,
    CreatedJob,
    CreateJob,
    FailJob,
    Job,
    Jobs,
    JoinJob,
    Order,
    Reply,
    Report,
    SearchJobs,
    UpdateJob,
)

_PATH = V1 + "jobs"


def create(at: Connection, message: CreateJob) -> CreatedJob:
    """Queue a job and make its run.

    Raises:
        NotFound: There is no such compute target.
        InvalidRequest: The job makes no sense, or the target cannot run it.
    """
    return at.post(_PATH, message, CreatedJob)


def get(at: Connection, run_id: str) -> Job:
    """How a job stands.

    Raises:
        NotFound: The run is none of a job.
    """
    return at.get(_at(run_id), Job)


def search(at: Connection, message: SearchJobs) -> list[Job]:
    """Jobs, the newest first."""
    return at.get(_PATH, Jobs, message).jobs


def cancel(at: Connection, run_id: str) -> Job:
    """Cancel a job; one that is over stays as it is."""
    return at.post(_at(run_id) + "/cancel", Ask(), Job)


def fail(at: Connection, run_id: str, message: str = "") -> Job:
    """Let a job fail that is not over."""
    return at.post(_at(run_id) + "/fail", FailJob(message), Job)


def prioritise(at: Connection, run_id: str, priority: int) -> Job:
    """Let a queued job go before those of lower priority."""
    return at.ask("PATCH", _at(run_id), Job, UpdateJob(priority))


def read_log(at: Connection, run_id: str, name: str, offset: int = 0) -> bytes:
    """What a log holds from an offset on, some megabytes at most; nothing at its end."""
    return at.send("GET", log_path(run_id, name), params={"offset": offset}).content


def whole_log(at: Connection, run_id: str, name: str) -> Iterator[bytes]:
    """All that a log holds now, piece by piece."""
    offset = 0
    while piece := read_log(at, run_id, name, offset):
        yield piece
        offset += len(piece)


def log_path(run_id: str, name: str) -> str:
    """Where a log is, below the workspace's address."""
    return f"{_at(run_id)}/logs/{quote(name)}"


def begin(at: Connection, run_id: str, attempt: int) -> Order:
    """Take a job over, as its launcher.

    Raises:
        InvalidState: It is over, is being cancelled, or another launcher has it.
    """
    return at.post(_at(run_id) + "/begin", BeginJob(attempt), Order)


def join(at: Connection, run_id: str, attempt: int) -> Order:
    """What a job is, for a launcher on a further node of it.

    Raises:
        InvalidState: It is over, or another attempt of it has begun.
    """
    return at.post(_at(run_id) + "/join", JoinJob(attempt), Order)


def report(at: Connection, run_id: str, message: Report) -> bool:
    """Tell how a job stands, as its launcher; whether to stop."""
    return at.post(_at(run_id) + "/report", message, Reply).cancel


def append_log(at: Connection, run_id: str, name: str, offset: int, content: bytes) -> None:
    """Send a part of a log, as the launcher; the same part may be sent again."""
    at.send("PUT", f"{log_path(run_id, name)}", params={"offset": offset}, content=content)


def _at(run_id: str) -> str:
    return f"{_PATH}/{quote(run_id, safe='')}"
