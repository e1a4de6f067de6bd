"""Snapshots of folders: taken, sent once, and put back byte for byte, against a real server."""

import io
import os
import secrets
import threading
from pathlib import Path

import pytest

from lazward.client import credentials, snapshots, uri
from lazward.client.http import Connection
from lazward.errors import InvalidRequest, NotFound, ServerUnreachable, SnapshotError
from lazward.snapshot import folder as folders
from lazward.snapshot import snapshot
from lazward.wire import snapshots as wire


@pytest.fixture
def at(server):
    credentials.save(server.url, server.token)
    connection = Connection(uri.parse(server.url))
    yield connection
    connection.close()


@pytest.fixture
def project(tmp_path):
    """A folder with files of all kinds."""
    root = tmp_path / "project"
    files = {
        "train.py": b"print('hello')\n" + secrets.token_bytes(4),
        "data/small.bin": secrets.token_bytes(3000),
        "data/large.bin": secrets.token_bytes(2**20 + 7),
        "data/empty": b"",
        "\u00fcber/na me.txt": b"\r\n",
        ".azureml/config.json": b"{}",
    }
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    (root / "train.py").chmod(0o755)
    return root


def content_of(root):
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), os.access(path, os.X_OK))
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def sent(monkeypatch):
    """The files that are sent."""
    names, put = [], snapshots.put_file
    monkeypatch.setattr(
        snapshots, "put_file", lambda at, sha256, file: (names.append(file.name), put(at, sha256, file))
    )
    return names


def test_it_comes_back_byte_for_byte(at, project, tmp_path):
    number = snapshot.take(at, project)
    snapshot.restore(at, number, tmp_path / "deep" / "back")
    assert content_of(tmp_path / "deep" / "back") == content_of(project)


def test_only_what_is_new_is_sent(at, project, sent):
    first = snapshot.take(at, project)
    assert {"train.py", "small.bin", "large.bin"} <= set(sent)
    sent.clear()
    assert snapshot.take(at, project) == first
    assert sent == []
    (project / "more.py").write_bytes(secrets.token_bytes(10))
    (project / "copy.bin").write_bytes((project / "data/large.bin").read_bytes())
    assert snapshot.take(at, project) != first
    assert sent == ["more.py"]


def test_what_an_interrupted_one_has_sent_is_not_sent_again(at, project, sent, monkeypatch):
    put, others = snapshots.put_file, threading.Semaphore(0)

    def broken(at, sha256, file):
        if file.name == "large.bin":
            # They are sent side by side, so these two are waited for.
            assert all(others.acquire(timeout=20) for _ in range(2))
            raise OSError("unplugged")
        put(at, sha256, file)
        if file.name in ("train.py", "small.bin"):
            others.release()

    monkeypatch.setattr(snapshots, "put_file", broken)
    with pytest.raises(SnapshotError, match="unplugged"):
        snapshot.take(at, project)
    monkeypatch.setattr(snapshots, "put_file", put)
    sent.clear()
    snapshot.take(at, project)
    assert sent == ["large.bin"]


def test_a_file_that_changes_while_it_is_sent_is_named(at, project, monkeypatch):
    create = snapshots.create

    def change(*args):
        made = create(*args)
        (project / "train.py").write_bytes(secrets.token_bytes(20))
        return made

    monkeypatch.setattr(snapshots, "create", change)
    with pytest.raises(SnapshotError, match=r"train\.py changed or vanished"):
        snapshot.take(at, project)


def test_an_empty_folder_is_a_snapshot(at, tmp_path):
    (tmp_path / "empty").mkdir()
    snapshot.restore(at, snapshot.take(at, tmp_path / "empty"), tmp_path / "back")
    assert content_of(tmp_path / "back") == {}


def test_an_unknown_one_is_told(at, tmp_path):
    with pytest.raises(NotFound, match="0000"):
        snapshot.restore(at, "0" * 64, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_folder_is_empty_again_where_a_file_cannot_be_put_back(at, project, tmp_path, monkeypatch):
    number, get = snapshot.take(at, project), snapshots.get_file

    def lost(at, sha256, to):
        if to.name.endswith("train.py"):
            raise NotFound("it is gone")
        get(at, sha256, to)

    monkeypatch.setattr(snapshots, "get_file", lost)
    with pytest.raises(NotFound, match="it is gone"):
        snapshot.restore(at, number, tmp_path / "back")
    assert list((tmp_path / "back").iterdir()) == []


def test_what_comes_with_another_checksum_is_not_put_back(recorder):
    answering = recorder()
    answering.answers = [(200, b"other bytes", {})]
    other = Connection(uri.parse(answering.url))
    with pytest.raises(ServerUnreachable, match="not what was asked for"):
        snapshots.get_file(other, "0" * 64, io.BytesIO())


def test_another_list_than_the_one_asked_for_is_not_put_back(at, project, tmp_path, monkeypatch):
    manifest = snapshots.get(at, snapshot.take(at, project))
    monkeypatch.setattr(snapshots, "get", lambda *_: manifest)
    with pytest.raises(ServerUnreachable, match="not the snapshot"):
        snapshot.restore(at, "0" * 64, tmp_path / "back")


def test_nothing_is_put_among_other_files(at, project):
    number = snapshot.take(at, project)
    before = content_of(project)
    with pytest.raises(SnapshotError, match="is not empty"):
        snapshot.restore(at, number, project)
    assert content_of(project) == before


def test_a_server_cannot_place_files_elsewhere(at, tmp_path, monkeypatch):
    wrong = wire.File("../outside", "0" * 64, 0)
    monkeypatch.setattr(snapshots, "get", lambda *_: wire.Manifest("x", [wrong]))
    with pytest.raises(InvalidRequest, match="outside"):
        snapshot.restore(at, "x", tmp_path / "a" / "back")
    assert not (tmp_path / "a").exists()


# ---------------------------------------------------------------- what goes in


def paths(root):
    return [found.path for found in folders.listed(root)]


def test_links_count_as_what_they_stand_for_inside_the_folder(project):
    (project / "again.py").symlink_to("train.py")
    (project / "same").symlink_to("data")
    found = {one.path: one for one in folders.listed(project)}
    assert found["again.py"].size == found["train.py"].size
    assert "same/small.bin" in found


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/etc", "out of the folder"),
        ("nothing", "nowhere"),
        ("link", "nowhere"),
        (".", "back to a folder that holds it"),
    ],
)
def test_links_that_lead_out_are_named_unless_they_are_ignored(project, target, told):
    (project / "link").symlink_to(target)
    with pytest.raises(SnapshotError, match=f"'link' leads {told}"):
        paths(project)
    (project / ".amlignore").write_text("link\n")
    assert "link" not in paths(project)


def test_too_many_files_are_told_with_where_most_are(tmp_path, monkeypatch):
    monkeypatch.setattr(wire, "MOST_FILES", 5)
    for number in range(6):
        (tmp_path / "cache").mkdir(exist_ok=True)
        (tmp_path / "cache" / f"{number}").touch()
    with pytest.raises(SnapshotError, match=r"more than 5 files, many of them in cache/ \(6\)\. Ignore"):
        paths(tmp_path)


def test_too_many_bytes_are_told_with_where_most_are(tmp_path, monkeypatch):
    monkeypatch.setattr(wire, "MOST_BYTES", 2**20)
    (tmp_path / "small").write_bytes(b"x")
    (tmp_path / "model.bin").write_bytes(bytes(2**21))
    with pytest.raises(
        SnapshotError, match=r"2\.0 MiB, more than the 1\.0 MiB .* in model\.bin \(2\.0 MiB\)"
    ):
        paths(tmp_path)


def test_what_is_no_folder_is_told(tmp_path):
    for wrong in (tmp_path / "none", Path(__file__)):
        with pytest.raises(SnapshotError, match="is not a folder"):
            paths(wrong)


def test_names_of_all_scripts_go_in(tmp_path):
    names = ["\U0001f469\u200d\U0001f52c.txt", "\u0644\u0627\u0698\u0648\u0631\u062f", "a b", "\u4e2d"]
    for name in names:
        (tmp_path / name).touch()
    assert paths(tmp_path) == sorted(names)


def test_names_that_other_systems_cannot_hold_are_told(tmp_path):
    (tmp_path / "a\\b").touch()
    with pytest.raises(SnapshotError, match="rename it"):
        paths(tmp_path)
