"""A training script that knows nothing of where it runs: the tracking URI is set when it starts."""

import mlflow

with mlflow.start_run():
    mlflow.log_metric("example", 1.23)
