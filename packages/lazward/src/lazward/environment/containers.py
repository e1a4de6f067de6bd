"""Docker or Podman on this machine, and how a program is run in an image by whichever of them is there.

It is the engine's own program that is called: it is there wherever an engine is, takes the same words for
both, and knows its user's registries and passwords.
"""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lazward.environment.steps import Say, run
from lazward.errors import EnvironmentUnavailable

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
DOCKER, PODMAN = "docker", "podman"
_SOCKETS = ("/var/run/docker.sock", "~/.docker/run/docker.sock", "$XDG_RUNTIME_DIR/docker.sock")
_UNIX = "unix://"
_WAIT = 2.0
_REMOVAL = 20.0
"""Seconds for an engine that answers, and for one that is to remove a container."""
_READ_BY_ENGINES = re.compile(
    r"(PATH|HOME|TMPDIR)\Z|(XDG|LD|DOCKER|CONTAINERS?|PODMAN|REGISTRY|STORAGE|SSL)_|DYLD_"
)
"""Variables that would mean something to the engine's own program."""


class Engine(NamedTuple):
    """What runs containers.

    Attributes:
        name: ``docker`` or ``podman``.
        program: The program to call.
    """

    name: str
    program: str


class Image(NamedTuple):
    """An image that is on this machine.

    Attributes:
        engine: Whose it is.
        id: What it is known by, whatever its name stands for later.
        path: Where it has its programs.
    """

    engine: Engine
    id: str
    path: str


class Container(NamedTuple):
    """How a program is to run in an image. Whatever is shown has the same path inside as outside.

    Attributes:
        name: What the container is called.
        folder: Where the program runs, which it may write to.
        variables: Its environment, over that of the image.
        shown: Files and folders that it may read.
        cpus: Processors that it may use; None for all.
        memory_bytes: Memory that it may use; None for all.
        shm_size: Its shared memory, as the engine writes it; "" for the engine's own choice.
        gpus: Whether it gets the graphics processors.
    """

    name: str
    folder: Path
    variables: Mapping[str, str]
    shown: Sequence[Path] = ()
    cpus: int | None = None
    memory_bytes: int | None = None
    shm_size: str = ""
    gpus: bool = False


class Call(NamedTuple):
    """A program to be called.

    Attributes:
        words: The program and its words.
        variables: Its whole environment.
    """

    words: list[str]
    variables: dict[str, str]


def find() -> Engine:
    """The engine of this machine: Docker where it answers, else Podman.

    Raises:
        EnvironmentUnavailable: It has none.
    """
    docker, podman = shutil.which(DOCKER), shutil.which(PODMAN)
    if docker and _answers():
        return Engine(DOCKER, docker)
    if podman:
        return Engine(PODMAN, podman)
    there = "does not answer" if docker else "is not installed"
    raise EnvironmentUnavailable(
        f"Docker engine {there}. {'Start' if docker else 'Install'} it, install Podman, or leave the image"
        " out: the packages of the environment are then installed without one."
    )


def fetched(name: str, say: Say) -> Image:
    """An image by its name, from its registry if it is not here yet.

    Raises:
        EnvironmentUnavailable: It cannot be had; the text is the engine's own.
    """
    engine = find()
    found = _inspected(engine, name)
    if found is None:
        say(f"Fetching the image {name}.")
        run([engine.program, "pull", name], say)
        found = _inspected(engine, name)
    if found is None:
        raise EnvironmentUnavailable(f"{engine.name} has fetched the image {name} and does not show it.")
    return found


def is_way_out(name: str) -> bool:
    """Whether a variable tells the way to other machines, which is the same inside."""
    return name.upper() in (*PROXIES, "NO_PROXY")


def new_name(of: str) -> str:
    """A name for a container that nobody else's has."""
    return f"lazward-{of}-{secrets.token_hex(4)}"


def call(image: Image, container: Container, argv: Sequence[str]) -> Call:
    """How to run a program in a container, which is removed when the program ends.

    The network is the machine's own, so that the server has the same address inside. Variables are handed
    over by name: their values may be secret, and words can be read by every user. Those that would mean
    something to the engine's program itself are the exception.
    """
    passed = {key: value for key, value in container.variables.items() if not _READ_BY_ENGINES.match(key)}
    spoken = {key: value for key, value in container.variables.items() if key not in passed}
    words = [
        *(image.engine.program, "run", "--rm", "--name", container.name, "--network", "host"),
        *("--security-opt", "label=disable", "--workdir", str(container.folder)),
        *_identity(image.engine),
        *(word for path in container.shown for word in ("--mount", _mount(path) + ",readonly")),
        *("--mount", _mount(container.folder)),
        *_limits(image.engine, container),
        *(word for key in passed for word in ("--env", key)),
        *(word for key, value in spoken.items() for word in ("--env", f"{key}={value}")),
        *("--entrypoint", argv[0], image.id, *argv[1:]),
    ]
    return Call(words, {**os.environ, **passed})


def remove(engine: Engine, name: str) -> None:
    """End a container and remove what is left of it; one that is gone is no error."""
    try:
        subprocess.run(  # noqa: S603 - the engine's program
            [engine.program, "rm", "--force", name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_REMOVAL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return  # an engine that is gone has no containers


def _answers() -> bool:
    """Whether somebody listens where Docker does; at an address elsewhere that is taken for granted."""
    host = os.environ.get("DOCKER_HOST", "")
    if host and not host.startswith(_UNIX):
        return True
    places = [host[len(_UNIX) :]] if host else map(os.path.expanduser, map(os.path.expandvars, _SOCKETS))
    return any(_listens(place) for place in places)


def _listens(place: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_WAIT)
            line.connect(place)
    except OSError:
        return False
    return True


def _inspected(engine: Engine, name: str) -> Image | None:
    try:
        told = subprocess.run(  # noqa: S603 - the engine's program
            [engine.program, "image", "inspect", name],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise EnvironmentUnavailable(f"{engine.program} cannot be run: {error.strerror}.") from error
    if told.returncode != 0:
        return None
    one = json.loads(told.stdout)[0]
    variables = dict(text.partition("=")[::2] for text in one["Config"].get("Env") or ())
    return Image(engine, one["Id"], variables.get("PATH") or os.defpath)


def _identity(engine: Engine) -> Sequence[str]:
    """Who the program is, so that what it writes is ours: Podman's root is whoever calls it."""
    if engine.name == PODMAN:
        return ("--http-proxy=false",)  # what it may know of those is among its variables
    return ("--user", f"{os.getuid()}:{os.getgid()}") if os.getuid() else ()


def _mount(path: Path) -> str:
    return f"type=bind,source={path},destination={path}"


def _limits(engine: Engine, container: Container) -> list[str]:
    given = {
        "--cpus": container.cpus,
        "--memory": container.memory_bytes,
        "--shm-size": container.shm_size,
    }
    words = [word for name, value in given.items() if value for word in (name, str(value))]
    if container.gpus:
        words += ["--device", "nvidia.com/gpu=all"] if engine.name == PODMAN else ["--gpus", "all"]
    return words
