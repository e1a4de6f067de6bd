"""The way to one workspace: a request is sent until the server has answered it."""

from collections.abc import Callable

import httpx

from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import LazwardError, ServerUnreachable, Unavailable
from lazward.spool import trouble
from lazward.spool.batch import Posted
from lazward.spool.notice import say
from lazward.spool.trouble import Trouble

_TOLD_AFTER = 3
"""Tries that fail before the user is told, since a server that restarts is away for a moment."""

Pause = Callable[[Trouble], None]
"""Waits until the next try; raises ``Stopped`` to give up."""


class Stopped(Exception):
    """No more tries are wanted; what was not answered stays in the spool."""


class Link:
    """Sends requests to one workspace, one at a time.

    Attributes:
        where: The workspace.
        trouble: Why nothing gets through at the moment; None if it does.
        kept: Where the user is told that everything is kept.
    """

    def __init__(self, where: WorkspaceUri, kept: str) -> None:
        self.where = where
        self.kept = kept
        self.trouble: Trouble | None = None
        self._connection: Connection | None = None
        self._told = False

    def post(self, posted: Posted, pause: Pause) -> None:
        """Send a request, and again after each trouble.

        Raises:
            Refused: The server will not take it.
            Stopped: ``pause`` gave up.
        """
        while (found := self._try(posted)) is not None:
            self.trouble = found.after(self.trouble)
            self._tell(self.trouble)
            pause(self.trouble)
        self._well()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, posted: Posted) -> Trouble | None:
        try:
            if self._connection is None:
                self._connection = Connection(self.where)
            return trouble.of(self._connection.once("POST", posted[0], content=posted[1]))
        except trouble.Refused:
            self._well()
            raise
        except LazwardError as error:  # of the credentials, which may be put right or renewed later
            return Trouble(error.message, shut_out=not isinstance(error, ServerUnreachable | Unavailable))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Trouble(str(error) or type(error).__name__)

    def _tell(self, found: Trouble) -> None:
        if self._told or not (found.shut_out or found.tries >= _TOLD_AFTER):
            return
        self._told = True
        url = self.where.server.url
        kept = f"What is logged is kept in {self.kept} and sent later; training goes on."
        if found.shut_out:
            way = f"A valid token is kept with `lazward token save --server {url}`."
            say(f"{url} does not let you log: {found.text.rstrip('.')}. {kept} {way}")
        else:
            say(f"{url} cannot be reached: {found.text.rstrip('.')}. {kept}")

    def _well(self) -> None:
        if self._told:
            say(f"{self.where.server.url} takes what is logged again.")
        self._told, self.trouble = False, None
