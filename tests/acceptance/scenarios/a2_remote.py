"""A2: what the article does to track runs elsewhere. The compute target is there; the workspace is a name."""

# %%
from pathlib import Path

from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.core.runconfig import RunConfiguration

folder = Path("my_script_location")
folder.mkdir()
(folder / "my_training_script.py").write_text(
    """
import os

import mlflow

with mlflow.start_run():
    mlflow.log_metric("example", 1.23)
os.makedirs("outputs", exist_ok=True)
with open("outputs/model.txt", "w") as file:
    file.write("a model")
print("trained")
"""
)

# %%
exp = Experiment(workspace=Workspace.from_config().name, name="my_experiment")
run_config = RunConfiguration(framework="python")
run_config.target = "my-remote-compute"
run_config.environment.python.user_managed_dependencies = True
src = ScriptRunConfig(source_directory=str(folder), script="my_training_script.py", run_config=run_config)
run = exp.submit(src)

# %%
details = run.wait_for_completion()
facts = {"run": run.id, "status": details["status"], "metrics": run.get_metrics()}
