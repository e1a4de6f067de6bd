"""What was measured, and what went wrong."""

import sys
from dataclasses import dataclass, field

from suite.figure import Figure, Summary, summarize

ByWorkload = dict[str, dict[str, dict[str, Summary]]]


@dataclass
class Results:
    """All figures so far.

    Attributes:
        figures: By workload, server and figure.
        errors: What went wrong, a line each.
    """

    figures: ByWorkload = field(default_factory=ByWorkload)
    errors: list[str] = field(default_factory=list[str])

    def add(self, workload: str, server: str, repetitions: list[dict[str, Figure]]) -> None:
        """Keep the repetitions of a workload on a server, at least one."""
        found = {name: summarize([each[name] for each in repetitions]) for name in repetitions[0]}
        self.figures.setdefault(workload, {})[server] = found
        shown = "  ".join(f"{name} {each.median:,.4g} {each.unit}" for name, each in found.items())
        tell(f"{workload:24} {server:24} {shown}")

    def fail(self, workload: str, server: str, error: Exception) -> None:
        """Keep an error."""
        self.errors.append(f"{workload} on {server}: {type(error).__name__}: {error}")
        tell(self.errors[-1])

    def find(self, workload: str, server: str, figure: str) -> Summary | None:
        """One figure, if it was measured."""
        return self.figures.get(workload, {}).get(server, {}).get(figure)


def tell(text: str) -> None:
    """Say how far it has come."""
    print(text, file=sys.stderr, flush=True)
