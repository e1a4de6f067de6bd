"""Environments in the portal: what there is, what is in them, who uses them, and what building them said."""

import re
import uuid

import pytest
from tests.portal.conftest import member
from tests.submitting import MANAGED, Submitter

from lazward.wire.base import encode
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec

pytestmark = pytest.mark.slow

SPEC = EnvironmentSpec(
    python=PythonSpec(
        conda=CondaSpec(channels=["conda-forge"], packages=["python=3.11"], pip=["-e .", "pandas>=2"])
    ),
    variables={"MARKUP": "<img src=x onerror=document.title='ran'>", "LONG": "x" * 500},
    image="python:3.11",
)


def fresh() -> str:
    return f"training-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def register(portal_server):
    """Registers environments."""

    def make(name: str, spec: EnvironmentSpec) -> None:
        with portal_server.client() as client:
            content = encode({"name": name, "spec": spec})
            headers = {"content-type": "application/json"}
            client.post("/api/v1/environments", content=content, headers=headers).raise_for_status()

    return make


@pytest.fixture
def jobs(portal_server, tmp_path):
    return Submitter(portal_server, tmp_path)


class TestEnvironments:
    def test_they_are_listed_and_searched(self, portal_server, visit, register):
        name = fresh()
        register(name, SPEC)
        portal = visit(portal_server).open("/environments")
        row = portal.page.get_by_role("row", name=name)
        row.wait_for()
        assert "1 conda, 2 pip" in row.inner_text()
        assert "python:3.11" in row.inner_text()
        portal.page.get_by_role("row", name="AzureML-Minimal").get_by_text("With the server").wait_for()
        portal.page.get_by_role("searchbox").fill(name.upper())
        portal.page.get_by_role("link", name="AzureML-Minimal").wait_for(state="detached")
        portal.page.reload()
        portal.page.get_by_role("link", name=name).click()
        portal.page.get_by_role("heading", name=name).wait_for()
        portal.open("/environments?filter=nothing-is-called-this")
        portal.sees("No environment has such a name.")

    def test_a_workspace_without_its_own_tells_how_to_register_one(self, portal_server, visit):
        name = f"team-{uuid.uuid4().hex[:6]}"
        with portal_server.client() as client:
            client.post("/api/v1/workspaces", json={"name": name}).raise_for_status()
        portal = visit(portal_server).open(f"/workspaces/{name}/environments")
        portal.sees("lazward environment create")
        portal.sees(f"--workspace '{name}'")


class TestEnvironment:
    def test_each_version_tells_what_is_in_it(self, portal_server, visit, register):
        name = fresh()
        register(name, SPEC)
        register(name, MANAGED)
        portal = visit(portal_server).open(f"/environments/{name}")
        portal.sees("Nothing is installed")
        portal.sees(f"environment: azureml:{name}:2")
        portal.sees("No job was submitted with this environment yet.")
        portal.page.get_by_label("Version", exact=True).select_option("1")
        portal.page.wait_for_url(re.compile("version=1"))
        portal.sees(f"environment: azureml:{name}:1")
        text = portal.page.locator("pre").first.inner_text()
        assert text.splitlines() == [
            f"name: {name}",
            "channels:",
            "  - conda-forge",
            "dependencies:",
            "  - python=3.11",
            "  - pip:",
            '      - "-e ."',
            "      - pandas>=2",
        ]
        portal.page.get_by_role("row", name="MARKUP").get_by_text("<img src=x").wait_for()
        assert portal.page.title() != "ran"
        assert portal.page.locator("img").count() == 0
        portal.page.reload()
        portal.sees(f"environment: azureml:{name}:1")
        portal.open(f"/environments/{name}?version=7")
        portal.sees("There is no version 7.")

    def test_one_that_is_not_there_says_so(self, portal_server, visit):
        portal = visit(portal_server, quiet=False).open(f"/environments/{fresh()}")
        assert "has no environment" in portal.page.get_by_role("alert").inner_text()

    def test_jobs_that_use_it_and_what_building_it_said(self, portal_server, visit, register, jobs):
        name = fresh()
        register(name, MANAGED)
        jobs.cluster(1, "environments")
        named = {"compute": "environments", "environment_name": f"{name}:1"}
        nothing = jobs.wait(jobs.submit("print(1)", **named))
        broken = EnvironmentSpec(
            python=PythonSpec(conda=CondaSpec(pip=["--no-index", "nothing-of-this-name"]))
        )
        failed = jobs.wait(jobs.submit("print(1)", environment=broken, **named))
        other = jobs.submit("print(1)", compute="environments", environment_name=f"{name}:2")
        portal = visit(portal_server).open(f"/environments/{name}")
        for job in (nothing, failed):
            portal.page.get_by_role("link", name=job.name).wait_for()
        shown = portal.page.get_by_role("link", name=jobs.get(other).name)
        shown.wait_for()
        portal.page.get_by_label("Of all versions").uncheck()
        shown.wait_for(state="detached")
        portal.page.get_by_label("Build log of").select_option(failed.run_id)
        portal.page.get_by_role("log").get_by_text("nothing-of-this-name").wait_for()
        portal.page.get_by_label("Build log of").select_option(nothing.run_id)
        portal.sees("Nothing was built for this job")
        portal.page.get_by_role("link", name=failed.name).click()
        portal.page.wait_for_url(f"**/runs/{failed.run_id}")


def test_a_reader_sees_them(portal_server, visit, register):
    name = fresh()
    register(name, SPEC)
    portal = visit(member(portal_server, "reader")).open("/environments")
    portal.page.get_by_role("link", name=name).click()
    portal.sees(f"environment: azureml:{name}:1")


def test_nothing_serious_keeps_people_out(portal_server, visit, register, look):
    name = f"{'ü' * 200}-{uuid.uuid4().hex[:8]}"
    register(name, SPEC)
    portal = visit(portal_server, **look).open("/environments")
    portal.page.get_by_role("link", name=name).wait_for()
    found = portal.barriers()
    portal.page.get_by_role("link", name=name).click()
    portal.sees("Built environments are kept")
    assert found + portal.barriers() == []
