"""The goals, and the table of what was reached."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Taken = Mapping[str, Mapping[str, Sequence[float]]]
"""Figures by site and name, one for each repetition."""


@dataclass(frozen=True)
class Goal:
    """A figure and what it shall be: at most, or with ``least`` at least.

    Attributes:
        figure: Its name.
        title: Its name in the table.
        bound: What it is held against: a number, or with ``share`` so much of the peer's figure.
    """

    figure: str
    title: str
    unit: str
    bound: float | None = None
    share: bool = False
    least: bool = False

    def told(self) -> str:
        """The goal in words."""
        if self.bound is None:
            return ""
        bound = f"1/{1 / self.bound:g} of it" if self.share else f"{self.bound:g} {self.unit}"
        return f"at {'least' if self.least else 'most'} {bound}"

    def reached(self, ours: float, theirs: float | None) -> bool | None:
        """Whether it is; None where there is nothing to hold it against."""
        if self.bound is None or (self.share and theirs is None):
            return None
        bound = self.bound * (theirs or 1) if self.share else self.bound
        return ours >= bound if self.least else ours <= bound


_USES = {
    "search": "typing into the search",
    "unsearch": "taking it back",
    "smoothing": "smoothing",
    "log": "logarithmic",
    "zoom": "zooming",
}

GOALS = (
    Goal("landing_kb", "landing page, first load", "kB", 300),
    Goal("runs_ms", "10,000 runs: first can be clicked", "ms", 1 / 5, share=True),
    Goal("runs_computed_ms", "... of which its thread computes", "ms"),
    Goal("scroll_fps", "... scrolling, frames a second", "fps", 50, least=True),
    Goal("scroll_gap_ms", "... longest between two frames", "ms"),
    Goal("keys_ms", "5,000 keys: first charts", "ms", 1000),
    Goal("keys_computed_ms", "... of which its thread computes", "ms"),
    *(Goal(f"keys_{name}_ms", f"... {title}", "ms", 100) for name, title in _USES.items()),
    Goal("long_ms", "1,000,000 points: chart", "ms", 1000),
    Goal("long_computed_ms", "... of which its thread computes", "ms"),
    *(Goal(f"long_{name}_ms", f"... {title}", "ms", 100) for name, title in _USES.items()),
    Goal("compare_ms", "200 runs x 20 metrics compared", "ms", 2000),
    Goal("compare_computed_ms", "... of which its thread computes", "ms"),
    Goal("live_ms", "a point logged is on an open page", "ms", 2000),
)

HEAD = ("measure", "Lazward", "mlflow 3.17.2", "ratio", "goal", "")


def table(taken: Taken) -> str:
    """What was taken, goal by goal."""
    rows = [_row(goal, taken) for goal in GOALS if goal.figure in taken["ours"]]
    cells = [HEAD, ("---", "--:", "--:", "--:", "---", "---"), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def _row(goal: Goal, taken: Taken) -> tuple[str, ...]:
    ours, theirs = (taken.get(site, {}).get(goal.figure) for site in ("ours", "mlflow"))
    assert ours
    middle, other = statistics.median(ours), statistics.median(theirs) if theirs else None
    ratio = f"{other / middle:.1f}" if other else ""
    verdict = {True: "reached", False: "NOT REACHED", None: ""}[goal.reached(middle, other)]
    return (goal.title, _range(ours, goal.unit), _range(theirs, goal.unit), ratio, goal.told(), verdict)


def _range(values: Sequence[float] | None, unit: str) -> str:
    if not values:
        return ""
    if len(values) == 1:
        return f"{values[0]:,.0f} {unit}"
    return f"{statistics.median(values):,.0f} {unit} ({min(values):,.0f}..{max(values):,.0f})"
