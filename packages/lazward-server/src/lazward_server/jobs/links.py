"""Links to logs that open without a token: to show in a notebook, to send to somebody, to fetch anyhow.

A link reads one log of one job for an hour. It is signed with a key of that job, which never leaves the
server, so nothing else opens with it, and it cannot be made to hold for longer.
"""

import hashlib
import hmac
from urllib.parse import quote

from lazward.errors import NotFound
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.jobs import logged
from lazward_server.jobs.logged import Logged

_LIFE = 3_600_000
"""Milliseconds."""


def path(job: Logged, name: str) -> str:
    """The path of a link that opens a log from now on."""
    until = now() + _LIFE
    return f"/job-logs/{job.run_id}/{quote(name)}?until={until}&key={_sign(job, name, until)}"


def opened(tx: Tx, run_id: str, name: str, until: int, shown: str) -> Logged:
    """The job whose log a link opens.

    Raises:
        NotFound: The link is none of this server's, or its hour is over.
    """
    try:
        job = logged.find(tx, run_id)
    except NotFound:
        raise _shut() from None
    if until < now() or not hmac.compare_digest(_sign(job, name, until).encode(), shown.encode()):
        raise _shut()
    return job


def _sign(job: Logged, name: str, until: int) -> str:
    return hmac.new(job.link_key.encode(), f"{name} {until}".encode(), hashlib.sha256).hexdigest()


def _shut() -> NotFound:
    return NotFound("This link opens nothing, or no longer; ask for the job once more to get another.")
