"""The usual local training notebook as a script. Where to log to comes from the environment."""

import json
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import mlflow
import mlflow.sklearn
from mlflow import MlflowClient
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

mlflow.set_experiment("experiment-with-mlflow")

x, y = load_diabetes(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=0)
alpha = 0.03

with mlflow.start_run() as run:
    mlflow.log_metric("alpha", alpha)
    model = Ridge(alpha=alpha)
    model.fit(x_train, y_train)
    predicted = model.predict(x_test)
    mlflow.log_metric("mse", mean_squared_error(predicted, y_test))
    mlflow.sklearn.log_model(model, "model")

    figure = plt.figure(1)
    plt.scatter(y_test, predicted)
    plt.savefig("actuals_vs_predictions.png")
    mlflow.log_artifact("actuals_vs_predictions.png")

client = MlflowClient()
found = mlflow.search_runs(order_by=["metrics.mse ASC"], max_results=1).iloc[0]
loaded = mlflow.sklearn.load_model(f"runs:/{found.run_id}/model")
plot = mlflow.artifacts.download_artifacts(run_id=found.run_id, artifact_path="actuals_vs_predictions.png")

print(
    json.dumps(
        {
            "run": run.info.run_id,
            "found": found.run_id,
            "metrics": client.get_run(found.run_id).data.metrics,
            "files": [item.path for item in client.list_artifacts(found.run_id)],
            "plot": Path(plot).read_bytes()[:4].hex(),
            "same": bool((loaded.predict(x_test) == predicted).all()),
        }
    )
)
