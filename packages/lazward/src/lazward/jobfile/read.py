"""Reading a job file: the YAML of a command job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, cast

from lazward.errors import ConfigError
from lazward.jobfile import document, environment
from lazward.jobfile.environment import Registered
from lazward.jobfile.fields import CommandJob, DataInput, Distribution, Output, QueueSettings, texts
from lazward.jobfile.override import override
from lazward.jobfile.submission import JobFile
from lazward.jobfile.substitute import substitute
from lazward.wire.base import KeyValue
from lazward.wire.environments import EnvironmentSpec
from lazward.wire.jobs import CreateJob, JobSpec

_COMMAND = "command"
_WATCHED = ("outputs", "logs")
_FILE = "uri_file"
_INPUTS = (_FILE, "uri_folder")
_OUTPUTS = (*_INPUTS, "mlflow_model", "custom_model")
_PRIORITIES = {"low": -100, "medium": 0, "high": 100}
_MOST_PRIORITY = 1000
_DISTRIBUTIONS = ("pytorch", "mpi")
_ELSEWHERE = ("azureml:", "git+", "git@")
"""What code and data begin with that are not on this machine; addresses with ``://`` are besides."""
_LEFT_OUT = {
    "services": "nothing but the command itself is started",
    "identity": "the job acts for whoever submits it",
    "resources.instance_type": "the size of a node is its compute target's",
    "resources.max_instance_count": "a job has the nodes that instance_count says",
    "resources.docker_args": "a container has what its job and its compute target say",
    "resources.locations": "the compute target says where",
    "resources.properties": "the compute target decides",
    "queue_settings.job_tier": "the compute target decides",
}


def read(path: Path, overrides: Sequence[str] = ()) -> JobFile:
    """What a job file says.

    Args:
        path: The file; the paths in it are relative to its folder.
        overrides: Fields to change, each as ``path=value``.

    Raises:
        ConfigError: It cannot be read, or asks for what cannot be; the text names the field.
    """
    source = str(path)
    given = override(document.mapping(document.load(path), source), overrides)
    if (kind := given.get("type", _COMMAND)) != _COMMAND:
        raise ConfigError(f"{source}: type: jobs of the type {kind!r} are not run here, only '{_COMMAND}'.")
    return _Reader(document.convert(CommandJob, given, source), path.absolute().parent, source).jobfile(given)


@dataclass
class _Reader:
    """A job file that is being read.

    Attributes:
        job: Its fields.
        folder: The folder it is in.
        source: Its name, for messages.
        warnings: What is left out.
    """

    job: CommandJob
    folder: Path
    source: str
    warnings: list[str] = field(default_factory=list[str])

    def jobfile(self, definition: dict[str, Any]) -> JobFile:
        """What it says."""
        job = self.job
        self._tell_left_out()
        code = self._code()
        paths = {
            name: self._path(name, cast("Mapping[str, Any]", one), code)
            for name, one in job.inputs.items()
            if isinstance(one, Mapping)
        }
        message = CreateJob(
            experiment=job.experiment_name or Path.cwd().name or "default",
            compute=self._compute(),
            spec=self._spec(paths),
            name=job.display_name or job.name,
            description=job.description,
            parent_run_id=job.parent_job_name,
            tags=[KeyValue(name, value) for name, value in texts(job.tags).items()],
            properties=texts(job.properties),
            definition=definition,
            priority=self._priority(job.queue_settings),
        )
        return JobFile(message, self._environment(), code, [*paths.values()], self.warnings)

    def _tell_left_out(self) -> None:
        for name, why in _LEFT_OUT.items():
            section, _, inner = name.partition(".")
            value = getattr(self.job, section)
            if (getattr(value, inner) if inner else value) is not None:
                self.warnings.append(f"{self.source}: {name} is left out: {why}.")

    def _spec(self, paths: Mapping[str, str]) -> JobSpec:
        job = self.job
        outputs = {name: one or Output() for name, one in job.outputs.items()}
        places = {name: self._output(name, one) for name, one in outputs.items()}
        values = {f"inputs.{name}": paths.get(name) or self._literal(name) for name in job.inputs}
        values |= {f"outputs.{name}": place for name, place in places.items()}
        files = [place for name, place in places.items() if outputs[name].type == _FILE]
        folders = [place for place in places.values() if place not in files]
        distribution, processes = self._distribution(job.distribution)
        return JobSpec(
            command=self._command(values),
            variables=texts(job.environment_variables),
            node_count=job.resources.instance_count,
            shm_size=job.resources.shm_size,
            processes_per_node=processes,
            distribution=distribution,
            max_seconds=job.limits.timeout,
            watched=[*_WATCHED, *folders],  # the launcher makes these before the command begins
            watched_files=files,
        )

    def _command(self, values: Mapping[str, str]) -> str:
        if not self.job.command.strip():
            raise self._wrong("command", "there is nothing to run.")
        try:
            return substitute(self.job.command, values)
        except ConfigError as error:
            raise ConfigError(f"{self.source}: {error.message}") from None

    def _environment(self) -> Registered | EnvironmentSpec:
        wanted = self.job.environment
        if isinstance(wanted, str):
            return environment.registered(wanted, self.source)
        return environment.described(wanted, self.folder, self.source, self.warnings.append)

    def _code(self) -> Path | None:
        given = self.job.code
        if given is None:
            return None
        if _is_elsewhere(given):
            raise self._wrong(
                "code", f"'{given}' is not on this machine; fetch it, and name its folder by a local path."
            )
        code = self.folder / given
        if not code.is_dir():
            raise self._wrong("code", f"there is no folder {code}.")
        return code

    def _path(self, name: str, given: Mapping[str, Any], code: Path | None) -> str:
        """Where in the code folder the files of an input lie."""
        where = f"inputs.{name}"
        one = document.convert(DataInput, given, f"{self.source}: {where}")
        if one.type not in _INPUTS:
            raise self._wrong(
                where,
                f"inputs of the type '{one.type}' are not supported; {', '.join(_INPUTS)} and values are.",
            )
        if _is_elsewhere(one.path):
            raise self._wrong(where, f"'{one.path}' is not on this machine; only local files go with a job.")
        if code is None:
            raise self._wrong(where, "files go with the code folder, and the file names none; give code.")
        place, root = (self.folder / one.path).resolve(), code.resolve()
        if not place.is_relative_to(root):
            raise self._wrong(where, f"{place} lies outside the code folder {root}; move it there.")
        if not (place.is_file() if one.type == _FILE else place.is_dir()):
            raise self._wrong(where, f"there is no {'file' if one.type == _FILE else 'folder'} {place}.")
        return place.relative_to(root).as_posix()

    def _literal(self, name: str) -> str:
        value = self.job.inputs[name]
        if not isinstance(value, str | int | float | bool):
            raise self._wrong(
                f"inputs.{name}",
                f"{value!r} is no value that a command can be given; write a text, a number or a boolean, or"
                " the fields type and path.",
            )
        return str(value)

    def _output(self, name: str, one: Output) -> str:
        """Where an output is written, in the job's own folder."""
        where, place = f"outputs.{name}", one.path or f"outputs/{name}"
        if _is_elsewhere(place) or place.startswith("/") or ".." in place.split("/"):
            raise self._wrong(
                where,
                f"'{place}' lies outside the job's folder; leave path out, or name a folder below that one."
                " What is written there becomes artifacts of the run.",
            )
        if one.type not in _OUTPUTS:
            raise self._wrong(
                where, f"outputs of the type '{one.type}' are not supported; {', '.join(_OUTPUTS)} are."
            )
        return PurePosixPath(place).as_posix()

    def _compute(self) -> str:
        name = self.job.compute.removeprefix("azureml:").strip()
        if not name:
            raise self._wrong("compute", "name a compute target, or leave the field out for this machine.")
        return name

    def _priority(self, given: QueueSettings) -> int:
        value = given.priority
        number = _PRIORITIES.get(value.lower()) if isinstance(value, str) else value
        if number is None or abs(number) > _MOST_PRIORITY:
            raise self._wrong(
                "queue_settings.priority",
                f"{value!r} is none of {', '.join(_PRIORITIES)}, and no number from -{_MOST_PRIORITY} to"
                f" {_MOST_PRIORITY}.",
            )
        return number

    def _distribution(self, given: Distribution | None) -> tuple[str, int]:
        if given is None:
            return "", 1
        kind = given.type.lower()
        if kind not in _DISTRIBUTIONS:
            known = " and ".join(_DISTRIBUTIONS)
            raise self._wrong("distribution.type", f"'{given.type}' is not supported; {known} are.")
        return kind, given.process_count_per_instance

    def _wrong(self, field: str, why: str) -> ConfigError:
        return ConfigError(f"{self.source}: {field}: {why}")


def _is_elsewhere(path: str) -> bool:
    return "://" in path or path.startswith(_ELSEWHERE)
