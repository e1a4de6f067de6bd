"""B2: the same on a cluster. The cell that finds or makes it is run twice."""

# %%
from pathlib import Path

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException

ws = Workspace.from_config()
experiment = Experiment(workspace=ws, name="train-remote")
cpu_cluster_name = "cpu-cluster"


# %%
def find_or_make():
    try:
        found = ComputeTarget(workspace=ws, name=cpu_cluster_name)
        print("Found existing cpu-cluster")
    except ComputeTargetException:
        print("Creating new cpu-cluster")
        compute_config = AmlCompute.provisioning_configuration(
            vm_size="STANDARD_D2_V2", min_nodes=0, max_nodes=1
        )
        found = ComputeTarget.create(ws, cpu_cluster_name, compute_config)
    found.wait_for_completion(show_output=True)
    return found


cpu_cluster = find_or_make()

# %%
cpu_cluster = find_or_make()

# %%
folder = Path("sample_projects")
folder.mkdir()
(folder / "train_diabetes.py").write_text(
    """
import mlflow
import mlflow.sklearn
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

with mlflow.start_run():
    X, y = load_diabetes(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
    mlflow.log_metric("Training samples", len(X_train))
    mlflow.log_metric("Test samples", len(X_test))
    alpha = 0.03
    mlflow.log_metric("alpha", alpha)
    reg = Ridge(alpha=alpha)
    reg.fit(X_train, y_train)
    mse = mean_squared_error(y_test, reg.predict(X_test))
    print("Mean Squared Error is", mse)
    mlflow.log_metric("mse", mse)
    mlflow.sklearn.log_model(reg, "model")
"""
)

# %%
env = Environment(name="mlflow-env")
env.python.user_managed_dependencies = True
src = ScriptRunConfig(source_directory=str(folder), script="train_diabetes.py")
src.run_config.environment = env
src.run_config.target = cpu_cluster.name

# %%
run = experiment.submit(src)
run

# %%
run.wait_for_completion(show_output=True)

# %%
metrics = run.get_metrics()
details = run.get_details()
facts = {
    "run": run.id,
    "page": run._repr_html_(),
    "metrics": metrics,
    "details": details,
    "files": run.get_file_names(),
    "texts": run.get_details_with_logs()["logFiles"],
}
