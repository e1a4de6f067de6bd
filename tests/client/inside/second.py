import json

import mlflow

with mlflow.start_run() as first:
    pass
with mlflow.start_run() as second:
    mlflow.log_metric("loss", 0.5)
print(json.dumps({"first": first.info.run_id, "second": second.info.run_id}))
