"""A4: a compute target that is not there, and a script that fails."""

# %%
from pathlib import Path

from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.core.runconfig import RunConfiguration
from azureml.exceptions import ActivityFailedException

ws = Workspace.from_config()
Path("code").mkdir()
Path("code/train.py").write_text("import sys\n\nprint('the last line of it')\nsys.exit(3)\n")
exp = Experiment(ws, "failing")


def configured(target):
    run_config = RunConfiguration()
    run_config.target = target
    run_config.environment.python.user_managed_dependencies = True
    return ScriptRunConfig("code", "train.py", run_config=run_config)


# %%
facts = {}
try:
    exp.submit(configured("no-such-compute"))
except Exception as error:
    facts["unknown"] = [type(error).__name__, str(error)]
facts["after unknown"] = [one.id for one in exp.get_runs()]

# %%
run = exp.submit(configured("local"))
try:
    run.wait_for_completion(show_output=True)
except ActivityFailedException as error:
    facts["failed"] = [type(error).__name__, str(error)]
facts["run"] = run.id
facts["status"] = run.get_status()
facts["error"] = run.get_details()["error"]
