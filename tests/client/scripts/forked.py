"""A parent and its forked child that read at the same time, after the parent has made a connection.

python forked.py TRACKING_URI
"""

import multiprocessing
import sys

import mlflow
from mlflow.tracking import MlflowClient

READS = 200


def read(uri, run_id):
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    for _ in range(READS):
        assert client.get_run(run_id).info.run_id == run_id


def main(uri):
    mlflow.set_tracking_uri(uri)
    with mlflow.start_run() as run, mlflow.start_run(nested=True) as other:
        MlflowClient().get_run(run.info.run_id)
        child = multiprocessing.get_context("fork").Process(target=read, args=(uri, other.info.run_id))
        child.start()
        read(uri, run.info.run_id)
        child.join()
        assert child.exitcode == 0
    print("all well")


if __name__ == "__main__":
    main(sys.argv[1])
