"""Steering compute targets and jobs: real jobs on a real cluster, and rights."""

import uuid

import pytest
from tests.portal.conftest import member
from tests.submitting import Submitter

HOSTILE = "<img src=x onerror=document.title='ran'>😀 \"'&"
ENDLESS = "import time\nwhile True:\n    print('on', flush=True)\n    time.sleep(0.2)"


@pytest.fixture
def name():
    return f"c{uuid.uuid4().hex[:8]}"


@pytest.fixture
def jobs(portal_server, tmp_path):
    made = Submitter(portal_server, tmp_path)
    yield made
    with portal_server.client() as client:
        for job in client.get("/api/v1/jobs").json()["jobs"]:
            if job["state"] not in ("Completed", "Failed", "Canceled"):
                client.post(f"/api/v1/jobs/{job['run_id']}/cancel", json={})


def ask(server, path):
    with server.client() as client:
        return client.get(f"/api/v1/{path}").json()


def test_a_cluster_is_made_scaled_and_deleted(portal_server, visit, name, eventually):
    portal = visit(portal_server).open("/compute")
    page = portal.page
    page.get_by_role("button", name="New cluster").click()
    create = page.get_by_role("dialog").get_by_role("button", name="Create", exact=True)
    assert create.is_disabled()
    page.get_by_label("Name").fill("9 lives")
    portal.sees("Such a name is not possible.")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Size").select_option("STANDARD_D3_V2")
    page.get_by_label("Nodes at least").fill("3")
    portal.sees("More nodes at least than at most.")
    assert create.is_disabled()
    page.get_by_label("Nodes at most").fill("4")
    page.get_by_label("Minutes until").fill("2.5")
    page.get_by_label("Description").fill(HOSTILE)
    create.click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_role("link", name=name).click()
    portal.sees("3 now, 3 to 4")
    portal.sees(HOSTILE)
    made = ask(portal_server, f"compute/{name}")
    assert (made["size"]["name"], made["idle_seconds"], made["kind"]) == ("STANDARD_D3_V2", 150, "cluster")
    page.get_by_role("button", name=f"Scale: {name}").click()
    page.get_by_label("Nodes at least").fill("1")
    page.get_by_label("Nodes at most").fill("2")
    page.get_by_label("Minutes until").fill("0")
    page.get_by_role("dialog").get_by_role("button", name="Scale").click()
    portal.sees("1 now, 1 to 2")
    page.get_by_role("table").first.get_by_role("row").nth(2).wait_for(state="detached")
    page.get_by_role("button", name=f"Delete: {name}").click()
    portal.sees("None is running there. None is waiting.")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name=f"Delete: {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    eventually(lambda: "error_code" in ask(portal_server, f"compute/{name}"))
    portal.complaints.clear()  # the page asks once more for what is gone


@pytest.mark.slow
class TestQueue:
    def test_nodes_and_queue_are_live_and_jobs_are_given_other_places(self, portal_server, jobs, visit, name):
        jobs.cluster(1, name)
        running, first, second = (jobs.submit(ENDLESS, compute=name) for _ in range(3))
        jobs.wait(running, "Running")
        last = jobs.get(second).name
        portal = visit(portal_server).open(f"/compute/{name}")
        page = portal.page
        nodes, queue = page.get_by_role("region", name="Nodes"), page.get_by_role("region", name="Queue")
        nodes.get_by_role("link", name=jobs.get(running).name).wait_for()
        row = queue.get_by_role("row").filter(has_text=last)
        row.get_by_text("No. 2 in the queue").wait_for()
        row.get_by_text("1 job(s) are ahead of it").wait_for()
        row.get_by_role("button", name="Set priority").click()
        page.get_by_role("spinbutton", name="Priority").fill("1.5")
        portal.sees("A whole number from -1000 to 1000.")
        page.get_by_role("button", name="High").click()
        page.get_by_role("dialog").get_by_role("button", name="Set", exact=True).click()
        row.get_by_text("No. 1 in the queue").wait_for()
        assert (jobs.get(second).priority, jobs.get(second).position) == (100, 1)
        assert jobs.get(first).position == 2
        queue.get_by_role("row").filter(has_text=jobs.get(running).name).get_by_role("button").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()
        nodes.get_by_role("link", name=last).wait_for()
        assert jobs.wait(second, "Running")

    def test_jobs_are_filtered_by_the_address(self, portal_server, jobs, visit, name):
        jobs.cluster(1, name)
        running = jobs.submit(ENDLESS, compute=name)
        jobs.wait(running, "Running")
        queued = jobs.submit(ENDLESS, compute=name)
        names = [jobs.get(one).name for one in (running, queued)]
        portal = visit(portal_server).open(f"/jobs?target={name}&state=Queued")
        page = portal.page
        page.get_by_role("link", name=names[1]).wait_for()
        assert page.get_by_role("link", name=names[0]).count() == 0
        page.get_by_label("State").select_option("active")
        page.get_by_role("link", name=names[0]).wait_for()
        page.wait_for_url("**/jobs?*state=active*")
        page.get_by_role("combobox", name="Experiment").fill("nothing is called this")
        portal.sees("No experiment has exactly this name.")
        page.get_by_role("combobox", name="Experiment").fill("e")
        page.wait_for_url("**/jobs?*experiment=e*")
        page.get_by_label("State").select_option("Failed")
        portal.sees("No job matches.")
        page.get_by_role("button", name="Clear").click()
        page.wait_for_url("**/jobs")
        page.get_by_role("link", name=names[1]).wait_for()

    def test_home_tells_what_runs_and_waits(self, portal_server, jobs, visit, name):
        jobs.cluster(1, name)
        jobs.wait(jobs.submit(ENDLESS, compute=name), "Running")
        jobs.submit(ENDLESS, compute=name)
        portal = visit(portal_server).open("/")
        card = portal.page.get_by_role("link", name=name)
        card.get_by_text("1 of 1 node busy").wait_for()
        card.get_by_text("1 job waiting").wait_for()
        portal.sees("SQLite")
        portal.sees("free")
        card.click()
        portal.page.get_by_role("heading", name=name).wait_for()


@pytest.mark.slow
class TestRights:
    def test_a_reader_sees_and_changes_nothing(self, portal_server, jobs, visit, name):
        jobs.cluster(1, name, min_nodes=1)
        jobs.wait(jobs.submit(ENDLESS, compute=name), "Running")
        jobs.submit(ENDLESS, compute=name)
        portal = visit(member(portal_server, "reader"))
        for path, seen in (
            ("/compute", name),
            (f"/compute/{name}", "No. 1"),
            ("/jobs", "No. 1"),
            ("/", name),
        ):
            portal.open(path).sees(seen)
            for verb in ("New cluster", "Scale", "Delete", "Set priority", "Cancel job"):
                assert portal.page.get_by_role("button", name=verb).count() == 0, (path, verb)
        assert portal.page.get_by_role("heading", name="Server").count() == 0

    def test_a_data_scientist_steers_jobs_and_no_targets(self, portal_server, jobs, visit, name):
        jobs.cluster(1, name)
        jobs.wait(jobs.submit(ENDLESS, compute=name), "Running")
        jobs.submit(ENDLESS, compute=name)
        portal = visit(member(portal_server, "data-scientist")).open(f"/compute/{name}")
        portal.page.get_by_role("button", name="Set priority").wait_for()
        portal.page.get_by_role("button", name="Cancel job").first.wait_for()
        assert portal.page.get_by_role("button", name="Scale").count() == 0

    def test_why_it_was_not_done_stands_in_the_dialog(self, start_server, visit):
        server = start_server("--jobs=off")
        portal = visit(server, quiet=False).open("/compute")
        portal.page.get_by_role("button", name="New cluster").click()
        portal.page.get_by_label("Name").fill("cpu")
        portal.page.get_by_role("dialog").get_by_role("button", name="Create", exact=True).click()
        portal.page.get_by_role("alert").get_by_text("--jobs on").wait_for()


@pytest.mark.slow
def test_nothing_serious_keeps_people_out(portal_server, visit, jobs, name, look):
    jobs.cluster(1, name, description=HOSTILE)
    jobs.wait(jobs.submit(ENDLESS, compute=name), "Running")
    jobs.submit(ENDLESS, compute=name)
    portal = visit(portal_server, **look)
    found = {}
    for path, dialog in (
        (f"/compute/{name}", "Scale"),
        ("/compute", "New cluster"),
        ("/jobs", "Set priority"),
    ):
        portal.open(path).sees(name)
        button = portal.page.get_by_role("button", name=dialog).first
        button.wait_for()
        found[path] = portal.barriers()
        button.click()
        portal.page.get_by_role("dialog").wait_for()
        found[dialog] = portal.barriers()
    portal.open("/").sees("waiting")
    found["/"] = portal.barriers()
    assert {path: barriers for path, barriers in found.items() if barriers} == {}
    assert portal.page.title() != "ran"
