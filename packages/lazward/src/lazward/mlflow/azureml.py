"""``mlflow.azureml``, which MLflow had until 2: scripts import it first of all. Nothing is deployed yet."""
# ruff: noqa: ARG001 - the signatures are those of MLflow 1

from typing import Any, NoReturn

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import FEATURE_DISABLED

__all__ = ["build_image", "deploy"]


class UnsupportedFeature(MlflowException, NotImplementedError):
    """Lazward cannot do it yet."""


def build_image(
    model_uri: str,
    workspace: Any,
    image_name: str | None = None,
    model_name: str | None = None,
    mlflow_home: str | None = None,
    description: str | None = None,
    tags: dict[str, str] | None = None,
    synchronous: bool = True,
) -> NoReturn:
    """Not there: models are not made into images."""
    _refuse("build_image")


def deploy(
    model_uri: str,
    workspace: Any,
    deployment_config: Any = None,
    service_name: str | None = None,
    model_name: str | None = None,
    tags: dict[str, str] | None = None,
    mlflow_home: str | None = None,
    synchronous: bool = True,
) -> NoReturn:
    """Not there yet: models are not deployed."""
    _refuse("deploy")


def _refuse(name: str) -> NoReturn:
    raise UnsupportedFeature(
        f"mlflow.azureml.{name} is not supported by Lazward yet; load the model with"
        " mlflow.pyfunc.load_model(model_uri), or serve it with `mlflow models serve --model-uri ...`.",
        error_code=FEATURE_DISABLED,
    )
