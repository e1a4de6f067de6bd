"""The artifact routes over HTTP, as clients of all ages call them."""

import http.client
import json
from urllib.parse import quote, urlsplit

import pytest

ROUTES_WITH_A_PATH = [
    ("GET", "/api/2.0/mlflow/artifacts/list?run_id={run}&path={path}"),
    ("GET", "/ajax-api/2.0/mlflow/artifacts/list?run_uuid={run}&path={path}"),
    ("GET", "/get-artifact?run_id={run}&path={path}"),
    ("GET", "/ajax-api/2.0/mlflow/get-artifact?run_uuid={run}&path={path}"),
    ("POST", "/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path={path}"),
    ("GET", "/api/2.0/mlflow-artifacts/artifacts?path={path}"),
    ("GET", "/api/2.0/mlflow-artifacts/artifacts/{path}"),
    ("GET", "/ajax-api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/{path}"),
    ("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/{path}"),
    ("PUT", "/api/2.0/mlflow-artifacts/artifacts/{path}"),
    ("DELETE", "/api/2.0/mlflow-artifacts/artifacts/{path}"),
    ("DELETE", "/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/{path}"),
    ("POST", "/api/2.0/mlflow-artifacts/mpu/create/0/{run}/artifacts/{path}"),
    ("POST", "/api/2.0/mlflow-artifacts/mpu/complete/0/{run}/artifacts/{path}"),
    ("POST", "/api/2.0/mlflow-artifacts/mpu/abort/0/{run}/artifacts/{path}"),
    ("GET", "/api/2.0/mlflow-artifacts/presigned/0/{run}/artifacts/{path}"),
    ("PUT", "/workspaces/default/api/2.0/mlflow-artifacts/artifacts/{path}"),
]

# As they stand in the request line: escaped once more where the route would else not see them.
HOSTILE = [
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "../../../etc/passwd",
    "%252e%252e%252fetc",
    "%25252e%25252e%25252fetc",
    "a/..%2f..%2f..%2f..%2fb",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "a//b",
    "a%5c..%5cb",
    "..%5c..%5cb",
    "C:%5cWindows",
    "c:/Windows",
    "file:%2f%2f%2fetc%2fpasswd",
    "a%23b",
    "a%3fb",
    "%23/../../etc/passwd",
    "a%2500b",
    "a%1bb",
    "%25c0%25ae%25c0%25ae/b",
]


def request(server, method: str, target: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Send the target as it stands; clients of the better sort would tidy it up."""
    where = urlsplit(server.url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    connection.request(method, target, body, server.headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize(("method", "route"), ROUTES_WITH_A_PATH)
def test_no_route_takes_a_hostile_path(server, shared_run, method: str, route: str, path: str) -> None:
    target = route.format(run=shared_run.run_id, path=path)
    status, content = request(server, method, target, b"x" if method in ("PUT", "POST") else None)
    assert (status, json.loads(content)) == (
        400,
        {"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid path"},
    )


def test_no_route_takes_a_name_with_a_nul_or_a_line_end(server, shared_run) -> None:
    for method, route in ROUTES_WITH_A_PATH:
        for name in ("a%00b", "a%0ab", "a%0d%0ab"):
            status, content = request(server, method, route.format(run=shared_run.run_id, path=name), b"x")
            assert status in (400, 404)
            assert json.loads(content)["error_code"] in ("INVALID_PARAMETER_VALUE", "ENDPOINT_NOT_FOUND")


def test_after_all_attacks_nothing_was_written(server, shared_run) -> None:
    assert not (server.home / "artifacts/default/0" / shared_run.run_id).exists()
    assert not shared_run.staged()


def test_the_path_is_looked_at_before_the_run(server) -> None:
    for method, route in ROUTES_WITH_A_PATH[:5]:
        status, content = request(server, method, route.format(run="0" * 32, path="..%2fx"))
        assert (status, json.loads(content)["message"]) == (400, "Invalid path")
        status, content = request(server, method, route.format(run="0" * 32, path="x"), b"x")
        assert (status, json.loads(content)["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_files_come_back_and_are_listed(run) -> None:
    contents = {"b.txt": b"hello", "a/x.bin": bytes(range(256)), "a/deep/er/e.json": b"{}", "empty": b""}
    for path, content in contents.items():
        answer = run.put(path, content)
        assert (answer.status_code, answer.json()) == (200, {})
    for path, content in contents.items():
        assert run.get(path).content == content
        for route in ("/get-artifact", "/ajax-api/2.0/mlflow/get-artifact"):
            for name in ("run_id", "run_uuid"):
                assert run.http.get(route, params={name: run.run_id, "path": path}).content == content
    assert run.listed() == [
        {"path": "a", "is_dir": True},
        {"path": "b.txt", "is_dir": False, "file_size": 5},
        {"path": "empty", "is_dir": False, "file_size": 0},
    ]
    for folder in ("a", "a/", "./a"):
        assert run.listed(folder) == [
            {"path": "a/deep", "is_dir": True},
            {"path": "a/x.bin", "is_dir": False, "file_size": 256},
        ]


def test_a_listing_tells_the_root_and_nothing_of_what_is_no_folder(run) -> None:
    run.put("b.txt")
    for path in ("b.txt", "none", "none/deeper"):
        params = {"run_id": run.run_id, "path": path}
        answer = run.http.get("/api/2.0/mlflow/artifacts/list", params=params)
        assert answer.status_code == 200
        assert answer.json() == {"root_uri": f"mlflow-artifacts:/0/{run.run_id}/artifacts"}


def test_the_proxied_listing_gives_bare_names(run) -> None:
    run.put("a/b.txt", b"hello")
    listing = "/api/2.0/mlflow-artifacts/artifacts"
    folder = f"0/{run.run_id}/artifacts"
    assert run.http.get(listing, params={"path": f"{folder}/a"}).json() == {
        "files": [{"path": "b.txt", "is_dir": False, "file_size": 5}]
    }
    assert {"path": "0", "is_dir": True} in run.http.get(listing).json()["files"]
    assert {"path": "0", "is_dir": True} in run.http.get(listing, params={"path": ""}).json()["files"]
    assert run.http.get(listing, params={"path": f"{folder}/none"}).json() == {}


def test_what_is_missing_is_404_and_a_folder_400(run) -> None:
    run.put("a/b.txt")
    for answer in (
        run.get("none"),
        run.http.get("/get-artifact", params={"run_id": run.run_id, "path": "none"}),
    ):
        assert answer.status_code == 404
        assert answer.json()["error_code"] == "RESOURCE_DOES_NOT_EXIST"
        assert "No such artifact" in answer.json()["message"]
    for answer in (run.get("a"), run.http.get("/get-artifact", params={"run_id": run.run_id, "path": "a"})):
        assert answer.status_code == 400
        assert "refers to a directory" in answer.json()["message"]


def test_parameters_that_are_missing_are_named(run) -> None:
    for route, name in [
        ("/api/2.0/mlflow/artifacts/list", "run_id"),
        ("/get-artifact?path=x", "run_id"),
        (f"/get-artifact?run_id={run.run_id}", "path"),
        (f"/get-artifact?run_id={run.run_id}&path=", "path"),
    ]:
        answer = run.http.get(route)
        assert answer.status_code == 400
        assert answer.json()["message"] == f"Missing value for required parameter '{name}'."


@pytest.mark.parametrize(
    "name",
    [
        "with space.txt",
        "ünï¢ödé 日本語.txt",
        "duck 🦆.bin",
        "a@b+c=d&e;f,g!(h)~'*.txt",
        "100%.txt",
        'quo"te.txt',
        "images/dog%step%10%timestamp%1700000000000%zz.png",
        "images/dog+step+10+timestamp+1700000000000+3f2e.webp",
    ],
)
def test_odd_names_travel_up_down_and_through_listings(run, name: str) -> None:
    assert run.put(quote(name), b"x").status_code == 200
    assert run.get(quote(name)).content == b"x"
    folder, _, _ = name.rpartition("/")
    assert [file["path"] for file in run.listed(folder)] == [name]
    assert run.http.get("/get-artifact", params={"run_id": run.run_id, "path": name}).content == b"x"
    assert (run.folder / name).read_bytes() == b"x"


def test_composed_and_decomposed_letters_are_one_name(run) -> None:
    run.put(quote("e\u0301.txt"), b"x")
    assert run.get(quote("\u00e9.txt")).content == b"x"
    assert [file["path"] for file in run.listed()] == ["\u00e9.txt"]


def test_a_name_cut_at_a_question_mark_is_refused_rather_than_stored_short(run) -> None:
    assert run.http.put(f"{run.root}/what?.txt", content=b"x").json()["message"] == "Invalid path"
    assert run.listed() == []


def test_a_second_upload_replaces_the_first(run) -> None:
    run.put("f", b"first and long")
    run.put("f", b"second")
    assert run.get("f").content == b"second"


def test_deleting_frees_files_folders_and_their_empty_parents(run) -> None:
    for path in ("a/b/c.txt", "a/d.txt", "e.txt"):
        run.put(path)
    assert run.http.delete(f"{run.root}/a/b/c.txt").json() == {}
    assert [file["path"] for file in run.listed("a")] == ["a/d.txt"]
    assert run.http.delete(f"{run.root}/a/").json() == {}
    assert [file["path"] for file in run.listed()] == ["e.txt"]
    assert run.http.delete(f"{run.root}/none").json() == {}
    assert run.http.delete(f"{run.root}/").json() == {}
    assert run.listed() == []
    assert not run.folder.parent.exists()


def test_the_whole_workspace_cannot_be_deleted_in_one_go(run) -> None:
    run.put("f")
    for path in ("", ".", "./"):
        status, content = request(run.server, "DELETE", f"/api/2.0/mlflow-artifacts/artifacts/{path}")
        assert (status, json.loads(content)["message"]) == (400, "Invalid path")
    assert run.listed()


def test_a_file_and_a_folder_cannot_share_a_name(run) -> None:
    run.put("a/b.txt", b"x")
    for path in ("a", "a/b.txt/c"):
        assert run.put(path).status_code == 400
    assert run.get("a/b.txt").content == b"x"


def test_too_long_names_are_a_users_mistake(run) -> None:
    for path in ("x" * 256, "/".join(["y" * 200] * 6)):
        answer = run.put(path)
        assert answer.status_code == 400
        assert "too long" in answer.json()["message"]


def test_pages_upload_small_files(run) -> None:
    upload = "/ajax-api/2.0/mlflow/upload-artifact"

    def post(content: bytes, **params: str) -> tuple[int, dict]:
        answer = run.http.post(upload, params=params, content=content)
        return answer.status_code, answer.json()

    assert post(b"hello", run_uuid=run.run_id, path="up/note.txt") == (200, {})
    assert run.get("up/note.txt").content == b"hello"
    for params, text in [
        ({"path": "x"}, "Request must specify run_uuid."),
        ({"run_uuid": run.run_id}, "Request must specify path."),
    ]:
        status, answer = post(b"x", **params)
        assert (status, answer["message"]) == (400, text)
    status, answer = post(b"", run_uuid=run.run_id, path="none.txt")
    assert (status, answer["message"]) == (400, "Request must specify data.")
    status, answer = post(bytes(10 * 2**20), run_uuid=run.run_id, path="largest")
    assert status == 200
    status, answer = post(bytes(10 * 2**20 + 1), run_uuid=run.run_id, path="too-large")
    assert (status, answer["message"]) == (400, "Artifact size is too large. Max size is 10MB.")
    assert sorted(file["path"] for file in run.listed()) == ["largest", "up"]


def test_a_chunked_upload_that_grows_too_large_is_cut_off(run) -> None:
    def endless():
        while True:
            yield bytes(2**16)

    answer = run.http.post(
        "/ajax-api/2.0/mlflow/upload-artifact",
        params={"run_uuid": run.run_id, "path": "x"},
        content=(piece for _, piece in zip(range(400), endless(), strict=False)),
    )
    assert answer.status_code == 400
    assert run.listed() == []


def test_multipart_transfers_are_declined_in_the_words_clients_fall_back_on(run) -> None:
    for step in ("create", "complete", "abort"):
        route = f"/api/2.0/mlflow-artifacts/mpu/{step}/0/{run.run_id}/artifacts/f"
        answer = run.http.post(route, json={"path": "f"})
        assert answer.status_code == 501
        assert answer.json()["error_code"] == "NOT_IMPLEMENTED"
        assert answer.json()["message"].startswith(
            "Multipart upload is not supported for the current artifact repository"
        )
    answer = run.http.get(f"/api/2.0/mlflow-artifacts/presigned/0/{run.run_id}/artifacts/f")
    assert answer.status_code == 501


def test_artifacts_of_an_unknown_workspace_are_not_reachable(run) -> None:
    run.put("f", b"x")
    path = f"/workspaces/other{run.root}/f"
    assert run.http.get(path).status_code == 404
    assert run.http.put(path, content=b"y").status_code == 404
    assert run.http.delete(path).status_code == 404
    assert run.http.get(f"/workspaces/default{run.root}/f").content == b"x"


def test_artifacts_need_the_token(run) -> None:
    for method, route in ROUTES_WITH_A_PATH:
        target = route.format(run=run.run_id, path="x")
        answer = run.http.request(method, target, headers={"authorization": ""})
        assert answer.status_code == 401, target


def test_a_location_of_another_kind_is_refused_in_plain_words(run) -> None:
    experiment = {"name": f"elsewhere {run.run_id}", "artifact_location": "s3://bucket/folder"}
    made = run.http.post("/api/2.0/mlflow/experiments/create", json=experiment).json()
    created = run.http.post("/api/2.0/mlflow/runs/create", json=made).json()
    run_id = created["run"]["info"]["run_id"]
    for route in ("/api/2.0/mlflow/artifacts/list", "/get-artifact"):
        answer = run.http.get(route, params={"run_id": run_id, "path": "x"})
        assert answer.status_code == 400
        assert f"s3://bucket/folder/{run_id}/artifacts" in answer.json()["message"]
