"""Making tokens as somebody asked for them: with no more rights, and no longer, than they may."""

from lazward.errors import InvalidRequest, NotFound, PermissionDenied
from lazward.wire.tokens import CreatedToken, CreateToken
from lazward_server.auth import roles, tokens, users
from lazward_server.auth.tokens import Bearer, Kind, Scope
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import Caller
from lazward_server.http.permission import Permission
from lazward_server.http.workspace import find_workspace

_NOBODYS = frozenset({Permission.PUBLIC, Permission.SIGNED_IN, Permission.OWN_CREDENTIAL, Permission.JOB_RUN})
"""Not rights that a token could be limited to."""


def access(tx: Tx, bearer: Bearer, seconds: int) -> tuple[str, int, int]:
    """An access token, when it expires, and in how many seconds that is."""
    token, expires_at = tokens.derive(tx, bearer, seconds)
    return token, expires_at, max(0, round((expires_at - now()) / 1000))


def for_oneself(tx: Tx, caller: Caller, req: CreateToken) -> CreatedToken:
    """A token for who asks. A personal token makes none that would outlive it.

    Raises:
        PermissionDenied: They have no role on the workspace.
        InvalidRequest: The request contradicts itself.
    """
    assert caller.user_id is not None  # noqa: S101 - the only caller has looked
    _check_known(tx, caller, req.workspace)
    scope = _scope(tx, req)
    bearer: Bearer = caller.bearer
    ends = (_end(req), bearer.expires_at if bearer.kind is Kind.PERSONAL else None)
    return _create(tx, caller.user_id, req, scope, min((end for end in ends if end), default=None))


def for_user(tx: Tx, user: str, req: CreateToken) -> CreatedToken:
    """A token for somebody, made by an administrator.

    Raises:
        NotFound: There is no such user, or no such workspace.
        InvalidRequest: The request contradicts itself.
    """
    return _create(tx, users.get(tx, user).id, req, _scope(tx, req), _end(req))


def _check_known(tx: Tx, caller: Caller, workspace: str | None) -> None:
    """Refuse strangers to a workspace, in the same words whether it exists or not."""
    if workspace is None or caller.administrator:
        return
    if workspace not in {held.workspace for held in roles.held(tx, caller.user_id or 0)}:
        raise PermissionDenied(f"{caller.name} has no role on a workspace '{workspace}' here.")


def _create(tx: Tx, user_id: int, req: CreateToken, scope: Scope, expires_at: int | None) -> CreatedToken:
    text = tokens.create(tx, user_id, req.name, scope=scope, expires_at=expires_at)
    made = tokens.find(tx, tokens.digest(text))
    if made is None:
        raise InvalidRequest("The user is disabled; let them in again before making tokens for them.")
    return CreatedToken(text, made.id, expires_at)


def _scope(tx: Tx, req: CreateToken) -> Scope:
    workspace_id = None
    if req.workspace is not None:
        workspace = find_workspace(tx, req.workspace)
        if workspace is None:
            raise NotFound(f"Workspace '{req.workspace}' not found.")
        workspace_id = workspace.id
    return Scope(workspace_id, _permissions(req))


def _permissions(req: CreateToken) -> frozenset[Permission] | None:
    if req.role is not None and req.permissions:
        raise InvalidRequest("Give a role or permissions, not both.")
    if req.role is not None:
        return roles.MATRIX[roles.parse(req.role)]
    return frozenset(map(_permission, req.permissions)) or None


def _permission(name: str) -> Permission:
    possible = [one for one in Permission if one not in _NOBODYS]
    try:
        return next(one for one in possible if one.value == name)
    except StopIteration:
        known = ", ".join(one.value for one in possible)
        raise InvalidRequest(f"There is no permission '{name}'; there are {known}.") from None


def _end(req: CreateToken) -> int | None:
    if req.expires_in is not None and req.expires_at is not None:
        raise InvalidRequest("Give expires_in or expires_at, not both.")
    end = req.expires_at if req.expires_in is None else now() + req.expires_in * 1000
    if end is not None and end <= now():
        raise InvalidRequest("expires_at lies in the past.")
    return end
