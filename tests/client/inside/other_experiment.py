import json

import mlflow

by_name = mlflow.set_experiment("somewhere else")
by_id = mlflow.set_experiment(experiment_id="0")
with mlflow.start_run() as run:
    mlflow.log_metric("loss", 0.5)
names = [getattr(one, "name", None) for one in (by_name, by_id)]
print(json.dumps({"run": run.info.run_id, "names": names}))
