"""Runs the workloads, stage by stage."""

import itertools
from collections.abc import Collection, Sequence
from pathlib import Path

from suite.plan import Workload
from suite.postgres import Postgres
from suite.recipe import RECIPES
from suite.results import Results
from suite.server import Server
from suite.size import Size
from suite.stage import Stage


def run(workloads: Sequence[Workload], products: Collection[str], size: Size, scratch: Path) -> Results:
    """Measure the workloads on the servers of these products; whatever is started is ended."""
    results, postgres = Results(), Postgres(scratch)
    try:
        for name, group in itertools.groupby(workloads, lambda workload: workload.stage):
            chosen = list(group)
            folder = scratch / name
            folder.mkdir()
            with Stage(_servers(chosen, products, folder, postgres), size, results) as stage:
                if not chosen[0].starts:
                    stage.start()
                for workload in chosen:
                    stage.measure(workload)
    finally:
        postgres.end()
    return results


def _servers(
    workloads: Sequence[Workload], products: Collection[str], folder: Path, postgres: Postgres
) -> list[Server]:
    """The servers these workloads run on."""
    named = {name for workload in workloads for name in workload.on}
    recipes = [recipe for recipe in RECIPES.values() if recipe.name in named and recipe.product in products]
    return [Server(recipe, folder, postgres.database) for recipe in recipes]
