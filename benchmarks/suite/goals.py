"""What is to be reached, and whether it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from suite.figure import Summary
from suite.recipe import RECIPES
from suite.results import Results


@dataclass(frozen=True)
class Line:
    """One line of the table: a figure of ours beside another, the goal, and whether it is met."""

    title: str
    ours: Summary | None
    beside: str
    theirs: Summary | None
    reached: float | None
    goal: str
    met: bool | None


class Row(Protocol):
    """A row of the goals."""

    def lines(self, results: Results) -> list[Line]:
        """One line for each comparison."""
        ...


@dataclass(frozen=True)
class Times:
    """Our figure is so many times better than others'; None where no goal is set.

    Attributes:
        title: What is measured.
        workload: Which workload measures it,
        figure: and as which of its figures.
        over: The goals by server.
        subject: Which server of ours.
    """

    title: str
    workload: str
    figure: str
    over: Mapping[str, float | None]
    subject: str = "ours"

    def lines(self, results: Results) -> list[Line]:
        """One for each other server."""
        return [self._line(results, other, goal) for other, goal in self.over.items()]

    def _line(self, results: Results, other: str, goal: float | None) -> Line:
        ours = results.find(self.workload, self.subject, self.figure)
        theirs = results.find(self.workload, other, self.figure)
        reached = ours.better_than(theirs) if ours and theirs else None
        met = reached >= goal if reached is not None and goal else None
        return Line(
            self.title, ours, RECIPES[other].title, theirs, reached, f">= {goal:g}" if goal else "", met
        )


@dataclass(frozen=True)
class AtMost:
    """Our figure stays under a bound."""

    title: str
    workload: str
    figure: str
    bound: float

    def lines(self, results: Results) -> list[Line]:
        """A single one."""
        ours = results.find(self.workload, "ours", self.figure)
        met = ours.median < self.bound if ours else None
        return [Line(self.title, ours, "", None, None, f"< {self.bound:g} {ours.unit if ours else ''}", met)]


@dataclass(frozen=True)
class Growth:
    """Our figure with more data is at most so many times the one with less."""

    title: str
    workload: str
    figure: str
    bound: float

    def lines(self, results: Results) -> list[Line]:
        """A single one."""
        more = results.find(self.workload, "ours_large", self.figure)
        less = results.find(self.workload, "ours", self.figure)
        grown = more.median / less.median if more and less else None
        met = grown <= self.bound if grown is not None else None
        return [Line(self.title, more, "a fifth of the runs", less, grown, f"<= {self.bound:g}", met)]
