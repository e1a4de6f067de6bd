"""The kinds of compute targets, and what each can do."""

from collections.abc import Iterable
from typing import Any

import msgspec

from lazward.errors import EnvironmentUnavailable, InvalidRequest
from lazward.wire.compute import LOCAL, Kind, Size
from lazward.wire.jobs import JobSpec
from lazward_server.compute import sizes
from lazward_server.compute.cluster import Cluster
from lazward_server.compute.engine import Containers, Engine, SeveralNodes
from lazward_server.compute.slurm.engine import Slurm
from lazward_server.compute.ssh import Ssh

CLUSTER, SLURM = "cluster", "slurm"
KINDS: dict[str, type[Engine]] = {CLUSTER: Cluster, SLURM: Slurm, "ssh": Ssh}
"""Every kind by the name that the wire has for it."""


def find(kind: str) -> type[Engine]:
    """The engine of a kind.

    Raises:
        InvalidRequest: There is no such kind.
    """
    if kind not in KINDS:
        raise InvalidRequest(f"There is no kind of target '{kind}'; there are {', '.join(KINDS)}.")
    return KINDS[kind]


def read(kind: type[Engine], settings: Any) -> Any:
    """Settings as they came, in the type of their kind; numbers may be written as texts.

    Raises:
        InvalidRequest: They are not of that type; the text says where.
    """
    try:
        return msgspec.convert(settings, kind.settings, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"The settings do not fit: {error}.") from error


def check_secrets(kind: type[Engine], names: Iterable[str]) -> None:
    """Refuse secrets that a kind has no use for.

    Raises:
        InvalidRequest: There is such a one.
    """
    if odd := sorted(set(names) - kind.secrets):
        known = ", ".join(sorted(kind.secrets)) or "none"
        raise InvalidRequest(f"Targets of this kind have no secret '{odd[0]}'; they have: {known}.")


def size_of(kind: str, size: str, settings: str, node: int) -> Size:
    """What one node of a target has for its job.

    Args:
        kind: The target's kind.
        size: The name of its size.
        settings: Its settings, as JSON.
        node: Which of its nodes.
    """
    engine = KINDS.get(kind)
    own = engine and engine.node_size(msgspec.json.decode(settings, type=engine.settings), node)
    return own or sizes.find(size)[0]


def check(kind: str, compute: str, spec: JobSpec) -> None:
    """Refuse a job that no target of this kind can run.

    Raises:
        InvalidRequest: It asks for what they are not capable of.
    """
    engine = _Submitters if kind == LOCAL else KINDS.get(kind, object)
    if not issubclass(engine, SeveralNodes) and (spec.node_count > 1 or spec.distribution):
        raise InvalidRequest(
            f"'{compute}' runs a job on one node as one process; it cannot run node_count={spec.node_count}"
            f"{' with ' + spec.distribution if spec.distribution else ''}."
            f" {_others(SeveralNodes, 'several nodes')}"
        )
    if spec.environment.image:
        _check_containers(engine, compute)


def listed() -> list[Kind]:
    """Every kind, with what it is capable of."""
    return [
        Kind(name, issubclass(engine, Containers), issubclass(engine, SeveralNodes))
        for name, engine in KINDS.items()
    ]


class _Submitters(Containers):
    """The machine that submits; whether it has what runs containers, its own client has found out."""


def _check_containers(engine: type[object], compute: str) -> None:
    if not issubclass(engine, Containers):
        raise InvalidRequest(
            f"'{compute}' runs jobs without containers, so it cannot run one in an image. Leave the image"
            f" out and name the packages instead. {_others(Containers, 'containers')}"
        )
    try:
        engine.check_containers()
    except EnvironmentUnavailable as error:
        raise InvalidRequest(f"'{compute}' cannot run a job in an image: {error}") from error


def _others(capability: type, what: str) -> str:
    capable = [name for name, kind in KINDS.items() if issubclass(kind, capability)]
    return f"Targets that have {what}: {', '.join(capable)}." if capable else f"No target here has {what}."
