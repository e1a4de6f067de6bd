import json

import mlflow

from azureml.core import Workspace

ws = Workspace.from_config()
before = mlflow.get_tracking_uri()
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
after = mlflow.get_tracking_uri()
with mlflow.start_run() as run:
    mlflow.log_metric("loss", 0.5)
mlflow.set_tracking_uri("file:///tmp/runs-of-my-own")
own = mlflow.get_tracking_uri()
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
back = mlflow.get_tracking_uri()
found = {"before": before, "after": after, "given": ws.get_mlflow_tracking_uri(), "own": own, "back": back}
print(json.dumps({"run": run.info.run_id, "workspace": ws.name, **found}))
