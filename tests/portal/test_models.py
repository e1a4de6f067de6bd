"""The registry and logged models in the portal: what a stock client made is seen, changed and deleted."""

import json
import re
import uuid
from urllib.parse import quote

import mlflow
import pytest
from tests.portal.conftest import Portal, member
from tests.portal.training import COLUMNS, Trained, train

pytestmark = pytest.mark.slow

HOSTILE = "<img src=x onerror=document.title='ran'>😀 \"'&%# ?"
LONG = HOSTILE + "very long " * 20


def fresh(word: str = "model") -> str:
    return f"{word} {uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def trained(portal_server) -> Trained:
    """A real model, with a version of it and an alias that points there."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_TOKEN", portal_server.token)
        made = train(portal_server.url, fresh("flowers"), fresh("iris"))
        client = mlflow.MlflowClient(portal_server.url)
        client.set_registered_model_alias(made.name, "champion", "1")
    return made


@pytest.fixture
def model(tracking) -> str:
    """A registered model with two versions whose files are nowhere."""
    name = fresh()
    tracking.create_registered_model(name)
    for _ in range(2):
        tracking.create_model_version(name, "mlflow-artifacts:/0/nowhere")
    return name


def path_of(trained: Trained) -> str:
    return f"/experiments/{trained.experiment_id}/models/{trained.model_id}"


def act(portal: Portal, button: str, verb: str | None = None, **fields: str) -> None:
    """Press a button, fill in what its dialog asks for, and do it."""
    portal.page.get_by_role("button", name=button).first.click()
    dialog = portal.page.get_by_role("dialog")
    for label, value in fields.items():
        dialog.get_by_label(label.replace("_", " ")).fill(value)
    dialog.get_by_role("button", name=verb or button, exact=True).click()
    dialog.wait_for(state="detached")


class TestModels:
    def test_they_are_searched_by_the_server(self, portal_server, tracking, visit):
        name = fresh("it's 100%")
        tracking.create_registered_model(
            name, tags={"team": name}, description=f"what it is for: what {name} is"
        )
        tracking.create_model_version(name, "mlflow-artifacts:/0/nowhere")
        portal = visit(portal_server).open("/models")
        box = portal.page.get_by_role("searchbox")
        box.fill(name.upper())
        row = portal.page.get_by_role("row", name=name)
        row.wait_for()
        assert "Version 1" in row.inner_text()
        assert "administrator" in row.inner_text()
        portal.sees("what it is for")
        box.fill("nothing is called this")
        portal.sees("No model matches.")
        box.fill(f"WHAT {name} IS")
        row.wait_for()
        box.fill(f"tags.team = '{name.replace(chr(39), chr(39) * 2)}'")
        portal.page.wait_for_url(re.compile("tags.team"))
        row.wait_for()
        box.fill("nothing is called this")
        portal.sees("No model matches.")

    def test_there_are_more_than_a_page(self, portal_server, tracking, visit):
        mark = uuid.uuid4().hex[:8]
        for number in range(55):
            tracking.create_registered_model(f"{mark} {number:02}")
        portal = visit(portal_server).open(f"/models?filter={mark}")
        portal.page.get_by_role("link", name=f"{mark} 00").wait_for()
        assert portal.page.get_by_role("link", name=mark).count() == 50
        portal.page.get_by_role("button", name="Show more").click()
        portal.page.get_by_role("link", name=f"{mark} 54").wait_for()

    def test_an_empty_registry_tells_how_to_fill_it(self, portal_server, visit):
        name = f"team-{uuid.uuid4().hex[:6]}"
        with portal_server.client() as client:
            client.post("/api/v1/workspaces", json={"name": name}).raise_for_status()
        portal = visit(portal_server).open(f"/workspaces/{name}/models")
        portal.sees(f'mlflow.set_tracking_uri("{portal_server.url}/workspaces/{name}")')


class TestModel:
    def test_description_tags_and_aliases_are_changed(self, portal_server, tracking, visit, model):
        portal = visit(portal_server).open(f"/models/{model}")
        act(portal, "Edit: Description", "Save", Description="Tells flowers apart.")
        portal.sees("Tells flowers apart.")
        act(portal, "Add tag", "Add", Key="team", Value="vision 😀")
        portal.sees("vision 😀")
        act(portal, "Set alias", Alias="champion", Version="1")
        portal.sees("version 1")
        found = tracking.get_registered_model(model)
        assert (found.description, found.tags) == ("Tells flowers apart.", {"team": "vision 😀"})
        assert found.aliases == {"champion": "1"}
        act(portal, "Set alias", Alias="champion", Version="2")
        portal.page.get_by_text("@champion →").get_by_text("version 2").wait_for()
        assert tracking.get_registered_model(model).aliases == {"champion": "2"}
        portal.page.get_by_role("button", name="Remove the alias champion").click()
        portal.sees("No aliases.")
        portal.page.get_by_role("button", name="Remove the tag team").click()
        portal.sees("No tags.")
        found = tracking.get_registered_model(model)
        assert (found.tags, found.aliases) == ({}, {})

    def test_what_the_server_refuses_stays_in_the_dialog(self, portal_server, visit, model):
        portal = visit(portal_server, quiet=False).open(f"/models/{model}")
        portal.page.get_by_role("button", name="Set alias").click()
        dialog = portal.page.get_by_role("dialog")
        dialog.get_by_label("Alias").fill("no alias!")
        dialog.get_by_role("button", name="Set alias").click()
        assert "Invalid alias name" in dialog.get_by_role("alert").inner_text()
        assert dialog.get_by_label("Alias").input_value() == "no alias!"

    def test_a_version_moves_and_takes_the_place_of_another(self, portal_server, tracking, visit, model):
        portal = visit(portal_server).open(f"/models/{model}")
        for version in ("1", "2"):
            portal.page.get_by_role("button", name=f"Change stage: Version {version}").click()
            dialog = portal.page.get_by_role("dialog")
            dialog.get_by_label("Move to").select_option("Production")
            assert dialog.get_by_label("Archive other versions").is_checked()
            dialog.get_by_role("button", name="Change stage").click()
            dialog.wait_for(state="detached")
        portal.page.get_by_role("row", name="Version 1").get_by_text("Archived").wait_for()
        portal.page.get_by_role("row", name="Version 2").get_by_text("Production").wait_for()
        stages = [tracking.get_model_version(model, version).current_stage for version in ("1", "2")]
        assert stages == ["Archived", "Production"]

    def test_without_archiving_both_stay(self, portal_server, tracking, visit, model):
        tracking.transition_model_version_stage(model, "1", "Staging")
        portal = visit(portal_server).open(f"/models/{model}/versions/2")
        portal.page.get_by_role("button", name="Change stage").click()
        dialog = portal.page.get_by_role("dialog")
        dialog.get_by_label("Move to").select_option("Staging")
        dialog.get_by_label("Archive other versions").uncheck()
        dialog.get_by_role("button", name="Change stage").click()
        portal.page.get_by_text("Staging").first.wait_for()
        dialog.wait_for(state="detached")
        stages = [tracking.get_model_version(model, version).current_stage for version in ("1", "2")]
        assert stages == ["Staging", "Staging"]

    def test_it_is_renamed_and_deleted(self, portal_server, tracking, visit, model):
        other = fresh(HOSTILE.replace("/", ""))
        tracking.set_registered_model_alias(model, "champion", "1")
        portal = visit(portal_server).open(f"/models/{model}")
        act(portal, "Rename", New_name=other)
        portal.page.get_by_role("heading", name=other).wait_for()
        portal.page.get_by_role("link", name="Version 2").click()
        portal.page.get_by_role("heading", name="Version 2").wait_for()
        portal.page.get_by_role("link", name=other).click()
        portal.page.get_by_role("button", name="Delete model").click()
        dialog = portal.page.get_by_role("dialog")
        dialog.get_by_text("2 versions; aliases: @champion").wait_for()
        dialog.get_by_role("textbox").fill(model)
        assert dialog.get_by_role("button", name="Delete model").is_disabled()
        dialog.get_by_role("textbox").fill(other)
        dialog.get_by_role("button", name="Delete model").click()
        portal.page.wait_for_url(f"{portal_server.url}/models")
        names = [one.name for one in tracking.search_registered_models(max_results=1000)]
        assert other not in names
        assert model not in names

    def test_a_version_is_deleted_with_its_aliases(self, portal_server, tracking, visit, model):
        tracking.set_registered_model_alias(model, "champion", "2")
        portal = visit(portal_server).open(f"/models/{model}/versions/2")
        portal.page.get_by_role("button", name="Delete version").click()
        dialog = portal.page.get_by_role("dialog")
        dialog.get_by_text("@champion").wait_for()
        dialog.get_by_role("button", name="Delete version").click()
        portal.page.get_by_role("heading", name=model).wait_for()
        portal.page.get_by_role("link", name="Version 2").wait_for(state="detached")
        assert [one.version for one in tracking.search_model_versions(f"name = '{model}'")] == ["1"]

    def test_markup_and_length_are_only_text(self, portal_server, tracking, visit):
        name = fresh(LONG[:220])
        tracking.create_registered_model(name, tags={"t": LONG + "x" * 500}, description=LONG * 3)
        tracking.create_model_version(
            name, "mlflow-artifacts:/0/nowhere", run_link="javascript:document.title='ran'", tags={"t": LONG}
        )
        tracking.create_model_version(
            name, "mlflow-artifacts:/0/nowhere", run_link="https://runs.example/1", description=LONG
        )
        portal = visit(portal_server, quiet=False)
        portal.open("/models?filter=onerror")
        portal.page.get_by_role("link", name=name).click()
        portal.page.get_by_role("heading", name=name).wait_for()
        portal.page.get_by_role("link", name="Version 1").click()
        portal.sees("javascript:document.title")
        assert portal.page.get_by_role("link", name="javascript:").count() == 0
        portal.sees(f"models:/{LONG[:10]}")
        portal.page.get_by_role("link", name=name).click()
        portal.page.get_by_role("link", name="Version 2").click()
        portal.page.get_by_role("link", name="https://runs.example/1").wait_for()
        assert portal.page.title() != "ran"
        assert portal.page.locator("img").count() == 0

    def test_a_model_file_may_be_missing_or_broken(self, portal_server, tracking, visit, tmp_path):
        name = fresh()
        tracking.create_registered_model(name)
        run = tracking.create_run("0")
        (tmp_path / "MLmodel").write_text("flavors: [unclosed\n\tx: !!python/object:os.system {}")
        tracking.log_artifact(run.info.run_id, str(tmp_path / "MLmodel"), "broken")
        (tmp_path / "MLmodel").write_text("flavors: [1, {}]\nsignature: 3\nsaved_input_example_info: x\n")
        tracking.log_artifact(run.info.run_id, str(tmp_path / "MLmodel"), "odd")
        for folder in ("broken", "odd", "absent"):
            tracking.create_model_version(name, f"{run.info.artifact_uri}/{folder}", run.info.run_id)
        portal = visit(portal_server).open(f"/models/{name}/versions/1")
        portal.sees("The MLmodel file cannot be read")
        portal.open(f"/models/{name}/versions/2?tab=schema")
        portal.sees("logged without a signature")
        portal.open(f"/models/{name}/versions/3")
        portal.sees("There is no MLmodel file at the source")


class TestVersion:
    def test_it_tells_where_it_comes_from_and_how_it_is_loaded(self, portal_server, visit, trained):
        portal = visit(portal_server).open(f"/models/{trained.name}/versions/1")
        portal.sees(f'mlflow.pyfunc.load_model("models:/{trained.name}/1")')
        portal.sees(f'mlflow.pyfunc.load_model("models:/{trained.name}@champion")')
        portal.sees("sklearn_version")
        portal.sees("scikit-learn")
        portal.page.get_by_role("row", name="flowers").get_by_text("quality: checked").wait_for()
        portal.page.get_by_role("link", name=trained.model_id).click()
        portal.page.wait_for_url(f"**{path_of(trained)}")
        portal.page.go_back()
        portal.page.get_by_role("link", name=f"training of {trained.name}").click()
        portal.page.wait_for_url(f"**/experiments/{trained.experiment_id}/runs/{trained.run_id}")
        portal.page.get_by_role("link", name=f"{trained.name}, version 1").click()
        portal.page.get_by_role("heading", name="Version 1").wait_for()

    def test_its_signature_and_example_are_tables(self, portal_server, visit, trained):
        portal = visit(portal_server).open(f"/models/{trained.name}/versions/1")
        portal.page.get_by_role("tab", name="Signature").click()
        inputs = portal.page.get_by_role("region", name="Inputs")
        assert inputs.get_by_role("rowheader").all_inner_texts() == COLUMNS
        assert "double" in inputs.inner_text()
        assert "long" in portal.page.get_by_role("region", name="Outputs").inner_text()
        params = portal.page.get_by_role("region", name="Parameters").inner_text()
        assert "threshold" in params
        assert "0.5" in params
        example = portal.page.get_by_role("region", name="Input example").get_by_role("table")
        example.wait_for()
        assert "4.5" in example.inner_text()
        portal.page.reload()
        portal.page.get_by_role("region", name="Inputs").wait_for()

    def test_tensors_and_what_is_nested_are_told_in_words(self, portal_server, tracking, visit, tmp_path):
        optional = {"type": "map", "values": {"type": "string"}, "required": False}
        nested = {"x": {"type": "long"}, "y": optional}
        inputs = [
            {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 28, 28]}},
            {"name": "a", "type": "array", "items": {"type": "object", "properties": nested}},
        ]
        text = f"flavors: {{}}\nsignature:\n  inputs: {json.dumps(json.dumps(inputs))}\n"
        example = {"dataframe_split": {"columns": ["q"], "data": [[number] for number in range(25)]}}
        text += "saved_input_example_info: {artifact_path: input_example.json}\n"
        (tmp_path / "MLmodel").write_text(text)
        (tmp_path / "input_example.json").write_text(json.dumps(example))
        run = tracking.create_run("0")
        for file in ("MLmodel", "input_example.json"):
            tracking.log_artifact(run.info.run_id, str(tmp_path / file), "model")
        name = fresh()
        tracking.create_registered_model(name)
        tracking.create_model_version(name, f"runs:/{run.info.run_id}/model", run.info.run_id)
        portal = visit(portal_server).open(f"/models/{name}/versions/1?tab=schema")
        portal.sees("tensor<float32> [*, 28, 28]")
        portal.sees("array<{x: long, y?: map<string>}>")
        portal.sees("The first 20 of 25 rows.")

    def test_its_files_are_looked_through(self, portal_server, visit, trained):
        portal = visit(portal_server).open(f"/models/{trained.name}/versions/1?tab=artifacts")
        portal.page.get_by_role("button", name="MLmodel").click()
        portal.page.get_by_text("model_uuid").first.wait_for()
        with portal.page.expect_download() as started:
            portal.page.get_by_role("link", name="Download").click()
        assert started.value.suggested_filename == "MLmodel"


class TestLoggedModels:
    def test_an_experiment_lists_and_filters_them(self, portal_server, visit, trained):
        portal = visit(portal_server, quiet=False).open(f"/experiments/{trained.experiment_id}")
        portal.page.get_by_role("link", name="Logged models").click()
        row = portal.page.get_by_role("row", name="classifier")
        row.wait_for()
        assert "0.97" in row.inner_text()
        box = portal.page.get_by_role("textbox", name="Filter")
        box.fill("metrics.accuracy > 0.98")
        portal.page.get_by_role("button", name="Apply").click()
        portal.sees("No model matches the filter.")
        box.fill("metrics.accuracy >>> 1")
        portal.page.get_by_role("button", name="Apply").click()
        assert ">" in portal.page.get_by_role("alert").inner_text()
        portal.page.get_by_role("button", name="Clear").click()
        row.get_by_role("link", name="classifier").click()
        portal.page.wait_for_url(f"**{path_of(trained)}")

    def test_one_tells_its_metrics_by_dataset_and_what_was_registered(self, portal_server, visit, trained):
        portal = visit(portal_server).open(path_of(trained))
        accuracy = portal.page.get_by_role("region", name="Metrics").get_by_role("row", name="accuracy")
        accuracy.wait_for()
        assert "flowers" in accuracy.inner_text()
        assert "penalty" in portal.page.get_by_role("region", name="Params").inner_text()
        portal.page.get_by_role("link", name=f"{trained.name}, version 1").wait_for()
        act(portal, "Add tag", "Add", Key="kept", Value="yes")
        portal.page.get_by_role("button", name="Remove the tag kept").click()
        portal.page.get_by_role("button", name="Remove the tag kept").wait_for(state="detached")
        portal.page.get_by_role("tab", name="Signature").click()
        portal.page.get_by_role("region", name="Inputs").wait_for()
        portal.page.get_by_role("tab", name="Artifacts").click()
        portal.page.get_by_role("button", name="requirements.txt").click()
        portal.sees("scikit-learn")

    def test_one_is_deleted(self, portal_server, tracking, visit):
        experiment = tracking.create_experiment(fresh())
        name = "<b>bold</b> 😀" + "n" * 480
        name = name.replace("/", "")
        made = tracking.create_logged_model(experiment, name=name)
        portal = visit(portal_server).open(f"/experiments/{experiment}/models")
        portal.page.get_by_role("link", name=name).click()
        portal.page.get_by_role("heading", name=name).wait_for()
        portal.page.get_by_role("button", name="Delete logged model").click()
        portal.page.get_by_role("dialog").get_by_role("button", name="Delete logged model").click()
        portal.sees("No models were logged in this experiment yet.")
        with pytest.raises(mlflow.exceptions.MlflowException, match="not found"):
            tracking.get_logged_model(made.model_id)


class TestRegistering:
    def register(self, portal, name):
        dialog = portal.page.get_by_role("dialog")
        dialog.get_by_label("Name of the registered model").fill(name)
        dialog.get_by_role("button", name="Register model").click()

    def test_a_runs_model_becomes_a_new_model_and_another_version(self, portal_server, visit, trained):
        name = fresh()
        portal = visit(portal_server)
        for version in ("1", "2"):
            portal.open(f"/experiments/{trained.experiment_id}/runs/{trained.run_id}")
            portal.page.get_by_role("button", name="Register model: classifier").click()
            self.register(portal, name)
            link = portal.page.get_by_role("dialog").get_by_role("link", name=f"{name}, version {version}")
            link.click()
            portal.page.get_by_role("heading", name=f"Version {version}").wait_for()
        with portal_server.client() as client:
            asked = {"name": name, "version": "2"}
            found = client.get("/api/2.0/mlflow/model-versions/get", params=asked).json()["model_version"]
            files = client.get("/api/v1/model-versions/artifacts", params=asked).json()["files"]
        assert (found["run_id"], found["model_id"]) == (trained.run_id, trained.model_id)
        assert "MLmodel" in [one["path"] for one in files]

    def test_a_folder_with_a_model_file_is_registered_from_the_artifacts(
        self, portal_server, tracking, visit, tmp_path
    ):
        run = tracking.create_run(tracking.create_experiment(fresh()))
        (tmp_path / "MLmodel").write_text("flavors: {}")
        tracking.log_artifact(run.info.run_id, str(tmp_path / "MLmodel"), "old/model")
        told = {"artifact_path": "old/model", "flavors": {"sklearn": {}}, "utc_time_created": "x"}
        history = json.dumps([told, told, 7])
        tracking.set_tag(run.info.run_id, "mlflow.log-model.history", history)
        name = fresh()
        path = f"/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"
        portal = visit(portal_server).open(f"{path}?tab=artifacts&path=old/model/MLmodel")
        portal.page.get_by_role("button", name="Register model: old/model").click()
        self.register(portal, name)
        portal.page.get_by_role("dialog").get_by_role("link", name=f"{name}, version 1").wait_for()
        assert tracking.get_model_version(name, "1").source == f"{run.info.artifact_uri}/old/model"
        portal.open(path)
        row = portal.page.get_by_role("region", name="Models").get_by_role("row", name="old/model/")
        row.get_by_role("link", name=f"{name}, version 1").wait_for()
        assert "sklearn" in row.inner_text()

    def test_a_name_that_cannot_be_is_refused_with_the_reason(self, portal_server, visit, trained):
        portal = visit(portal_server, quiet=False).open(path_of(trained))
        portal.page.get_by_role("button", name="Register model: classifier").click()
        self.register(portal, "a/b")
        portal.page.get_by_role("dialog").get_by_text("Names cannot contain '/' or ':'").wait_for()


def test_a_reader_sees_all_and_changes_nothing(portal_server, visit, trained):
    portal = visit(member(portal_server, "reader"))
    for path, seen in {
        "/models": "Models",
        f"/models/{trained.name}": "Version 1",
        f"/models/{trained.name}/versions/1": "sklearn_version",
        path_of(trained): "sklearn_version",
        f"/experiments/{trained.experiment_id}/runs/{trained.run_id}": "flowers",
    }.items():
        portal.open(path)
        portal.sees(seen)
        portal.page.wait_for_load_state("networkidle")
        for word in ("Edit", "Add", "Set", "Remove", "Change", "Rename", "Delete", "Register"):
            assert portal.page.get_by_role("button", name=word).count() == 0, (path, word)


def test_nothing_serious_keeps_people_out(portal_server, tracking, visit, trained, look):
    name = fresh(LONG[:200])
    tracking.create_registered_model(name, tags={"team": LONG}, description=LONG)
    tracking.create_model_version(name, "mlflow-artifacts:/0/nowhere", tags={"t": "x" * 500})
    tracking.transition_model_version_stage(name, "1", "Production")
    tracking.set_registered_model_alias(name, "champion", "1")
    version = f"/models/{trained.name}/versions/1"
    pages = {
        f"/models?filter={quote(trained.name)}": "champion",
        f"/models/{trained.name}": "Version 1",
        version: "sklearn_version",
        f"{version}?tab=schema": "threshold",
        f"{version}?tab=artifacts&path=MLmodel": "model_uuid",
        f"/experiments/{trained.experiment_id}/models": "classifier",
        path_of(trained): "accuracy",
        f"/experiments/{trained.experiment_id}/runs/{trained.run_id}": "flowers",
    }
    portal = visit(portal_server, **look)
    found = {}
    for path, seen in pages.items():
        portal.open(path)
        portal.sees(seen)
        if barriers := portal.barriers():
            found[path] = barriers
    portal.open("/models?filter=onerror")
    portal.page.get_by_role("link", name=name).click()
    portal.page.get_by_role("heading", name=name).wait_for()
    found["hostile"] = portal.barriers()
    portal.page.get_by_role("button", name="Delete model").click()
    portal.page.get_by_role("dialog").wait_for()
    found["dialog"] = portal.barriers()
    assert {where: told for where, told in found.items() if told} == {}
