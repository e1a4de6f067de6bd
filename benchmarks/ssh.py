"""Measure a job on a host over SSH: from submitting to the script's first line, beside a bare start.

    .venv/bin/python benchmarks/ssh.py
    .venv/bin/python benchmarks/ssh.py --rounds 20

The host is an sshd on this machine, and the bare start is the same launcher with the same job, started over
the same kind of connection by hand: what is left between the two is what the server adds.
"""

import argparse
import contextlib
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

from suite import machine, own

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
from tests.sshd import Sshd

from lazward.client import compute, jobs, tokens, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import ENDS, CreateJob, JobSpec
from lazward.wire.ssh import SshSettings
from lazward_server.compute.engine import Launch, Target
from lazward_server.compute.ssh import Ssh

_ENVIRONMENT = EnvironmentSpec(python=PythonSpec(user_managed=True))
_OVER = [state.value for state in ENDS]
_COMMAND = 'date +%s.%N > "{}/$LAZWARD_RUN_ID.part" && mv "{}/$LAZWARD_RUN_ID.part" "{}/$LAZWARD_RUN_ID"'
_GOAL = 0.5


class Bench:
    """A server, a host, and a target of it."""

    def __init__(self, server: own.Own, host: Sshd, told: Path) -> None:
        where = WorkspaceUri(uri.server(server.address), "default")
        self.at = Connection(where, tokens.nothing)
        self._told = told
        self._spec = JobSpec(command=_COMMAND.replace("{}", str(told)), environment=_ENVIRONMENT)
        keys = {"private_key": host.key}
        compute.create(
            self.at, CreateCompute(name="host", kind="ssh", settings=host.settings(), secrets=keys)
        )
        settings = msgspec.convert(host.settings(), SshSettings)
        self._bare = Ssh.open(Target(1, settings, keys, told))
        self._server = server

    def through_the_server(self) -> float:
        """Seconds from submitting to the first line."""
        began = time.time()
        message = CreateJob(experiment="e", compute="host", spec=self._spec)
        return self._first_line(jobs.create(self.at, message).job.run_id) - began

    def by_hand(self) -> float:
        """Seconds from starting the launcher to the first line, of a job that waits for its launcher."""
        made = jobs.create(self.at, CreateJob(experiment="e", compute="local", spec=self._spec))
        run_id = made.job.run_id
        told = {
            "LAZWARD_SERVER": self._server.address,
            "LAZWARD_WORKSPACE": "default",
            "LAZWARD_RUN_ID": run_id,
            "LAZWARD_ATTEMPT": "1",
        }
        told |= {"LAZWARD_TOKEN": made.token} if made.token else {}
        began = time.time()
        self._bare.submit(Launch(run_id, 1, told))
        return self._first_line(run_id) - began

    def _first_line(self, run_id: str) -> float:
        file = self._told / run_id
        while not file.exists():
            time.sleep(0.01)
        while jobs.get(self.at, run_id).state not in _OVER:
            time.sleep(0.05)
        return float(file.read_text())


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with _bench() as (bench, scratch):
        print(machine.sentence(machine.describe(scratch)))
        pairs = [(bench.through_the_server(), bench.by_hand()) for _ in range(asked.rounds + 1)][1:]
    through = statistics.median(one for one, _ in pairs)
    bare = statistics.median(one for _, one in pairs)
    more = statistics.median(one - other for one, other in pairs)
    print(f"\nto the first line, median of {asked.rounds}: {through:.2f} s, started by hand {bare:.2f} s")
    print(f"beyond a bare start: {more:.2f} s (goal: under {_GOAL} s) {'met' if more < _GOAL else 'MISSED'}")
    if asked.json:
        asked.json.write_text(json.dumps({"through": through, "bare": bare, "more": more}))


@contextlib.contextmanager
def _bench() -> Generator[tuple[Bench, Path]]:
    scratch = Path(tempfile.mkdtemp(prefix="lzssh"))
    told = scratch / "told"
    told.mkdir()
    host = Sshd(scratch / "sshd")
    try:
        with own.running(scratch) as server:
            yield Bench(server, host, told), scratch
    finally:
        host.stop()
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
