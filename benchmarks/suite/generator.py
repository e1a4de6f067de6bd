"""Points from many connections at once: wrk where it is installed, else a generator of our own.

Each connection sends its next point as soon as the last one is answered.
"""

import os
import shutil
import subprocess
from pathlib import Path

import msgspec

from suite import asyncio_generator
from suite.client import API, HOST, WrongAnswer
from suite.data import START
from suite.load import Load

PATH = API + "runs/log-metric"
_SCRIPT = Path(__file__).parent.with_name("log_metric.lua")


def name() -> str:
    """Which generator is used, with its version."""
    if not shutil.which("wrk"):
        return "asyncio generator of the suite (wrk is not installed; it takes less from the servers)"
    shown = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    return " ".join(shown.split()[:2])


def log_metric(port: int, runs: list[str], connections: int, seconds: float) -> Load:
    """Log points to the runs in turn.

    Raises:
        WrongAnswer: Some request was not answered with 200.
    """
    generate = _wrk if shutil.which("wrk") else asyncio_generator.log_metric
    load = generate(port, runs, connections, seconds)
    if load.failed:
        raise WrongAnswer(f"{load.failed} of {load.requests} requests failed")
    return load


def _wrk(port: int, runs: list[str], connections: int, seconds: float) -> Load:
    whole = max(1, round(seconds))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{whole}s", "--timeout", "60s", "-s", _SCRIPT]
    told = {"BENCH_RUNS": " ".join(runs), "BENCH_PATH": PATH, "BENCH_TIME": str(START)}
    done = subprocess.run(
        [*command, f"http://{HOST}:{port}"],
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=whole + 120,
        check=False,
    )
    if done.returncode:
        raise WrongAnswer(f"wrk failed: {done.stdout[-300:]}{done.stderr[-300:]}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Load)
