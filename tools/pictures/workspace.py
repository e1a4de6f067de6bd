"""A workspace as a small team has it: experiments, models, environments, compute, jobs and people."""

import random
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import mlflow
from mlflow.entities import Metric, Param, RunTag

from lazward.client import compute, environments, issue, jobs, members, users
from lazward.client import workspaces as workspaces_client
from lazward.client.http import Connection
from lazward.snapshot import snapshot
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec
from lazward.wire.jobs import CreateJob, JobSpec
from lazward.wire.people import CreateUser
from lazward.wire.tokens import CreateToken
from lazward.wire.workspaces import CreateWorkspace
from pictures import curves
from pictures.curves import MINUTE

PASSWORD = "a-password-for-pictures"
ADMINISTRATOR = "aiko.tanaka"
_PEOPLE = {"ben.okafor": "contributor", "carla.rossi": "contributor", "dmitri.volkov": "reader"}
"""Of a server that lives for minutes."""
_SWEEP, _FAILED, _WITH_FILES = 28, (9, 20), 15
"""How many runs, which of them failed, and from which on they have files; the last is under way."""
_NOW = int(time.time() * 1000)
_SCRIPT = """
import sys, time
import mlflow

epochs, pause = int(sys.argv[1]), float(sys.argv[2])
print("device: cpu, 4 threads", flush=True)
with mlflow.start_run():
    mlflow.log_params({"epochs": epochs, "batch_size": 128})
    for epoch in range(epochs):
        loss = 2.3 * 0.93 ** epoch
        mlflow.log_metric("train/loss", loss, step=epoch)
        print(f"epoch {epoch + 1:>3}  loss {loss:.4f}  lr {0.005 * 0.98 ** epoch:.6f}", flush=True)
        time.sleep(pause)
    print("saved outputs/model.pt", flush=True)
"""


@dataclass
class Made:
    """Ids of what is shown.

    Attributes:
        names: What stands in the paths of pages, by name.
        compared: Runs that are compared.
    """

    names: dict[str, str] = field(default_factory=dict)
    compared: list[str] = field(default_factory=list)


def fill(at: Connection) -> Made:
    """Make everything; ``mlflow`` must have been pointed to the same workspace."""
    made = Made()
    client = mlflow.MlflowClient()
    _people(at)
    _others(at)
    _sweep(client, made)
    _nested(client, made)
    _small(client)
    _trash(client, made)
    _models(client, made)
    _environments(at, made)
    _jobs(_as_administrator(at), made)
    return made


def _people(at: Connection) -> None:
    users.create(
        at, CreateUser(name=ADMINISTRATOR, password=PASSWORD, administrator=True, email="aiko@example.org")
    )
    for name, role in _PEOPLE.items():
        users.create(
            at, CreateUser(name=name, password=PASSWORD, email=f"{name.partition('.')[0]}@example.org")
        )
        members.assign(at, "default", name, role)
    users.create(at, CreateUser(name="nightly-tests", kind="service"))
    members.assign(at, "default", "nightly-tests", "contributor")


def _as_administrator(at: Connection) -> Connection:
    """The same workspace, as seen by somebody with a name."""
    token = issue.create(at, CreateToken(name="laptop"), ADMINISTRATOR).token
    issue.create(
        at,
        CreateToken(name="continuous integration", workspace="default", role="contributor"),
        "nightly-tests",
    )
    return Connection(at.where, lambda _: token)


def _others(at: Connection) -> None:
    for name, group, text in (
        ("vision", "research", "Image models for the inspection line"),
        ("forecasting", "operations", "Demand by shop and week"),
    ):
        made = CreateWorkspace(name=name, group=group, create_group=True, description=text, location="tokyo")
        workspaces_client.create(at, made)


def _run(  # everything that a finished run has
    client: mlflow.MlflowClient,
    experiment: str,
    name: str,
    *,
    user: str,
    began: int,
    minutes: float | None,
    params: Mapping[str, object],
    points: Mapping[str, list[float]],
    tags: Mapping[str, str] | None = None,
    status: str = "FINISHED",
) -> str:
    tags = {
        "mlflow.user": user,
        "mlflow.source.name": "train.py",
        "mlflow.source.git.commit": f"{abs(hash(name)) % 16**8:08x}" * 5,
        **(tags or {}),
    }
    run_id = client.create_run(experiment, began, {}, name).info.run_id
    longest = max(map(len, points.values()))
    apart = (minutes or (_NOW - began) / MINUTE) * MINUTE / longest
    metrics = [
        Metric(key, value, int(began + step * apart), step)
        for key, values in points.items()
        for step, value in enumerate(values)
    ]
    kept = [Param(key, str(value)) for key, value in params.items()]
    client.log_batch(run_id, metrics[:500], kept, [RunTag(key, value) for key, value in tags.items()])
    for first in range(500, len(metrics), 1000):
        client.log_batch(run_id, metrics[first : first + 1000])
    if minutes is not None:
        client.set_terminated(run_id, status, int(began + minutes * MINUTE))
    return run_id


def _sweep(client: mlflow.MlflowClient, made: Made) -> None:
    chance = random.Random(7)
    experiment = made.names["sweep"] = client.create_experiment("resnet-cifar10-sweep")
    client.set_experiment_tag(experiment, "team", "vision")
    for number in range(_SWEEP):
        rate, dropout = round(10 ** chance.uniform(-4, -1), 5), round(chance.uniform(0, 0.6), 2)
        points = curves.training(rate, dropout, number) | curves.system(number)
        running, failed = number == _SWEEP - 1, number in _FAILED
        if running:
            points = {key: values[:23] for key, values in points.items()}
        if failed:
            points["train/loss"][12:] = [float("nan")] * 3
        run_id = _run(
            client,
            experiment,
            f"resnet18-{number:02}",
            user=chance.choice(["ben.okafor", "carla.rossi", ADMINISTRATOR]),
            began=_NOW - (_SWEEP - number) * 47 * MINUTE,
            minutes=None if running else chance.uniform(31, 44),
            params={
                "lr": rate,
                "dropout": dropout,
                "optimizer": chance.choice(["adam", "sgd", "adamw"]),
                "batch_size": chance.choice([64, 128, 256]),
                "epochs": 40,
                "seed": number % 3,
            },
            points=points,
            tags={"stage": "sweep-2"},
            status="FAILED" if failed else "FINISHED",
        )
        made.names["running" if running else "run"] = run_id
        if number >= _WITH_FILES and not running:
            _files(client, run_id, rate, points["val/accuracy"][-1], number)
            made.compared.append(run_id)
    client.set_tag(
        made.names["run"], "mlflow.note.content", "Best of the second sweep: **keep** for the paper."
    )


def _files(client: mlflow.MlflowClient, run_id: str, rate: float, accuracy: float, number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder, "confusion.png")
        curves.confusion(drawn, accuracy, number)
        client.log_artifact(run_id, str(drawn), "plots")
    config = f"model: resnet18\nlr: {rate}\nscheduler: cosine\nlayers: [2, 2, 2, 2]\naugment:\n  flip: true\n"
    client.log_text(run_id, config + ("  mixup: 0.2\n" if number % 2 else "") + "seed: 1\n", "config.yaml")
    client.log_dict(run_id, {"val/accuracy": accuracy, "classes": 10, "images": 10_000}, "report.json")
    rows = "".join(f"{n},{accuracy + n % 3 / 50:.4f},{1000 - n}\n" for n in range(10))
    client.log_text(run_id, f"class,recall,support\n{rows}", "per_class.csv")


def _nested(client: mlflow.MlflowClient, made: Made) -> None:
    experiment = made.names["nested"] = client.create_experiment("bert-finetune")
    for number in range(3):
        began = _NOW - (3 - number) * 26 * 60 * MINUTE

        def folds(name: str, seed: int, began: int, tags: dict[str, str]) -> str:
            points = curves.training(0.003, 0.2, seed, 20)
            params = {"model": "bert-base", "lr": 3e-5, "folds": 4}
            return _run(
                client,
                experiment,
                name,
                user="carla.rossi",
                began=began,
                minutes=95,
                params=params,
                points=points,
                tags=tags,
            )

        parent = folds(f"cross-validation-{number}", 100 + number, began, {})
        for fold in range(4):
            folds(
                f"fold-{fold}",
                110 + number * 4 + fold,
                began + fold * 20 * MINUTE,
                {"mlflow.parentRunId": parent},
            )


def _small(client: mlflow.MlflowClient) -> None:
    for name, user in (
        ("demand-forecast", "dmitri.volkov"),
        ("anomaly-detection", "ben.okafor"),
        ("ocr-receipts", ADMINISTRATOR),
    ):
        experiment = client.create_experiment(name)
        for number in range(4):
            began = _NOW - (40 + number) * 60 * MINUTE
            points = {"rmse": [14 / (step + 1) + number for step in range(30)]}
            _run(
                client,
                experiment,
                f"{name[:6]}-{number}",
                user=user,
                began=began,
                minutes=12,
                params={"depth": 4 + number},
                points=points,
            )


def _trash(client: mlflow.MlflowClient, made: Made) -> None:
    client.delete_experiment(client.create_experiment("old-prototype"))
    for number in range(2):
        client.delete_run(
            client.create_run(made.names["nested"], run_name=f"typo-in-config-{number}").info.run_id
        )


def _models(client: mlflow.MlflowClient, made: Made) -> None:
    import pandas as pd
    from sklearn.datasets import load_diabetes
    from sklearn.linear_model import Ridge

    table, target = load_diabetes(return_X_y=True, as_frame=True)
    experiment = made.names["models"] = client.create_experiment("diabetes-progression")
    client.create_registered_model(
        "diabetes-ridge", {"owner": "aiko.tanaka"}, "Disease progression after a year."
    )
    tags = {
        "mlflow.user": ADMINISTRATOR,
        "mlflow.source.name": "train.py",
        "mlflow.source.git.branch": "main",
        "mlflow.source.git.repoURL": "",
    }
    for number, alpha in enumerate((0.05, 0.2, 0.8)):
        with mlflow.start_run(experiment_id=experiment, run_name=f"ridge-{alpha}", tags=tags) as run:
            model = Ridge(alpha=alpha).fit(table, target)
            mlflow.log_input(
                mlflow.data.from_pandas(pd.concat([table, target], axis=1), name="diabetes"), "training"
            )
            mlflow.log_params({"alpha": alpha, "features": table.shape[1]})
            mlflow.log_metric("r2", model.score(table, target))
            mlflow.sklearn.log_model(
                model,
                name="model",
                input_example=table[:3],
                registered_model_name="diabetes-ridge",
                tags=tags,
                pip_requirements=["scikit-learn", "pandas"],
            )
        client.update_model_version("diabetes-ridge", str(number + 1), f"alpha {alpha}")
        made.names["model_run"] = run.info.run_id
    client.set_registered_model_alias("diabetes-ridge", "champion", "2")
    client.set_registered_model_alias("diabetes-ridge", "challenger", "3")
    client.set_model_version_tag("diabetes-ridge", "3", "reviewed", "carla.rossi")
    found = client.search_logged_models([experiment])
    made.names["logged_model"] = found[0].model_id
    for name, text in (("cifar10-resnet", "Ten classes, 32 x 32"), ("demand-forecast", "By shop and week")):
        client.create_registered_model(name, {"team": "vision"}, text)
        client.create_model_version(name, f"runs:/{made.names['run']}/model", made.names["run"])


def _environments(at: Connection, made: Made) -> None:
    for packages in (["torch==2.8.0", "torchvision"], ["torch==2.9.1", "torchvision", "mlflow"]):
        conda = CondaSpec(pip=packages)
        environments.register(at, "torch-cpu", EnvironmentSpec(python=PythonSpec(conda=conda)), {})
    sklearn = EnvironmentSpec(python=PythonSpec(conda=CondaSpec(pip=["scikit-learn", "pandas", "mlflow"])))
    environments.register(at, "sklearn-1.7", sklearn, {})
    made.names["environment"] = "torch-cpu"


def _jobs(at: Connection, made: Made) -> None:
    compute.create(
        at, CreateCompute(name="cpu-cluster", max_nodes=2, description="The machine under the desk")
    )
    compute.create(at, CreateCompute(name="nightly", max_nodes=1, tags={"for": "tests"}))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "train.py").write_text(_SCRIPT)
        taken = snapshot.take(at, Path(folder))

    def submit(name: str, epochs: str, pause: str, target: str = "cpu-cluster") -> str:
        environment = EnvironmentSpec(python=PythonSpec(user_managed=True))
        spec = JobSpec(
            script="train.py", arguments=[epochs, pause], snapshot_id=taken, environment=environment
        )
        return jobs.create(
            at, CreateJob(experiment="nightly-training", compute=target, name=name, spec=spec)
        ).job.run_id

    first = submit("nightly-0412", "30", "0.01")
    broken = submit("nightly-0413", "thirty", "0.01")
    _wait(lambda: all(jobs.get(at, one).state in ("Completed", "Failed") for one in (first, broken)))
    made.names["job"] = submit("nightly-0414", "900", "1.5")
    for number in range(15, 18):
        submit(f"nightly-04{number}", "900", "1.5")
    submit("nightly-tests-88", "600", "1", "nightly")
    made.names["job_experiment"] = mlflow.get_experiment_by_name("nightly-training").experiment_id
    _wait(lambda: jobs.get(at, made.names["job"]).state == "Running")
    jobs.cancel(at, submit("nightly-0418", "30", "1"))


def _wait(holds: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the jobs for the pictures do not come forward")
        time.sleep(0.5)
