"""Messages about environments: what a job's script runs in, below ``/api/v1``."""

import hashlib
from typing import Annotated, Any

import msgspec

from lazward.wire.base import Request, Text, encode

LATEST = "latest"
"""Stands for the newest version of a name."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^\w[\w.\-]*$(?!\n)")]

Image = Annotated[str, msgspec.Meta(max_length=512, pattern=r"^([A-Za-z0-9][\w.\-/:@]*)?$(?!\n)")]
"""How an engine names an image: ``REGISTRY/NAME:TAG`` or ``NAME@DIGEST``; "" for none."""


class CondaSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Packages, as a conda specification names them.

    Attributes:
        channels: Where conda packages come from, in this order.
        packages: Conda packages, ``python=3.11`` among them, such as ``numpy=1.26`` or ``scipy>=1.10``.
        pip: What pip installs: requirements, and options such as ``--index-url URL``.
    """

    channels: list[str] = []
    packages: list[str] = []
    pip: list[str] = []


class PythonSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a job's Python and its packages come from.

    Attributes:
        user_managed: Whether the interpreter is used as it is found, with nothing installed into it.
        interpreter: The command or path of a user-managed interpreter.
        conda: What is installed where the user does not manage it.
    """

    user_managed: bool = False
    interpreter: str = "python"
    conda: CondaSpec = CondaSpec()


class EnvironmentSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that decides what a script finds when it starts.

    Attributes:
        python: Its interpreter and packages.
        variables: Environment variables, beside those of the job.
        image: The Docker image it runs in; "" for none. A user-managed interpreter is one of the image's own;
            packages are installed for the Python that the image has, if it is one of those asked for.
    """

    python: PythonSpec = PythonSpec()
    variables: dict[str, str] = {}
    image: Image = ""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """A registered environment. A version never changes.

    Attributes:
        name: Its name in the workspace.
        version: Counted from "1"; what is registered again with the same content keeps its version.
        digest: Checksum of specification and definition.
        spec: What is built.
        definition: The client's own description of it, carried along: what ``azureml`` reads back.
        created_at: When this version was registered, in milliseconds since the epoch.
        curated: Whether it came with the server.
    """

    name: str
    version: str
    digest: str
    spec: EnvironmentSpec
    definition: dict[str, Any]
    created_at: int
    curated: bool = False


class Environments(msgspec.Struct, frozen=True):
    """The newest version of each environment, or all versions of one, the newest first."""

    environments: list[Environment]


class RegisterEnvironment(Request, frozen=True, kw_only=True):
    """An environment to register under a name."""

    name: Name
    spec: EnvironmentSpec
    definition: dict[str, Any] = {}


class GetEnvironment(Request, frozen=True):
    """Which version to get."""

    version: Text = LATEST


def digest(*parts: object) -> str:
    """The checksum by which what consists of the same parts is known as the same."""
    return hashlib.sha256(encode(msgspec.to_builtins(list(parts), order="deterministic"))).hexdigest()
