"""B1: training on this machine, logged with MLflow."""

# %%
import matplotlib.pyplot as plt
import mlflow
import mlflow.sklearn
import numpy as np

import azureml.core
from azureml.core import Workspace

print("SDK version:", azureml.core.VERSION, "MLflow version:", mlflow.version.VERSION)
ws = Workspace.from_config()
print(ws.name, ws.resource_group, ws.location, ws.subscription_id, sep="\n")

# %%
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
experiment_name = "train-local"
mlflow.set_experiment(experiment_name)

# %%
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)

# %%
with mlflow.start_run() as run:
    alpha = 0.03
    mlflow.log_metric("alpha", alpha)
    reg = Ridge(alpha=alpha)
    reg.fit(X_train, y_train)
    preds = reg.predict(X_test)
    mlflow.log_metric("mse", mean_squared_error(y_test, preds))
    mlflow.sklearn.log_model(reg, "model")
    fig = plt.figure(1)
    idx = np.argsort(y_test)
    plt.plot(y_test[idx], preds[idx])
    fig.savefig("actuals_vs_predictions.png")
    mlflow.log_artifact("actuals_vs_predictions.png")

# %%
facts = {
    "run": run.info.run_id,
    "page": ws.experiments[experiment_name]._repr_html_(),
    "files": ws.get_run(run.info.run_id).get_file_names(),
}
ws.experiments[experiment_name]
