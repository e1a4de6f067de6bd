"""Measure jobs: from submitting to the first line of the script, what a queue costs, and what a log disturbs.

    .venv/bin/python benchmarks/jobs.py
    .venv/bin/python benchmarks/jobs.py --only start --rounds 5
    .venv/bin/python benchmarks/jobs.py --only queue --jobs 1000

The script runs in the interpreter of this program, so no environment is built. Beside it stands
``mlflow.projects.run`` of stock MLflow with its local backend, the same interpreter and a local store.
"""

import argparse
import contextlib
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

import httpx
from suite import machine, own, usage

from lazward.client import compute, jobs, tokens, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.snapshot import snapshot
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import ENDS, LOG, CreateJob, Job, JobSpec

_BIN = Path(sys.executable).parent
_ENVIRONMENT = EnvironmentSpec(python=PythonSpec(user_managed=True))
_OVER = [state.value for state in ENDS]
_STEPS = ("submitted", "launcher", "begun", "fetched", "running", "first line", "line read")
_GOAL_START, _GOAL_JOB, _GOAL_SLOWER = 1.5, 0.050, 1.10
_CLIENTS = 8

_FIRST_LINE = """
import time
first = time.time()
import json, os, sys
ticks = int(open("/proc/self/stat").read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
now = time.clock_gettime(time.CLOCK_BOOTTIME)
if len(sys.argv) > 1:
    print(json.dumps({"first line": first}), file=open(sys.argv[1], "w"))
else:
    folder = os.getcwd().removesuffix("/code")
    print(json.dumps({
        "begun": os.stat(folder + ".lock").st_mtime, "fetched": os.stat("t.py").st_mtime,
        "running": first - (now - ticks), "first line": first,
    }), flush=True)
"""
_MLFLOW = """
import os, sys, time
import mlflow
mlflow.set_tracking_uri("sqlite:///" + sys.argv[2])
mlflow.set_experiment("e")
for _ in range(int(sys.argv[3]) + 1):
    began = time.time()
    mlflow.projects.run(sys.argv[1], backend="local", env_manager="local", experiment_name="e")
    import json
    print("TOOK", json.load(open(sys.argv[1] + "/first"))["first line"] - began)
"""
_TELL_LAUNCHER = 'cut -d" " -f22 /proc/$PPID/stat > "{}/$LAZWARD_RUN_ID"; sleep 1'
"""Notes when the launcher was started, in ticks since the machine was, which no empty log of one tells."""
_PROJECT = "name: p\nentry_points:\n  main:\n    command: python t.py first\n"
_LOUD = """
import sys, time
line = b"x" * 199 + b"\\n"
end = time.monotonic() + float(sys.argv[1])
for _ in range(500):
    sys.stdout.buffer.write(line * 1049)
    sys.stdout.buffer.flush()
    time.sleep(float(sys.argv[1]) / 500)
"""


class Server(NamedTuple):
    """A server with a target on it.

    Attributes:
        at: Its workspace.
        address: Where it answers.
        home: Its home folder.
        pid: Its process.
    """

    at: Connection
    address: str
    home: Path
    pid: int

    def submit(self, compute_: str, spec: JobSpec) -> str:
        """Queue a job."""
        return jobs.create(self.at, CreateJob(experiment="e", compute=compute_, spec=spec)).job.run_id

    def wait(self, run_id: str) -> Job:
        """Until it is over."""
        while (job := jobs.get(self.at, run_id)).state not in _OVER:
            time.sleep(0.1)
        if job.state != "Completed":
            sys.exit(f"a job ended as {job.state}: {job.error}")
        return job


def main() -> None:
    """Run the program."""
    asked = _arguments()
    scratch = Path(tempfile.mkdtemp(prefix="lzbench", dir=asked.scratch))
    try:
        print(machine.sentence(machine.describe(scratch)))
        with _server(scratch) as server:
            if asked.only in (None, "start"):
                print(_start(server, scratch, asked.rounds))
            if asked.only in (None, "queue"):
                print(_queue(server, scratch, asked.jobs))
            if asked.only in (None, "log"):
                print(_log(server, scratch, asked.seconds))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


# ---------------------------------------------------------------- from submitting to the first line


def _start(server: Server, scratch: Path, rounds: int) -> str:
    folder = scratch / "project"
    folder.mkdir()
    (folder / "t.py").write_text(_FIRST_LINE)
    compute.create(server.at, CreateCompute(name="start", max_nodes=1))
    found = [_first_line(server, folder) for _ in range(rounds + 1)][1:]
    (folder / "MLproject").write_text(_PROJECT)
    theirs = _mlflow(scratch, folder, rounds)
    lines = ["", f"| from submitting, median of {rounds} | after | of which |", "|---|--:|--:|"]
    before = 0.0
    for step in _STEPS:
        after = statistics.median(one[step] for one in found)
        lines.append(f"| {step} | {after * 1000:,.0f} ms | {(after - before) * 1000:,.0f} ms |")
        before = after
    ours = statistics.median(one["first line"] for one in found)
    lines.append(f"\nmlflow.projects.run, local, to the first line: {theirs * 1000:,.0f} ms.")
    verdict = _verdict("to the first line", f"{ours:.2f} s", ours < _GOAL_START, "1.5 s")
    return "\n".join([*lines, verdict])


def _first_line(server: Server, folder: Path) -> dict[str, float]:
    began = time.time()
    number = snapshot.take(server.at, folder)
    spec = JobSpec(script="t.py", snapshot_id=number, environment=_ENVIRONMENT)
    run_id = server.submit("start", spec)
    submitted = time.time()
    while not (line := jobs.read_log(server.at, run_id, LOG)):
        time.sleep(0.01)
    read = time.time()
    launcher = (server.home / "jobs" / "launchers" / f"{run_id}.log").stat().st_mtime
    server.wait(run_id)
    steps = json.loads(line) | {"submitted": submitted, "launcher": launcher, "line read": read}
    return {name: time_ - began for name, time_ in steps.items()}


def _mlflow(scratch: Path, folder: Path, rounds: int) -> float:
    words = [sys.executable, "-c", _MLFLOW, str(folder), str(scratch / "mlflow.db"), str(rounds)]
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet"}
    path = {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    environment = os.environ | quiet | path
    done = subprocess.run(words, capture_output=True, text=True, cwd=scratch, env=environment, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    took = [float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("TOOK")]
    return statistics.median(took[1:])


# ---------------------------------------------------------------- a queue


def _queue(server: Server, scratch: Path, count: int) -> str:
    told = scratch / "launchers"
    told.mkdir()
    compute.create(server.at, CreateCompute(name="queue", max_nodes=2))
    before = usage.rss_mib([server.pid])
    spec = JobSpec(command=_TELL_LAUNCHER.format(told), environment=_ENVIRONMENT)
    began = time.monotonic()
    run_ids = [server.submit("queue", spec) for _ in range(count)]
    submitting = time.monotonic() - began
    for run_id in run_ids:
        done = server.wait(run_id)
    assert done
    took = time.monotonic() - began
    after = usage.rss_mib([server.pid])
    gaps = _gaps(server, run_ids, told)
    between = statistics.mean(gaps)
    launching = took * 2 / count - 1 - between
    verdict = _verdict("scheduling a job", f"{between * 1000:.0f} ms", between < _GOAL_JOB, "50 ms")
    return (
        f"\n{count} jobs of a second on 2 nodes took {took:.1f} s, submitting each"
        f" {submitting / count * 1000:.1f} ms.\n"
        f"From the end of one to the launcher of the next: mean {between * 1000:.0f} ms, median"
        f" {statistics.median(gaps) * 1000:.0f} ms, longest {max(gaps) * 1000:.0f} ms; in the launcher itself"
        f" {launching * 1000:.0f} ms.\n"
        f"Memory of the server: {before:.1f} MiB before, {after:.1f} MiB after.\n{verdict}"
    )


def _gaps(server: Server, run_ids: list[str], told: Path) -> list[float]:
    """Seconds from the end of each job to the launcher of the next on its node."""
    booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    nodes: dict[str, list[tuple[float, float]]] = {}
    for run_id in run_ids:
        job = jobs.get(server.at, run_id)
        launcher = booted + int((told / run_id).read_text()) / os.sysconf("SC_CLK_TCK")
        nodes.setdefault(job.node or "", []).append((launcher, (job.ended_at or 0) / 1000))
    gaps: list[float] = []
    for spans in nodes.values():
        spans.sort()
        gaps += [later[0] - earlier[1] for earlier, later in itertools.pairwise(spans)]
    return gaps


# ---------------------------------------------------------------- a log


def _log(server: Server, scratch: Path, seconds: float) -> str:
    """What clients log a second alone, and while a job writes 100 MB."""
    folder = scratch / "loud"
    folder.mkdir()
    (folder / "t.py").write_text(_LOUD)
    compute.create(server.at, CreateCompute(name="log", max_nodes=1))
    number = snapshot.take(server.at, folder)
    spec = JobSpec(script="t.py", arguments=[str(seconds)], snapshot_id=number, environment=_ENVIRONMENT)
    rows: list[tuple[float, float]] = []
    for _ in range(3):
        alone = _tracking(server, seconds)
        run_id = server.submit("log", spec)
        while jobs.get(server.at, run_id).state != "Running":
            time.sleep(0.05)
        beside = _tracking(server, seconds)
        server.wait(run_id)
        size = sum(map(len, jobs.whole_log(server.at, run_id, LOG)))
        if size < 100 * 2**20:
            sys.exit(f"the log has {size} bytes")
        rows.append((alone, beside))
    alone, beside = (statistics.median(column) for column in zip(*rows, strict=True))
    slower = alone / beside
    verdict = _verdict("tracking", f"{(slower - 1) * 100:.1f} % slower", slower < _GOAL_SLOWER, "10 %")
    return (
        f"\n{_CLIENTS} clients logged {alone:,.0f} metrics a second alone, {beside:,.0f} beside a job that"
        f" wrote {size / 2**20:.0f} MiB of log in {seconds:g} s.\n{verdict}"
    )


def _tracking(server: Server, seconds: float) -> float:
    end = time.monotonic() + seconds
    counts = [0] * _CLIENTS

    def client(number: int) -> None:
        api = server.address + "/api/2.0/mlflow/runs/"
        with httpx.Client(trust_env=False) as http:
            made = http.post(api + "create", json={"experiment_id": "0"}).json()
            message = {"run_id": made["run"]["info"]["run_id"], "key": "m", "value": 1.0, "timestamp": 1}
            while time.monotonic() < end:
                http.post(api + "log-metric", json=message | {"step": counts[number]}).raise_for_status()
                counts[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _verdict(what: str, figure: str, reached: bool, goal: str) -> str:
    return f"{what}: {figure}, goal {goal}: {'reached' if reached else 'MISSED'}"


@contextlib.contextmanager
def _server(scratch: Path) -> Generator[Server]:
    with own.running(scratch) as running:
        where = WorkspaceUri(uri.server(running.address), "default")
        yield Server(Connection(where, tokens.nothing), running.address, running.home, running.pid)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("start", "queue", "log"), help="one of the three parts")
    parser.add_argument("--rounds", type=int, default=10, help="how often a start is measured")
    parser.add_argument("--jobs", type=int, default=200, help="jobs in the queue")
    parser.add_argument("--seconds", type=float, default=20, help="how long the log is written")
    parser.add_argument("--scratch", type=Path, help="a folder on the disk to measure")
    return parser.parse_args()


if __name__ == "__main__":
    main()
