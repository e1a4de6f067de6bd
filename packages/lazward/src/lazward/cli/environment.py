"""``lazward environment``: what jobs run in, registered under names."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lazward.cli import options, output
from lazward.cli.output import Form

if TYPE_CHECKING:
    from lazward.wire.environments import Environment

app = typer.Typer(help="Register, list and show environments.")

_COLUMNS = ("name", "version", "packages", "curated", "created_at")

Name = Annotated[str, typer.Argument(help="Name of the environment.")]


@app.command()
def create(
    file: Annotated[
        Path,
        typer.Option(
            "--file", "-f", help="A conda specification (.yml) or a requirements file of pip (.txt)."
        ),
    ],
    name: Annotated[str, typer.Option("--name", "-n", help="Letters, digits, '_', '-' and '.'.")],
    image: Annotated[str, typer.Option(help="The Docker image that jobs run in.")] = "",
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Register an environment; what is registered already keeps its version, else it gets the next one."""
    from lazward.cli.connection import to_workspace
    from lazward.client import environments
    from lazward.jobfile import conda
    from lazward.wire.environments import EnvironmentSpec, PythonSpec

    spec = EnvironmentSpec(python=PythonSpec(conda=conda.of_file(file)), image=image)
    # Without a definition of its own it reads back as what its specification says.
    _show(environments.register(to_workspace(server, workspace), name, spec, {}), form)


@app.command("list")
def list_(
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List the environments, each in its newest version."""
    from lazward.cli.connection import to_workspace
    from lazward.client import environments

    _table(environments.search(to_workspace(server, workspace)), form)


@app.command()
def show(
    name: Name,
    version: Annotated[str, typer.Option(help="Which version.")] = "latest",
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Show an environment."""
    from lazward.cli.connection import to_workspace
    from lazward.client import environments

    _show(environments.get(to_workspace(server, workspace), name, version), form)


@app.command()
def versions(
    name: Name,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List the versions of an environment, the newest first."""
    from lazward.cli.connection import to_workspace
    from lazward.client import environments

    _table(environments.versions(to_workspace(server, workspace), name), form)


def _table(found: "list[Environment]", form: Form) -> None:
    output.table(found if form is Form.JSON else [_row(one) for one in found], _COLUMNS, form)


def _show(one: "Environment", form: Form) -> None:
    output.record(one if form is Form.JSON else _row(one), form)


def _row(one: "Environment") -> dict[str, Any]:
    """An environment for people."""
    python = one.spec.python
    packages = [*python.conda.packages, *python.conda.pip]
    return {
        "name": one.name,
        "version": one.version,
        "packages": f"{python.interpreter}, as it is" if python.user_managed else packages,
        "channels": python.conda.channels,
        "image": one.spec.image,
        "variables": one.spec.variables,
        "curated": one.curated,
        "created_at": one.created_at or None,
    }
