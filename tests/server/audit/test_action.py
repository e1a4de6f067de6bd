"""The words of the audit log: short, stable, and each for one thing."""

import pytest

from lazward_server.app import ENDPOINTS
from lazward_server.http.action import action_of


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("POST", "runs/delete", "runs.delete"),
        ("DELETE", "runs/{run_id}", "runs.delete"),
        ("POST", "experiments/set-experiment-tag", "experiments.set-experiment-tag"),
        ("PUT", "workspaces/{workspace}/members/{user}", "workspaces.members.set"),
        ("DELETE", "workspaces/{workspace}/members/{user}", "workspaces.members.delete"),
        ("POST", "users", "users.create"),
        ("PATCH", "users/{name}", "users.update"),
        ("POST", "login", "login"),
        ("POST", "registered-models/alias", "registered-models.alias.create"),
        ("DELETE", "artifacts/{path:path}", "artifacts.delete"),
        ("POST", "logged-models", "logged-models.create"),
        ("GET", "", "get"),
    ],
)
def test_an_action_is_the_fixed_words_and_a_verb(method, path, action):
    assert action_of(method, path) == action


def test_every_endpoint_that_changes_something_has_an_action_of_its_own():
    changing = [endpoint for endpoint in ENDPOINTS if endpoint.is_audited]
    paths = {}
    for endpoint in changing:
        paths.setdefault(endpoint.action, set()).add((endpoint.method, endpoint.path))
    assert {action: found for action, found in paths.items() if len(found) > 1} == {}


def test_what_a_training_loop_does_all_the_time_is_left_to_the_run():
    quiet = {e.path for e in ENDPOINTS if e.method != "GET" and not e.is_audited}
    assert {"runs/log-metric", "runs/log-batch", "runs/log-parameter", "runs/set-tag", "runs/search"} <= quiet
    assert "runs/create" not in quiet
    for endpoint in ENDPOINTS:
        if endpoint.needs.administrative and endpoint.method != "GET":
            assert endpoint.is_audited, endpoint.path
