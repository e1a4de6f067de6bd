"""Messages about jobs: runs that Lazward executes, below ``/api/v1``.

A job and its run are one thing with one id. States are those that ``azureml`` knows; ``STATUSES`` tells
which of MLflow's five a run has meanwhile.
"""

import re
from enum import Enum
from typing import Annotated, Any

import msgspec

from lazward.wire.base import Answer, KeyValue, Request, Text
from lazward.wire.environments import EnvironmentSpec
from lazward.wire.runs import RunStatus
from lazward.wire.snapshots import Sha256

LOG = "user_logs/std_log.txt"
"""What the script writes to standard output and standard error."""
OLD_LOG = "azureml-logs/70_driver_log.txt"
"""The name that ``LOG`` had in 2019; it still answers to it."""
BUILD_LOG = "azureml-logs/20_image_build_log.txt"
"""What making the environment has to say."""

_RANK_LOG = re.compile(r"user_logs/std_log_process_[0-9]{2,8}\.txt", re.ASCII)


def rank_log(rank: int) -> str:
    """The log of one of a job's processes, where it has several; that of the first is ``LOG``."""
    return f"user_logs/std_log_process_{rank:02d}.txt"


def is_rank_log(name: str) -> bool:
    """Whether a name is one that ``rank_log`` gives."""
    return _RANK_LOG.fullmatch(name) is not None


MOST_SECONDS = 30 * 86_400
"""A job runs so long at most where nothing else is asked for; Azure ML's own limit."""


class State(Enum):
    """Where a job stands."""

    QUEUED = "Queued"
    STARTING = "Starting"
    PREPARING = "Preparing"
    RUNNING = "Running"
    FINALIZING = "Finalizing"
    COMPLETED = "Completed"
    FAILED = "Failed"
    CANCELED = "Canceled"

    @property
    def over(self) -> bool:
        """Whether nothing changes any more."""
        return self in ENDS


ENDS = (State.COMPLETED, State.FAILED, State.CANCELED)
CANCEL_REQUESTED = "CancelRequested"
"""What is shown instead while a job is being cancelled."""

STATUSES = {
    State.QUEUED: RunStatus.SCHEDULED,
    State.STARTING: RunStatus.SCHEDULED,
    State.PREPARING: RunStatus.SCHEDULED,
    State.RUNNING: RunStatus.RUNNING,
    State.FINALIZING: RunStatus.RUNNING,
    State.COMPLETED: RunStatus.FINISHED,
    State.FAILED: RunStatus.FAILED,
    State.CANCELED: RunStatus.KILLED,
}
"""What MLflow's clients see of a state."""


ShmSize = Annotated[str, msgspec.Meta(pattern=r"^(\d{1,15}[bkmg]?)?$(?!\n)")]
"""Bytes of shared memory, or so many of the unit that a letter behind them names, as Docker writes it."""


class JobSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be run: a script with arguments, or a line for the shell.

    Attributes:
        script: Path of a Python script in the snapshot.
        arguments: Its arguments, each as it is.
        command: The line for the shell, in place of both.
        snapshot_id: The files it starts with; None for an empty folder.
        environment: What it runs in.
        environment_name: The registered name and version of that, ``NAME:VERSION``; "" for none.
        variables: Environment variables, over those of the environment.
        node_count: Machines.
        processes_per_node: Processes on each.
        distribution: What joins them: "", ``mpi`` or ``pytorch``.
        shm_size: Shared memory of its container, such as ``2g``; "" for what the engine gives.
        max_seconds: How long it may run.
        retries: How often it is started again when its node is lost.
        watched: Folders whose files become artifacts while it runs.
        watched_files: Files of which the same is true; what else lies beside them is not kept.
    """

    script: str = ""
    arguments: list[str] = []
    command: str = ""
    snapshot_id: Sha256 | None = None
    environment: EnvironmentSpec = EnvironmentSpec()
    environment_name: str = ""
    variables: dict[str, str] = {}
    node_count: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    processes_per_node: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    distribution: str = ""
    shm_size: ShmSize = ""
    max_seconds: Annotated[int, msgspec.Meta(ge=1, le=MOST_SECONDS)] = MOST_SECONDS
    retries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 1
    watched: list[str] = msgspec.field(default_factory=lambda: ["outputs", "logs"])
    watched_files: list[str] = []


class CreateJob(Request, frozen=True, kw_only=True):
    """A job to queue.

    Attributes:
        experiment: Name of its experiment, which is made if need be.
        compute: Name of a compute target, or ``local`` for the machine that submits.
        spec: What is to be run.
        name: Name of the run; a random one by default.
        description: Markdown about it.
        parent_run_id: The run whose child it is.
        tags: Tags of the run.
        properties: Tags that never change.
        definition: The client's own description of it, carried along: what ``get_details`` reads back.
        priority: Higher ones go first.
    """

    experiment: Text
    compute: Text
    spec: JobSpec
    name: str = ""
    description: str = ""
    parent_run_id: str | None = None
    tags: list[KeyValue] = []
    properties: dict[str, str] = {}
    definition: dict[str, Any] = {}
    priority: Annotated[int, msgspec.Meta(ge=-1000, le=1000)] = 0


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a job failed.

    Attributes:
        code: One word for programs: ``ExitCode``, ``Killed``, ``Environment``, ``OutOfMemory``,
            ``TimeLimit``, ``NodeLost``, ``DiskFull``, ``Snapshot``, ``Start``, ``ComputeDeleted``,
            ``Launcher``, ``Failed`` for what somebody marked so.
        message: What happened and what to do.
        exit_code: The script's exit status, where it had one.
        log_tail: The last lines it wrote.
    """

    code: str
    message: str
    exit_code: int | None = None
    log_tail: str = ""


class Job(Answer):
    """A job as it stands. Times are milliseconds since the epoch.

    Attributes:
        run_id: Its run.
        experiment_id: The run's experiment.
        experiment: That one's name.
        name: The run's name.
        compute: Where it runs.
        state: A ``State``, or ``CancelRequested`` while it is being cancelled.
        spec: What is run.
        definition: See ``CreateJob``.
        properties: See ``CreateJob``.
        priority: See ``CreateJob``.
        submitted_by: Who submitted it.
        created_at: When it was queued.
        started_at: When its script began.
        ended_at: When it ended.
        attempt: How often it was started.
        node: On which node of its target.
        reason: Why it waits, while it does.
        position: Its place in the queue of its target, from 1, while it waits there.
        expected_at: When its engine expects it to begin, while it waits there and where that tells.
        error: Why it failed.
        warnings: What was odd and did not stop it.
        logs: Names of its logs.
        log_links: For each of these, and for the older name of ``LOG``, the path below the server's address
            at which whoever has it reads the log within the next hour, without a token.
    """

    run_id: str
    experiment_id: str
    experiment: str
    name: str
    compute: str
    state: str
    spec: JobSpec
    submitted_by: str
    created_at: int
    attempt: int
    priority: int = 0
    description: str = ""
    definition: dict[str, Any] = {}
    properties: dict[str, str] = {}
    parent_run_id: str | None = None
    started_at: int | None = None
    ended_at: int | None = None
    node: str | None = None
    reason: str | None = None
    position: int | None = None
    expected_at: int | None = None
    error: Problem | None = None
    warnings: list[str] = []
    logs: list[str] = []
    log_links: dict[str, str] = {}


class CreatedJob(Answer):
    """A job just queued.

    Attributes:
        job: The job.
        token: What its launcher shows, where the submitter starts it: on ``local``.
    """

    job: Job
    token: str | None = None


class SearchJobs(Request, frozen=True, kw_only=True):
    """Which jobs to list, newest first.

    Attributes:
        compute: Those on this target.
        experiment: Those of this experiment.
        environment: Those submitted with this registered environment: ``NAME``, or ``NAME:VERSION``.
        states: Those in one of these states.
        max_results: How many at most.
        before: Those that are older than the job with this run id: the last of one answer asks for the next.
    """

    compute: str = ""
    experiment: str = ""
    environment: str = ""
    states: list[str] = []
    max_results: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    before: str | None = None


class Jobs(msgspec.Struct, frozen=True):
    jobs: list[Job]


class Order(Answer):
    """What the launcher of a job is to do.

    Attributes:
        job: The job.
        artifact_uri: Where the run's artifacts lie.
        cpus: Processors it may use; None for all.
        memory_bytes: Memory it may use; None for all.
        logs: Bytes that each log has already, of earlier attempts.
        workspace_id: The workspace's number.
        resource_group: The name of its group.
        token_expires_at: Until when the launcher's token lives, in milliseconds since the epoch.
    """

    job: Job
    artifact_uri: str
    cpus: int | None = None
    memory_bytes: int | None = None
    logs: dict[str, int] = {}
    workspace_id: int = 1
    resource_group: str = "default"
    token_expires_at: int | None = None


class BeginJob(Request, frozen=True):
    """A launcher that takes its job over; ``attempt`` is which start of it this is."""

    attempt: int


class JoinJob(Request, frozen=True):
    """A launcher on a further node of a job, of the start that ``attempt`` is."""

    attempt: int


class UpdateJob(Request, frozen=True):
    """Another place in the queue."""

    priority: Annotated[int, msgspec.Meta(ge=-1000, le=1000)]


class FailJob(Request, frozen=True):
    """Why a job is to count as failed."""

    message: str = ""


class Report(Request, frozen=True, kw_only=True):
    """What a launcher tells: that it lives, and how the job stands if that changed.

    Attributes:
        state: How it stands; None for as before.
        error: Why it failed.
        warnings: What was odd about it.
        attempt: Which start of the job the launcher is; None for whichever there is.
        ran_ms: How long ago the script began, by a clock of the launcher's own machine.
    """

    state: State | None = None
    error: Problem | None = None
    warnings: list[str] = []
    attempt: int | None = None
    ran_ms: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Reply(Answer):
    """What the server answers a launcher: whether to stop."""

    cancel: bool = False


MOST_READ = 4 * 2**20
"""Bytes of a log that one request reads."""


class ReadLog(Request, frozen=True):
    """Where to begin to read a log, in bytes, and how many at most."""

    offset: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Annotated[int, msgspec.Meta(ge=0, le=MOST_READ)] = MOST_READ


class FindInLog(Request, frozen=True):
    """What to look for in a log.

    Attributes:
        name: The log.
        text: The text, in letters of either case where they are ASCII.
        offset: The byte from which on to look.
    """

    name: Text
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    offset: Annotated[int, msgspec.Meta(ge=0)] = 0


class LogMatches(Answer, omit_defaults=False):
    """Where a text stands in a log.

    Attributes:
        count: How often it was found.
        offsets: The bytes at which it begins, of the first 10,000.
        end: The byte up to which was looked: the next question begins there.
        size: Bytes of the log; where ``end`` is less, there is more to look through.
    """

    count: int
    offsets: list[int]
    end: int
    size: int


class OpenLog(Request, frozen=True):
    """What a link to a log shows: until when it holds, and the signature of that."""

    until: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    key: Text
