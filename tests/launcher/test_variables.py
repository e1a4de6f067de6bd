"""What a script gets of the variables of the launcher."""

from pathlib import Path

import pytest

from lazward.client import uri
from lazward.client.uri import WorkspaceUri
from lazward.environment.prepare import Prepared
from lazward.launcher.settings import Settings
from lazward.launcher.variables import variables
from lazward.wire.jobs import Job, JobSpec, Order

BUILDING = {
    "UV_INDEX_URL": "https://me:pass@host/simple",
    "PIP_INDEX_URL": "https://me:pass@host/simple",
    "CONDA_OVERRIDE_CUDA": "12",
    "RATTLER_AUTH_FILE": "/x",
    "HTTPS_PROXY": "http://me:pass@proxy",
    "http_proxy": "http://me:pass@proxy",
}
HARMLESS = {"HTTP_PROXY": "http://proxy:3128", "no_proxy": "host", "CUDA_HOME": "/cuda", "COLOUR": "blue"}


@pytest.fixture
def found(monkeypatch, tmp_path):
    """The variables of a script for a compute target, and what its job asks for."""

    def found(compute, **asked):
        for name, value in (BUILDING | HARMLESS).items():
            monkeypatch.setenv(name, value)
        where = WorkspaceUri(uri.server("http://127.0.0.1:1"), "default")
        settings = Settings(where, "r", 1, None, tmp_path, tmp_path)
        job = Job("r", "1", "e", "n", compute, "Running", JobSpec(command="x", variables=asked), "me", 0, 1)
        here = Prepared(Path("/bin/python"), Path("/bin"), None)
        return variables(settings, Order(job, ""), here, tmp_path)

    return found


def test_what_serves_to_build_stays_with_the_launcher(found):
    told = found("test-cluster")
    assert not BUILDING.keys() & told.keys()
    assert "me:pass" not in "".join(told.values())
    assert told.items() >= HARMLESS.items()


def test_who_runs_a_job_on_their_own_machine_has_their_variables(found):
    assert found("Local").items() >= (BUILDING | HARMLESS).items()


def test_a_job_may_have_them_of_its_own(found):
    assert found("test-cluster", PIP_INDEX_URL="https://mine")["PIP_INDEX_URL"] == "https://mine"
