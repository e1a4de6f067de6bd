"""Deleting a workspace really frees its rows and files: over the command line, with a real server."""

import json
import sqlite3
import subprocess

import pytest
from tests.conftest import LAZWARD

MLFLOW = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/"


def fill(client, name):
    base = f"/workspaces/{name}"
    assert client.post("/api/v1/workspaces", json={"name": name}).is_success
    run = client.post(base + MLFLOW + "runs/create", json={"experiment_id": "0"}).json()["run"]["info"]
    metrics = [{"key": "m", "value": step, "timestamp": step, "step": step} for step in range(500)]
    assert client.post(
        base + MLFLOW + "runs/log-batch", json={"run_id": run["run_id"], "metrics": metrics}
    ).is_success
    folder = run["artifact_uri"].removeprefix("mlflow-artifacts:/")
    assert client.put(f"{base}{FILES}{folder}/f.bin", content=b"x" * 10_000).is_success


@pytest.mark.timeout(300)
def test_rows_and_files_are_gone_when_the_command_returns(start_server):
    server = start_server()
    with server.client() as client:
        for name in ("stays", "goes"):
            fill(client, name)
        files = [one for one in (server.home / "artifacts").rglob("*") if one.is_file()]
        assert sum(one.stat().st_size for one in files) >= 20_000
        command = [
            LAZWARD,
            "workspace",
            "delete",
            "goes",
            "--yes",
            "--output",
            "json",
            "--server",
            server.url,
        ]
        done = subprocess.run(command, env=server.environment(), capture_output=True, text=True, timeout=200)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["runs"], told["files"], told["bytes"]) == (1, 1, 10_000)
        assert client.get("/api/v1/deletions").json() == {"workspaces": []}
        assert client.post(
            "/workspaces/stays" + MLFLOW + "runs/search", json={"experiment_ids": ["0"]}
        ).json()["runs"]
    left = [one for one in (server.home / "artifacts").rglob("*.bin") if one.is_file()]
    assert len(left) == 1
    server.stop()
    db = sqlite3.connect(server.home / "lazward.db")
    points = db.execute("select (select count(*) from points) + (select count(*) from inbox)").fetchone()
    names = [row[0] for row in db.execute("select name from workspaces where id > 0 order by id")]
    db.close()
    assert points == (500,)
    assert names == ["default", "stays"]
