"""The history of metrics: page by page, of many runs, and thinned out for charts."""

from collections.abc import Sequence
from itertools import chain

from lazward.errors import InvalidRequest
from lazward.wire.metrics import MAX_BULK_RUNS, MAX_HISTORY, MAX_INTERVAL_POINTS, Metric, RunMetric
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.tracking import metrics, page_token, runs

_FIRST = (-(2**63), -(2**63), -metrics.INFINITY)
_NUMBERS = Bulk(
    "select runs.run_id, runs.id from given join runs on runs.run_id = given.run_id"
    " join experiments on experiments.id = runs.experiment_id"
    " and experiments.workspace_id = given.workspace_id",
    run_id="text",
    workspace_id="bigint",
)


def page(
    tx: Tx, workspace_id: int, run_id: str, key: str, max_results: int, token: str
) -> tuple[list[Metric], str | None]:
    """A page of a metric's history by (timestamp, step, value), and the token of the next one.

    ``max_results`` 0 means everything, which is what clients before 3.0 expect. The pages follow the key
    of the last point, so a page costs the same wherever it lies.
    """
    run = runs.find(tx, workspace_id, run_id).id
    after = page_token.read_point(token) if token else _FIRST
    number = metrics.key_id(tx, key)
    if number is None:
        return [], None
    limit = max_results + 1 if max_results else 2**62
    rows = _rows(tx, run, number, after, limit)
    more = bool(max_results) and len(rows) > max_results
    if more:
        rows.pop()
    found = [Metric(key, metrics.answered(value), timestamp, step) for step, timestamp, value in rows]
    return found, page_token.point(rows[-1][1], rows[-1][0], rows[-1][2]) if more else None


def bulk(tx: Tx, workspace_id: int, run_ids: list[str], key: str | None, max_results: int) -> list[RunMetric]:
    """The history of one metric in up to 100 runs, by run, timestamp, step and value."""
    if not run_ids:
        raise InvalidRequest("GetMetricHistoryBulk request must specify at least one run_id.")
    _limit_runs("GetMetricHistoryBulk request cannot specify more than {} run_ids.", run_ids)
    if key is None:
        raise InvalidRequest("GetMetricHistoryBulk request must specify a metric_key.")
    number = metrics.key_id(tx, key)
    found: list[RunMetric] = []
    left = min(max_results, MAX_HISTORY)
    for run_id, run in sorted(_numbers(tx, workspace_id, run_ids).items()) if number is not None else ():
        assert number is not None  # noqa: S101 - the loop runs only then
        rows = _rows(tx, run, number, _FIRST, left - len(found))
        found += [RunMetric(key, metrics.answered(v), timestamp, step, run_id) for step, timestamp, v in rows]
        if len(found) >= left:
            break
    return found


def interval(
    tx: Tx,
    workspace_id: int,
    run_ids: list[str],
    key: str,
    steps: tuple[int | None, int | None],
    max_results: int,
) -> list[RunMetric]:
    """A metric of up to 100 runs at up to about ``max_results`` steps, for charts.

    All distinct steps of all runs in the range are sorted; if there are more than ``max_results``, those at
    index ``i * n // max_results`` and the last are taken, and each run's own first and last step beside
    (MLflow's ``get_metric_history_bulk_interval``). By run, step, timestamp and value.
    """
    if not run_ids:
        raise InvalidRequest("Missing value for required parameter 'run_ids'.")
    _limit_runs("GetMetricHistoryBulkInterval request must specify at most {} run_ids.", run_ids)
    if not key:
        raise InvalidRequest("Missing value for required parameter 'metric_key'.")
    if not 1 <= max_results <= MAX_INTERVAL_POINTS:
        raise InvalidRequest(f"max_results must be between 1 and {MAX_INTERVAL_POINTS}.")
    low, high = _range(steps)
    number = metrics.key_id(tx, key)
    numbers = _numbers(tx, workspace_id, run_ids)
    if number is None or not numbers:
        return []
    chosen, ends = _sample(tx, sorted(numbers.values()), number, low, high, max_results)
    found: list[RunMetric] = []
    for run_id in dict.fromkeys(run_ids):
        run = numbers.get(run_id)
        if run is None or run not in ends:
            continue
        rows = _at_steps(
            tx, run, number, sorted(chosen | ends[run]) if chosen is not None else None, low, high
        )
        found += [RunMetric(key, metrics.answered(v), timestamp, step, run_id) for step, timestamp, v in rows]
    return found


def _limit_runs(text: str, run_ids: list[str]) -> None:
    if len(run_ids) > MAX_BULK_RUNS:
        raise InvalidRequest(f"{text.format(MAX_BULK_RUNS)} Received {len(run_ids)} run_ids.")


def _range(steps: tuple[int | None, int | None]) -> tuple[int, int]:
    low, high = steps
    if low is None and high is None:
        return -(2**63), 2**63 - 1
    if low is None or high is None:
        raise InvalidRequest("If either start step or end step are specified, both must be specified.")
    if low > high:
        raise InvalidRequest(
            f"end_step must be greater than start_step. Found start_step={low} and end_step={high}."
        )
    return low, high


def _numbers(tx: Tx, workspace_id: int, run_ids: list[str]) -> dict[str, int]:
    return dict(_NUMBERS(tx, [(run_id, workspace_id) for run_id in dict.fromkeys(run_ids)]))


def _rows(
    tx: Tx, run: int, key: int, after: tuple[int, int, float | str], limit: int
) -> list[tuple[int, int, float | str]]:
    """Points as (step, timestamp, value) behind ``after`` (timestamp, step, value).

    Where timestamps never fall while steps rise, as in a training loop, the key's own order is the order
    asked for and nothing is sorted.
    """
    mark = "%s" if tx.postgres else "?"
    ordered = tx.driver(f"select ordered from latest where run = {mark} and key = {mark}", (run, key))
    if not ordered:
        return []
    timestamp, step, value = after
    order = "step, timestamp, value" if ordered[0][0] else "timestamp, step, value"
    first = (step, timestamp, value) if ordered[0][0] else (timestamp, step, value)
    sql = (
        f"select step, timestamp, value from points where run = {mark} and key = {mark}"
        f" and ({order}) > ({mark}, {mark}, {mark}) order by {order} limit {mark}"
    )
    return tx.driver(sql, (run, key, *first, limit))


def _sample(
    tx: Tx, run_numbers: list[int], key: int, low: int, high: int, most: int
) -> tuple[set[int] | None, dict[int, set[int]]]:
    """The steps to show and each run's first and last; None for the steps if all fit."""
    own = {run: steps for run in run_numbers if len(steps := _steps(tx, run, key, low, high))}
    ends = {run: {steps[0], steps[-1]} for run, steps in own.items()}
    if len(own) == 1:
        (ordered,) = own.values()
    else:
        ordered = sorted(set(chain.from_iterable(own.values())))
    count = len(ordered)
    if count <= most:
        return None, ends
    return {ordered[i * count // most] for i in range(most)} | {ordered[-1]}, ends


def _steps(tx: Tx, run: int, key: int, low: int, high: int) -> Sequence[int]:
    """The distinct steps of a series in a range, in order.

    Most series step evenly, and then the first, the last and the number of steps tell them all: the database
    counts a million in a tenth of the time it takes to hand them over.
    """
    mark = "%s" if tx.postgres else "?"
    span = f"from points where run = {mark} and key = {mark} and step between {mark} and {mark}"
    given = (run, key, low, high)
    first = tx.driver(f"select step {span} order by step limit 1", given)
    if not first:
        return []
    last = tx.driver(f"select step {span} order by step desc limit 1", given)
    start, end = first[0][0], last[0][0]
    count = tx.driver(f"select count(*) from (select distinct step {span}) as steps", given)[0][0]
    if end - start == count - 1:
        return range(start, end + 1)
    stride = (end - start) // (count - 1)
    on_stride = (
        f"{span} and mod(step - {start}, {stride}) = 0"
        if tx.postgres
        else f"{span} and (step - {start}) % {stride} = 0"
    )
    even = f"select count(*) from (select distinct step {on_stride}) as steps"
    if (end - start) % (count - 1) == 0 and tx.driver(even, given)[0][0] == count:
        return range(start, end + 1, stride)
    return [step for (step,) in tx.driver(f"select distinct step {span} order by step", given)]


def _at_steps(
    tx: Tx, run: int, key: int, steps: list[int] | None, low: int, high: int
) -> list[tuple[int, int, float | str]]:
    """Points of a run at these steps, or at all in the range."""
    mark = "%s" if tx.postgres else "?"
    if steps is None:
        sql = (
            f"select step, timestamp, value from points where run = {mark} and key = {mark}"
            f" and step between {mark} and {mark} order by step, timestamp, value limit {mark}"
        )
        return tx.driver(sql, (run, key, low, high, MAX_HISTORY))
    rows = _AT_STEPS(tx, [(run, key, step) for step in steps])
    return sorted(rows, key=lambda row: (row[0], row[1], metrics.sort_key(row[2])))


_AT_STEPS = Bulk(
    "select points.step, points.timestamp, points.value from given join points"
    " on points.run = given.run and points.key = given.key and points.step = given.step",
    run="bigint",
    key="int",
    step="bigint",
)
