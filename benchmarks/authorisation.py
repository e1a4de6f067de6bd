"""What authorisation costs: log-metric from 64 connections, with it and with ``--auth off``, in turns.

    python authorisation.py [ROUNDS] [SECONDS]

With authorisation, sixteen data scientists show an access token each. Both servers run all the time, on a
database of their own; the rounds alternate, and so does who begins. Ratios are medians of the rounds' own.
The processor's time that a request takes of the server says more than the rate where other programs run.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil
from suite import asyncio_generator
from suite.client import API, HOST, WrongAnswer
from suite.load import Load
from suite.server import _free_port

CONNECTIONS, PEOPLE = 64, 16
V1 = "/api/v1/"


class Server:
    """A server with runs to log to, and with tokens where it asks for them."""

    def __init__(self, folder: Path, *, auth: bool) -> None:
        self.port = _free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._config = folder / "config"
        command = ["lazward", "up", "--home", folder / "home", "--port", str(self.port)]
        environment = os.environ | {"LAZWARD_CONFIG_DIR": str(self._config)}
        command[0] = Path(sys.executable).with_name("lazward")
        if not auth:
            command += ["--auth", "off"]
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        self._wait()
        self.tokens = self._people() if auth else []
        self.runs = self._runs()

    def log(self, seconds: float) -> Load:
        """Log points for so long."""
        load = asyncio_generator.log_metric(self.port, self.runs, CONNECTIONS, seconds, self.tokens)
        if load.failed:
            raise WrongAnswer(f"{load.failed} of {load.requests} requests failed")
        return load

    def spent(self) -> float:
        """Seconds of the processor it has taken so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    def end(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait()

    def _wait(self) -> None:
        for _ in range(1200):
            try:
                httpx.get(self.url + "/health").raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise WrongAnswer("the server does not start")

    def _people(self) -> list[str]:
        from lazward.client import credentials

        os.environ["LAZWARD_CONFIG_DIR"] = str(self._config)
        administrator = credentials.read(self.url)
        return [self._person(administrator or "", f"user{number}") for number in range(PEOPLE)]

    def _person(self, administrator: str, name: str) -> str:
        with httpx.Client(base_url=self.url + V1, headers=_shown(administrator)) as client:
            client.post("users", json={"name": name, "kind": "service"}).raise_for_status()
            role = {"role": "data-scientist"}
            client.put(f"workspaces/default/members/{name}", json=role).raise_for_status()
            token = client.post(f"users/{name}/tokens", json={"name": "bench"}).json()["token"]
            return client.post("tokens/access", headers=_shown(token)).json()["access_token"]

    def _runs(self) -> list[str]:
        headers = _shown(self.tokens[0]) if self.tokens else {}
        with httpx.Client(base_url=self.url + API, headers=headers) as client:
            made = client.post("experiments/create", json={"name": "bench"}).json()
            created = (client.post("runs/create", json=made).json() for _ in range(CONNECTIONS))
            return [one["run"]["info"]["run_id"] for one in created]


def _shown(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Round(NamedTuple):
    """What a round showed of a server: requests a second, and microseconds of the processor for each."""

    rate: float
    cost: float


def _round(servers: dict[str, Server], order: list[str], seconds: float) -> dict[str, Round]:
    return {name: _measured(servers[name], seconds) for name in order}


def _measured(server: Server, seconds: float) -> Round:
    before = server.spent()
    load = server.log(seconds)
    return Round(load.requests / load.seconds, (server.spent() - before) / load.requests * 1e6)


def main(rounds: int = 10, seconds: float = 3) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        servers = {name: Server(Path(folder) / name, auth=name == "auth") for name in ("auth", "off")}
        try:
            _round(servers, list(servers), 1)  # wakes them
            results: list[dict[str, Round]] = []
            for number in range(rounds):
                order = ["auth", "off"] if number % 2 else ["off", "auth"]
                results.append(_round(servers, order, seconds))
                shown = ((name, *results[-1][name]) for name in servers)
                print(
                    "  ".join(f"{name} {rate:6.0f}/s {cost:5.0f} us" for name, rate, cost in shown),
                    flush=True,
                )
        finally:
            for server in servers.values():
                server.end()
    for index, what in enumerate(("requests/s", "us of the processor a request")):
        ratios = [one["auth"][index] / one["off"][index] for one in results]
        middle = {name: statistics.median(one[name][index] for one in results) for name in servers}
        print(f"{what}: {middle['auth']:.0f} with, {middle['off']:.0f} without authorisation;", end=" ")
        print(f"ratio {statistics.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}")


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, float), sys.argv[1:], strict=False)))
