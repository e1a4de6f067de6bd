"""Settings: workspaces, members, people, tokens, the audit log, limits and the trash, and who may do what."""

import re
import uuid

import httpx
import mlflow
import pytest
from tests.portal.conftest import member

HOSTILE = "<img src=x onerror=document.title='ran'>😀 \"'&"
PASSWORD = "correct horse battery"
V1 = "/api/v1/"
NAME = re.compile("^Name")


@pytest.fixture
def name():
    return f"s{uuid.uuid4().hex[:8]}"


@pytest.fixture
def client(portal_server):
    with portal_server.client() as made:
        yield made


@pytest.fixture
def workspace(client, name):
    """A workspace of its own, by its name."""
    client.post(f"{V1}workspaces", json={"name": name, "description": HOSTILE}).raise_for_status()
    return name


def dialog(portal):
    return portal.page.get_by_role("dialog")


def press(portal, label, **options):
    dialog(portal).get_by_role("button", name=label, exact=True).click(**options)
    dialog(portal).wait_for(state="detached")


def shown_token(portal):
    """The token just made, as it is shown the one time."""
    shown = portal.page.get_by_role("alertdialog")
    shown.get_by_text("It cannot be shown again.").wait_for()
    token = shown.locator("pre").inner_text()
    shown.get_by_role("button", name="Done").click()
    shown.wait_for(state="detached")
    return token


def row(portal, text):
    return portal.page.get_by_role("row").filter(has_text=text)


def deleted_run(tracking, experiment_id, name, content="x" * 1000):
    run = tracking.create_run(experiment_id, run_name=name)
    tracking.log_text(run.info.run_id, content, "file.txt")
    tracking.delete_run(run.info.run_id)
    return run.info.run_id


def test_a_token_is_shown_once_and_works(portal_server, visit, name):
    portal = visit(portal_server).open("/settings/tokens")
    portal.page.get_by_role("button", name="New token").click()
    dialog(portal).get_by_label("Name").fill(HOSTILE + name)
    dialog(portal).get_by_label("Workspace").select_option("default")
    dialog(portal).get_by_label("Rights at most").select_option("reader")
    dialog(portal).get_by_role("button", name="Create", exact=True).click()
    token = shown_token(portal)
    assert token not in portal.page.content()
    row(portal, name).get_by_text("default, 8 permissions").wait_for()
    portal.page.reload()
    row(portal, name).wait_for()
    assert token not in portal.page.content()
    assert portal.page.title() != "ran"
    shown = {"Authorization": f"Bearer {token}"}
    listed = httpx.get(f"{portal_server.url}/api/v1/jobs", headers=shown)
    assert listed.status_code == 200
    refused = httpx.post(
        f"{portal_server.url}/api/2.0/mlflow/experiments/create", headers=shown, json={"name": name}
    )
    assert refused.status_code == 403
    row(portal, name).get_by_role("button", name="Revoke").click()
    press(portal, "Revoke")
    row(portal, name).wait_for(state="detached")
    assert httpx.get(f"{portal_server.url}/api/v1/jobs", headers=shown).status_code == 401


@pytest.mark.slow
class TestWorkspaces:
    def test_one_is_made_described_limited_and_deleted(self, portal_server, visit, client, name):
        portal = visit(portal_server).open("/settings/workspaces")
        portal.page.get_by_role("button", name="New workspace").click()
        dialog(portal).get_by_role("textbox", name=NAME).fill("no name")
        portal.sees("Such a name is not possible.")
        dialog(portal).get_by_role("textbox", name=NAME).fill(name)
        dialog(portal).get_by_label("Resource group").fill(f"g{name}")
        portal.sees("There is no such group yet")
        press(portal, "Create")
        portal.page.get_by_role("link", name=name).click()
        portal.page.wait_for_url(f"**/workspaces/{name}/settings")
        portal.page.get_by_role("button", name="Edit").click()
        dialog(portal).get_by_label("Display name").fill("Street signs")
        dialog(portal).get_by_label("Description").fill(HOSTILE)
        dialog(portal).get_by_label("Tags").fill("no tag")
        portal.sees("Each line needs a key and =.")
        dialog(portal).get_by_label("Tags").fill("team=vision\ncost = 7 = x")
        press(portal, "Save")
        portal.sees("Street signs")
        portal.sees("cost=7 = x")
        found = client.get(f"{V1}workspaces/{name}").json()
        assert (found["group"], found["description"]) == (f"g{name}", HOSTILE)
        portal.page.get_by_role("button", name="Set limits").click()
        dialog(portal).get_by_label("Most artifacts, in GB").fill("1.5")
        dialog(portal).get_by_label("Most runs").fill("1.5")
        assert dialog(portal).get_by_role("button", name="Save").is_disabled()
        dialog(portal).get_by_label("Most runs").fill("20")
        press(portal, "Save")
        portal.sees("0 B of 1.5 GB")
        portal.sees("0 of 20")
        found = client.get(f"{V1}workspaces/{name}").json()
        assert (found["most_artifact_bytes"], found["most_runs"]) == (1_500_000_000, 20)
        assert found["most_requests"] is None
        portal.page.get_by_role("button", name="Count files again").click()
        portal.page.get_by_role("button", name="Delete workspace").click()
        portal.sees("1 experiment (0 B of artifacts)")
        dialog(portal).get_by_role("button", name="Delete for good").click()
        portal.page.wait_for_url("**/workspaces/default/")
        assert client.get(f"{V1}workspaces/{name}").status_code == 404
        assert portal.page.title() != "ran"

    def test_a_group_goes_with_all_its_workspaces(self, portal_server, visit, client, name):
        for one in (f"{name}1", f"{name}2"):
            body = {"name": one, "group": f"g{name}", "create_group": True}
            client.post(f"{V1}workspaces", json=body).raise_for_status()
        portal = visit(portal_server).open("/settings/workspaces")
        line = row(portal, f"g{name}").filter(has_text=f"{name}1, {name}2")
        line.get_by_role("button", name="Edit").click()
        dialog(portal).get_by_label("Tags").fill("a=b")
        press(portal, "Save")
        line.get_by_text("a=b").wait_for()
        line.get_by_role("button", name="Delete").click()
        portal.sees(f"Workspaces that go: {name}1, {name}2")
        press(portal, "Delete for good")
        line.wait_for(state="detached")
        assert client.get(f"{V1}groups/g{name}").status_code == 404

    def test_the_first_one_stays(self, portal_server, visit):
        portal = visit(portal_server).open("/settings")
        portal.sees("so it stays")
        assert portal.page.get_by_role("button", name="Delete workspace").count() == 0


@pytest.mark.slow
class TestMembers:
    def test_an_owner_gives_changes_and_takes_roles(self, portal_server, visit, client, workspace, name):
        client.post(f"{V1}users", json={"name": f"pipe.{name}", "kind": "service"}).raise_for_status()
        portal = visit(member(portal_server, "owner", workspace), quiet=False)
        portal.open(f"/workspaces/{workspace}/settings/members")
        portal.page.get_by_role("button", name="Add member").click()
        dialog(portal).get_by_label("User name").fill("nobody.is.called.this")
        dialog(portal).get_by_role("button", name="Add", exact=True).click()
        dialog(portal).get_by_text("There is no user").wait_for()
        dialog(portal).get_by_label("User name").fill(f"pipe.{name}")
        dialog(portal).get_by_label("Role").select_option("contributor")
        press(portal, "Add")
        role = row(portal, f"pipe.{name}").get_by_role("combobox")
        assert role.input_value() == "contributor"
        role.select_option("reader")
        portal.page.wait_for_timeout(500)
        members = f"{V1}workspaces/{workspace}/members"
        held = {one["user"]: one["role"] for one in client.get(members).json()["members"]}
        assert held[f"pipe.{name}"] == "reader"
        row(portal, f"pipe.{name}").get_by_role("button", name="Remove").click()
        press(portal, "Remove")
        row(portal, f"pipe.{name}").wait_for(state="detached")

    def test_the_last_owner_reads_why_not(self, portal_server, visit, client, workspace):
        server = member(portal_server, "owner", workspace)
        client.delete(f"{V1}workspaces/{workspace}/members/administrator").raise_for_status()
        portal = visit(server, quiet=False).open(f"/workspaces/{workspace}/settings/members")
        portal.page.get_by_role("button", name="Remove").click()
        dialog(portal).get_by_role("button", name="Remove", exact=True).click()
        dialog(portal).get_by_text("without an owner").wait_for()


@pytest.mark.slow
class TestPeople:
    def test_one_is_made_signs_in_and_is_kept_out(self, portal_server, visit, client, name):
        portal = visit(portal_server).open("/settings/people")
        portal.page.get_by_role("button", name="New user").click()
        dialog(portal).get_by_label("Name").fill(name)
        dialog(portal).get_by_label("Email").fill(f"{name}@example.com")
        dialog(portal).get_by_label("Password").fill("short")
        portal.sees("At least 10 characters.")
        dialog(portal).get_by_role("button", name="Generate").click()
        first = dialog(portal).get_by_label("Password").input_value()
        assert len(first) == 20
        press(portal, "Create")
        portal.page.get_by_role("searchbox").fill(name)
        row(portal, f"{name}@example.com").get_by_role("button", name="Set password").click()
        dialog(portal).get_by_label("Password").fill(PASSWORD)
        press(portal, "Save")

        def login(password):
            body = {"name": name, "password": password}
            return httpx.post(f"{portal_server.url}/api/v1/login", json=body).status_code

        assert (login(first), login(PASSWORD)) == (401, 200)
        row(portal, name).get_by_role("button", name="Edit").click()
        dialog(portal).get_by_label("Disabled").check()
        press(portal, "Save")
        row(portal, name).get_by_text("Disabled").wait_for()
        assert login(PASSWORD) == 401
        row(portal, name).get_by_role("button", name="Remove").click()
        press(portal, "Remove")
        portal.sees("Nobody is called that.")
        assert client.get(f"{V1}users/{name}").status_code == 404

    def test_a_service_account_is_given_a_token(self, portal_server, visit, name):
        portal = visit(portal_server).open("/settings/people")
        portal.page.get_by_role("button", name="New user").click()
        dialog(portal).get_by_label("Kind").select_option("service")
        assert dialog(portal).get_by_label("Password").count() == 0
        dialog(portal).get_by_label("Name").fill(name)
        press(portal, "Create")
        assert row(portal, name).get_by_role("button", name="Set password").count() == 0
        row(portal, name).get_by_role("link", name="Tokens").click()
        portal.page.get_by_role("heading", name=f"Tokens of {name}").wait_for()
        portal.page.get_by_role("button", name="New token").click()
        dialog(portal).get_by_label("Name").fill("nightly")
        dialog(portal).get_by_label("Expires").select_option("")
        dialog(portal).get_by_role("button", name="Create", exact=True).click()
        token = shown_token(portal)
        me = httpx.get(f"{portal_server.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert me.json()["name"] == name
        portal.page.get_by_role("switch", name="Everybody's").check()
        line = row(portal, name).filter(has_text="nightly")
        line.wait_for()
        line.get_by_role("button", name="Revoke").click()
        press(portal, "Revoke")
        line.wait_for(state="detached")


@pytest.mark.slow
class TestAudit:
    def test_it_is_searched_by_the_address_and_goes_on_and_on(self, portal_server, visit, client, workspace):
        for number in range(130):
            body = {"name": f"{HOSTILE} {workspace} {number}"}
            client.post(
                f"/workspaces/{workspace}/api/2.0/mlflow/experiments/create", json=body
            ).raise_for_status()
        portal = visit(portal_server).open(f"/settings/audit?workspace={workspace}&action=experiments")
        portal.page.get_by_role("row").nth(100).wait_for()
        first = portal.page.get_by_role("row").nth(1)
        first.get_by_text(f"{workspace} 129").first.wait_for()
        first.locator("summary").click()
        first.get_by_text("IP address").wait_for()
        portal.page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
        portal.page.get_by_role("row").nth(130).wait_for()
        assert portal.page.get_by_role("button", name="Show more").count() == 0
        portal.page.get_by_label("Any text").fill(f"{workspace} 77")
        portal.page.get_by_role("button", name="Apply").click()
        row(portal, f"{workspace} 129").wait_for(state="detached")
        assert portal.page.get_by_role("row").count() == 2
        portal.page.get_by_label("From", exact=True).fill("2999-01-01T00:00")
        portal.page.get_by_role("button", name="Apply").click()
        portal.sees("No entry matches.")
        portal.page.reload()
        portal.sees("No entry matches.")
        assert portal.page.get_by_label("Any text").input_value() == f"{workspace} 77"
        assert portal.page.title() != "ran"

    def test_owners_see_their_workspace_and_no_other(self, portal_server, visit, client, workspace):
        client.post("/api/2.0/mlflow/experiments/create", json={"name": f"elsewhere {workspace}"})
        portal = visit(member(portal_server, "owner", workspace)).open(
            f"/workspaces/{workspace}/settings/audit"
        )
        portal.sees(f"Audit log of {workspace}")
        portal.sees("workspaces.members.set")
        assert portal.page.get_by_text(f"elsewhere {workspace}").count() == 0


@pytest.mark.slow
class TestTrash:
    @pytest.fixture
    def trash(self, start_server, monkeypatch):
        """A server of its own, since all of its trash is removed, and a client of it."""
        server = start_server()
        monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", server.token)
        return server, mlflow.MlflowClient(server.url)

    def test_what_is_removed_for_good_frees_its_bytes(self, trash, visit, eventually):
        server, tracking = trash
        kept, gone = tracking.create_experiment("kept"), tracking.create_experiment("gone")
        one, other = deleted_run(tracking, kept, HOSTILE), deleted_run(tracking, kept, "other")
        deleted_run(tracking, gone, "in it")
        tracking.delete_experiment(gone)

        def used():
            with server.client() as client:
                return client.get(f"{V1}workspaces/default/usage").json()["artifact_bytes"]

        eventually(lambda: used() == 3000)
        portal = visit(server).open("/settings/trash")
        row(portal, "gone").get_by_role("button", name="Restore").click()
        portal.sees("gone is back.")
        row(portal, "gone").filter(has=portal.page.get_by_role("button")).nth(0).wait_for(state="detached")
        assert tracking.get_experiment(gone).lifecycle_stage == "active"
        row(portal, HOSTILE).get_by_role("button", name="Remove for good").click()
        portal.sees("1 run, 1 file (1.0 kB of artifacts)")
        assert tracking.get_run(one).info.lifecycle_stage == "deleted"
        press(portal, "Remove for good")
        portal.sees("Removed for good: 1 run, 1 file (1.0 kB of artifacts).")
        row(portal, HOSTILE).wait_for(state="detached")
        eventually(lambda: used() == 2000)
        row(portal, "other").get_by_role("button", name="Restore").click()
        row(portal, "other").wait_for(state="detached")
        assert tracking.get_run(other).info.lifecycle_stage == "active"
        assert portal.page.title() != "ran"

    def test_all_of_it_goes_at_once(self, trash, visit):
        server, tracking = trash
        made = [tracking.create_experiment(f"e{number}") for number in range(2)]
        for number in range(3):
            deleted_run(tracking, made[0], f"run {number}")
        tracking.delete_experiment(made[1])
        portal = visit(server).open("/settings/trash")
        portal.page.get_by_role("button", name="Remove runs").click()
        dialog(portal).get_by_label("Which").select_option("Those deleted more than 7 days ago")
        portal.sees("Nothing (0 B of artifacts)")
        dialog(portal).get_by_label("Which").select_option("All")
        portal.sees("3 runs, 3 files (3.0 kB of artifacts)")
        press(portal, "Remove for good")
        portal.sees("Removed for good: 3 runs")
        portal.page.get_by_role("button", name="Remove experiments").click()
        portal.sees("1 experiment (0 B of artifacts)")
        press(portal, "Remove for good")
        portal.page.get_by_text("Nothing is deleted.").nth(1).wait_for()

    def test_what_a_model_stands_on_stays_and_says_why(self, trash, visit):
        server, tracking = trash
        run_id = tracking.create_run(tracking.create_experiment("e"), run_name="held").info.run_id
        tracking.create_registered_model("model")
        tracking.create_model_version("model", f"runs:/{run_id}/m", run_id)
        tracking.delete_run(run_id)
        portal = visit(server).open("/settings/trash")
        row(portal, "held").get_by_role("button", name="Remove for good").click()
        dialog(portal).get_by_text(f"{run_id} stays").wait_for()

    def test_there_is_more_than_a_page(self, trash, visit):
        server, tracking = trash
        made = tracking.create_experiment("e")
        for number in range(120):
            run = tracking.create_run(made, run_name=f"run {number:03}")
            tracking.delete_run(run.info.run_id)
        portal = visit(server).open("/settings/trash")
        row(portal, "run 119").wait_for()
        portal.page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
        row(portal, "run 000").wait_for()
        portal.page.get_by_role("searchbox").fill("RUN 05")
        row(portal, "run 119").wait_for(state="detached")
        assert row(portal, "run 05").count() == 10


@pytest.mark.slow
class TestRights:
    def test_a_reader_reads(self, portal_server, visit, client, workspace):
        experiment = client.post(
            f"/workspaces/{workspace}/api/2.0/mlflow/experiments/create", json={"name": "thrown away"}
        ).json()["experiment_id"]
        client.post(
            f"/workspaces/{workspace}/api/2.0/mlflow/experiments/delete", json={"experiment_id": experiment}
        ).raise_for_status()
        portal = visit(member(portal_server, "reader", workspace))
        at = f"/workspaces/{workspace}/settings"
        portal.open(at).sees("Only owners of the workspace and administrators delete it.")
        sections = portal.page.get_by_role("navigation", name="Settings")
        assert sections.get_by_role("link").all_inner_texts() == [
            "General", "Trash", "Workspaces", "Tokens", "Account",
        ]  # fmt: skip
        portal.open(f"{at}/trash").sees("thrown away")
        for path in ("", "/trash", "/workspaces"):
            portal.open(at + path).sees(workspace)
            portal.page.wait_for_timeout(300)
            inside = portal.page.locator(".settings-part").get_by_role("button")
            assert inside.all_inner_texts() == [], path
        for path, told in (
            ("/members", "Your role in this workspace does not include this."),
            ("/audit", "Your role in this workspace does not include this."),
            ("/people", "Only administrators of the server see this."),
        ):
            portal.open(at + path).sees(told)
        portal.open(f"{at}/tokens?all=yes").sees("Your tokens")
        portal.page.get_by_role("button", name="New token").wait_for()

    def test_an_owner_may_all_but_what_is_the_servers(self, portal_server, visit, workspace):
        portal = visit(member(portal_server, "owner", workspace))
        portal.open(f"/workspaces/{workspace}/settings")
        for verb in ("Edit", "Count files again", "Delete workspace"):
            portal.page.get_by_role("button", name=verb).wait_for()
        assert portal.page.get_by_role("button", name="Set limits").count() == 0
        portal.open(f"/workspaces/{workspace}/settings/workspaces").sees(workspace)
        assert portal.page.get_by_role("button", name="New workspace").count() == 0
        portal.open(f"/workspaces/{workspace}/settings/people").sees("Only administrators")


@pytest.mark.slow
def test_nothing_serious_keeps_people_out(portal_server, visit, tracking, client, workspace, look):
    deleted_run(tracking, tracking.create_experiment(HOSTILE + workspace), HOSTILE + "x" * 500)
    limits = {"most_artifact_bytes": 10**6, "most_runs": 5}
    client.put(f"{V1}workspaces/default/limits", json=limits).raise_for_status()
    portal = visit(portal_server, **look)
    found = {}
    pages = {
        "": "Set limits",
        "/members": "Add member",
        "/trash": "Remove runs",
        "/workspaces": "New workspace",
        "/people": "New user",
        "/tokens": "New token",
        "/audit": None,
    }
    try:
        for path, verb in pages.items():
            portal.open(f"/settings{path}")
            portal.page.get_by_role("heading", level=2).nth(2).wait_for()
            found[path] = portal.barriers()
            if verb:
                portal.page.get_by_role("button", name=verb).first.click()
                dialog(portal).wait_for()
                found[verb] = portal.barriers()
    finally:
        client.put(f"{V1}workspaces/default/limits", json={}).raise_for_status()
    assert {path: barriers for path, barriers in found.items() if barriers} == {}
    assert portal.page.title() != "ran"
