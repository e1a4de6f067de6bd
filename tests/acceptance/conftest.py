"""What users run, as they run it: cells that a fresh interpreter or a notebook's kernel executes.

The scripts in ``scenarios`` are in cells, as notebooks are; each leaves a dictionary ``facts``. They run in a
workspace of their own, in a folder that is configured for it. What they did is then looked at over HTTP, by a
client that is none of ours.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from tests.configured import here, surroundings
from tests.images import docker

from lazward.client import config
from lazward.client.config import WorkspaceConfig

__all__ = ["docker", "here", "surroundings"]

_SCENARIOS = Path(__file__).with_name("scenarios")
_CELL = "# %%"
_TOLD = "FACTS "
_LAST = f"import json\nprint()\nprint({_TOLD!r} + json.dumps(facts, default=str))\n"
_PLAIN = {"MPLBACKEND": "agg"}


class Rest:
    """A workspace over HTTP, as who administers it sees it.

    Args:
        server: Its server.
        name: Its name.
    """

    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.url = f"{server.url}/workspaces/{name}"
        self._http = httpx.Client(base_url=self.url, headers=server.headers, timeout=30)

    def get(self, path, /, **params):
        answer = self._http.get(path, params=params)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def post(self, path, content):
        answer = self._http.post(path, json=content)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def experiment(self, name):
        """An experiment's id."""
        path = "/api/2.0/mlflow/experiments/get-by-name"
        return self.get(path, experiment_name=name)["experiment"]["experiment_id"]

    def runs(self, experiment):
        """The runs of an experiment by its name, the newest first."""
        search = {"experiment_ids": [self.experiment(experiment)]}
        return self.post("/api/2.0/mlflow/runs/search", search).get("runs", [])

    def run(self, run_id):
        return self.get("/api/2.0/mlflow/runs/get", run_id=run_id)["run"]

    def history(self, run_id, key):
        """The values of a metric, by their steps."""
        found = self.get("/api/2.0/mlflow/metrics/get-history", run_id=run_id, metric_key=key)["metrics"]
        return [one["value"] for one in sorted(found, key=lambda one: one["step"])]

    def files(self, run_id, folder=""):
        """The paths of a run's files, with those in folders."""
        path = {"path": folder} if folder else {}
        listed = self.get("/api/2.0/mlflow/artifacts/list", run_id=run_id, **path).get("files", [])
        found = []
        for one in listed:
            found += self.files(run_id, one["path"]) if one["is_dir"] else [one["path"]]
        return found

    def content(self, run_id, path):
        answer = self._http.get("/get-artifact", params={"run_id": run_id, "path": path})
        assert answer.status_code == 200, answer.text
        return answer.content

    def close(self):
        self._http.close()


def metrics(run):
    """The newest value of each metric, but for those of the machine."""
    found = {one["key"]: one["value"] for one in run["data"].get("metrics", [])}
    return {key: value for key, value in found.items() if not key.startswith("system/")}


def tags(run):
    return {one["key"]: one["value"] for one in run["data"].get("tags", [])}


def params(run):
    return {one["key"]: one["value"] for one in run["data"].get("params", [])}


def links(page):
    """Where the links of a page lead to."""
    return [part.partition('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]]


def until(true, seconds=30):
    """What is true at last."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.1)
    return found


def opens(url):
    """The text at an address, for somebody who shows no token."""
    answer = httpx.get(url, timeout=30)
    assert answer.status_code == 200, (url, answer.status_code, answer.text)
    return answer.text


def is_page(url):
    """Whether a page of the portal is at an address: who is not signed in is led there by signing in."""
    answer = httpx.get(url, timeout=30)
    wanted = f"/login?next={quote(urlsplit(url).path, safe='')}"
    return (answer.status_code, answer.headers.get("location")) == (303, wanted)


@pytest.fixture
def rest(server, surroundings):
    """A new workspace, for which the working folder is configured."""
    name = f"w-{secrets.token_hex(5)}"
    made = httpx.post(f"{server.url}/api/v1/workspaces", json={"name": name}, headers=server.headers)
    assert made.status_code == 200, made.text
    config.write(WorkspaceConfig(name, server.url), surroundings)
    workspace = Rest(server, name)
    yield workspace
    workspace.close()


class Played:
    """A scenario that was played to its end.

    Attributes:
        facts: What it left.
        printed: What it printed.
        pages: What a notebook shows of objects, as HTML.
        seconds: How long that took.
    """

    def __init__(self, printed, pages, seconds):
        self.printed, _, told = printed.rpartition(_TOLD)
        self.facts = json.loads(told.strip().splitlines()[0])
        self.pages = pages
        self.seconds = seconds


def cells(name):
    """The cells of a scenario."""
    text = (_SCENARIOS / f"{name}.py").read_text()
    return [*(part.strip("\n") for part in text.split(_CELL) if part.strip()), _LAST]


def as_script(name, folder, interpreter=sys.executable, **variables):
    """Play a scenario in a fresh interpreter."""
    begin = time.monotonic()
    file = folder.parent / f"{name}.py"
    file.write_text("import sys\nsys.path[0] = ''\n" + "\n".join(cells(name)))
    done = subprocess.run(
        [interpreter, file], cwd=folder, env=os.environ | _PLAIN | variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Played(done.stdout, [], time.monotonic() - begin)


def as_notebook(name, folder, **variables):
    """Play a scenario as a notebook, in a kernel."""
    import nbformat.v4 as nbformat
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class Kernel(AsyncKernelManager):
        """The kernel of this interpreter, whatever is installed for this user."""

        @property
        def kernel_spec(self):
            words = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=words, language="python", display_name="here")

    begin = time.monotonic()
    notebook = nbformat.new_notebook(cells=[nbformat.new_code_cell(text) for text in cells(name)])
    client = NotebookClient(
        notebook, timeout=300, kernel_manager_class=Kernel, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=os.environ | {"IPYTHONDIR": str(folder.parent / "ipython")} | variables)
    outputs = [one for cell in notebook.cells for one in cell.outputs]
    printed = "".join(one["text"] for one in outputs if one.get("name") == "stdout")
    pages = [one["data"]["text/html"] for one in outputs if "text/html" in one.get("data", {})]
    return Played(printed, pages, time.monotonic() - begin)


@pytest.fixture(
    params=["script", pytest.param("notebook", marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def play(request, surroundings):
    """Plays a scenario in the new workspace; by default as a script alone."""
    request.getfixturevalue("rest")
    how = {"script": as_script, "notebook": as_notebook}[request.param]

    def run(name, **variables):
        return how(name, surroundings, **variables)

    run.notebook = request.param == "notebook"
    return run
