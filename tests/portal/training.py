"""A model of scikit-learn, logged and registered with the stock client."""

from typing import NamedTuple

import mlflow
import pandas as pd
from mlflow.models import infer_signature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema
from sklearn.linear_model import LogisticRegression

COLUMNS = ["sepal <b>length</b>", "petal 😀 width"]


class Trained(NamedTuple):
    """What training left.

    Attributes:
        experiment_id: The experiment.
        run_id: The run.
        model_id: The logged model.
        name: The registered model; version 1 is of it.
    """

    experiment_id: str
    run_id: str
    model_id: str
    name: str


def train(url: str, experiment: str, name: str) -> Trained:
    """Train, measure, log and register; the token is in the environment."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(url)
    try:
        made = mlflow.set_experiment(experiment)
        with mlflow.start_run(run_name=f"training of {name}"[:200]) as run:
            return _log(made.experiment_id, run.info.run_id, name)
    finally:
        mlflow.set_tracking_uri(before)


def _log(experiment_id: str, run_id: str, name: str) -> Trained:
    rows = [[1.0, 0.2], [4.5, 1.5], [1.4, 0.1], [5.1, 2.3]]
    data = pd.DataFrame(rows, columns=COLUMNS)
    dataset = mlflow.data.from_pandas(data, source="flowers.csv", name="flowers")
    mlflow.log_input(dataset, context="training", tags={"quality": "checked"})
    mlflow.log_params({"penalty": "l2", "C": 1.0})
    model = LogisticRegression().fit(data, [0, 1, 0, 1])
    params = ParamSchema([ParamSpec("threshold", DataType.double, 0.5)])
    signature = infer_signature(data, model.predict(data))
    signature = mlflow.models.ModelSignature(
        signature.inputs, Schema([ColSpec(DataType.long, "class")]), params=params
    )
    logged = mlflow.sklearn.log_model(
        model,
        name="classifier",
        signature=signature,
        input_example=data.head(2),
        registered_model_name=name,
        pip_requirements=["scikit-learn", "pandas"],
        params={"penalty": "l2"},
    )
    mlflow.log_metric("accuracy", 0.97, model_id=logged.model_id, dataset=dataset)
    mlflow.log_metric("loss", 0.125, model_id=logged.model_id)
    return Trained(experiment_id, run_id, logged.model_id, name)
