import json
from pathlib import Path

import pytest

from lazward.client import config, credentials, locate
from lazward.client.config import WorkspaceConfig
from lazward.errors import ConfigError

SERVER = "http://127.0.0.1:8421"


def put(path, **content):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path.absolute()


def test_the_walk_goes_up_once_for_each_place_in_order():
    deep = Path("a/b").absolute()
    deep.mkdir(parents=True)
    places = [
        put("a/b/project.json"),
        put("a/b/config.json"),
        put("a/aml_config/project.json"),
        put("a/b/aml_config/config.json"),
        put("a/.azureml/project.json"),
        put(".azureml/config.json"),
        put("a/.azureml/config.json"),
    ]
    while places:
        assert config.find(deep) == places[-1]
        places.pop().unlink()
    assert config.find(deep) is None


def test_a_file_name_of_ones_own():
    put(".azureml/config.json", workspace_name="one")
    other = put(".azureml/dev.json", workspace_name="two")
    assert config.find(Path.cwd(), "dev.json") == other


def test_what_a_config_lacks_has_defaults():
    found = config.read(put("config.json", workspace_name="w"))
    assert (found.subscription_id, found.resource_group, found.server) == ("local", "default", None)


def test_a_project_file_names_the_workspace_in_its_scope():
    provider = "Microsoft.MachineLearningServices"
    scope = f"/subscriptions/s/resourceGroups/g/providers/{provider}/workspaces/w/projects/p"
    found = config.read(put("project.json", Id="x", Scope=scope))
    assert (found.subscription_id, found.resource_group, found.workspace_name) == ("s", "g", "w")


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"subscription_id": "s"}', '{"workspace_name": 3}', "\xff"]
)
def test_a_wrong_file_is_named(content):
    Path("config.json").write_text(content, encoding="latin-1")
    with pytest.raises(ConfigError, match=r"config\.json"):
        config.read(Path("config.json"))


def test_writing_keeps_what_is_not_ours():
    put(".azureml/config.json", workspace_name="old", Dashboard={"x": [1]})
    file = config.write(WorkspaceConfig("new", SERVER), Path.cwd())
    assert json.loads(file.read_text()) == {
        "workspace_name": "new", "Dashboard": {"x": [1]},
        "server": SERVER, "subscription_id": "local", "resource_group": "default",
    }  # fmt: skip
    assert [path.name for path in file.parent.iterdir()] == ["config.json"]


def test_writing_goes_to_an_old_projects_folder():
    Path("aml_config").mkdir()
    assert config.write(WorkspaceConfig("w"), Path.cwd()).parent.name == "aml_config"


def test_writing_over_what_is_no_configuration_is_refused():
    put(".azureml/config.json")
    Path(".azureml/config.json").write_text("precious")
    with pytest.raises(ConfigError):
        config.write(WorkspaceConfig("w"), Path.cwd())
    assert Path(".azureml/config.json").read_text() == "precious"


def test_reading_back_what_was_written():
    written = WorkspaceConfig("w", SERVER, "s", "g")
    file = config.write(written, Path.cwd())
    assert config.read(file) == WorkspaceConfig("w", SERVER, "s", "g", file)


class TestWhichWorkspace:
    def test_the_file_wins_over_the_environment(self, monkeypatch):
        monkeypatch.setenv("LAZWARD_SERVER", "http://other:1")
        monkeypatch.setenv("LAZWARD_WORKSPACE", "other")
        put(".azureml/config.json", workspace_name="w", server=SERVER)
        found = locate.configured(Path.cwd())
        assert (found.workspace_name, found.server) == ("w", SERVER)

    def test_a_file_without_server_takes_the_environments(self, monkeypatch):
        monkeypatch.setenv("LAZWARD_SERVER", SERVER)
        put("config.json", workspace_name="w")
        assert locate.configured(Path.cwd()).server == SERVER

    def test_the_environment_alone(self, monkeypatch):
        monkeypatch.setenv("LAZWARD_SERVER", SERVER)
        assert locate.configured(Path.cwd()) == WorkspaceConfig("default", SERVER)
        monkeypatch.setenv("LAZWARD_WORKSPACE", "w")
        assert locate.configured(Path.cwd()) == WorkspaceConfig("w", SERVER)

    def test_a_job_knows_its_workspace(self, monkeypatch):
        monkeypatch.setenv("AZUREML_ARM_WORKSPACE_NAME", "w")
        monkeypatch.setenv("AZUREML_ARM_SUBSCRIPTION", "s")
        monkeypatch.setenv("AZUREML_ARM_RESOURCEGROUP", "g")
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"{SERVER}/workspaces/w")
        assert locate.configured(Path.cwd()) == WorkspaceConfig("w", SERVER, "s", "g")

    def test_the_only_server_with_a_token_is_meant(self):
        put("config.json", workspace_name="w")
        credentials.save(SERVER, "t")
        assert locate.configured(Path.cwd()).server == SERVER
        credentials.save("http://other:1", "t")
        with pytest.raises(ConfigError, match="LAZWARD_SERVER"):
            locate.configured(Path.cwd())

    def test_nothing_at_all_says_what_to_do(self):
        with pytest.raises(ConfigError, match="lazward config --server URL"):
            locate.configured(Path.cwd())

    def test_names_and_uris(self, monkeypatch):
        monkeypatch.setenv("LAZWARD_SERVER", SERVER)
        tracking = "lazward+http://127.0.0.1:8421/workspaces/w"
        assert locate.workspace("w").tracking == tracking
        assert locate.workspace(tracking).tracking == tracking
        assert locate.workspace("azureml://x/mlflow/v2.0/a/workspaces/w?").tracking == tracking
