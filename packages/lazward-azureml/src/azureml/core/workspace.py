"""Workspaces."""

import builtins
from pathlib import Path
from typing import Any, NoReturn

from azureml.core._failures import translated, unsupported
from azureml.core._views import Experiments
from azureml.core.authentication import AbstractAuthentication
from azureml.exceptions import UserErrorException, WorkspaceException
from lazward import errors
from lazward.client import config, locate, tokens, uri, workspaces
from lazward.client.config import WorkspaceConfig
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri

_LATER = {
    "compute_targets", "datasets", "datastores", "environments", "images", "linked_services", "models",
    "private_endpoints", "webservices", "delete", "get_default_compute_target", "get_default_datastore",
    "get_default_keyvault", "get_run", "list_keys", "set_default_datastore", "sync_keys", "update",
}  # fmt: skip
_TYPE = "Microsoft.MachineLearningServices/workspaces"


class Workspace:
    """A workspace on a Lazward server.

    The server is the one that ``.azureml/config.json`` or ``LAZWARD_SERVER`` names. Subscription and
    resource group are carried along for scripts that print and join them.

    Raises:
        WorkspaceException: It does not exist, or its server cannot be reached.
        AuthenticationException: The server does not let us in.
        UserErrorException: No server is configured.
    """

    DEFAULT_CPU_CLUSTER_NAME = "cpu-cluster"
    DEFAULT_GPU_CLUSTER_NAME = "gpu-cluster"

    def __init__(
        self,
        subscription_id: str,
        resource_group: str,
        workspace_name: str,
        auth: AbstractAuthentication | None = None,
        _location: str | None = None,
        _disable_service_check: bool = False,
        _workspace_id: str | None = None,
        sku: str = "basic",
        tags: dict[str, str] | None = None,
        _cloud: str = "AzureCloud",
        _server: str | None = None,
    ) -> None:
        self.name = workspace_name
        self.subscription_id = subscription_id or "local"
        self.resource_group = resource_group or "default"
        self.location = _location or "local"
        self.sku = sku or "basic"
        self.tags = dict(tags or {})
        with translated():
            where = WorkspaceUri(uri.server(_server or locate.server()), workspace_name)
            self.connection = Connection(where)
            if isinstance(auth, AbstractAuthentication) and (own := auth.own_token()):
                tokens.give(where.server, own)
            if not _disable_service_check:
                self._check()

    @staticmethod
    def from_config(
        path: str | None = None,
        auth: AbstractAuthentication | None = None,
        _logger: Any = None,
        _file_name: str | None = None,
    ) -> "Workspace":
        """The workspace that a configuration file, or the environment, names.

        Args:
            path: The file, or the folder to look in and above; the current one if absent.
            auth: See ``azureml.core.authentication``.

        Raises:
            UserErrorException: Nothing names a workspace, or the file is wrong.
        """
        start = Path(path or ".")
        if not start.exists():
            raise UserErrorException(f"There is no {start.absolute()}.")
        with translated():
            found = locate.configured(start, _file_name)
        return Workspace(
            found.subscription_id, found.resource_group, found.workspace_name, auth=auth, _server=found.server
        )

    @staticmethod
    def get(
        name: str,
        auth: AbstractAuthentication | None = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        location: str | None = None,
        cloud: str = "AzureCloud",
        id: str | None = None,  # noqa: A002 - the original's name
    ) -> "Workspace":
        """The workspace of this name."""
        return Workspace(subscription_id or "", resource_group or "", name, auth=auth, _location=location)

    @staticmethod
    def create(
        name: str,
        auth: AbstractAuthentication | None = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        location: str | None = None,
        *_: Any,
        exist_ok: bool = False,
        **_options: Any,
    ) -> "Workspace":
        """The workspace of this name if it exists and ``exist_ok``; new ones cannot be made yet.

        Raises:
            WorkspaceException: It exists, and ``exist_ok`` is not given.
        """
        try:
            found = Workspace.get(name, auth, subscription_id, resource_group, location)
        except WorkspaceException as error:
            if not isinstance(error.inner_exception, errors.NotFound):
                raise
            unsupported("Making another workspace", "use the one named 'default'")
        if not exist_ok:
            raise WorkspaceException(f"Workspace '{name}' exists already.")
        return found

    @staticmethod
    def list(
        subscription_id: str | None = None,
        auth: AbstractAuthentication | None = None,
        resource_group: str | None = None,
    ) -> "dict[str, builtins.list[Workspace]]":
        """Not there yet."""
        unsupported("Workspace.list", "a server has one workspace, named 'default'")

    def write_config(self, path: str | None = None, file_name: str | None = None) -> None:
        """Write ``.azureml/config.json`` below a folder, so that ``from_config`` finds this workspace."""
        server = self.connection.where.server.url
        content = WorkspaceConfig(self.name, server, self.subscription_id, self.resource_group)
        with translated():
            config.write(content, Path(path or "."), file_name)

    def get_mlflow_tracking_uri(self, _with_auth: bool = False, with_auth: bool = False) -> str:
        """What ``mlflow.set_tracking_uri`` takes; it never holds a token."""
        return self.connection.where.tracking

    @property
    def experiments(self) -> Experiments:
        """The active experiments by name, those made through MLflow among them."""
        return Experiments(self)

    def get_details(self) -> dict[str, Any]:
        """What is known of the workspace; what only Azure has is None."""
        scope = f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
        known = {
            "id": f"{scope}/providers/{_TYPE}/{self.name}",
            "name": self.name,
            "location": self.location,
            "type": _TYPE,
            "tags": self.tags,
            "friendlyName": self.name,
            "sku": self.sku,
        }
        return dict.fromkeys(_DETAILS) | known

    def _check(self) -> None:
        try:
            workspaces.check(self.connection)
        except errors.NotFound as error:
            server = self.connection.where.server.url
            text = f"There is no workspace '{self.name}' on {server}: {error.message}"
            raise WorkspaceException(text, inner_exception=error) from error
        except errors.ServerUnreachable as error:
            raise WorkspaceException(error.message, inner_exception=error) from error

    def __getattr__(self, name: str) -> NoReturn:
        if name in _LATER:
            unsupported(f"Workspace.{name}", "runs, metrics, artifacts and models are reached through MLflow")
        raise AttributeError(f"'Workspace' object has no attribute '{name}'")

    def __repr__(self) -> str:
        return (
            f"Workspace.create(name={self.name!r}, subscription_id={self.subscription_id!r}, "
            f"resource_group={self.resource_group!r})"
        )


_DETAILS = (
    "id", "name", "location", "type", "tags", "workspaceid", "description", "friendlyName", "creationTime",
    "containerRegistry", "keyVault", "applicationInsights", "identityPrincipalId", "identityTenantId",
    "identityType", "storageAccount", "sku", "resourceCmkUri", "hbiWorkspace", "imageBuildCompute",
    "systemDatastoresAuthMode",
)  # fmt: skip
