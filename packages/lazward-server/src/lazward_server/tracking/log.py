"""Everything a run logs, batch by batch: behind log-metric, log-parameter, set-tag and log-batch.

A group of batches from many clients is written with a handful of statements. Each batch is checked
completely before anything of it is written, so it is all or nothing.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from lazward.errors import InvalidRequest, LazwardError, NotFound
from lazward.wire.base import KeyValue
from lazward.wire.metrics import (
    MAX_BATCH,
    MAX_BATCH_METRICS,
    MAX_BATCH_PARAMS,
    MAX_BATCH_TAGS,
    LogMetric,
    Point,
)
from lazward_server.db.database import Tx
from lazward_server.tracking import keys, logged_model_metrics, metrics, params, runs, tags


class Batch(NamedTuple):
    """What one request logs to one run, its limits and keys checked."""

    workspace_id: int
    run_id: str
    metrics: Sequence[Point | LogMetric]
    params: dict[str, str]
    tags: dict[str, str]
    single: bool = False


def batch(
    workspace_id: int,
    run_id: str,
    points: list[Point],
    given_params: list[KeyValue],
    given_tags: list[KeyValue],
) -> Batch:
    """A checked batch.

    Raises:
        InvalidRequest: A limit is passed, a key is malformed, or a param key comes twice.
    """
    _limit("metrics", MAX_BATCH_METRICS, len(points))
    _limit("params", MAX_BATCH_PARAMS, len(given_params))
    _limit("tags", MAX_BATCH_TAGS, len(given_tags))
    _limit("metrics, params, and tags", MAX_BATCH, len(points) + len(given_params) + len(given_tags))
    _check_names(points)
    checked = [keys.param(item, f"params[{i}].key") for i, item in enumerate(given_params)]
    if len({key for key, _ in checked}) != len(checked):
        repeated = sorted({key for key, _ in checked if sum(key == other for other, _ in checked) > 1})
        raise InvalidRequest(f"Duplicate parameter keys have been submitted: {repeated}.")
    labels = dict(keys.tag(item, f"tags[{i}].key") for i, item in enumerate(given_tags))
    return Batch(workspace_id, run_id, points, dict(checked), labels)


def log(tx: Tx, batches: list[Batch]) -> list[LazwardError | None]:
    """Write batches; the outcome of each is None or the error it failed with."""
    found = runs.find_many(tx, [batch.run_id for batch in batches])
    outcomes = [runs.unwritable(one.workspace_id, one.run_id, found.get(one.run_id)) for one in batches]
    _refuse_unknown_models(tx, batches, outcomes)
    _log_params(tx, batches, found, outcomes)
    good = [
        (found[batch.run_id].id, batch) for batch, error in zip(batches, outcomes, strict=True) if not error
    ]
    runs.forget(tx, {run for run, _ in good})
    tags.upsert(tx, {(run, key): value for run, batch in good for key, value in batch.tags.items()})
    _log_metrics(tx, good)
    logged_model_metrics.log(tx, [row for _, batch in good for row in _of_models(batch)])
    return outcomes


def _check_names(points: list[Point]) -> None:
    """Refuse the first malformed name; each different one is looked at once, since most come again."""
    if any(keys.wrong(name) for name in {point.key for point in points}):
        for i, point in enumerate(points):
            keys.check(point.key, f"metrics[{i}].name")


def _limit(what: str, most: int, count: int) -> None:
    if count > most:
        raise InvalidRequest(
            f"A batch logging request can contain at most {most} {what}. Got {count} {what}."
            f" Please split up {what} across multiple requests and try again."
        )


def _log_params(
    tx: Tx, batches: list[Batch], found: dict[str, runs.Found], outcomes: list[LazwardError | None]
) -> None:
    """Write the new params of each batch; a batch that would change one fails as a whole."""
    writable = [
        (i, found[batch.run_id].id, batch)
        for i, batch in enumerate(batches)
        if batch.params and outcomes[i] is None
    ]
    if not writable:
        return
    known = params.existing(tx, {(run, key) for _, run, batch in writable for key in batch.params})
    new: params.Params = {}
    for i, run, batch in writable:
        conflicts = [
            (key, old, value)
            for key, value in batch.params.items()
            if (old := known.get((run, key), value)) != value
        ]
        if conflicts:
            outcomes[i] = params.changed(batch.run_id, conflicts, single=batch.single)
            continue
        added = {(run, key): value for key, value in batch.params.items() if (run, key) not in known}
        known.update(added)
        new.update(added)
    params.insert(tx, new)


def _of_models(batch: Batch) -> list[logged_model_metrics.Row]:
    """The points of a batch that also belong to a logged model."""
    return [
        (p.model_id, batch.run_id, p.key, p.timestamp, p.step, p.value, p.dataset_name, p.dataset_digest)
        for p in batch.metrics
        if p.model_id
    ]


def _refuse_unknown_models(tx: Tx, batches: list[Batch], outcomes: list[LazwardError | None]) -> None:
    """Fail the batches with points of logged models that are not in the run's workspace."""
    rows = [_of_models(batch) for batch in batches]
    known = logged_model_metrics.numbers(tx, {(row[0], row[1]) for own in rows for row in own})
    for i, own in enumerate(rows):
        try:
            for row in own if outcomes[i] is None else ():
                logged_model_metrics.check_dataset(row[6], row[7])
                if (row[0], row[1]) not in known:
                    raise NotFound(f"Logged model with ID '{row[0]}' not found.")
        except LazwardError as error:
            outcomes[i] = error


def _log_metrics(tx: Tx, good: list[tuple[int, Batch]]) -> None:
    names = {point.key for _, batch in good for point in batch.metrics}
    if not names:
        return
    ids, nan = metrics.key_ids(tx, names), metrics.stored(tx, math.nan)
    points: list[metrics.Point] = [
        (run, ids[p.key], p.step, p.timestamp, p.value if p.value == p.value else nan)
        for run, batch in good
        for p in batch.metrics
    ]
    metrics.log(tx, points)
