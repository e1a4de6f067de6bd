"""Making an environment before anything runs in it."""

from msgspec.structs import replace

from azureml.core._failures import translated
from azureml.core._submit import queue
from azureml.core.environment import Environment, has_image, specification
from azureml.core.experiment import Experiment
from azureml.core.script_run import ScriptRun
from azureml.core.workspace import Workspace
from lazward.client import jobs
from lazward.wire.jobs import BUILD_LOG, CreateJob, JobSpec

EXPERIMENT = "prepare_image"
"""Where the original keeps the runs that make environments."""
_NOTHING = "true"
"""A command that has nothing to do once it can run."""
_ENDS = {"Completed": "Succeeded", "Failed": "Failed", "Canceled": "Canceled"}
_WAITING = ("NotStarted", "Queued")


class ImageBuildDetails:
    """How the making of an environment stands. It is a run that needs the environment and does nothing else.

    Attributes:
        environment_name: The environment's name.
        environment_version: Its version.
        run: The run.
    """

    def __init__(self, environment: Environment, workspace: Workspace, run: ScriptRun) -> None:
        self._workspace = workspace
        self.environment_name = environment.name
        self.environment_version = environment.version
        self.run = run

    @property
    def status(self) -> str:
        """``Queued``, ``Running``, ``Succeeded``, ``Failed`` or ``Canceled``."""
        status = self.run.get_status()
        return "Queued" if status in _WAITING else _ENDS.get(status, "Running")

    def wait_for_completion(self, show_output: bool = True) -> None:
        """Return when the environment is there.

        Raises:
            ActivityFailedException: It could not be made; the text says why.
        """
        self.run.wait_for_completion(show_output=show_output)

    def get_log(self) -> str:
        """What making it has had to say so far; nothing where it was there already."""
        with translated():
            parts = jobs.whole_log(self._workspace.connection, self.run.id, BUILD_LOG)
            return b"".join(parts).decode(errors="replace")

    def __repr__(self) -> str:
        name = f"{self.environment_name}:{self.environment_version}"
        return f"ImageBuildDetails(Environment: {name}, Run: {self.run.id})"


def build(environment: Environment, workspace: Workspace, compute: str) -> ImageBuildDetails:
    """Register an environment and have it made where runs on a target will look for it."""
    known, spec = environment.register(workspace), specification(environment)
    spec = spec if has_image(spec) else replace(spec, image="")
    message = CreateJob(
        experiment=EXPERIMENT,
        compute=compute,
        spec=JobSpec(
            command=_NOTHING,
            environment=spec,
            environment_name=f"{known.name}:{known.version}",
        ),
        name=known.name,
    )
    run_id = queue(workspace.connection, message)
    return ImageBuildDetails(known, workspace, ScriptRun(Experiment(workspace, EXPERIMENT), run_id))
