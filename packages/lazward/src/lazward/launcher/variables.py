"""The environment variables of a job's script: what MLflow, ``azureml`` and our own client look for."""

import os
from pathlib import Path

from lazward.environment.containers import PROXIES, is_way_out
from lazward.environment.prepare import Prepared
from lazward.launcher.settings import MARK, Settings
from lazward.wire.compute import LOCAL
from lazward.wire.jobs import Order

_MANAGED = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH")
_BUILDING = ("UV_", "PIP_", "CONDA_", "RATTLER_")
"""How variables begin that serve to build environments; addresses in them may hold passwords."""
CA_BUNDLE = "LAZWARD_CA_BUNDLE"
"""Names the file of the authorities that the server is believed by."""
_HOME = "/tmp"  # noqa: S108 - the one folder of an image in which every user may write
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def variables(settings: Settings, order: Order, environment: Prepared, folder: Path) -> dict[str, str]:
    """All variables of the script.

    Args:
        settings: The launcher's.
        order: The job.
        environment: What it runs in.
        folder: The job's own folder.
    """
    own = _inherited(local=order.job.compute.lower() == LOCAL)
    own["PATH"] = os.pathsep.join([str(environment.folder), own.get("PATH", os.defpath)])
    if environment.prefix is not None:
        own["VIRTUAL_ENV"] = str(environment.prefix)
    return own | _asked(order) | _told(settings, order, folder)


def in_image(
    settings: Settings, order: Order, environment: Prepared, folder: Path, path: str
) -> dict[str, str]:
    """All variables of a script in an image, over those of the image; nothing of this machine is in them.

    Args:
        settings: The launcher's.
        order: The job.
        environment: What it runs in.
        folder: The job's own folder.
        path: Where the image has its programs.
    """
    own = {name: value for name, value in os.environ.items() if _is_for_images(name, value)}
    if os.getuid():
        own["HOME"] = _HOME
    if environment.prefix is not None:
        own |= {
            "PATH": os.pathsep.join([str(environment.folder), path]),
            "VIRTUAL_ENV": str(environment.prefix),
        }
    return own | _asked(order) | _told(settings, order, folder)


def _asked(order: Order) -> dict[str, str]:
    """What the job itself says, and how many threads its libraries are to have."""
    spec = order.job.spec
    threads = {} if order.cpus is None else dict.fromkeys(_THREADS, str(order.cpus))
    return threads | spec.environment.variables | spec.variables


def _is_for_images(name: str, value: str) -> bool:
    """Whether a variable means the same in an image: the way to the server, and what the job is known by."""
    return (is_way_out(name) and "@" not in value) or name in (CA_BUNDLE, MARK)


def _inherited(*, local: bool) -> dict[str, str]:
    """What the script gets of the launcher's own variables.

    Args:
        local: Whether these are those of who submitted the job, and not the server's.
    """
    own = {name: value for name, value in os.environ.items() if name not in _MANAGED}
    return own if local else {name: value for name, value in own.items() if not _is_servers(name, value)}


def _is_servers(name: str, value: str) -> bool:
    """Whether a variable is no script's business: for builds alone, or a proxy that asks for a password."""
    return name.startswith(_BUILDING) or (name.upper() in PROXIES and "@" in value)


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
    if bundle := os.environ.get(CA_BUNDLE):
        told["MLFLOW_TRACKING_SERVER_CERT_PATH"] = bundle
    if job.parent_run_id:
        told["AZUREML_ROOT_RUN_ID"] = job.parent_run_id
    return told
