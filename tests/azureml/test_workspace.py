import json
from pathlib import Path

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
    UnsupportedFeatureException,
    UserErrorException,
    WorkspaceException,
)
from azureml.mlflow import get_mlflow_tracking_uri


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
        assert (ws.subscription_id, ws.resource_group) == ("1234", "research")

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
        assert (ws.subscription_id, ws.resource_group, ws.name) == ("s", "g", "default")

    @pytest.mark.usefixtures("project")
    def test_an_unknown_name_fails(self):
        with pytest.raises(WorkspaceException):
            Workspace("s", "g", "nowhere")

    @pytest.mark.usefixtures("project")
    def test_get(self):
        assert Workspace.get("default", subscription_id="s", resource_group="g").subscription_id == "s"

    @pytest.mark.usefixtures("project")
    def test_create_takes_an_existing_one_only_if_told(self):
        assert Workspace.create("default", exist_ok=True, location="westeurope").location == "westeurope"
        with pytest.raises(WorkspaceException):
            Workspace.create("default")
        with pytest.raises(UnsupportedFeatureException):
            Workspace.create("another", exist_ok=True)


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
        for name in ("compute_targets", "datastores", "models", "get_default_datastore"):
            with pytest.raises(UnsupportedFeatureException, match=f"Workspace.{name}"):
                getattr(ws, name)
        with pytest.raises(UnsupportedFeatureException):
            Workspace.list("s")
        assert not hasattr(ws, "no_such_thing")


class TestConfigurationNotebook:
    def test_try_then_create_then_write_then_find_from_below(self, project, monkeypatch):
        """The cells of the configuration notebook, for a workspace that is there and one that is not."""
        found = True
        try:
            Workspace("s", "g", "elsewhere")
        except Exception:  # noqa: BLE001 - what the notebook does
            found = False
        assert not found
        ws = Workspace.create(
            name="default", subscription_id="s", resource_group="g", location="eastus2",
            create_resource_group=True, sku="basic", exist_ok=True,
        )  # fmt: skip
        (project / ".azureml" / "config.json").unlink()
        ws.write_config()
        written = json.loads((project / ".azureml" / "config.json").read_text())
        assert (written["subscription_id"], written["resource_group"]) == ("s", "g")
        assert written["workspace_name"] == "default"
        (project / "deep" / "er").mkdir(parents=True)
        monkeypatch.chdir(project / "deep" / "er")
        assert Workspace.from_config().subscription_id == "s"


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
        assert auth.get_authentication_header() == {"Authorization": f"Bearer {server.token}"}
        token, expires_on = auth.get_token("https://management.azure.com/.default")
        assert token == server.token
        assert expires_on > 0
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
        with pytest.raises(AuthenticationException, match="lazward token save"):
            InteractiveLoginAuthentication().get_token()
        with pytest.raises(AuthenticationException, match="lazward token show"):
            Experiment(Workspace.from_config(), "unauthenticated")
