"""Figures, and what remains of their repetitions."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number. ``more`` says whether more of it is better."""

    value: float
    unit: str
    more: bool = True


@dataclass(frozen=True)
class Summary:
    """The repetitions of one figure."""

    median: float
    low: float
    high: float
    unit: str
    more: bool
    values: list[float]

    def better_than(self, other: "Summary") -> float:
        """How many times better this one's median is."""
        return self.median / other.median if self.more else other.median / self.median


def summarize(figures: Sequence[Figure]) -> Summary:
    """Median and range of at least one repetition."""
    values = [figure.value for figure in figures]
    first = figures[0]
    return Summary(statistics.median(values), min(values), max(values), first.unit, first.more, values)


def rate(count: float, seconds: float, unit: str) -> Figure:
    """So many in so long."""
    return Figure(count / seconds, f"{unit}/s")


def milliseconds(seconds: float) -> Figure:
    """A time."""
    return Figure(seconds * 1000, "ms", more=False)


def middle(seconds: Iterable[float]) -> Figure:
    """The median time, p50."""
    return milliseconds(statistics.median(seconds))


def most(seconds: Sequence[float]) -> Figure:
    """The time that 99 of 100 stay under, p99."""
    ordered = sorted(seconds)
    return milliseconds(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)])
