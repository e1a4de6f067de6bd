"""The old place of ``azureml.mlflow``."""

from warnings import warn

from azureml.mlflow import get_portal_url, register_model

__all__ = ["get_portal_url", "register_model"]

warn("azureml.contrib.mlflow is now azureml.mlflow.", DeprecationWarning, stacklevel=2)
