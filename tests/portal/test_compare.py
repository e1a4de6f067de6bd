"""Runs beside each other: selecting them, and what is drawn and told of their differences."""

import csv
import json
import uuid
from pathlib import Path
from urllib.parse import quote

import mlflow
import pytest
from PIL import Image

HOSTILE = "<img src=x onerror=document.title='ran'>"
UNKNOWN = "0123456789abcdef" * 2
TABS = {
    "charts": "Chart of accuracy in 4 runs",
    "differences": "lr",
    "scatter": "Point at a run",
    "contour": "Height",
    "parallel": "Coloured by",
    "artifacts": "Choose a file to see it in all runs that have it.",
}


@pytest.fixture(scope="module")
def four(portal_server):
    """An experiment's id and the ids of its four runs, one of which has markup for a name."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_TOKEN", portal_server.token)
        tracking = mlflow.MlflowClient(portal_server.url)
        made = tracking.create_experiment(f"compared {uuid.uuid4().hex[:8]}")
        return made, [logged(tracking, made, number) for number in range(1, 5)]


def logged(tracking, made, number):
    run = tracking.create_run(made, run_name=HOSTILE if number == 4 else f"run-{number}").info.run_id
    for step in range(30):
        tracking.log_metric(run, "loss", number / (step + 1), step=step)
    tracking.log_metric(run, "accuracy", 1 - number / 20)
    tracking.log_metric(run, "odd", float("nan") if number == 2 else number)
    tracking.log_param(run, "lr", number / 10)
    tracking.log_param(run, "model", "cnn" if number % 2 else "mlp")
    tracking.log_param(run, "seed", 42)
    tracking.log_param(run, "formula", "=1+1" if number == 1 else "-0.5")
    if number < 4:
        tracking.log_text(run, f"layers: 3\nlr: {number if number < 3 else 1}\nend: yes\n", "conf/net.yaml")
        tracking.log_image(run, picture(number), artifact_file="drawn.png")
    return run


def picture(number):
    return Image.new("RGB", (40, 30), (60 * number, 80, 180))


def path_of(four, *more, tab="charts"):
    made, runs = four
    return f"/experiments/{made}/compare?tab={tab}&runs={quote(json.dumps([*runs, *more]))}"


def test_three_runs_are_selected_by_keyboard_and_compared(portal_server, visit, four):
    made, runs = four
    portal = visit(portal_server).open(f"/experiments/{made}")
    compare = portal.page.get_by_role("button", name="Compare", exact=True)
    for number in (1, 2, 3):
        portal.page.get_by_role("checkbox", name=f"Select run-{number}").focus()
        portal.page.keyboard.press("Space")
        portal.sees(f"{number} selected")
        assert compare.is_enabled() == (number > 1)
    compare.focus()
    portal.page.keyboard.press("Enter")
    portal.page.get_by_role("img", name="Chart of loss in 3 runs").locator("canvas").wait_for()
    portal.page.get_by_role("button", name="run-2").click()
    portal.page.get_by_role("img", name="Chart of loss in 2 runs").wait_for()
    portal.page.get_by_role("tab", name="Differences").click()
    portal.page.get_by_role("rowheader", name="lr").wait_for()
    assert portal.page.get_by_role("rowheader", name="seed").count() == 0
    portal.page.get_by_role("switch", name="Only differences").uncheck()
    portal.page.get_by_role("rowheader", name="seed").wait_for()
    assert all(run in portal.page.url for run in runs[:3])
    assert runs[3] not in portal.page.url


@pytest.mark.slow
class TestSelecting:
    def test_the_box_in_the_head_selects_what_is_loaded(self, portal_server, visit, four):
        portal = visit(portal_server).open(f"/experiments/{four[0]}")
        portal.page.get_by_role("checkbox", name="Select all loaded runs").check()
        portal.sees("4 selected")
        portal.page.get_by_role("button", name="Clear selection").click()
        assert portal.page.get_by_role("button", name="Compare", exact=True).is_disabled()
        assert portal.page.get_by_role("checkbox", checked=True).count() == 0


@pytest.mark.slow
class TestComparing:
    def test_what_differs_is_told_without_colours(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four, tab="differences"))
        row = portal.page.get_by_role("row").filter(has=portal.page.get_by_role("rowheader", name="model"))
        row.wait_for()
        told = row.get_by_role("cell").all_inner_texts()
        assert [text.replace("\xa0", " ") for text in told] == ["cnn", "≠ mlp", "cnn", "≠ mlp"]

    def test_markup_in_names_is_text(self, portal_server, visit, four):
        portal = visit(portal_server)
        for tab, seen in TABS.items():
            portal.open(path_of(four, tab=tab))
            portal.sees(HOSTILE)
            portal.page.get_by_text(seen).or_(portal.page.get_by_label(seen)).first.wait_for()
            assert portal.page.title() != "ran"
            assert portal.page.locator("img").count() == 0

    def test_an_id_that_is_none_is_named_and_the_others_shown(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four, UNKNOWN, "it's none"))
        portal.sees(f"{UNKNOWN}, it's none")
        portal.page.get_by_role("img", name="Chart of loss in 4 runs").wait_for()

    def test_what_is_no_number_is_told(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four))
        portal.sees("Not drawn, as no number: points of run-2")

    def test_charts_follow_a_run_under_way_and_the_tools(self, portal_server, tracking, visit, four):
        portal = visit(portal_server).open(path_of(four))
        portal.page.get_by_label("X axis").select_option("relative")
        portal.page.get_by_label("Logarithmic").check()
        portal.page.get_by_label("Search keys").fill("acc")
        portal.page.get_by_role("img", name="Chart of loss").wait_for(state="detached")
        portal.page.get_by_role("button", name="Hide all").click()
        portal.sees("All runs that logged this are hidden.")
        portal.page.get_by_role("button", name="Show all").click()
        portal.page.get_by_role("img", name="Chart of accuracy in 4 runs").wait_for()
        portal.page.get_by_label("Search keys").fill("")
        tracking.log_metric(four[1][0], "late", 1.0)
        portal.page.get_by_role("img", name="Chart of late in 1 run").wait_for()

    def test_pointing_at_a_line_names_its_run(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four))
        chart = portal.page.get_by_role("img", name="Chart of loss in 4 runs")
        chart.locator("canvas").wait_for()
        portal.page.get_by_role("button", name="run-3").hover()
        chart.get_by_text("run-3").wait_for()
        for x in (30, 1):  # on the way, as a hand moves
            chart.locator(".u-over").hover(position={"x": x, "y": 10})
        chart.get_by_text(f"{HOSTILE} · 0: 4").wait_for()

    def test_points_are_reached_by_keyboard_and_lead_to_their_runs(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four, tab="scatter"))
        portal.page.get_by_label("X axis").select_option("params.lr")
        portal.page.get_by_label("Y axis").select_option("metrics.accuracy")
        portal.page.get_by_role("link", name="run-1: lr 0.1, accuracy 0.95").focus()
        portal.page.keyboard.press("ArrowRight")
        portal.sees("run-2: lr 0.2, accuracy 0.9")
        portal.page.reload()
        portal.page.get_by_role("link", name="run-2: lr 0.2, accuracy 0.9").focus()
        portal.page.keyboard.press("Enter")
        portal.page.wait_for_url(f"**/runs/{four[1][1]}")

    def test_pointing_at_a_line_shows_its_run_everywhere(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four))
        loss = portal.page.get_by_role("img", name="Chart of loss in 4 runs")
        other = portal.page.get_by_role("img", name="Chart of accuracy in 4 runs")
        other.locator("canvas").wait_for()
        for x in (30, 1):
            loss.locator(".u-over").hover(position={"x": x, "y": 10})
        other.get_by_text(HOSTILE).wait_for()
        assert "pointed" in portal.page.get_by_role("button", name=HOSTILE).get_attribute("class")

    def test_a_metric_lies_over_two_params(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four, tab="contour"))
        portal.page.get_by_label("X axis").select_option("params.lr")
        portal.page.get_by_label("Y axis").select_option("params.model")
        portal.page.get_by_label("Height").select_option("metrics.accuracy")
        portal.page.locator(".bands path[fill]").nth(9).wait_for(state="attached")
        portal.page.reload()
        portal.page.get_by_role("link", name="run-2: lr 0.2, model mlp, accuracy 0.9").focus()
        portal.page.get_by_label("Y axis").select_option("metrics.accuracy")
        portal.sees("Three runs or more that do not stand in a line are needed for a surface.")
        assert portal.page.locator(".bands").count() == 0
        assert portal.page.locator("circle").count() == 4

    def test_pictures_stand_side_by_side(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four, tab="artifacts"))
        portal.page.get_by_role("button", name="drawn.png 3 runs").click()
        portal.page.get_by_role("img", name="drawn.png").nth(2).wait_for()
        portal.sees(f"Not in {HOSTILE}")
        portal.page.get_by_role("button", name="run-2").click()
        portal.page.locator("figure", has_text="run-2").wait_for(state="detached")
        assert portal.page.get_by_role("img", name="drawn.png").count() == 2

    def test_texts_stand_side_by_side_with_what_differs(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four, tab="artifacts"))
        portal.page.get_by_role("navigation", name="Artifacts").get_by_text("conf/").click()
        portal.page.get_by_role("button", name="net.yaml 3 runs").click()
        second = portal.page.locator("figure", has_text="run-2")
        second.locator("ins").get_by_text("+ lr: 2").wait_for()
        assert second.locator("del").all_inner_texts() == ["− lr: 1\n"]
        third = portal.page.locator("figure", has_text="run-3")
        third.get_by_text("Same as in the first run.").wait_for()
        assert third.locator("ins, del").count() == 0

    def test_the_table_is_saved_and_runs_no_formula(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four, tab="differences"))
        portal.page.get_by_role("rowheader", name="formula").wait_for()
        with portal.page.expect_download() as saving:
            portal.page.get_by_role("button", name="Download as CSV").click()
        text = Path(saving.value.path()).read_text("utf-8-sig")
        table = {row[1]: row for row in csv.reader(text.splitlines())}
        assert table["key"] == ["kind", "key", "run-1", "run-2", "run-3", HOSTILE]
        assert table["run_id"][2:] == four[1]
        assert table["formula"] == ["param", "formula", "'=1+1", "-0.5", "-0.5", "-0.5"]
        assert table["odd"] == ["metric", "odd", "1", "NaN", "3", "4"]
        assert "seed" not in table

    def test_axes_of_parallel_coordinates_are_chosen(self, portal_server, visit, four):
        portal = visit(portal_server).open(path_of(four, tab="parallel"))
        portal.page.get_by_role("button", name="Axes").click()
        portal.page.get_by_role("checkbox", name="seed (params)").check()
        portal.page.keyboard.press("Escape")
        drawing = portal.page.get_by_role("img", name="4 runs over")
        assert "seed" in drawing.get_attribute("aria-label")
        portal.page.locator("svg text").filter(has_text="mlp").wait_for()
        portal.page.reload()
        drawing.wait_for()
        assert "seed" in drawing.get_attribute("aria-label")

    def test_two_hundred_are_compared(self, portal_server, tracking, visit):
        made = tracking.create_experiment(f"many {uuid.uuid4().hex[:8]}")
        runs = []
        with portal_server.client() as client:
            for number in range(200):
                body = {"experiment_id": made, "run_name": f"run-{number}"}
                answer = client.post("/api/2.0/mlflow/runs/create", json=body).json()
                runs.append(answer["run"]["info"]["run_id"])
                metrics = [
                    {"key": key, "value": number / (step + 1), "timestamp": 10**12 + step, "step": step}
                    for key in ("a", "b", "c")
                    for step in range(20)
                ]
                params = [{"key": "lr", "value": str(number)}]
                batch = {"run_id": runs[-1], "metrics": metrics, "params": params}
                client.post("/api/2.0/mlflow/runs/log-batch", json=batch).raise_for_status()
        portal = visit(portal_server)
        portal.open(path_of((made, runs)))
        portal.page.get_by_role("img", name="Chart of c in 200 runs").locator("canvas").wait_for()
        portal.page.get_by_role("tab", name="Differences").click()
        portal.page.get_by_role("link", name="run-0", exact=True).wait_for()
        assert portal.page.get_by_role("cell").count() < 200
        portal.page.get_by_role("tab", name="Scatter").click()
        portal.page.locator("circle").nth(199).wait_for()


@pytest.mark.slow
def test_nothing_serious_keeps_people_out(portal_server, visit, four, look):
    portal = visit(portal_server, **look)
    found = {}
    for tab, seen in TABS.items():
        portal.open(path_of(four, UNKNOWN, tab=tab))
        portal.page.get_by_text(seen).or_(portal.page.get_by_label(seen)).first.wait_for()
        if barriers := portal.barriers():
            found[tab] = barriers
    portal.open(f"/experiments/{four[0]}")
    portal.page.get_by_role("checkbox", name="Select run-1").check()
    if barriers := portal.barriers():
        found["selection"] = barriers
    assert found == {}
