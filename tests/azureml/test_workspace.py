import json
import secrets
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from azureml.core import Experiment, Workspace
from azureml.core.authentication import (
    ArmTokenAuthentication,
    Audience,
    AzureCliAuthentication,
    InteractiveLoginAuthentication,
    MsiAuthentication,
    ServicePrincipalAuthentication,
    TokenAuthentication,
)
from azureml.exceptions import (
    AuthenticationException,
    ServiceException,
    UnsupportedFeatureException,
    UserErrorException,
    WorkspaceException,
)
from azureml.mlflow import get_mlflow_tracking_uri


@pytest.fixture
def name():
    """A name that no workspace of the shared server has."""
    return f"sdk-{secrets.token_hex(4)}"


@pytest.fixture
def member(server):
    """Makes users with a role on a workspace, as authentication objects."""
    from lazward_server.auth import roles, tokens, users
    from lazward_server.db.database import Database
    from lazward_server.http.workspace import find_workspace

    def make(workspace, role):
        def run(tx):
            user = users.create(tx, f"u{secrets.token_hex(6)}")
            roles.assign(tx, user.id, find_workspace(tx, workspace).id, roles.parse(role))
            return tokens.create(tx, user.id, "test")

        db = Database(f"sqlite:///{server.home / 'lazward.db'}")
        token = db.write_now(run)
        db.close()
        return TokenAuthentication(lambda _audience: token)

    return make


def put(path, **content):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(content))


class TestFromConfig:
    @pytest.mark.usefixtures("project")
    def test_from_the_folder_itself(self):
        assert Workspace.from_config().name == "default"

    def test_from_a_folder_below(self, project, monkeypatch):
        (project / "a" / "b").mkdir(parents=True)
        monkeypatch.chdir(project / "a" / "b")
        assert Workspace.from_config().name == "default"

    def test_from_a_folder_or_a_file_that_is_named(self, project, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        assert Workspace.from_config(path=str(project)).name == "default"
        assert Workspace.from_config(str(project / ".azureml" / "config.json")).name == "default"

    def test_from_a_file_of_another_name(self, ws):
        ws.write_config(file_name="dev.json")
        Path(".azureml/config.json").unlink()
        with pytest.raises(UserErrorException):
            Workspace.from_config()
        assert Workspace.from_config(_file_name="dev.json").name == "default"

    def test_from_the_environment(self, server, monkeypatch):
        monkeypatch.setenv("LAZWARD_SERVER", server.url)
        assert Workspace.from_config().name == "default"

    def test_from_a_configuration_of_azure_with_our_server_beside_it(self, server, monkeypatch):
        put("config.json", subscription_id="1234", resource_group="research", workspace_name="default")
        monkeypatch.setenv("LAZWARD_SERVER", server.url)
        ws = Workspace.from_config()
        assert (ws.subscription_id, ws.resource_group) == ("1234", "default")

    def test_nothing_configured(self):
        with pytest.raises(UserErrorException, match="lazward config"):
            Workspace.from_config()

    @pytest.mark.parametrize("content", ["{", "[]", '{"server": "http://127.0.0.1:1"}'])
    def test_a_wrong_file(self, content):
        Path("config.json").write_text(content)
        with pytest.raises(UserErrorException, match=r"config\.json"):
            Workspace.from_config()

    @pytest.mark.usefixtures("project")
    def test_a_folder_that_is_not_there(self):
        with pytest.raises(UserErrorException):
            Workspace.from_config("nowhere")

    def test_an_unknown_workspace(self, server):
        put("config.json", workspace_name="nowhere", server=server.url)
        with pytest.raises(WorkspaceException, match="nowhere"):
            Workspace.from_config()

    def test_a_server_that_is_not_there(self):
        put("config.json", workspace_name="default", server="http://127.0.0.1:1")
        with pytest.raises(WorkspaceException, match=r"http://127\.0\.0\.1:1"):
            Workspace.from_config()


class TestConstructor:
    @pytest.mark.usefixtures("project")
    def test_the_server_is_the_configured_one(self):
        ws = Workspace(subscription_id="s", resource_group="g", workspace_name="default")
        assert (ws.subscription_id, ws.resource_group, ws.name) == ("s", "default", "default")

    @pytest.mark.usefixtures("project")
    def test_an_unknown_name_fails(self):
        with pytest.raises(WorkspaceException):
            Workspace("s", "g", "nowhere")

    @pytest.mark.usefixtures("project")
    def test_get(self):
        assert Workspace.get("default", subscription_id="s", resource_group="g").subscription_id == "s"


@pytest.mark.usefixtures("project")
class TestCreate:
    def test_a_new_one_is_as_it_was_asked_for(self, name):
        ws = Workspace.create(
            name, None, "s", "research", "westeurope", True, "enterprise", {"team": "a"}, "Seeing",
            exist_ok=False, show_output=True, key_vault="ignored", hbi_workspace=False,
        )  # fmt: skip
        assert (ws.name, ws.subscription_id, ws.resource_group) == (name, "s", "research")
        assert (ws.location, ws.sku, ws.tags) == ("westeurope", "enterprise", {"team": "a"})
        details = Workspace.get(name).get_details()
        assert (details["friendlyName"], details["workspaceid"]) == ("Seeing", ws._workspace_id)
        assert datetime.fromisoformat(details["creationTime"]).year >= 2024

    def test_an_existing_one_is_taken_only_if_told(self, name):
        made = Workspace.create(name, resource_group="research")
        again = Workspace.create(name, resource_group="research", location="elsewhere", exist_ok=True)
        assert (again.get_details(), again.location) == (made.get_details(), "local")
        assert Workspace.create(name, exist_ok=True).resource_group == "research"
        with pytest.raises(WorkspaceException, match="research"):
            Workspace.create(name)
        with pytest.raises(WorkspaceException, match="in the resource group 'research'"):
            Workspace.create(name, resource_group="other", exist_ok=True)

    def test_the_group_must_be_there_if_it_is_not_to_be_made(self, name):
        with pytest.raises(WorkspaceException, match="no-such-group"):
            Workspace.create(name, resource_group="no-such-group", create_resource_group=False)
        with pytest.raises(WorkspaceException):
            Workspace.get(name)

    def test_a_name_that_is_not_possible(self):
        with pytest.raises(UserErrorException, match="a b"):
            Workspace.create("a b")

    def test_who_may_not_make_one_may_still_take_one(self, name, member):
        Workspace.create(name)
        auth = member(name, "reader")
        assert Workspace.create(name, auth=auth, exist_ok=True).name == name
        with pytest.raises(WorkspaceException, match="administrators"):
            Workspace.create(name + "2", auth=auth, exist_ok=True)


@pytest.mark.usefixtures("project")
class TestOthers:
    def test_without_a_role_it_is_as_if_it_were_not_there(self, name, member):
        Workspace.create(name)
        auth = member("default", "reader")
        for one in (name, "nowhere"):
            with pytest.raises(WorkspaceException, match="no role"):
                Workspace("s", "g", one, auth=auth)

    def test_list(self, name, member):
        Workspace.create(name, resource_group="research")
        found = Workspace.list("s")
        assert {"default", name} <= set(found)
        assert [(ws.name, ws.resource_group, ws.subscription_id) for ws in found[name]] == [
            (name, "research", "s")
        ]
        assert "default" not in Workspace.list("s", resource_group="research")
        assert list(Workspace.list("s", auth=member(name, "reader"))) == [name]

    def test_update(self, name):
        ws = Workspace.create(name, tags={"a": "1"})
        details = ws.update(friendly_name="Seeing", description="d", tags={"b": "2"})
        assert (details["friendlyName"], details["description"], ws.tags) == ("Seeing", "d", {"b": "2"})
        assert ws.update(description="e")["tags"] == {"b": "2"}
        assert Workspace.get(name).get_details() == ws.get_details()

    def test_delete(self, name):
        ws = Workspace.create(name)
        Experiment(ws, "one")
        ws.delete(delete_dependent_resources=True, no_wait=True)
        assert name not in Workspace.list()
        with pytest.raises(WorkspaceException):
            Workspace.get(name)
        with pytest.raises(ServiceException, match="default"):
            Workspace.get("default").delete()

    def test_each_has_its_own_experiments(self, name):
        one, two = Workspace.create(name), Workspace.get("default")
        mine = Experiment(one, "only-in-one")
        assert one.experiments["only-in-one"].id == mine.id
        assert "only-in-one" not in two.experiments
        assert set(one.experiments) == {"Default", "only-in-one"}

    def test_setup_gives_the_configured_one(self):
        assert Workspace.setup().name == "default"

    def test_where_it_is(self, name, server):
        ws = Workspace.create(name)
        assert ws.discovery_url == f"{server.url}/workspaces/{name}"
        context = ws.service_context
        assert (context.workspace_name, context.resource_group_name) == (name, "default")
        assert ws._auth_object.get_authentication_header()["Authorization"].startswith("Bearer ")


class TestWhatItTells:
    def test_the_names_that_scripts_join_are_never_empty(self, ws):
        values = [ws.name, ws.subscription_id, ws.resource_group, ws.location, ws.sku]
        assert all(isinstance(value, str) and value for value in values)
        assert "\t".join(values)
        assert ws.tags == {}

    def test_details(self, ws):
        details = ws.get_details()
        assert (details["name"], details["location"]) == (ws.name, ws.location)
        assert details["id"].endswith("/workspaces/default")
        assert {"workspaceid", "keyVault", "storageAccount", "creationTime", "hbiWorkspace"} <= set(details)

    def test_the_tracking_uri_is_always_the_same_and_holds_no_secret(self, ws, server):
        uri = ws.get_mlflow_tracking_uri()
        assert uri == f"lazward+http://{server.url.partition('//')[2]}/workspaces/default"
        assert uri == ws.get_mlflow_tracking_uri(with_auth=True) == get_mlflow_tracking_uri(ws)
        assert uri == Workspace.from_config().get_mlflow_tracking_uri()
        assert server.token not in uri

    def test_what_is_not_there_yet_says_so(self, ws):
        for name in ("datastores", "models", "get_default_datastore"):
            with pytest.raises(UnsupportedFeatureException, match=f"Workspace.{name}"):
                getattr(ws, name)
        assert not hasattr(ws, "no_such_thing")


class TestConfigurationNotebook:
    def test_try_then_create_then_write_then_find_from_below(self, project, monkeypatch, name):
        """The cells of the configuration notebook, on a server without the workspace."""
        found = True
        try:
            Workspace("s", "g-1", name)
        except Exception:  # noqa: BLE001 - what the notebook does
            found = False
        assert not found
        for _ in range(2):
            ws = Workspace.create(
                name=name, subscription_id="s", resource_group="g-1", location="eastus2",
                create_resource_group=True, sku="basic", exist_ok=True,
            )  # fmt: skip
        (project / ".azureml" / "config.json").unlink()
        ws.write_config()
        written = json.loads((project / ".azureml" / "config.json").read_text())
        assert (written["subscription_id"], written["resource_group"]) == ("s", "g-1")
        assert written["workspace_name"] == name
        (project / "deep" / "er").mkdir(parents=True)
        monkeypatch.chdir(project / "deep" / "er")
        ws = Workspace.from_config()
        assert (ws.subscription_id, ws.resource_group, ws.location) == ("s", "g-1", "eastus2")


class TestAuthentication:
    @pytest.mark.parametrize(
        "auth",
        [
            InteractiveLoginAuthentication(tenant_id="t", force=True),
            ServicePrincipalAuthentication("t", "id", "azure's secret"),
            AzureCliAuthentication(),
            MsiAuthentication(),
            ArmTokenAuthentication("azure's token"),
        ],
    )
    @pytest.mark.usefixtures("project")
    def test_azures_ways_lead_to_our_token(self, server, auth):
        token, expires_on = auth.get_token("https://management.azure.com/.default")
        assert auth.get_authentication_header() == {"Authorization": f"Bearer {token}"}
        headers = {"Authorization": f"Bearer {token}"}
        shown = httpx.get(f"{server.url}/api/v1/me", headers=headers).json()["token"]
        assert (shown["kind"], shown["user"]) == ("access", "administrator")
        assert shown["expires_at"] // 1000 == expires_on
        assert Experiment(Workspace.from_config(auth=auth), "authenticated").id

    @pytest.mark.usefixtures("project")
    def test_a_token_of_ones_own(self, server, monkeypatch, tmp_path):
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(tmp_path / "empty"))
        asked = []

        def token(audience):
            asked.append(audience)
            return server.token

        ws = Workspace.from_config(auth=TokenAuthentication(token))
        assert Experiment(ws, "authenticated").id
        assert asked == [Audience.aml]

    @pytest.mark.usefixtures("project")
    def test_no_token(self, monkeypatch, tmp_path):
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(tmp_path / "empty"))
        with pytest.raises(AuthenticationException, match="lazward login"):
            InteractiveLoginAuthentication().get_token()
        with pytest.raises(AuthenticationException, match="lazward token show"):
            Experiment(Workspace.from_config(), "unauthenticated")
