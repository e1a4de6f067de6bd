"""What users see of the spool through MLflow, on any version from 1.30: ``spooled.py TRACKING_URI CASE``."""

import sys
import time

import mlflow
from mlflow.tracking import MlflowClient

uri, case = sys.argv[1:3]
mlflow.set_tracking_uri(uri)
client = MlflowClient()


def refused():
    """A wrong key and a changed param are told at the next flush; all else arrives, and the run ends."""
    run_id = None
    try:
        with mlflow.start_run() as run:
            run_id = run.info.run_id
            mlflow.log_metric("good", 1.0)
            mlflow.log_metric("bad$", 2.0, step=7)
            mlflow.log_metric("good", 3.0, step=2)
            mlflow.log_param("p", 1)
    except mlflow.exceptions.MlflowException as error:
        print("raised", error)
    found = client.get_run(run_id)
    print(found.info.status, found.data.metrics, found.data.params)
    client.log_param(run_id, "p", 2)
    try:
        client.get_run(run_id)
    except mlflow.exceptions.MlflowException as error:
        print(error.error_code, error)
    print(client.get_run(run_id).data.params)


def at_once():
    """What a type can tell is refused at once, as it always was."""
    with mlflow.start_run() as run:
        for wrong in ("text", object()):
            try:
                client.log_metric(run.info.run_id, "m", wrong)
            except Exception as error:  # noqa: BLE001 - which one depends on the version
                print(type(error).__name__)
        client.log_metric(run.info.run_id, "m", 5, timestamp=1)
        client.log_metric(run.info.run_id, "nan", float("nan"))
        client.log_metric(run.info.run_id, "inf", float("inf"))
        client.log_metric(run.info.run_id, "inf", float("-inf"), step=1)
        mlflow.log_metrics({"nan": float("nan"), "whole": 2}, step=1)
    print(client.get_run(run.info.run_id).data.metrics["m"])
    for key in ("nan", "inf", "whole"):
        print([point.value for point in client.get_metric_history(run.info.run_id, key)])


def asynchronous():
    """The asynchronous twins are sent as well, and waiting for them waits for the server."""
    with mlflow.start_run() as run:
        waits = [mlflow.log_metric("m", float(i), step=i, synchronous=False) for i in range(5)]
        waits.append(mlflow.log_params({"a": 1}, synchronous=False))
        waits.append(mlflow.set_tags({"t": 1}, synchronous=False))
        for one in waits:
            one.wait()
    mlflow.flush_async_logging()
    data = client.get_run(run.info.run_id).data
    print(len(client.get_metric_history(run.info.run_id, "m")), data.params, data.tags["t"])


def away():
    """The server goes while the training runs; that ends well all the same. Its end is in the spool."""
    with mlflow.start_run(run_name="away") as run:
        mlflow.log_metric("m", 0.0, step=0)
        client.get_run(run.info.run_id)
        print(run.info.run_id, flush=True)
        sys.stdin.readline()
        for step in range(1, 50):
            mlflow.log_metric("m", float(step), step=step)
    print("ended", flush=True)


def children():
    """Runs end, and processes with several of them, without any trace left."""
    with mlflow.start_run() as parent:
        for _ in range(3):
            with mlflow.start_run(nested=True):
                mlflow.log_metric("m", 1.0)
                time.sleep(0.05)
    print(len(mlflow.search_runs(filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'")))


def left_open():
    """A script that never ends its run, as many do: MLflow ends it with the process."""
    mlflow.start_run()
    mlflow.log_metric("m", 1.0)
    print(mlflow.active_run().info.run_id)


def spark():
    """Spark is asked for the registry wherever there is one, also when it is found later."""
    import tempfile
    from pathlib import Path

    from mlflow.tracking._model_registry import utils

    client.search_experiments()  # makes the store
    print(utils._get_registry_uri_from_spark_session.__module__)
    print(utils._get_registry_uri_from_spark_session())
    folder = Path(tempfile.mkdtemp())
    (folder / "pyspark" / "sql").mkdir(parents=True)
    (folder / "pyspark" / "__init__.py").touch()
    (folder / "pyspark" / "sql" / "__init__.py").write_text(
        "class SparkSession:\n"
        "    conf = {'spark.mlflow.modelRegistryUri': 'file:/registry'}\n"
        "    getActiveSession = classmethod(lambda cls: cls)\n"
    )
    (folder / "pyspark" / "sql" / "utils.py").write_text("AnalysisException = ValueError")
    sys.path.append(str(folder))
    print(utils._get_registry_uri_from_spark_session())


{name: one for name, one in globals().items() if callable(one)}[case]()
