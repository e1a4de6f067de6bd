"""The routes of snapshots on a real server: what is kept, what is refused, and what no path leads to."""

import hashlib
import secrets
import time

import pytest

from lazward.wire.snapshots import MOST_BYTES, MOST_FILES

V1 = "/api/v1/"
MLFLOW = "/api/2.0/mlflow/"
PROXY = "/api/2.0/mlflow-artifacts/artifacts"
NOTHING = hashlib.sha256(b"").hexdigest()


def named(path, content=b"", **more):
    """A file as the list names it."""
    return {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content), **more}


class Desk:
    """One workspace."""

    def __init__(self, client, workspace="default"):
        self.client, self.base = client, f"/workspaces/{workspace}"

    def make(self, *files):
        return self.client.post(f"{self.base}{V1}snapshots", json={"files": files})

    def made(self, *files):
        answer = self.make(*files)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, content, sha256=None):
        sha256 = sha256 or hashlib.sha256(content).hexdigest()
        return self.client.put(f"{self.base}{V1}snapshots/files/{sha256}", content=content)

    def get(self, path):
        return self.client.get(f"{self.base}{V1}snapshots/{path}")


@pytest.fixture
def client(server):
    with server.client() as client:
        yield client


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def workspace(client):
    """A new workspace's name."""
    name = f"snapshots-{secrets.token_hex(4)}"
    assert client.post(V1 + "workspaces", json={"name": name}).is_success
    return name


def refused(answer, status=400):
    assert answer.status_code == status, answer.text
    return answer.json()["message"]


def test_a_snapshot_is_there_when_all_its_files_are(desk):
    script, data = secrets.token_bytes(1000), secrets.token_bytes(2**20 + 1)
    files = [named("train.py", script, executable=True), named("data/x.bin", data), named("empty.txt")]
    desk.put(b"")
    first = desk.made(*files)
    assert set(first["missing"]) == {files[0]["sha256"], files[1]["sha256"]}
    assert desk.get(first["id"]).status_code == 404
    for content in (script, data):
        assert desk.put(content).json() == {}
    assert desk.made(*files) == {"id": first["id"], "missing": []}
    assert desk.get(first["id"]).json() == {
        "id": first["id"],
        "files": sorted(({"executable": False} | file for file in files), key=lambda file: file["path"]),
    }
    assert desk.get(f"files/{files[1]['sha256']}").content == data


def test_the_same_files_are_the_same_snapshot_and_anything_else_is_another(desk):
    a, b = named("a", secrets.token_bytes(8)), named("b", secrets.token_bytes(8))
    same = {desk.made(*files)["id"] for files in ([a, b], [b, a])}
    assert len(same) == 1
    others = [
        [a],
        [a, b | {"path": "c"}],
        [a, b | {"executable": True}],
        [a, b | {"sha256": a["sha256"]}],
        [],
    ]
    assert len({desk.made(*files)["id"] for files in others} | same) == len(others) + 1


def test_files_with_the_same_bytes_are_sent_once(desk):
    content = secrets.token_bytes(8)
    assert len(desk.made(named("a", content), named("b/a", content))["missing"]) == 1


def test_other_bytes_than_were_said_are_not_kept(desk, server):
    file = named("a", secrets.token_bytes(100))
    told = refused(desk.put(secrets.token_bytes(100), file["sha256"]))
    assert "did the file change meanwhile?" in told
    assert desk.made(file)["missing"] == [file["sha256"]]
    assert not list((server.home / "artifacts").rglob(file["sha256"]))


def test_a_size_that_the_bytes_do_not_have_is_refused(desk):
    content = secrets.token_bytes(100)
    desk.put(content)
    told = refused(desk.make(named("a", content) | {"size": 99}))
    assert "does not have 99 bytes" in told
    refused(desk.make(named("a", content), named("b", content) | {"size": 99}))


@pytest.mark.parametrize(
    "path",
    [
        "", ".", "..", "/etc/passwd", "a/../../b", "a/./b", "a//b", "a/", "C:/x", "a\\b", "a\0b", "a\nb",
        "\u202ea", "\ud800", "x" * 256, "a/" * 500 + "a",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(desk, path):
    body = '{"files": [{"path": %s, "sha256": "%s", "size": 0}]}'
    text = "".join(f"\\u{ord(c):04x}" for c in path)
    content = body % (f'"{text}"', NOTHING)
    answer = desk.client.post(
        f"{desk.base}{V1}snapshots", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("paths", [["a", "a"], ["a", "a/b"], ["x/y/z", "x/y", "w"]])
def test_paths_that_exclude_each_other_are_refused(desk, paths):
    assert paths[0] in refused(desk.make(*map(named, paths)))


@pytest.mark.parametrize("wrong", ["", "x" * 64, NOTHING.upper(), NOTHING[1:], NOTHING + "0"])
def test_a_checksum_has_64_small_hexadecimal_digits(desk, wrong):
    refused(desk.make(named("a") | {"sha256": wrong}))
    if wrong:
        refused(desk.get(f"files/{wrong}"), 404)
        refused(desk.put(b"", wrong), 404)
        refused(desk.get(wrong), 404)


def test_a_checksum_ends_with_its_last_digit(desk):
    refused(desk.make(named("a") | {"sha256": NOTHING + "\n"}))


def test_limits_are_named(desk):
    many = [named(f"{number}") for number in range(MOST_FILES + 1)]
    assert str(MOST_FILES) in refused(desk.make(*many))
    desk.made(*many[1:])
    large = [
        named(f"{number}") | {"size": MOST_BYTES // 2, "sha256": f"{number:064x}"} for number in range(3)
    ]
    assert str(MOST_BYTES) in refused(desk.make(*large))
    refused(desk.make(named("a") | {"size": -1}))
    refused(desk.make(named("a") | {"size": MOST_BYTES + 1}))


# ---------------------------------------------------------------- who may see what


def test_no_artifact_path_leads_to_a_snapshot(desk):
    content = secrets.token_bytes(50)
    desk.put(content)
    sha256 = hashlib.sha256(content).hexdigest()
    for folder in (".snapshots", ".SNAPSHOTS", "%2esnapshots", "%252esnapshots", "./.snapshots"):
        path = f"{PROXY}/{folder}/files/{sha256[:2]}/{sha256}"
        assert content not in desk.client.get(path).content
        assert desk.client.put(path, content=b"other").status_code in (400, 404), folder
        assert desk.client.delete(f"{PROXY}/{folder}").status_code in (400, 404), folder
        assert desk.client.get(PROXY, params={"path": folder}).status_code in (400, 404), folder
    listed = desk.client.get(PROXY).json().get("files", [])
    assert ".snapshots" not in [file["path"] for file in listed]
    assert desk.get(f"files/{sha256}").content == content


@pytest.mark.parametrize(
    "location", ["mlflow-artifacts:/", "mlflow-artifacts:/.snapshots", "{root}", "{root}/.snapshots"]
)
def test_no_runs_artifacts_lie_among_snapshots(desk, server, location):
    content = secrets.token_bytes(50)
    desk.put(content)
    sha256 = hashlib.sha256(content).hexdigest()
    root = (server.home / "artifacts" / "default").as_uri()
    body = {"name": secrets.token_hex(6), "artifact_location": location.format(root=root)}
    made = desk.client.post(MLFLOW + "experiments/create", json=body)
    if not made.is_success:
        assert made.status_code == 400
        return
    run = desk.client.post(MLFLOW + "runs/create", json=made.json()).json()["run"]["info"]["run_id"]
    for path in (f"files/{sha256[:2]}/{sha256}", f".snapshots/files/{sha256[:2]}/{sha256}"):
        for up in ("", "../../", "../../../"):
            answer = desk.client.get("/get-artifact", params={"run_id": run, "path": up + path})
            assert content not in answer.content, (location, up, path)


def test_another_workspace_neither_sees_nor_claims_it(client, desk, workspace):
    content = secrets.token_bytes(50)
    file, other = named("a", content), Desk(client, workspace)
    desk.put(content)
    number = desk.made(file)["id"]
    assert other.made(file) == {"id": number, "missing": [file["sha256"]]}
    for path in (number, f"files/{file['sha256']}"):
        assert other.get(path).status_code == 404


def test_files_count_as_the_workspaces_artifacts(client, workspace):
    client.put(f"{V1}workspaces/{workspace}/limits", json={"most_artifact_bytes": 1000}).raise_for_status()
    desk = Desk(client, workspace)
    assert desk.put(secrets.token_bytes(900)).status_code == 200
    assert "1000 bytes" in refused(desk.put(secrets.token_bytes(200)), 403)


def test_deleting_the_workspace_frees_their_bytes(server, client, workspace):
    desk = Desk(client, workspace)
    content = secrets.token_bytes(5000)
    desk.put(content)
    desk.made(named("a", content))
    kept = list((server.home / "artifacts").rglob(hashlib.sha256(content).hexdigest()))
    assert len(kept) == 1
    client.delete(f"{V1}workspaces/{workspace}").raise_for_status()
    end = time.monotonic() + 30
    while kept[0].exists():
        assert time.monotonic() < end, "it is still there"
        time.sleep(0.1)
