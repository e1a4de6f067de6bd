"""What holds on all pages: signing in, a server that is away, old links, keyboards and screen readers."""

import time
import uuid

import mlflow
import pytest
from tests.conftest import start

pytestmark = pytest.mark.slow


def test_who_is_not_signed_in_comes_back_to_the_page(portal_server, visit):
    name = f"person-{uuid.uuid4().hex[:8]}"
    with portal_server.client() as client:
        body = {"name": name, "password": "correct horse battery", "administrator": True}
        client.post("/api/v1/users", json=body).raise_for_status()
    portal = visit(portal_server, signed_in=False).open("/experiments?name=a%20b")
    portal.page.get_by_label("Name").fill(name)
    portal.page.get_by_label("Password").fill("correct horse battery")
    portal.page.get_by_role("button", name="Sign in", exact=True).click()
    portal.page.get_by_role("heading", name="Experiments").wait_for()
    assert portal.page.get_by_role("searchbox").input_value() == "a b"
    portal.page.get_by_role("link", name=name).click()
    portal.page.get_by_role("button", name="Sign out").click()
    portal.sees("Sign in")


def test_a_session_that_ends_leads_to_signing_in_and_back(portal_server, visit):
    portal = visit(portal_server, quiet=False).open("/jobs")
    portal.page.get_by_role("heading", name="Jobs").wait_for()
    portal.page.context.clear_cookies()
    portal.page.wait_for_url("**/login?next=%2Fjobs")


def test_a_server_that_is_away_is_waited_for(start_server, visit, monkeypatch):
    server = start_server()
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", server.token)
    tracking = mlflow.MlflowClient(server.url)
    made = tracking.create_experiment("away")
    tracking.create_run(made, run_name="before")
    portal = visit(server, quiet=False).open(f"/experiments/{made}")
    portal.sees("before")
    server.kill()
    portal.sees("The server does not answer")
    portal.sees("before")
    again = start(server.home, port=int(server.url.rpartition(":")[2]))
    try:
        portal.page.get_by_text("The server does not answer").wait_for(state="detached")
        portal.sees("before")
        tracking.create_run(made, run_name="after")
        portal.sees("after")
    finally:
        again.stop()


@pytest.mark.parametrize("text", ["2024", "0.5", "true", "[not a list"])
def test_texts_in_addresses_stay_what_they_are(portal_server, visit, text):
    portal = visit(portal_server).open(f"/experiments?name={text}")
    portal.page.get_by_role("heading", name="Experiments").wait_for()
    portal.page.wait_for_timeout(600)  # a text that was lost would be taken out of the address by now
    assert portal.page.get_by_role("searchbox").input_value() == text


@pytest.mark.parametrize("below", ["", "/workspaces/default"])
def test_links_that_clients_print_lead_to_the_page(portal_server, tracking, visit, below):
    run = tracking.create_run(tracking.create_experiment(uuid.uuid4().hex), run_name="linked")
    experiment_id, run_id = run.info.experiment_id, run.info.run_id
    portal = visit(portal_server)
    portal.open(f"{below}/#/experiments/{experiment_id}/runs/{run_id}")
    portal.page.get_by_role("heading", name="linked").wait_for()
    assert portal.page.url == f"{portal_server.url}{below}/experiments/{experiment_id}/runs/{run_id}"
    portal.open("/jobs").open(f"{below}/#/experiments/{experiment_id}")
    portal.page.get_by_role("link", name="linked").wait_for()
    assert portal.page.url == f"{portal_server.url}{below}/experiments/{experiment_id}"


def test_the_keyboard_reaches_everything_in_order(portal_server, visit):
    portal = visit(portal_server).open("/jobs")
    portal.page.get_by_role("heading", name="Jobs").wait_for()
    focused = "(document.activeElement.ariaLabel || document.activeElement.textContent)"
    order = []
    for _ in range(9):
        portal.page.keyboard.press("Tab")
        order.append(portal.page.evaluate(focused))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        shadow = "getComputedStyle(document.activeElement, '::after').borderTopStyle"
        assert portal.page.evaluate(outline) != "none" or portal.page.evaluate(shadow) != "none", order
    assert order[:8] == [
        "Skip to content", "Lazward: Home", "Workspace: default", "Experiments", "Models",
        "Jobs", "Environments", "Compute",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def furnished(portal_server):
    """Pages with something on each of them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_TOKEN", portal_server.token)
        tracking = mlflow.MlflowClient(portal_server.url)
        run = tracking.create_run(tracking.create_experiment(f"axe {time.time()}"), run_name="of all kinds")
        for step in range(10):
            tracking.log_metric(run.info.run_id, "loss", 1 / (step + 1), step=step)
        tracking.log_metric(run.info.run_id, "odd", float("nan"))
        tracking.log_param(run.info.run_id, "lr", 0.1)
        tracking.log_text(run.info.run_id, "some words", "notes.txt")
    below = f"/experiments/{run.info.experiment_id}"
    shown = f"{below}/runs/{run.info.run_id}"
    return {
        "/": "Recent runs",
        "/experiments": "axe",
        below: "of all kinds",
        shown: "lr",
        f"{shown}?tab=charts": "loss",
        f"{shown}?tab=artifacts&path=notes.txt": "some words",
        "/jobs": "Jobs",
        "/compute": "Compute",
    }


def test_nothing_serious_keeps_people_out(portal_server, visit, furnished, look):
    portal = visit(portal_server, **look)
    found = {}
    for path, seen in furnished.items():
        portal.open(path)
        portal.sees(seen)
        if barriers := portal.barriers():
            found[path] = barriers
    assert found == {}
