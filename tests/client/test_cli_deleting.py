"""``lazward run`` and ``lazward experiment``: away, back, and gone for good; ``lazward workspace usage``."""

import json
import secrets

import pytest

from lazward.client import credentials, runs, uri
from lazward.client.http import Connection
from lazward.wire import deletion

API = "/api/2.0/mlflow/"


@pytest.fixture
def http(server):
    with server.client() as client:
        yield client


@pytest.fixture
def experiment(http):
    return http.post(API + "experiments/create", json={"name": secrets.token_hex(8)}).json()["experiment_id"]


@pytest.fixture
def make_run(http, experiment):
    """Makes runs with an artifact of 1,000 bytes."""

    def make():
        info = http.post(API + "runs/create", json={"experiment_id": experiment}).json()["run"]["info"]
        path = info["artifact_uri"].removeprefix("mlflow-artifacts:")
        http.put(f"/api/2.0/mlflow-artifacts/artifacts{path}/a.bin", content=bytes(1000)).raise_for_status()
        return info["run_id"]

    return make


def stage(http, run_id):
    answer = http.get(API + "runs/get", params={"run_id": run_id})
    return answer.json()["run"]["info"]["lifecycle_stage"] if answer.is_success else "gone"


def test_a_run_goes_away_comes_back_and_goes_for_good(lazward, http, make_run):
    first, second = make_run(), make_run()
    assert lazward("run", "delete", first, second) == (0, "", "")
    assert [stage(http, run) for run in (first, second)] == ["deleted", "deleted"]
    assert lazward("run", "restore", second) == (0, "", "")
    assert stage(http, second) == "active"
    status, out, err = lazward("run", "purge", first, "--dry-run", "-o", "json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert (told["dry_run"], told["runs"], told["files"], told["bytes"]) == (True, 1, 1, 1000)
    assert stage(http, first) == "deleted"
    status, out, err = lazward("run", "purge", first, "--yes")
    assert (status, err) == (0, "")
    assert "1000 B" in out
    assert [stage(http, run) for run in (first, second)] == ["gone", "active"]


def test_an_experiment_goes_with_all_that_is_in_it(lazward, http, experiment, make_run):
    run = make_run()
    assert lazward("experiment", "delete", experiment)[0] == 0
    assert json.loads(lazward("experiment", "purge", experiment, "--yes", "-o", "json")[1])["runs"] == 1
    assert stage(http, run) == "gone"
    assert http.get(API + "experiments/get", params={"experiment_id": experiment}).status_code == 404


def test_what_is_old_enough_goes_without_being_named(lazward, http, make_run):
    run = make_run()
    lazward("run", "delete", run)
    assert json.loads(lazward("run", "purge", "--older-than", "1d", "--yes", "-o", "json")[1])["runs"] == 0
    assert stage(http, run) == "deleted"
    assert json.loads(lazward("run", "purge", "--older-than", "0s", "--yes", "-o", "json")[1])["runs"] >= 1
    assert stage(http, run) == "gone"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Name the runs, or say with --older-than"),
        (["--older-than", "soon"], "'soon' is not a length of time"),
        (["--older-than", "1d"], "say so with --yes"),
        (["0" * 32, "--yes"], "not found"),
    ],
)
def test_nothing_goes_by_accident(lazward, arguments, told):
    status, out, err = lazward("run", "purge", *arguments)
    assert (status, out) == (1, "")
    assert told in err


def test_an_active_run_is_not_purged(lazward, http, make_run):
    run = make_run()
    status, _, err = lazward("run", "purge", run, "--yes")
    assert status == 1
    assert "is active" in err
    assert stage(http, run) == "active"


def test_more_than_a_request_takes_goes_in_several(server, http, make_run, monkeypatch):
    monkeypatch.setattr("lazward.client.purging.MOST", 2)
    credentials.save(server.url, server.token)
    at = Connection(uri.parse(server.url))
    made = [make_run() for _ in range(5)]
    for run in made:
        runs.delete(at, run)
    assert runs.purge(at, made, dry_run=True).runs == 5
    gone = runs.purge(at, made)
    assert (gone.dry_run, gone.runs, gone.files, gone.more) == (False, 5, 5, False)
    assert {stage(http, run) for run in made} == {"gone"}


def test_the_usage_is_shown_and_counted(lazward, make_run):
    make_run()
    status, out, err = lazward("workspace", "usage", "default", "--count", "--output", "json")
    assert (status, err) == (0, "")
    usage = json.loads(out)
    assert usage["artifact_bytes"] >= 1000
    assert usage["runs"] >= 1
    assert "artifact bytes" in lazward("workspace", "usage", "default")[1]
    assert set(usage) <= set(deletion.Usage.__struct_fields__)
