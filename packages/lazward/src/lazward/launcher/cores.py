"""Processors of the machine, lent out so that no two of its jobs are kept to the same ones.

    <folder>/<number>    locked by the launcher to which the processor of this number is lent

The locks are the kernel's, so a processor comes back however its launcher ends.
"""

import fcntl
import os
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def lent(count: int | None, folder: Path) -> Generator[frozenset[int] | None]:
    """Processors that are nobody else's until the block is left.

    Args:
        count: How many; None for all.
        folder: Where the launchers of this machine say which they have.

    Yields:
        Their numbers; None where a job is not to be kept to some: it may use all there are, or fewer are
        free than it asks for, and the kernel shares them out better than jobs that crowd on the same ones.
    """
    allowed = sorted(os.sched_getaffinity(0)) if sys.platform.startswith("linux") else []
    if count is None or count >= len(allowed):
        yield None
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as held:
        yield _free(allowed, count, folder, held)


def _free(allowed: list[int], count: int, folder: Path, held: ExitStack) -> frozenset[int] | None:
    taken: set[int] = set()
    with ExitStack() as locks:
        for number in allowed:
            if _take(folder / str(number), locks):
                taken.add(number)
            if len(taken) == count:
                held.push(locks.pop_all())
                return frozenset(taken)
    return None


def _take(file: Path, locks: ExitStack) -> bool:
    """Whether a processor was free; if so, it is ours until the locks are closed."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return False
    locks.callback(os.close, handle)
    return True
