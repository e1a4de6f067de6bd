"""Files of runs, listed and downloaded."""

import secrets

import pytest

from lazward.client import artifacts, uri
from lazward.client.fetch import fetch, fetch_log
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError, LazwardError, NotFound, ServerUnreachable

NAMES = ["a.txt", "deep/er/b.bin", "spaces & plus+=.txt", "zürich/🏃"]


@pytest.fixture
def at(server, monkeypatch):
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    return Connection(WorkspaceUri(uri.server(server.url), "default"))


@pytest.fixture
def run_id(server):
    """A run with a file of each name, which holds its name."""
    from urllib.parse import quote

    with server.client() as client:
        name = secrets.token_hex(8)
        made = client.post("/api/2.0/mlflow/experiments/create", json={"name": name}).json()
        message = {"experiment_id": made["experiment_id"]}
        info = client.post("/api/2.0/mlflow/runs/create", json=message).json()["run"]["info"]
        root = info["artifact_uri"].removeprefix("mlflow-artifacts:/")
        for one in NAMES:
            path = f"/api/2.0/mlflow-artifacts/artifacts/{root}/{quote(one)}"
            client.put(path, content=one.encode()).raise_for_status()
    return info["run_id"]


def test_all_files_arrive(at, run_id, tmp_path):
    found = list(artifacts.files(at, run_id))
    assert sorted(one.path for one in found) == sorted(NAMES)
    for one in found:
        where = fetch(at, run_id, one.path, tmp_path / "to")
        assert where == tmp_path / "to" / one.path
        assert where.read_bytes() == one.path.encode()
    assert len([file for file in (tmp_path / "to").rglob("*") if file.is_file()]) == len(NAMES)


def test_a_folder_alone(at, run_id):
    assert [one.path for one in artifacts.files(at, run_id, "deep")] == ["deep/er/b.bin"]


def test_what_is_not_there(at, run_id, tmp_path):
    with pytest.raises(NotFound):
        fetch(at, run_id, "none.txt", tmp_path)
    assert not list(tmp_path.glob("*.txt"))
    with pytest.raises(NotFound):
        list(artifacts.files(at, "0" * 32))


def test_where_nothing_can_be_written(at, run_id, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        fetch(at, run_id, "a.txt", tmp_path / "file")


@pytest.mark.parametrize("path", ["../out", "/etc/out", "a/../../out", "..\\out"])
def test_nothing_is_written_outside_whatever_a_server_lists(recorder, tmp_path, path):
    other = recorder()
    other.answers = [(200, {"files": [{"path": path, "is_dir": False}]}, {})]
    at = Connection(uri.parse(other.url))
    (one,) = artifacts.files(at, "1")
    with pytest.raises(ServerUnreachable, match="leads out of the folder"):
        fetch(at, "1", one.path, tmp_path / "to")
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out", "..\\out"])
def test_no_log_is_written_outside_whatever_a_server_calls_it(recorder, tmp_path, name):
    at = Connection(uri.parse(recorder().url))
    with pytest.raises(ServerUnreachable, match="leads out of the folder"):
        fetch_log(at, "1", name, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_of_a_log_that_breaks_off_nothing_is_left(recorder, tmp_path):
    other = recorder()
    other.answers = [(400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "no"}, {})]
    folder = tmp_path / "to"
    folder.mkdir()
    (folder / "log.txt").write_text("as it was")
    with pytest.raises(LazwardError):
        fetch_log(Connection(uri.parse(other.url)), "1", "log.txt", folder)
    assert [file.name for file in folder.iterdir()] == ["log.txt"]
    assert (folder / "log.txt").read_text() == "as it was"
