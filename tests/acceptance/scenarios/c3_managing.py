"""C3: runs are started, looked at, ended, and submitted without an environment."""

# %%
from pathlib import Path

import azureml.core
from azureml.core import Experiment, Run, ScriptRunConfig, Workspace

print("This notebook was made for azureml.core", azureml.core.VERSION)
ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="explore-runs")

# %%
Path("code").mkdir()
Path("code/hello.py").write_text("print('Hello from a script!')\n")
Path("code/hello_with_children.py").write_text(
    """
from azureml.core import Run

run = Run.get_context()
for number in range(3):
    with run.child_run(name=f"child {number}") as child:
        child.log("number", number)
"""
)

# %%
notebook_run = exp.start_logging(snapshot_directory=None)
notebook_run.log(name="message", value="Hello from run!")
statuses = [notebook_run.get_status()]

# %%
statuses.append(notebook_run.get_status())
notebook_run

# %%
notebook_run.complete()
statuses.append(notebook_run.get_status())

# %%
with exp.start_logging(snapshot_directory=None) as second_run:
    second_run.log(name="message", value="Hello from second run!")
    statuses.append(second_run.get_status())
statuses.append(second_run.get_status())

# %%
run_config = ScriptRunConfig(source_directory="code", script="hello.py")
local_script_run = exp.submit(run_config)
first_status = local_script_run.get_status()

# %%
local_script_run.wait_for_completion(show_output=True)
local_script_run.get_status()

# %%
details = local_script_run.get_details()
with_logs = local_script_run.get_details_with_logs()

# %%
listed = list(exp.get_runs())
for run in listed:
    print(run.id, run.get_status())

# %%
fetched = Run(exp, notebook_run.id)
fetched_messages = fetched.get_metrics()

# %%
failing = exp.start_logging(snapshot_directory=None)
failing.fail(error_details="it was meant to")

# %%
parent = exp.submit(ScriptRunConfig(source_directory="code", script="hello_with_children.py"))
parent.wait_for_completion(show_output=True)
children = list(parent.get_children(recursive=True))

# %%
canceled = exp.submit(
    ScriptRunConfig(source_directory="code", command=["python", "-c", "'import time; time.sleep(600)'"])
)
canceled.cancel()
canceled.wait_for_completion()

# %%
facts = {
    "ids": [one.id for one in (notebook_run, second_run, local_script_run)],
    "listed": [one.id for one in listed],
    "statuses": statuses,
    "first": first_status,
    "last": local_script_run.get_status(),
    "details": details,
    "logs": with_logs["logFiles"],
    "reprs": [repr(notebook_run), repr(local_script_run)],
    "pages": [notebook_run._repr_html_(), local_script_run._repr_html_(), exp._repr_html_()],
    "messages": fetched_messages,
    "failing": [failing.id, failing.get_details()["error"]],
    "parent": parent.id,
    "children": {one.id: one.get_metrics() for one in children},
    "canceled": [canceled.id, canceled.get_status()],
}
