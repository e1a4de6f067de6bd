"""Hosts that are reached over SSH, each with places for so many jobs.

A launcher is a process of a session of its own on its host, so it outlives the connection and the server. Its
handle names the host, its process and a mark in that one's environment, which all has that it starts (see
``cluster``). What is done on a host a small program does that is sent along (``lazward.launcher.node``).
"""

import hashlib
import json
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from lazward.errors import PermissionDenied, Unavailable
from lazward.launcher import node
from lazward.wire.compute import Size
from lazward.wire.doctor import Place
from lazward.wire.jobs import Problem
from lazward.wire.ssh import SshHost, SshSettings
from lazward_server.compute import bundle, examination
from lazward_server.compute.commands import Commands
from lazward_server.compute.engine import Containers, Engine, Examined, Launch, Presence, Target
from lazward_server.compute.over_ssh import OverSsh, Way

PROGRAM = Path(node.__file__).read_text()
_RUN = "import json,sys;q=json.loads(sys.stdin.buffer.readline());exec(q.pop('program'));main(q)"
_EVERY = 2.0
"""Seconds for which one takes it that a launcher is still there: what it does, it tells by itself."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 60.0
"""Seconds for which a host that did not answer is left alone, twice as many after each failure."""
_SHUNNED = 20.0
"""Seconds for which it gets no jobs: longer than one waits that could not be started, so others have it."""
_PUTTING = 300.0
_AT_ONCE = 8


class Handle(NamedTuple):
    """A launcher, as it can be found again.

    Attributes:
        host: What tells its host from others of the target.
        pid: Its number there.
        mark: What all has in its environment that it starts.
    """

    host: str
    pid: int
    mark: str

    def __str__(self) -> str:
        return f"{self.host} {self.pid} {self.mark}"


class Ssh(Engine, Containers, Examined):
    """See ``engine.Engine``.

    Args:
        settings: The pool.
        reach: How programs are run on one of its hosts.
    """

    settings = SshSettings
    secrets = frozenset({"private_key", "passphrase", "password"})

    def __init__(self, settings: SshSettings, reach: Callable[[SshHost], Commands]) -> None:
        self._pool = [Host(one, settings, reach(one)) for one in settings.hosts]
        self._by_id = {one.id: one for one in self._pool}

    @classmethod
    def open(cls, target: Target) -> "Ssh":
        """See ``engine.Engine``."""
        if target.settings.agent and not target.agent:
            raise PermissionDenied(
                "The keys of the server's own agent may not be used: its administrator allows that with"
                " --ssh-agent on. Give a private key instead."
            )
        return cls(target.settings, lambda host: OverSsh(way(target.settings, host, target.secrets)))

    @classmethod
    def attach(cls, target: Target) -> SshSettings:
        """See ``engine.Engine``: what the hosts have, where nobody has said it."""
        made = cls.open(target)
        try:
            return msgspec.structs.replace(target.settings, hosts=made.completed())
        finally:
            made.close()

    @classmethod
    def node_count(cls, settings: SshSettings) -> int:
        """See ``engine.Engine``: the slots of all hosts."""
        return sum(one.slots for one in settings.hosts)

    @classmethod
    def node_size(cls, settings: SshSettings, node: int) -> Size | None:
        """See ``engine.Engine``: a slot's share of its host."""
        host, _ = _slot(settings, node)
        share = max(host.cpus // host.slots, 1), host.memory_bytes // host.slots, host.gpus // host.slots
        return Size(host.address, *share) if host.cpus else None

    def submit(self, launch: Launch) -> str:
        """See ``engine.Engine``."""
        index, slot = _place([one.host for one in self._pool], launch.node)
        return str(self._pool[index].start(launch, slot))

    def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """See ``engine.Engine``. A host that was taken out of the pool has no launchers any more."""
        by_host: defaultdict[Host, dict[str, Handle]] = defaultdict(dict)
        presence = dict.fromkeys(handles, Presence.GONE)
        for text in handles:
            handle = _handle(text)
            if handle is not None and handle.host in self._by_id:
                by_host[self._by_id[handle.host]][text] = handle
        if by_host:
            with ThreadPoolExecutor(min(_AT_ONCE, len(by_host))) as together:
                for found in together.map(Host.poll, by_host.keys(), by_host.values()):
                    presence |= found
        return presence

    def cancel(self, handle: str) -> None:
        """See ``engine.Engine``."""
        found = _handle(handle)
        if found is not None and found.host in self._by_id:
            self._by_id[found.host].cancel(found)

    def why(self, handle: str) -> Problem | None:
        """See ``engine.Engine``: the last words of the launcher."""
        found = _handle(handle)
        if found is None or found.host not in self._by_id:
            return None
        return self._by_id[found.host].why(found)

    def away(self) -> Collection[int]:
        """See ``engine.Engine``."""
        numbers: list[int] = []
        first = 0
        for one in self._pool:
            if one.is_away:
                numbers += range(first, first + one.host.slots)
            first += one.host.slots
        return numbers

    def completed(self) -> list[SshHost]:
        """The hosts as the settings say, with what they have where nothing is said.

        Raises:
            Unavailable: One does not answer, or cannot run launchers.
        """
        with ThreadPoolExecutor(min(_AT_ONCE, len(self._pool))) as together:
            return list(together.map(Host.completed, self._pool))

    def examine(self, server_url: str) -> list[Place]:
        """See ``engine.Examined``."""

        def place(one: Host) -> Place:
            return Place(one.name, examination.of(one, server_url))

        with ThreadPoolExecutor(min(_AT_ONCE, len(self._pool))) as together:
            return list(together.map(place, self._pool))

    def close(self) -> None:
        """See ``engine.Engine``."""
        for one in self._pool:
            one.commands.close()


class Host:
    """One host of a pool.

    Args:
        host: What the settings say of it.
        settings: The pool.
        commands: How programs are run there.

    Attributes:
        host: What the settings say of it.
        id: What handles call it.
        commands: How programs are run there.
    """

    def __init__(self, host: SshHost, settings: SshSettings, commands: Commands) -> None:
        self.host = host
        self.commands = commands
        self.id = hashlib.sha256(f"{host.address}:{host.port}".encode()).hexdigest()[:10]
        self._settings = settings
        self._seen: dict[str, float] = {}
        self._until, self._pause, self._shunned = 0.0, _FIRST_PAUSE, 0.0

    @property
    def name(self) -> str:
        """What people call it."""
        return self.host.address

    @property
    def is_away(self) -> bool:
        """Whether it did not answer just now, and gets no jobs for a while."""
        return time.monotonic() < self._shunned

    @property
    def _is_left_alone(self) -> bool:
        return time.monotonic() < self._until

    def ask(self, question: str, more: bytes = b"", seconds: float = 20, **asked: Any) -> dict[str, Any]:
        """Have the host's program answer a question.

        Raises:
            Unavailable: The host does not answer, or cannot do it; the text says why.
        """
        asked |= {"ask": question, "folder": self._settings.folder, "bundle": bundle.file_name()}
        line = json.dumps({"program": PROGRAM, **asked}).encode() + b"\n"
        try:
            ran = self.commands.run([self._settings.python, "-I", "-c", _RUN], line + more, seconds)
        except Unavailable:
            self._until = time.monotonic() + self._pause
            self._shunned = time.monotonic() + max(self._pause, _SHUNNED)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            raise
        self._until, self._pause, self._shunned = 0.0, _FIRST_PAUSE, 0.0
        if ran.exit_code:
            raise Unavailable(
                f"{self._settings.python!r} on the host {self.name} failed: {ran.complaint or ran.exit_code}."
            )
        return self._answer(ran.stdout)

    def _answer(self, stdout: bytes) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = json.loads(stdout.splitlines()[-1])
        except (ValueError, IndexError):
            said = stdout.decode("utf-8", "replace").strip()[:200]
            raise Unavailable(f"The host {self.name} answered something odd: {said!r}.") from None
        if error := answer.get("error"):
            raise Unavailable(f"The host {self.name} could not do it: {error}.")
        return answer

    def completed(self) -> SshHost:
        """What the settings say of it, with what it has where they say nothing.

        Raises:
            Unavailable: It does not answer, or cannot run launchers.
        """
        found = self.ask("look")
        if why := examination.unfit(found):
            raise Unavailable(f"The host {self.name} can run no jobs. {why}")
        says = {name: getattr(self.host, name) or found[name] for name in ("cpus", "memory_bytes", "gpus")}
        return msgspec.structs.replace(self.host, **says)

    def start(self, launch: Launch, slot: int) -> Handle:
        """Start a launcher; the first time its program goes there before."""
        mark = secrets.token_hex(8)
        asked: dict[str, Any] = {
            "mark": mark,
            "variables": dict(launch.variables),
            "environment": self._settings.variables | self._gpus(slot),
        }
        answer = self.ask("start", **asked)
        if answer.get("missing"):
            self.bring()
            answer = self.ask("start", **asked)
        self._seen[mark] = time.monotonic()
        return Handle(self.id, answer["pid"], mark)

    def variables(self) -> dict[str, str]:
        """The variables that launchers have there besides."""
        return dict(self._settings.variables)

    def bring(self) -> None:
        """Bring the launcher's program to the host."""
        content = bundle.current().content
        self.ask("put", content, seconds=_PUTTING, size=len(content))

    def poll(self, handles: Mapping[str, Handle]) -> Mapping[str, Presence]:
        """Whether launchers are there; of those that were just now it is not asked."""
        recent = time.monotonic() - _EVERY
        due = {text: one for text, one in handles.items() if self._seen.get(one.mark, 0.0) < recent}
        presence = dict.fromkeys(handles, Presence.THERE)
        if due:
            presence |= self._poll(due)
        return presence

    def _poll(self, handles: Mapping[str, Handle]) -> Mapping[str, Presence]:
        if self._is_left_alone:
            return dict.fromkeys(handles, Presence.UNKNOWN)
        try:
            found = self.ask("poll", launchers=[(one.pid, one.mark) for one in handles.values()])
        except Unavailable:
            return dict.fromkeys(handles, Presence.UNKNOWN)
        there = set(found["there"])
        self._seen |= dict.fromkeys(there, time.monotonic())
        return {t: Presence.THERE if one.mark in there else Presence.GONE for t, one in handles.items()}

    def cancel(self, handle: Handle) -> None:
        """End a launcher with all that it started."""
        self._seen.pop(handle.mark, None)
        if not self._is_left_alone:
            self.ask("cancel", launcher=(handle.pid, handle.mark))

    def why(self, handle: Handle) -> Problem | None:
        """The last that a launcher printed."""
        try:
            words = " ".join(self.ask("why", mark=handle.mark)["words"].split())
        except Unavailable:
            return None
        said = f"The last that it said there was: {words[-700:]}" if words else "It said nothing there."
        return Problem("NodeLost", f"It was on the host {self.name}. {said}")

    def _gpus(self, slot: int) -> dict[str, str]:
        """Which graphics processors a slot has."""
        share = self.host.gpus // self.host.slots
        if not self.host.gpus:
            return {}
        return {"CUDA_VISIBLE_DEVICES": ",".join(map(str, range(slot * share, (slot + 1) * share)))}


def way(settings: SshSettings, host: SshHost, secrets: Mapping[str, str]) -> Way:
    """How one host of a pool is reached."""
    return Way(
        host.address,
        host.port,
        settings.user,
        host.host_key,
        secrets.get("private_key", ""),
        secrets.get("passphrase", ""),
        secrets.get("password", ""),
        settings.agent,
    )


def _place(hosts: Collection[SshHost], node: int) -> tuple[int, int]:
    """The host of a node, and which of the host's slots it is."""
    slot = node
    for index, host in enumerate(hosts):
        if slot < host.slots:
            return index, slot
        slot -= host.slots
    raise Unavailable(f"The target has no host for its node {node} any more; the job is given another.")


def _slot(settings: SshSettings, node: int) -> tuple[SshHost, int]:
    """The host of a node and its slot there; the last one for a node that there is no more."""
    index, slot = _place(settings.hosts, min(node, Ssh.node_count(settings) - 1))
    return settings.hosts[index], slot


def _handle(text: str) -> Handle | None:
    """The launcher of a handle; None for what we never gave."""
    host, _, rest = text.partition(" ")
    pid, _, mark = rest.partition(" ")
    plain = pid.isascii() and pid.isdigit() and len(pid) < 10 and mark.isalnum() and mark.isascii()  # noqa: PLR2004
    return Handle(host, int(pid), mark) if plain and len(mark) == 16 else None  # noqa: PLR2004
