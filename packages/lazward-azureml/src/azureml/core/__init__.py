"""The ``azureml.core`` names that existing scripts import, backed by a Lazward workspace."""

import importlib

from azureml.core._version import VERSION
from azureml.core.experiment import Experiment
from azureml.core.workspace import Workspace

__version__ = VERSION

importlib.import_module("azureml.mlflow")  # scripts use it without importing it

__all__ = ["VERSION", "Experiment", "Workspace", "__version__"]
