"""Signing in a machine without a browser, in the shapes of RFC 8628.

The machine gets two codes: a long one, which it polls with, and a short one, which a person enters on a page
of ours in a browser where they are signed in. Once they allow it, the next poll is answered with a token.
"""

import secrets
from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import Conflict, TooManyRequests
from lazward_server.auth import tokens, users
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import device_codes

LIFE = 600
"""Seconds from the start to the token."""
INTERVAL = 5
"""Seconds between two polls, at least; longer for who polls more often."""
_EARLY = 500
"""Milliseconds that a poll may come early: networks are not even."""
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
_LETTERS = 8
_MOST, _MOST_FROM_ADDRESS = 5000, 200
"""Sign-ins that may wait at once."""


class Started(NamedTuple):
    """What the machine is told."""

    device_code: str
    user_code: str


class Asking(NamedTuple):
    """A machine that waits for a person.

    Attributes:
        machine: What it calls itself.
        address: Where it asked from.
        created_at: Milliseconds since the epoch.
    """

    machine: str
    address: str
    created_at: int


class Refused(NamedTuple):
    """Why a poll brings no token, in the words of RFC 8628 and in ours."""

    error: str
    message: str


class Granted(NamedTuple):
    """The token, whose it is, and when it expires if it is not used until then."""

    token: str
    user: str
    expires_at: int


def start(tx: Tx, machine: str, address: str) -> Started:
    """Begin.

    Raises:
        TooManyRequests: Too many wait already.
    """
    _refuse_crowd(tx, address)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    device_code = secrets.token_urlsafe(32)
    row = {
        "device_hash": tokens.digest(device_code),
        "user_hash": tokens.digest(code),
        "machine": machine,
        "address": address,
        "created_at": now(),
        "expires_at": now() + LIFE * 1000,
        "every": INTERVAL * 1000,
        "denied": False,
    }
    tx.execute(sa.insert(device_codes).values(row))
    return Started(device_code, f"{code[:4]}-{code[4:]}")


def find(tx: Tx, user_code: str) -> Asking | None:
    """The machine that shows this code and waits."""
    row = tx.execute(sa.select(device_codes).where(_waiting(user_code))).first()
    return None if row is None else Asking(row.machine, row.address, row.created_at)


def decide(tx: Tx, user_code: str, user_id: int, *, allow: bool) -> Asking:
    """Let the machine in as this user, or not.

    Raises:
        Conflict: No machine waits with this code any more.
    """
    asking = find(tx, user_code)
    if asking is None:
        raise Conflict("No machine waits with this code any more.")
    decided = {"user_id": user_id} if allow else {"denied": True}
    tx.execute(sa.update(device_codes).where(_waiting(user_code)).values(decided))
    return asking


def poll(tx: Tx, device_code: str) -> Granted | Refused:
    """The token, once a person has decided; the code is used up by that."""
    match = device_codes.c.device_hash == tokens.digest(device_code)
    row = tx.execute(sa.select(device_codes).where(match)).first()
    if row is None or row.expires_at <= now():
        return Refused("expired_token", "The code is unknown, used or expired; start again.")
    if not row.denied and row.user_id is None:
        return _wait(tx, row)
    tx.execute(sa.delete(device_codes).where(match))
    if row.denied or (user := users.by_id(tx, row.user_id)).disabled_at is not None:
        return Refused("access_denied", "The sign-in was refused.")
    token, expires_at = tokens.login(tx, row.user_id, row.machine)
    return Granted(token, user.name, expires_at)


def forget_expired(tx: Tx) -> int:
    """Remove codes that nobody used in time; how many there were."""
    return tx.execute(sa.delete(device_codes).where(device_codes.c.expires_at <= now())).rowcount


def normal(user_code: str) -> str:
    """The code as it is stored, however a person wrote it."""
    return "".join(letter for letter in user_code.upper() if letter.isascii() and letter.isalpha())


def _waiting(user_code: str) -> sa.ColumnElement[bool]:
    c = device_codes.c
    undecided = c.user_id.is_(None) & ~c.denied & (c.expires_at > now())
    return (c.user_hash == tokens.digest(normal(user_code))) & undecided


def _wait(tx: Tx, row: sa.Row[tuple[object, ...]]) -> Refused:
    """Ask for patience, and for more of it where polls come too often."""
    early = row.polled_at is not None and now() - row.polled_at < row.every - _EARLY
    every = row.every + INTERVAL * 1000 if early else row.every
    change = sa.update(device_codes).where(device_codes.c.id == row.id)
    tx.execute(change.values(polled_at=now(), every=every))
    if early:
        return Refused("slow_down", f"Ask every {every // 1000} seconds, not more often.")
    return Refused("authorization_pending", "Nobody has decided yet.")


def _refuse_crowd(tx: Tx, address: str) -> None:
    forget_expired(tx)
    count = sa.select(sa.func.count()).select_from(device_codes)
    here = tx.execute(count.where(device_codes.c.address == address)).scalar_one()
    if here >= _MOST_FROM_ADDRESS or tx.execute(count).scalar_one() >= _MOST:
        raise TooManyRequests("Too many machines wait to be signed in; try again in some minutes.", 60)
