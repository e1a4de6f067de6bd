"""Whether the kernel has ended processes because there was no memory for them (Linux)."""

from pathlib import Path

_COUNTERS = Path("/proc/vmstat")
_NAME = "oom_kill"


def kills() -> int:
    """How many so far, those among them that took more than their group of processes may."""
    try:
        lines = _COUNTERS.read_text().splitlines()
    except OSError:  # another system
        return 0
    counted = (line.partition(" ") for line in lines)
    return next((int(count) for name, _, count in counted if name == _NAME), 0)
