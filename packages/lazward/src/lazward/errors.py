"""Every failure Lazward reports, with the protocol's code and HTTP status beside it.

    LazwardError                     INTERNAL_ERROR              500
    ├── InvalidRequest               INVALID_PARAMETER_VALUE     400
    ├── BadRequest                   BAD_REQUEST                 400
    ├── AlreadyExists                RESOURCE_ALREADY_EXISTS     400  (not 409: clients match the pair)
    ├── Unauthenticated              UNAUTHENTICATED             401
    ├── PermissionDenied             PERMISSION_DENIED           403
    ├── QuotaExceeded                QUOTA_EXCEEDED              403
    ├── NotFound                     RESOURCE_DOES_NOT_EXIST     404
    ├── EndpointNotFound             ENDPOINT_NOT_FOUND          404
    ├── MethodNotAllowed             BAD_REQUEST                 405
    ├── Conflict                     RESOURCE_CONFLICT           409
    ├── InvalidState                 INVALID_STATE               400  (MLflow: 500, which clients try again)
    ├── AuthorizationPending         AUTHORIZATION_PENDING       400
    │   └── SlowDown                 SLOW_DOWN                   400
    ├── TooManyRequests              REQUEST_LIMIT_EXCEEDED      429
    ├── NotSupported                 NOT_IMPLEMENTED             501
    ├── Unavailable                  TEMPORARILY_UNAVAILABLE     503
    ├── StorageFull                  RESOURCE_EXHAUSTED          507
    └── ClientError                  what goes wrong before a server is reached
        ├── ConfigError              no or broken configuration, credentials or arguments
        ├── SnapshotError            a folder that cannot be kept, or put back, as it is
        ├── EnvironmentUnavailable   what a job is to run in cannot be had
        └── ServerUnreachable        no connection, or no sensible answer

Statuses follow MLflow's own table, since its clients retry on 408, 429, 500, 502, 503 and 504 and give up
on anything else: a user's mistake must never be a 500.
"""

from typing import ClassVar


class LazwardError(Exception):
    """Something Lazward can name; ``str(error)`` is the text a user reads."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidRequest(LazwardError):
    """A parameter is missing, of the wrong type, or outside its limits.

    Attributes:
        place: Where in a text that was sent it goes wrong: the position, counted from 1, and for how many
            characters. None where it is not about a place in a text.
    """

    code = "INVALID_PARAMETER_VALUE"
    status = 400

    def __init__(self, message: str, place: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.place = place


class BadRequest(LazwardError):
    """The request as a whole makes no sense, whatever its parameters."""

    code = "BAD_REQUEST"
    status = 400


class AlreadyExists(LazwardError):
    """The name is taken."""

    code = "RESOURCE_ALREADY_EXISTS"
    status = 400


class Unauthenticated(LazwardError):
    """No credential, or one that is unknown, revoked or expired."""

    code = "UNAUTHENTICATED"
    status = 401


class PermissionDenied(LazwardError):
    """The caller is known and may not do this."""

    code = "PERMISSION_DENIED"
    status = 403


class QuotaExceeded(LazwardError):
    """A limit of the workspace is reached; the text says which, its value and the current use.

    MLflow's RESOURCE_EXHAUSTED goes out as 429, which its clients send again for minutes; waiting does not
    help here, so this is a status that they give up on.
    """

    code = "QUOTA_EXCEEDED"
    status = 403


class NotFound(LazwardError):
    """The thing named does not exist, or not in this workspace."""

    code = "RESOURCE_DOES_NOT_EXIST"
    status = 404


class EndpointNotFound(LazwardError):
    """No route has this path; newer clients fall back when they see this code."""

    code = "ENDPOINT_NOT_FOUND"
    status = 404


class MethodNotAllowed(LazwardError):
    """The path is known, the verb is not among its own."""

    code = "BAD_REQUEST"
    status = 405


class Conflict(LazwardError):
    """The state of the thing forbids the change."""

    code = "RESOURCE_CONFLICT"
    status = 409


class InvalidState(LazwardError):
    """The change is not possible in this state."""

    code = "INVALID_STATE"
    status = 400


class AuthorizationPending(LazwardError):
    """Nobody has decided yet whether the machine that asks may come in."""

    code = "AUTHORIZATION_PENDING"
    status = 400


class SlowDown(AuthorizationPending):
    """The same, and it was asked too often."""

    code = "SLOW_DOWN"
    status = 400


class TooManyRequests(LazwardError):
    """Asked too often; the same request may pass later.

    Attributes:
        retry_after: Seconds to wait.
    """

    code = "REQUEST_LIMIT_EXCEEDED"
    status = 429

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotSupported(LazwardError):
    """This store or server cannot do it; clients fall back on the text."""

    code = "NOT_IMPLEMENTED"
    status = 501


class Unavailable(LazwardError):
    """The server cannot do it now; the same request may pass later."""

    code = "TEMPORARILY_UNAVAILABLE"
    status = 503


class StorageFull(LazwardError):
    """No room left for the write; nothing of it was kept."""

    code = "RESOURCE_EXHAUSTED"
    status = 507


class ClientError(LazwardError):
    """Something went wrong on the client's side of the wire."""


class ConfigError(ClientError):
    """Configuration, credentials or arguments are missing or make no sense."""


class SnapshotError(ClientError):
    """A folder is too large for a snapshot, cannot be read, or is not one to put a snapshot back into."""


class EnvironmentUnavailable(ClientError):
    """What a job is to run in cannot be had: a package, a Python or an interpreter is not there."""


class ServerUnreachable(ClientError):
    """The server could not be reached, or did not answer as a Lazward server does."""


PASSING = (ServerUnreachable, Unavailable, TooManyRequests)
"""What another attempt may mend: a server that starts again, or is busy."""

BY_CODE: dict[str, type[LazwardError]] = {
    kind.code: kind
    for kind in (
        LazwardError, Unavailable, NotSupported, InvalidState, Conflict, EndpointNotFound, NotFound,
        PermissionDenied, QuotaExceeded, Unauthenticated, AlreadyExists, BadRequest, InvalidRequest,
        StorageFull, TooManyRequests, AuthorizationPending, SlowDown,
    )
}  # fmt: skip


def from_wire(code: str, message: str) -> LazwardError:
    """The error that an answer's ``error_code`` stands for; unknown codes become the root of the tree."""
    return BY_CODE.get(code, LazwardError)(message)
