"""Train a ridge regression on the diabetes data; log metrics, a plot and the model, and find them again."""

import tempfile
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import mlflow
import numpy as np
from mlflow import MlflowClient
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

from azureml.core import Workspace

ws = Workspace.from_config()
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
mlflow.set_experiment("diabetes")

x, y = load_diabetes(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=0)

for alpha in np.arange(0.0, 1.0, 0.25):
    with mlflow.start_run():
        model = Ridge(alpha=alpha).fit(x_train, y_train)
        predicted = model.predict(x_test)
        mlflow.log_param("alpha", alpha)
        mlflow.log_metric("mse", mean_squared_error(y_test, predicted))

        plt.figure()
        plt.scatter(y_test, predicted)
        plt.xlabel("measured")
        plt.ylabel("predicted")
        plot = Path(tempfile.mkdtemp()) / "actuals_vs_predictions.png"
        plt.savefig(plot)
        plt.close()
        mlflow.log_artifact(str(plot))

        mlflow.sklearn.log_model(model, name="model", input_example=x_test[:2])

best = mlflow.search_runs(experiment_names=["diabetes"], order_by=["metrics.mse ASC"], max_results=1).iloc[0]
print(f"best run {best.run_id}: alpha {best['params.alpha']}, mse {best['metrics.mse']:.1f}")

client = MlflowClient()
print("its metrics:", client.get_run(best.run_id).data.metrics)
print("its artifacts:", [item.path for item in client.list_artifacts(best.run_id)])
print(
    "its plot:",
    Path(mlflow.artifacts.download_artifacts(run_id=best.run_id, artifact_path=plot.name)).stat().st_size,
    "bytes",
)
loaded = mlflow.sklearn.load_model(f"runs:/{best.run_id}/model")
print(
    "its model predicts:",
    loaded.predict(x_test[:3]).round(1).tolist(),
    "where",
    y_test[:3].tolist(),
    "was measured",
)
