"""What each page shows of what a stock client logged."""

import json
import struct
import time
import uuid
import zlib

import pytest
from tests.submitting import Submitter

HOSTILE = "<img src=x onerror=document.title='ran'><script>document.title='ran'</script>😀 \"'&"


def experiment(tracking, name=None):
    return tracking.create_experiment(name or f"experiment {uuid.uuid4().hex[:8]}")


def path_of(run):
    return f"/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"


def png():
    """A red dot."""
    rows = zlib.compress(b"\0\xff\0\0")
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    made = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + made


def test_home_leads_to_what_was_logged(portal_server, tracking, visit):
    name = f"by name {uuid.uuid4().hex[:8]}"
    run = tracking.create_run(experiment(tracking, name), run_name="the first")
    tracking.log_metric(run.info.run_id, "alpha", 0.03)
    portal = visit(portal_server).open("/")
    portal.sees("Recent runs")
    portal.page.get_by_role("link", name="Experiments", exact=True).click()
    portal.page.get_by_role("searchbox").fill(name.upper())
    portal.page.get_by_role("link", name=name).click()
    portal.page.get_by_role("link", name="the first").click()
    portal.sees("alpha")
    portal.sees("0.03")


@pytest.mark.slow
class TestHome:
    def test_an_empty_server_tells_the_first_steps(self, start_server, visit):
        server = start_server()
        portal = visit(server).open("/")
        portal.sees("First steps")
        portal.sees(f'mlflow.set_tracking_uri("{server.url}")')

    def test_workspaces_lead_to_their_own_pages(self, portal_server, visit):
        name = f"team-{uuid.uuid4().hex[:6]}"
        with portal_server.client() as client:
            client.post("/api/v1/workspaces", json={"name": name}).raise_for_status()
        portal = visit(portal_server).open("/")
        portal.page.get_by_role("button", name="Workspace: default").click()
        portal.page.get_by_role("menuitem", name=name).click()
        portal.page.wait_for_url(f"{portal_server.url}/workspaces/{name}/")
        portal.sees("First steps")
        portal.page.get_by_role("link", name="Experiments", exact=True).click()
        assert portal.page.url == f"{portal_server.url}/workspaces/{name}/experiments"

    def test_the_theme_is_remembered(self, portal_server, visit):
        portal = visit(portal_server, color_scheme="light").open("/")
        portal.page.get_by_role("button", name="Switch to the dark theme").click()
        portal.page.reload()
        portal.page.get_by_role("button", name="Switch to the light theme").wait_for()


@pytest.mark.slow
class TestExperiments:
    def test_names_are_searched_by_the_server(self, portal_server, tracking, visit):
        odd = f"it's 100% {uuid.uuid4().hex[:6]}"
        experiment(tracking, odd)
        portal = visit(portal_server).open("/experiments")
        portal.page.get_by_role("searchbox").fill(odd)
        portal.page.get_by_role("link", name=odd).wait_for()
        portal.page.get_by_role("searchbox").fill("nothing is called this")
        portal.sees("No experiment has such a name.")

    def test_there_are_more_than_a_page(self, portal_server, tracking, visit):
        mark = str(uuid.uuid4().int)[:6]  # texts that look like numbers are texts
        for number in range(60):
            experiment(tracking, f"{mark} {number:02}")
        portal = visit(portal_server).open(f"/experiments?name={mark}%20")
        portal.page.get_by_role("link", name=f"{mark} 59").wait_for()
        assert portal.page.get_by_role("link", name=mark).count() == 50
        portal.page.get_by_role("button", name="Show more").click()
        portal.page.get_by_role("link", name=f"{mark} 00").wait_for()


@pytest.mark.slow
class TestRuns:
    @pytest.fixture
    def three(self, tracking):
        """An experiment with three runs of rising loss."""
        made = experiment(tracking)
        for number in (1, 2, 3):
            run = tracking.create_run(made, run_name=f"run-{number}")
            tracking.log_param(run.info.run_id, "lr", number / 10)
            tracking.log_metric(run.info.run_id, "loss", number)
            tracking.set_tag(run.info.run_id, "team", f"team {number}")
        return made

    @staticmethod
    def names(portal):
        return [text for text in portal.page.get_by_role("link").all_inner_texts() if text.startswith("run-")]

    def test_they_are_sorted_and_filtered_by_the_server(self, portal_server, visit, three):
        portal = visit(portal_server).open(f"/experiments/{three}")
        portal.page.get_by_role("button", name="Sort by loss (metrics)").click()
        portal.page.wait_for_function("location.search.includes('order=-metrics.loss')")
        portal.sees("run-3")
        portal.page.wait_for_timeout(300)
        assert self.names(portal) == ["run-3", "run-2", "run-1"]
        portal.page.get_by_role("button", name="Sort by loss (metrics)").click()
        portal.page.wait_for_function("location.search.includes('order=metrics.loss')")
        portal.page.wait_for_timeout(500)
        assert self.names(portal) == ["run-1", "run-2", "run-3"]
        portal.page.get_by_role("combobox", name="Filter").fill("metrics.loss < 2.5 and params.lr = '0.2'")
        portal.page.get_by_role("button", name="Apply").click()
        portal.page.get_by_role("link", name="run-1").wait_for(state="detached")
        assert self.names(portal) == ["run-2"]
        portal.page.reload()
        portal.sees("run-2")
        assert self.names(portal) == ["run-2"]

    def test_what_is_wrong_with_a_filter_stands_below_it(self, portal_server, visit, three):
        portal = visit(portal_server, quiet=False).open(f"/experiments/{three}")
        portal.sees("run-1")
        portal.page.get_by_role("combobox", name="Filter").fill("metrics.loss <<< 2")
        portal.page.get_by_role("button", name="Apply").click()
        assert "<" in portal.page.get_by_role("alert").inner_text()
        portal.page.get_by_role("combobox", name="Filter").fill("")
        portal.page.get_by_role("button", name="Apply").click()
        portal.sees("run-1")

    def test_columns_are_chosen(self, portal_server, visit, three):
        portal = visit(portal_server).open(f"/experiments/{three}")
        portal.page.get_by_role("button", name="Columns").click()
        portal.page.get_by_role("checkbox", name="team (tags)").check()
        portal.page.keyboard.press("Escape")
        portal.sees("team 2")
        portal.page.reload()
        portal.sees("team 2")

    def test_new_ones_come_by_themselves(self, portal_server, tracking, visit, three):
        portal = visit(portal_server).open(f"/experiments/{three}")
        portal.sees("run-3")
        run = tracking.create_run(three, run_name="run-4")
        portal.sees("run-4")
        tracking.delete_run(run.info.run_id)
        portal.page.get_by_role("link", name="run-4").wait_for(state="detached")

    def test_thousands_are_scrolled_through(self, portal_server, tracking, visit):
        made = experiment(tracking)
        with portal_server.client() as client:
            for number in range(1500):
                body = {"experiment_id": made, "run_name": f"run-{number}", "start_time": 10**12 + number}
                client.post("/api/2.0/mlflow/runs/create", json=body).raise_for_status()
        portal = visit(portal_server).open(f"/experiments/{made}")
        portal.sees("run-1499", exact=True)
        assert portal.page.get_by_role("row").count() < 100
        box = portal.page.get_by_role("region", name="Runs")
        end = time.monotonic() + 30
        while not portal.page.get_by_text("run-0", exact=True).count():
            assert time.monotonic() < end
            box.evaluate("box => box.scrollTop = box.scrollHeight")
            portal.page.wait_for_timeout(50)
        assert portal.page.get_by_role("row").count() < 100
        portal.sees("1500 runs")


@pytest.mark.slow
class TestRun:
    def test_markup_in_names_is_text_and_runs_nothing(self, portal_server, tracking, visit):
        made = experiment(tracking, HOSTILE + uuid.uuid4().hex)
        run = tracking.create_run(made, run_name=HOSTILE)
        tracking.log_param(run.info.run_id, "p", HOSTILE)
        tracking.set_tag(run.info.run_id, "t", HOSTILE)
        portal = visit(portal_server)
        for path in ("/", "/experiments", f"/experiments/{made}", path_of(run)):
            portal.open(path)
            portal.sees("<img src=x")
            portal.page.wait_for_timeout(300)
            assert portal.page.title() != "ran"
            assert portal.page.locator("img").count() == 0
            assert portal.page.locator("script:not([src])").count() == 0

    def test_a_metric_shows_within_two_seconds(self, portal_server, tracking, visit):
        run = tracking.create_run(experiment(tracking))
        tracking.log_metric(run.info.run_id, "loss", 1.5, step=1)
        portal = visit(portal_server).open(path_of(run))
        portal.sees("1.5")
        portal.page.wait_for_timeout(3000)
        tracking.log_metric(run.info.run_id, "loss", 0.75, step=2)
        portal.page.get_by_text("0.75").first.wait_for(timeout=2500)

    def test_charts_move_and_list_what_is_no_number(self, portal_server, tracking, visit):
        run = tracking.create_run(experiment(tracking))
        for step in range(20):
            tracking.log_metric(run.info.run_id, "train/loss", 1 / (step + 1), step=step)
        tracking.log_metric(run.info.run_id, "train/odd", float("nan"), step=3)
        tracking.log_metric(run.info.run_id, "train/odd", float("inf"), step=5)
        tracking.log_metric(run.info.run_id, "test/loss", 0.5, step=0)
        portal = visit(portal_server).open(path_of(run) + "?tab=charts")
        portal.page.get_by_role("img", name="Chart of train/loss: last 0.05,").wait_for()
        portal.sees("∞ at step 5; NaN at step 3")
        tracking.log_metric(run.info.run_id, "train/loss", 0.001, step=20)
        portal.page.get_by_role("img", name="Chart of train/loss: last 0.001,").wait_for()
        portal.page.get_by_label("X axis").select_option("relative")
        portal.page.get_by_label("Logarithmic").check()
        portal.page.get_by_label("Search keys").fill("test/")
        portal.page.get_by_role("img", name="Chart of train/loss").wait_for(state="detached")
        assert portal.page.locator("canvas").count() == 1

    def test_files_are_shown_as_what_they_are_and_never_as_pages(
        self, portal_server, tracking, visit, tmp_path
    ):
        run = tracking.create_run(experiment(tracking))
        files = {
            "notes.txt": b"first line\n" + "ümlaut 😀".encode(),
            "folder/values.json": json.dumps({"a": [1, 2]}).encode(),
            "dot.png": png(),
            "fake.png": b"<svg onload=alert(1)>",
            "large.log": b"x" * 600_000,
            "empty.txt": b"",
            "model.bin": b"\0\1",
        }
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        with portal_server.client() as client:
            experiment_id, run_id = run.info.experiment_id, run.info.run_id
            for name, content in files.items():
                url = f"/api/2.0/mlflow-artifacts/artifacts/{experiment_id}/{run_id}/artifacts/{name}"
                client.put(url, content=content).raise_for_status()
        portal = visit(portal_server).open(path_of(run) + "?tab=artifacts")
        for name, seen in (
            ("notes.txt", "ümlaut 😀"),
            ("large.log", "are shown"),
            ("model.bin", "not shown here"),
        ):
            portal.page.get_by_role("button", name=name).click()
            portal.sees(seen)
        portal.page.get_by_text("folder/").click()
        portal.page.get_by_role("button", name="values.json").click()
        portal.sees("a: [2]")
        portal.page.get_by_role("button", name="dot.png").click()
        image = portal.page.get_by_role("img", name="dot.png")
        image.wait_for()
        assert image.get_attribute("src").startswith("blob:")
        portal.page.wait_for_function("document.querySelector('img').naturalWidth === 1")
        portal.page.get_by_role("button", name="empty.txt").click()
        with portal.page.expect_download() as started:
            portal.page.get_by_role("link", name="Download", exact=True).click()
        assert started.value.suggested_filename == "empty.txt"
        assert portal.page.title() != "ran"


@pytest.mark.slow
class TestJobs:
    @pytest.fixture
    def jobs(self, portal_server, tmp_path):
        return Submitter(portal_server, tmp_path)

    def test_one_is_followed_and_cancelled(self, portal_server, jobs, visit):
        jobs.cluster(1, "portal-cluster")
        script = """
            import time
            for number in range(600):
                print("line", number, flush=True)
                time.sleep(0.2)
        """
        run_id = jobs.submit(script, compute="portal-cluster")
        waiting = jobs.submit(script, compute="portal-cluster")
        portal = visit(portal_server).open("/compute")
        portal.sees("portal-cluster")
        portal.sees("1 now, 0 to 1")
        portal.page.get_by_role("link", name="Jobs", exact=True).click()
        portal.sees("Queued")
        with portal_server.client() as client:
            job = client.get(f"/api/v1/jobs/{run_id}").json()
        portal.open(f"/experiments/{job['experiment_id']}/runs/{run_id}?tab=logs")
        portal.sees("line 3")
        portal.sees("line 12")
        portal.page.get_by_role("button", name="Cancel job").click()
        portal.page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()
        portal.sees("Canceled")
        portal.open("/jobs?target=portal-cluster")
        portal.page.get_by_role("button", name="Cancel job").first.click()
        portal.page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()
        portal.page.get_by_text("Canceled").filter(visible=True).nth(1).wait_for()
        with portal_server.client() as client:
            assert client.get(f"/api/v1/jobs/{waiting}").json()["state"] == "Canceled"
