"""Where to begin when runs are looked for: with an index, with columns in memory, or with all runs.

PostgreSQL keeps statistics of values and plans by itself, if it may plan for the values at hand. SQLite keeps
none, so we count: looking at some thousand entries of an index costs far less than a wrong plan.
"""

import math
from collections.abc import Collection, Sequence

from lazward_server.db.database import Tx
from lazward_server.db.schema import SHORT
from lazward_server.tracking.search import sheets
from lazward_server.tracking.search.run_fields import PARENT, indexed
from lazward_server.tracking.search.sheet import MOST_COLUMNS, has_column
from lazward_server.tracking.search.tree import Comparison, Field, Node, required

# A plan made once for all values took 190 ms where the one for the values took 8.
_PLAN_FOR_VALUES = "select set_config('plan_cache_mode', 'force_custom_plan', true)"
_ENTRIES = {
    "parameter": f"select 1 from params where key = ? and value = ? and length(value) <= {SHORT}",
    "tag": f"select 1 from tags where key = ? and value = ? and key = '{PARENT}'",
}
_RUNS = "select 1 from runs where experiment_id = ?"
_MOST_CANDIDATES = 4
_MOST_COUNTED = 100_000

MOST_WALKED = 20
"""Experiments that are gone through one by one, in the order of an index or in sheets; of more, all runs
are sorted together."""
_FEW = 1000
"""Runs that are found by an index and sorted sooner than a sheet is read."""
_FEWEST_IN_SHEETS = 2000
_MOST_IN_SHEETS = 200_000
"""Runs of the experiments together: of fewer the tables are quick, of more a sheet takes seconds to read."""


def begin(tx: Tx) -> None:
    """To be called before the first statement of a search."""
    if tx.postgres:
        tx.driver(_PLAN_FOR_VALUES)


def worth_a_sheet(
    tx: Tx, tree: Node | None, homes: Sequence[int], fields: Collection[Field], *, by_start_time: bool
) -> bool:
    """Whether columns in memory (``sheet``) are the quicker way, and possible.

    Args:
        tx: Where the search will run; what it wrote itself is in no sheet.
        tree: The filter.
        homes: The experiments.
        fields: What is compared or ordered by.
        by_start_time: Whether an index has the runs of an experiment in the wanted order.
    """
    if not tx.reading or len(homes) > MOST_WALKED or not all(map(has_column, fields)):
        return False
    if (by_start_time and tree is None) or len(fields) > MOST_COLUMNS:
        return False
    if any(_entries(tx, one, _FEW) < _FEW for one in _candidates(tree)):
        return False
    unread = [home for home in homes if not sheets.kept(tx, home)]
    return not unread or _FEWEST_IN_SHEETS <= _size(tx, unread, _MOST_IN_SHEETS + 1) <= _MOST_IN_SHEETS


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
    candidates = _candidates(tree)
    if tx.postgres or not candidates:
        return None
    most = _worth_sorting(tx, limit) if by_start_time else _MOST_COUNTED
    size, _, best = min((_entries(tx, one, most), place, one) for place, one in enumerate(candidates))
    small = _size(tx, experiments, size + 1) <= size
    return None if size >= most or small else best


def _candidates(tree: Node | None) -> list[Comparison]:
    """Comparisons that every match fulfils, and whose runs an index has."""
    return [one for one in required(tree) if indexed(one)][:_MOST_CANDIDATES]


def _worth_sorting(tx: Tx, limit: int) -> int:
    """Of how many matches on it costs less to pass all runs in order until enough are found.

    If m of n runs match and are spread evenly, that is after limit * n / m runs, which equals m here.
    """
    newest: int = tx.driver("select max(id) from runs")[0][0] or 0
    return math.isqrt(limit * newest) + 1


def _entries(tx: Tx, comparison: Comparison, most: int) -> int:
    given = (comparison.field.key, comparison.value)
    return _count(tx, _ENTRIES[comparison.field.entity], given, most)


def _size(tx: Tx, experiments: Sequence[int], most: int) -> int:
    """How many runs experiments have together; no more than ``most`` are counted."""
    found = 0
    for experiment in experiments:
        found += _count(tx, _RUNS, (experiment,), most - found)
        if found >= most:
            break
    return found


def _count(tx: Tx, rows: str, given: tuple[object, ...], most: int) -> int:
    counted = f"select count(*) from ({rows} limit ?) as rows"
    return tx.driver(counted.replace("?", "%s") if tx.postgres else counted, (*given, most))[0][0]
