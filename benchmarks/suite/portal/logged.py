"""What is logged to both servers: the same experiments, computed from numbers."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suite import data

POINTS_OF_A_KEY = 20


@dataclass(frozen=True)
class Amounts:
    """How much there is of everything."""

    runs: int = 10_000
    keys: int = 5_000
    points: int = 1_000_000
    compared: int = 200


@dataclass(frozen=True)
class Run:
    """A run and all its points, as (key, value, step)."""

    name: str
    number: int
    status: str
    points: Iterable[tuple[str, float, int]]

    @property
    def start(self) -> int:
        """When it began, in milliseconds since the epoch."""
        return data.START + self.number * 1000


class Points:
    """Points that are made anew each time they are asked for: a million is much for a list."""

    def __init__(self, keys: list[str], steps: int, run: int = 0) -> None:
        self._keys = keys
        self._steps = steps
        self._run = run

    def __iter__(self) -> Iterator[tuple[str, float, int]]:
        for number, key in enumerate(self._keys):
            for step in range(self._steps):
                yield key, value(self._run * 3 + number, step), step


def value(number: int, step: int) -> float:
    """A loss that falls and trembles."""
    return 2 / math.sqrt(step / (40 + number % 50) + 1) + number % 7 / 10 + data.value(step + number) / 5


def experiments(amounts: Amounts) -> dict[str, list[Run]]:
    """All of it, by the experiments' names."""
    keys = [f"layer_{number // 100:02}/weight_{number % 100:02}" for number in range(amounts.keys)]
    twenty = [f"metric_{number:02}" for number in range(20)]
    return {
        "many runs": [
            Run(f"run-{n}", n, "FINISHED", [(key, value, 0) for key, value in data.metrics(n).items()])
            for n in range(amounts.runs)
        ],
        "many keys": [Run("keys", 0, "FINISHED", Points(keys, POINTS_OF_A_KEY))],
        "long": [Run("long", 0, "FINISHED", Points(["loss"], amounts.points))],
        "compared": [
            Run(f"run-{number}", number, "FINISHED", Points(twenty, 100, number))
            for number in range(amounts.compared)
        ],
        "live": [Run("live", 0, "RUNNING", [("loss", 1.0, 0)])],
    }
