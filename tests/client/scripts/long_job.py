"""A job that outlives many access tokens, with children forked and spawned from it.

    python long_job.py TRACKING_URI SECONDS

Each of the three processes logs ten points a second, on the stock API, and says how many were answered.
"""

import multiprocessing
import sys
import time

import mlflow
from mlflow.tracking import MlflowClient


def log(uri, run_id, key, seconds):
    mlflow.set_tracking_uri(uri)
    client, count, end = MlflowClient(), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        client.log_metric(run_id, key, float(count), step=count)
        count += 1
        time.sleep(0.1)
    stored = client.get_metric_history(run_id, key)
    assert [point.value for point in stored] == [float(number) for number in range(count)], key
    assert count >= seconds, "it hardly ran"


def main(uri, seconds):
    mlflow.set_tracking_uri(uri)
    with mlflow.start_run() as run:
        mlflow.log_param("before", "the fork")  # so that there is a token to fork with
        children = [
            multiprocessing.get_context(how).Process(target=log, args=(uri, run.info.run_id, how, seconds))
            for how in ("fork", "spawn")
        ]
        for child in children:
            child.start()
        log(uri, run.info.run_id, "parent", seconds)
        for child in children:
            child.join()
        assert [child.exitcode for child in children] == [0, 0]
    print("all well")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
