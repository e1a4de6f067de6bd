"""Who calls, and whether they may."""

import asyncio
import base64
import binascii
import contextlib
import time
from dataclasses import dataclass
from typing import NamedTuple

from lazward.errors import LazwardError, NotFound, PermissionDenied, TooManyRequests, Unauthenticated
from lazward_server.auth import roles, sessions, tokens
from lazward_server.auth.rates import Rates
from lazward_server.auth.roles import Role
from lazward_server.auth.tokens import Kind, Scope
from lazward_server.db.database import Database, Tx
from lazward_server.http import endpoint
from lazward_server.http.audit import Refused, Throttled
from lazward_server.http.cookies import SCHEME, SignedOut
from lazward_server.http.permission import Permission
from lazward_server.http.workspace import DEFAULT, Workspace, find_workspace

_REMEMBER = 30.0
"""Seconds until a revoked token, a changed role or a deleted workspace is noticed by every process."""
_REMEMBER_JOB = 2.0
"""The same for the token of a job, which ends with it."""
_MOST_REMEMBERED = 4000
_LONGEST_REMEMBERED = 4096
"""Bytes of a credential and a workspace's name: memory is not for who pads theirs."""
_REMEMBER_UNKNOWN = 5.0
"""Seconds in which a token that opens nothing is not looked up again."""


@dataclass(frozen=True)
class Caller:
    """Who sent a request.

    Attributes:
        name: The user's name, ``anonymous`` where nobody is asked for it.
        user_id: The user; None for anonymous.
        administrator: Whether they may do everything on this server.
        bearer: The token they showed; None for anonymous.
    """

    name: str
    user_id: int | None = None
    administrator: bool = False
    bearer: tokens.Bearer | None = None

    @property
    def scope(self) -> Scope:
        """What of the user's rights the token carries."""
        return tokens.WHOLE if self.bearer is None else self.bearer.scope


_ANONYMOUS = Caller("anonymous")
_ANYBODY = Caller("anonymous", administrator=True)
"""Everybody, where authentication is off."""


class _Shown(NamedTuple):
    """A token, and whether a browser's cookie brought it."""

    hashed: str
    session: bool


class _Admitted(NamedTuple):
    until: float
    caller: Caller
    workspace: Workspace


class Gate:
    """Admits whoever shows a valid token and has the right; with ``required`` off, everybody.

    What was admitted is remembered for half a minute, so that a hot client costs no query per request; so is,
    for a moment, a token that opens nothing.
    """

    def __init__(self, db: Database, *, required: bool, processes: int = 1) -> None:
        self._db = db
        self._required = required
        self._rates = Rates(processes)
        self._known: dict[tuple[bytes, str | None, Permission], _Admitted] = {}
        self._unknown: dict[_Shown, float] = {}
        self._notes: set[asyncio.Future[None]] = set()

    async def admit(
        self, authorization: bytes, workspace: str | None, needs: Permission
    ) -> tuple[Caller, Workspace]:
        """See ``http.application.Gate``."""
        if needs is Permission.PUBLIC:  # remembering it would let anybody fill the memory
            return _ANONYMOUS, DEFAULT
        known = self._known.get((authorization, workspace, needs))
        if known is None or known.until <= time.monotonic():
            known = await self._ask(authorization, workspace, needs)
            self._remember((authorization, workspace, needs), known)
        if known.workspace.most_requests is not None:
            self._count(known, known.workspace.most_requests)
        return known.caller, known.workspace

    def forget(self) -> None:
        """Ask the database again from now on: somebody's rights may have changed."""
        self._known.clear()
        self._unknown.clear()

    def _count(self, admitted: _Admitted, most: int) -> None:
        caller, workspace = admitted.caller, admitted.workspace
        token_id = None if caller.bearer is None else caller.bearer.id
        try:
            self._rates.take(token_id, workspace, most)
        except TooManyRequests as error:
            raise Throttled(error.message, error.retry_after, caller, workspace) from error

    def _remember(self, key: tuple[bytes, str | None, Permission], admitted: _Admitted) -> None:
        if len(key[0]) + len(key[1] or "") > _LONGEST_REMEMBERED:
            return
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[key] = admitted

    async def _ask(self, authorization: bytes, workspace: str | None, needs: Permission) -> _Admitted:
        shown = _shown(authorization) if self._required else None
        if shown is not None and self._unknown.get(shown, 0.0) > time.monotonic():
            raise _nobody(shown)
        try:
            admitted = await self._db.read(_admit, shown, workspace, needs)
        except Unauthenticated:
            self._remember_unknown(shown)
            raise
        bearer = admitted.caller.bearer
        if bearer is not None and not bearer.touched:
            note = asyncio.ensure_future(self._note_use(bearer))
            self._notes.add(note)
            note.add_done_callback(self._notes.discard)
        return admitted

    def _remember_unknown(self, shown: _Shown | None) -> None:
        if shown is not None:
            if len(self._unknown) >= _MOST_REMEMBERED:
                self._unknown.clear()
            self._unknown[shown] = time.monotonic() + _REMEMBER_UNKNOWN

    async def _note_use(self, bearer: tokens.Bearer) -> None:
        """Nobody waits for this, and nobody is kept out where it cannot be written."""
        touch = sessions.touch if bearer.kind is Kind.SESSION else tokens.touch
        with contextlib.suppress(LazwardError):
            await self._db.write(touch, bearer)


def _admit(tx: Tx, shown: _Shown | None, workspace: str | None, needs: Permission) -> _Admitted:
    caller = _ANYBODY if shown is None else _identify(tx, shown)
    found = find_workspace(tx, workspace or DEFAULT.name)
    try:
        _check(tx, caller, workspace, found, needs)
    except PermissionDenied as error:
        raise Refused(error.message, caller, found) from error
    return _Admitted(_deadline(caller), caller, found or DEFAULT)


def _identify(tx: Tx, shown: _Shown) -> Caller:
    bearer = tokens.find(tx, shown.hashed)
    if bearer is None or (bearer.kind is Kind.SESSION) is not shown.session:
        raise _nobody(shown)
    return Caller(bearer.user, bearer.user_id, bearer.administrator, bearer)


def _nobody(shown: _Shown) -> Unauthenticated:
    return SignedOut("The session is over; sign in again.") if shown.session else tokens.unknown()


def allowed(tx: Tx, asking: endpoint.Caller, workspace: Workspace) -> list[Permission]:
    """All that the caller may do, in a workspace and on the server."""
    caller = Caller(asking.name, asking.user_id, asking.administrator, asking.bearer)
    role = _role(tx, caller, workspace)
    return [one for one in _OFFERED if _may(caller, workspace, role, one)]


_OFFERED = [one for one in Permission if one not in (Permission.PUBLIC, Permission.JOB_RUN)]
"""What people are told that they may: neither what all may, nor what only launchers do."""


def _may(caller: Caller, workspace: Workspace, role: Role | None, needs: Permission) -> bool:
    try:
        _check_role(caller, workspace.name, workspace, role, needs)
    except PermissionDenied:
        return False
    return True


def check(tx: Tx, caller: Caller, workspace: Workspace, needs: Permission) -> None:
    """Refuse what an admitted caller may not do beside what the endpoint is there for.

    Raises:
        PermissionDenied: The caller's role or token does not allow it.
    """
    _check(tx, caller, workspace.name, workspace, needs)


def _check(tx: Tx, caller: Caller, asked: str | None, workspace: Workspace | None, needs: Permission) -> None:
    """Refuse what the caller may not do.

    Raises:
        PermissionDenied: The role or the token does not allow it. Strangers to a workspace read the same
            whether it exists or not.
        NotFound: There is no such workspace, told to administrators.
    """
    _check_role(caller, asked or DEFAULT.name, workspace, _role(tx, caller, workspace), needs)


def _role(tx: Tx, caller: Caller, workspace: Workspace | None) -> Role | None:
    """What the caller is on a workspace; administrators need to be nothing there."""
    if workspace is None or caller.user_id is None or caller.administrator:
        return None
    return roles.find(tx, caller.user_id, workspace.id)


def _check_role(
    caller: Caller, name: str, workspace: Workspace | None, role: Role | None, needs: Permission
) -> None:
    """See ``_check``, once it is known what the caller is."""
    _check_scope(caller, workspace, needs)
    if needs.of_oneself:
        return
    if needs.on_server and not caller.administrator:
        raise PermissionDenied(f"Only administrators of this server may do this ({needs.value}).")
    if caller.administrator:
        if workspace is None:
            raise NotFound(f"Workspace '{name}' not found.")
        return
    if role is None:
        raise PermissionDenied(
            f"{caller.name} has no role on a workspace '{name}' here; ask its owner for one."
        )
    if needs not in roles.MATRIX[role] and needs is not Permission.JOB_RUN:
        raise PermissionDenied(
            f"{caller.name} is {role.value} of workspace '{name}', which does not include {needs.value}."
        )


def _check_scope(caller: Caller, workspace: Workspace | None, needs: Permission) -> None:
    if needs.lasting:
        _check_whole(caller)
    if needs.of_oneself:
        return
    if needs is Permission.JOB_RUN and caller.bearer is not None and caller.bearer.job is None:
        raise PermissionDenied("Only the launcher of a job may tell how it stands.")
    only, permissions = caller.scope
    if permissions is not None and needs not in permissions:
        raise PermissionDenied(f"The token is not made for this ({needs.value}).")
    if only is None:
        return
    if needs.on_server or workspace is None or workspace.id != only:
        raise PermissionDenied("The token is made for another workspace.")


def _check_whole(caller: Caller) -> None:
    if caller.bearer is None:
        return
    if caller.bearer.kind is Kind.ACCESS:
        raise PermissionDenied("An access token cannot do this; show the token that it was derived from.")
    if caller.scope != tokens.WHOLE:
        raise PermissionDenied("A token that carries only a part of its user's rights cannot do this.")


def _deadline(caller: Caller) -> float:
    """Until when what was found out holds, on the monotonic clock."""
    bearer = caller.bearer
    left = _REMEMBER if bearer is None or bearer.job is None else _REMEMBER_JOB
    if bearer is not None and bearer.expires_at is not None:
        left = min(left, bearer.expires_at / 1000 - time.time())
    return time.monotonic() + left


def _shown(authorization: bytes) -> _Shown:
    if authorization.startswith(SCHEME):
        return _Shown(tokens.digest(authorization[len(SCHEME) :].decode("latin-1")), session=True)
    return _Shown(tokens.digest(_token(authorization)), session=False)


def _token(authorization: bytes) -> str:
    """The token in a bearer or basic header; with basic it is the password, whatever the user's name."""
    scheme, _, rest = authorization.decode("latin-1").partition(" ")
    match scheme.lower():
        case "bearer":
            return rest.strip()
        case "basic":
            try:
                return base64.b64decode(rest, validate=True).decode("utf-8", "replace").partition(":")[2]
            except (binascii.Error, ValueError):
                pass
        case _:
            pass
    raise Unauthenticated(
        "A token is needed: set MLFLOW_TRACKING_TOKEN to what `lazward token show --server URL` prints."
    )
