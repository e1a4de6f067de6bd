"""The environment variables of a job's script: what MLflow, ``azureml`` and our own client look for."""

import os
from pathlib import Path

from lazward.environment.prepare import Prepared
from lazward.launcher.settings import Settings
from lazward.wire.jobs import Order

_MANAGED = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH")
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def variables(settings: Settings, order: Order, environment: Prepared, folder: Path) -> dict[str, str]:
    """All variables of the script.

    Args:
        settings: The launcher's.
        order: The job.
        environment: What it runs in.
        folder: The job's own folder.
    """
    own = {name: value for name, value in os.environ.items() if name not in _MANAGED}
    own["PATH"] = os.pathsep.join([str(environment.folder), own.get("PATH", os.defpath)])
    if environment.prefix is not None:
        own["VIRTUAL_ENV"] = str(environment.prefix)
    if order.cpus is not None:
        own |= dict.fromkeys(_THREADS, str(order.cpus))
    spec = order.job.spec
    return own | spec.environment.variables | spec.variables | _told(settings, order, folder)


def _told(settings: Settings, order: Order, folder: Path) -> dict[str, str]:
    """What tells the script which run it is; nothing that a specification says takes its place."""
    job, where = order.job, settings.where
    told = {
        "PYTHONUNBUFFERED": "1",
        "MLFLOW_TRACKING_URI": where.http,
        "MLFLOW_RUN_ID": job.run_id,
        "MLFLOW_EXPERIMENT_ID": job.experiment_id,
        "MLFLOW_EXPERIMENT_NAME": job.experiment,
        "LAZWARD_SERVER": where.server.url,
        "LAZWARD_WORKSPACE": where.workspace or "default",
        "LAZWARD_RUN_ID": job.run_id,
        "AZUREML_RUN_ID": job.run_id,
        "AZUREML_EXPERIMENT_ID": job.experiment_id,
        "AZUREML_ARM_SUBSCRIPTION": "local",
        "AZUREML_ARM_RESOURCEGROUP": order.resource_group,
        "AZUREML_ARM_WORKSPACE_NAME": where.workspace or "default",
        "AZUREML_ARM_PROJECT_NAME": job.experiment,
        "AZUREML_WORKSPACE_ID": str(order.workspace_id),
        "AZUREML_SERVICE_ENDPOINT": where.server.url,
        "AZUREML_DISCOVERY_SERVICE_ENDPOINT": where.server.url,
        "AZUREML_OUTPUT_DIRECTORY": str(folder / "outputs"),
    }
    if settings.token is not None:
        told |= dict.fromkeys(("MLFLOW_TRACKING_TOKEN", "AZUREML_RUN_TOKEN", "LAZWARD_TOKEN"), settings.token)
        if order.token_expires_at is not None:
            told["AZUREML_RUN_TOKEN_EXPIRY"] = str(order.token_expires_at // 1000)
    if bundle := os.environ.get("LAZWARD_CA_BUNDLE"):
        told["MLFLOW_TRACKING_SERVER_CERT_PATH"] = bundle
    if job.parent_run_id:
        told["AZUREML_ROOT_RUN_ID"] = job.parent_run_id
    return told
