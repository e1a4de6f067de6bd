"""Random sequences of operations on a run's artifacts."""

from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from pair import Pair
from values import some

NAMES = [
    "a.txt",
    "d/a.txt",
    "d/e/b.bin",
    "MLmodel",
    "ü n.json",
    "d.png",
    "x.html",
    "noend",
    "d/x.yaml",
    "a%20b",
]
FOLDERS = ["", "d", "d/e", "nothing", "a.txt"]
ODD = [
    "..", "../x", "d/../x", "/etc/passwd", "%2e%2e/x", "d/%2e%2e/x", "%252e%252e/x", "a#b", "a\\b", "file:///etc",
    "d//a.txt", "./a.txt", "C:/x", "c:\\x", "~/x", "d/.", "%2Fetc", "a\0b", "a?b", "http://x/y", "d/..",
]  # fmt: skip
CONTENT = st.sampled_from([b"", b"x", b"{}", b"\x00\xff" * 500])


class Artifacts(RuleBasedStateMachine):
    """One example: a run whose files come and go."""

    pair: Pair

    @initialize()
    def begin(self):
        body = {"name": self.pair.unique("f")}
        experiment = self.pair.make("experiments/create", body)
        body = {"experiment_id": experiment, "start_time": 5}
        self.run = self.pair.make("runs/create", body)
        other = self.pair.make("runs/create", body)
        self.root = f"{experiment}/{self.run}/artifacts"
        self.attic = f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{other}/artifacts/"
        """Where odd paths are tried, since some succeed on one side only."""
        self.base = f"/api/2.0/mlflow-artifacts/artifacts/{self.root}/"

    @rule(name=st.sampled_from(NAMES), content=CONTENT)
    def put(self, name, content):
        self.pair.ask("PUT", self.base + quote(name), content)

    @rule(name=st.sampled_from([*NAMES, "gone"]))
    def get(self, name):
        self.pair.ask("GET", self.base + quote(name))

    @rule(name=st.sampled_from([*NAMES, "gone", "d", "d/e"]))
    def delete(self, name):
        self.pair.ask("DELETE", self.base + quote(name))

    @rule(folder=st.sampled_from(FOLDERS))
    def list_proxied(self, folder):
        path = f"{self.root}/{folder}".rstrip("/")
        self.pair.ask("GET", "/api/2.0/mlflow-artifacts/artifacts", query={"path": path})

    @rule(folder=st.sampled_from(FOLDERS), more=some(path=st.just("")))
    def list_run(self, folder, more):
        query = {"run_id": self.run} | ({"path": folder} if folder else more)
        self.pair.api("GET", "artifacts/list", query=query)

    @rule(name=st.sampled_from([*NAMES, "gone"]), alias=st.sampled_from(["run_id", "run_uuid"]))
    def get_artifact(self, name, alias):
        self.pair.ask("GET", "/get-artifact", query={alias: self.run, "path": name})

    @rule(name=st.sampled_from(NAMES), content=CONTENT)
    def upload(self, name, content):
        query = {"run_uuid": self.run, "path": name}
        self.pair.ask("POST", "/ajax-api/2.0/mlflow/upload-artifact", content, query)

    @rule(path=st.sampled_from(ODD))
    def odd_path_in_query(self, path):
        self.pair.api("GET", "artifacts/list", query={"run_id": self.run, "path": path}, wrong="path")
        self.pair.ask("GET", "/get-artifact", query={"run_id": self.run, "path": path}, wrong="path")
        self.pair.ask("GET", "/api/2.0/mlflow-artifacts/artifacts", query={"path": path}, wrong="path")

    @rule(path=st.sampled_from(ODD), method=st.sampled_from(["GET", "PUT", "DELETE"]))
    def odd_path_in_url(self, path, method):
        content = b"x" if method == "PUT" else None
        self.pair.ask(method, self.attic + quote(path), content, wrong="path")

    def teardown(self):
        for folder in FOLDERS if hasattr(self, "run") else ():
            self.list_run(folder, {})
