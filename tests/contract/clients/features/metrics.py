"""Metrics: which point is the latest, and the whole history."""

import math
import time

from lab import feature
from mlflow.entities import Metric

MANY = 30
"""Batches of a thousand: more than the page of 25,000 points that newer clients fetch."""


@feature("metric history")
def history(lab):
    run_id = lab.client.create_run(lab.experiment()).info.run_id
    points = [(1.0, 5, 0), (2.0, 6, 1), (0.5, 7, -1), (0.5, 7, -1), (4.0, 6, 1)]
    for value, timestamp, step in points:
        lab.client.log_metric(run_id, "loss", value, timestamp=timestamp, step=step)
    got = [(m.value, m.timestamp, m.step) for m in lab.client.get_metric_history(run_id, "loss")]
    assert sorted(got) == sorted(set(points))
    assert lab.client.get_run(run_id).data.metrics["loss"] == 4.0
    assert list(lab.client.get_metric_history(run_id, "never")) == []


@feature("not a number")
def not_a_number(lab):
    run_id = lab.client.create_run(lab.experiment()).info.run_id
    lab.client.log_metric(run_id, "nan", math.nan)
    lab.client.log_metric(run_id, "tiny", 5e-324)
    metrics = lab.client.get_run(run_id).data.metrics
    assert math.isnan(metrics["nan"])
    assert metrics["tiny"] == 5e-324
    (point,) = lab.client.get_metric_history(run_id, "nan")
    assert math.isnan(point.value)


@feature("infinities", "mlflow>=1.2")
def infinities(lab):
    run_id = lab.client.create_run(lab.experiment()).info.run_id
    for key, value in (("up", math.inf), ("down", -math.inf)):
        lab.client.log_metric(run_id, key, value)
    metrics = lab.client.get_run(run_id).data.metrics
    assert metrics["up"] >= 1.7e308
    assert metrics["down"] <= -1.7e308


@feature("long history")
def long_history(lab):
    run_id = lab.client.create_run(lab.experiment()).info.run_id
    now = int(time.time() * 1000)
    for first in range(0, MANY * 1000, 1000):
        batch = [Metric("loss", 1.0 / (i + 1), now + i, i) for i in range(first, first + 1000)]
        lab.client.log_batch(run_id, metrics=batch, params=[], tags=[])
    got = lab.client.get_metric_history(run_id, "loss")
    assert [m.step for m in got] == list(range(MANY * 1000))
    assert got[-1].value == 1.0 / (MANY * 1000)
