"""Users: people and service accounts."""

import re
from enum import Enum
from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import device_codes, roles, sign_in_links, tokens, users

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")


class UserKind(Enum):
    """What stands behind a name."""

    PERSON = "person"
    SERVICE = "service"
    """A program. It has no password and cannot sign in; its tokens are all it has."""


class User(NamedTuple):
    """A user as stored, without their password.

    Attributes:
        id: Their number; never used again.
        name: What they are called, unique.
        kind: Person or service account.
        administrator: Whether they may do everything on this server.
        email: Where to reach them, if known.
        created_at: Milliseconds since the epoch.
        disabled_at: Since when they are kept out; None while they may come in.
    """

    id: int
    name: str
    kind: UserKind
    administrator: bool
    email: str | None
    created_at: int
    disabled_at: int | None


_COLUMNS = (
    users.c.id, users.c.name, users.c.kind, users.c.administrator, users.c.email, users.c.created_at,
    users.c.disabled_at,
)  # fmt: skip


def create(
    tx: Tx,
    name: str,
    kind: UserKind = UserKind.PERSON,
    *,
    password: str | None = None,
    administrator: bool = False,
    email: str | None = None,
    identity: tuple[str, str] | None = None,
) -> User:
    """Make a user.

    Args:
        tx: The transaction.
        name: What they are called.
        kind: Person or service account.
        password: Its hash (``auth.passwords``); None for who signs in elsewhere or not at all.
        administrator: Whether they may do everything on this server.
        email: Where to reach them.
        identity: Issuer and subject at an OpenID Connect provider.

    Raises:
        InvalidRequest: The name cannot be one.
        AlreadyExists: It is taken.
    """
    if not _NAME.fullmatch(name):
        raise InvalidRequest(
            f"'{name}' cannot name a user: letters, digits and any of . _ @ + - can, up to 128 of them."
        )
    if tx.execute(sa.select(users.c.id).where(users.c.name == name)).first():
        raise AlreadyExists(f"There is a user '{name}' already.")
    issuer, subject = identity or (None, None)
    row = {
        "name": name,
        "kind": kind.value,
        "administrator": administrator,
        "email": email,
        "password": password,
        "issuer": issuer,
        "subject": subject,
        "created_at": now(),
    }
    made = tx.execute(sa.insert(users).values(row).returning(*_COLUMNS)).one()
    return _user(made)


def get(tx: Tx, name: str) -> User:
    """The user of this name.

    Raises:
        NotFound: There is none.
    """
    row = tx.execute(sa.select(*_COLUMNS).where(users.c.name == name)).first()
    if row is None:
        raise NotFound(f"There is no user '{name}'.")
    return _user(row)


def by_id(tx: Tx, user_id: int) -> User:
    """The user with this number, who must exist."""
    return _user(tx.execute(sa.select(*_COLUMNS).where(users.c.id == user_id)).one())


def by_identity(tx: Tx, issuer: str, subject: str) -> User | None:
    """The user who is this subject at a provider."""
    match = (users.c.issuer == issuer) & (users.c.subject == subject)
    row = tx.execute(sa.select(*_COLUMNS).where(match)).first()
    return None if row is None else _user(row)


def listed(tx: Tx) -> list[User]:
    """All users by name."""
    return [_user(row) for row in tx.execute(sa.select(*_COLUMNS).order_by(users.c.name))]


def password_of(tx: Tx, name: str) -> tuple[User | None, str | None]:
    """The user of this name who may come in, and the hash of their password."""
    match = (users.c.name == name) & users.c.disabled_at.is_(None)
    row = tx.execute(sa.select(*_COLUMNS, users.c.password).where(match)).first()
    return (None, None) if row is None else (_user(row[:-1]), row.password)


def set_password(tx: Tx, user_id: int, password: str) -> None:
    """Give the user another password, as its hash."""
    tx.execute(sa.update(users).where(users.c.id == user_id).values(password=password))


def set_email(tx: Tx, user_id: int, email: str) -> None:
    """Note where to reach the user; nowhere, if it is empty."""
    tx.execute(sa.update(users).where(users.c.id == user_id).values(email=email or None))


def set_identity(tx: Tx, user_id: int, identity: tuple[str, str] | None) -> None:
    """Note who the user is at a provider, as issuer and subject; nobody, if that is None.

    Raises:
        AlreadyExists: Another user is that.
    """
    issuer, subject = identity or (None, None)
    taken = None if identity is None else by_identity(tx, *identity)
    if taken is not None and taken.id != user_id:
        raise AlreadyExists(f"The user '{taken.name}' is this subject at the provider already.")
    tx.execute(sa.update(users).where(users.c.id == user_id).values(issuer=issuer, subject=subject))


def first_administrator(tx: Tx) -> User:
    """The administrator who has been here longest and may come in; there always is one."""
    able = users.c.administrator & users.c.disabled_at.is_(None)
    return _user(tx.execute(sa.select(*_COLUMNS).where(able).order_by(users.c.id).limit(1)).one())


def set_administrator(tx: Tx, user_id: int, administrator: bool) -> None:
    """Let the user administer the server, or no longer.

    Raises:
        Conflict: Nobody would be left who may.
    """
    tx.execute(sa.update(users).where(users.c.id == user_id).values(administrator=administrator))
    _keep_an_administrator(tx)


def set_disabled(tx: Tx, user_id: int, disabled: bool) -> None:
    """Keep the user out, with all their tokens, or let them in again.

    Raises:
        Conflict: No administrator would be left.
    """
    since = now() if disabled else None
    tx.execute(sa.update(users).where(users.c.id == user_id).values(disabled_at=since))
    _keep_an_administrator(tx)


def remove(tx: Tx, user_id: int) -> None:
    """Remove the user with their tokens and roles; what they logged stays.

    Raises:
        Conflict: No administrator would be left.
    """
    for table in (tokens, roles, device_codes, sign_in_links):
        tx.execute(sa.delete(table).where(table.c.user_id == user_id))
    tx.execute(sa.delete(users).where(users.c.id == user_id))
    _keep_an_administrator(tx)


def _keep_an_administrator(tx: Tx) -> None:
    able = users.c.administrator & users.c.disabled_at.is_(None)
    if tx.execute(sa.select(users.c.id).where(able)).first() is None:
        raise Conflict("That would leave the server without an administrator; make another one first.")


def _user(row: tuple[object, ...] | sa.Row[tuple[object, ...]]) -> User:
    found = User(*row)  # type: ignore[arg-type]
    return found._replace(kind=UserKind(found.kind), administrator=bool(found.administrator))
