"""The page of a run: its charts, its logs, and what can be done with it."""

import math
import os
import re
import subprocess
import uuid
import zipfile

import pytest
from tests.conftest import LAZWARD
from tests.submitting import Submitter

pytestmark = pytest.mark.slow


def path_of(run, tab="charts"):
    return f"/experiments/{run.info.experiment_id}/runs/{run.info.run_id}?tab={tab}"


@pytest.fixture
def run(tracking):
    made = tracking.create_experiment(f"run page {uuid.uuid4().hex[:8]}")
    return tracking.create_run(made)


def log(server, run, key, values, first=0):
    """Log a series quickly."""
    points = [
        {"key": key, "value": value, "timestamp": 10**12 + 1000 * step, "step": step}
        for step, value in enumerate(values, first)
    ]
    with server.client() as client:
        for start in range(0, len(points), 1000):
            body = {"run_id": run.info.run_id, "metrics": points[start : start + 1000]}
            client.post("/api/2.0/mlflow/runs/log-batch", json=body).raise_for_status()


def chart(portal, key):
    return portal.page.locator("figure.chart", has=portal.page.get_by_title(key, exact=True))


def asked(portal):
    """The queries of the charts that the page asks for from now on."""
    found = []
    portal.page.on("request", lambda one: "/chart?" in one.url and found.append(one.url))
    return found


class TestCharts:
    def test_a_spike_of_one_point_is_drawn(self, portal_server, visit, run):
        log(portal_server, run, "loss", [50.0 if step == 4321 else 1.0 for step in range(10_000)])
        portal = visit(portal_server).open(path_of(run))
        portal.page.get_by_role("img", name="lowest 1, highest 50").wait_for()

    def test_zooming_one_chart_zooms_all_and_asks_for_finer_points(self, portal_server, visit, run):
        log(portal_server, run, "long", [math.sin(step / 100) for step in range(5000)])
        log(portal_server, run, "other", range(5000))
        portal = visit(portal_server).open(path_of(run))
        portal.page.get_by_role("img", name="Chart of other").wait_for()
        box = chart(portal, "long").locator(".u-over").bounding_box()
        finer = asked(portal)
        middle = box["y"] + 40
        portal.page.mouse.move(box["x"] + box["width"] * 0.5, middle)
        portal.page.mouse.down()
        portal.page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
        portal.page.mouse.up()
        portal.page.wait_for_url(lambda url: "from=" in url)
        portal.page.get_by_role(
            "img", name=re.compile("Chart of other.*lowest 2[45].*highest (29|30)")
        ).wait_for()
        assert {re.search(r"key=(\w+)", url)[1] for url in finer} == {"long", "other"}
        assert all("start=2" in url for url in finer)
        portal.page.reload()
        portal.page.get_by_role(
            "img", name=re.compile("Chart of other.*lowest 2[45].*highest (29|30)")
        ).wait_for()
        portal.page.get_by_role("button", name="Show all").press("Enter")
        portal.page.get_by_role("img", name="lowest 0, highest 4999").wait_for()
        portal.page.wait_for_url(lambda url: "from=" not in url)

    def test_zooming_needs_no_mouse(self, portal_server, visit, run):
        log(portal_server, run, "long", range(5000))
        portal = visit(portal_server).open(path_of(run))
        portal.page.get_by_role("img", name="Chart of long").wait_for()
        portal.page.get_by_role("button", name="Zoom in").press("Enter")
        portal.page.get_by_role("img", name=re.compile(r"lowest 12\d\d, highest 37\d\d")).wait_for()
        portal.page.get_by_role("button", name="Show what is to the right").press("Enter")
        portal.page.get_by_role("img", name=re.compile(r"lowest 24\d\d, highest 4999")).wait_for()
        portal.page.get_by_role("button", name="Zoom out").press("Enter")
        portal.page.get_by_role("img", name=re.compile(r"lowest 12\d\d, highest 4999")).wait_for()
        portal.page.get_by_role("button", name="Zoom out").press("Enter")
        portal.page.get_by_role("img", name="lowest 0, highest 4999").wait_for()

    def test_pointing_at_one_chart_reads_all(self, portal_server, visit, run):
        log(portal_server, run, "one", range(11))
        log(portal_server, run, "two", range(100, 111))
        portal = visit(portal_server).open(path_of(run))
        portal.page.get_by_role("img", name="Chart of two").wait_for()
        box = chart(portal, "one").locator(".u-over").bounding_box()
        portal.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 50)
        chart(portal, "one").get_by_text("5: 5", exact=True).wait_for()
        chart(portal, "two").get_by_text("5: 105", exact=True).wait_for()

    def test_what_is_no_number_is_counted_and_has_its_place(self, portal_server, visit, run):
        odd = ["NaN" if step in (3, 4) else step for step in range(10)]
        log(portal_server, run, "loss", odd)
        log(portal_server, run, "never", ["NaN"] * 20)
        portal = visit(portal_server).open(path_of(run))
        portal.sees("NaN: 2 points, at steps 3, 4")
        portal.sees("NaN: 20 points, at steps 0, 1, 2, 3, 4, …")
        box = chart(portal, "loss").locator(".u-over").bounding_box()
        portal.page.mouse.move(box["x"] + box["width"] * 3 / 9, box["y"] + 50)
        chart(portal, "loss").get_by_text("3: NaN", exact=True).wait_for()

    def test_pins_stand_first_in_all_runs_of_the_experiment(self, portal_server, tracking, visit, run):
        second = tracking.create_run(run.info.experiment_id)
        for one in (run, second):
            log(portal_server, one, "a/first", [1])
            log(portal_server, one, "z/last", [2])
            log(portal_server, one, "system/cpu", [3])
        portal = visit(portal_server).open(path_of(run))
        portal.page.get_by_role("button", name="Pin z/last to the top").click()
        portal.page.get_by_role("heading", name="Pinned").wait_for()
        portal.open(path_of(second))
        portal.page.get_by_role("button", name="Unpin z/last").wait_for()
        heads = portal.page.locator(".group-head").all_inner_texts()
        assert [head.split("\n")[0].rstrip(" 1") for head in heads] == ["Pinned", "a", "System metrics"]
        portal.page.get_by_role("button", name="Unpin z/last").click()
        portal.page.get_by_role("heading", name="Pinned").wait_for(state="detached")

    def test_only_charts_in_sight_exist_and_load(self, portal_server, visit, run):
        with portal_server.client() as client:
            for part in range(3):
                keys = range(1000 * part, 1000 * part + 1000)
                metrics = [{"key": f"g/m{key:04}", "value": key, "timestamp": 1, "step": 0} for key in keys]
                body = {"run_id": run.info.run_id, "metrics": metrics}
                client.post("/api/2.0/mlflow/runs/log-batch", json=body).raise_for_status()
        portal = visit(portal_server)
        loaded = asked(portal)
        portal.open(path_of(run))
        portal.page.get_by_role("img", name="Chart of g/m0000").wait_for()
        portal.page.wait_for_timeout(500)
        assert len(loaded) < 30
        portal.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        portal.page.get_by_role("img", name="Chart of g/m2999").wait_for()
        assert portal.page.locator("canvas").count() < 30
        portal.page.evaluate("scrollTo(0, 0)")
        portal.page.get_by_role("button", name="g 3000").click()
        portal.page.locator("canvas").first.wait_for(state="detached")

    def test_a_chart_fills_the_window_and_is_downloaded(self, portal_server, visit, run):
        values = [1.5, "NaN", 2.5]
        log(portal_server, run, "train/loss", values)
        portal = visit(portal_server).open(path_of(run))
        portal.page.get_by_role("button", name="Enlarge train/loss").click()
        dialog = portal.page.get_by_role("dialog", name="train/loss")
        dialog.get_by_role("img", name="Chart of train/loss").wait_for()
        portal.page.wait_for_url(lambda url: "chart=" in url)
        for item, ending in (("Download as PNG", ".png"), ("Download all points as CSV", ".csv")):
            dialog.get_by_role("button", name="More for train/loss").click()
            with portal.page.expect_download() as started:
                portal.page.get_by_role("menuitem", name=item).click()
            assert started.value.suggested_filename == f"train_loss{ending}"
            content = started.value.path().read_bytes()
            if ending == ".png":
                assert content.startswith(b"\x89PNG")
            else:
                rows = content.decode().splitlines()
                assert rows[0] == "step,timestamp,value"
                assert [row.rsplit(",", 1)[1] for row in rows[1:]] == ["1.5", "NaN", "2.5"]
        dialog.get_by_role("button", name="Close").click()
        dialog.wait_for(state="detached")

    def test_everybody_can_use_it(self, portal_server, visit, run, look):
        log(portal_server, run, "train/a rather long key of a metric that goes on and on", range(50))
        log(portal_server, run, "system/memory", [1, "NaN", 3])
        portal = visit(portal_server, **look).open(path_of(run))
        portal.page.get_by_role("img", name="Chart of train/").wait_for()
        assert portal.barriers() == []
        portal.page.get_by_role("button", name="Enlarge train/").click()
        portal.page.get_by_role("dialog").wait_for()
        assert portal.barriers() == []


class TestLogs:
    @pytest.fixture
    def jobs(self, portal_server, tmp_path):
        return Submitter(portal_server, tmp_path)

    @pytest.fixture
    def cluster(self, jobs):
        name = f"logs-{uuid.uuid4().hex[:6]}"
        jobs.cluster(1, name)
        return name

    @staticmethod
    def open(portal_server, visit, jobs, run_id, **options):
        experiment = jobs.get(run_id).experiment_id
        return visit(portal_server, **options).open(f"/experiments/{experiment}/runs/{run_id}?tab=logs")

    def test_a_running_job_is_read_by_events_to_its_end(self, portal_server, visit, jobs, cluster, tmp_path):
        go = tmp_path / "go"
        script = f"""
            import pathlib, time
            print("\\x1b[1;31mred\\x1b[0m \\x1b[2K\\x1b]0;title\\x07plain <b>not bold</b>")
            for number in range(50):
                print(f"\\r{{number}}%", end="", flush=True)
            print("\\r100%", flush=True)
            print("<img src=x onerror=document.title='ran'>", flush=True)
            while not pathlib.Path({str(go)!r}).exists():
                time.sleep(0.05)
            print("last words", flush=True)
        """
        run_id = jobs.submit(script, compute=cluster)
        jobs.wait_for_log(run_id, "onerror")
        portal = self.open(portal_server, visit, jobs, run_id)
        asked = []
        portal.page.on("request", lambda one: "/logs/user_logs" in one.url and asked.append(one))
        log = portal.page.get_by_role("log")
        log.get_by_text("red", exact=True).wait_for()
        assert "ansi-1" in log.get_by_text("red", exact=True).get_attribute("class")
        lines = [line for line in log.inner_text().splitlines() if line]
        assert lines[:3] == ["red plain <b>not bold</b>", "100%", "<img src=x onerror=document.title='ran'>"]
        go.touch()
        log.get_by_text("last words").wait_for()
        portal.sees("The log is complete.")
        assert portal.page.title() != "ran"
        assert log.locator("img, b").count() == 0
        asked.clear()
        portal.page.wait_for_timeout(2500)
        assert asked == []  # nothing is asked for any more

    def test_where_no_events_come_it_is_asked_for(self, portal_server, visit, jobs, cluster, tmp_path):
        go = tmp_path / "go"
        script = f"""
            import pathlib, time
            print("first", flush=True)
            while not pathlib.Path({str(go)!r}).exists():
                time.sleep(0.05)
            print("second", flush=True)
        """
        run_id = jobs.submit(script, compute=cluster)
        jobs.wait_for_log(run_id, "first")
        experiment = jobs.get(run_id).experiment_id
        portal = visit(portal_server)

        def plainly(route):
            headers = {**route.request.headers, "accept": "*/*"}
            route.continue_(headers=headers)

        portal.page.route("**/logs/user_logs/**", plainly)
        portal.open(f"/experiments/{experiment}/runs/{run_id}?tab=logs")
        portal.sees("first")
        go.touch()
        portal.sees("second")

    def test_a_long_log_begins_at_its_end_and_is_searched_whole(self, portal_server, visit, jobs, cluster):
        script = """
            import sys
            for start in range(0, 400_000, 1000):
                sys.stdout.write("".join(f"line {n:07} of a long log\\n" for n in range(start, start + 1000)))
                if start in (3000, 200_000):
                    print(f"Needle at {start}")
        """
        run_id = jobs.submit(script, compute=cluster)
        jobs.wait(run_id, "Completed")
        portal = self.open(portal_server, visit, jobs, run_id)
        read = []
        portal.page.on("response", lambda one: "/logs/user_logs" in one.url and read.append(one.url))
        portal.sees("line 0399999")
        assert portal.page.locator(".log-line").count() < 200
        log = portal.page.get_by_role("log")
        log.evaluate("box => { box.scrollTop = 0; box.dispatchEvent(new Event('scroll')) }")
        portal.page.get_by_label("Follow").uncheck()
        portal.page.get_by_role("button", name="Load earlier lines").click()
        portal.page.wait_for_timeout(500)
        box = portal.page.get_by_role("searchbox", name="Search the log")
        box.fill("needle AT")
        portal.sees("– of 2")
        box.press("Enter")
        portal.sees("2 of 2")
        log.get_by_text("Needle at").wait_for()
        assert log.locator(".current").inner_text() == "Needle at 200000"
        box.press("Shift+Enter")
        portal.sees("1 of 2")
        log.locator(".current", has_text="3000").wait_for()
        portal.page.get_by_label("Follow").check()
        portal.sees("line 0399999")

    def test_everybody_can_use_it(self, portal_server, visit, jobs, cluster, look):
        script = """
            for colour in range(30, 38):
                start = f"\\x1b[{colour}mcolour {colour} of a line "
                print(start + f"\\x1b[{colour + 10}mon another\\x1b[0m" + " long" * 60)
        """
        run_id = jobs.submit(script, compute=cluster)
        jobs.wait(run_id, "Completed")
        portal = self.open(portal_server, visit, jobs, run_id, **look)
        portal.sees("colour 31")
        portal.page.get_by_role("searchbox", name="Search the log").fill("line")
        portal.sees("– of 8")
        assert portal.barriers() == []


class TestSteering:
    def test_a_run_is_renamed_described_and_tagged(self, portal_server, tracking, visit, run):
        portal = visit(portal_server).open(path_of(run, "overview"))
        portal.page.get_by_role("button", name="Edit").click()
        dialog = portal.page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("a better name <b>")
        dialog.get_by_label("Description").fill("**bold** <img src=x onerror=document.title='ran'>")
        dialog.get_by_role("button", name="Save").click()
        portal.page.get_by_role("heading", name="a better name <b>").wait_for()
        portal.page.locator(".prose strong", has_text="bold").wait_for()
        assert portal.page.locator(".prose img").count() == 0
        portal.page.get_by_role("button", name="Add tag").click()
        dialog.get_by_label("Tag").fill("team")
        dialog.get_by_label("Value").fill("vision")
        dialog.get_by_role("button", name="Add tag").click()
        portal.sees("vision")
        found = tracking.get_run(run.info.run_id)
        assert found.info.run_name == "a better name <b>"
        assert found.data.tags["team"] == "vision"
        portal.page.get_by_role("button", name="Remove tag: team").click()
        dialog.get_by_role("button", name="Remove tag").click()
        portal.page.get_by_text("vision").wait_for(state="detached")
        assert portal.page.title() != "ran"

    def test_a_run_is_deleted_once_it_is_sure(self, portal_server, tracking, visit, run):
        portal = visit(portal_server).open(path_of(run, "overview"))
        portal.page.get_by_role("button", name="Delete run").click()
        portal.page.get_by_role("dialog").get_by_role("button", name="Delete run").click()
        portal.page.wait_for_url(f"**/experiments/{run.info.experiment_id}")
        assert tracking.get_run(run.info.run_id).info.lifecycle_stage == "deleted"

    def test_child_runs_and_their_parent_lead_to_each_other(self, portal_server, tracking, visit, run):
        tags = {"mlflow.parentRunId": run.info.run_id}
        tracking.create_run(run.info.experiment_id, run_name="the child", tags=tags)
        portal = visit(portal_server).open(path_of(run, "overview"))
        portal.page.get_by_role("link", name="the child").click()
        portal.page.get_by_role("heading", name="the child").wait_for()
        portal.page.get_by_role("link", name=run.info.run_id).click()
        portal.page.get_by_role("link", name="the child").wait_for()


class TestCode:
    def test_a_job_shows_what_it_was_made_from(self, portal_server, visit, tmp_path):
        jobs = Submitter(portal_server, tmp_path)
        name = f"code-{uuid.uuid4().hex[:6]}"
        jobs.cluster(1, name)
        files = {"lib/part.py": "WORD = '<b>not bold</b>'\n"}
        run_id = jobs.submit(
            "print('it ran', __import__('sys').argv)", "--rate", "0 1", files=files, compute=name
        )
        jobs.wait(run_id, "Completed")
        experiment = jobs.get(run_id).experiment_id
        portal = visit(portal_server).open(f"/experiments/{experiment}/runs/{run_id}?tab=code")
        portal.page.get_by_role("list", name="Timeline").get_by_text("Ran").wait_for()
        portal.page.get_by_text("lib/", exact=True).click()
        portal.page.get_by_role("button", name="part.py").click()
        portal.sees("WORD = '<b>not bold</b>'")
        with portal.page.expect_download() as started:
            portal.page.get_by_role("link", name="Download all").click()
        with zipfile.ZipFile(started.value.path()) as opened:
            assert opened.namelist() == ["lib/part.py", "t.py"]
            opened.extractall(tmp_path / "again" / "code")
        text = (
            portal.page.locator("figure.code", has_text="With the command line").locator("pre").inner_text()
        )
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=tmp_path / "again",
            env=portal_server.environment(PATH=f"{LAZWARD.parent}{os.pathsep}{os.environ['PATH']}"),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "it ran ['t.py', '--rate', '0 1']" in done.stdout

    def test_everybody_can_use_it(self, portal_server, visit, tmp_path, look):
        jobs = Submitter(portal_server, tmp_path)
        name = f"code-{uuid.uuid4().hex[:6]}"
        jobs.cluster(1, name)
        run_id = jobs.submit("print(1)", compute=name)
        jobs.wait(run_id, "Completed")
        experiment = jobs.get(run_id).experiment_id
        portal = visit(portal_server, **look)
        for tab, seen in (("code", "Run it again"), ("overview", "Delete run")):
            portal.open(f"/experiments/{experiment}/runs/{run_id}?tab={tab}")
            portal.sees(seen)
            assert portal.barriers() == []
