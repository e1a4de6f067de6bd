"""Workspaces."""

import builtins
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from azureml.core import _details, _reach
from azureml.core._failures import translated, unsupported
from azureml.core._views import ComputeTargets, Environments, Experiments
from azureml.core.authentication import AbstractAuthentication, InteractiveLoginAuthentication
from azureml.core.compute.amlcompute import AmlCompute, AmlComputeProvisioningConfiguration
from azureml.core.compute.compute import ComputeTarget
from azureml.exceptions import UserErrorException, WorkspaceException
from lazward.client import config, locate, workspaces
from lazward.client.config import WorkspaceConfig
from lazward.wire import workspaces as wire

if TYPE_CHECKING:
    from azureml.core.run import Run

_LATER = {
    "datasets", "datastores", "images", "linked_services", "models", "private_endpoints", "webservices",
    "get_default_datastore", "get_default_keyvault", "list_keys", "set_default_datastore", "sync_keys",
}  # fmt: skip
_LOCAL = "local"


class Workspace:
    """A workspace on a Lazward server.

    The server is the one that ``.azureml/config.json`` or ``LAZWARD_SERVER`` names. Names are unique there,
    so a resource group that an old script names is not insisted on: ``resource_group`` tells the real one.
    The subscription is carried along for scripts that print and join it.

    Raises:
        WorkspaceException: It does not exist, we have no role on it, or its server cannot be reached.
        AuthenticationException: The server does not let us in.
        UserErrorException: No server is configured.
    """

    DEFAULT_CPU_CLUSTER_NAME = "cpu-cluster"
    DEFAULT_GPU_CLUSTER_NAME = "gpu-cluster"
    DEFAULT_CPU_CLUSTER_CONFIGURATION = AmlCompute.provisioning_configuration("STANDARD_DS2_V2", max_nodes=2)
    DEFAULT_GPU_CLUSTER_CONFIGURATION = AmlCompute.provisioning_configuration("STANDARD_NC6", max_nodes=2)

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
        _record: wire.Workspace | None = None,
    ) -> None:
        self.subscription_id = subscription_id or _LOCAL
        self.name = workspace_name
        self._auth = auth
        self._known = _record
        self.connection = _reach.connect(auth, workspace_name, _server)
        if not _disable_service_check:
            _ = self._record

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
        return Workspace(subscription_id or "", resource_group or "", name, auth=auth)

    @staticmethod
    def create(
        name: str,
        auth: AbstractAuthentication | None = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        location: str | None = None,
        create_resource_group: bool = True,
        sku: str = "basic",
        tags: Mapping[str, str] | None = None,
        friendly_name: str | None = None,
        *_azure: Any,
        exist_ok: bool = False,
        description: str | None = None,
        default_cpu_compute_target: AmlComputeProvisioningConfiguration | None = None,
        default_gpu_compute_target: AmlComputeProvisioningConfiguration | None = None,
        **_options: Any,
    ) -> "Workspace":
        """Make a workspace, for which one must administer the server; what only Azure has is ignored.

        Args:
            name: 2 to 63 letters, digits, ``_`` and ``-``.
            auth: See ``azureml.core.authentication``.
            subscription_id: Carried along.
            resource_group: Where to make it; ``default`` if absent.
            location: Carried along.
            create_resource_group: Make the group if there is none.
            sku: Carried along.
            tags: Free words about it.
            friendly_name: What people call it.
            exist_ok: Take the one of this name if there is one.
            description: What it is for.
            default_cpu_compute_target: A cluster to make in it, which ``get_default_compute_target`` finds.
            default_gpu_compute_target: The same for nodes with graphics processors.

        Raises:
            WorkspaceException: There is one and ``exist_ok`` is not given, it is in another resource group,
                or we may not make one.
            UserErrorException: The name or a tag is not possible.
        """
        message = wire.CreateWorkspace(
            name=name,
            group=resource_group or wire.DEFAULT,
            create_group=create_resource_group,
            friendly_name=friendly_name or "",
            description=description or "",
            location=location or _LOCAL,
            sku=sku or "basic",
            tags=dict(tags or {}),
        )
        made = _reach.get_or_create(_reach.connect(auth, None), message, exist_ok=exist_ok)
        if resource_group and made.group.lower() != resource_group.lower():
            raise WorkspaceException(
                f"There is a workspace '{name}' already, in the resource group '{made.group}'."
            )
        ws = Workspace(subscription_id or "", made.group, made.name, auth=auth, _record=made)
        defaults = {
            Workspace.DEFAULT_CPU_CLUSTER_NAME: default_cpu_compute_target,
            Workspace.DEFAULT_GPU_CLUSTER_NAME: default_gpu_compute_target,
        }
        for cluster, configuration in defaults.items():
            if configuration is not None:
                ComputeTarget.create(ws, cluster, configuration)
        return ws

    @staticmethod
    def list(
        subscription_id: str | None = None,
        auth: AbstractAuthentication | None = None,
        resource_group: str | None = None,
    ) -> "dict[str, builtins.list[Workspace]]":
        """The workspaces we have a role on, by name; those of one group if it is given."""
        with translated():
            found = workspaces.search(_reach.connect(auth, None), resource_group or "")
        return {
            one.name: [Workspace(subscription_id or "", one.group, one.name, auth=auth, _record=one)]
            for one in found
        }

    @staticmethod
    def setup() -> "Workspace":
        """The configured workspace."""
        return Workspace.from_config()

    def write_config(self, path: str | None = None, file_name: str | None = None) -> None:
        """Write ``.azureml/config.json`` below a folder, so that ``from_config`` finds this workspace."""
        server = self.connection.where.server.url
        content = WorkspaceConfig(self.name, server, self.subscription_id, self.resource_group)
        with translated():
            config.write(content, Path(path or "."), file_name)

    def get_run(self, run_id: str) -> "Run":
        """A run of any experiment.

        Raises:
            ServiceException: There is none.
        """
        from azureml.core.run import Run

        return Run.get(self, run_id)

    def get_mlflow_tracking_uri(self, _with_auth: bool = False, with_auth: bool = False) -> str:
        """What ``mlflow.set_tracking_uri`` takes; it never holds a token."""
        return self.connection.where.tracking

    def get_details(self) -> dict[str, Any]:
        """What is known of the workspace now; what only Azure has is None."""
        self._known = None
        return _details.details(self.subscription_id, self._record)

    def update(
        self,
        friendly_name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        *_azure: Any,
        **_options: Any,
    ) -> dict[str, Any]:
        """Change what is said about the workspace, and return its details; what is left out stays.

        Tags take the place of all that it had.
        """
        given = None if tags is None else dict(tags)
        message = wire.UpdateWorkspace(friendly_name=friendly_name, description=description, tags=given)
        with translated():
            self._known = workspaces.update(self.connection, self.name, message)
        return _details.details(self.subscription_id, self._known)

    def delete(self, delete_dependent_resources: bool = False, no_wait: bool = False) -> None:
        """Delete the workspace with all it holds.

        It is gone at once. Unless ``no_wait`` is set, this returns when its rows and files are removed.
        """
        with translated():
            gone = workspaces.delete(self.connection, self.name)
            for _ in () if no_wait else workspaces.wait(self.connection, gone.ids):
                pass

    @property
    def resource_group(self) -> str:
        """The group it is in."""
        return self._record.group

    @property
    def location(self) -> str:
        """Where it is said to be."""
        return self._record.location

    @property
    def sku(self) -> str:
        """What was given when it was made."""
        return self._record.sku

    @property
    def tags(self) -> dict[str, str]:
        """Its tags, as they were when they were last looked at."""
        return dict(self._record.tags)

    @property
    def discovery_url(self) -> str:
        """Where its services are."""
        return self.connection.where.http

    @property
    def service_context(self) -> _details.ServiceContext:
        """Where it is."""
        return _details.ServiceContext(
            self.subscription_id, self.resource_group, self.name, self._workspace_id, self.discovery_url
        )

    @property
    def experiments(self) -> Experiments:
        """The active experiments by name, those made through MLflow among them."""
        return Experiments(self)

    @property
    def compute_targets(self) -> ComputeTargets:
        """The compute targets by name."""
        return ComputeTargets(self)

    @property
    def environments(self) -> Environments:
        """The environments by name, each in its newest version; some come with the server."""
        return Environments(self)

    def get_default_compute_target(self, type: str) -> ComputeTarget:  # noqa: A002 - the original's name
        """The target named ``cpu-cluster`` for ``CPU``, ``gpu-cluster`` for ``GPU``.

        Raises:
            ValueError: The type is neither.
            ComputeTargetException: The workspace has no such target.
        """
        names = {"CPU": self.DEFAULT_CPU_CLUSTER_NAME, "GPU": self.DEFAULT_GPU_CLUSTER_NAME}
        if type not in names:
            raise ValueError(f"The type of a default target is 'CPU' or 'GPU', not {type!r}.")
        return ComputeTarget(self, names[type])

    @property
    def _auth_object(self) -> AbstractAuthentication:
        return self._auth or InteractiveLoginAuthentication()

    @property
    def _workspace_id(self) -> str:
        return str(self._record.id)

    @property
    def _record(self) -> wire.Workspace:
        """What the server said of it when it was last asked."""
        if self._known is None:
            self._known = _reach.load(self.connection, self.name)
        return self._known

    def __getattr__(self, name: str) -> NoReturn:
        if name in _LATER:
            unsupported(f"Workspace.{name}", "runs, metrics, artifacts and models are reached through MLflow")
        raise AttributeError(f"'Workspace' object has no attribute '{name}'")

    def __repr__(self) -> str:
        return (
            f"Workspace.create(name={self.name!r}, subscription_id={self.subscription_id!r}, "
            f"resource_group={self.resource_group!r})"
        )
