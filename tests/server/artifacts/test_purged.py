"""Files of what is removed for good go from an object store too."""

import time

import httpx
import pytest

V1 = "/api/v1/workspaces/default/"
API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/0"


@pytest.mark.slow
def test_the_files_of_a_run_go_and_others_stay(start_server, bucket):
    server = start_server("--auth", "off", "--artifacts", "s3://artifacts/purge", **bucket)
    with server.client() as http:
        made = [http.post(f"{API}runs/create", json={"experiment_id": "0"}).json() for _ in range(2)]
        kept, gone = [one["run"]["info"]["run_id"] for one in made]
        for run_id in (kept, gone):
            http.put(f"{FILES}/{run_id}/artifacts/d/f", content=b"x" * 1000).raise_for_status()
        http.post(f"{API}runs/delete", json={"run_id": gone}).raise_for_status()
        told = http.post(f"{V1}runs/purge", json={"run_ids": [gone]}).json()
        assert (told["runs"], told["files"], told["bytes"]) == (1, 1, 1000)
        until(lambda: is_gone(http, f"{FILES}/{gone}/artifacts/d/f"))
        assert http.get(f"{FILES}/{kept}/artifacts/d/f").content == b"x" * 1000
        until(lambda: http.get(f"{V1}usage").json()["artifact_bytes"] == 1000)


def is_gone(http, path):
    try:
        return http.get(path).status_code == 404
    except httpx.RemoteProtocolError:  # it went between its head and its bytes
        return False


def until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)
