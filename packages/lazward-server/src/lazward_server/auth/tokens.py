"""Tokens: random, shown once, kept only as hashes."""

import hashlib
import secrets
import time

import sqlalchemy as sa

from lazward_server.db.database import Tx
from lazward_server.db.schema import tokens

PREFIX = "lzw_"
"""Lets people and secret scanners see what a token is for."""


def create(tx: Tx, name: str) -> str:
    """Make a token; the returned text is the only copy of it."""
    token = PREFIX + secrets.token_urlsafe(32)
    tx.execute(sa.insert(tokens).values(name=name, hash=digest(token), created_at=int(time.time() * 1000)))
    return token


def find(tx: Tx, hashed: str) -> str | None:
    """The name of the token with this hash."""
    return tx.execute(sa.select(tokens.c.name).where(tokens.c.hash == hashed)).scalar()


def exists(tx: Tx, name: str) -> bool:
    """Whether a token of this name was ever made."""
    return tx.execute(sa.select(tokens.c.id).where(tokens.c.name == name)).first() is not None


def remove(tx: Tx, name: str) -> None:
    """Make the token of this name worthless."""
    tx.execute(sa.delete(tokens).where(tokens.c.name == name))


def digest(token: str) -> str:
    """What is stored of a token. Tokens are long and random, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
