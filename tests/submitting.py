"""Submitting jobs to a server of a test, and looking at what becomes of them."""

import itertools
import textwrap
import time
from pathlib import Path

import psutil

from lazward.client import compute, jobs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import LazwardError, ServerUnreachable
from lazward.snapshot import snapshot
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import ENDS, LOG, CreateJob, Job, JobSpec
from tests.conftest import Server

OVER = tuple(state.value for state in ENDS)
CLUSTER = "test-cluster"
MANAGED = EnvironmentSpec(python=PythonSpec(user_managed=True))
"""The interpreter of the server itself: nothing has to be built."""


class Submitter:
    """Submits scripts to a server.

    Args:
        server: The server.
        folder: Where the scripts are written to.
    """

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self._numbers = itertools.count()
        where = WorkspaceUri(uri.server(server.url), "default")
        self.at = Connection(where, lambda _server: server.token or None)

    def cluster(self, nodes: int = 4, name: str = CLUSTER, **options: object) -> "Submitter":
        """Make a compute target."""
        compute.create(self.at, CreateCompute(name=name, max_nodes=nodes, **options))
        return self

    def folder(self, script: str, files: dict[str, str | bytes] | None = None) -> Path:
        """A folder to submit, with a script ``t.py`` in it."""
        made = self._folder / f"code{next(self._numbers)}"
        for name, content in {"t.py": textwrap.dedent(script), **(files or {})}.items():
            file = made / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return made

    def submit(
        self, script: str = "", *arguments: object, files=None, compute: str = CLUSTER, name="t.py", **spec
    ) -> str:
        """Queue a job; the id of its run."""
        if "command" not in spec:
            spec |= {"script": name, "snapshot_id": snapshot.take(self.at, self.folder(script, files))}
        spec.setdefault("environment", MANAGED)
        told = JobSpec(arguments=[str(one) for one in arguments], **spec)
        return jobs.create(self.at, CreateJob(experiment="e", compute=compute, spec=told)).job.run_id

    def get(self, run_id: str) -> Job:
        return jobs.get(self.at, run_id)

    def wait(self, run_id: str, *states: str, seconds: float = 60) -> Job:
        """The job once it is over, or in one of these states; also if the server is away meanwhile."""
        end = time.monotonic() + seconds
        found = None
        while time.monotonic() < end:
            try:
                found = self.get(run_id)
            except ServerUnreachable:
                pass
            else:
                if found.state in states or found.state in OVER:
                    assert not states or found.state in states, found
                    return found
            time.sleep(0.05)
        raise AssertionError(f"the job did not come so far: {found}\n{self.told(run_id)}")

    def run(self, script: str = "", *arguments: object, seconds: float = 60, **options) -> Job:
        """Submit, and wait for the end."""
        return self.wait(self.submit(script, *arguments, **options), seconds=seconds)

    def log(self, run_id: str, name: str = LOG) -> bytes:
        return b"".join(jobs.whole_log(self.at, run_id, name))

    def wait_for_log(self, run_id: str, text: str, seconds: float = 60) -> str:
        """The log once it holds a text."""
        end = time.monotonic() + seconds
        found = ""
        while text not in found:
            assert time.monotonic() < end, f"{text!r} never came: {found!r} {self.get(run_id)}"
            time.sleep(0.05)
            found = self.log(run_id).decode()
        return found

    def told(self, run_id: str) -> str:
        """What the job's launchers have printed themselves."""
        file = self.server.home / "jobs" / "launchers" / f"{run_id}.log"
        return file.read_text() if file.exists() else ""

    def artifacts(self, run_id: str, path: str = "") -> list[str]:
        """The files of a run, with those in folders."""
        with self.server.client() as client:
            there = client.get(
                "/api/2.0/mlflow/artifacts/list", params={"run_id": run_id, "path": path}
            ).json()
        found = []
        for one in there.get("files", []):
            found += self.artifacts(run_id, one["path"]) if one["is_dir"] else [one["path"]]
        return found

    def artifact(self, run_id: str, path: str) -> bytes:
        with self.server.client() as client:
            answer = client.get("/get-artifact", params={"run_id": run_id, "path": path})
            assert answer.status_code == 200, answer.text
            return answer.content

    def mlflow_run(self, run_id: str) -> dict:
        with self.server.client() as client:
            return client.get("/api/2.0/mlflow/runs/get", params={"run_id": run_id}).json()["run"]

    def refused(self, token: str) -> bool:
        """Whether the server knows a token no more."""
        where = WorkspaceUri(uri.server(self.server.url), "default")
        try:
            compute.search(Connection(where, lambda _server: token))
        except LazwardError as error:
            return error.code == "UNAUTHENTICATED"
        return False


def living(word: str) -> list[psutil.Process]:
    """Processes that have a word on their command line or in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and (
                word in process.cmdline() or word in process.environ().values()
            ):
                found.append(process)
        except psutil.Error:
            pass
    return found
