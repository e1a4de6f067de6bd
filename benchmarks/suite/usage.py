"""What a server's processes use, read from /proc."""

import contextlib
import os
import threading
import time
from pathlib import Path
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(root: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def born(pid: int) -> str:
    """When a process began, in the kernel's ticks; empty when it has ended."""
    fields = _stat(pid)
    return fields[19] if fields else ""


def pss_mib(pids: list[int]) -> float:
    """Memory, with what is shared counted once."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def rss_mib(pids: list[int]) -> float:
    """Resident memory; quick to read, but what is shared counts for every process."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    return total / 2**20


def wait_until_quiet(root: int, limit: float) -> None:
    """Wait until the processes have used next to no CPU for two seconds, ``limit`` seconds at most."""
    end = time.monotonic() + limit
    used, since = _cpu(root), time.monotonic()
    while time.monotonic() < min(since + 2, end):
        time.sleep(0.1)
        if (now := _cpu(root)) - used > 0.1:
            used, since = now, time.monotonic()


class Growth:
    """How much more memory the processes hold at most, within a ``with`` block, than before it."""

    def __init__(self, root: int) -> None:
        self._pids = tree(root)
        self._before = self._most = rss_mib(self._pids)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def mib(self) -> float:
        """The growth."""
        return self._most - self._before

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self._most = max(self._most, rss_mib(self._pids))


def _cpu(root: int) -> float:
    """CPU seconds used so far."""
    stats = [_stat(pid) for pid in tree(root)]
    return sum(int(fields[11]) + int(fields[12]) for fields in stats if fields) / _TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name; none when the process has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []
