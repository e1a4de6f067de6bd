"""D1: many models trained on this machine, in the interpreter that is there; the best is registered."""

# %%
import sys
from pathlib import Path

import numpy as np

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="train-on-local")

# %%
folder = Path("code")
folder.mkdir()
(folder / "mylib.py").write_text(
    "import numpy as np\n\n\ndef get_alphas():\n    return np.arange(0.0, 1.0, 0.05)\n"
)
(folder / "train.py").write_text(
    """
import os
import sys

import joblib
import mylib
from azureml.core.run import Run
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

print("interpreter", sys.executable)
os.makedirs("./outputs", exist_ok=True)
X, y = load_diabetes(return_X_y=True)
run = Run.get_context()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
for alpha in mylib.get_alphas():
    reg = Ridge(alpha=alpha)
    reg.fit(X_train, y_train)
    mse = mean_squared_error(y_test, reg.predict(X_test))
    run.log("alpha", alpha)
    run.log("mse", mse)
    with open(f"outputs/ridge_{alpha:.2f}.pkl", "wb") as file:
        joblib.dump(value=reg, filename=file)
"""
)

# %%
user_managed_env = Environment("user-managed-env")
user_managed_env.python.user_managed_dependencies = True
src = ScriptRunConfig(source_directory=str(folder), script="train.py")
src.run_config.environment = user_managed_env

# %%
local_run = exp.submit(src)
local_run

# %%
local_run.wait_for_completion(show_output=True)

# %%
metrics = local_run.get_metrics()
best_alpha = metrics["alpha"][np.argmin(metrics["mse"])]
print(f"When alpha is {best_alpha:.2f}, we have min MSE {min(metrics['mse']):.4f}.")

# %%
files = local_run.get_file_names()
model_file_name = f"ridge_{best_alpha:.2f}.pkl"
local_run.download_file("outputs/" + model_file_name)

# %%
models = [
    local_run.register_model(
        model_name="best_model", model_path="./outputs/" + model_file_name, tags={"best": "yes"}
    )
    for _ in range(2)
]
print("Registered model:\n --> Name:", models[0].name, "\n --> Version:", models[0].version)
print(" --> URL:", models[0].url)

# %%
facts = {
    "run": local_run.id,
    "interpreter": sys.executable,
    "metrics": metrics,
    "best": best_alpha,
    "files": files,
    "models": [[model.name, model.version, model.url, model.tags] for model in models],
}
