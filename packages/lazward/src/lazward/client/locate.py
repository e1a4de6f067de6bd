"""Which workspace is meant: by a file, by the environment, or because there is only one server."""

import os
from dataclasses import replace
from pathlib import Path

from lazward.client import config, credentials, uri
from lazward.client.config import WorkspaceConfig
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError

DEFAULT_WORKSPACE = "default"


def configured(start: Path, file_name: str | None = None) -> WorkspaceConfig:
    """The configuration that holds for a folder or is a file; without one, what the environment says.

    Raises:
        ConfigError: Neither names a workspace, or the file is wrong.
    """
    found = _of_file_or_environment(start, file_name)
    if found is None:
        raise ConfigError(
            f"No .azureml/config.json in {start.absolute()} or above; write one with"
            " `lazward config --server URL`, or set LAZWARD_SERVER."
        )
    return found if found.server else replace(found, server=server())


def from_environment() -> WorkspaceConfig | None:
    """The workspace that the environment names: a job's own, or ``LAZWARD_*``."""
    env = os.environ.get
    name = env("AZUREML_ARM_WORKSPACE_NAME") or env("LAZWARD_WORKSPACE")
    if not name and not env("LAZWARD_SERVER"):
        return None
    return WorkspaceConfig(
        workspace_name=name or DEFAULT_WORKSPACE,
        server=env("LAZWARD_SERVER"),
        subscription_id=env("AZUREML_ARM_SUBSCRIPTION") or "local",
        resource_group=env("AZUREML_ARM_RESOURCEGROUP") or "default",
    )


def server() -> str:
    """The server to talk to where nothing names one: the environment's, the configured or the only known one.

    Raises:
        ConfigError: There is none, or no telling which.
    """
    found = os.environ.get("LAZWARD_SERVER") or _from_file() or _from_tracking_uri() or _only_known()
    if found is None:
        raise ConfigError(
            "No server is configured; write .azureml/config.json with `lazward config --server URL`,"
            " or set LAZWARD_SERVER."
        )
    return found


def workspace_name() -> str:
    """The workspace that this folder or the environment is for, else the one at the servers' roots."""
    found = _of_file_or_environment(Path.cwd())
    return found.workspace_name if found else DEFAULT_WORKSPACE


def workspace(name_or_uri: str) -> WorkspaceUri:
    """The workspace that a URI of any known scheme, or a name on the configured server, stands for."""
    if name_or_uri.startswith("azureml:"):
        name_or_uri = uri.azureml_workspace(name_or_uri)
    if "://" in name_or_uri:
        return uri.parse(name_or_uri)
    return WorkspaceUri(uri.parse(server()).server, name_or_uri)


def _of_file_or_environment(start: Path, file_name: str | None = None) -> WorkspaceConfig | None:
    """What holds for a folder or is in a file; without a file, what the environment says, if anything."""
    file = start if start.is_file() else config.find(start, file_name)
    own = from_environment()
    if file is None:
        return own
    found = config.read(file)
    if os.environ.get("LAZWARD_RUN_ID") and own and own.workspace_name == found.workspace_name:
        # A job's files hold the address that its server has elsewhere; its token is for the one it was told.
        return replace(found, server=own.server)
    return found


def _from_file() -> str | None:
    file = config.find(Path.cwd())
    return config.read(file).server if file else None


def _from_tracking_uri() -> str | None:
    """Inside a job, and after ``set_tracking_uri``, MLflow's own variable tells."""
    value = os.environ.get("MLFLOW_TRACKING_URI", "")
    if not value.startswith(("http:", "https:", *(f"{scheme}:" for scheme in uri.SCHEMES))):
        return None
    try:
        where = uri.parse(value)
    except ConfigError:
        return None
    return where.server.url if where.workspace else None


def _only_known() -> str | None:
    known = credentials.servers()
    return known[0] if len(known) == 1 else None
