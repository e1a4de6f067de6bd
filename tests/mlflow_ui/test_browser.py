"""MLflow's own pages in a real browser, on what a real client has logged."""

import shutil

import mlflow
import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
KNOWN = ("users/current", "assistant/", "gateway")
"""What the pages ask for that only MLflow's own server has; they do without."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian has it)"),
]


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--disable-dev-shm-usage", "--no-sandbox"]
        )
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def test_what_was_logged_is_there_to_be_seen(start_server, page):
    server = start_server("--auth", "off")
    mlflow.set_tracking_uri(server.url)
    experiment = mlflow.set_experiment("digits").experiment_id
    with mlflow.start_run(run_name="first-run") as run:
        for step in range(20):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_param("depth", "7")
        mlflow.log_text("hello", "notes/readme.txt")
    mlflow.MlflowClient().create_registered_model("my-model")
    wrong, complaints = [], []
    page.on("response", lambda answer: answer.status >= 400 and wrong.append((answer.status, answer.url)))
    page.on("console", lambda told: "Content Security Policy" in told.text and complaints.append(told.text))

    def sees(path, *texts):
        page.goto(f"{server.url}/mlflow/#/{path}?workspace=default")
        page.reload()  # behind a hash it is the same page
        for text in texts:
            page.get_by_text(text, exact=True).first.wait_for(timeout=30_000)

    sees("experiments", "digits")
    sees(f"experiments/{experiment}/runs", "first-run")
    sees(f"experiments/{experiment}/runs/{run.info.run_id}", "first-run", "depth", "7", "loss")
    sees(f"experiments/{experiment}/runs/{run.info.run_id}/model-metrics", "loss")
    page.locator(".js-plotly-plot").first.wait_for(timeout=30_000)
    sees(f"experiments/{experiment}/runs/{run.info.run_id}/artifacts", "notes")
    sees("models", "my-model")
    assert [one for one in wrong if not any(known in one[1] for known in KNOWN)] == []
    assert complaints == []
