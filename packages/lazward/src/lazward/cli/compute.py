"""``lazward compute``: the compute targets of a workspace, on which jobs run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lazward.cli import attaching, options, output, targets
from lazward.cli.output import Form
from lazward.errors import ConfigError

if TYPE_CHECKING:
    from lazward.wire.compute import ComputeTarget

app = typer.Typer(help="Make, attach, list, change, examine and delete compute targets.")
app.command()(attaching.attach)
app.command()(attaching.doctor)

_COLUMNS = ("name", "kind", "size", "min_nodes", "max_nodes", "nodes", "queued", "state")
_NODES = ("number", "state", "run_id", "since_at")
_SIZES = ("name", "cpus", "memory_bytes", "gpus")

Name = Annotated[str, typer.Argument(help="Name of the target.")]
NewName = Annotated[str, typer.Argument(help="2 to 24 letters, digits and '-', a letter first.")]
Description = Annotated[str | None, typer.Option(help="What it is for.", show_default=False)]
_MIN = "Nodes that are kept without a job."
_MAX = "Nodes that there are at most, each for one job."
_IDLE = "How long a node is kept without a job, in seconds."


@app.command()
def create(
    name: NewName,
    kind: Annotated[
        str, typer.Option("--kind", help="What runs its jobs; a kind that the server has.")
    ] = "cluster",
    size: Annotated[
        str, typer.Option("--size", "--vm-size", "-s", help="What a node has: a name of `compute sizes`.")
    ] = "",
    min_nodes: Annotated[int, typer.Option("--min-nodes", "--min-instances", help=_MIN, min=0)] = 0,
    max_nodes: Annotated[int, typer.Option("--max-nodes", "--max-instances", help=_MAX, min=1)] = 1,
    idle_seconds: Annotated[int, typer.Option(help=_IDLE, min=0)] = 1800,
    description: Description = None,
    tag: options.Tags = [],  # noqa: B006 - typer copies it
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Make a compute target; by default a cluster on the server's own machine."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute
    from lazward.wire.compute import CreateCompute

    message = CreateCompute(
        name=name,
        kind=kind,
        size=size,
        min_nodes=min_nodes,
        max_nodes=max_nodes,
        idle_seconds=idle_seconds,
        description=description or "",
        tags=options.tags(tag),
    )
    made = compute.create(to_workspace(server, workspace), message)
    _warn_of_size(size, made)
    targets.show(made, form)


def _warn_of_size(asked: str, made: "ComputeTarget") -> None:
    if not made.size_known:
        output.warning(
            f"'{asked}' is no size that has figures of its own; a node has {made.size.cpus} processor(s) and"
            f" {output.size(made.size.memory_bytes)}. `lazward compute sizes` lists those that have."
        )


@app.command("list")
def list_(
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List the compute targets, with how many nodes they have in each state."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute

    found = compute.search(to_workspace(server, workspace))
    if form is Form.JSON:
        output.table(found, _COLUMNS, form)
        return
    output.table([targets.row(one) for one in found], _COLUMNS, form)


@app.command()
def show(
    name: Name,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Show a compute target."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute

    targets.show(compute.get(to_workspace(server, workspace), name), form)


@app.command()
def update(
    name: Name,
    min_nodes: Annotated[
        int | None, typer.Option("--min-nodes", "--min-instances", help=_MIN, min=0, show_default=False)
    ] = None,
    max_nodes: Annotated[
        int | None, typer.Option("--max-nodes", "--max-instances", help=_MAX, min=1, show_default=False)
    ] = None,
    idle_seconds: Annotated[int | None, typer.Option(help=_IDLE, min=0, show_default=False)] = None,
    description: Description = None,
    tag: options.Tags = [],  # noqa: B006 - typer copies it
    server_url: Annotated[
        str | None,
        typer.Option(help="The server's address as its nodes see it.", metavar="URL", show_default=False),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(help="File with all settings of its kind, as `show` has them.", show_default=False),
    ] = None,
    secret: Annotated[
        list[str], typer.Option("--secret", help="A secret of its kind, from a file.", metavar="NAME=FILE")
    ] = [],  # noqa: B006 - typer copies it
    no_tags: Annotated[bool, typer.Option("--no-tags", help="Take all tags away.")] = False,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Change settings; what is left out stays. Tags take the place of all it had."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute
    from lazward.wire.compute import UpdateCompute

    tags = options.tags(tag)
    if tags and no_tags:
        raise ConfigError("Give either --tag or --no-tags.")
    message = UpdateCompute(
        min_nodes=min_nodes,
        max_nodes=max_nodes,
        idle_seconds=idle_seconds,
        description=description,
        tags=tags if tags or no_tags else None,
        server_url=server_url,
        settings=None if settings is None else attaching.settings_in(settings),
        secrets=attaching.secrets_in(secret),
    )
    targets.show(compute.update(to_workspace(server, workspace), name, message), form)


@app.command()
def delete(name: Name, workspace: options.Workspace = None, server: options.Server = None) -> None:
    """Delete a compute target: jobs that wait for it fail, and it is gone when those that run have ended."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute

    compute.delete(to_workspace(server, workspace), name)


@app.command()
def nodes(
    name: Name,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List the nodes that a compute target has now, and what runs on each."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute

    output.table(compute.nodes(to_workspace(server, workspace), name), _NODES, form)


@app.command()
def sizes(
    workspace: options.Workspace = None, server: options.Server = None, form: options.Output = Form.TABLE
) -> None:
    """List the sizes of nodes that have figures of their own; any other name is accepted too."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute

    output.table(compute.sizes(to_workspace(server, workspace)), _SIZES, form)
