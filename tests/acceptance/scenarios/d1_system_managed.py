"""D1: the environment is built, and used again."""

# %%
from pathlib import Path

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.conda_dependencies import CondaDependencies

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="train-on-local")
Path("code").mkdir()
Path("code/train.py").write_text(
    """
import sys

import sklearn
from azureml.core.run import Run

Run.get_context().log("version", sklearn.__version__)
print("prefix", sys.prefix)
"""
)

# %%
system_managed_env = Environment("system-managed-env")
system_managed_env.python.user_managed_dependencies = False
cd = CondaDependencies.create(conda_packages=["scikit-learn"])
system_managed_env.python.conda_dependencies = cd
src = ScriptRunConfig(source_directory="code", script="train.py")
src.run_config.environment = system_managed_env

# %%
runs = [exp.submit(src)]
runs[0].wait_for_completion(show_output=True)

# %%
runs.append(exp.submit(src))
runs[1].wait_for_completion(show_output=True)

# %%
facts = {"runs": [run.id for run in runs], "metrics": [run.get_metrics() for run in runs]}
