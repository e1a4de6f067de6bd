"""MLflow's own pages below ``/mlflow``: what is served, to whom, and what the pages may call."""

import contextlib
import re
import secrets

import httpx
import pytest
from tests.server.signin.browser import Browser
from tests.server.signin.conftest import PASSWORD

from lazward_server.mlflow_ui import built, pages

API = "/ajax-api/2.0/mlflow/"


@contextlib.contextmanager
def session(server, **more):
    """A browser with a session, of somebody new."""
    name = f"ui-{secrets.token_hex(6)}"
    with server.client() as client:
        client.post("/api/v1/users", json={"name": name, "password": PASSWORD} | more).raise_for_status()
    one = Browser(server.url)
    one.submit(one.open("/login"), name=name, password=PASSWORD)
    with contextlib.closing(one.client):
        yield one.client


@pytest.fixture
def administrator(server):
    with session(server, administrator=True) as client:
        yield client


def test_who_is_not_signed_in_signs_in_first(server):
    answer = httpx.get(server.url + "/mlflow/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fmlflow%2F")


def test_the_page_and_what_it_loads(administrator):
    assert administrator.get("/mlflow", follow_redirects=False).headers["location"] == "/mlflow/"
    page = administrator.get("/mlflow/")
    policy = page.headers["content-security-policy"]
    assert (page.status_code, "script-src 'self';" in policy, "default-src 'none'" in policy) == (
        200,
        True,
        True,
    )
    assert "unsafe-inline" not in re.search("script-src[^;]*", policy)[0]
    assert page.headers["x-frame-options"] == "DENY"
    names = re.findall(r'(?:src|href)="(static-files/[^"]+\.(?:js|css))"', page.text)
    assert names
    for name in names:
        found = administrator.get(f"/mlflow/{name}")
        assert found.status_code == 200, name
        assert "immutable" in found.headers["cache-control"]
        assert found.headers["content-type"].split(";")[0] in ("text/javascript", "text/css")


@pytest.mark.parametrize(
    "path", ["none.js", "../index.html", "..%2f..%2f..%2f__init__.py", "%2e%2e/index.html", "/etc/passwd", ""]
)
def test_nothing_else_is_among_its_files(administrator, path):
    assert administrator.get(f"/mlflow/static-files/{path}").status_code == 404


def test_a_workspace_is_named_behind_the_hash(administrator):
    answer = administrator.get("/workspaces/default/mlflow/", follow_redirects=False)
    assert answer.headers["location"] == "/mlflow/#/?workspace=default"


def test_without_the_package_the_page_says_what_to_install(monkeypatch):
    monkeypatch.setattr(built, "folder", lambda: None)
    answer = pages._missing()
    assert (answer.status_code, b"pip install mlflow" in answer.body) == (404, True)


def test_what_the_pages_call_lies_below_them(administrator, server):
    with server.client() as client:
        there = client.get(API + "experiments/get", params={"experiment_id": "0"}).json()
    found = administrator.get("/mlflow" + API + "experiments/get", params={"experiment_id": "0"})
    assert found.json() == there
    assert administrator.get("/mlflow" + API + "gateway-proxy").json() == {"endpoints": []}
    assert administrator.get("/mlflow" + API + "no-such-thing").json()["error_code"] == "ENDPOINT_NOT_FOUND"


@pytest.mark.parametrize(
    ("below", "headers", "status"),
    [
        ("/mlflow", {"Origin": "OWN"}, 200),
        ("/mlflow", {"Origin": "OWN", "Sec-Fetch-Site": "same-origin"}, 200),
        ("/mlflow", {"Origin": "OWN", "Sec-Fetch-Site": "cross-site"}, 401),
        ("/mlflow", {"Origin": "http://evil.example"}, 403),
        ("/mlflow", {"Origin": "null"}, 403),
        ("/mlflow", {}, 403),
        ("", {"Origin": "OWN"}, 403),
    ],
)
def test_only_a_page_of_ours_changes_something_with_a_session(administrator, server, below, headers, status):
    told = {name: value.replace("OWN", server.url) for name, value in headers.items()}
    name = f"made-{secrets.token_hex(6)}"
    path = below + API + "experiments/create"
    answer = administrator.post(path, json={"name": name}, headers=told)
    assert answer.status_code == status, answer.text
    with server.client() as client:
        found = client.get(API + "experiments/get-by-name", params={"experiment_name": name})
    assert (found.status_code == 200) is (status == 200)


def test_a_session_that_is_over_is_no_reason_for_the_browsers_own_window(server):
    answer = httpx.get(server.url + "/mlflow" + API + "experiments/get?experiment_id=0")
    assert (answer.status_code, "www-authenticate" in answer.headers) == (401, False)
