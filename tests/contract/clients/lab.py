"""Where the features register, and what each is handed. Plain Python 3.6: the oldest client runs it too."""

import pathlib
import shutil
import tempfile
import uuid

import mlflow
from mlflow.tracking import MlflowClient

FEATURES = []
"""(name, what the client must have, function) in the order of declaration."""


def feature(name, *needs):
    """Register a function as the proof of a feature.

    Args:
        name: What the printed line calls it.
        needs: Attributes a client must have for the feature to exist in it, such as ``mlflow.autolog``
            or ``MlflowClient.log_inputs``; ``mlflow>=3.0`` is possible too.
    """

    def register(function):
        FEATURES.append((name, needs, function))
        return function

    return register


def missing(needs):
    """The first of the needs that this client lacks, None if it has them all."""
    for need in needs:
        if need.startswith("mlflow>="):
            if version() < tuple(int(part) for part in need[len("mlflow>=") :].split(".")):
                return need
        elif not _has(need):
            return need
    return None


def version():
    """(major, minor) of the client."""
    return tuple(int(part) for part in mlflow.__version__.split(".")[:2])


def refused(code, call, *args, **kwargs):
    """Assert that the server refuses the call with this error code; the answer is the exception."""
    try:
        call(*args, **kwargs)
    except mlflow.exceptions.MlflowException as raised:
        error = raised
    else:
        raise AssertionError(f"{call.__name__} was accepted")
    # The oldest client knows no codes; there the text begins with it.
    assert error.error_code == code or str(error).startswith(code), (error.error_code, str(error))
    return error


class Lab:
    """A server to talk to, names that nobody else uses on it, and a folder for files."""

    def __init__(self, url):
        mlflow.set_tracking_uri(url)
        self.url = url
        self.client = MlflowClient()
        self.folder = tempfile.mkdtemp(prefix="lazward-scenario-")

    def close(self):
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def name(self, kind):
        """A name that is used once."""
        return f"{kind} {mlflow.__version__} {uuid.uuid4().hex[:8]}"

    def experiment(self, kind="experiment"):
        """The id of a new experiment.

        Clients from before proxied artifacts reach only stores they can open themselves, as everybody
        did then: their experiments keep files in a shared folder instead of behind the server.
        """
        shared = None if has_proxied_artifacts() else pathlib.Path(self.folder, uuid.uuid4().hex).as_uri()
        return self.client.create_experiment(self.name(kind), artifact_location=shared)

    def run(self, experiment=None, **data):
        """The id of a new run that holds the given params, metrics and tags and has finished."""
        created = self.client.create_run(experiment or self.experiment())
        run_id = created.info.run_id
        for key, value in data.get("params", {}).items():
            self.client.log_param(run_id, key, value)
        for key, value in data.get("metrics", {}).items():
            self.client.log_metric(run_id, key, value)
        for key, value in data.get("tags", {}).items():
            self.client.set_tag(run_id, key, value)
        self.client.set_terminated(run_id)
        return run_id

    def file(self, name, content):
        """The path of a new file in a folder of its own."""
        path = pathlib.Path(self.folder, uuid.uuid4().hex, name)
        path.parent.mkdir()
        path.write_bytes(content)
        return str(path)


def has_proxied_artifacts():
    """Whether the client can send artifacts through the tracking server."""
    return version() >= (1, 24)


def _has(need):
    root, _, name = need.partition(".")
    found = {"mlflow": mlflow, "MlflowClient": MlflowClient}[root]
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is not None
