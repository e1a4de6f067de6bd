"""Whole runs, a page at a time: one statement for the rows and one for each kind of thing they logged."""

import sqlalchemy as sa

from lazward.wire.base import KeyValue
from lazward.wire.datasets import Inputs
from lazward.wire.metrics import Metric
from lazward.wire.runs import Run, RunData
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.db.schema import runs as table
from lazward_server.tracking import datasets, metrics, runs

# PostgreSQL must be asked for the order that SQLite has by itself, so that no answer changes between reads.
_LATEST = Bulk(
    "select latest.run, metric_keys.name, latest.value, latest.timestamp, latest.step from given"
    " join latest on latest.run = given.run join metric_keys on metric_keys.id = latest.key",
    postgres=" order by latest.run, latest.key",
    run="bigint",
)
_PARAMS = Bulk(
    "select params.run, params.key, params.value from given join params on params.run = given.run",
    postgres=" order by params.run, params.key",
    run="bigint",
)
_TAGS = Bulk(
    "select tags.run, tags.key, tags.value from given join tags on tags.run = given.run",
    postgres=" order by tags.run, tags.key",
    run="bigint",
)


def load(tx: Tx, numbers: list[int]) -> dict[int, Run]:
    """The runs with these integer ids."""
    if not numbers:
        return {}
    given = [(number,) for number in numbers]
    data = {number: RunData(metrics=[], params=[], tags=[]) for number in numbers}
    for run, key, value, timestamp, step in _LATEST(tx, given):
        data[run].metrics.append(Metric(key, metrics.answered(value), timestamp, step))
    for run, key, value in _PARAMS(tx, given):
        data[run].params.append(KeyValue(key, value))
    for run, key, value in _TAGS(tx, given):
        data[run].tags.append(KeyValue(key, value))
    inputs = datasets.inputs_of(tx, numbers)
    outputs = datasets.outputs_of(tx, numbers)
    rows = {row.id: row for row in tx.execute(sa.select(table).where(table.c.id.in_(numbers)))}
    return {
        number: Run(runs.info(row), data[number], inputs.get(number) or Inputs(), outputs.get(number))
        for number, row in rows.items()
    }
