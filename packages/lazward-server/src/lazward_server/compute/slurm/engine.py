"""The engine of targets that are a Slurm: a launcher is a batch job.

A handle is the job's number and its name. Numbers come again when a cluster is set up anew; the name holds
something random, so a job of the same number is never taken for ours.
"""

import re
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import NamedTuple

from lazward.errors import InvalidRequest, Unavailable
from lazward.wire.compute import Size
from lazward.wire.jobs import Problem
from lazward.wire.slurm import SlurmSettings
from lazward_server.compute import bundle
from lazward_server.compute.commands import Here
from lazward_server.compute.engine import Engine, Launch, Presence, Queues, SeveralNodes, Target, Wait
from lazward_server.compute.over_ssh import OverSsh, Way
from lazward_server.compute.slurm import problems, script, states
from lazward_server.compute.slurm.listing import Row
from lazward_server.compute.slurm.programs import Program, Programs

_HANDLE = re.compile(r"([0-9]{1,10}) (lazward-[0-9a-z-]{1,60})", re.ASCII)
_SOONEST, _LATEST, _LATEST_WITHOUT_ANSWER = 1.0, 10.0, 60.0
"""Seconds between two looks at Slurm's queue: at first and after a change, when nothing changes for long,
and when it does not answer."""
_CANCEL_AGAIN = 5.0
"""Seconds that Slurm gets to end a job before it is asked once more."""


class _Job(NamedTuple):
    number: str
    name: str

    @classmethod
    def of(cls, handle: str) -> "_Job | None":
        match = _HANDLE.fullmatch(handle)
        return None if match is None else cls(*match.groups())


class Slurm(Engine, SeveralNodes, Queues):
    """See ``engine.Engine``.

    Args:
        settings: The target's.
        programs: How Slurm is asked.
        launcher: What is brought along to be run.
        clock: Seconds that never go back.
    """

    settings = SlurmSettings
    secrets = frozenset({"private_key", "passphrase", "password"})

    def __init__(
        self,
        settings: SlurmSettings,
        programs: Programs,
        launcher: Callable[[], Program],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._programs = programs
        self._launcher = launcher
        self._clock = clock
        self._rows: dict[str, Row] | None = None  # None while nothing is known
        self._fresh: set[str] = set()  # handles that are younger than these
        self._cancelled: dict[str, float] = {}
        self._pause = _SOONEST
        self._next = 0.0

    @classmethod
    def open(cls, target: Target) -> "Slurm":
        """See ``engine.Engine``."""
        settings: SlurmSettings = target.settings
        commands = OverSsh(_way(settings, target)) if settings.login else Here()
        return cls(settings, Programs(commands, settings.folder), _launcher)

    @classmethod
    def attach(cls, target: Target) -> SlurmSettings:
        """See ``engine.Engine``: nothing is found out, and what cannot be used is refused."""
        cls.open(target).close()
        return target.settings

    @classmethod
    def as_server(cls, settings: SlurmSettings) -> bool:
        """See ``engine.Engine``: they run as whoever submits them, which at a login node is another."""
        return not settings.login

    @classmethod
    def node_count(cls, settings: SlurmSettings) -> int:
        """See ``engine.Engine``: a job here is one of Slurm's, whatever machines that takes."""
        return settings.most_jobs

    @classmethod
    def node_size(cls, settings: SlurmSettings, node: int) -> Size:  # noqa: ARG003 - all are alike
        """See ``engine.Engine``: it is Slurm that keeps jobs to what they were given."""
        return Size("slurm", settings.cpus_per_task or 0, 0)

    def submit(self, launch: Launch) -> str:
        """See ``engine.Engine``."""
        name = f"lazward-{launch.run_id[:8]}-{launch.attempt}-{secrets.token_hex(4)}"
        program = self._launcher()
        text = script.write(self._settings, launch, name, program.file)
        number = self._programs.submit(name, text, bundle.stdin(launch.variables), program)
        handle = f"{number} {name}"
        self._fresh.add(handle)
        self._look_soon()
        return handle

    def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """See ``engine.Engine``; from memory between two looks."""
        if handles and self._clock() >= self._next:
            self._look()
        return {handle: self._presence(handle) for handle in handles}

    def waiting(self, handles: Collection[str]) -> Mapping[str, Wait]:
        """See ``engine.Queues``."""
        found = {handle: self._row(handle) for handle in handles}
        return {handle: problems.wait(row) for handle, row in found.items() if row and _waits(row)}

    def cancel(self, handle: str) -> None:
        """See ``engine.Engine``."""
        job, now = _Job.of(handle), self._clock()
        if job is None or now < self._cancelled.get(handle, 0.0):
            return
        with suppress(Unavailable):
            self._programs.cancel(*job)
            self._cancelled = {one: until for one, until in self._cancelled.items() if until > now}
            self._cancelled[handle] = now + _CANCEL_AGAIN
        self._look_soon()

    def why(self, handle: str) -> Problem | None:
        """See ``engine.Engine``."""
        job, row, printed = _Job.of(handle), self._row(handle), ""
        if job is None:
            return None
        with suppress(Unavailable):
            row = self._programs.record(*job) or row
        with suppress(Unavailable):
            printed = self._programs.printed(job.name)
        return problems.problem(job.number, row, printed)

    def close(self) -> None:
        """See ``engine.Engine``."""
        self._programs.close()

    def _look(self) -> None:
        """Ask for all jobs; the longer nothing has changed, the longer until it is done again."""
        try:
            rows = self._programs.queue()
        except Unavailable:
            self._rows = None
            self._wait(_LATEST_WITHOUT_ANSWER)
            return
        changed = rows != self._rows
        self._rows, self._fresh = rows, set()
        self._pause = _SOONEST if changed else self._pause
        self._wait(_LATEST)

    def _wait(self, longest: float) -> None:
        self._next = self._clock() + self._pause
        self._pause = min(self._pause * 1.5, longest)

    def _look_soon(self) -> None:
        self._pause = _SOONEST
        self._next = min(self._next, self._clock() + _SOONEST)

    def _presence(self, handle: str) -> Presence:
        if _Job.of(handle) is None:
            return Presence.GONE
        if handle in self._fresh:
            return Presence.THERE
        if self._rows is None:
            return Presence.UNKNOWN
        row = self._row(handle)
        return Presence.GONE if row is None else states.presence(row.state)

    def _row(self, handle: str) -> Row | None:
        """What Slurm said of a launcher's job; None for nothing, or that it knows none."""
        job = _Job.of(handle)
        row = None if job is None or self._rows is None else self._rows.get(job.number)
        return row if row is not None and job is not None and row.name == job.name else None


def _way(settings: SlurmSettings, target: Target) -> Way:
    if not settings.login_user or not settings.login_host_key:
        raise InvalidRequest(
            "A login node needs login_user, and login_host_key as known_hosts has it; see ssh-keyscan."
        )
    return Way(
        address=settings.login,
        port=settings.login_port,
        user=settings.login_user,
        host_key=settings.login_host_key,
        private_key=target.secrets.get("private_key", ""),
        passphrase=target.secrets.get("passphrase", ""),
        password=target.secrets.get("password", ""),
    )


def _launcher() -> Program:
    return Program(f"{script.PROGRAMS}/{bundle.file_name()}", bundle.current().content)


def _waits(row: Row) -> bool:
    return states.base(row.state) in states.WAITING
