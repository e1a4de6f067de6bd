"""D3: the end of the cluster."""

# %%
from azureml.core import Workspace
from azureml.core.compute import ComputeTarget
from azureml.core.compute_target import ComputeTargetException

ws = Workspace.from_config()
cpu_cluster = ComputeTarget(workspace=ws, name="cpu-cluster")
cpu_cluster.delete()
cpu_cluster.wait_for_completion(show_output=True, is_delete_operation=True)

# %%
facts = {}
try:
    ComputeTarget(workspace=ws, name="cpu-cluster")
except ComputeTargetException as error:
    facts["gone"] = error.message
