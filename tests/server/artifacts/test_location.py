"""From artifact URIs to keys: which are ours, and that none leads into another workspace."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazward.errors import InvalidRequest
from lazward_server.artifacts.location import key_of
from lazward_server.http.endpoint import Context
from lazward_server.http.workspace import Workspace
from lazward_server.settings import Settings


def context(artifacts: str = "file:///srv/my%20artifacts", workspace: str = "team") -> Context:
    settings = Settings(home=Path("/srv"), database="sqlite:///x", artifacts=artifacts)
    return Context(None, None, settings, Workspace(7, workspace, workspace), SimpleNamespace(name="x"))


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("mlflow-artifacts:/", "team"),
        ("mlflow-artifacts:/1/abc/artifacts", "team/1/abc/artifacts"),
        ("mlflow-artifacts:/1/abc/artifacts/", "team/1/abc/artifacts"),
        ("mlflow-artifacts:///1/abc", "team/1/abc"),
        ("mlflow-artifacts://host:5000/1/abc", "team/1/abc"),
        ("http://host/api/2.0/mlflow-artifacts/artifacts/1/abc", "team/1/abc"),
        ("https://host/workspaces/team/api/2.0/mlflow-artifacts/artifacts/1", "team/1"),
        ("file:///srv/my%20artifacts/team/1/abc", "team/1/abc"),
        ("/srv/my artifacts/team/1/abc", "team/1/abc"),
        ("/srv/my artifacts/team", "team"),
    ],
)
def test_our_own_uris_have_keys(uri: str, key: str) -> None:
    assert key_of(context(), uri) == key
    assert key_of(context(), uri, "x/y") == f"{key}/x/y"


@pytest.mark.parametrize(
    "uri",
    [
        "s3://bucket/1/abc",
        "file:///srv/my%20artifacts/other/1",
        "file:///srv/my%20artifacts",
        "file:///etc",
        "/etc/passwd",
        "relative/folder",
        "http://host/elsewhere",
        "http://host/workspaces/other/api/2.0/mlflow-artifacts/artifacts/1",
        "mlflow-artifacts:/1?x=y",
        "mlflow-artifacts:/1#x",
        "runs:/abc/model",
        "dbfs:/x",
        "http://[broken/x",
        "",
    ],
)
def test_other_uris_are_refused_with_the_uri_in_the_text(uri: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        key_of(context(), uri)
    assert uri in refused.value.message


@pytest.mark.parametrize(
    "uri",
    [
        "mlflow-artifacts:/../other/1",
        "mlflow-artifacts:/1/../../other",
        "mlflow-artifacts:/%2e%2e/other",
        "mlflow-artifacts:/%252e%252e/other",
        "http://host/api/2.0/mlflow-artifacts/artifacts/../other",
        "file:///srv/my%20artifacts/team/../other",
        "/srv/my artifacts/team/../other",
    ],
)
def test_a_location_that_leads_upwards_is_refused(uri: str) -> None:
    with pytest.raises(InvalidRequest):
        key_of(context(), uri)


def test_a_bucket_of_our_own_is_known_by_its_url() -> None:
    ctx = context("s3://bucket/prefix")
    assert key_of(ctx, "s3://bucket/prefix/team/1/abc") == "team/1/abc"
    for other in ("s3://bucket/prefix/other/1", "s3://bucket/prefixteam/1", "s3://bucket/1"):
        with pytest.raises(InvalidRequest):
            key_of(ctx, other)


SCHEMES = st.sampled_from(
    [
        "mlflow-artifacts:",
        "mlflow-artifacts:/",
        "file:///srv/my%20artifacts/",
        "/srv/my artifacts/",
        "http://h",
        "s3:",
    ]
)
PIECES = st.sampled_from(
    ["/", "..", "%2e%2e", "team", "other", "/mlflow-artifacts/artifacts/", "?", "#", "\\", "a"]
)


@given(SCHEMES, st.lists(PIECES, max_size=8).map("".join))
def test_every_key_lies_in_the_callers_workspace(scheme: str, rest: str) -> None:
    try:
        key = key_of(context(), scheme + rest)
    except InvalidRequest:
        return
    assert key.split("/")[0] == "team"
    assert ".." not in key.split("/")
