"""MLflow's workspaces: the stock client manages and uses them, and both servers give the same answers."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

SCRIPT = Path(__file__).parent / "snippets" / "workspaces.py"
MLFLOW = Path(sys.executable).with_name("mlflow")


def run(script, *arguments, **environment):
    ours = ("MLFLOW_", "LAZWARD_")
    keep = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    quick = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}
    return subprocess.run(
        [sys.executable, *script, *arguments], env=keep | quick | environment, capture_output=True, text=True
    )


def name():
    return f"ws-{secrets.token_hex(4)}"


@pytest.mark.timeout(300)
def test_the_stock_client_manages_and_uses_them(server):
    manages(server.url, MLFLOW_TRACKING_TOKEN=server.token)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_so_it_does_on_either_database_and_through_the_plug_in(each_server):
    plugged = each_server.url.replace("http://", "lazward+http://")
    manages(plugged, LAZWARD_CONFIG_DIR=str(each_server.config))
    manages(each_server.url, MLFLOW_TRACKING_TOKEN=each_server.token)


def manages(uri, **environment):
    done = run([SCRIPT], uri, name(), **environment)
    assert done.stdout.endswith("passed\n"), done.stdout + done.stderr


def test_a_uri_with_a_workspace_is_never_that_of_another(server):
    program = (
        "import sys, mlflow; mlflow.set_tracking_uri(sys.argv[1]); print(len(mlflow.list_workspaces()) > 0);"
        " mlflow.set_workspace('another'); mlflow.start_run()"
    )
    uri = server.url.replace("http://", "lazward+http://") + "/workspaces/default"
    done = run(["-c", program], uri, LAZWARD_CONFIG_DIR=str(server.config))
    assert done.stdout.startswith("True\n"), done.stderr
    assert "The address names the workspace 'default'" in done.stderr
    same = program.replace("'another'", "'default'")
    assert run(["-c", same], uri, LAZWARD_CONFIG_DIR=str(server.config)).returncode == 0


@pytest.fixture(scope="module")
def genuine(tmp_path_factory):
    """MLflow's own server with workspaces."""
    folder = tmp_path_factory.mktemp("genuine")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--workers", "1", "--port", str(port)]
    options += ["--artifacts-destination", str(folder / "artifacts"), "--enable-workspaces"]
    frugal = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    path = f"{MLFLOW.parent}{os.pathsep}{os.environ['PATH']}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [MLFLOW, "server", *options],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | frugal | {"PATH": path},
        )
    url = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 200
    while time.monotonic() < end:
        try:
            if httpx.get(url + "/health").is_success:
                break
        except httpx.TransportError:
            time.sleep(0.2)
    yield url
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


STEPS = [
    ("GET", "", None),
    ("GET", "/default", None),
    ("GET", "/nowhere", None),
    ("POST", "", {"name": "one"}),
    ("POST", "", {"name": "one"}),
    ("POST", "", {"name": "two", "description": "d"}),
    ("POST", "", {"name": "three", "description": "", "default_artifact_root": ""}),
    ("POST", "", {"name": "default"}),
    ("POST", "", {"name": "x"}),
    ("POST", "", {"name": "Upper"}),
    ("POST", "", {"name": "api"}),
    ("POST", "", {"name": ""}),
    ("POST", "", {"name": 1}),
    ("POST", "", {}),
    ("POST", "", {"name": "four", "description": 1}),
    ("GET", "/one", None),
    ("GET", "/two", None),
    ("PATCH", "/two", {"description": "e"}),
    ("PATCH", "/two", {"description": ""}),
    ("PATCH", "/two", {"default_artifact_root": ""}),
    ("PATCH", "/two", {}),
    ("PATCH", "/nowhere", {"description": "e"}),
    ("PATCH", "/default", {"description": "e"}),
    ("GET", "", None),
    ("DELETE", "/default", None),
    ("DELETE", "/one?mode=WRONG", None),
    ("DELETE", "/one", None),
    ("DELETE", "/one", None),
    ("DELETE", "/two?mode=RESTRICT", None),
    ("DELETE", "/three?mode=CASCADE", None),
    ("GET", "", None),
]


def told(answer):
    """What clients go by: the status, and the answer or the error's code."""
    if not answer.content:
        return answer.status_code, None
    body = answer.json()
    if answer.is_error:
        return answer.status_code, body["error_code"]
    for one in [body.get("workspace", {}), *body.get("workspaces", [])]:
        if not one.get("description"):
            one.pop("description", None)  # an empty one and none are the same here
        if one.get("name") == "default":
            one.pop("description", None)  # the genuine server's has one of its own
    return answer.status_code, body


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_both_servers_give_the_same_answers(genuine, start_server):
    ours = start_server()
    base = "/api/3.0/mlflow/workspaces"
    with ours.client() as mine, httpx.Client(base_url=genuine, timeout=30) as theirs:
        for method, path, body in STEPS:
            options = {} if body is None else {"json": body}
            answers = [told(client.request(method, base + path, **options)) for client in (theirs, mine)]
            assert answers[0] == answers[1], (method, path, body)
        info = "/api/3.0/mlflow/server-info"
        assert (
            mine.get(info).json()["workspaces_enabled"]
            is theirs.get(info).json()["workspaces_enabled"]
            is True
        )
