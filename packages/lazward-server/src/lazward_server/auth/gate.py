"""Who calls, and whether they may."""

import base64
import binascii
import time
from dataclasses import dataclass

from lazward.errors import NotFound, Unauthenticated
from lazward_server.auth import tokens
from lazward_server.db.database import Database
from lazward_server.http.permission import Permission

_REMEMBER = 30.0
_MOST_REMEMBERED = 1000
DEFAULT_WORKSPACE = (1, "default")


@dataclass(frozen=True)
class Caller:
    """Who sent a request.

    Attributes:
        name: The token's name, or ``anonymous`` where no token is asked for.
    """

    name: str


_ANONYMOUS = Caller("anonymous")


class Gate:
    """Admits whoever shows a valid token; with ``required`` off, everybody.

    A token once seen is remembered for half a minute, so that a revoked one stops working within that time
    and a hot client costs no query per request.
    """

    def __init__(self, db: Database, *, required: bool) -> None:
        self._db = db
        self._required = required
        self._seen: dict[bytes, tuple[float, Caller]] = {}

    async def admit(
        self, authorization: bytes, workspace: str | None, needs: Permission
    ) -> tuple[Caller, tuple[int, str]]:
        """See ``http.application.Gate``. One token has all rights until there are users and roles."""
        caller = _ANONYMOUS
        if self._required and needs is not Permission.PUBLIC:
            caller = await self._identify(authorization)
        if workspace is not None and workspace != DEFAULT_WORKSPACE[1]:
            raise NotFound(f"Workspace '{workspace}' not found.")
        return caller, DEFAULT_WORKSPACE

    async def _identify(self, authorization: bytes) -> Caller:
        now = time.monotonic()
        seen = self._seen.get(authorization)
        if seen is not None and seen[0] > now:
            return seen[1]
        name = await self._db.read(tokens.find, tokens.digest(_token(authorization)))
        if name is None:
            raise Unauthenticated(
                "The token is unknown to this server; `lazward token show` prints the right one."
            )
        if len(self._seen) >= _MOST_REMEMBERED:
            self._seen.clear()
        self._seen[authorization] = (now + _REMEMBER, Caller(name))
        return Caller(name)


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
