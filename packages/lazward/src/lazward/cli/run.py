"""``lazward run``: runs of any kind, and submitting scripts as Azure ML's first command line does."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lazward.cli import deletable, following, options, output
from lazward.cli.output import Form
from lazward.errors import ConfigError

if TYPE_CHECKING:
    from lazward.wire.jobs import Job
    from lazward.wire.runs import Run

app = deletable.app("run", "their files and the models they made")
app.info.help = "Submit scripts; list, follow, cancel, delete, restore and purge runs."

_COLUMNS = ("run_id", "name", "status", "started_at", "ended_at")
_MORE = ("metrics", "params")
_PAGE = 1000
_HIDDEN = "mlflow."
"""Begins the names of tags that clients keep for themselves."""
_STATUSES = {
    "notstarted": "SCHEDULED",
    "queued": "SCHEDULED",
    "starting": "SCHEDULED",
    "preparing": "SCHEDULED",
    "running": "RUNNING",
    "finalizing": "RUNNING",
    "completed": "FINISHED",
    "failed": "FAILED",
    "canceled": "KILLED",
    "scheduled": "SCHEDULED",
    "finished": "FINISHED",
    "killed": "KILLED",
}

Id = Annotated[str, typer.Argument(help="Id of the run.", metavar="ID")]
Experiment = Annotated[
    str,
    typer.Option(
        "--experiment-name", "-e", help="The experiment; by default the one named like the folder here."
    ),
]


@app.command("submit-script", context_settings={"allow_interspersed_args": False})
def submit_script(
    words: Annotated[
        list[str], typer.Argument(help="The script and its arguments.", metavar="[SCRIPT [ARGUMENT]...]")
    ] = [],  # noqa: B006 - typer copies it
    configuration: Annotated[
        str,
        typer.Option(
            "--run-configuration-name", "-c", help="Name of a .runconfig file in .azureml, or its path."
        ),
    ] = "",
    experiment: Experiment = "",
    compute: Annotated[
        str,
        typer.Option("--compute-target-name", "--ct", help="Where to run; over the configuration's target."),
    ] = "",
    dependencies: Annotated[
        Path | None,
        typer.Option(
            "--conda-dependencies",
            "-d",
            help="A conda specification or requirements file, over the configuration's.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path,
        typer.Option("--source-directory", "--path", help="The folder of the project, which goes along."),
    ] = Path(),
    no_wait: Annotated[bool, typer.Option("--async", help="Do not wait until it is over.")] = False,
    metadata: Annotated[
        Path | None,
        typer.Option(
            "--output-metadata-file", "-t", help="Write what is known of the run as JSON.", show_default=False
        ),
    ] = None,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> int:
    """Submit a script and show what it writes until it is over.

    Options stand before the script; all that follows it is its own. The exit status is 0 if it completes, 1
    if not, and 130 after Ctrl-C, which leaves it running.
    """
    from lazward.cli.connection import to_workspace
    from lazward.cli.submitting import submit
    from lazward.client import jobs
    from lazward.jobfile import runconfig

    given = runconfig.Submission(
        folder=folder,
        experiment=experiment or _here(folder),
        configuration=configuration,
        compute=compute,
        dependencies=dependencies,
        words=words,
    )
    jobfile = runconfig.read(given)
    at = to_workspace(server, workspace)
    job = submit(at, jobfile)
    _write(metadata, job)
    if no_wait:
        output.record({"run_id": job.run_id} if form is Form.TABLE else job, form)
        return 0
    output.note(f"Submitted {job.run_id} to '{job.compute}'.")
    status = following.follow(at, job.run_id)
    if metadata is not None and status != following.INTERRUPTED:
        _write(metadata, jobs.get(at, job.run_id))
    return status


@app.command()
def cancel(run_id: Id, workspace: options.Workspace = None, server: options.Server = None) -> None:
    """Cancel a run that Lazward executes; one that is over stays as it is."""
    from lazward.cli.connection import to_workspace
    from lazward.client import jobs

    output.result(jobs.cancel(to_workspace(server, workspace), run_id).state)


@app.command("monitor-logs")
def monitor_logs(run_id: Id, workspace: options.Workspace = None, server: options.Server = None) -> int:
    """Show what a run writes until it is over; the same as `lazward job stream`."""
    from lazward.cli.connection import to_workspace

    return following.follow(to_workspace(server, workspace), run_id)


@app.command("download-logs")
def download_logs(
    run_id: Id,
    folder: Annotated[Path, typer.Option("--output-dir", "-d", help="Where to.")],
    workspace: options.Workspace = None,
    server: options.Server = None,
) -> None:
    """Download the logs of a run as they are now, and print where each is."""
    from lazward.cli.connection import to_workspace
    from lazward.client import jobs
    from lazward.client.fetch import fetch_log

    at = to_workspace(server, workspace)
    for name in jobs.get(at, run_id).logs:
        output.result(str(fetch_log(at, run_id, name, folder)))


@app.command()
def show(
    run_id: Id,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Show a run: its status, latest metrics, params and tags."""
    from lazward.cli.connection import to_workspace
    from lazward.client import runs

    _show(runs.get(to_workspace(server, workspace), run_id), form)


@app.command("list")
def list_(
    experiment: Experiment = "",
    last: Annotated[int, typer.Option(help="How many, at most.", min=1, max=50_000)] = 10,
    status: Annotated[str, typer.Option(help="Only those of this status, such as Completed.")] = "",
    tags: Annotated[
        list[str],
        typer.Option(
            help="Only those with this tag, or this value of it; may be repeated.", metavar="NAME[=VALUE]"
        ),
    ] = [],  # noqa: B006 - typer copies it
    minimal: Annotated[bool, typer.Option("--minimal", help="Without metrics, params and tags.")] = False,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List the runs of an experiment, the newest first."""
    from lazward.cli.connection import to_workspace
    from lazward.client import experiments, runs
    from lazward.wire.runs import SearchRuns

    wanted = _filter(status, tags)
    at = to_workspace(server, workspace)
    found = experiments.get_by_name(at, experiment or _here(Path()))
    message = SearchRuns(
        [found.experiment_id], wanted, max_results=min(last, _PAGE), order_by=["attributes.start_time DESC"]
    )
    rows = [_row(run, minimal=minimal) for run in islice(runs.search(at, message), last)]
    output.table(rows, _COLUMNS if minimal else (*_COLUMNS, *_MORE), form)


def _here(folder: Path) -> str:
    return folder.absolute().resolve().name or "default"


def _filter(status: str, tags: list[str]) -> str:
    parts: list[str] = []
    if status:
        known = _STATUSES.get(status.lower())
        if known is None:
            names = ", ".join(name.capitalize() for name in _STATUSES)
            raise ConfigError(f"There is no status '{status}'; there are {names}.")
        parts.append(f"attributes.status = '{known}'")
    for tag in tags:
        name, sign, value = tag.partition("=")
        if not name:
            raise ConfigError(f"'{tag}' is no tag; write --tags NAME or --tags NAME=VALUE.")
        key = f"tags.{_in_quotes(name, '`', chr(34))}"
        parts.append(f"{key} = {_in_quotes(value, chr(39), chr(34))}" if sign else f"{key} IS NOT NULL")
    return " AND ".join(parts)


def _in_quotes(text: str, *marks: str) -> str:
    mark = next((mark for mark in marks if mark not in text), None)
    if mark is None:
        raise ConfigError(f"The tag {text!r} holds every quotation mark there is and cannot be searched for.")
    return f"{mark}{text}{mark}"


def _row(run: "Run", *, minimal: bool = False) -> dict[str, Any]:
    row: dict[str, Any] = {
        "run_id": run.info.run_id,
        "name": run.info.run_name,
        "experiment_id": run.info.experiment_id,
        "status": run.info.status,
        "started_at": run.info.start_time,
        "ended_at": run.info.end_time,
    }
    if not minimal:
        row["metrics"] = {one.key: one.value for one in run.data.metrics}
        row["params"] = {one.key: one.value for one in run.data.params}
        row["tags"] = {one.key: one.value for one in run.data.tags}
    return row


def _show(run: "Run", form: Form) -> None:
    row = _row(run)
    if form is Form.TABLE:
        row["tags"] = {name: value for name, value in row["tags"].items() if not name.startswith(_HIDDEN)}
    output.record(row, form)


def _write(file: Path | None, job: "Job") -> None:
    """Write what scripts around the command line look for, under the names that they know."""
    if file is None:
        return
    import msgspec

    told = {
        "runId": job.run_id,
        "experimentName": job.experiment,
        "runName": job.name,
        "target": job.compute,
        "status": job.state,
        "error": None if job.error is None else {"code": job.error.code, "message": job.error.message},
    }
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    except OSError as error:
        raise ConfigError(
            f"The run {job.run_id} is submitted, but {file} cannot be written: {error.strerror}."
        ) from error
