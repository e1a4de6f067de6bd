"""Submit a script to a compute target; its environment is built there, and its metric lands in its run."""

from pathlib import Path

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.conda_dependencies import CondaDependencies
from azureml.exceptions import ComputeTargetException

HERE = Path(__file__).resolve().parent

ws = Workspace.from_config()
try:
    cluster = ComputeTarget(workspace=ws, name="cpu-cluster")
except ComputeTargetException:
    size = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=2)
    cluster = ComputeTarget.create(ws, "cpu-cluster", size)

env = Environment(name="mlflow-env")
env.python.conda_dependencies = CondaDependencies.create(pip_packages=["azureml-mlflow"])

src = ScriptRunConfig(
    source_directory=str(HERE / "my_script_location"),
    script="my_training_script.py",
    compute_target=cluster,
    environment=env,
)
run = Experiment(workspace=ws, name="my_experiment").submit(src)
run.wait_for_completion(show_output=True)
print("metrics of the run:", run.get_metrics())
