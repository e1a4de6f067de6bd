"""What the figures depend on."""

import os
import platform
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from suite import generator
from suite.environments import PACKAGES


def describe(scratch: Path) -> dict[str, Any]:
    """The machine, its disk and the versions."""
    return {
        "when": time.strftime("%Y-%m-%d %H:%M:%S"),
        "cpu": f"{os.cpu_count()} x {_cpu()}",
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
        "fsync_ms": round(_fsync(scratch) * 1000, 3),
        "generator": generator.name(),
        "lazward": version("lazward-server"),
        "peers": PACKAGES,
    }


def sentence(about: dict[str, Any]) -> str:
    """The same, short."""
    return (
        f"{about['cpu']}, {about['memory_gib']} GiB, Linux {about['kernel']}, Python {about['python']};"
        f" an fsync takes {about['fsync_ms']} ms, the load was {about['load_before']:.2f} before,"
        f" 64 connections by {about['generator']}."
    )


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _fsync(folder: Path) -> float:
    """The median time to append a page and have it on the disk. Next to nothing means there is no disk."""
    times: list[float] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(50):
            file.write(b"\0" * 4096)
            file.flush()
            begin = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begin)
    return statistics.median(times)
