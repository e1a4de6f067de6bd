"""What is called to run the script of a job: an interpreter or a shell, on its machine or in an image."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lazward.environment import containers
from lazward.environment.containers import Call, Container, Image
from lazward.environment.prepare import Prepared
from lazward.launcher import ranks, variables
from lazward.launcher.settings import Settings
from lazward.wire.jobs import JobSpec, Order

_SHELL = "/bin/sh"
_PYTHON_OF_AN_IMAGE = (
    "p=$(command -v python || command -v python3) ||"
    " { echo 'The image has no Python; name one that has, or a command that needs none.' >&2; exit 127; };"
    ' exec "$p" "$@"'
)


def spread(settings: Settings) -> Call:
    """The call that runs a job's processes on all its nodes; it is made where the launcher was started."""
    told = {ranks.PORT: str(ranks.free_port()), **settings.variables()}
    return Call([*settings.spread], {**os.environ, **told, "LAZWARD_WORK_DIR": str(settings.work.parent)})


@contextmanager
def program(settings: Settings, order: Order, environment: Prepared, folder: Path) -> Generator[Call]:
    """The call that runs a job; what it leaves of a container is removed with the block.

    Args:
        settings: The launcher's.
        order: The job.
        environment: What it runs in.
        folder: Its own folder.
    """
    words = argv(order.job.spec, environment)
    if environment.image is None:
        yield Call(words, variables.variables(settings, order, environment, folder))
        return
    container = _container(settings, order, environment, environment.image, folder)
    try:
        yield containers.call(environment.image, container, words)
    finally:
        containers.remove(environment.image.engine, container.name)


def argv(spec: JobSpec, environment: Prepared) -> list[str]:
    """The words of the command that a job is."""
    if spec.command:
        return [_SHELL, "-c", spec.command]
    if environment.python is None:
        return [_SHELL, "-c", _PYTHON_OF_AN_IMAGE, _SHELL, spec.script, *spec.arguments]
    return [str(environment.python), spec.script, *spec.arguments]


def _container(
    settings: Settings, order: Order, environment: Prepared, image: Image, folder: Path
) -> Container:
    bundle = os.environ.get(variables.CA_BUNDLE)
    return Container(
        name=containers.new_name(order.job.run_id),
        folder=folder,
        variables=variables.in_image(settings, order, environment, folder, image.path),
        shown=[*environment.shown, *([Path(bundle)] if bundle else [])],
        cpus=order.cpus,
        memory_bytes=order.memory_bytes,
        shm_size=order.job.spec.shm_size,
        gpus=shutil.which("nvidia-smi") is not None,
    )
