"""D3: a cluster is chosen, made, used, changed and deleted."""

# %%
from pathlib import Path

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException

ws = Workspace.from_config()
experiment = Experiment(workspace=ws, name="train-on-amlcompute")
sizes = AmlCompute.supported_vmsizes(workspace=ws)

# %%
cpu_cluster_name = "cpu-cluster"
try:
    cpu_cluster = ComputeTarget(workspace=ws, name=cpu_cluster_name)
    print("Found existing cluster, use it.")
except ComputeTargetException:
    compute_config = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
    cpu_cluster = ComputeTarget.create(ws, cpu_cluster_name, compute_config)
cpu_cluster.wait_for_completion(show_output=True)

# %%
Path("code").mkdir()
Path("code/train.py").write_text(
    "import sys\nfrom azureml.core.run import Run\nRun.get_context().log('answer', int(sys.argv[1]))\n"
)
myenv = Environment("myenv")
myenv.python.user_managed_dependencies = True
src = ScriptRunConfig(
    source_directory="code",
    script="train.py",
    arguments=["42"],
    compute_target=cpu_cluster,
    environment=myenv,
)

# %%
run = experiment.submit(config=src)
run

# %%
run.wait_for_completion(show_output=True)
run.get_metrics()

# %%
status = cpu_cluster.get_status().serialize()
listed = [one.name for one in ws.compute_targets.values()]

# %%
cpu_cluster.update(idle_seconds_before_scaledown=1200)
again = ComputeTarget(workspace=ws, name=cpu_cluster_name)
updated = again.get_status().serialize()
again.update(min_nodes=0, max_nodes=3, idle_seconds_before_scaledown=1)

# %%
facts = {
    "run": run.id,
    "metrics": run.get_metrics(),
    "sizes": sizes,
    "status": status,
    "updated": updated,
    "listed": listed,
}
