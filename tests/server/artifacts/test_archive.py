"""Folders as zips: what is in them, what is not, and what is too much."""

import hashlib
import io
import stat
import zipfile

import pytest

from lazward_server.artifacts import archive

API = "/api/2.0/mlflow/"


@pytest.fixture
def client(server):
    with server.client() as opened:
        yield opened


@pytest.fixture
def run(client):
    return client.post(f"{API}runs/create", json={"experiment_id": "0"}).json()["run"]["info"]


def put(client, run, path, content):
    root = run["artifact_uri"].partition(":/")[2]
    client.put(f"/api/2.0/mlflow-artifacts/artifacts/{root}/{path}", content=content).raise_for_status()


def unzipped(answer):
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        assert opened.testzip() is None
        return {one.filename: opened.read(one) for one in opened.infolist()}


def test_all_files_of_a_run_come_with_their_paths(client, run):
    files = {"a.txt": b"a", "empty": b"", "deep/er/あ 😀.bin": bytes(range(256)) * 20_000}
    for path, content in files.items():
        put(client, run, path, content)
    answer = client.get(f"/api/v1/runs/{run['run_id']}/archive")
    assert unzipped(answer) == files
    assert answer.headers["content-disposition"] == f"attachment; filename={run['run_id']}.zip"


def test_a_folder_comes_alone(client, run):
    put(client, run, "a.txt", b"a")
    put(client, run, "model/MLmodel", b"m")
    put(client, run, "model/data/x", b"x")
    answer = client.get(f"/api/v1/runs/{run['run_id']}/archive", params={"path": "model"})
    assert unzipped(answer) == {"MLmodel": b"m", "data/x": b"x"}
    assert "model.zip" in answer.headers["content-disposition"]


@pytest.mark.parametrize("path", ["../", "..", "%2e%2e", "/etc", "a/../../b", "a\\b"])
def test_no_path_leads_out_of_the_run(client, run, path):
    put(client, run, "a.txt", b"a")
    assert client.get(f"/api/v1/runs/{run['run_id']}/archive", params={"path": path}).status_code == 400


def test_where_nothing_is_it_is_told(client, run):
    for run_id, path in ((run["run_id"], ""), (run["run_id"], "none"), ("f" * 32, "")):
        answer = client.get(f"/api/v1/runs/{run_id}/archive", params={"path": path})
        assert answer.status_code == 404


def test_the_workspace_keeps_what_is_its_own(client):
    """A run whose artifacts lie at the root of the workspace has no way to snapshots and logs."""
    location = {"name": f"root {id(client)}", "artifact_location": "mlflow-artifacts:/"}
    made = client.post(f"{API}experiments/create", json=location).json()
    content = b"secret"
    sha256 = hashlib.sha256(content).hexdigest()
    client.put(f"/api/v1/snapshots/files/{sha256}", content=content).raise_for_status()
    run = client.post(f"{API}runs/create", json=made).json()["run"]["info"]
    put(client, run, "a.txt", b"a")
    answer = client.get(f"/api/v1/runs/{run['run_id']}/archive", params={"path": ""})
    assert not [name for name in unzipped(answer) if name.startswith(".")]


def test_a_snapshot_comes_as_its_folder_was(client):
    contents = {"train.py": b"print(1)", "lib/run.sh": b"#!/bin/sh\n"}
    files = []
    for path, content in contents.items():
        sha256 = hashlib.sha256(content).hexdigest()
        client.put(f"/api/v1/snapshots/files/{sha256}", content=content).raise_for_status()
        one = {"path": path, "sha256": sha256, "size": len(content), "executable": path.endswith(".sh")}
        files.append(one)
    made = client.post("/api/v1/snapshots", json={"files": files}).json()
    answer = client.get(f"/api/v1/snapshots/{made['id']}/archive")
    assert unzipped(answer) == contents
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        modes = {one.filename: one.external_attr >> 16 for one in opened.infolist()}
    assert modes["lib/run.sh"] & stat.S_IXUSR
    assert not modes["train.py"] & stat.S_IXUSR
    assert client.get(f"/api/v1/snapshots/{'0' * 64}/archive").status_code == 404


def test_too_many_files_are_refused_before_any_is_sent(monkeypatch):
    import asyncio
    from types import SimpleNamespace

    from lazward.errors import InvalidRequest
    from lazward_server.artifacts.store import Entry

    class Blobs:
        async def walk(self, _folder):
            for number in range(4):
                yield Entry(f"f{number}", 1)

    monkeypatch.setattr(archive, "MOST_FILES", 3)
    ctx = SimpleNamespace(blobs=Blobs(), workspace=SimpleNamespace(folder="w"))
    with pytest.raises(InvalidRequest, match="up to 3 files"):
        asyncio.run(archive.members_of(ctx, "w/run"))
