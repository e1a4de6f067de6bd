"""A generator of points on asyncio and uvloop, for machines without wrk."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from typing import cast

import httptools
import uvloop

from suite.client import HOST, post
from suite.data import START
from suite.load import Load


def log_metric(
    port: int, runs: list[str], connections: int, seconds: float, tokens: Sequence[str] = ()
) -> Load:
    """Log points to the runs in turn; with tokens, each shows the next one."""
    return uvloop.run(_generate(_points(port, runs, tokens), port, connections, seconds))


async def _generate(points: Iterator[bytes], port: int, connections: int, seconds: float) -> Load:
    begin = time.perf_counter()
    clients = [_Client(points, begin + seconds) for _ in range(connections)]
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.create_connection(lambda c=client: c, HOST, port) for client in clients))
    async with asyncio.timeout(seconds + 60):
        await asyncio.gather(*(client.ended.wait() for client in clients))
    took = time.perf_counter() - begin
    times = sorted(itertools.chain.from_iterable(client.times for client in clients))
    failed = sum(client.failed for client in clients)
    return Load(len(times), failed, took, times[len(times) // 2], times[len(times) * 99 // 100])


def _points(port: int, runs: list[str], tokens: Sequence[str]) -> Iterator[bytes]:
    """Requests; the value is the step and a half, so that what is stored can be checked."""
    shown = itertools.cycle([b"\r\nAuthorization: Bearer %s\r\n\r\n" % token.encode() for token in tokens])
    for step in itertools.count():
        for run in runs:
            point = {"key": "loss", "value": step + 0.5, "timestamp": START + step, "step": step}
            whole = post(port, "runs/log-metric", {"run_id": run, **point})
            yield whole.replace(b"\r\n\r\n", next(shown), 1) if tokens else whole


class _Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, points: Iterator[bytes], end: float) -> None:
        self._points = points
        self._end = end
        self.times: list[float] = []
        self.failed = 0
        self.ended = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are not subclasses
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self.failed += exc is not None or not self.ended.is_set()
        self.ended.set()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self.times.append(now - self._began)
        self.failed += self._parser.get_status_code() != 200
        if now < self._end:
            self._next()
        else:
            self.ended.set()
            self._transport.close()

    def _next(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._began = time.perf_counter()
        self._transport.write(next(self._points))
