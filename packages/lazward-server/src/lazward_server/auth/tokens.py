"""Tokens: random, shown once, kept only as hashes.

personal    made on purpose, for a script or a service; lives until it expires or is revoked
login       what signing in leaves on a person's machine; its life begins anew with each use
access      derived from one of these two, lives an hour at most, and dies with it
session     a browser's, known by a cookie
job         what the launcher and the script of a job show; reaches that job's runs, dies with it
"""

import hashlib
import secrets
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import NotSupported, PermissionDenied, Unauthenticated
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import jobs, tokens, users, workspaces
from lazward_server.http.permission import Permission

PREFIX = "lzw_"
"""Lets people and secret scanners see what a token is for."""
_HINT = len(PREFIX) + 4
LOGIN_LIFE = 30 * 24 * 3600 * 1000
"""Milliseconds for which signing in holds without being used."""
_TOUCH_EVERY = 60_000
"""Milliseconds; the last use is known to the minute, so that it costs a write a minute at most."""


class Kind(Enum):
    """What a token is for."""

    PERSONAL = "personal"
    LOGIN = "login"
    ACCESS = "access"
    SESSION = "session"
    JOB = "job"


class Scope(NamedTuple):
    """What of its user's rights a token carries; None leaves them whole.

    Attributes:
        workspace_id: The one workspace it opens.
        permissions: The rights it has at most.
    """

    workspace_id: int | None = None
    permissions: frozenset[Permission] | None = None


class OfJob(NamedTuple):
    """The one job whose runs a token reaches.

    Attributes:
        id: The job's number.
        run_id: Its run.
    """

    id: int
    run_id: str


class Bearer(NamedTuple):
    """A valid token and whose it is.

    Attributes:
        id: The token's.
        kind: What it is for.
        name: What its user called it.
        user_id: Whose it is.
        user: Their name.
        administrator: Whether they administer the server.
        scope: What of their rights it carries.
        expires_at: Milliseconds since the epoch; None for never.
        parent_id: The token it was derived from.
        touched: Whether its last use is known to the minute.
        job: The one job whose runs it reaches; None where it is no job's.
    """

    id: int
    kind: Kind
    name: str
    user_id: int
    user: str
    administrator: bool
    scope: Scope
    expires_at: int | None
    parent_id: int | None
    touched: bool
    job: OfJob | None = None


WHOLE = Scope()


def create(
    tx: Tx,
    user_id: int,
    name: str,
    *,
    kind: Kind = Kind.PERSONAL,
    scope: Scope = WHOLE,
    expires_at: int | None = None,
    parent_id: int | None = None,
    job_id: int | None = None,
) -> str:
    """Make a token; the returned text is the only copy of it."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = {
        "user_id": user_id,
        "name": name,
        "kind": kind.value,
        "hash": digest(token),
        "hint": token[:_HINT],
        "workspace_id": scope.workspace_id,
        "permissions": written(scope.permissions),
        "created_at": now(),
        "expires_at": expires_at,
        "parent_id": parent_id,
        "job_id": job_id,
    }
    tx.execute(sa.insert(tokens).values(row))
    return token


def login(tx: Tx, user_id: int, device: str) -> tuple[str, int]:
    """What signing in leaves on a device, and when it expires if it is not used until then."""
    expires_at = now() + LOGIN_LIFE
    return create(tx, user_id, device or "login", kind=Kind.LOGIN, expires_at=expires_at), expires_at


def derive(tx: Tx, parent: Bearer, seconds: int) -> tuple[str, int]:
    """An access token with the rights of a longer-lived one, and when it expires.

    Raises:
        PermissionDenied: ``parent`` is itself derived, so that a stolen access token dies within its hour.
        NotSupported: It is a job's, which is shown as it is.
    """
    if parent.kind is Kind.JOB:
        raise NotSupported("The token of a job is shown as it is.")
    if parent.kind not in (Kind.PERSONAL, Kind.LOGIN):
        raise PermissionDenied(f"An {parent.kind.value} token cannot be renewed by itself; sign in again.")
    expires_at = now() + seconds * 1000
    if parent.expires_at is not None and parent.kind is Kind.PERSONAL:
        expires_at = min(expires_at, parent.expires_at)
    token = create(
        tx,
        parent.user_id,
        parent.name,
        kind=Kind.ACCESS,
        scope=parent.scope,
        expires_at=expires_at,
        parent_id=parent.id,
    )
    return token, expires_at


def find(tx: Tx, hashed: str) -> Bearer | None:
    """The token with this hash, while it and its parent are valid and its user may come in."""
    parent = tokens.alias()
    parentless = tokens.c.parent_id.is_(None)
    valid = tokens.c.revoked_at.is_(None) & users.c.disabled_at.is_(None)
    valid &= parentless | (parent.c.id.is_not(None) & parent.c.revoked_at.is_(None))
    valid &= tokens.c.job_id.is_(None) | jobs.c.id.is_not(None)
    joined = tokens.join(users, users.c.id == tokens.c.user_id).outerjoin(
        parent, parent.c.id == tokens.c.parent_id
    )
    joined = joined.outerjoin(jobs, jobs.c.id == tokens.c.job_id)
    named = (users.c.name.label("user"), users.c.administrator, jobs.c.run_id.label("job_run_id"))
    query = sa.select(tokens, *named).select_from(joined)
    row = tx.execute(query.where((tokens.c.hash == hashed) & valid)).first()
    if row is None or (row.expires_at is not None and row.expires_at <= now()):
        return None
    return Bearer(
        row.id,
        Kind(row.kind),
        row.name,
        row.user_id,
        row.user,
        row.administrator,
        Scope(row.workspace_id, read(row.permissions)),
        row.expires_at,
        row.parent_id,
        touched=(row.last_used_at or 0) >= now() - _TOUCH_EVERY,
        job=None if row.job_id is None else OfJob(row.job_id, row.job_run_id),
    )


def touch(tx: Tx, bearer: Bearer) -> None:
    """Note that the token, and with it the one it was derived from, was used; a login lives on from now."""
    used = tokens.c.id.in_((bearer.id, bearer.parent_id))
    login = tokens.c.kind == Kind.LOGIN.value
    lives_on = sa.case((login, now() + LOGIN_LIFE), else_=tokens.c.expires_at)
    tx.execute(sa.update(tokens).where(used).values(last_used_at=now(), expires_at=lives_on))


def revoke(tx: Tx, user_id: int | None, token_id: int) -> bool:
    """Make a token, and all that were derived from it, worthless; whether there was such a valid one.

    It must be the user's, where one is given.
    """
    match = (tokens.c.id == token_id) & tokens.c.revoked_at.is_(None)
    if user_id is not None:
        match &= tokens.c.user_id == user_id
    return tx.execute(sa.update(tokens).where(match).values(revoked_at=now())).rowcount > 0


def revoke_job(tx: Tx, job_id: int) -> None:
    """Make the tokens of a job worthless."""
    match = (tokens.c.job_id == job_id) & tokens.c.revoked_at.is_(None)
    tx.execute(sa.update(tokens).where(match).values(revoked_at=now()))


def revoke_sign_ins(tx: Tx, user_id: int, but: int | None = None) -> None:
    """End all logins and sessions of a user, but for the token with the one id."""
    kinds = tokens.c.kind.in_((Kind.LOGIN.value, Kind.SESSION.value))
    match = (
        (tokens.c.user_id == user_id) & kinds & tokens.c.revoked_at.is_(None) & (tokens.c.id != (but or 0))
    )
    tx.execute(sa.update(tokens).where(match).values(revoked_at=now()))


def listed(tx: Tx, user_id: int | None) -> Sequence[sa.Row[tuple[object, ...]]]:
    """The valid tokens of a user, or everybody's, newest first, with the names of user and workspace.

    Access tokens and those of jobs are left out.
    """
    joined = tokens.join(users, users.c.id == tokens.c.user_id)
    joined = joined.outerjoin(workspaces, workspaces.c.id == tokens.c.workspace_id)
    named = (users.c.name.label("user"), workspaces.c.name.label("workspace"))
    query = sa.select(tokens, *named).select_from(joined).order_by(tokens.c.id.desc())
    living = tokens.c.expires_at.is_(None) | (tokens.c.expires_at > now())
    shown = tokens.c.kind.not_in((Kind.ACCESS.value, Kind.JOB.value))
    query = query.where(shown & tokens.c.revoked_at.is_(None) & living)
    if user_id is not None:
        query = query.where(tokens.c.user_id == user_id)
    return tx.execute(query).all()


def forget_expired(tx: Tx, before: int) -> int:
    """Remove tokens that expired or were revoked before this time; how many there were.

    Children go first, so that none outlives the token that could end it.
    """
    over = (tokens.c.expires_at < before) | (tokens.c.revoked_at < before)
    gone = sa.select(tokens.c.id).where(over)
    children = tx.execute(sa.delete(tokens).where(tokens.c.parent_id.in_(gone))).rowcount
    return children + tx.execute(sa.delete(tokens).where(over)).rowcount


def digest(token: str) -> str:
    """What is stored of a token. Tokens are long and random, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def unknown() -> Unauthenticated:
    """The error for a token that opens nothing."""
    return Unauthenticated(
        "The token is unknown to this server, expired or revoked; `lazward login` gets a new one."
    )


def written(permissions: frozenset[Permission] | None) -> str | None:
    """Permissions as a row holds them."""
    return None if permissions is None else " ".join(sorted(one.value for one in permissions))


def read(text: str | None) -> frozenset[Permission] | None:
    """Permissions from a row."""
    return None if text is None else frozenset(map(Permission, text.split()))
