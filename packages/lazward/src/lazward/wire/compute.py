"""Messages about compute targets: where jobs run, below ``/api/v1``."""

from typing import Annotated, Any

import msgspec

from lazward.wire.base import Request

LOCAL = "local"
"""The machine that submits. It needs no target of that name, and none can have it."""

Name = Annotated[str, msgspec.Meta(min_length=2, max_length=24, pattern=r"^[a-zA-Z][a-zA-Z0-9-]*$(?!\n)")]
SizeName = Annotated[str, msgspec.Meta(max_length=64)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=10**7)]
Tags = dict[str, str]
ServerUrl = Annotated[
    str, msgspec.Meta(max_length=500, pattern=r"^(https?://[^\s/?#@]+(/[^\s?#@]*)?)?$(?!\n)")
]
Settings = dict[str, Any]
"""What an engine is made from. Each kind has a type of its own for them, such as ``wire.ssh.SshSettings``."""
Secrets = dict[str, Annotated[str, msgspec.Meta(max_length=20_000)]]
"""What no answer ever repeats, by the names that a kind has for them."""


class Size(msgspec.Struct, frozen=True):
    """What a node of a cluster has.

    Attributes:
        name: By which it is asked for, such as ``STANDARD_D2_V2``.
        cpus: Processors.
        memory_bytes: Memory.
        gpus: Graphics processors.
    """

    name: str
    cpus: int
    memory_bytes: int
    gpus: int = 0


class Sizes(msgspec.Struct, frozen=True):
    sizes: list[Size]


class Node(msgspec.Struct, frozen=True):
    """One node of a target.

    Attributes:
        number: Counted from 0.
        state: ``preparing``, ``running``, ``idle``, or ``leaving`` while the rest of its job is ended.
        run_id: What runs on it; None for nothing.
        since_at: When it came into this state, in milliseconds since the epoch.
    """

    number: int
    state: str
    run_id: str | None
    since_at: int


class NodeList(msgspec.Struct, frozen=True):
    nodes: list[Node]


class ComputeTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A compute target.

    Attributes:
        name: Its name in the workspace.
        kind: What it is; ``cluster`` runs on the server's own machine.
        size: What a node has.
        size_known: Whether the name of the size is one of those listed; others get the default's figures.
        min_nodes: Nodes that are kept.
        max_nodes: Nodes that there are at most, each for one job.
        idle_seconds: How long a node above the minimum is kept without a job.
        nodes: How many there are in each state.
        queued: Jobs that wait for a node.
        server_url: Where its nodes reach the server; empty for where the server's own machine does.
        settings: What its engine is made from, in the words of its kind.
        secrets: The names of the secrets that it has.
        description: What it is for.
        tags: Free words.
        state: ``Succeeded``, or ``Deleting`` while its jobs end.
        created_at: Milliseconds since the epoch, as the next.
        updated_at: When its settings changed.
        allocated_at: When nodes last came or went.
    """

    name: str
    kind: str
    size: Size
    size_known: bool
    min_nodes: int
    max_nodes: int
    idle_seconds: int
    nodes: dict[str, int]
    queued: int
    server_url: str
    settings: Settings
    secrets: list[str]
    description: str
    tags: Tags
    state: str
    created_at: int
    updated_at: int
    allocated_at: int


class Kind(msgspec.Struct, frozen=True):
    """A kind of compute target, and what those of it can do.

    Attributes:
        name: By which it is asked for.
        containers: Run a job in a container made from an image.
        several_nodes: Run one job on several machines.
    """

    name: str
    containers: bool
    several_nodes: bool


class Kinds(msgspec.Struct, frozen=True):
    kinds: list[Kind]


class ComputeTargets(msgspec.Struct, frozen=True):
    compute: list[ComputeTarget]


class CreateCompute(Request, frozen=True, kw_only=True):
    """A target to make. A size that is not listed gets the figures of the default.

    Where the settings of its kind speak of nodes, ``max_nodes`` is how many they are.
    """

    name: Name
    kind: str = "cluster"
    size: SizeName = ""
    min_nodes: Count = 0
    max_nodes: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    idle_seconds: Seconds = 1800
    description: str = ""
    tags: Tags = {}
    server_url: ServerUrl = ""
    settings: Settings = {}
    secrets: Secrets = {}


class UpdateCompute(Request, frozen=True, kw_only=True):
    """What is to change; what is left out stays.

    ``settings`` take the place of all that there were, ``secrets`` of those of the same name; an empty one is
    removed.
    """

    min_nodes: Count | None = None
    max_nodes: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    idle_seconds: Seconds | None = None
    description: str | None = None
    tags: Tags | None = None
    server_url: ServerUrl | None = None
    settings: Settings | None = None
    secrets: Secrets = {}
