"""The table of runs and the list of experiments in full: columns, groups, the tree, filters, bulk work."""

import csv
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, quote, urlsplit

import mlflow
import pytest
from mlflow.entities import Metric, Param, RunTag
from playwright.sync_api import expect
from tests.people import People

from lazward_server.auth.roles import Role
from lazward_server.http.workspace import DEFAULT

HOSTILE = "<img src=x onerror=document.title='ran'> 😀 " + "long" * 100
PARENT = "mlflow.parentRunId"


def experiment(tracking, **more):
    return tracking.create_experiment(f"table {uuid.uuid4().hex[:8]}", **more)


def logged(tracking, made, name, *, metrics=(), params=(), tags=(), over=True):
    run = tracking.create_run(made, run_name=name).info.run_id
    tracking.log_batch(
        run,
        [Metric(key, value, 1, 0) for key, value in dict(metrics).items()],
        [Param(key, value) for key, value in dict(params).items()],
        [RunTag(key, value) for key, value in dict(tags).items()],
    )
    if over:
        tracking.set_terminated(run)
    return run


def query_of(page):
    return parse_qs(urlsplit(page.url).query)


def names(portal):
    return [text for text in portal.page.get_by_role("link").all_inner_texts() if text.startswith("run-")]


def heads(portal):
    found = portal.page.get_by_role("columnheader").all()
    return [text for head in found if (text := head.inner_text().replace("⋮", "").strip(" ↓↑\n"))]


def choose(portal, column, item):
    """An item of a column's menu, by keyboard alone."""
    portal.page.get_by_role("button", name=f"Column {column}", exact=True).focus()
    portal.page.keyboard.press("Enter")
    portal.page.get_by_role("menuitem", name=item, exact=True).focus()
    portal.page.keyboard.press("Enter")


@pytest.fixture(scope="module")
def tracking_client(portal_server):
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_TOKEN", portal_server.token)
        yield mlflow.MlflowClient(portal_server.url)


@pytest.fixture(scope="module")
def six(tracking_client):
    """An experiment of six runs that are over, of three models."""
    made = experiment(tracking_client)
    for number in range(6):
        model = ("cnn", "mlp", "it's")[number % 3]
        logged(
            tracking_client,
            made,
            f"run-{number}",
            metrics={"loss": number / 2, "accuracy": 1 - number / 10},
            params={"model": model, "lr": "0.1"},
            tags={"team name": "vision"},
        )
    return made


@pytest.fixture
def table(portal_server, visit, six):
    portal = visit(portal_server).open(f"/experiments/{six}")
    portal.sees("run-5")
    return portal


@pytest.mark.slow
class TestColumns:
    def test_they_are_moved_pinned_widened_and_hidden_by_keyboard(self, table):
        assert heads(table)[:3] == ["Name", "Status", "Started"]
        choose(table, "Started", "Move left")
        expect(table.page.get_by_role("columnheader").nth(2)).to_contain_text("Started")
        choose(table, "loss (metrics)", "Pin to the left")
        expect(table.page.get_by_role("columnheader").nth(2)).to_contain_text("loss")
        choose(table, "User", "Hide column")
        expect(table.page.get_by_role("columnheader", name="User")).to_have_count(0)
        before = table.page.get_by_role("columnheader").nth(1).bounding_box()["width"]
        choose(table, "Name", "Wider")
        table.page.keyboard.press("Escape")
        shown = heads(table)
        table.page.reload()
        table.sees("run-5")
        assert (
            heads(table)
            == shown
            == ["Name", "loss", "Started", "Status", "Duration", "accuracy", "lr", "model"]
        )
        assert table.page.get_by_role("columnheader").nth(1).bounding_box()["width"] == before + 40

    def test_the_focus_comes_back_from_the_menu(self, table):
        button = table.page.get_by_role("button", name="Column Status", exact=True)
        button.focus()
        table.page.keyboard.press("Enter")
        table.page.get_by_role("menuitem").first.wait_for()
        table.page.keyboard.press("Escape")
        expect(button).to_be_focused()

    def test_they_are_dragged(self, table):
        head = table.page.locator(".head")
        head.filter(has_text="Duration").drag_to(head.filter(has_text="Status"))
        expect(table.page.get_by_role("columnheader").nth(2)).to_contain_text("Duration")
        box = table.page.get_by_role("columnheader").nth(2).bounding_box()
        table.page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 10)
        table.page.mouse.down()
        table.page.mouse.move(box["x"] + box["width"] + 57, box["y"] + 10, steps=4)
        table.page.mouse.up()
        table.page.wait_for_function("location.search.includes('duration%3A170')")
        assert table.page.get_by_role("columnheader").nth(2).bounding_box()["width"] == 170

    def test_pinned_ones_stay_in_sight(self, portal_server, visit, six):
        columns = json.dumps(["run_name", "start_time", "end_time", "run_id", "metrics.loss", "params.model"])
        portal = visit(portal_server, viewport={"width": 800, "height": 700})
        portal.open(f"/experiments/{six}?columns={quote(columns)}")
        name = portal.page.get_by_role("link", name="run-5")
        name.wait_for()
        before = name.bounding_box()["x"]
        portal.page.get_by_role("region", name="Runs").evaluate("box => box.scrollLeft = 5000")
        portal.page.get_by_role("columnheader", name="model").wait_for()
        assert name.bounding_box()["x"] == before

    def test_ten_thousand_keys_are_chosen_from(self, portal_server, tracking, visit):
        made = experiment(tracking)
        run = logged(tracking, made, "run-0")
        for start in range(0, 10_000, 1000):
            tracking.log_batch(run, [Metric(f"m{n:05}", n, 1, 0) for n in range(start, start + 1000)])
        portal = visit(portal_server).open(f"/experiments/{made}")
        portal.sees("run-0")
        portal.page.get_by_role("button", name="Columns").click()
        portal.sees("found,")
        assert portal.page.get_by_role("checkbox").count() < 60
        portal.page.get_by_role("searchbox", name="Search columns").fill("m09876")
        portal.page.get_by_role("checkbox", name="m09876 (metrics)").check()
        portal.page.keyboard.press("Escape")
        portal.page.get_by_role("columnheader", name="m09876").wait_for()
        portal.sees("9876")


@pytest.mark.slow
class TestGroups:
    def test_runs_are_grouped_by_a_param_with_figures(self, table):
        table.page.get_by_label("Group by").select_option("params.model")
        head = table.page.get_by_role("row").filter(has=table.page.get_by_role("button", name="cnn"))
        expect(head).to_contain_text("2 runs loaded")
        expect(head).to_contain_text("min 0, mean 0.75, max 1.5")
        order = table.page.locator(".grid-body .strong").all_inner_texts()
        assert order == ["it's", "mlp", "cnn"]  # as their first runs come
        table.page.get_by_role("button", name="it's").click()
        table.page.get_by_role("link", name="run-5").wait_for(state="detached")
        assert names(table) == ["run-4", "run-1", "run-3", "run-0"]
        table.page.reload()
        table.sees("run-4")
        assert names(table) == ["run-4", "run-1", "run-3", "run-0"]
        table.page.get_by_role("button", name="Unfold all").click()
        table.sees("run-5")
        table.page.get_by_role("button", name="Fold all").click()
        table.page.get_by_role("link", name="run-4").wait_for(state="detached")
        assert names(table) == []

    def test_the_menu_of_a_column_groups_too(self, table):
        choose(table, "model (params)", "Group by this")
        table.sees("2 runs loaded")
        choose(table, "model (params)", "Stop grouping")
        table.page.get_by_text("2 runs loaded").first.wait_for(state="detached")


@pytest.mark.slow
class TestTree:
    def test_child_runs_stand_below_their_parents_once_these_are_opened(self, portal_server, tracking, visit):
        made = experiment(tracking)
        parent = logged(tracking, made, "run-parent")
        child = logged(tracking, made, "run-child", tags={PARENT: parent})
        logged(tracking, made, "run-leaf", tags={PARENT: child})
        logged(tracking, made, "run-other")
        portal = visit(portal_server).open(f"/experiments/{made}")
        portal.sees("run-parent")
        assert names(portal) == ["run-other", "run-parent"]
        portal.page.get_by_role("button", name="Child runs of run-parent (1)").click()
        portal.page.get_by_role("button", name="Child runs of run-child (1)").click()
        portal.sees("run-leaf")
        assert names(portal) == ["run-other", "run-parent", "run-child", "run-leaf"]
        portal.page.reload()
        portal.sees("run-leaf")
        tracking.log_metric(child, "late", 0.625)
        portal.sees("0.625")
        portal.page.get_by_role("switch", name="Nested").uncheck()
        portal.page.get_by_role("button", name="Child runs of").first.wait_for(state="detached")
        assert names(portal) == ["run-other", "run-leaf", "run-child", "run-parent"]

    def test_runs_whose_parent_is_deleted_are_not_lost(self, portal_server, tracking, visit):
        made = experiment(tracking)
        gone = logged(tracking, made, "run-gone")
        stays = logged(tracking, made, "run-stays")
        logged(tracking, made, "run-orphan", tags={PARENT: gone})
        logged(tracking, made, "run-child", tags={PARENT: stays})
        portal = visit(portal_server).open(f"/experiments/{made}")
        portal.sees("run-stays")
        tracking.delete_run(gone)
        portal.sees("run-orphan")
        assert names(portal) == ["run-orphan", "run-stays"]


@pytest.mark.slow
class TestViews:
    def test_one_is_saved_for_all_and_shown_again(self, portal_server, tracking, visit):
        made = experiment(tracking)
        for number in range(3):
            logged(tracking, made, f"run-{number}", metrics={"loss": number})
        portal = visit(portal_server).open(
            f"/experiments/{made}?filter=metrics.loss%20%3E%200&order=metrics.loss"
        )
        portal.sees("run-2")
        portal.page.get_by_role("button", name="Views").click()
        portal.page.get_by_role("menuitem", name="Save this view").click()
        portal.page.get_by_label("Name of the view").fill(HOSTILE[:150])
        portal.page.get_by_role("dialog").get_by_role("button", name="Save").click()
        portal.page.get_by_role("button", name="Views: <img").wait_for()
        other = visit(portal_server).open(f"/experiments/{made}")
        other.sees("run-0")
        other.page.get_by_role("button", name="Views").click()
        other.page.get_by_role("menuitemradio", name="<img").click()
        other.page.get_by_role("link", name="run-0").wait_for(state="detached")
        assert names(other) == ["run-1", "run-2"]
        assert query_of(other.page) == query_of(portal.page)
        other.page.get_by_role("button", name="Views").click()
        other.page.get_by_role("menuitem", name="Delete saved views").click()
        other.page.get_by_role("checkbox", name="<img").check()
        other.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        other.page.get_by_role("dialog").wait_for(state="detached")
        assert not [key for key in tracking.get_experiment(made).tags if key.startswith("lazward.view.")]


@pytest.mark.slow
class TestFilter:
    def test_it_is_completed_from_the_keyboard(self, table):
        box = table.page.get_by_role("combobox", name="Filter")
        listed = table.page.get_by_role("listbox").get_by_role("option")
        box.focus()
        table.page.keyboard.press("ArrowDown")
        table.page.get_by_role("option", name="params.").wait_for()
        box.press_sequentially("mod")
        expect(listed).to_have_text(["params.modelparam"])
        assert box.get_attribute("aria-expanded") == "true"
        table.page.keyboard.press("ArrowDown")
        active = box.get_attribute("aria-activedescendant")
        assert table.page.locator(f"[id='{active}']").get_attribute("aria-selected") == "true"
        table.page.keyboard.press("Enter")
        expect(box).to_have_value("params.model ")
        table.page.keyboard.press("ArrowDown")
        table.page.keyboard.press("Tab")
        expect(box).to_have_value("params.model = ")
        expect(listed).to_have_text(["cnnvalue", "it'svalue", "mlpvalue"])
        table.page.get_by_role("option", name="it's").click()
        expect(box).to_have_value("params.model = 'it''s' ")
        box.press_sequentially("and te")
        table.page.get_by_role("option", name="tags.`team name`").wait_for()
        table.page.keyboard.press("Escape")
        expect(listed).to_have_count(0)
        box.fill("params.model = 'it''s'")
        table.page.keyboard.press("Enter")
        table.page.get_by_role("link", name="run-0").wait_for(state="detached")
        assert names(table) == ["run-5", "run-2"]

    def test_what_is_wrong_is_marked(self, portal_server, visit, six):
        portal = visit(portal_server, quiet=False).open(f"/experiments/{six}")
        portal.sees("run-5")
        box = portal.page.get_by_role("combobox", name="Filter")
        for text, wrong in {
            "params.model = '😀' and metrics.loss > 'high'": "'high'",
            "metrics.loss > 1 nand params.model = 'cnn'": "nand",
            "colour = 'red'": "colour",
            "metrics.loss >": "␣",
        }.items():
            box.fill(text)
            portal.page.keyboard.press("Enter")
            expect(portal.page.locator("mark")).to_have_text(wrong)
            selected = (
                "[...document.activeElement.value].join('').slice(document.activeElement.selectionStart,"
            )
            selected += " document.activeElement.selectionEnd)"
            assert portal.page.evaluate(selected) == wrong.replace("␣", "")
        assert portal.page.get_by_role("link", name="Export CSV").count() == 0
        portal.page.get_by_role("button", name="Clear").click()
        portal.sees("run-5")
        assert portal.page.get_by_role("alert").count() == 0

    def test_there_is_a_page_on_it(self, table):
        table.page.get_by_role("button", name="The filter language").click()
        table.sees("ILIKE ignores case")
        table.page.keyboard.press("Escape")
        table.page.get_by_text("ILIKE ignores case").wait_for(state="detached")


@pytest.mark.slow
class TestBulk:
    @pytest.fixture
    def three(self, tracking):
        made = experiment(tracking)
        return made, [logged(tracking, made, f"run-{number}") for number in range(3)]

    def select(self, portal, *numbers):
        for number in numbers:
            portal.page.get_by_role("checkbox", name=f"Select run-{number}").check()

    def test_a_tag_is_set_and_removed(self, portal_server, tracking, visit, three):
        made, runs = three
        tags = quote(json.dumps(["tags.stage"]))
        portal = visit(portal_server).open(f"/experiments/{made}?columns={tags}")
        portal.sees("run-2")
        self.select(portal, 0, 1)
        portal.page.get_by_role("button", name="Tag", exact=True).click()
        portal.page.get_by_label("Key").fill("stage")
        portal.page.get_by_label("Value").fill("ready")
        portal.page.get_by_role("dialog").get_by_role("button", name="Set a tag").click()
        portal.page.get_by_role("dialog").wait_for(state="detached")
        expect(portal.page.get_by_role("cell", name="ready")).to_have_count(2)
        assert [tracking.get_run(run).data.tags.get("stage") for run in runs] == ["ready", "ready", None]
        self.select(portal, 2)
        portal.page.get_by_role("button", name="Tag", exact=True).click()
        portal.page.get_by_role("radio", name="Remove a tag").check()
        portal.page.get_by_label("Key").fill("stage")
        portal.sees("2 of 3 runs have this tag")
        portal.page.get_by_role("dialog").get_by_role("button", name="Remove a tag").click()
        portal.page.get_by_role("cell", name="ready").first.wait_for(state="detached")
        assert [tracking.get_run(run).data.tags.get("stage") for run in runs] == [None] * 3

    def test_runs_are_deleted_and_restored(self, portal_server, tracking, visit, three):
        made, runs = three
        portal = visit(portal_server).open(f"/experiments/{made}")
        portal.sees("run-2")
        self.select(portal, 0, 2)
        portal.page.get_by_role("button", name="Delete", exact=True).click()
        portal.sees("can be restored")
        portal.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        portal.page.get_by_role("link", name="run-1").wait_for()  # which the dialog hides
        assert names(portal) == ["run-1"]
        assert tracking.get_run(runs[0]).info.lifecycle_stage == "deleted"
        portal.page.get_by_role("switch", name="Deleted").check()
        portal.sees("run-2")
        assert query_of(portal.page) == {"run_view_type": ["DELETED_ONLY"]}
        self.select(portal, 2)
        portal.page.get_by_role("button", name="Restore").click()
        portal.page.get_by_role("dialog").get_by_role("button", name="Restore").click()
        portal.page.get_by_role("link", name="run-0").wait_for()
        assert names(portal) == ["run-0"]
        portal.page.get_by_role("switch", name="Deleted").uncheck()
        portal.sees("run-2")
        assert names(portal) == ["run-2", "run-1"]

    def test_one_is_renamed(self, portal_server, tracking, visit, three):
        made, runs = three
        portal = visit(portal_server).open(f"/experiments/{made}")
        portal.sees("run-2")
        self.select(portal, 0)
        portal.page.get_by_role("button", name="Rename").click()
        portal.page.get_by_role("dialog").get_by_label("Name").fill("run-renamed")
        portal.page.keyboard.press("Enter")
        portal.page.get_by_role("link", name="run-renamed").wait_for()
        assert tracking.get_run(runs[0]).info.run_name == "run-renamed"

    def test_those_that_cannot_be_changed_are_named_and_tried_again(self, portal_server, visit, three):
        made, runs = three
        portal = visit(portal_server, quiet=False).open(f"/experiments/{made}")
        portal.sees("run-2")
        refused = {"error_code": "INVALID_STATE", "message": "The job is not over."}

        def answer(route):
            if runs[1] in route.request.post_data:
                route.fulfill(status=400, json=refused)
            else:
                route.continue_()

        portal.page.route("**/runs/delete", answer)
        self.select(portal, 0, 1, 2)
        portal.page.get_by_role("button", name="Delete", exact=True).click()
        portal.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        alert = portal.page.get_by_role("alert")
        expect(alert).to_contain_text("1 of 3 failed:")
        expect(alert).to_contain_text("run-1: The job is not over.")
        portal.page.unroute("**/runs/delete")
        portal.page.get_by_role("button", name="Try these again").click()
        portal.page.get_by_role("dialog").wait_for(state="detached")
        portal.sees("No runs here yet.")

    def test_shift_selects_all_between(self, portal_server, visit, three):
        portal = visit(portal_server).open(f"/experiments/{three[0]}")
        portal.page.get_by_role("checkbox", name="Select run-2").click()
        portal.page.get_by_role("checkbox", name="Select run-0").click(modifiers=["Shift"])
        portal.sees("3 selected")


@pytest.mark.slow
class TestRights:
    def test_readers_are_offered_nothing_that_they_may_not_do(
        self, portal_server, tracking, visit, monkeypatch
    ):
        made = experiment(tracking)
        logged(tracking, made, "run-0")
        with ThreadPoolExecutor() as aside:  # the browser's event loop would be in the way
            _, token = aside.submit(lambda: People(portal_server).member(DEFAULT.id, Role.READER)).result()
        monkeypatch.setattr(portal_server, "token", token)
        portal = visit(portal_server).open(f"/experiments/{made}")
        portal.page.get_by_role("checkbox", name="Select run-0").check()
        portal.sees("1 selected")
        assert portal.page.get_by_role("button", name="Compare", exact=True).count() == 1
        for name in ("Tag", "Rename", "Delete"):
            assert portal.page.get_by_role("button", name=name, exact=True).count() == 0
        assert portal.page.get_by_role("button", name="Actions for").count() == 0
        portal.page.get_by_role("button", name="Views").click()
        portal.page.get_by_role("menuitemradio", name="Usual view").wait_for()
        assert portal.page.get_by_role("menuitem", name="Save this view").count() == 0
        portal.open("/experiments")
        portal.page.get_by_role("link").first.wait_for()
        assert portal.page.get_by_role("button", name="New experiment").count() == 0


@pytest.mark.slow
class TestExport:
    def test_all_that_match_are_saved_with_the_columns_shown(self, table, tmp_path):
        table.page.get_by_role("combobox", name="Filter").fill("metrics.loss > 1.2")
        table.page.keyboard.press("Enter")
        table.page.get_by_role("link", name="run-0").wait_for(state="detached")
        choose(table, "loss (metrics)", "Move left")
        table.page.wait_for_function("location.search.includes('columns')")
        with table.page.expect_download() as started:
            table.page.get_by_role("link", name="Export CSV").click()
        started.value.save_as(tmp_path / "runs.csv")
        with (tmp_path / "runs.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        columns = ["run_id", "run_name", "status", "start_time", "duration", "user_id"]
        assert head == [*columns, "metrics.loss", "metrics.accuracy", "params.lr", "params.model"]
        assert [row[1] for row in rows] == ["run-5", "run-4", "run-3"]
        assert rows[0][6:] == ["2.5", "0.5", "0.1", "it's"]


@pytest.mark.slow
class TestLive:
    def test_runs_far_below_the_newest_move_while_they_are_in_sight(self, portal_server, tracking, visit):
        made = experiment(tracking)
        old = tracking.create_run(made, run_name="run-old", start_time=10**12).info.run_id
        with portal_server.client() as client:
            for number in range(90):
                body = {"experiment_id": made, "run_name": f"run-{number}", "start_time": 10**12 + 1 + number}
                made_run = client.post("/api/2.0/mlflow/runs/create", json=body).json()["run"]["info"][
                    "run_id"
                ]
                update = {"run_id": made_run, "status": "FINISHED", "end_time": 10**12 + 1000}
                client.post("/api/2.0/mlflow/runs/update", json=update).raise_for_status()
        asked = []
        portal = visit(portal_server)
        portal.page.on("request", lambda request: asked.append(request.post_data or ""))
        portal.open(f"/experiments/{made}?columns={quote(json.dumps(['metrics.loss']))}")
        portal.sees("run-89")
        portal.page.wait_for_timeout(2500)
        assert not [body for body in asked if old in body]
        portal.page.get_by_role("region", name="Runs").evaluate("box => box.scrollTop = box.scrollHeight")
        portal.sees("run-old")
        tracking.log_metric(old, "loss", 0.0625)
        portal.sees("0.0625")
        tracking.set_terminated(old)
        expect(portal.page.get_by_role("row").filter(has_text="run-old")).to_contain_text("Finished")


@pytest.mark.slow
class TestExperiments:
    def test_one_is_made_described_tagged_renamed_deleted_and_restored(self, portal_server, tracking, visit):
        name = f"made {uuid.uuid4().hex[:8]}"
        portal = visit(portal_server).open("/experiments")
        portal.page.get_by_role("button", name="New experiment").click()
        portal.page.get_by_role("dialog").get_by_label("Name").fill(name)
        portal.page.get_by_label("Description").fill("what it is about")
        portal.page.get_by_role("button", name="Create", exact=True).click()
        portal.page.get_by_role("heading", name=name).wait_for()
        portal.sees("what it is about")
        menu = portal.page.get_by_role("button", name="Actions for")
        menu.click()
        portal.page.get_by_role("menuitem", name="Description").click()
        portal.page.get_by_role("textbox", name="Description").fill(HOSTILE)
        portal.page.get_by_role("button", name="Save").click()
        portal.sees("<img src=x")
        menu.click()
        portal.page.get_by_role("menuitem", name="Tags").click()
        portal.page.get_by_label("Key").fill("team")
        portal.page.get_by_label("Value").fill("vision")
        portal.page.get_by_role("button", name="Add").click()
        portal.page.get_by_role("button", name="Remove the tag team").wait_for()
        portal.page.get_by_role("button", name="Close").click()
        found = tracking.get_experiment_by_name(name)
        assert found.tags == {"mlflow.note.content": HOSTILE, "team": "vision"}
        menu.click()
        portal.page.get_by_role("menuitem", name="Rename").click()
        portal.page.get_by_role("dialog").get_by_label("Name").fill(f"{name} anew")
        portal.page.get_by_role("dialog").get_by_role("button", name="Rename").click()
        portal.page.get_by_role("heading", name=f"{name} anew").wait_for()
        menu.click()
        portal.page.get_by_role("menuitem", name="Delete").click()
        portal.sees("can be restored")
        portal.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        portal.page.wait_for_url("**/experiments")
        portal.page.get_by_role("link", name=name).wait_for(state="detached")
        portal.page.get_by_role("switch", name="Deleted").check()
        portal.page.get_by_role("button", name=f"Actions for {name}").click()
        portal.page.get_by_role("menuitem", name="Restore").click()
        portal.page.get_by_role("dialog").get_by_role("button", name="Restore").click()
        portal.page.get_by_role("link", name=name).wait_for(state="detached")
        assert tracking.get_experiment(found.experiment_id).lifecycle_stage == "active"

    def test_a_name_that_is_taken_is_told(self, portal_server, tracking, visit):
        made = experiment(tracking)
        name = tracking.get_experiment(made).name
        portal = visit(portal_server, quiet=False).open("/experiments")
        portal.page.get_by_role("button", name="New experiment").click()
        portal.page.get_by_role("dialog").get_by_label("Name").fill(name)
        portal.page.get_by_role("button", name="Create", exact=True).click()
        expect(portal.page.get_by_role("alert")).to_contain_text(name)


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
def test_nothing_serious_keeps_people_out(portal_server, tracking, visit, six, look, locale):
    nested = experiment(tracking)
    parent = logged(tracking, nested, HOSTILE, metrics={"loss": 1})
    logged(tracking, nested, "run-child", tags={PARENT: parent})
    portal = visit(portal_server, locale=locale, quiet=False, **look)
    found = {}
    opened = quote(json.dumps([parent]))
    for path, seen in {
        f"/experiments/{nested}?opened={opened}": "run-child",
        f"/experiments/{six}?group=params.model": "cnn",
        f"/experiments/{six}?filter=metrics.loss%20%3E%20%27x%27": "Expected numeric",
        "/experiments": "table",
    }.items():
        portal.open(path)
        portal.sees(seen)
        found[path] = portal.barriers()
    portal.open(f"/experiments/{six}")
    portal.sees("run-5")
    for box in portal.page.get_by_role("checkbox").all()[1:3]:
        box.check()
    steps = {
        "selected": lambda: None,
        "column menu": portal.page.locator(".head .more").first.click,
        "columns": portal.page.locator(".tools .fui-Button").nth(1).click,
        "views": portal.page.locator(".tools .fui-Button").nth(0).click,
        "language": portal.page.locator(".filter .square").click,
        "tag": portal.page.locator(".selection .fui-Button").nth(1).click,
        "delete": portal.page.locator(".selection .fui-Button").nth(3).click,
        "suggestions": lambda: portal.page.get_by_role("combobox").first.press_sequentially("param"),
    }
    for name, step in steps.items():
        step()
        found[name] = portal.barriers()
        portal.page.keyboard.press("Escape")
    assert {name: barriers for name, barriers in found.items() if barriers} == {}
