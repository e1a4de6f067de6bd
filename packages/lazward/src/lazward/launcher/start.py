"""Starting a launcher on this machine, for a job that runs where it was submitted."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import platformdirs

from lazward.client import jobs, trust
from lazward.client.http import Connection
from lazward.client.locate import DEFAULT_WORKSPACE
from lazward.errors import ConfigError, LazwardError
from lazward.wire.compute import LOCAL
from lazward.wire.jobs import CreatedJob

_FIRST = "1"
_FORGOTTEN = (
    "AZUREML_", "LAZWARD_RUN_ID", "LAZWARD_TOKEN", "MLFLOW_EXPERIMENT_", "MLFLOW_RUN_ID",
    "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_USERNAME",
)  # fmt: skip
"""How variables begin that say who submits, and in which run: the job has all of this for itself."""


def start(at: Connection, made: CreatedJob) -> None:
    """Start the launcher of a job that is to run on this machine; it goes on when this process has ended.

    Args:
        at: The workspace.
        made: The job; on a compute target it is started there, and nothing is done here.

    Raises:
        LazwardError: It cannot be started here; the job has failed then, rather than wait for nobody.
    """
    if made.job.compute != LOCAL:
        return
    try:
        process = _launcher(at, made.job.run_id, made.token)
    except OSError as error:
        raise _failed(
            at, made, ConfigError(f"This machine cannot start the job's launcher: {error.strerror}.")
        ) from error
    except LazwardError as error:
        raise _failed(at, made, error) from error.__cause__
    # Whoever started a process must take note of its end, or it stays in the system's list.
    threading.Thread(target=process.wait, name="lazward-launcher", daemon=True).start()


def _failed(at: Connection, made: CreatedJob, error: LazwardError) -> LazwardError:
    """The error, after the job was told of it."""
    with suppress(LazwardError):  # what was wrong first is what is to be said
        jobs.fail(at, made.job.run_id, error.message)
    return error


def _launcher(at: Connection, run_id: str, token: str | None) -> "subprocess.Popen[bytes]":
    work = (
        Path(platformdirs.user_cache_dir("lazward")) / "work"
    )  # of this user alone; each job has its folder
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = work / f"{run_id}.log"
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "lazward.launcher"],
            cwd=work,
            env=_variables(at, run_id, token, work) | {"LAZWARD_LAUNCHER_LOG": str(log)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def _variables(at: Connection, run_id: str, token: str | None, work: Path) -> dict[str, str]:
    told = {
        "LAZWARD_SERVER": at.where.server.url,
        "LAZWARD_WORKSPACE": at.where.workspace or DEFAULT_WORKSPACE,
        "LAZWARD_RUN_ID": run_id,
        "LAZWARD_ATTEMPT": _FIRST,
        "LAZWARD_TOKEN": token,
        "LAZWARD_WORK_DIR": str(work),
        "LAZWARD_CA_BUNDLE": trust.bundle(at.where.server),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FORGOTTEN)}
    return kept | {name: value for name, value in told.items() if value is not None}
