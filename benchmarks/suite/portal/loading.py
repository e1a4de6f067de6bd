"""Puts what is measured into both servers; each way of loading returns the ids of what it made."""

import itertools
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from suite import data
from suite.client import Connection
from suite.portal.logged import Run

AT_ONCE = 1000


@dataclass(frozen=True)
class Made:
    """An experiment's id and its runs' ids."""

    experiment: str
    runs: list[str]


def through_api(port: int, experiments: dict[str, list[Run]]) -> dict[str, Made]:
    """Log everything to our server as clients do."""
    with Connection(port) as connection:
        made: dict[str, Made] = {}
        for name, runs in experiments.items():
            experiment = connection.post("experiments/create", name=name)["experiment_id"]
            made[name] = Made(experiment, [_log(connection, experiment, run) for run in runs])
        return made


def _log(connection: Connection, experiment: str, run: Run) -> str:
    about = {"experiment_id": experiment, "run_name": run.name, "start_time": run.start, "user_id": "bench"}
    run_id = connection.post("runs/create", **about)["run"]["info"]["run_id"]
    batch = data.batch(run_id, run.number)
    connection.post("runs/log-batch", run_id=run_id, params=batch["params"], tags=batch["tags"])
    for part in _parts(run):
        metrics = [{"key": k, "value": v, "step": s, "timestamp": run.start + s} for k, v, s in part]
        connection.post("runs/log-batch", run_id=run_id, metrics=metrics)
    if run.status != "RUNNING":
        connection.post("runs/update", run_id=run_id, status=run.status, end_time=run.start + 60_000)
    return run_id


def _parts(run: Run) -> Iterator[list[tuple[str, float, int]]]:
    points = iter(run.points)
    while part := list(itertools.islice(points, AT_ONCE)):
        yield part


def into_mlflow(database: Path, experiments: dict[str, list[Run]]) -> dict[str, Made]:
    """Write the rows that ``mlflow server`` would, since it takes minutes for what SQLite does in seconds."""
    with sqlite3.connect(database) as tx:
        made = {name: _experiment(tx, name, runs) for name, runs in experiments.items()}
    tx.close()
    return made


def _experiment(tx: sqlite3.Connection, name: str, runs: list[Run]) -> Made:
    row = (name, f"mlflow-artifacts:/{name}", data.START, data.START)
    columns = "name, artifact_location, lifecycle_stage, creation_time, last_update_time"
    added = tx.execute(f"insert into experiments ({columns}) values (?, ?, 'active', ?, ?)", row)
    experiment = added.lastrowid
    # The pages ask how an experiment is to be shown until somebody has said so.
    kind = (experiment, "mlflow.experimentKind", "custom_model_development")
    tx.execute("insert into experiment_tags (experiment_id, key, value) values (?, ?, ?)", kind)
    return Made(str(experiment), [_run(tx, experiment, run) for run in runs])


def _run(tx: sqlite3.Connection, experiment: int | None, run: Run) -> str:
    run_id = uuid.uuid4().hex
    ended = None if run.status == "RUNNING" else run.start + 60_000
    tx.execute(
        "insert into runs (run_uuid, name, source_type, user_id, status, start_time, end_time,"
        " lifecycle_stage, artifact_uri, experiment_id, source_name, entry_point_name, source_version)"
        " values (?, ?, 'UNKNOWN', 'bench', ?, ?, ?, 'active', ?, ?, '', '', '')",
        (run_id, run.name, run.status, run.start, ended, f"mlflow-artifacts:/{run_id}/artifacts", experiment),
    )
    tags = data.tags(run.number) | {"mlflow.runName": run.name, "mlflow.user": "bench"}
    for table, pairs in (("params", data.params(run.number)), ("tags", tags)):
        rows = [(key, value, run_id) for key, value in pairs.items()]
        tx.executemany(f"insert into {table} (key, value, run_uuid) values (?, ?, ?)", rows)
    _metrics(tx, run_id, run)
    return run_id


def _metrics(tx: sqlite3.Connection, run_id: str, run: Run) -> None:
    columns = "(key, value, timestamp, step, is_nan, run_uuid) values (?, ?, ?, ?, 0, ?)"
    latest: dict[str, tuple[str, float, int, int, str]] = {}
    for part in _parts(run):
        rows = [(key, value, run.start + step, step, run_id) for key, value, step in part]
        tx.executemany(f"insert into metrics {columns}", rows)
        latest |= {row[0]: row for row in rows}
    tx.executemany(f"insert into latest_metrics {columns}", list(latest.values()))
