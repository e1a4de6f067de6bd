import json
import os

import mlflow

mlflow.set_experiment(os.environ["MLFLOW_EXPERIMENT_NAME"])
with mlflow.start_run() as run:
    mlflow.log_metric("loss", 0.5)
print(json.dumps({"run": run.info.run_id}))
