"""The ``azureml.core`` names that existing scripts import, backed by a Lazward workspace."""

import importlib

from azureml.core._version import VERSION
from azureml.core.compute import ComputeTarget
from azureml.core.container_registry import ContainerRegistry
from azureml.core.environment import Environment
from azureml.core.experiment import Experiment
from azureml.core.run import Run, get_run
from azureml.core.runconfig import RunConfiguration
from azureml.core.script_run import ScriptRun
from azureml.core.script_run_config import ScriptRunConfig
from azureml.core.workspace import Workspace

__version__ = VERSION

importlib.import_module("azureml.mlflow")  # scripts use it without importing it

__all__ = [
    "VERSION", "ComputeTarget", "ContainerRegistry", "Environment", "Experiment", "Run", "RunConfiguration",
    "ScriptRun", "ScriptRunConfig", "Workspace", "__version__", "get_run",
]  # fmt: skip
