"""No path that a client can think of leads out of the artifact folder, on any route that takes one."""

import itertools
import json
import os
from urllib.parse import quote

import pytest

API = "/api/2.0/mlflow/"
AJAX = "/ajax-api/2.0/mlflow/"
PROXY = "/api/2.0/mlflow-artifacts/"
CANARY = b"canary-3141592653"

# As they stand in the URL. Each is refused or finds nothing; those that only look bad are in PLAIN.
TRICKS = [
    "../secret.txt",
    "../../secret.txt",
    "../../../../../../../../../../etc/passwd",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "%2e%2e%2f%2e%2e%2fsecret.txt",
    "%252e%252e%252fsecret.txt",
    "%25252e%25252e%25252fsecret.txt",
    "a/../../secret.txt",
    "a/%2e%2e/%2e%2e/secret.txt",
    "..\\secret.txt",
    "..%5csecret.txt",
    "..%255csecret.txt",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    "%2f%2fetc/passwd",
    "file:///etc/passwd",
    "file:%2f%2f/etc/passwd",
    "FILE:/etc/passwd",
    "C:/Windows/win.ini",
    "C:%5cWindows%5cwin.ini",
    "a/C:%5cx",
    "%5c%5chost%5cshare",
    "x%00.txt",
    "..%00/secret.txt",
    "%c0%ae%c0%ae/secret.txt",
    "%ef%bc%8e%ef%bc%8e/secret.txt",
    "%uff0e%uff0e/secret.txt",
    "..;/secret.txt",
    "....//secret.txt",
    ".%2e/secret.txt",
    "a%23/../../secret.txt",
    "%23../secret.txt",
    "a%3f/../../secret.txt",
    "a/..",
    "..",
    "a//b",
    "a/%2f/b",
    "%0a../secret.txt",
    "%7f",
    "%ff%fe",
    "link/secret.txt",
    "link",
    "folder-link/secret.txt",
    ".staging",
    "%2estaging/lock",
    "./.staging/lock",
    "../.staging/lock",
    "%2e%2e/.staging/lock",
    "default/../../lazward.db",
    "../../lazward.db",
    "..%2f..%2flazward.db",
]


@pytest.fixture(scope="module")
def world(server, send):
    """A run, a logged model and a model version, and secrets beside and above the artifact folder."""
    experiment = send.json("POST", f"{API}experiments/create", {"name": "paths"})["experiment_id"]
    run = send.json("POST", f"{API}runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"]
    model = send.json("POST", f"{API}logged-models", {"experiment_id": experiment})["model"]["info"][
        "model_id"
    ]
    send.json("POST", f"{API}registered-models/create", {"name": "paths"})
    source = f"mlflow-artifacts:/{experiment}/{run}/artifacts"
    send.json("POST", f"{API}model-versions/create", {"name": "paths", "source": source, "run_id": run})
    assert send("PUT", f"{PROXY}artifacts/{experiment}/{run}/artifacts/good.txt", b"good").status == 200
    assert send("PUT", f"{PROXY}artifacts/good.txt", b"good").status == 200
    root = server.home / "artifacts"
    folders = [
        server.home,
        root,
        root / "default",
        root / "default" / experiment,
        root / "default" / experiment / run,
    ]
    for folder in folders[:2]:
        (folder / "secret.txt").write_bytes(CANARY)
    for folder in (folders[2], folders[4] / "artifacts"):
        os.symlink(server.home / "secret.txt", folder / "link")
        os.symlink(server.home, folder / "folder-link")
    return {"run": run, "model": model, "experiment": experiment}


def routes(world):
    """Verb and URL of every route that takes a path, with ``PATH`` where it goes."""
    run, model = world["run"], world["model"]
    return [
        ("GET", f"/get-artifact?run_id={run}&path=PATH"),
        ("GET", f"{AJAX}get-artifact?run_uuid={run}&path=PATH"),
        ("GET", f"{API}artifacts/list?run_id={run}&path=PATH"),
        ("POST", f"{AJAX}upload-artifact?run_uuid={run}&path=PATH"),
        ("GET", "/model-versions/get-artifact?name=paths&version=1&path=PATH"),
        ("GET", f"{API}logged-models/{model}/artifacts/directories?artifact_directory_path=PATH"),
        ("GET", f"{AJAX}logged-models/{model}/artifacts/files?artifact_file_path=PATH"),
        ("GET", f"{PROXY}artifacts?path=PATH"),
        ("GET", f"{PROXY}artifacts/PATH"),
        ("PUT", f"{PROXY}artifacts/PATH"),
        ("DELETE", f"{PROXY}artifacts/PATH"),
        ("POST", f"{PROXY}mpu/create/PATH"),
        ("POST", f"{PROXY}mpu/complete/PATH"),
        ("POST", f"{PROXY}mpu/abort/PATH"),
        ("GET", f"{PROXY}presigned/PATH"),
        ("GET", f"{PROXY}artifacts/{world['experiment']}/{run}/artifacts/PATH"),
        ("PUT", f"{PROXY}artifacts/{world['experiment']}/{run}/artifacts/PATH"),
    ]


def outside(server):
    """All files of the home that are no artifacts, with what they say."""
    found = {}
    for path in server.home.rglob("*"):
        if path.is_file() and "artifacts" not in path.relative_to(server.home).parts[:-1]:
            found[path] = "" if "lazward" in path.name else path.read_bytes()
    return found


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_leads_out(server, send, world, trick):
    before = outside(server)
    for (method, url), below in itertools.product(routes(world), ("", "/workspaces/default")):
        answer = send(
            method, below + url.replace("PATH", trick), b"written" if method in ("PUT", "POST") else b""
        )
        assert answer.status in (200, 400, 404, 405, 501), (method, url, answer)
        assert CANARY not in answer.body
        assert b"root:" not in answer.body
        assert b"SQLite format" not in answer.body
        if answer.status >= 400:
            assert answer.error[1]
            assert str(server.home).encode() not in answer.body
    assert outside(server) == before
    assert not os.path.exists("/etc/secret.txt")
    assert send("GET", f"/get-artifact?run_id={world['run']}&path=good.txt").body == b"good"


UPWARDS = ("../", "..%2f", "..\\", "..%5c", "%2e%2e", "%252e", "/", "%2f", "file:", "C:", "a/../")
REFUSED = [trick for trick in TRICKS if trick.startswith(UPWARDS)]


@pytest.mark.parametrize("trick", REFUSED)
def test_what_leads_upwards_is_an_invalid_path_before_anything_is_looked_up(send, world, trick):
    for query in (f"run_id={world['run']}", "run_id=" + "0" * 32):
        answer = send("GET", f"/get-artifact?{query}&path={trick}")
        assert answer.status == 400, trick
        assert answer.error == ("INVALID_PARAMETER_VALUE", "Invalid path"), trick


@pytest.mark.parametrize(
    "name",
    [
        "a b.txt",
        "ü.txt",
        "图.png",
        "a+b",
        "a&b=c",
        "a;b",
        "(x)",
        "'x'",
        '"x"',
        "a,b",
        "@x",
        "...",
        ".hidden",
        "a..b",
        "x" * 255,
    ],
)
def test_names_that_only_look_odd_are_kept(send, world, name):
    path = f"{PROXY}artifacts/{world['experiment']}/{world['run']}/artifacts/odd/{quote(name)}"
    content = name.encode()
    assert send("PUT", path, content).status == 200
    assert send("GET", path).body == content
    answer = send("GET", f"/get-artifact?run_id={world['run']}&path=odd/{quote(name)}")
    assert answer.body == content
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")
    listed = send.json("GET", f"{API}artifacts/list?run_id={world['run']}&path=odd")["files"]
    assert f"odd/{name}" in [entry["path"] for entry in listed]
    assert send("DELETE", path).status == 200
    assert send("GET", path).status == 404


def test_folders_and_files_do_not_mix(send, world):
    base = f"{PROXY}artifacts/{world['experiment']}/{world['run']}/artifacts/mix"
    assert send("PUT", f"{base}/a", b"1").status == 200
    assert send("PUT", base, b"1").error[0] == "INVALID_PARAMETER_VALUE"
    assert send("PUT", f"{base}/a/b", b"1").error[0] == "INVALID_PARAMETER_VALUE"
    assert send("GET", base).error[0] == "INVALID_PARAMETER_VALUE"
    assert send("GET", f"{base}/a/b").status == 404
    assert send("DELETE", f"{PROXY}artifacts/").status in (400, 404)
    assert send("GET", f"{base}/a").body == b"1"


@pytest.mark.parametrize(
    "location",
    [
        "../x",
        "mlflow-artifacts:/../x",
        "s3://b/../x",
        "file:///etc",
        "/etc",
        "relative",
        "mlflow-artifacts:/%2e%2e/x",
        "runs:/x",
        "http://evil/api/2.0/mlflow-artifacts/artifacts/../../x",
        "file:///",
        "mlflow-artifacts://evil/../x",
    ],
)
def test_an_experiment_located_elsewhere_opens_no_door(server, send, location):
    made = send(
        "POST",
        f"{API}experiments/create",
        json.dumps({"name": f"at {location}", "artifact_location": location}),
    )
    if made.status == 400:
        return
    experiment = json.loads(made.body)["experiment_id"]
    run = send.json("POST", f"{API}runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"]
    before = outside(server)
    for path in ("passwd", "../../../passwd", "secret.txt", ""):
        for method, url in (
            ("GET", "/get-artifact?run_id"),
            ("POST", f"{AJAX}upload-artifact?run_uuid"),
            ("GET", f"{API}artifacts/list?run_id"),
        ):
            answer = send(method, f"{url}={run}&path={path}", b"x" if method == "POST" else b"")
            assert answer.status in (200, 400, 404), answer
            assert b"root:" not in answer.body
            assert CANARY not in answer.body
    assert outside(server) == before
