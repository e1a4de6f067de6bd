"""D2: an environment in a container, on a machine that may have none."""

# %%
import shutil
from pathlib import Path

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.runconfig import DockerConfiguration

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="train-on-local")
Path("code").mkdir()
Path("code/train.py").write_text("print('trained')\n")

# %%
docker_env = Environment("docker-env")
docker_env.python.user_managed_dependencies = False
docker_env.python.conda_dependencies = CondaDependencies.create(conda_packages=["scikit-learn"])
print(docker_env.docker.base_image)
src = ScriptRunConfig(
    source_directory="code",
    script="train.py",
    environment=docker_env,
    docker_runtime_config=DockerConfiguration(use_docker=True),
)

# %%
if shutil.which("docker"):
    exp.submit(src).wait_for_completion()
else:
    print("Docker engine is not installed.")

# %%
facts = {}
try:
    exp.submit(src)
except Exception as error:
    facts["refused"] = [type(error).__name__, str(error)]
