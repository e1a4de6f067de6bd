"""How a run stands, in the original's words."""

import json
from datetime import datetime, timezone
from typing import Any

from lazward.wire.jobs import Job, Problem
from lazward.wire.runs import Run, RunStatus

COMPLETED, FAILED, CANCELED = "Completed", "Failed", "Canceled"
ENDS = (COMPLETED, FAILED, CANCELED)
RUNTYPE = "azureml.runtype"
SCRIPTRUN = "azureml.scriptrun"
PARENT = "mlflow.parentRunId"
NOTE = "mlflow.note.content"

STATUSES = {
    RunStatus.SCHEDULED.value: "NotStarted",
    RunStatus.RUNNING.value: "Running",
    RunStatus.FINISHED.value: COMPLETED,
    RunStatus.FAILED.value: FAILED,
    RunStatus.KILLED.value: CANCELED,
}
_HIDDEN = ("mlflow.", "azureml.")


def status(run: Run, job: Job | None) -> str:
    """The state of a job, or what corresponds to MLflow's status."""
    return job.state if job is not None else end(run) or STATUSES.get(run.info.status, run.info.status)


def end(run: Run) -> str | None:
    """How a run ended; None while it has not. A job and its run end together."""
    state = STATUSES.get(run.info.status)
    return state if state in ENDS else None


def all_tags(run: Run) -> dict[str, str]:
    """The tags, those of MLflow's and our own among them."""
    return {tag.key: tag.value for tag in run.data.tags}


def tags(run: Run) -> dict[str, str | None]:
    """The tags that users set; an empty one has no value."""
    return {key: value or None for key, value in all_tags(run).items() if not key.startswith(_HIDDEN)}


def details(
    run: Run, job: Job | None, properties: dict[str, str], logs: dict[str, str], error: dict[str, Any] | None
) -> dict[str, Any]:
    """What ``get_details`` tells.

    Args:
        run: The run.
        job: Its job, if it has one.
        properties: Its properties.
        logs: Its logs.
        error: Why it failed, where a script told so of a run of its own.
    """
    started = run.info.start_time if job is None else job.started_at
    ended = run.info.end_time if job is None else job.ended_at
    known: dict[str, Any] = {
        "runId": run.info.run_id,
        "target": "sdk" if job is None else job.compute,
        "status": status(run, job),
        "startTimeUtc": time(started),
        "endTimeUtc": time(ended),
        "error": error if job is None or job.error is None else problem(job.error),
        "warnings": [{"source": "run", "message": text} for text in job.warnings] if job else None,
        "properties": properties,
        "inputDatasets": [],
        "outputDatasets": [],
        "runDefinition": None if job is None else definition(job),
        "logFiles": logs,
        "submittedBy": run.info.user_id if job is None else job.submitted_by,
    }
    optional = ("startTimeUtc", "endTimeUtc", "error", "warnings", "runDefinition")
    return {key: value for key, value in known.items() if value or key not in optional}


def definition(job: Job) -> dict[str, Any]:
    """The run definition: as it was submitted, or of what is known of a job that another client submitted."""
    if job.definition:
        return job.definition
    spec = job.spec
    return {
        "script": spec.script or None,
        "command": spec.command or None,
        "arguments": spec.arguments,
        "target": job.compute,
        "nodeCount": spec.node_count,
        "environmentVariables": spec.variables,
        "maxRunDurationSeconds": spec.max_seconds,
    }


def problem(found: Problem) -> dict[str, Any]:
    """Why a job failed."""
    told: dict[str, Any] = {"code": found.code, "message": found.message}
    if found.exit_code is not None:
        told["exitCode"] = found.exit_code
    if found.log_tail:
        told["logTail"] = found.log_tail
    return {"error": told}


def as_text(error: Any) -> str:
    """An error as it is printed."""
    return error if isinstance(error, str) else json.dumps(error, indent=4, default=str)


def time(milliseconds: int | None) -> str | None:
    """A time as ``get_details`` has it."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
