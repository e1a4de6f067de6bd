"""Submitting: the files, the environment and the job itself, from a description that knows no workspace."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lazward.client import jobs
from lazward.client.http import Connection
from lazward.environment import containers
from lazward.errors import ConfigError
from lazward.jobfile.environment import Registered, Warn, resolve
from lazward.snapshot import folder, git, snapshot
from lazward.wire.compute import LOCAL
from lazward.wire.environments import EnvironmentSpec
from lazward.wire.jobs import CreatedJob, CreateJob, JobSpec


@dataclass(frozen=True)
class JobFile:
    """What a file says of a job.

    Attributes:
        message: The job, but for its snapshot and environment.
        environment: What it runs in.
        code: The folder that goes with it.
        inputs: Paths in that folder that must go along.
        warnings: What is left out of what the file says.
    """

    message: CreateJob
    environment: Registered | EnvironmentSpec
    code: Path | None = None
    inputs: Sequence[str] = ()
    warnings: list[str] = field(default_factory=list[str])


def submit(at: Connection, jobfile: JobFile, warn: Warn = lambda _text: None) -> CreatedJob:
    """Keep the files, find the environment, and queue the job.

    On ``local`` the job waits for its launcher, which whoever submits must start.

    Args:
        at: The workspace.
        jobfile: The job.
        warn: Told what is odd and stops nothing.

    Raises:
        ConfigError: ``local`` cannot run it.
        EnvironmentUnavailable: It is to run here in an image, and nothing here runs containers.
        SnapshotError: Its folder cannot be kept, or leaves an input out.
        NotFound: There is no such environment or compute target.
        InvalidRequest: The target cannot run it.
    """
    for text in jobfile.warnings:
        warn(text)
    message = jobfile.message
    found = resolve(at, jobfile.environment, warn)
    spec = msgspec.structs.replace(message.spec, environment=found.spec, environment_name=found.name)
    if message.compute.lower() == LOCAL:
        _check_local(spec)
    if jobfile.code is not None:
        _check_inputs(jobfile.code, jobfile.inputs)
        spec = msgspec.structs.replace(spec, snapshot_id=snapshot.take(at, jobfile.code))
    properties = git.properties(git.state(jobfile.code) if jobfile.code else None) | message.properties
    return jobs.create(at, msgspec.structs.replace(message, spec=spec, properties=properties))


def _check_local(spec: JobSpec) -> None:
    if spec.node_count > 1 or spec.processes_per_node > 1 or spec.distribution:
        raise ConfigError(
            "On 'local' a job is one process on this machine; leave instance_count and distribution out, or"
            " name a compute target that has several nodes."
        )
    if spec.environment.image:
        containers.find()


def _check_inputs(code: Path, inputs: Sequence[str]) -> None:
    """Make sure that what the command reads is not ignored."""
    if not inputs:
        return
    kept = [one.path for one in folder.listed(code)]
    for path in inputs:
        if path != "." and not any(one == path or one.startswith(f"{path}/") for one in kept):
            raise ConfigError(
                f"The input {path!r} does not go along: .amlignore or .gitignore leaves it out, or it is an"
                " empty folder."
            )
