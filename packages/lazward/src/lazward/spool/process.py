"""The spools of this process: one for each workspace, across forks, until the process ends.

Light to import: what it needs is loaded with the first spool.
"""

import atexit
import os
import sys
import threading
from typing import TYPE_CHECKING

from lazward.client.uri import WorkspaceUri

if TYPE_CHECKING:
    from lazward.spool.spool import Spool

_spools: "dict[WorkspaceUri, Spool]" = {}
_opening = threading.Lock()
_ending = False


def spool(where: WorkspaceUri) -> "Spool":
    """The spool for a workspace, opened if need be.

    Raises:
        ConfigError: The environment's settings make no sense.
        OSError: No folder can be made for it.
    """
    with _opening:
        found = _spools.get(where)
        if found is None or found.closed:
            found = _spools[where] = _open(where)
        return found


def existing(where: WorkspaceUri) -> "Spool | None":
    """The spool for a workspace if this process has one."""
    found = _spools.get(where)
    return None if found is None or found.closed else found


def ending() -> bool:
    """Whether the process is past the point where it closes its spools."""
    return _ending


def close_at_exit() -> None:
    """Have the spools closed when the process ends: after what was registered later, before the earlier."""
    atexit.unregister(close)
    atexit.register(close)


def _open(where: WorkspaceUri) -> "Spool":
    from lazward.spool import settings
    from lazward.spool.spool import Spool

    opened = Spool(where, settings.read())
    _close_in_child_processes()
    return opened


def _close_in_child_processes() -> None:
    """Children of multiprocessing end without the interpreter's own way to end."""
    processes = sys.modules.get("multiprocessing.process")
    if processes is not None and processes.parent_process() is not None:
        from multiprocessing.util import Finalize

        Finalize(None, close, exitpriority=0)


def close() -> None:
    """Close all spools, and tell what is left."""
    global _ending  # noqa: PLW0603 - there is one process
    _ending = True
    for open_spool in list(_spools.values()):
        if not open_spool.closed:
            _close(open_spool)


def _close(open_spool: "Spool") -> None:
    from lazward.spool.notice import say

    open_spool.close()
    for refusal in open_spool.take_refusals():
        say(f"{refusal} (kept in {open_spool.refused_file})")
    if statement := open_spool.statement:
        say(statement)


def _after_fork() -> None:
    global _opening, _ending
    _opening, _ending = threading.Lock(), False
    for inherited in _spools.values():
        inherited.abandon()
    _spools.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
