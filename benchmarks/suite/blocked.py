"""The loop of a training that logs and does nothing else: how long is each call that logs?

Run by ``blocking.py`` in an interpreter of its own, as ``blocked.py CLIENT ADDRESS CALLS``; prints JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable

_WARM_UP = 100


def main(client: str, address: str, calls: int) -> None:
    """Log, and print how long that took."""
    log, end = {"mlflow": mlflow, "store": store, "trackio": trackio}[client](address)
    for step in range(_WARM_UP):
        log(-1.0, step - _WARM_UP)
    times = [0] * calls
    clock = time.perf_counter_ns
    for step in range(calls):
        start = clock()
        log(0.5 + step, step)
        times[step] = clock() - start
    start = clock()
    end()
    ended = clock() - start
    times.sort()
    shares = {"p50": 0.5, "p99": 0.99, "p999": 0.999}
    found = {name: times[int(calls * share)] / 1000 for name, share in shares.items()}
    print(json.dumps(found | {"mean": sum(times) / calls / 1000, "end": ended / 1e9}))


Client = tuple[Callable[[float, int], object], Callable[[], object]]


def mlflow(address: str) -> Client:
    """``mlflow.log_metric``; the address decides which client is behind it."""
    import mlflow

    mlflow.set_tracking_uri(address)
    mlflow.set_experiment("blocking")
    mlflow.start_run()
    return lambda value, step: mlflow.log_metric("loss", value, step=step), mlflow.end_run


def store(address: str) -> Client:
    """Our tracking store alone, without what MLflow itself does before it."""
    import mlflow
    from mlflow.entities import Metric
    from mlflow.tracking._tracking_service.utils import _get_store

    end = mlflow_run(address)
    run_id, ours = mlflow.active_run().info.run_id, _get_store()
    return lambda value, step: ours.log_metric(run_id, Metric("loss", value, 1, step)), end


def mlflow_run(address: str) -> Callable[[], object]:
    """Start a run; returns what ends it."""
    return mlflow(address)[1]


def trackio(folder: str) -> Client:
    """``trackio.log`` into its own folder; it needs no server."""
    os.environ["TRACKIO_DIR"] = folder
    import trackio

    run = trackio.init(project="blocking", embed=False)
    return lambda value, step: run.log({"loss": value}, step=step), trackio.finish


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
