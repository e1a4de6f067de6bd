"""Machines that are reached over SSH, by the server."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azureml.core._failures import unsupported
from azureml.core.compute.compute import (
    ComputeTarget,
    ComputeTargetAttachConfiguration,
    compute_failures,
)
from azureml.exceptions import ComputeTargetException
from lazward.client import compute
from lazward.client.http import Connection
from lazward.wire import compute as wire
from lazward.wire.ssh import ShownKey

if TYPE_CHECKING:
    from azureml.core.workspace import Workspace

_KIND = "ssh"
_PORT = 22


@dataclass
class RemoteComputeAttachConfiguration(ComputeTargetAttachConfiguration):
    """How a machine is reached; see ``RemoteCompute.attach_configuration``."""

    username: str = ""
    subscription_id: str | None = None
    resource_group: str | None = None
    vm_name: str | None = None
    resource_id: str | None = None
    address: str | None = None
    ssh_port: Any = _PORT
    password: str = ""
    private_key_file: str = ""
    private_key_passphrase: str = ""

    def validate_configuration(self) -> None:
        """See whether it makes sense.

        Raises:
            ComputeTargetException: It does not.
        """
        if self.resource_id or self.vm_name:
            unsupported("Attaching a virtual machine by its name in Azure", "give address= of the machine")
        if not self.username or not self.address:
            raise ComputeTargetException("Attaching a machine needs username and address.")
        if not self.password and not self.private_key_file:
            raise ComputeTargetException("Attaching a machine needs private_key_file or password.")

    def message(self, at: Connection, name: str) -> wire.CreateCompute:
        """The order to make a target of this machine, with the key that it shows now."""
        address, port = str(self.address), int(self.ssh_port)
        with compute_failures():
            shown = compute.host_keys(at, address, port)[0]
        _tell(address, shown)
        host = {"address": address, "port": port, "host_key": shown.host_key}
        return wire.CreateCompute(
            name=name,
            kind=_KIND,
            settings={"user": self.username, "hosts": [host]},
            secrets=self._secrets(),
        )

    def _secrets(self) -> dict[str, str]:
        found = {"password": self.password, "passphrase": self.private_key_passphrase}
        if self.private_key_file:
            try:
                found["private_key"] = Path(self.private_key_file).expanduser().read_text()
            except OSError as error:
                raise ComputeTargetException(
                    f"The private key {self.private_key_file} cannot be read: {error.strerror}."
                ) from error
        return {name: text for name, text in found.items() if text}


class RemoteCompute(ComputeTarget, kind=_KIND):
    """Machines that are reached over SSH. See ``ComputeTarget`` for what all targets have.

    Attributes:
        address: Of the machine, the first one of a pool.
        username: Whom the server signs in as.
        ssh_port: Where its sshd listens.
    """

    _compute_type = "VirtualMachine"

    address: str
    username: str
    ssh_port: int

    @staticmethod
    def attach_configuration(
        username: str = "",
        subscription_id: str | None = None,
        resource_group: str | None = None,
        vm_name: str | None = None,
        resource_id: str | None = None,
        address: str | None = None,
        ssh_port: Any = _PORT,
        password: str = "",
        private_key_file: str = "",
        private_key_passphrase: str = "",
    ) -> RemoteComputeAttachConfiguration:
        """How a machine is reached that is there already.

        Args:
            username: Whom the server signs in as, and scripts run as.
            subscription_id: Accepted.
            resource_group: Accepted.
            vm_name: Not supported, as the next: they name a machine of Azure's.
            resource_id: Not supported.
            address: The machine's name or IP address, as the server reaches it.
            ssh_port: Where its sshd listens.
            password: What signs in, where no key does.
            private_key_file: File of the private key that signs in. It is sent to the server, which keeps it
                sealed and shows it to nobody.
            private_key_passphrase: Of that key.

        Raises:
            ComputeTargetException: It makes no sense.
        """
        made = RemoteComputeAttachConfiguration(**locals())
        made.validate_configuration()
        return made

    def fill(self, workspace: "Workspace", record: wire.ComputeTarget, asked_for: str = "") -> None:
        """See ``ComputeTarget``."""
        super().fill(workspace, record, asked_for)
        first = record.settings["hosts"][0]
        self.address, self.ssh_port = first["address"], first["port"]
        self.username = record.settings["user"]
        self.is_attached = True

    def detach(self) -> None:
        """Take the target away; the machine stays as it is.

        Raises:
            ComputeTargetException: It is gone already.
        """
        self.delete()


def _tell(address: str, shown: ShownKey) -> None:
    """Say which key is believed from now on: the original's configuration has no place for one."""
    print(f"Attaching {address}, which shows the key {shown.fingerprint}.", flush=True)  # noqa: T201 - compare it
