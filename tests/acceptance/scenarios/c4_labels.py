"""C4: properties that never change, tags that do, and runs that are found by both."""

# %%
from azureml.core import Experiment, Workspace

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="explore-runs")
other = exp.start_logging(snapshot_directory=None)
other.complete()
run = exp.start_logging(snapshot_directory=None)
run.complete()

# %%
run.add_properties({"author": "azureml-user"})
print(run.get_properties())

# %%
refused = None
try:
    run.add_properties({"author": "different-user"})
except Exception as e:
    refused = [type(e).__name__, str(e)]
    print(e)

# %%
run.tag("quality", "great run")
tags = [run.get_tags()]

# %%
run.tag("quality", "fantastic run")
tags.append(run.get_tags())

# %%
run.tag("worth another look")
tags.append(run.get_tags())

# %%
by_both = exp.get_runs(properties={"author": "azureml-user"}, tags={"quality": "fantastic run"})
by_bare = exp.get_runs(properties={"author": "azureml-user"}, tags="worth another look")
facts = {
    "run": run.id,
    "refused": refused,
    "properties": run.get_properties(),
    "tags": tags,
    "found": [[one.id for one in by_both], [one.id for one in by_bare]],
}
