"""What runs on each node of a job that has several processes: fetch, prepare, run those of this node.

The launcher on the first node starts it everywhere with the words that its engine has given it, and reports
for all. The first process of the job writes to standard output, which the engine brings to that launcher;
each other one has a log of its own. The exit status is that of the process of this node that failed first.
"""

import contextlib
import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import NamedTuple

from lazward.environment.patience import Patience
from lazward.environment.prepare import Prepared, prepared
from lazward.errors import LazwardError
from lazward.launcher import ranks
from lazward.launcher.desk import Desk
from lazward.launcher.family import Family, adopt_orphans, end_all
from lazward.launcher.logs import Log, Sender
from lazward.launcher.outputs import Outputs
from lazward.launcher.own_log import say
from lazward.launcher.program import program
from lazward.launcher.settings import Settings
from lazward.launcher.system_metrics import SystemMetrics
from lazward.launcher.workplace import workplace
from lazward.snapshot import snapshot
from lazward.wire.jobs import Order, Report, rank_log

_LOOK = 0.05
_SIGNAL = 128


class Process(NamedTuple):
    """One process of a job.

    Attributes:
        rank: Which of all it is.
        family: It, with what it starts.
        log: What it writes; None for the first, which writes to standard output.
    """

    rank: int
    family: Family
    log: Log | None


def run(settings: Settings) -> int:
    """Run what is this node's of a job; the exit status."""
    signal.signal(signal.SIGTERM, _asked_to_end)
    adopt_orphans()
    desk = Desk(settings)
    try:
        order = desk.join()
        with workplace(settings.member_folder):
            _check_owner(settings.work)
            return _run(settings, desk, order)
    except (LazwardError, OSError) as error:
        say(f"Node {settings.node} of the job: {error}")
        return 1
    finally:
        end_all()


def _check_owner(folder: Path) -> None:
    """Refuse a folder that somebody else has put in our place, as where all may write."""
    if folder.stat().st_uid != os.getuid():
        raise OSError(errno.EPERM, "is another user's", str(folder))


def _run(settings: Settings, desk: Desk, order: Order) -> int:
    spec, folder = order.job.spec, settings.member_folder / "code"
    if spec.snapshot_id is None:
        folder.mkdir()
    else:
        number = spec.snapshot_id
        desk.insist(lambda: snapshot.restore(desk.at, number, folder))
    patience = Patience(threading.Event())
    with (
        prepared(spec.environment, settings.cache, say, patience) as environment,
        Outputs(desk, order.artifact_uri, folder, spec.watched, spec.watched_files) as outputs,
        _measured(settings, desk, order),
    ):
        status = _script(settings, desk, order, environment, folder)
        outputs.finish()
        if outputs.warnings:
            desk.insist(lambda: desk.report(Report(warnings=outputs.warnings)))
    return status


@contextlib.contextmanager
def _measured(settings: Settings, desk: Desk, order: Order) -> Generator[None]:
    """Measure this node; the first is measured by its launcher."""
    if settings.node == 0:
        yield
        return
    with SystemMetrics(desk, order.job.run_id, settings.node):
        yield


def _script(settings: Settings, desk: Desk, order: Order, environment: Prepared, folder: Path) -> int:
    spec = order.job.spec
    first = settings.node * spec.processes_per_node
    logs = {rank: _log(settings, order, rank) for rank in range(first, first + spec.processes_per_node)}
    with (
        Sender(desk, *(log for log in logs.values() if log)),
        program(settings, order, environment, folder) as call,
    ):
        processes: list[Process] = []
        for local, (rank, log) in enumerate(logs.items()):
            variables = call.variables | ranks.variables(spec, settings.node, local)
            output = sys.stdout.fileno() if log is None else log.handle
            family = Family(call.words, folder, variables, output, None)
            processes.append(Process(rank, family, log))
        return _wait(processes, settings.node)


def _log(settings: Settings, order: Order, rank: int) -> Log | None:
    if rank == 0:
        return None
    name = rank_log(rank)
    return Log(name, settings.member_folder / f"rank{rank}.txt", order.logs.get(name, 0))


def _wait(processes: Sequence[Process], node: int) -> int:
    """Wait for all processes of this node, or for the first that fails."""
    while True:
        statuses = [one.family.poll() for one in processes]
        for one, status in zip(processes, statuses, strict=True):
            if status:
                return _failed(one, status, node)
        if all(status == 0 for status in statuses):
            return 0
        time.sleep(_LOOK)


def _failed(process: Process, status: int, node: int) -> int:
    if process.log is not None:
        sys.stdout.write(process.log.tail())
        sys.stdout.flush()
        say(
            f"--- process {process.rank}, on node {node}, ended with status {status}; above is what it wrote"
            f" last, all of it is in {process.log.name} ---"
        )
    end_all()
    return status if status > 0 else _SIGNAL - status


def _asked_to_end(number: int, _frame: object) -> None:
    """End as one that has failed, with the least status.

    The highest of all nodes counts, and that is to be the one that failed first.
    """
    signal.signal(number, signal.SIG_IGN)
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(run(Settings.from_environment()))
