"""Files are what their authors made them: no browser runs one, and the server runs none either."""

import json
import pickle
from pathlib import Path

import pytest

from lazward_server.app import ENDPOINTS

API = "/api/2.0/mlflow/"
SCRIPT = b"<script>document.title='ran'</script>"
PAYLOADS = {
    "page.html": SCRIPT,
    "page.xhtml": b"<html xmlns='http://www.w3.org/1999/xhtml'>" + SCRIPT + b"</html>",
    "image.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "notebook.ipynb": json.dumps(
        {"cells": [{"outputs": [{"data": {"text/html": SCRIPT.decode()}}]}]}
    ).encode(),
    "MLmodel": b"flavors: {python_function: {loader_module: os}}\n" + SCRIPT,
    "feed.xml": b"<?xml-stylesheet href='x.xsl'?>" + SCRIPT,
    "code.js": b"alert(1)",
    "data.json": SCRIPT,
    "none": SCRIPT,
    "quote\"'.html": SCRIPT,
    "page.HTML": SCRIPT,
    "page.html.": SCRIPT,
    "image.png": SCRIPT,
    "doc.pdf": b"%PDF-1.7",
}


class World:
    """A run, a model version and a logged model that hold the payloads."""

    def __init__(self, send):
        self.send = send
        made = send.json("POST", f"{API}runs/create", {"experiment_id": "0"})["run"]["info"]
        self.run, self.root = made["run_id"], made["artifact_uri"].partition(":/")[2]
        logged = {"experiment_id": "0", "source_run_id": self.run}
        info = send.json("POST", f"{API}logged-models", logged)["model"]["info"]
        self.model, self.model_root = info["model_id"], info["artifact_uri"].partition(":/")[2]
        name = {"name": f"payloads {self.run}"}
        send.json("POST", f"{API}registered-models/create", name)
        source = {"source": made["artifact_uri"], "run_id": self.run}
        send.json("POST", f"{API}model-versions/create", name | source)

    def put(self, name, content):
        for root in (self.root, self.model_root):
            assert (
                self.send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{root}/{name}", content).status == 200
            )

    def routes(self, name):
        return [
            f"/get-artifact?run_id={self.run}&path={name}",
            f"/ajax-api/2.0/mlflow/get-artifact?run_uuid={self.run}&path={name}",
            f"/api/2.0/mlflow-artifacts/artifacts/{self.root}/{name}",
            f"/model-versions/get-artifact?name=payloads+{self.run}&version=1&path={name}",
            f"/ajax-api/2.0/mlflow/logged-models/{self.model}/artifacts/files?artifact_file_path={name}",
        ]


@pytest.fixture(scope="module")
def world(server, sender):
    return World(sender(server))


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_file_is_a_download_that_no_browser_runs(world, name):
    from urllib.parse import quote

    world.put(quote(name), PAYLOADS[name])
    for route in world.routes(quote(name)):
        for more in ({}, {"Range": "bytes=0-3"}, {"Accept": "text/html"}):
            answer = world.send("GET", route, **more)
            assert answer.status in (200, 206), (route, answer)
            headers = answer.headers
            assert headers["content-disposition"].startswith("attachment"), route
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"].startswith("sandbox")


def test_every_route_that_hands_out_a_file_is_looked_at():
    """A route for files that comes later must be added to those above."""
    files = {e.path for e in ENDPOINTS if e.needs.value == "artifact:read" and e.message is None}
    assert files == {
        "get-artifact", "view-artifact", "artifacts/{path:path}", "model-versions/get-artifact",
        "presigned/{path:path}",
        "logged-models/{model_id}/artifacts/files",
    }  # fmt: skip


FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}


class TestPagesInFrames:
    """Pages that runs wrote are shown in frames of the portal, in a sandbox, and nowhere else."""

    @pytest.fixture
    def view(self, world):
        def view(name, scripts="", **headers):
            world.put(name, PAYLOADS[name])
            return world.send("GET", f"/view-artifact?run_id={world.run}&path={name}{scripts}", **headers)

        return view

    def test_a_page_has_no_origin_no_network_and_no_scripts(self, view):
        headers = view("page.html", **FRAMED).headers
        policy = dict(
            part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";")
        )
        assert headers["content-type"].startswith("text/html")
        assert policy["sandbox"] == ""
        assert policy["default-src"] == "'none'"
        assert not {"script-src", "connect-src", "frame-src"} & set(policy)
        assert "http" not in headers["content-security-policy"]
        assert policy["frame-ancestors"] == "'self'"

    def test_scripts_that_are_asked_for_have_no_origin_and_no_network(self, view):
        policy = view("page.html", "&scripts=true", **FRAMED).headers["content-security-policy"]
        assert policy.startswith("sandbox allow-scripts; default-src 'none';")
        assert "same-origin" not in policy
        assert "connect-src" not in policy
        assert "http" not in policy

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Dest": "document", "Referer": "http://{host}/"},
            {"Referer": "http://{host}.example.org/"},
        ],
    )
    def test_elsewhere_it_is_a_download(self, view, server, headers):
        host = server.url.removeprefix("http://")
        given = {name: value.format(host=host) for name, value in headers.items()}
        for scripts in ("", "&scripts=true"):
            answer = view("page.html", scripts, **given).headers
            assert answer["content-disposition"].startswith("attachment")
            assert answer["content-security-policy"].startswith("sandbox; default-src 'none'")

    def test_browsers_that_do_not_tell_are_known_by_where_they_come_from(self, view, server):
        answer = view("page.html", Referer=f"{server.url}/experiments/1/runs/2")
        assert answer.headers["content-disposition"] == "inline"

    @pytest.mark.parametrize(
        "name", sorted(set(PAYLOADS) - {"page.html", "page.HTML", "doc.pdf", "quote\"'.html"})
    )
    def test_nothing_else_is_shown(self, view, name):
        assert view(name, **FRAMED).headers["content-disposition"].startswith("attachment")

    def test_a_document_is_no_page(self, view):
        headers = view("doc.pdf", **FRAMED).headers
        assert headers["content-type"] == "application/pdf"
        assert headers["x-content-type-options"] == "nosniff"
        assert "script-src" not in headers["content-security-policy"]


def test_an_archive_is_a_download(world, server):
    world.put("page.html", SCRIPT)
    with server.client() as client:
        headers = client.get(f"/api/v1/runs/{world.run}/archive").headers
    assert headers["content-type"] == "application/zip"
    assert headers["content-disposition"].startswith("attachment")
    assert headers["x-content-type-options"] == "nosniff"


def test_answers_with_text_of_users_are_json(world):
    """A browser that is led to one shows text."""
    tag = {"run_id": world.run, "key": "mlflow.note.content", "value": SCRIPT.decode()}
    world.send.json("POST", f"{API}runs/set-tag", tag)
    answer = world.send("GET", f"{API}runs/get?run_id={world.run}")
    assert answer.headers["content-type"] == "application/json"
    answer = world.send("GET", f"{API}runs/get?run_id={SCRIPT.decode().replace(' ', '')}")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")


class Canary:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (Path(self.path),))


def test_a_pickle_that_is_registered_listed_and_read_is_never_loaded(world, tmp_path):
    mark = tmp_path / "ran"
    payload = pickle.dumps(Canary(mark))
    flavor = "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n"
    model = f"{flavor}run_id: {world.run}\n"
    for name, content in (("model.pkl", payload), ("MLmodel", model.encode()), ("conda.yaml", payload)):
        world.put(name, content)
        for route in world.routes(name):
            assert world.send("GET", route).body == content
    described = {"run_id": world.run, "artifact_path": "m", "utc_time_created": "2026", "flavors": {}}
    record = {"run_id": world.run, "model_json": json.dumps(described)}
    world.send.json("POST", f"{API}runs/log-model", record)
    world.send.json("PATCH", f"{API}logged-models/{world.model}", {"status": "LOGGED_MODEL_READY"})
    world.send.json("GET", f"{API}artifacts/list?run_id={world.run}")
    world.send.json("GET", f"{API}registered-models/search")
    assert not mark.exists()
    pickle.loads(payload)
    assert mark.exists()
