"""Servers that run side by side, and the workloads they take turns at."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, Self

import httptools

from suite.client import WrongAnswer
from suite.figure import Figure
from suite.plan import Workload, nothing
from suite.results import Results, tell
from suite.server import Server
from suite.size import Size
from suite.usage import wait_until_quiet

_FAILURES = (WrongAnswer, OSError, LookupError, TypeError, ValueError, httptools.HttpParserError)


class Stage:
    """The servers of a stage; ended, come what may, at the end of a ``with`` block."""

    def __init__(self, servers: Sequence[Server], size: Size, results: Results) -> None:
        self._servers = list(servers)
        self._size = size
        self._results = results
        self._ending = contextlib.ExitStack()
        for server in servers:
            self._ending.callback(server.end)
        self._prepared: dict[tuple[str, Callable[..., Any]], Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()  # each is ended even when ending another fails or is interrupted

    def start(self) -> None:
        """Start all servers and wait until they have come to rest."""
        for server in list(self._servers):
            try:
                server.start()
            except _FAILURES as error:
                self._results.fail("start", server.recipe.name, error)
                server.end()
                self._servers.remove(server)
        for server in self._servers:
            wait_until_quiet(server.pid, 60)

    def measure(self, workload: Workload) -> None:
        """All repetitions of a workload; with each, the order of the servers turns round."""
        servers = [server for server in self._servers if server.recipe.name in workload.on]
        servers = [server for server in servers if self._prepare(workload, server)]
        taken: dict[str, list[dict[str, Figure]]] = {server.recipe.name: [] for server in servers}
        for _ in range(self._size.repetitions):
            for server in list(servers):
                try:
                    taken[server.recipe.name].append(self._repetition(workload, server))
                except _FAILURES as error:
                    self._results.fail(workload.name, server.recipe.name, error)
                    servers.remove(server)
            servers.reverse()
        for name, repetitions in taken.items():
            if repetitions:
                self._results.add(workload.name, name, repetitions)

    def _prepare(self, workload: Workload, server: Server) -> bool:
        """Prepare a server unless it was done for an earlier workload; whether that worked."""
        name, key = server.recipe.name, (server.recipe.name, workload.prepare)
        try:
            if key not in self._prepared:
                if workload.prepare is not nothing:
                    tell(f"{workload.name:24} {name:24} preparing")
                self._prepared[key] = workload.prepare(server, self._size)
        except _FAILURES as error:
            self._results.fail(workload.name, name, error)
            return False
        return True

    def _repetition(self, workload: Workload, server: Server) -> dict[str, Figure]:
        prepared = self._prepared[server.recipe.name, workload.prepare]
        figures = workload.measure(server, self._size, prepared)
        if not workload.starts:
            wait_until_quiet(server.pid, self._size.rest)  # what it put off must not slow the next one down
        return figures
