"""From what a provider says to a user of ours."""

import logging
from collections.abc import Mapping
from typing import Any, cast

from lazward.errors import AlreadyExists, Conflict, InvalidRequest, PermissionDenied
from lazward_server.auth import roles, sessions, users
from lazward_server.auth.roles import Role
from lazward_server.auth.users import User
from lazward_server.db.database import Tx
from lazward_server.http.workspace import find_workspace
from lazward_server.settings import OidcSettings

log = logging.getLogger("lazward.signin")

Claims = Mapping[str, Any]
"""What a provider says of somebody."""
_RANKS = list(Role)


def sign_in(tx: Tx, oidc: OidcSettings, claims: Claims, instead_of: str | None) -> str:
    """The token of a session for whom these claims are about.

    They are found again by issuer and subject and by nothing else: mail addresses and names change hands.

    Raises:
        PermissionDenied: They are unknown and stay so, or may not come in.
        Conflict: They are new, and what they are called is somebody else already.
    """
    subject = str(claims["sub"])
    user = users.by_identity(tx, oidc.issuer, subject)
    if user is None:
        user = _welcome(tx, oidc, claims, subject)
    if user.disabled_at is not None:
        raise PermissionDenied(f"{user.name} may not come in. Ask an administrator of this server.")
    _assign_by_groups(tx, oidc, claims, user.id)
    return sessions.begin(tx, user.id, instead_of=instead_of)


def _welcome(tx: Tx, oidc: OidcSettings, claims: Claims, subject: str) -> User:
    """Make a user who has no role yet."""
    if not oidc.create_users:
        raise PermissionDenied(
            "You are not known here. An administrator can connect you to a user with"
            f" `lazward user link NAME --subject '{subject}'`."
        )
    email = claims.get("email")
    name = str(claims.get(oidc.name_claim) or email or subject)
    try:
        return users.create(
            tx,
            name,
            email=email if isinstance(email, str) else None,
            identity=(oidc.issuer, subject),
        )
    except AlreadyExists:
        raise Conflict(
            f"Somebody else is called '{name}' here. If that is you, an administrator can connect you with"
            f" `lazward user link '{name}' --subject '{subject}'`."
        ) from None
    except InvalidRequest as error:
        raise Conflict(f"The provider's name for you does not do here. {error.message}") from None


def _assign_by_groups(tx: Tx, oidc: OidcSettings, claims: Claims, user_id: int) -> None:
    """Give the roles that the provider's groups stand for, and take those away that none does any more.

    Only workspaces that the settings name are touched; the highest role counts.
    """
    held = _groups(oidc, claims) if oidc.groups else set[str]()
    for name in {mapped.workspace for mapped in oidc.groups}:
        given = [Role(one.role) for one in oidc.groups if one.workspace == name and one.group in held]
        _assign(tx, user_id, name, max(given, key=_RANKS.index, default=None))


def _groups(oidc: OidcSettings, claims: Claims) -> set[str]:
    """The groups they are in: none where the provider says nothing, as many do of who is in none."""
    groups = claims.get(oidc.groups_claim)
    if isinstance(groups, list):
        return set(map(str, cast("list[object]", groups)))
    if groups is None:
        log.info("the provider says nothing of groups (claim '%s')", oidc.groups_claim)
    return {groups} if isinstance(groups, str) else set()


def _assign(tx: Tx, user_id: int, name: str, role: Role | None) -> None:
    workspace = find_workspace(tx, name)
    if workspace is None:
        log.warning("--oidc-group names the workspace '%s', which does not exist", name)
    elif role is not None:
        roles.assign(tx, user_id, workspace.id, role)
    elif roles.find(tx, user_id, workspace.id) is not None:
        roles.remove(tx, user_id, workspace.id)
