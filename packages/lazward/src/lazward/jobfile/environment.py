"""The environment of a job file: registered under a name, or described on the spot."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from lazward.client import environments
from lazward.client.http import Connection
from lazward.errors import ConfigError, NotFound
from lazward.jobfile import conda, document
from lazward.jobfile.fields import InlineEnvironment
from lazward.wire.environments import LATEST, EnvironmentSpec, PythonSpec

Warn = Callable[[str], None]

_NAME = re.compile(r"(?:azureml:)?(?P<name>\w[\w.\-]*)(?:[:@](?P<version>\w[\w.\-]*))?")
_REGISTRY = re.compile(
    r"azureml://registries/[^/]+/environments/(?P<name>\w[\w.\-]*)/(?:versions|labels)/(?P<version>[\w.\-]+)"
)
_AZURES = "AzureML-"
"""Before the names of Azure's own environments, which its registries leave out."""
_BASE_IMAGES = re.compile(r"[^/]+/azureml/")
"""Images that hold nothing but an operating system for the original, at whatever registry."""


class Registered(NamedTuple):
    """The name of a registered environment.

    Attributes:
        name: Its name.
        version: Its version, or ``latest``.
        registry: Whether it is one that Azure has in a registry.
    """

    name: str
    version: str = LATEST
    registry: bool = False


class Resolved(NamedTuple):
    """An environment as a job carries it.

    Attributes:
        spec: What is built.
        name: ``NAME:VERSION`` of a registered one; "" for others.
    """

    spec: EnvironmentSpec
    name: str = ""


def registered(text: str, source: str) -> Registered:
    """The environment that ``azureml:NAME:VERSION``, ``NAME@latest`` or ``NAME`` means.

    Raises:
        ConfigError: It means none.
    """
    if found := _REGISTRY.fullmatch(text):
        return Registered(found["name"], found["version"], registry=True)
    found = _NAME.fullmatch(text)
    if found is None:
        raise ConfigError(
            f"{source}: environment: '{text}' names no environment; write azureml:NAME:VERSION,"
            " azureml:NAME@latest or NAME, or describe one with conda_file."
        )
    return Registered(found["name"], found["version"] or LATEST)


def described(given: dict[str, Any], folder: Path, source: str, warn: Warn) -> EnvironmentSpec:
    """The environment that fields describe.

    Args:
        given: The fields.
        folder: Where ``conda_file`` lies, if its path is not absolute.
        source: Where the fields are from, for messages.
        warn: Told what is left out.

    Raises:
        ConfigError: They contradict each other, or ask for what cannot be built.
    """
    source = f"{source}: environment"
    one = document.convert(InlineEnvironment, given, source)
    if one.build is not None:
        raise ConfigError(f"{source}: images are not built here; name the packages with conda_file.")
    if one.interpreter:
        if one.conda_file is not None:
            raise ConfigError(
                f"{source}: nothing is installed into an interpreter of your own; give interpreter or"
                " conda_file, not both."
            )
        return EnvironmentSpec(
            python=PythonSpec(user_managed=True, interpreter=one.interpreter), image=one.image
        )
    if one.conda_file is None and not one.image:
        raise ConfigError(f"{source}: give conda_file, interpreter or image.")
    return _with_packages(one, folder, source, warn)


def resolve(at: Connection, wanted: Registered | EnvironmentSpec, warn: Warn) -> Resolved:
    """The environment that a job is to carry, from the workspace if it is registered there.

    Raises:
        NotFound: The workspace has no such environment.
    """
    if isinstance(wanted, EnvironmentSpec):
        return Resolved(wanted)
    names = [wanted.name, f"{_AZURES}{wanted.name}"] if wanted.registry else [wanted.name]
    for name in names:
        try:
            found = environments.get(at, name, wanted.version)
        except NotFound:
            continue
        return Resolved(found.spec, f"{found.name}:{found.version}")
    return _curated(at, names, wanted, warn)


def _curated(at: Connection, names: list[str], wanted: Registered, warn: Warn) -> Resolved:
    """Azure counts the versions of its own environments otherwise; the server has one of each."""
    known = {one.name: one for one in environments.search(at)}
    own = next((known[name] for name in names if name in known), None)
    if own is not None and own.curated:
        warn(
            f"{own.name} comes with the server in version {own.version}, which is used in place of version"
            f" {wanted.version}."
        )
        return Resolved(own.spec, f"{own.name}:{own.version}")
    if own is not None:
        raise NotFound(
            f"The workspace has no version '{wanted.version}' of environment '{own.name}'; the newest is"
            f" {own.version}. `lazward environment versions {own.name}` lists them."
        )
    raise NotFound(
        f"The workspace has no environment '{wanted.name}'; there are {', '.join(known)}. Register one with"
        " `lazward environment create`, or describe it with conda_file."
    )


def _with_packages(one: InlineEnvironment, folder: Path, source: str, warn: Warn) -> EnvironmentSpec:
    image = one.image
    if _BASE_IMAGES.match(image) and one.conda_file is not None:
        warn(f"{source}: the base image {image} is left out; the packages of conda_file are what is used.")
        image = ""
    if one.conda_file is None:
        # An image brings its own Python.
        return EnvironmentSpec(python=PythonSpec(user_managed=True), image=image)
    if isinstance(one.conda_file, str):
        spec = conda.of_file(folder / one.conda_file)
    else:
        spec = conda.of_fields(one.conda_file, f"{source}: conda_file")
    return EnvironmentSpec(python=PythonSpec(conda=spec), image=image)
