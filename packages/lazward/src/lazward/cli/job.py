"""``lazward job``: runs that Lazward executes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lazward.cli import following, options, output
from lazward.cli.output import Form

if TYPE_CHECKING:
    from lazward.wire.jobs import Job

app = typer.Typer(help="Submit, follow and cancel jobs.")

_COLUMNS = ("run_id", "name", "experiment", "compute", "state", "priority", "submitted_by", "created_at")

Id = Annotated[str, typer.Argument(help="Id of the job, which is that of its run.", metavar="ID")]
_LOG = "user_logs/std_log.txt"


@app.command()
def create(
    file: Annotated[Path, typer.Option("--file", "-f", help="The job file: YAML of a command job.")],
    overrides: Annotated[
        list[str],
        typer.Option(
            "--set", help="Change a field, such as inputs.rate=0.1; may be repeated.", metavar="PATH=VALUE"
        ),
    ] = [],  # noqa: B006 - typer copies it
    stream: Annotated[bool, typer.Option("--stream", help="Show what it writes until it is over.")] = False,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> int:
    """Submit the job that a file describes.

    With --stream the exit status is 0 if it completes, 1 if not, and 130 after Ctrl-C, which leaves it
    running.
    """
    from lazward.cli.connection import to_workspace
    from lazward.cli.submitting import submit
    from lazward.jobfile.read import read

    jobfile = read(file, overrides)
    at = to_workspace(server, workspace)
    job = submit(at, jobfile)
    if not stream:
        _show(job, form)
        return 0
    output.note(f"Submitted {job.run_id} to '{job.compute}'.")
    return following.follow(at, job.run_id)


@app.command("list")
def list_(
    compute: Annotated[str, typer.Option(help="Only those on this compute target.")] = "",
    experiment: Annotated[str, typer.Option(help="Only those of this experiment.")] = "",
    state: Annotated[
        list[str], typer.Option(help="Only those in this state, such as Running; may be repeated.")
    ] = [],  # noqa: B006 - typer copies it
    most: Annotated[int, typer.Option("--max-results", help="How many, at most.", min=1, max=1000)] = 100,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List jobs, the newest first."""
    from lazward.cli.connection import to_workspace
    from lazward.client import jobs
    from lazward.wire.jobs import SearchJobs

    message = SearchJobs(compute=compute, experiment=experiment, states=state, max_results=most)
    output.table(jobs.search(to_workspace(server, workspace), message), _COLUMNS, form)


@app.command()
def show(
    run_id: Id,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Show how a job stands, why it waits, or why it failed."""
    from lazward.cli.connection import to_workspace
    from lazward.client import jobs

    _show(jobs.get(to_workspace(server, workspace), run_id), form)


@app.command()
def stream(run_id: Id, workspace: options.Workspace = None, server: options.Server = None) -> int:
    """Show what a job writes until it is over; the exit status tells what came of it, as with create."""
    from lazward.cli.connection import to_workspace

    return following.follow(to_workspace(server, workspace), run_id)


@app.command()
def cancel(
    run_id: Id,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Cancel a job; one that is over stays as it is."""
    from lazward.cli.connection import to_workspace
    from lazward.client import jobs

    _show(jobs.cancel(to_workspace(server, workspace), run_id), form)


@app.command()
def logs(
    run_id: Id,
    name: Annotated[str, typer.Argument(help="Which log; `lazward job show` lists them.")] = _LOG,
    workspace: options.Workspace = None,
    server: options.Server = None,
) -> None:
    """Print what a log of a job holds now."""
    import codecs

    from lazward.cli.connection import to_workspace
    from lazward.client import jobs

    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for piece in jobs.whole_log(to_workspace(server, workspace), run_id, name):
        output.text(decoder.decode(piece))
    output.text(decoder.decode(b"", final=True))


@app.command()
def download(
    run_id: Id,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--download-path", "-p", help="Where to; by default a folder named by the id.", show_default=False
        ),
    ] = None,
    workspace: options.Workspace = None,
    server: options.Server = None,
) -> None:
    """Download the files of a job: its outputs, and its logs once it is over. Prints where each is."""
    from lazward.cli.connection import to_workspace
    from lazward.client import artifacts
    from lazward.client.fetch import fetch

    at = to_workspace(server, workspace)
    for one in artifacts.files(at, run_id):
        output.result(str(fetch(at, run_id, one.path, folder or Path(run_id))))


@app.command()
def update(
    run_id: Id,
    priority: Annotated[int, typer.Option(help="Higher ones go first.", min=-1000, max=1000)],
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Give a queued job another place in the queue."""
    from lazward.cli.connection import to_workspace
    from lazward.client import jobs

    _show(jobs.prioritise(to_workspace(server, workspace), run_id, priority), form)


def _show(job: "Job", form: Form) -> None:
    """All of a job for programs, and for people what they ask after."""
    if form is Form.JSON:
        output.record(job, form)
        return
    fields = (*_COLUMNS, "started_at", "ended_at", "node", "reason", "logs")
    row: dict[str, Any] = {name: getattr(job, name) for name in fields}
    row |= {"command": job.spec.command or " ".join([job.spec.script, *job.spec.arguments])}
    row |= {"environment": job.spec.environment_name, "attempt": job.attempt if job.attempt > 1 else None}
    row |= {"error": None if job.error is None else f"{job.error.code}: {job.error.message}"}
    output.record(row, form)
    for text in job.warnings:
        output.warning(text)
