"""Measure jobs on Slurm: to the script's first line beside a bare submission, and what following many costs.

    .venv/bin/python benchmarks/slurm.py
    .venv/bin/python benchmarks/slurm.py --only follow --jobs 500 --seconds 60

It starts a Slurm of three nodes on this machine, as its superuser. The bare submission is the same launcher
with the same job, handed to ``sbatch`` by hand: what is left between the two is what the server adds.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

from suite import machine, own, usage

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.slurm import Slurm as Daemons

from lazward.client import compute, jobs, tokens, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import ENDS, CreateJob, JobSpec, SearchJobs
from lazward_server.compute.engine import Launch, Target
from lazward_server.compute.slurm.engine import Slurm

_ENVIRONMENT = EnvironmentSpec(python=PythonSpec(user_managed=True))
_OVER = [state.value for state in ENDS]
_COMMAND = 'date +%s.%N > "{}/$LAZWARD_RUN_ID.part" && mv "{}/$LAZWARD_RUN_ID.part" "{}/$LAZWARD_RUN_ID"'
_GOAL_START, _GOAL_CPU = 1.0, 0.20
_COUNTED = '#!/bin/sh\necho x >> "{}"\nexec {} "$@"\n'


class Bench:
    """A server and a target of it.

    Args:
        server: The server.
        scratch: A folder.
    """

    def __init__(self, server: own.Own, scratch: Path) -> None:
        where = WorkspaceUri(uri.server(server.address), "default")
        self.at = Connection(where, tokens.nothing)
        self.server = server
        self._told = scratch / "told"
        self._told.mkdir()
        self._spec = JobSpec(command=_COMMAND.replace("{}", str(self._told)), environment=_ENVIRONMENT)
        settings = {"folder": str(scratch / "shared"), "python": sys.executable, "mem": "300M"}
        compute.create(self.at, CreateCompute(name="slurm", kind="slurm", settings=settings))
        self._bare = Slurm.open(Target(1, Slurm.settings(**settings), {}, scratch))

    def through_the_server(self) -> float:
        """Seconds from submitting to the first line."""
        began = time.time()
        return self._first_line(self.submit(self._spec)) - began

    def submit(self, spec: JobSpec) -> str:
        """Queue a job."""
        message = CreateJob(experiment="e", compute="slurm", spec=spec)
        return jobs.create(self.at, message).job.run_id

    def by_hand(self) -> float:
        """Seconds from submitting the launcher to the first line, of a job that waits for its launcher."""
        made = jobs.create(self.at, CreateJob(experiment="e", compute="local", spec=self._spec))
        told = {
            "LAZWARD_SERVER": self.server.address,
            "LAZWARD_WORKSPACE": "default",
            "LAZWARD_RUN_ID": made.job.run_id,
            "LAZWARD_ATTEMPT": "1",
        }
        told |= {"LAZWARD_TOKEN": made.token} if made.token else {}
        began = time.time()
        self._bare.submit(Launch(made.job.run_id, 1, told))
        return self._first_line(made.job.run_id) - began

    def _first_line(self, run_id: str) -> float:
        file = self._told / run_id
        while not file.exists():
            time.sleep(0.01)
        while jobs.get(self.at, run_id).state not in _OVER:
            time.sleep(0.05)
        return float(file.read_text())


def main() -> None:
    """Run the program."""
    asked = _arguments()
    with _bench() as (bench, daemons, scratch):
        print(machine.sentence(machine.describe(scratch)))
        if asked.only in (None, "start"):
            print(_start(bench, asked.rounds))
        if asked.only in (None, "follow"):
            print(_follow(bench, daemons, scratch, asked.jobs, asked.seconds))


def _start(bench: Bench, rounds: int) -> str:
    pairs = [(bench.through_the_server(), bench.by_hand()) for _ in range(rounds + 1)][1:]
    through = statistics.median(one for one, _ in pairs)
    bare = statistics.median(one for _, one in pairs)
    more = statistics.median(one - other for one, other in pairs)
    return (
        f"\nto the first line, median of {rounds}: {through:.2f} s, submitted by hand {bare:.2f} s\n"
        f"beyond a bare submission: {more:.2f} s, goal {_GOAL_START} s: {_verdict(more < _GOAL_START)}"
    )


def _follow(bench: Bench, daemons: Daemons, scratch: Path, count: int, seconds: float) -> str:
    """What the server takes while Slurm has so many of its jobs, all of which wait."""
    daemons.run("sbatch", "--exclusive", "-N3", "--wrap", "sleep 100000")
    for _ in range(count):
        bench.submit(JobSpec(command="true", environment=_ENVIRONMENT))
    while int(daemons.run("squeue", "--me", "-h", "-t", "PD", "-o", "%i").count("\n")) < count:
        time.sleep(1)
    waiting = SearchJobs(states=["Queued"], max_results=1000)
    while any("Slurm" not in (one.reason or "") for one in jobs.search(bench.at, waiting)):
        time.sleep(1)
    calls, before, memory = _calls(scratch), _cpu(bench.server.pid), usage.rss_mib([bench.server.pid])
    time.sleep(seconds)
    share = (_cpu(bench.server.pid) - before) / seconds
    asked, grown = _calls(scratch) - calls, usage.rss_mib([bench.server.pid])
    return (
        f"\n{count} jobs wait in Slurm: {asked} calls of squeue in {seconds:g} s; the server took"
        f" {share:.1%} of a core, goal {_GOAL_CPU:.0%}: {_verdict(share < _GOAL_CPU)}\n"
        f"its memory: {memory:.1f} MiB before, {grown:.1f} MiB after"
    )


def _cpu(pid: int) -> float:
    """Seconds of processor that a process has taken, with those of programs that it has run to their end."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _calls(scratch: Path) -> int:
    file = scratch / "calls"
    return file.read_text().count("x") if file.exists() else 0


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


@contextlib.contextmanager
def _bench() -> Generator[tuple[Bench, Daemons, Path]]:
    scratch = Path(tempfile.mkdtemp(prefix="lzslurm"))
    daemons = Daemons(scratch / "slurm")
    try:
        daemons.start()
        _count(scratch)
        os.environ["SLURM_CONF"] = daemons.variables["SLURM_CONF"]
        with own.running(scratch) as server:
            yield Bench(server, scratch), daemons, scratch
    finally:
        daemons.stop()
        shutil.rmtree(scratch, ignore_errors=True)


def _count(scratch: Path) -> None:
    """Let each call of ``squeue`` be noted."""
    folder, real = scratch / "bin", shutil.which("squeue")
    folder.mkdir()
    (folder / "squeue").write_text(_COUNTED.format(scratch / "calls", real))
    (folder / "squeue").chmod(0o755)
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("start", "follow"), help="one of the two parts")
    parser.add_argument("--rounds", type=int, default=10, help="how often a start is measured")
    parser.add_argument("--jobs", type=int, default=500, help="jobs that are followed")
    parser.add_argument("--seconds", type=float, default=60, help="for how long")
    return parser.parse_args()


if __name__ == "__main__":
    main()
