import os

import pytest

from lazward.client import address, credentials, tokens

A, B = address.parse("http://127.0.0.1:8421"), address.parse("https://b.example.com")


def test_the_saved_token_of_that_server_and_no_other():
    credentials.save(A.url, "for-a")
    assert tokens.token_for(A) == "for-a"
    assert tokens.token_for(B) is None


@pytest.mark.parametrize("place", ["MLFLOW_TRACKING_URI", "LAZWARD_SERVER"])
@pytest.mark.parametrize("variable", ["MLFLOW_TRACKING_TOKEN", "LAZWARD_TOKEN"])
@pytest.mark.parametrize(
    "form", ["http://127.0.0.1:8421/workspaces/default", "lazward+http://localhost:8421"]
)
def test_the_environments_token_goes_to_the_server_named_beside_it(monkeypatch, place, variable, form):
    monkeypatch.setenv(place, form)
    monkeypatch.setenv(variable, "from-environment")
    credentials.save(A.url, "saved")
    assert tokens.token_for(A) == "from-environment"
    assert tokens.token_for(B) is None


def test_turning_to_another_server_does_not_take_the_token_along(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", A.url)
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "for-a")
    tokens.bind()
    os.environ["MLFLOW_TRACKING_URI"] = f"lazward://{B.netloc}/workspaces/x"
    assert tokens.token_for(B) is None
    assert tokens.token_for(A) == "for-a"


@pytest.mark.parametrize(
    "elsewhere", ["databricks", "http://mlflow.example.com/some/prefix", "sqlite:///x.db"]
)
def test_a_token_beside_a_foreign_address_is_nobody_elses(monkeypatch, elsewhere):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", elsewhere)
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "foreign")
    tokens.bind()
    os.environ["MLFLOW_TRACKING_URI"] = f"lazward://{B.netloc}"
    assert tokens.token_for(B) is None


def test_a_token_that_stands_alone_belongs_to_the_first_server_named(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "alone")
    assert tokens.token_for(A) is None
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"lazward+http://{A.netloc}")
    assert tokens.token_for(A) == "alone"
    assert tokens.token_for(B) is None


def test_a_renewed_token_is_used_at_once(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", A.url)
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "old")
    assert tokens.token_for(A) == "old"
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "new")
    assert tokens.token_for(A) == "new"


def test_a_given_token_is_for_its_server_alone():
    credentials.save(A.url, "saved")
    tokens.give(A, "given")
    assert tokens.token_for(A) == "given"
    assert tokens.token_for(B) is None
