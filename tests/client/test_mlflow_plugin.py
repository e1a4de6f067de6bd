"""The plug-in, with the real MLflow in processes of its own, against real servers."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from lazward.client import credentials

LONG_JOB = Path(__file__).parent / "scripts" / "long_job.py"
FORKED = Path(__file__).parent / "scripts" / "forked.py"
SCENARIO = Path(__file__).parent / "scripts" / "plugin.py"
PACKAGE = Path(__file__).parents[2] / "packages" / "lazward"
MLFLOW = Path(sys.executable).with_name("mlflow")
NEEDED = "msgspec httpx httpcore h11 anyio sniffio idna certifi exceptiongroup typing_extensions".split()

sys.path.append(str(Path(__file__).parents[1] / "contract" / "clients"))


def python(*arguments, interpreter=sys.executable, **env):
    """Run Python with a clean set of variables and return what it prints."""
    quick = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run(
        [interpreter, *arguments], env=os.environ | quick | env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def mlflow_server(tmp_path, request):
    """MLflow's own server, below the path that the test names."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}{request.param}"
    database, artifacts = f"sqlite:///{tmp_path}/mlflow.db", tmp_path / "artifacts"
    options = ["--backend-store-uri", database, "--artifacts-destination", artifacts, "--workers", "1"]
    options += ["--port", str(port)]
    options += ["--static-prefix", request.param] if request.param else []
    with (tmp_path / "mlflow.log").open("wb") as log:
        process = subprocess.Popen(
            [MLFLOW, "server", *options], stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(url + "/health")
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(url):
    end = time.monotonic() + 150  # on a busy machine it takes longer than a minute to start
    while time.monotonic() < end:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


class TestWithLazward:
    @pytest.fixture(autouse=True)
    def _its_credentials(self, server, monkeypatch):
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))

    def test_all_that_users_do_works_with_the_saved_token(self, server):
        printed = python(SCENARIO, tracking(server.url) + "/workspaces/default", "--models")
        assert f"View run first at: {server.url}/workspaces/default/#/experiments/" in printed

    @pytest.mark.slow
    def test_all_that_users_do_works_over_tls(self, start_server, certificates):
        cert, key = certificates.issue()
        secure = start_server("--tls-cert", str(cert), "--tls-key", str(key), ca=certificates.ca)
        known = {"LAZWARD_CONFIG_DIR": str(secure.config), "LAZWARD_CA_BUNDLE": str(certificates.ca)}
        uri = secure.url.replace("https:", "lazward:") + "/workspaces/default"
        python(SCENARIO, uri, **known)
        program = f"import mlflow; mlflow.MlflowClient('{uri}').search_experiments()"
        with pytest.raises(AssertionError, match="comes from an authority"):
            python("-c", program, **known | {"LAZWARD_CA_BUNDLE": ""})

    def test_the_root_stands_for_the_default_workspace(self, server):
        python(SCENARIO, tracking(server.url))

    def test_a_pasted_azureml_uri_means_the_configured_server(self, server):
        azure = "azureml://westeurope.api.azureml.ms/mlflow/v2.0/subscriptions/s/resourceGroups/g"
        azure += "/providers/Microsoft.MachineLearningServices/workspaces/default"
        python(SCENARIO, azure, "--pasted", LAZWARD_SERVER=server.url)

    def test_without_the_right_token_nothing_is_told(self, server, monkeypatch, tmp_path):
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(tmp_path / "empty"))
        program = f"import mlflow; mlflow.MlflowClient('{tracking(server.url)}').search_experiments()"
        with pytest.raises(AssertionError, match="lazward token show"):
            python("-c", program)

    @pytest.mark.slow
    @pytest.mark.timeout(1200)
    @pytest.mark.parametrize("version", ["1.30.1", "2.9.2", "2.22.4", "3.1.4"])
    def test_older_versions_of_mlflow(self, server, version, tmp_path):
        interpreter = older(version, tmp_path / "plugin")
        uri = tracking(server.url) + "/workspaces/default"
        python(SCENARIO, uri, "--models", interpreter=interpreter, PYTHONPATH=str(tmp_path / "plugin"))

    @pytest.mark.slow
    @pytest.mark.parametrize("version", ["1.30.1", "2.9.2"])
    def test_a_forked_child_has_connections_of_its_own(self, server, version, tmp_path):
        interpreter = older(version, tmp_path / "plugin")
        uri, path = tracking(server.url), str(tmp_path / "plugin")
        assert "all well" in python(FORKED, uri, interpreter=interpreter, PYTHONPATH=path)


@pytest.mark.timeout(600)
class TestTokensThatEnd:
    """Access tokens of two seconds stand for those of an hour."""

    @pytest.fixture
    def brief(self, start_server, monkeypatch):
        server = start_server("--access-token-lifetime", "2s")
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
        return server

    def derived(self, server):
        with contextlib.closing(sqlite3.connect(server.home / "lazward.db")) as database:
            return database.execute("select count(*) from tokens where kind = 'access'").fetchone()[0]

    @pytest.mark.slow
    def test_a_job_goes_on_over_many_of_them_and_so_do_its_children(self, brief):
        assert "all well" in python(LONG_JOB, tracking(brief.url), "12")
        assert self.derived(brief) >= 3 * 4

    @pytest.mark.slow
    def test_with_an_old_mlflow(self, brief, tmp_path):
        interpreter = older("1.30.1", tmp_path / "plugin")
        path = {"PYTHONPATH": str(tmp_path / "plugin")}
        assert "all well" in python(LONG_JOB, tracking(brief.url), "12", interpreter=interpreter, **path)
        assert self.derived(brief) >= 3 * 4

    def test_a_revoked_credential_ends_it(self, brief):
        made = brief.client().post("/api/v1/tokens", json={"name": "job"}).json()
        credentials.save(brief.url, made["token"])
        job = subprocess.Popen(
            [sys.executable, LONG_JOB, tracking(brief.url), "300"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "LAZWARD_SPOOL": "off"},
        )
        while not self.derived(brief):
            assert job.poll() is None
            time.sleep(0.1)
        brief.client().delete(f"/api/v1/tokens/{made['id']}").raise_for_status()
        told, _ = job.communicate(timeout=120)
        assert job.returncode == 1
        assert "UNAUTHENTICATED" in told

    @pytest.mark.slow
    def test_signing_in_again_is_noticed_by_a_job_that_runs(self, brief):
        first, second = (brief.client().post("/api/v1/tokens", json={"name": "job"}).json() for _ in range(2))
        credentials.save(brief.url, first["token"])
        job = subprocess.Popen([sys.executable, LONG_JOB, tracking(brief.url), "12"], stdout=subprocess.PIPE)
        while not self.derived(brief):
            assert job.poll() is None
            time.sleep(0.1)
        credentials.save(brief.url, second["token"])
        brief.client().delete(f"/api/v1/tokens/{first['id']}").raise_for_status()
        told, _ = job.communicate(timeout=120)
        assert job.returncode == 0
        assert told.endswith(b"all well\n")


def older(version, folder):
    """An interpreter with an old MLflow, and a folder with the plug-in and nothing that MLflow needs."""
    from environments import CLIENTS, Client, Unavailable, _uv, python_with

    client = next(one for one in CLIENTS if one.version == version)
    if not set(client.python) & {"3.10", "3.11", "3.12"}:  # what the plug-in needs
        client = Client(version, ("3.10", "3.11"), ("setuptools<80",), frozenset())
    try:
        found = python_with(client)
    except Unavailable as reason:
        pytest.skip(str(reason))
    to = ["--python", found, "--target", folder]
    subprocess.run([_uv(), "pip", "install", "-q", *to, "--no-deps", PACKAGE, *NEEDED], check=True)
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
class TestWithMlflowsOwnServer:
    @pytest.mark.parametrize("mlflow_server", [""], indirect=True)
    def test_at_the_root(self, mlflow_server):
        python(SCENARIO, tracking(mlflow_server))

    @pytest.mark.parametrize("mlflow_server", ["/workspaces/default"], indirect=True)
    def test_below_the_path_of_a_workspace(self, mlflow_server):
        python(SCENARIO, tracking(mlflow_server), "--models")


def tracking(url):
    return url.replace("http://", "lazward+http://")


VISIT = """
import sys, mlflow, os
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
for uri in sys.argv[1:]:
    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient()
    repository = get_artifact_repository("mlflow-artifacts:/1/r/artifacts", tracking_uri=uri)
    for act in (
        client.search_experiments, client.search_registered_models, repository.list_artifacts,
        lambda: repository.log_artifact(__file__ if "__file__" in dir() else os.devnull),
        lambda: repository.delete_artifacts("x"), lambda: repository._download_file("x", os.devnull),
    ):
        try:
            act()
        except Exception as error:
            print(error)
    print(type(repository).__module__)
"""


class TestTokens:
    """Servers that record every request show which token was sent where."""

    def test_each_server_gets_its_own(self, recorder):
        a, b, unknown = recorder(), recorder(), recorder()
        credentials.save(a.url, "for-a")
        credentials.save(b.url, "for-b")
        python("-c", VISIT, *(tracking(server.url) for server in (a, b, unknown)))
        assert (a.authorizations, b.authorizations) == ({"Bearer for-a"}, {"Bearer for-b"})
        assert unknown.authorizations == {None}
        assert len(unknown.requests) >= 6

    def test_the_environments_token_stays_with_the_environments_server(self, recorder):
        a, b = recorder(), recorder()
        env = {"MLFLOW_TRACKING_URI": tracking(a.url), "MLFLOW_TRACKING_TOKEN": "for-a"}
        python("-c", VISIT, tracking(b.url), tracking(a.url), **env)
        assert (a.authorizations, b.authorizations) == ({"Bearer for-a"}, {None})

    def test_passwords_for_other_servers_are_not_sent(self, recorder):
        a = recorder()
        env = {"MLFLOW_TRACKING_USERNAME": "user", "MLFLOW_TRACKING_PASSWORD": "password"}
        python("-c", VISIT, tracking(a.url), **env)
        assert a.authorizations == {None}

    def test_an_artifact_on_a_named_host_gets_that_hosts_token(self, recorder):
        a, b = recorder(), recorder()
        credentials.save(a.url, "for-a")
        program = VISIT.replace("mlflow-artifacts:/1", f"mlflow-artifacts://{b.url.partition('//')[2]}/1")
        python("-c", program, tracking(a.url))
        assert a.authorizations == {"Bearer for-a"}
        assert b.authorizations == {None}
        assert len(b.requests) >= 4

    def test_a_redirect_does_not_carry_the_token_away(self, recorder):
        a, b = recorder(), recorder()
        credentials.save(a.url, "for-a")
        a.answers = [(307, b"", {"Location": b.url + "/elsewhere"})] * 12
        python("-c", VISIT, tracking(a.url))
        assert b.authorizations <= {None}


class TestOtherServers:
    """Merely having the plug-in installed changes nothing for them."""

    def test_stock_requests_carry_nothing_of_ours(self, recorder):
        a = recorder()
        credentials.save(a.url, "for-a")
        printed = python("-c", VISIT, a.url)
        assert a.authorizations == {None}
        assert all("lazward" not in str(headers).lower() for _, _, headers in a.requests)
        assert "mlflow.store.artifact.mlflow_artifacts_repo" in printed

    @pytest.mark.slow
    def test_stock_requests_are_the_same_with_and_without_the_plug_in(self, recorder):
        hidden = "import importlib.metadata as m; real = m.entry_points\n"
        hidden += "m.entry_points = lambda **q: [e for e in real(**q) if 'lazward' not in e.value]\n"
        seen = []
        for program in (VISIT, hidden + VISIT):
            server = recorder()
            python("-c", program, server.url, MLFLOW_TRACKING_TOKEN="t")
            seen.append([(verb, path, headers | {"Host": ""}) for verb, path, headers in server.requests])
        assert seen[0] == seen[1]
        assert seen[0]

    def test_importing_mlflow_does_not_open_the_credentials(self, recorder):
        server = recorder()
        file = credentials.save(server.url, "secret")
        file.chmod(0o644)  # whoever opens it fails
        python(
            "-c",
            "import sys, mlflow; mlflow.set_tracking_uri(sys.argv[1]); mlflow.search_experiments()",
            server.url,
        )
        assert server.requests


def test_a_server_cannot_place_files_outside_the_download_folder(recorder):
    names = ["../up", "a/../../up", "/abs", "..", "", "a\\b"]
    server = recorder()
    server.answers = [
        (200, {"files": [{"path": name, "is_dir": False, "file_size": 1}]}, {}) for name in names
    ]
    program = (
        "import sys, mlflow\n"
        "from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository\n"
        "repository = get_artifact_repository('mlflow-artifacts:/1', tracking_uri=sys.argv[1])\n"
        "for _ in range(int(sys.argv[2])):\n"
        "    try: repository.list_artifacts()\n"
        "    except mlflow.MlflowException as error: print(error)\n"
    )
    printed = python("-c", program, tracking(server.url), str(len(names)))
    assert printed.count("unsafe name") == len(names)
