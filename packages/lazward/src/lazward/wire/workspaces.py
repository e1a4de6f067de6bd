"""Messages about resource groups and workspaces, below ``/api/v1``."""

from typing import Annotated

import msgspec

from lazward.wire.base import Request, Text

DEFAULT = "default"
"""The name of the workspace that is served at the root, and of its group: there from the first start."""

MAX_TEXT = 2000
Short = Annotated[str, msgspec.Meta(max_length=256)]
Prose = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Limit = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Rate = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Group(msgspec.Struct, frozen=True):
    """A resource group: workspaces that belong together. Times are milliseconds since the epoch.

    Attributes:
        name: Unique on the server.
        tags: Free words about it.
        created_at: Since when there is one of this name.
        workspaces: The names of those in it that the caller may see.
    """

    name: str
    tags: dict[str, str]
    created_at: int
    workspaces: list[str]


class Groups(msgspec.Struct, frozen=True):
    """Resource groups by name."""

    groups: list[Group]


class CreateGroup(Request, frozen=True):
    """A resource group to make."""

    name: Text
    tags: dict[str, str] = {}


class UpdateGroup(Request, frozen=True):
    """What to change of a resource group: all its tags at once."""

    tags: dict[str, str] | None = None


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace. Times are milliseconds since the epoch.

    Attributes:
        id: Its number on this server; never used again.
        name: Unique on the server, whatever the case of its letters.
        group: The resource group it is in.
        friendly_name: What people call it, its name if they gave none.
        description: What it is for.
        location: Where it is said to be; carried along.
        sku: Carried along.
        tags: Free words about it.
        created_at: When it was made.
        updated_at: When its description was last changed; None for never.
        role: What the caller is on it; None for an administrator without a role of their own.
        most_artifact_bytes: What its artifacts may come to; None for no limit.
        most_runs: How many runs it may hold.
        most_requests: How many requests a second each token may send.
    """

    id: int
    name: str
    group: str
    friendly_name: str
    description: str
    location: str
    sku: str
    tags: dict[str, str]
    created_at: int
    updated_at: int | None
    role: str | None
    most_artifact_bytes: int | None
    most_runs: int | None
    most_requests: int | None


class Workspaces(msgspec.Struct, frozen=True):
    """Workspaces by name."""

    workspaces: list[Workspace]


class ListWorkspaces(Request, frozen=True):
    """Which workspaces to list: those of one group, or all."""

    group: str = ""


class CreateWorkspace(Request, frozen=True):
    """A workspace to make, in a group that exists unless ``create_group`` is set."""

    name: Text
    group: Text = DEFAULT
    create_group: bool = False
    friendly_name: Short = ""
    description: Prose = ""
    location: Short = "local"
    sku: Short = "basic"
    tags: dict[str, str] = {}


class UpdateWorkspace(Request, frozen=True):
    """What to change of a workspace; what is left out stays. Tags are given all at once."""

    friendly_name: Short | None = None
    description: Prose | None = None
    sku: Short | None = None
    tags: dict[str, str] | None = None


class SetLimits(Request, frozen=True):
    """All limits of a workspace; what is left out has none."""

    most_artifact_bytes: Limit | None = None
    most_runs: Limit | None = None
    most_requests: Rate | None = None


class Delete(Request, frozen=True):
    """How to delete a workspace or a group: with ``dry_run``, only tell what would go."""

    dry_run: bool = False


class Deletion(msgspec.Struct, frozen=True):
    """What goes with deleted workspaces, or with ``dry_run`` would go.

    Attributes:
        dry_run: Whether nothing was deleted.
        ids: The workspaces' numbers, in the order of their names.
        workspaces: Their names.
        files: How many artifacts they have.
        bytes: What the artifacts come to.
    """

    dry_run: bool
    ids: list[int]
    workspaces: list[str]
    experiments: int
    runs: int
    logged_models: int
    registered_models: int
    model_versions: int
    files: int
    bytes: int


class Unfinished(msgspec.Struct, frozen=True):
    """A deleted workspace whose rows and files are still being removed.

    Attributes:
        id: The number it had.
        name: The name it had, which another may have by now.
        deleting_at: When it was deleted, in milliseconds since the epoch.
    """

    id: int
    name: str
    deleting_at: int


class Deletions(msgspec.Struct, frozen=True):
    """Deleted workspaces that are still being removed, the oldest deletion first."""

    workspaces: list[Unfinished]
