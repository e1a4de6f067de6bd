"""Metrics of logged models."""

import math

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward_server.db.schema import experiments, runs, workspaces
from lazward_server.tracking import logged_model_metrics


def shown(lab, model):
    metrics = lab.get(model.info.model_id).data.metrics
    return [(m.key, m.value, m.step, m.timestamp, m.dataset_name, m.dataset_digest) for m in metrics]


def test_all_points_are_shown_with_their_run_and_dataset(lab):
    model = lab.model()
    lab.measure(model, ("acc", 0.5, 1, 10), ("acc", 0.7, 2, 20, "d", "x"))
    assert shown(lab, model) == [("acc", 0.5, 1, 10, None, None), ("acc", 0.7, 2, 20, "d", "x")]
    metric = lab.get(model.info.model_id).data.metrics[0]
    assert (metric.model_id, metric.run_id) == (model.info.model_id, lab.run.run_id)


def test_a_point_that_is_there_stays_as_it_is(lab):
    model = lab.model()
    lab.measure(model, ("acc", 0.5, 1, 10), ("acc", 0.5, 1, 10))
    lab.measure(model, ("acc", 0.6, 1, 10))
    assert shown(lab, model) == [("acc", 0.5, 1, 10, None, None)]
    lab.measure(model, ("acc", 0.6, 1, 10, "d", "x"))
    lab.measure(model, ("acc", 0.6, 1, 10), run=lab.new_run())
    assert len(shown(lab, model)) == 3


def test_nan_stays_nan(lab):
    model = lab.model()
    lab.measure(model, ("m", math.nan, 1), ("m", "NaN", 2))
    lab.measure(model, ("m", math.nan, 1))
    assert [point[:3] for point in shown(lab, model)] == [("m", "NaN", 1), ("m", "NaN", 2)]


def test_one_batch_may_hold_points_of_many_models(lab):
    models = [lab.model() for _ in range(3)]
    rows = [
        (m.info.model_id, lab.run.run_id, "m", 0, i, 1.0, None, None) for m in models for i in range(1000)
    ]
    lab.write(lambda tx, _workspace: logged_model_metrics.log(tx, rows))
    assert [len(lab.get(m.info.model_id).data.metrics) for m in models] == [1000] * 3


def test_an_unknown_model_is_named_and_nothing_is_written(lab):
    model = lab.model()
    rows = [(i, lab.run.run_id, "m", 0, 0, 1.0, None, None) for i in (model.info.model_id, "nope")]
    with pytest.raises(NotFound, match="Logged model with ID 'nope' not found"):
        lab.write(lambda tx, _workspace: logged_model_metrics.log(tx, rows))
    assert shown(lab, model) == []


def test_a_run_of_another_workspace_cannot_write_to_a_model(lab):
    def foreign_run(tx, _workspace):
        tx.execute(sa.insert(workspaces).values(id=2, name="other", created_at=0))
        home = tx.execute(
            sa.insert(experiments)
            .values(workspace_id=2, name="e", artifact_location="x", created_at=0, updated_at=0)
            .returning(experiments.c.id)
        ).scalar_one()
        row = {"experiment_id": home, "name": "r", "user_id": "", "status": 1, "artifact_uri": "x"}
        tx.execute(sa.insert(runs).values(run_id="f" * 32, **row))

    model = lab.model()
    lab.write(foreign_run)
    foreign = type("Run", (), {"run_id": "f" * 32})
    with pytest.raises(NotFound, match=model.info.model_id):
        lab.measure(model, ("m", 1.0), run=foreign)


def test_names_of_datasets_have_limits(lab):
    model = lab.model()
    for dataset in (("d" * 501, "x"), ("d", "x" * 37)):
        with pytest.raises(InvalidRequest, match="exceeds the maximum length"):
            lab.measure(model, ("m", 1.0, 0, 0, *dataset))
    lab.measure(model, ("m", 1.0, 0, 0, "\U0001f600" * 500, "x" * 36))
