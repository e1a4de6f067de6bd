"""D6: environments are made, registered, found again, and taken from those that come with the server."""

# %%
from pathlib import Path

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.conda_dependencies import CondaDependencies

ws = Workspace.from_config()

# %%
minimal = Environment.get(workspace=ws, name="AzureML-Minimal")
minimal

# %%
envs = Environment.list(workspace=ws)
for env in envs:
    if env.startswith("AzureML"):
        print("Name", env)
        print("packages", envs[env].python.conda_dependencies.serialize_to_string())

# %%
curated_clone = minimal.clone("customize_curated")
curated_clone.python.conda_dependencies.add_pip_package("scikit-learn")

# %%
myenv = Environment(name="myenv")
conda_dep = CondaDependencies()
conda_dep.add_conda_package("numpy==2.1.0")
conda_dep.add_pip_package("pillow")
myenv.python.conda_dependencies = conda_dep
myenv.environment_variables = {"MESSAGE": "hello from Azure ML"}

# %%
registered = myenv.register(workspace=ws)

# %%
restored = Environment.get(workspace=ws, name="myenv", version="1")
print("Registered environments:", sorted(ws.environments))

# %%
changed = Environment.get(workspace=ws, name="myenv")
changed.python.conda_dependencies.add_pip_package("mlflow-skinny")
second = changed.register(workspace=ws)

# %%
Path("code").mkdir()
Path("code/say.py").write_text("import os\n\nprint('message from env var:', os.environ['MESSAGE'])\n")
here = Environment("here")
here.python.user_managed_dependencies = True
here.environment_variables["MESSAGE"] = "hello"
here = here.register(ws)
src = ScriptRunConfig(source_directory="code", script="say.py", environment=here)
run = Experiment(workspace=ws, name="using-environments").submit(src)
run.wait_for_completion(show_output=True)

# %%
facts = {
    "minimal": [minimal.name, minimal.version, list(minimal.python.conda_dependencies.pip_packages)],
    "clone": [curated_clone.name, curated_clone.version],
    "curated": sorted(name for name in envs if name.startswith("AzureML")),
    "registered": [registered.name, registered.version],
    "texts": [repr(registered), repr(restored)],
    "packages": [list(conda_dep.conda_packages), list(restored.python.conda_dependencies.conda_packages)],
    "pip": [list(conda_dep.pip_packages), list(restored.python.conda_dependencies.pip_packages)],
    "variables": restored.environment_variables,
    "docker": [restored.docker.enabled, restored.docker.base_image, restored.docker.base_dockerfile],
    "second": second.version,
    "run": run.id,
    "of run": run.get_environment().name,
}
