import json

import mlflow

with mlflow.start_run() as outer, mlflow.start_run(nested=True) as inner:
    mlflow.log_metric("loss", 0.5)
print(json.dumps({"outer": outer.info.run_id, "inner": inner.info.run_id}))
