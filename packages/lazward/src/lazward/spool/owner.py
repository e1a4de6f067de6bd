"""Whose a spool is: the process that writes it, and whether that may still live."""

import contextlib
import os
import socket
import time
from functools import cache
from pathlib import Path

import msgspec

from lazward.spool import record

SILENCE = 600.0
"""Seconds without a sign after which a process of another machine counts as gone."""


class Owner(msgspec.Struct, frozen=True):
    """A process that writes a spool.

    Attributes:
        workspace: The tracking URI of the workspace that its records are for.
        host: Its machine.
        boot: The machine's start that it belongs to; empty where the system tells none.
        pid: Its id.
        started: Its start in the system's ticks, which tells it from a later one of the same id.
        format: The number of the records' format.
    """

    workspace: str
    host: str
    boot: str
    pid: int
    started: str
    format: int = record.FORMAT


def this_process(workspace: str) -> Owner:
    """The owner record of this process."""
    return Owner(workspace, socket.gethostname(), _boot(), os.getpid(), _started(os.getpid()))


def may_live(owner: Owner, last_sign: float, *, locked: bool) -> bool:
    """Whether the owner may still write its spool.

    Args:
        owner: Who wrote it.
        last_sign: When it last gave a sign of life, in seconds since the epoch.
        locked: Whether the file system has locks; then one on this machine would hold its own.
    """
    if owner.host != socket.gethostname():
        return time.time() - last_sign < SILENCE
    return not locked and owner.boot == _boot() and _runs(owner)


def _runs(owner: Owner) -> bool:
    started = _started(owner.pid)
    if owner.started and started:
        return started == owner.started
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@cache
def _boot() -> str:
    return _text("/proc/sys/kernel/random/boot_id").strip()


def _started(pid: int) -> str:
    fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if fields else ""


def _text(file: str) -> str:
    with contextlib.suppress(OSError):
        return Path(file).read_text()
    return ""
