"""The pages in a real browser, with what a real client has logged."""

import base64
import json
import os
import shutil
import uuid

import pytest
from tests.mlflow_ui.conftest import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs chromium")


@pytest.fixture
def logged(server, tmp_path, monkeypatch):
    """The name and id of an experiment, its runs, and a registered model."""
    from mlflow import MlflowClient

    monkeypatch.setitem(os.environ, "MLFLOW_TRACKING_TOKEN", server.token)
    client = MlflowClient(server.url, server.url)
    name = f"stones {uuid.uuid4().hex[:6]}"
    experiment = client.create_experiment(name)
    runs = [_run(client, experiment, number, tmp_path) for number in range(2)]
    model = f"cutter-{uuid.uuid4().hex[:6]}"
    client.create_registered_model(model)
    client.create_model_version(model, f"runs:/{runs[0]}/notes", run_id=runs[0], await_creation_for=0)
    return name, experiment, runs, model


def _run(client, experiment, number, folder):
    run = client.create_run(experiment, run_name=f"lapis-{number}").info.run_id
    client.log_param(run, "depth", number)
    for step in range(20):
        client.log_metric(run, "loss", 1 / (step + 1) + number, step=step)
    client.log_text(run, "hello stone", "notes/hello.txt")
    client.log_text(run, "<h1>Hi</h1><script>parent.ran = 1; window.ran = 1</script>", "page.html")
    (folder / "p.png").write_bytes(base64.b64decode(PIXEL))
    client.log_artifact(run, str(folder / "p.png"))
    client.set_terminated(run)
    return run


class Looking:
    """A page in Chromium, and what it asked and complained of."""

    def __init__(self, page, url):
        self.page = page
        self.url = url
        self.failed: list[str] = []
        self.complaints: list[str] = []
        page.on("response", self._answered)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _answered(self, response):
        if response.status >= 500:
            self.failed.append(f"{response.status} {response.url}")
        assert response.url.startswith((self.url, "blob:", "data:"))

    def _said(self, message):
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.complaints.append(message.text)

    def open(self, place, *texts):
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/mlflow/#{place}{'&' if '?' in place else '?'}workspace=default")
        for text in texts:
            self.page.get_by_text(text).first.wait_for(timeout=30_000)


@pytest.fixture
def looking(server, person):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        one = Looking(chromium.new_page(viewport={"width": 1400, "height": 900}), server.url)
        one.page.goto(f"{server.url}/mlflow")
        one.page.fill("[name=name]", person)
        one.page.fill("[name=password]", PASSWORD)
        one.page.click("button")
        one.page.wait_for_url("**/mlflow/**")
        yield one
        chromium.close()
    assert one.failed == []
    assert one.complaints == []


def test_an_experiment_and_its_runs_are_found(looking, logged):
    name, experiment, _, _ = logged
    looking.open("/experiments", name)
    looking.open(f"/experiments/{experiment}/runs", name, "lapis-0", "lapis-1")


@pytest.mark.slow
def test_a_run_is_shown_with_charts_and_files(looking, logged):
    _, experiment, runs, _ = logged
    run = f"/experiments/{experiment}/runs/{runs[0]}"
    looking.open(run, "lapis-0", "depth", "loss")
    looking.open(f"{run}/model-metrics", "loss")
    looking.page.locator(".js-plotly-plot .scatterlayer path").first.wait_for(
        timeout=30_000, state="attached"
    )
    looking.open(f"{run}/artifacts/notes/hello.txt", "hello stone")
    with looking.page.expect_response(lambda one: "get-artifact" in one.url and "p.png" in one.url) as got:
        looking.open(f"{run}/artifacts/p.png")
    assert got.value.status == 200


@pytest.mark.slow
def test_runs_are_compared_and_models_shown(looking, logged):
    _, experiment, runs, model = logged
    looking.open(f"/experiments/{experiment}/runs?compareRunsMode=CHART", "lapis-0")
    looking.page.locator(".js-plotly-plot").first.wait_for(timeout=30_000)
    looking.open(f"/compare-runs?runs={json.dumps(runs)}&experiments={json.dumps([experiment])}", "lapis-1")
    looking.open("/models", model)
    looking.open(f"/models/{model}", model)
    looking.open(f"/models/{model}/versions/1", model, "lapis-0")


@pytest.mark.slow
def test_a_page_changes_a_tag(looking, logged):
    _, _, runs, _ = logged
    looking.open("/experiments")
    status = looking.page.evaluate(
        """run => fetch('ajax-api/2.0/mlflow/runs/set-tag', {method: 'POST',
            headers: {'Content-Type': 'application/json'},
            body: JSON.stringify({run_uuid: run, key: 'seen', value: 'yes'})}).then(one => one.status)""",
        runs[0],
    )
    assert status == 200


@pytest.mark.slow
def test_a_file_of_markup_runs_no_script(looking, logged):
    _, experiment, runs, _ = logged
    with looking.page.expect_response(lambda one: "get-artifact" in one.url):
        looking.open(f"/experiments/{experiment}/runs/{runs[0]}/artifacts/page.html")
    looking.page.wait_for_timeout(2000)
    assert looking.page.evaluate("window.ran") is None
    looking.complaints.clear()  # the browser tells that it did not run it
