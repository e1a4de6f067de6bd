"""What a caller may be allowed to do: the word that stands beside every endpoint."""

from enum import Enum


class Permission(Enum):
    """One right. An endpoint names exactly one; ``auth.roles`` says which role has which.

    Rights on a workspace are given by a role there. Rights on the server belong to its administrators.
    """

    PUBLIC = "public"
    """Needs no credential: health, version, signing in."""
    SIGNED_IN = "signed-in"
    """Needs a credential and no more: what is one's own."""
    OWN_CREDENTIAL = "own-credential"
    """Changing what lets oneself in: needs a credential that is neither derived nor limited."""
    JOB_RUN = "job-run"
    """What the launcher of a job tells of it: needs the token of that job."""

    EXPERIMENT_READ = "experiment:read"
    EXPERIMENT_WRITE = "experiment:write"
    RUN_READ = "run:read"
    RUN_WRITE = "run:write"
    RUN_PURGE = "run:purge"
    """Removing for good what was deleted."""
    ARTIFACT_READ = "artifact:read"
    ARTIFACT_WRITE = "artifact:write"
    MODEL_READ = "model:read"
    MODEL_WRITE = "model:write"
    ENVIRONMENT_READ = "environment:read"
    ENVIRONMENT_WRITE = "environment:write"
    COMPUTE_READ = "compute:read"
    COMPUTE_WRITE = "compute:write"
    JOB_READ = "job:read"
    JOB_WRITE = "job:write"
    """Submitting and cancelling."""
    WORKSPACE_READ = "workspace:read"
    WORKSPACE_WRITE = "workspace:write"
    WORKSPACE_DELETE = "workspace:delete"
    MEMBER_READ = "member:read"
    MEMBER_WRITE = "member:write"
    AUDIT_READ = "audit:read"

    SERVER_READ = "server:read"
    """How the server itself stands."""
    WORKSPACE_CREATE = "server:workspace-create"
    LIMIT_WRITE = "server:limit-write"
    GROUP_WRITE = "server:group-write"
    USER_READ = "server:user-read"
    USER_WRITE = "server:user-write"
    SERVER_AUDIT_READ = "server:audit-read"

    @property
    def on_server(self) -> bool:
        """Whether it is a right on the server as a whole, which no role on a workspace gives."""
        return self.value.startswith("server:")

    @property
    def of_oneself(self) -> bool:
        """Whether everybody who is signed in has it."""
        return self in (Permission.SIGNED_IN, Permission.OWN_CREDENTIAL)

    @property
    def lasting(self) -> bool:
        """Whether its use can outlast and outgrow the credential shown: access tokens have it not."""
        return self in (Permission.OWN_CREDENTIAL, Permission.USER_WRITE)

    @property
    def administrative(self) -> bool:
        """Whether its use may change who may do what, so that nothing remembered of that holds on."""
        return self in _ADMINISTRATIVE


_ADMINISTRATIVE = frozenset(
    {
        Permission.SIGNED_IN,
        Permission.OWN_CREDENTIAL,
        Permission.WORKSPACE_WRITE,
        Permission.WORKSPACE_DELETE,
        Permission.MEMBER_WRITE,
        Permission.WORKSPACE_CREATE,
        Permission.LIMIT_WRITE,
        Permission.GROUP_WRITE,
        Permission.USER_WRITE,
    }
)
