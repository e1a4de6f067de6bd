"""``lazward compute attach`` and ``doctor``: compute that people already have, and what is missing there."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lazward.cli import options, output, targets
from lazward.cli.output import Form
from lazward.errors import ConfigError

if TYPE_CHECKING:
    from lazward.client.http import Connection
    from lazward.wire.doctor import Diagnosis
    from lazward.wire.ssh import ShownKey

_SSH, _PYTHON = "ssh", "python3"
_FINDINGS = ("place", "what", "state", "text")
_Texts = list[str]


def attach(
    name: Annotated[str, typer.Argument(help="2 to 24 letters, digits and '-', a letter first.")],
    kind: Annotated[str, typer.Option("--kind", help="What it is, such as ssh.")] = _SSH,
    host: Annotated[
        _Texts, typer.Option("--host", help="ssh: a host; may be repeated.", metavar="[USER@]ADDRESS[:PORT]")
    ] = [],  # noqa: B006 - typer copies it
    user: Annotated[str, typer.Option(help="ssh: whom the server signs in as.", show_default=False)] = "",
    key: Annotated[
        Path | None, typer.Option(help="ssh: file of the private key that signs in.", show_default=False)
    ] = None,
    host_key: Annotated[
        _Texts,
        typer.Option(
            help="ssh: a host's key or its fingerprint, which you have compared; may be repeated.",
            metavar="KEY",
        ),
    ] = [],  # noqa: B006 - typer copies it
    slots: Annotated[int, typer.Option(help="ssh: jobs that a host runs at once.", min=1)] = 1,
    gpus: Annotated[int, typer.Option(help="ssh: GPUs of a host; by default those found.", min=0)] = 0,
    python: Annotated[str, typer.Option(help="ssh: the hosts' interpreter, 3.10 or newer.")] = _PYTHON,
    agent: Annotated[
        bool, typer.Option("--agent", help="ssh: use the keys of the server's own agent.")
    ] = False,
    variable: Annotated[
        _Texts, typer.Option("--variable", help="ssh: a variable of jobs there.", metavar="NAME=VALUE")
    ] = [],  # noqa: B006 - typer copies it
    setting: Annotated[
        _Texts,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A setting of its kind, such as partition=gpu; may be repeated.",
        ),
    ] = [],  # noqa: B006 - typer copies it
    settings: Annotated[
        Path | None,
        typer.Option(help="YAML or JSON file with the settings of its kind.", show_default=False),
    ] = None,
    secret: Annotated[
        _Texts, typer.Option("--secret", help="A secret of the kind, from a file.", metavar="NAME=FILE")
    ] = [],  # noqa: B006 - typer copies it
    server_url: Annotated[
        str, typer.Option(help="The server's address as seen from there.", metavar="URL", show_default=False)
    ] = "",
    max_nodes: Annotated[int, typer.Option(help="Jobs at once, where the kind leaves it open.", min=1)] = 1,
    description: Annotated[str, typer.Option(help="What it is for.", show_default=False)] = "",
    tag: options.Tags = [],  # noqa: B006 - typer copies it
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Make a compute target of machines that are there already, and tell what is missing there."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute
    from lazward.wire.compute import CreateCompute

    at = to_workspace(server, workspace)
    told = ({} if settings is None else settings_in(settings)) | dict(options.settings(setting))
    secrets = secrets_in(secret)
    if kind == _SSH:
        told |= _hosts(at, told, [_split(one) for one in host], user, (host_key, slots, gpus))
        told |= {"python": python} if python != _PYTHON else {}
        told |= {"agent": True} if agent else {}
        told |= {"variables": options.tags(variable)} if variable else {}
        secrets |= {"private_key": _read(key)} if key else {}
    made = compute.create(
        at,
        CreateCompute(
            name=name,
            kind=kind,
            max_nodes=max_nodes,
            server_url=server_url,
            settings=told,
            secrets=secrets,
            description=description,
            tags=options.tags(tag),
        ),
    )
    targets.show(made, form)
    if kind == _SSH and form is Form.TABLE:
        _report(compute.examine(at, name), form)


def doctor(
    name: Annotated[str, typer.Argument(help="Name of the target.")],
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Look at the machines of a compute target, and from there at the server; fail if jobs cannot run."""
    from lazward.cli.connection import to_workspace
    from lazward.client import compute

    if not _report(compute.examine(to_workspace(server, workspace), name), form):
        raise typer.Exit(1)


def _report(found: "Diagnosis", form: Form) -> bool:
    """Show what was found; whether jobs can run."""
    from lazward.wire.doctor import PROBLEM

    rows = [
        {"place": place.name, "what": one.what, "state": one.state, "text": one.text}
        for place in found.places
        for one in place.findings
    ]
    output.table(rows, _FINDINGS, form)
    return all(row["state"] != PROBLEM for row in rows)


def _hosts(
    at: "Connection",
    told: dict[str, Any],
    names: Sequence[tuple[str, str, int]],
    user: str,
    more: tuple[Sequence[str], int, int],
) -> dict[str, Any]:
    """The hosts with the keys that somebody has confirmed, and whom the server signs in as."""
    from lazward.client import compute

    user = user or next((one[0] for one in names if one[0]), told.get("user", ""))
    if not user or not (names or told.get("hosts")):
        raise ConfigError("Name a host and whom the server signs in as: --host USER@ADDRESS[:PORT].")
    trusted, slots, gpus = more
    hosts: list[dict[str, Any]] = []
    for _, address, port in names:
        shown = compute.host_keys(at, address, port)
        pinned = _confirmed(f"{address}:{port}", shown, trusted)
        hosts.append({"address": address, "port": port, "host_key": pinned, "slots": slots, "gpus": gpus})
    return {"user": user, "hosts": hosts or told["hosts"]}


def _confirmed(name: str, shown: "Sequence[ShownKey]", trusted: Sequence[str]) -> str:
    """The key of a host, once somebody says that it is the host's."""
    for one in shown:
        if any(given == one.fingerprint or one.host_key.startswith(given) for given in trusted):
            return one.host_key
    first = shown[0]
    if trusted:
        raise ConfigError(
            f"{name} shows none of the keys that were given, but {first.fingerprint}. Somebody may be in"
            " between, or it was set up anew: compare with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`"
            " on the host itself."
        )
    if not sys.stdin.isatty():
        raise ConfigError(
            f"Nobody is here to confirm that the key of {name} is {first.fingerprint}; say so with"
            f" --host-key {first.fingerprint}"
        )
    output.note(f"{name} shows the key {first.fingerprint} ({first.host_key.partition(' ')[0]}).")
    typer.confirm("Is it the host's?", abort=True, err=True)
    return first.host_key


def _split(host: str) -> tuple[str, str, int]:
    """User, address and port of a host as it is given."""
    user, _, rest = host.rpartition("@")
    address, port = rest, "22"
    if rest.startswith("["):
        address, _, after = rest[1:].partition("]")
        port = after.removeprefix(":") or port
    elif rest.count(":") == 1:
        address, _, port = rest.partition(":")
    if not address or not port.isdecimal():
        raise ConfigError(f"'{host}' is no host; write --host [USER@]ADDRESS[:PORT].")
    return user, address, int(port)


def settings_in(file: Path) -> dict[str, Any]:
    """The settings in a file.

    Raises:
        ConfigError: It cannot be read, or holds something else.
    """
    import yaml

    try:
        found: Any = yaml.safe_load(_read(file))
    except yaml.YAMLError as error:
        raise ConfigError(f"{file} is neither YAML nor JSON: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{file} holds no settings: a mapping of names to values is expected.")
    return {str(name): value for name, value in found.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def secrets_in(given: Sequence[str]) -> dict[str, str]:
    """Secrets by name, each in a file that is named with it.

    Raises:
        ConfigError: One has no file, or that cannot be read.
    """
    return {name: _read(Path(file)) for name, file in options.tags(given).items()}


def _read(file: Path) -> str:
    try:
        return file.expanduser().read_text()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigError(f"{file} cannot be read: {why}.") from error
