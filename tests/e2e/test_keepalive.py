"""A request on a kept-alive connection is not slower than one on a new connection.

With Nagle's algorithm left on, every answer on a kept-alive connection waits some 40 ms for the client's
delayed acknowledgement; a new connection hides that.
"""

import statistics
import time

import pytest

API = "/api/2.0/mlflow/"
ROUNDS = 40


@pytest.fixture(params=[1, 2], ids=["one process", "two processes"])
def served(request, server, start_server):
    if request.param == 1:
        return server
    postgres = request.getfixturevalue("postgres")
    return start_server("--database", postgres.database(), "--workers", "2")


def measure(act):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def test_keeping_a_connection_costs_nothing(served, sender):
    send = sender(served)
    run = send.json("POST", f"{API}runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    path = "/api/2.0/mlflow-artifacts/artifacts/0/file.bin"
    assert send("PUT", path, bytes(100_000)).status == 200
    body = f'{{"run_id":"{run}","key":"m","value":1,"timestamp":1}}'
    for asked in (("GET", "/health"), ("POST", f"{API}runs/log-metric", body), ("GET", path)):

        def ask(asked=asked):
            assert send(*asked).status == 200

        def ask_anew(ask=ask):
            send.close()
            ask()

        kept, new = measure(ask), measure(ask_anew)
        assert kept < 3 * new + 0.005, asked
