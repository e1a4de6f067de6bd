"""``lazward audit list`` against a real server."""

import json
import time
from datetime import datetime

import pytest

from lazward.cli import audit
from lazward.errors import ConfigError


@pytest.fixture
def told(lazward):
    """Runs a command that succeeds; returns its standard output."""

    def run(*arguments):
        status, out, err = lazward(*arguments)
        assert (status, err) == (0, "")
        return out

    return run


@pytest.fixture
def experiments(server):
    made = []
    with server.client() as client:
        for number in range(3):
            body = {"name": f"audited {time.time()} {number}"}
            made.append(client.post("/api/2.0/mlflow/experiments/create", json=body).json()["experiment_id"])
        while len(made) > len(
            client.get("/api/v1/audit", params={"action": "experiments.create"}).json()["entries"]
        ):
            time.sleep(0.02)
    return made


def test_json_has_all_that_is_known(told, experiments):
    found = json.loads(told("audit", "list", "--action", "experiments", "--limit", "3", "-o", "json"))
    assert [entry["target"]["experiment_id"] for entry in found] == experiments[::-1]
    assert {entry["user"] for entry in found} == {"administrator"}


@pytest.mark.usefixtures("experiments")
def test_the_table_is_for_people(told):
    head, line, *more = told("audit", "list", "--action", "experiments.create", "--limit", "1").splitlines()
    assert head.split() == [
        "ASKED",
        "USER",
        "ADDRESS",
        "WORKSPACE",
        "ACTION",
        "TARGET",
        "STATUS",
        "CODE",
        "COUNT",
    ]
    assert "administrator" in line
    assert "experiments.create" in line
    assert more == []


@pytest.mark.usefixtures("experiments")
def test_pages_are_followed_up_to_the_limit(told, monkeypatch):
    monkeypatch.setattr(audit, "_PAGE", 2)
    found = json.loads(told("audit", "list", "--action", "experiments", "--limit", "3", "-o", "json"))
    assert len({entry["id"] for entry in found}) == 3


@pytest.mark.usefixtures("experiments")
def test_a_workspaces_log_and_times(told):
    ask = ("audit", "list", "--workspace", "default", "--since", "1h", "-o", "json")
    assert {entry["workspace"] for entry in json.loads(told(*ask))} == {"default"}
    assert json.loads(told(*ask, "--until", "30m")) == []


def test_moments():
    assert audit.moment("2026-11-25") == datetime(2026, 11, 25).timestamp() * 1000  # noqa: DTZ001 - local, as people mean it
    assert audit.moment("2026-11-25T10:30+00:00") == 1_795_602_600_000
    assert abs(audit.moment("7d") - (time.time() - 7 * 86_400) * 1000) < 60_000
    with pytest.raises(ConfigError, match="'yesterday' is no time"):
        audit.moment("yesterday")
