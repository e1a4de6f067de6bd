"""Clusters: nodes that come when runs wait and go when they have been idle for long."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, cast
from warnings import warn

from azureml.core._failures import unsupported
from azureml.core.compute.compute import (
    CREATING,
    DELETING,
    SUCCEEDED,
    ComputeTarget,
    ComputeTargetProvisioningConfiguration,
    compute_failures,
    moment,
)
from azureml.exceptions import ComputeTargetException
from lazward.client import compute, jobs
from lazward.wire import compute as wire
from lazward.wire.jobs import ENDS, SearchJobs, State

if TYPE_CHECKING:
    from azureml.core.workspace import Workspace

_GIB = 2**30
_IDLE_SECONDS = 1800
_MINUTES = 25
_DEDICATED, _PRIORITIES = "Dedicated", ("dedicated", "lowpriority")
_ACCESS = ("Enabled", "Disabled", "NotSpecified")
_RUN_TYPE = "azureml.scriptrun"
_MOST_RUNS = 1000
_told: set[str] = set()
"""Sizes of which this process has said what becomes of them."""


@dataclass
class AmlComputeProvisioningConfiguration(ComputeTargetProvisioningConfiguration):
    """What a cluster is to be like; see ``AmlCompute.provisioning_configuration``.

    Attributes:
        vm_size: What a node has, such as ``STANDARD_D2_V2``.
        vm_priority: Accepted; a node is never taken away from its run.
        min_nodes: Nodes that are kept.
        max_nodes: Nodes that there are at most.
        idle_seconds_before_scaledown: How long a node above the minimum is kept without a run.
        tags: Free words about it.
        description: What it is for.
    """

    vm_size: str = ""
    vm_priority: str = "dedicated"
    min_nodes: Any = 0
    max_nodes: Any = None
    idle_seconds_before_scaledown: Any = _IDLE_SECONDS
    admin_username: str | None = None
    admin_user_password: str | None = None
    admin_user_ssh_key: str | None = None
    vnet_resourcegroup_name: str | None = None
    vnet_name: str | None = None
    subnet_name: str | None = None
    tags: Mapping[str, Any] | None = None
    description: str | None = None
    remote_login_port_public_access: str = "NotSpecified"
    identity_type: str | None = None
    identity_id: Any = None
    location: str | None = None
    enable_node_public_ip: bool = True

    def validate_configuration(self) -> None:
        """See whether it makes sense, and make numbers of what was given as text.

        Raises:
            ComputeTargetException: A number is none or too small, or what belongs together is given in part.
        """
        self.min_nodes = _number(self.min_nodes, "min_nodes", 0)
        most = max(self.min_nodes, 1) if self.max_nodes is None else self.max_nodes
        self.max_nodes = _number(most, "max_nodes", 1)
        self.idle_seconds_before_scaledown = _number(
            self.idle_seconds_before_scaledown, "idle_seconds_before_scaledown", _IDLE_SECONDS
        )
        if self.min_nodes > self.max_nodes:
            raise ComputeTargetException(
                f"min_nodes is {self.min_nodes}, more than max_nodes, which is {self.max_nodes}."
            )
        _check_word(self.vm_priority, "vm_priority", _PRIORITIES)
        _check_word(self.remote_login_port_public_access, "remote_login_port_public_access", _ACCESS)
        self._check_texts()
        self._check_parts()

    def _check_texts(self) -> None:
        self.vm_size = _text(self.vm_size, "vm_size")
        self.description = _text(self.description, "description")
        if not isinstance(self.tags or {}, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - callers differ
            raise ComputeTargetException(f"tags is a dictionary, not {self.tags!r}.")

    def _check_parts(self) -> None:
        network = (self.vnet_resourcegroup_name, self.vnet_name, self.subnet_name)
        if any(network) and not all(network):
            raise ComputeTargetException(
                "A network is named by vnet_resourcegroup_name, vnet_name and subnet_name together, or not at"
                " all."
            )
        secret = self.admin_user_password or self.admin_user_ssh_key
        if bool(self.admin_username) != bool(secret):
            raise ComputeTargetException(
                "admin_username goes with admin_user_password or admin_user_ssh_key; leave all three out."
            )

    def message(self, name: str) -> wire.CreateCompute:
        """The order for the server to make a cluster like this."""
        ignored = [one.name for one in fields(self) if one.name in _AZURES and getattr(self, one.name)]
        if ignored:
            warn(f"Only Azure has {', '.join(ignored)}: left aside.", stacklevel=4)
        return wire.CreateCompute(
            name=name,
            size=self.vm_size,
            min_nodes=self.min_nodes,
            max_nodes=self.max_nodes,
            idle_seconds=self.idle_seconds_before_scaledown,
            description=self.description or "",
            tags={str(key): str(value) for key, value in (self.tags or {}).items()},
        )


_AZURES = frozenset(
    "admin_username admin_user_password admin_user_ssh_key vnet_resourcegroup_name vnet_name subnet_name"
    " identity_type identity_id".split()
)
"""Settings that mean nothing outside Azure, and of which whoever gives them should know that."""


class ScaleSettings:
    """Between how many nodes a cluster scales.

    Attributes:
        minimum_node_count: Nodes that are kept.
        maximum_node_count: Nodes that there are at most.
        idle_seconds_before_scaledown: How long a node above the minimum is kept without a run.
    """

    def __init__(self, least: int, most: int, idle_seconds: int) -> None:
        self.minimum_node_count = least
        self.maximum_node_count = most
        self.idle_seconds_before_scaledown = idle_seconds

    def serialize(self) -> dict[str, Any]:
        """The same in the original's words; the time is a duration as ISO 8601 writes it."""
        return {
            "minNodeCount": self.minimum_node_count,
            "maxNodeCount": self.maximum_node_count,
            "nodeIdleTimeBeforeScaleDown": f"PT{self.idle_seconds_before_scaledown}S",
        }

    def __repr__(self) -> str:
        return f"ScaleSettings({self.serialize()!r})"


class NodeStateCounts:
    """How many nodes are in which state. None is ever unusable or preempted."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.preparing_node_count = counts.get("preparing", 0)
        self.running_node_count = counts.get("running", 0)
        self.idle_node_count = counts.get("idle", 0)
        self.leaving_node_count = counts.get("leaving", 0)
        self.unusable_node_count = counts.get("unusable", 0)
        self.preempted_node_count = counts.get("preempted", 0)

    def serialize(self) -> dict[str, int]:
        """The same in the original's words."""
        return {
            "preparingNodeCount": self.preparing_node_count,
            "runningNodeCount": self.running_node_count,
            "idleNodeCount": self.idle_node_count,
            "unusableNodeCount": self.unusable_node_count,
            "leavingNodeCount": self.leaving_node_count,
            "preemptedNodeCount": self.preempted_node_count,
        }

    def __repr__(self) -> str:
        return f"NodeStateCounts({self.serialize()!r})"


class AmlComputeStatus:
    """How a cluster is at a moment.

    Attributes:
        current_node_count: Nodes that there are.
        target_node_count: Nodes that there will be with what waits.
        node_state_counts: How many of them are in which state.
        allocation_state: ``Resizing`` while nodes are to come, else ``Steady``.
        allocation_state_transition_time: When nodes last came or went.
        errors: None: a run whose node is lost tells of it itself.
        creation_time: When the cluster was made.
        modified_time: When its settings changed.
        provisioning_state: ``Succeeded`` or ``Deleting``.
        provisioning_state_transition_time: None.
        scale_settings: Between how many nodes it scales.
        vm_priority: ``Dedicated``.
        vm_size: What a node has.
    """

    def __init__(self, record: wire.ComputeTarget) -> None:
        there = sum(record.nodes.values())
        busy = there - record.nodes.get("idle", 0)
        wanted = max(record.min_nodes, min(busy + record.queued, record.max_nodes))
        self.current_node_count = there
        self.target_node_count = max(there, wanted)
        self.node_state_counts = NodeStateCounts(record.nodes)
        self.allocation_state = "Resizing" if self.target_node_count > there else "Steady"
        self.allocation_state_transition_time: datetime = moment(record.allocated_at)
        self.errors: list[Any] | None = None
        self.creation_time: datetime = moment(record.created_at)
        self.modified_time: datetime = moment(record.updated_at)
        self.provisioning_state = record.state
        self.provisioning_state_transition_time: datetime | None = None
        self.scale_settings = ScaleSettings(record.min_nodes, record.max_nodes, record.idle_seconds)
        self.vm_priority = _DEDICATED
        self.vm_size = record.size.name

    def serialize(self) -> dict[str, Any]:
        """The same in the original's words."""
        return {
            "currentNodeCount": self.current_node_count,
            "targetNodeCount": self.target_node_count,
            "nodeStateCounts": self.node_state_counts.serialize(),
            "allocationState": self.allocation_state,
            "allocationStateTransitionTime": self.allocation_state_transition_time.isoformat(),
            "errors": self.errors,
            "creationTime": self.creation_time.isoformat(),
            "modifiedTime": self.modified_time.isoformat(),
            "provisioningState": self.provisioning_state,
            "provisioningStateTransitionTime": self.provisioning_state_transition_time,
            "scaleSettings": self.scale_settings.serialize(),
            "vmPriority": self.vm_priority,
            "vmSize": self.vm_size,
        }

    def __repr__(self) -> str:
        return f"AmlComputeStatus({self.serialize()!r})"


class AmlCompute(ComputeTarget, kind="cluster"):
    """A cluster of a workspace. See ``ComputeTarget`` for what all targets have.

    Attributes:
        status: How it was when it was last looked at.
        vm_size: What a node has.
        vm_priority: ``Dedicated``.
        scale_settings: Between how many nodes it scales.
        admin_username: None, as are all that only Azure has.
    """

    _compute_type = "AmlCompute"

    status: AmlComputeStatus
    vm_size: str
    vm_priority: str
    scale_settings: ScaleSettings
    admin_username: str | None = None
    admin_user_password: str | None = None
    admin_user_ssh_key: str | None = None
    vnet_resourcegroup_name: str | None = None
    vnet_name: str | None = None
    subnet_name: str | None = None
    subnet_id: str | None = None
    identity_type: str | None = None
    identity_id: Any = None
    remote_login_port_public_access: str = "NotSpecified"
    enable_node_public_ip: bool = True

    @staticmethod
    def provisioning_configuration(
        vm_size: str = "",
        vm_priority: str = "dedicated",
        min_nodes: Any = 0,
        max_nodes: Any = None,
        idle_seconds_before_scaledown: Any = _IDLE_SECONDS,
        admin_username: str | None = None,
        admin_user_password: str | None = None,
        admin_user_ssh_key: str | None = None,
        vnet_resourcegroup_name: str | None = None,
        vnet_name: str | None = None,
        subnet_name: str | None = None,
        tags: Mapping[str, Any] | None = None,
        description: str | None = None,
        remote_login_port_public_access: str = "NotSpecified",
        identity_type: str | None = None,
        identity_id: Any = None,
        location: str | None = None,
        enable_node_public_ip: bool = True,
    ) -> AmlComputeProvisioningConfiguration:
        """What a cluster is to be like. What only Azure has is left aside, with a warning.

        Args:
            vm_size: What a node has, by a name of ``supported_vmsizes``. Any other name is accepted and gets
                the figures of the default, ``STANDARD_D2_V2``.
            vm_priority: ``dedicated`` or ``lowpriority``; the same here.
            min_nodes: Nodes that are kept. Numbers may be given as text.
            max_nodes: Nodes that there are at most, each for one run; one if absent.
            idle_seconds_before_scaledown: How long a node above the minimum is kept without a run.
            admin_username: Left aside, as the next five.
            admin_user_password: Left aside.
            admin_user_ssh_key: Left aside.
            vnet_resourcegroup_name: Left aside.
            vnet_name: Left aside.
            subnet_name: Left aside.
            tags: Free words about it.
            description: What it is for.
            remote_login_port_public_access: Accepted; nodes have no such port.
            identity_type: Left aside, as the next.
            identity_id: Left aside.
            location: Accepted.
            enable_node_public_ip: Accepted.

        Raises:
            ComputeTargetException: It makes no sense.
        """
        made = AmlComputeProvisioningConfiguration(**locals())
        made.validate_configuration()
        return made

    def wait_for_completion(  # pyright: ignore[reportIncompatibleMethodOverride] - the original's signatures
        self,
        show_output: bool = False,
        min_node_count: int | None = None,
        timeout_in_minutes: float | None = _MINUTES,
        is_delete_operation: bool = False,
    ) -> None:
        """Wait until the cluster is there, or with ``is_delete_operation`` until it is gone.

        Args:
            show_output: Print the states it comes into, and what came of waiting.
            min_node_count: Wait for so many nodes too. More than the cluster keeps come for runs only, so
                there is no waiting for them while none is queued.
            timeout_in_minutes: How long to wait; what goes on then goes on.
            is_delete_operation: Wait until it is gone.

        Raises:
            ComputeTargetException: It vanished meanwhile, nobody deletes what is to be gone, or a number is
                none.
        """
        least = None if min_node_count is None else _number(min_node_count, "min_node_count", 0)
        minutes = _MINUTES if timeout_in_minutes is None else _positive(timeout_in_minutes)
        done = self._wait(
            is_delete_operation,
            show_output=show_output,
            ready=self._has(least or 0),
            seconds=minutes * 60,
        )
        if show_output:
            print(self._outcome(done, least), flush=True)  # noqa: T201 - what was asked for

    def get_status(self) -> AmlComputeStatus:
        """How the cluster is now.

        Raises:
            ComputeTargetException: It is gone.
        """
        self.refresh_state()
        return self.status

    def update(
        self, min_nodes: Any = None, max_nodes: Any = None, idle_seconds_before_scaledown: Any = None
    ) -> None:
        """Change between how many nodes the cluster scales; what is left out stays.

        Raises:
            ComputeTargetException: A number is none, the least would be more than the most, or the cluster
                is gone.
        """
        idle = _number(idle_seconds_before_scaledown, "idle_seconds_before_scaledown", None)
        message = wire.UpdateCompute(
            min_nodes=_number(min_nodes, "min_nodes", None),
            max_nodes=_number(max_nodes, "max_nodes", None),
            idle_seconds=idle,
        )
        with compute_failures():
            self.fill(self.workspace, compute.update(self._connection, self.name, message))

    def list_nodes(self) -> list[dict[str, Any]]:
        """The nodes that there are: their state, and the run on each."""
        with compute_failures():
            found = compute.nodes(self._connection, self.name)
        nowhere = {"ipAddress": None, "publicIpAddress": None, "privateIpAddress": None, "port": None}
        return [
            {"nodeId": f"node-{one.number}", **nowhere, "nodeState": one.state, "runId": one.run_id}
            for one in found
        ]

    def get_active_runs(
        self,
        type: str | None = None,  # noqa: A002 - the original's name
        tags: str | Mapping[str, str] | None = None,
        properties: str | Mapping[str, str] | None = None,
        status: str | None = None,
    ) -> Generator[Any]:
        """The runs that wait for a node of the cluster or are on one, the newest first, 1,000 at most.

        Args:
            type: Only those of this type.
            tags: Only those with this tag, or with all of these.
            properties: Only those with this property, or with all of these.
            status: Only those in this state.
        """
        states = [state.value for state in State if state not in ENDS]
        with compute_failures():
            message = SearchJobs(compute=self.name, states=states, max_results=_MOST_RUNS)
            found = [] if type not in {None, _RUN_TYPE} else jobs.search(self._connection, message)
        for job in found:
            if status in {None, job.state} and _matches(job.properties, properties):
                run = cast("Any", self.workspace).get_run(job.run_id)
                if tags is None or _matches(run.get_tags(), tags):
                    yield run

    def add_identity(self, identity_type: str, identity_id: Any = None) -> NoReturn:
        """Not supported."""
        unsupported("AmlCompute.add_identity", _NO_IDENTITY)

    def remove_identity(self, identity_id: Any = None) -> NoReturn:
        """Not supported."""
        unsupported("AmlCompute.remove_identity", _NO_IDENTITY)

    @staticmethod
    def supported_vmsizes(workspace: "Workspace", location: str | None = None) -> list[dict[str, Any]]:
        """The sizes of nodes that have figures of their own."""
        with compute_failures():
            found = compute.sizes(workspace.connection)
        return [
            {
                "name": size.name,
                "vCPUs": size.cpus,
                "gpus": size.gpus,
                "memoryGB": size.memory_bytes / _GIB,
                "maxResourceVolumeMB": None,
            }
            for size in found
        ]

    @staticmethod
    def list_usages(
        workspace: "Workspace", show_all: bool = False, location: str | None = None
    ) -> list[dict[str, Any]]:
        """How many nodes each cluster of the workspace has, and may have; no other limits are kept."""
        return [
            quota | {"currentValue": one.status.current_node_count}
            for one, quota in _quotas(workspace, "usages")
        ]

    @staticmethod
    def list_quotas(workspace: "Workspace", location: str | None = None) -> list[dict[str, Any]]:
        """How many nodes each cluster of the workspace may have; no other limits are kept."""
        return [quota for _, quota in _quotas(workspace, "quotas")]

    def serialize(self) -> dict[str, Any]:
        """What is known of the cluster, as JSON can hold it."""
        content = super().serialize()
        content["properties"]["properties"] = {
            "vmSize": self.vm_size,
            "vmPriority": self.vm_priority,
            "scaleSettings": self.scale_settings.serialize(),
            "userAccountCredentials": None,
            "subnet": None,
            "status": self.status.serialize(),
        }
        return content

    def fill(self, workspace: "Workspace", record: wire.ComputeTarget, asked_for: str = "") -> None:
        """Take over what the server says of the cluster, and what was asked of it last."""
        super().fill(workspace, record, asked_for)
        self.status = AmlComputeStatus(record)
        self.vm_size, self.vm_priority = self.status.vm_size, self.status.vm_priority
        self.scale_settings = self.status.scale_settings
        if asked_for == CREATING:
            _tell_of_size(record)

    def _has(self, least: int) -> Callable[[], bool]:
        """Whether the nodes that are waited for are there, or will not come."""

        def ready() -> bool:
            there = self.status.current_node_count
            return there >= least or (there >= self._record.min_nodes and not self._record.queued)

        return ready

    def _outcome(self, done: bool, least: int | None) -> str:
        there = self.status.current_node_count
        if not done:
            return f"'{self.name}' is {self.provisioning_state} with {there} node(s) after all that waiting."
        if self.provisioning_state not in {SUCCEEDED, DELETING}:
            return f"AmlCompute wait for completion finished: '{self.name}' is gone."
        more = "" if least is None or there >= least else f" of {least}; more come when runs wait for them"
        return f"AmlCompute wait for completion finished: '{self.name}' has {there} node(s){more}."


_NO_IDENTITY = "runs carry a token of their own for the workspace, and there are no managed identities"


def _tell_of_size(record: wire.ComputeTarget) -> None:
    size = record.size
    if not record.size_known and size.name.upper() not in _told:
        _told.add(size.name.upper())
        print(  # noqa: T201 - whoever runs the script should see it
            f"The size {size.name} is not known here, so a node gets the figures of the default:"
            f" {size.cpus} CPUs and {size.memory_bytes / _GIB:g} GiB of memory."
            " AmlCompute.supported_vmsizes(workspace) lists those with their own."
        )


def _quotas(workspace: "Workspace", what: str) -> list[tuple[AmlCompute, dict[str, Any]]]:
    found = [one for one in ComputeTarget.list(workspace) if isinstance(one, AmlCompute)]
    return [
        (
            one,
            {
                "id": f"{one.id}/{what}",
                "type": f"Microsoft.MachineLearningServices/workspaces/computes/{what}",
                "unit": "Count",
                "limit": one.scale_settings.maximum_node_count,
                "name": {"value": one.name, "localizedValue": f"Nodes of {one.name}"},
            },
        )
        for one in found
    ]


def _number(value: Any, what: str, default: int | None) -> Any:
    """A whole number that may be given as text; ``default`` for None.

    Raises:
        ComputeTargetException: It is none, or negative.
    """
    if value is None:
        return default
    try:
        number = -1 if isinstance(value, bool) else int(value)
        wrong = number < 0 or (not isinstance(value, str) and number != value)
    except (TypeError, ValueError, OverflowError):
        wrong = True
    if wrong:
        raise ComputeTargetException(f"{what} is a whole number from 0 on, not {value!r}.")
    return int(value)


def _positive(value: Any) -> float:
    try:
        minutes = float(value)
    except (TypeError, ValueError):
        minutes = -1.0
    if not minutes >= 0:
        raise ComputeTargetException(f"timeout_in_minutes is a number from 0 on, not {value!r}.")
    return minutes


def _text(value: Any, what: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ComputeTargetException(f"{what} is a text, not {value!r}.")
    return value


def _check_word(value: Any, what: str, words: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value.lower() not in [word.lower() for word in words]:
        raise ComputeTargetException(f"{what} is one of {', '.join(words)}, not {value!r}.")


def _matches(have: Mapping[str, str], wanted: str | Mapping[str, str] | None) -> bool:
    if wanted is None or isinstance(wanted, str):
        return wanted is None or wanted in have
    return wanted.items() <= have.items()
