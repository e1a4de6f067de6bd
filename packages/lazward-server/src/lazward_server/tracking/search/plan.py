"""Where the databases are to begin when they look for runs.

PostgreSQL keeps statistics of values and plans by itself, if it may plan for the values at hand. SQLite keeps
none, so we count: looking at some thousand entries of an index costs far less than a wrong plan.
"""

import json
import math
from collections.abc import Sequence

from lazward_server.db.database import Tx
from lazward_server.db.schema import SHORT
from lazward_server.tracking.search.run_fields import PARENT, indexed
from lazward_server.tracking.search.tree import Comparison, Node, required

# A plan made once for all values took 190 ms where the one for the values took 8.
_PLAN_FOR_VALUES = "select set_config('plan_cache_mode', 'force_custom_plan', true)"
_ENTRIES = {
    "parameter": f"select 1 from params where key = ? and value = ? and length(value) <= {SHORT}",
    "tag": f"select 1 from tags where key = ? and value = ? and key = '{PARENT}'",
}
_RUNS = "select 1 from runs where experiment_id in (select value from json_each(?))"
_MOST_CANDIDATES = 4
_MOST_COUNTED = 100_000


def choose(
    tx: Tx, tree: Node | None, experiments: Sequence[int], limit: int, *, by_start_time: bool
) -> Comparison | None:
    """The comparison whose runs are worth looking up first; None: go through the runs of the experiments.

    Args:
        tx: Where the search will run.
        tree: The filter.
        experiments: Where the runs must be.
        limit: How many runs are wanted.
        by_start_time: Whether the runs of an experiment are found in the wanted order already.
    """
    if tx.postgres:
        tx.driver(_PLAN_FOR_VALUES)
        return None
    candidates = [one for one in required(tree) if indexed(one)][:_MOST_CANDIDATES]
    if not candidates:
        return None
    most = _worth_sorting(tx, limit) if by_start_time else _MOST_COUNTED
    size, _, best = min((_entries(tx, one, most), place, one) for place, one in enumerate(candidates))
    small = _count(tx, _RUNS, (json.dumps(list(experiments)),), size + 1) <= size
    return None if size >= most or small else best


def _worth_sorting(tx: Tx, limit: int) -> int:
    """Of how many matches on it costs less to pass all runs in order until enough are found.

    If m of n runs match and are spread evenly, that is after limit * n / m runs, which equals m here.
    """
    newest: int = tx.driver("select max(id) from runs")[0][0] or 0
    return math.isqrt(limit * newest) + 1


def _entries(tx: Tx, comparison: Comparison, most: int) -> int:
    given = (comparison.field.key, comparison.value)
    return _count(tx, _ENTRIES[comparison.field.entity], given, most)


def _count(tx: Tx, rows: str, given: tuple[object, ...], most: int) -> int:
    return tx.driver(f"select count(*) from ({rows} limit ?)", (*given, most))[0][0]
