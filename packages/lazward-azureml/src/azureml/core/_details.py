"""What ``Workspace.get_details`` tells, in the original's words."""

from datetime import datetime, timezone
from typing import Any, NamedTuple

from lazward.wire.workspaces import Workspace

TYPE = "Microsoft.MachineLearningServices/workspaces"

_KEYS = (
    "id", "name", "location", "type", "tags", "workspaceid", "description", "friendlyName", "creationTime",
    "containerRegistry", "keyVault", "applicationInsights", "identityPrincipalId", "identityTenantId",
    "identityType", "storageAccount", "sku", "resourceCmkUri", "hbiWorkspace", "imageBuildCompute",
    "systemDatastoresAuthMode",
)  # fmt: skip


class ServiceContext(NamedTuple):
    """Where a workspace is, for scripts that ask for its ``service_context``."""

    subscription_id: str
    resource_group_name: str
    workspace_name: str
    workspace_id: str
    workspace_discovery_url: str


def scope(subscription_id: str, resource_group: str, name: str) -> str:
    """The path by which Azure would know a workspace."""
    return f"/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers/{TYPE}/{name}"


def details(subscription_id: str, workspace: Workspace) -> dict[str, Any]:
    """What is known of a workspace; what only Azure has is None."""
    made = datetime.fromtimestamp(workspace.created_at / 1000, timezone.utc)
    known = {
        "id": scope(subscription_id, workspace.group, workspace.name),
        "name": workspace.name,
        "location": workspace.location,
        "type": TYPE,
        "tags": workspace.tags,
        "workspaceid": str(workspace.id),
        "description": workspace.description,
        "friendlyName": workspace.friendly_name,
        "creationTime": made.isoformat(timespec="milliseconds"),
        "sku": workspace.sku,
        "hbiWorkspace": False,
    }
    return dict.fromkeys(_KEYS) | known
