"""Datasets that a run has read."""

import mlflow
from lab import feature


@feature("datasets", "mlflow.log_input")
def datasets(lab):
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2, 3], "b": [4.0, 5.0, 6.0]})
    experiment = lab.experiment()
    with mlflow.start_run(experiment_id=experiment) as run:
        dataset = mlflow.data.from_pandas(frame, source="https://example.org/data.csv", name="tiny")
        mlflow.log_input(dataset, context="training")
        mlflow.log_input(dataset, context="training")
    (got,) = lab.client.get_run(run.info.run_id).inputs.dataset_inputs
    assert got.dataset.name == "tiny"
    assert got.dataset.digest == dataset.digest
    assert [(t.key, t.value) for t in got.tags] == [("mlflow.data.context", "training")]
    assert mlflow.data.get_source(got.dataset).url == "https://example.org/data.csv"
    for text in ("dataset.name = 'tiny'", "datasets.context ILIKE 'TRAIN%'", "dataset.name IN ('tiny', 'x')"):
        assert [r.info.run_id for r in lab.client.search_runs([experiment], text)] == [run.info.run_id], text
    assert list(lab.client.search_runs([experiment], "dataset.name = 'other'")) == []
