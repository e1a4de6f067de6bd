import json
import os

import mlflow

told = os.environ["MLFLOW_RUN_ID"]
with mlflow.start_run() as run:
    mlflow.log_metric("loss", 0.5)
status = mlflow.tracking.MlflowClient().get_run(told).info.status
left = os.environ.get("MLFLOW_RUN_ID")
print(json.dumps({"told": told, "run": run.info.run_id, "left": left, "status": status}))
