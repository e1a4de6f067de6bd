"""Compute targets as the command line shows them."""

from typing import TYPE_CHECKING, Any

from lazward.cli import output
from lazward.cli.output import Form

if TYPE_CHECKING:
    from lazward.wire.compute import ComputeTarget


def show(target: "ComputeTarget", form: Form) -> None:
    """Print one target."""
    output.record(target if form is Form.JSON else row(target), form)


def row(target: "ComputeTarget") -> dict[str, Any]:
    """A target for people: the figures of its size in words, and no states without a node."""
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(target)
    size = target.size
    return found | {
        "size": f"{size.name} ({size.cpus} cpus, {output.size(size.memory_bytes)})",
        "nodes": {state: count for state, count in target.nodes.items() if count},
    }
