"""What all compute targets have in common: the names that runs say where they are executed by."""

import contextlib
import math
import time
from collections.abc import Callable, Generator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from azureml.core import _details
from azureml.core._failures import translated
from azureml.exceptions import ComputeTargetException, UserErrorException
from lazward import errors
from lazward.client import compute
from lazward.client.http import Connection
from lazward.wire import compute as wire

if TYPE_CHECKING:
    from azureml.core.workspace import Workspace

SUCCEEDED, CREATING, DELETING = "Succeeded", "Creating", "Deleting"
_GONE = "Deleted"
_NOT_FOUND = "ComputeTargetNotFound"
_BETWEEN = 0.5
"""Seconds between two looks at a target that is waited for."""
_REFUSED = (errors.AlreadyExists, errors.Conflict, errors.InvalidRequest, errors.InvalidState)


class ComputeTargetProvisioningConfiguration:
    """What a target is to be like; each kind has one of its own."""

    def validate_configuration(self) -> None:
        """See whether it makes sense.

        Raises:
            ComputeTargetException: It does not.
        """

    def message(self, name: str) -> wire.CreateCompute:
        """The order for the server to make a target like this."""
        return wire.CreateCompute(name=name)


class ComputeTargetAttachConfiguration:
    """How a target is reached that is there already; each kind has one of its own."""

    def validate_configuration(self) -> None:
        """See whether it makes sense.

        Raises:
            ComputeTargetException: It does not.
        """

    def message(self, at: Connection, name: str) -> wire.CreateCompute:
        """The order for the server to make a target of it."""
        return wire.CreateCompute(name=name)


class ComputeTarget:
    """A compute target of a workspace. What is returned is of the class of its kind.

    Attributes:
        workspace: The workspace it belongs to.
        name: Its name there.
        id: The path by which Azure would know it.
        type: What it is, such as ``AmlCompute``.
        location: Where the workspace is said to be.
        tags: Free words about it.
        description: What it is for.
        created_on: When it was made.
        modified_on: When its settings changed.
        provisioning_state: ``Succeeded``, or ``Deleting`` while its jobs end.
        provisioning_errors: None: one that cannot be made is an exception at once.
        cluster_resource_id: None: nothing of Azure's is behind it.
        cluster_location: The same as ``location``.
        is_attached: False.

    Raises:
        ComputeTargetException: The workspace has no target of this name, or it is of another kind.
    """

    _compute_type = "Compute"

    workspace: "Workspace"
    name: str
    id: str
    type: str
    location: str
    tags: dict[str, str]
    description: str
    created_on: datetime
    modified_on: datetime
    provisioning_state: str
    provisioning_errors: list[Any] | None
    cluster_resource_id: str | None
    cluster_location: str
    is_attached: bool
    _record: wire.ComputeTarget
    _asked_for: str

    def __init_subclass__(cls, kind: str | None = None) -> None:
        super().__init_subclass__()
        if kind is not None:
            _kinds[kind] = cls

    def __new__(cls, workspace: "Workspace", name: str) -> "ComputeTarget":
        """The target of this name, as an object of the class of its kind."""
        made = _of(workspace, _get(workspace, name))
        if not isinstance(made, cls):
            raise ComputeTargetException(f"'{name}' is of the kind {made.type}, not {cls.__name__}.")
        return made

    def __init__(self, workspace: "Workspace", name: str) -> None:
        """Nothing is left to be done; ``__new__`` knows all."""

    @staticmethod
    def create(workspace: "Workspace", name: str, provisioning_configuration: Any) -> "ComputeTarget":
        """Make a target, or take the one there is if it is just as it is asked for.

        Args:
            workspace: Where.
            name: 2 to 24 letters, digits and ``-``; the first is a letter.
            provisioning_configuration: Such as ``AmlCompute.provisioning_configuration`` returns.

        Raises:
            UserErrorException: It is called ``local``.
            ComputeTargetException: The name or a number is not possible, or the name is that of a target
                which is different.
        """
        _check_not_local(name)
        if not isinstance(provisioning_configuration, ComputeTargetProvisioningConfiguration):
            raise ComputeTargetException(
                "A target is made of what AmlCompute.provisioning_configuration() returns, not of"
                f" {provisioning_configuration!r}."
            )
        provisioning_configuration.validate_configuration()
        message = provisioning_configuration.message(_checked(name))
        return _of(workspace, _get_or_create(workspace, message), CREATING)

    @staticmethod
    def attach(workspace: "Workspace", name: str, attach_configuration: Any) -> "ComputeTarget":
        """Make a target of machines that are there already, or take the one there is if it is of these.

        Args:
            workspace: Where.
            name: 2 to 24 letters, digits and ``-``; the first is a letter.
            attach_configuration: Such as ``RemoteCompute.attach_configuration`` returns.

        Raises:
            UserErrorException: It is called ``local``.
            ComputeTargetException: The name is not possible or taken by another target, or the machines
                cannot be used as they are; the text says why.
        """
        _check_not_local(name)
        if not isinstance(attach_configuration, ComputeTargetAttachConfiguration):
            raise ComputeTargetException(
                "A target is attached by what RemoteCompute.attach_configuration() returns, not by"
                f" {attach_configuration!r}."
            )
        attach_configuration.validate_configuration()
        message = attach_configuration.message(_connection(workspace), _checked(name))
        return _of(workspace, _get_or_attach(workspace, message), CREATING)

    @staticmethod
    def list(workspace: "Workspace") -> "list[ComputeTarget]":
        """The workspace's targets, by name."""
        at = _connection(workspace)
        with compute_failures():
            return [_of(workspace, record) for record in compute.search(at)]

    def wait_for_completion(self, show_output: bool = False, is_delete_operation: bool = False) -> None:
        """Wait until the target is there, or with ``is_delete_operation`` until it is gone.

        Raises:
            ComputeTargetException: It vanished meanwhile, or nobody deletes what is to be gone.
        """
        self._wait(is_delete_operation, show_output=show_output)

    def get_status(self) -> Any:
        """How the target is now."""
        self.refresh_state()
        return self.provisioning_state

    def refresh_state(self) -> None:
        """Ask the server how the target is, and bring the attributes up to date.

        Raises:
            ComputeTargetException: It is gone.
        """
        self.fill(self.workspace, _get(self.workspace, self.name))

    def delete(self) -> None:
        """Delete the target. It takes no more runs, and is gone when those that it has are over.

        Raises:
            ComputeTargetException: It is gone already.
        """
        with compute_failures():
            compute.delete(self._connection, self.name)
        self._asked_for = self.provisioning_state = DELETING

    def detach(self) -> None:
        """Refused, since nothing is attached.

        Raises:
            ComputeTargetException: Always.
        """
        raise ComputeTargetException(
            f"'{self.name}' was not attached but made here, so it cannot be detached; delete() deletes it."
        )

    def serialize(self) -> dict[str, Any]:
        """What is known of the target, as JSON can hold it."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "location": self.location,
            "tags": self.tags,
            "properties": {
                "computeType": self.type,
                "computeLocation": self.cluster_location,
                "description": self.description,
                "resourceId": self.cluster_resource_id,
                "createdOn": self.created_on.isoformat(),
                "modifiedOn": self.modified_on.isoformat(),
                "provisioningState": self.provisioning_state,
                "provisioningErrors": self.provisioning_errors,
                "isAttachedCompute": self.is_attached,
            },
        }

    def fill(self, workspace: "Workspace", record: wire.ComputeTarget, asked_for: str = "") -> None:
        """Take over what the server says of the target, and what was asked of it last."""
        scope = _details.scope(workspace.subscription_id, workspace.resource_group, workspace.name)
        self._record, self.workspace = record, workspace
        self.id = f"{scope}/computes/{record.name}"
        self.name, self.type = record.name, self._compute_type
        self.tags, self.description = dict(record.tags), record.description
        self.location = self.cluster_location = workspace.location
        self.created_on, self.modified_on = moment(record.created_at), moment(record.updated_at)
        self.provisioning_state = record.state
        self.provisioning_errors = self.cluster_resource_id = None
        self.is_attached = False
        self._asked_for = asked_for or record.state

    def _wait(
        self,
        gone: bool,
        *,
        show_output: bool,
        ready: Callable[[], bool] = lambda: True,
        seconds: float = math.inf,
    ) -> bool:
        """Look until the target is gone, or there and ready; whether that was in time."""
        end, told, state = time.monotonic() + seconds, "", self._asked_for
        while True:
            if show_output and state != told:
                print(state, flush=True)  # noqa: T201 - what was asked for
            told, state = state, self._look(gone)
            over = state == _GONE if gone else state == SUCCEEDED and ready()
            if over or time.monotonic() >= end:
                if show_output and state != told:
                    print(state, flush=True)  # noqa: T201 - what was asked for
                return over
            time.sleep(max(min(_BETWEEN, end - time.monotonic()), 0))

    def _look(self, gone: bool) -> str:
        """The state that the target is in."""
        try:
            self.refresh_state()
        except ComputeTargetException as error:
            if gone and isinstance(error.inner_exception, errors.NotFound):
                self.provisioning_state = _GONE
                return _GONE
            raise
        if gone and self.provisioning_state != DELETING:
            raise ComputeTargetException(f"Nobody deletes '{self.name}', so it will not go; call delete().")
        return self.provisioning_state

    @property
    def _connection(self) -> Connection:
        return self.workspace.connection

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(workspace={self.workspace!r}, name={self.name!r}, id={self.id!r},"
            f" type={self.type!r}, provisioning_state={self.provisioning_state!r},"
            f" location={self.location!r}, tags={self.tags!r})"
        )


_kinds: dict[str, type[ComputeTarget]] = {}
"""Classes by the kind of target that they are for."""


def moment(milliseconds: int) -> datetime:
    """A time of the server's."""
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def _of(workspace: "Workspace", record: wire.ComputeTarget, asked_for: str = "") -> ComputeTarget:
    """The target of a record; kinds that have no class of their own have nodes as clusters do."""
    made = object.__new__(_kinds.get(record.kind, _kinds["cluster"]))
    made.fill(workspace, record, asked_for)
    return made


def _get(workspace: "Workspace", name: str) -> wire.ComputeTarget:
    with compute_failures():
        return compute.get(_connection(workspace), _checked(name))


def _get_or_create(workspace: "Workspace", message: wire.CreateCompute) -> wire.ComputeTarget:
    """Make a target; where two scripts make the same one at once, both have it."""
    at = _connection(workspace)
    with compute_failures():
        try:
            return compute.create(at, message)
        except errors.AlreadyExists:
            found = compute.get(at, message.name)
    if found.state == DELETING:
        raise ComputeTargetException(
            f"'{found.name}' is still being deleted; wait_for_completion(is_delete_operation=True) waits"
            " until its runs are over and the name is free."
        )
    if odd := _differences(found, message):
        raise ComputeTargetException(
            f"There is a compute target '{found.name}' already, with {odd}. Take it as it is with"
            " ComputeTarget(workspace, name), change it with update(), or choose another name."
        )
    return found


def _get_or_attach(workspace: "Workspace", message: wire.CreateCompute) -> wire.ComputeTarget:
    """Attach machines; the target there is, where it is of the same ones."""
    at = _connection(workspace)
    with compute_failures():
        try:
            return compute.create(at, message)
        except errors.AlreadyExists:
            found = compute.get(at, message.name)
    if found.kind == message.kind and _reached(found.settings) == _reached(message.settings):
        return found
    raise ComputeTargetException(
        f"There is a compute target '{found.name}' already, of other machines. Take it as it is with"
        " ComputeTarget(workspace, name), detach() it first, or choose another name."
    )


def _reached(settings: dict[str, Any]) -> Any:
    """Which machines the settings of a target speak of."""
    hosts = [(one.get("address"), one.get("port")) for one in settings.get("hosts", [])]
    return settings.get("user"), hosts


def _check_not_local(name: object) -> None:
    if isinstance(name, str) and name.lower() == wire.LOCAL:
        raise UserErrorException(
            f"'{wire.LOCAL}' is the machine that submits: runs go there without a target. Choose another"
            " name."
        )


def _differences(found: wire.ComputeTarget, message: wire.CreateCompute) -> str:
    """What a target has that was asked for otherwise."""
    wanted = {
        "vm_size": message.size.upper() or found.size.name.upper(),
        "min_nodes": message.min_nodes,
        "max_nodes": message.max_nodes,
        "idle_seconds_before_scaledown": message.idle_seconds,
    }
    has = (found.size.name.upper(), found.min_nodes, found.max_nodes, found.idle_seconds)
    pairs = zip(wanted.items(), has, strict=True)
    return ", ".join(f"{name}={is_!r} in place of {want!r}" for (name, want), is_ in pairs if is_ != want)


def _connection(workspace: "Workspace") -> Connection:
    at = getattr(workspace, "connection", None)
    if not isinstance(at, Connection):
        raise UserErrorException(f"workspace is a Workspace, not {workspace!r}.")
    return at


def _checked(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise ComputeTargetException(f"The name of a compute target is a text, not {name!r}.")
    return name


@contextlib.contextmanager
def compute_failures() -> Generator[None]:
    """What the client raises about targets comes out as scripts expect it."""
    with translated():
        try:
            yield
        except errors.NotFound as error:
            text = f"{_NOT_FOUND}: {error.message}"
            raise ComputeTargetException(text, inner_exception=error) from error
        except _REFUSED as error:
            raise ComputeTargetException(error.message, inner_exception=error) from error
