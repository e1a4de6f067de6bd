"""The smallest thing there is: one run with one metric."""

import mlflow

from azureml.core import Workspace

ws = Workspace.from_config()
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
mlflow.set_experiment("experiment_with_mlflow")
with mlflow.start_run():
    mlflow.log_metric("alpha", 0.03)
