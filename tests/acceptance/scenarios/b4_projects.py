"""B4: an MLflow project as a run of the workspace, without an environment of its own."""

# %%
import mlflow
import mlflow.azureml
import mlflow.projects

from azureml.core import Workspace

ws = Workspace.from_config()

# %%
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
experiment_name = "train-projects-local"
mlflow.set_experiment(experiment_name)

# %%
backend_config = {"USE_CONDA": False}
local_env_run = mlflow.projects.run(
    uri="project",
    parameters={"alpha": 0.3},
    backend="azureml",
    use_conda=False,
    backend_config=backend_config,
)

# %%
facts = {"run": local_env_run.run_id, "version": mlflow.__version__, "waited": local_env_run.wait()}
