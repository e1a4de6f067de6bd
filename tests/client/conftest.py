"""What tests of the client share: a clean environment and servers that record what they are sent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lazward.cli import main
from lazward.client import access, deriving, tokens

_VARIABLES = (
    "LAZWARD_SERVER",
    "LAZWARD_WORKSPACE",
    "LAZWARD_TOKEN",
    "MLFLOW_TRACKING_URI",
    "MLFLOW_TRACKING_TOKEN",
    "AZUREML_ARM_WORKSPACE_NAME",
    "AZUREML_ARM_SUBSCRIPTION",
    "AZUREML_ARM_RESOURCEGROUP",
)


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch, tmp_path):
    """No token, server or configuration of the person who runs the tests is seen or touched."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(tmp_path / "lazward-config"))
    monkeypatch.setattr(tokens, "_bound", {})
    monkeypatch.setattr(tokens, "_given", {})
    monkeypatch.setattr(access, "_held", {})
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)


@pytest.fixture
def lazward(server, monkeypatch, capsys):
    """Runs a command here, with the shared server; returns status, standard output and standard error."""
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    monkeypatch.setenv("LAZWARD_SERVER", server.url)

    def run(*arguments):
        status = main.run(arguments)
        return status, *capsys.readouterr()

    return run


class Recorder(ThreadingHTTPServer):
    """A web server that keeps every request and answers each from a list, then 200 ``{}``.

    It gives no access tokens, as servers before they came; asking for one is not kept.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests = []
        self.answers = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def authorizations(self):
        return {headers.get("Authorization") for _, _, headers in self.requests}


class _Handler(BaseHTTPRequestHandler):
    def _serve(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == deriving.PATH:
            self.send_error(404)
            return
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        status, body, headers = self.server.answers.pop(0) if self.server.answers else (200, {}, {})
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - the names the standard library calls

    def log_message(self, *_):
        pass


@pytest.fixture
def recorder():
    """Makes recording servers."""
    running = []

    def start():
        server = Recorder()
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()
