"""What is removed for good is really gone: over HTTP, and with servers that are killed meanwhile."""

import asyncio
import random
import sqlite3
import time

import pytest
import sqlalchemy as sa

from lazward.wire.metrics import Point
from lazward.wire.runs import CreateRun
from lazward_server.db import engines
from lazward_server.db.clock import now
from lazward_server.db.database import Batched, Database
from lazward_server.db.schema import experiments, points, purged_artifacts, runs, workspaces
from lazward_server.tracking import experiments as experiment_rows
from lazward_server.tracking import log
from lazward_server.tracking import runs as run_rows

API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/"
V1 = "/api/v1/workspaces/default/"
KILLS = 2
RUNS, POINTS = 8, 2005
"""Runs of a workspace, and points of each run."""


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.2)


def make_run(http, experiment="0", *, deleted=True):
    http.post(f"{API}experiments/restore", json={"experiment_id": experiment})  # other tests may delete it
    run_id = http.post(f"{API}runs/create", json={"experiment_id": experiment}).json()["run"]["info"][
        "run_id"
    ]
    http.put(f"{FILES}{experiment}/{run_id}/artifacts/d/f", content=b"x" * 1000).raise_for_status()
    if deleted:
        http.post(f"{API}runs/delete", json={"run_id": run_id}).raise_for_status()
    return run_id


def purge(http, what, **request):
    answer = http.post(f"{V1}{what}/purge", json=request)
    answer.raise_for_status()
    return answer.json()


def test_a_single_run_goes_with_its_files_and_its_bytes(each_server):
    with each_server.client() as http:
        kept, run_id = make_run(http), make_run(http)
        used = http.get(f"{V1}usage").json()["runs"]
        told = purge(http, "runs", run_ids=[run_id], dry_run=True)
        assert told == {"dry_run": True, "experiments": 0, "runs": 1, "logged_models": 0} | {
            "files": 1,
            "bytes": 1000,
            "more": False,
        }
        assert http.get(f"{API}runs/get", params={"run_id": run_id}).status_code == 200
        assert purge(http, "runs", run_ids=[run_id]) == told | {"dry_run": False}
        assert http.get(f"{API}runs/get", params={"run_id": run_id}).status_code == 404
        until(lambda: http.get(f"{FILES}0/{run_id}/artifacts/d/f").status_code == 404)
        assert http.get(f"{FILES}0/{kept}/artifacts/d/f").status_code == 200
        assert http.get(f"{V1}usage").json()["runs"] == used - 1
        again = http.post(f"{V1}runs/purge", json={"run_ids": [run_id]})
        assert (again.status_code, again.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_an_experiment_goes_and_its_name_can_be_used_at_once(each_server):
    with each_server.client() as http:
        number = http.post(f"{API}experiments/create", json={"name": "to go"}).json()["experiment_id"]
        make_run(http, number, deleted=False)
        refused = http.post(f"{V1}experiments/purge", json={"experiment_ids": [number]})
        assert refused.json()["error_code"] == "INVALID_STATE"
        http.post(f"{API}experiments/delete", json={"experiment_id": number})
        told = purge(http, "experiments", experiment_ids=[number])
        assert (told["experiments"], told["runs"], told["bytes"]) == (1, 1, 1000)
        again = http.post(f"{API}experiments/create", json={"name": "to go"}).json()["experiment_id"]
        until(lambda: "files" not in http.get(FILES.rstrip("/"), params={"path": number}).json())
        http.post(f"{API}experiments/delete", json={"experiment_id": again})
        purge(http, "experiments", experiment_ids=[again])


def test_what_artifacts_take_is_told_and_counted_anew_after_a_kill(start_server):
    server = start_server("--auth", "off")
    with server.client() as http:
        make_run(http)
        until(lambda: http.get(f"{V1}usage").json()["artifact_bytes"] == 1000)
    server.kill()
    (server.home / "artifacts" / "default" / "stray").write_bytes(b"x" * 24)  # as if it was not written yet
    server = start_server("--auth", "off", home=server.home)
    with server.client() as http:
        until(lambda: http.get(f"{V1}usage").json()["artifact_bytes"] == 1024)
        make_run(http)
        server.stop()  # what was not written yet is written now
    db = sqlite3.connect(server.home / "lazward.db")
    assert db.execute("select artifact_bytes from workspace_usage").fetchall() == [(2024,)]


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request, start_server):
    """A stopped server with a workspace that is being deleted, and how to start it again."""
    options = ["--auth", "off"]
    if request.param == "postgresql":
        options += ["--database", request.getfixturevalue("postgres").database()]
    server = start_server(*options)
    server.stop()
    url = options[3] if len(options) > 2 else f"sqlite:///{server.home / 'lazward.db'}"
    fill(url, server.home / "artifacts")
    return url, server.home, lambda: start_server(*options, home=server.home)


def fill(url, artifacts):
    """Two workspaces with runs, points and files each; the second one is deleted."""
    db = Database(url)
    row = {"id": 2, "name": "two", "folder": "two", "created_at": 0, "deleting_at": now() - 10**7}
    db.write_now(lambda tx: tx.execute(sa.insert(workspaces), row))
    for workspace_id, folder in ((1, "default"), (2, "two")):
        experiment = db.write_now(experiment_rows.create, workspace_id, "e", "", [])
        for run_id in asyncio.run(log_all(db, workspace_id, experiment)):
            below = artifacts / folder / experiment / run_id / "artifacts"
            below.mkdir(parents=True)
            for number in range(20):
                (below / str(number)).write_bytes(b"x" * 10)
    db.close()


async def log_all(db, workspace_id, experiment):
    """Make runs with a few points one by one and many in batches; their ids."""
    create, log_batch = Batched(run_rows.create_many), Batched(log.log)
    made = [db.write_batched(create, (workspace_id, CreateRun(experiment), None)) for _ in range(RUNS)]
    run_ids = [run.info.run_id for run in await asyncio.gather(*made)]
    few = [[Point("few", 0.5, step, step)] for step in range(5)]
    many = [[Point(f"many {i}", 0.5, 1, step) for step in range(1000)] for i in range(2)]
    batches = [log.batch(workspace_id, run_id, some, [], []) for run_id in run_ids for some in few + many]
    await asyncio.gather(*(db.write_batched(log_batch, batch) for batch in batches))
    return run_ids


def held(url):
    """Ids of workspaces and experiments, and how many runs, points and waiting folders there are."""
    with engines.create(url).connect() as connection:
        ids = [set(connection.execute(sa.select(t.c.id)).scalars()) for t in (workspaces, experiments)]
        tables = (runs, points, purged_artifacts)
        return ids, [connection.execute(sa.select(sa.func.count()).select_from(t)).scalar() for t in tables]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_purge_whose_server_is_killed_again_and_again_comes_to_its_end(filled):
    url, home, start = filled
    kept = sorted((home / "artifacts" / "default").rglob("*"))
    pauses = random.Random(7)
    for _ in range(KILLS):
        server = start()
        time.sleep(pauses.uniform(0.9, 1.6))  # it begins a second after the start
        server.kill()
        if url.startswith("postgresql"):  # or a minute later
            with engines.create(url).begin() as connection:
                connection.execute(sa.update(workspaces).values(claimed_until=None))
    server = start()
    until(lambda: held(url)[0][0] == {0, 1})
    server.stop()
    (_, numbers), (run_count, point_count, waiting) = held(url)
    assert len(numbers) == 2
    assert (run_count, waiting) == (RUNS, 0)
    assert point_count + inbox_of(url) == RUNS * POINTS
    assert sorted((home / "artifacts" / "default").rglob("*")) == kept
    assert not (home / "artifacts" / "two").exists()


def inbox_of(url):
    with engines.create(url).connect() as connection:
        return connection.execute(sa.text("select count(*) from inbox")).scalar()
