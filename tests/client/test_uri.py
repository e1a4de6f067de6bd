import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazward.client import uri
from lazward.client.address import ServerAddress
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError


@pytest.mark.parametrize(
    ("tracking", "http"),
    [
        ("lazward://ml.example.com/workspaces/vision", "https://ml.example.com/workspaces/vision"),
        ("lazward://ml.example.com:8443/workspaces/vision", "https://ml.example.com:8443/workspaces/vision"),
        ("lazward+http://127.0.0.1:8421/workspaces/default", "http://127.0.0.1:8421/workspaces/default"),
        ("lazward+http://[::1]:8421/workspaces/a%20b", "http://[::1]:8421/workspaces/a%20b"),
        ("lazward+http://127.0.0.1:8421", "http://127.0.0.1:8421"),
    ],
)
def test_both_forms_lead_to_the_same_workspace(tracking, http):
    where = uri.parse(tracking)
    assert where == uri.parse(http)
    assert (where.tracking, where.http) == (tracking, http)


def test_a_closing_slash_changes_nothing():
    assert uri.parse("lazward://a/workspaces/b/") == uri.parse("lazward://a/workspaces/b")
    assert uri.parse("lazward://a/") == uri.parse("lazward://a")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_comes_back(name):
    where = WorkspaceUri(ServerAddress("https", "a", 443), name)
    assert uri.parse(where.tracking) == uri.parse(where.http) == where


@pytest.mark.parametrize(
    "text",
    [
        "lazward://",
        "lazward:///workspaces/x",
        "lazward://a/x",
        "lazward://a/workspaces/",
        "lazward+https://a",
        "x",
    ],
)
def test_other_shapes_are_refused(text):
    with pytest.raises(ConfigError):
        uri.parse(text)


def test_artifacts_have_paths():
    where, path = uri.parse_artifact("lazward://a/workspaces/b/artifacts/1/run/artifacts/f.txt")
    assert (where.workspace, path) == ("b", "1/run/artifacts/f.txt")


@pytest.mark.parametrize("version", ["v1.0", "v2.0"])
def test_the_workspace_of_a_pasted_azureml_uri(version):
    pasted = (
        f"azureml://westeurope.api.azureml.ms/mlflow/{version}/subscriptions/1234/resourceGroups/rg"
        "/providers/Microsoft.MachineLearningServices/workspaces/vision?auth=secret"
    )
    assert uri.azureml_workspace(pasted) == "vision"
    with pytest.raises(ConfigError):
        uri.azureml_workspace("azureml://host/registries/r")
