"""Where SQLite is to begin when it looks for runs.

PostgreSQL keeps statistics of values and plans by itself. SQLite keeps none, so we count: looking at some
thousand entries of an index costs far less than a wrong plan.
"""

import json
from collections.abc import Sequence

from lazward_server.db.database import Tx
from lazward_server.db.schema import SHORT
from lazward_server.tracking.search.run_fields import PARENT, indexed
from lazward_server.tracking.search.tree import Comparison, Node, required

_ENTRIES = {
    "parameter": f"select 1 from params where key = ? and value = ? and length(value) <= {SHORT}",
    "tag": f"select 1 from tags where key = ? and value = ? and key = '{PARENT}'",
}
_RUNS = "select 1 from runs where experiment_id in (select value from json_each(?))"
_MOST_CANDIDATES = 4
_MOST_COUNTED = 100_000


def driver(
    tx: Tx, tree: Node | None, experiments: Sequence[int], limit: int, *, by_start_time: bool
) -> Comparison | None:
    """The comparison whose runs are worth looking up first; None: go through the runs of the experiments.

    Args:
        tx: On SQLite.
        tree: The filter.
        experiments: Where the runs must be.
        limit: How many runs are wanted.
        by_start_time: Whether the runs of an experiment are found in the wanted order already.
    """
    candidates = [one for one in required(tree) if indexed(one)][:_MOST_CANDIDATES]
    sizes = [(_entries(tx, one), place, one) for place, one in enumerate(candidates)]
    if not sizes:
        return None
    size, _, best = min(sizes)
    if _count(tx, _RUNS, (json.dumps(list(experiments)),), size + 1) <= size:
        return None
    return best if not by_start_time or _walk(tx, size, limit) > size else None


def _walk(tx: Tx, matches: int, limit: int) -> float:
    """About how many runs to pass until enough matches are found, if these are spread evenly."""
    newest = tx.driver("select max(id) from runs")[0][0] or 0
    return limit * newest / max(matches, 1)


def _entries(tx: Tx, comparison: Comparison) -> int:
    given = (comparison.field.key, comparison.value)
    return _count(tx, _ENTRIES[comparison.field.entity], given, _MOST_COUNTED)


def _count(tx: Tx, rows: str, given: tuple[object, ...], most: int) -> int:
    return tx.driver(f"select count(*) from ({rows} limit ?)", (*given, most))[0][0]
