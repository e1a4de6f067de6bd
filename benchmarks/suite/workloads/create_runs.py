"""Short runs, as a sweep makes them."""

import time

from suite.client import Connection
from suite.figure import Figure, rate
from suite.server import Server
from suite.size import Size
from suite.together import together
from suite.tracking import CLIENTS, check_run, create_experiment, log_run


def create_runs(server: Server, size: Size, _: None) -> dict[str, Figure]:
    """Create runs and log ten params, five tags and ten metrics to each, from eight clients."""
    with Connection(server.port) as connection:
        experiment = create_experiment(connection)

    def client(first: int) -> list[str]:
        begin, runs = time.perf_counter(), list[str]()
        with Connection(server.port) as connection:
            for number in range(first, size.runs, CLIENTS):
                runs.append(log_run(connection, experiment, number))
                if time.perf_counter() - begin > size.seconds:
                    break
        return runs

    seconds, created = together(CLIENTS, client)
    with Connection(server.port) as connection:
        for first, runs in enumerate(created):
            last = connection.get("runs/get", run_id=runs[-1])
            check_run(last["run"], first + (len(runs) - 1) * CLIENTS)
    return {"rate": rate(sum(map(len, created)), seconds, "runs")}
