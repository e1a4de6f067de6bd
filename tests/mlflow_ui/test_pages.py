"""Handing out MLflow's pages, and what their session may do."""

import re

import httpx
import pytest

from lazward_server.mlflow_ui import built

SEARCH = "/mlflow/ajax-api/2.0/mlflow/experiments/search"


@pytest.fixture
def anybody(server):
    with httpx.Client(base_url=server.url) as client:
        yield client


def test_the_page_is_for_who_is_signed_in(anybody, browser):
    assert anybody.get("/mlflow").headers["location"] == "/mlflow/"
    assert anybody.get("/mlflow/").headers["location"] == "/login?next=%2Fmlflow%2F"
    answer = browser.client.get("/mlflow")
    assert answer.url.path == "/mlflow/"
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_workspace_in_the_address_is_handed_to_the_page(browser, anybody):
    assert anybody.get("/workspaces/team/mlflow").headers["location"] == "/mlflow/#/?workspace=team"
    answer = browser.client.get("/workspaces/team/mlflow/", follow_redirects=False)
    assert answer.headers["location"] == "/mlflow/#/?workspace=team"


def test_what_the_page_loads_is_there_and_kept(browser, anybody):
    names = re.findall(r'(?:src|href)="(?:\./)?(static-files/[^"]+)"', browser.client.get("/mlflow/").text)
    assert len(names) >= 4
    for name in names:
        answer = anybody.get(f"/mlflow/{name}")
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        hashed = name.endswith((".js", ".css"))
        assert ("immutable" in answer.headers["cache-control"]) is hashed
    kinds = {
        name.rpartition(".")[2]: anybody.get(f"/mlflow/{name}").headers["content-type"] for name in names
    }
    assert kinds["js"].startswith("text/javascript")
    assert kinds["css"].startswith("text/css")


@pytest.mark.parametrize(
    "path",
    [
        "../../handlers.py", "..%2f..%2fhandlers.py", "%2e%2e/%2e%2e/handlers.py", "..\\..\\handlers.py",
        "/etc/passwd", "//etc/passwd", "static/../../../handlers.py", "static/js/main.js%00", "", "static",
        "index.html", "lib/notebook-trace-renderer/index.html", "static/js/%252e%252e/x",
    ],
)  # fmt: skip
def test_nothing_else_is_handed_out(anybody, path):
    answer = anybody.get(httpx.URL(anybody.base_url, raw_path=f"/mlflow/static-files/{path}".encode()))
    assert answer.status_code == 404
    assert answer.json()["error_code"] == "ENDPOINT_NOT_FOUND"


def test_links_are_not_followed(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.js").write_text("x")
    inside = tmp_path / "build"
    inside.mkdir()
    (inside / "a.js").write_text("a")
    (inside / "b.js").symlink_to(tmp_path / "outside" / "secret.js")
    (inside / "c").symlink_to(tmp_path / "outside")
    assert set(built.assets(inside)) == {"a.js"}


def test_a_server_without_the_package_says_what_to_install(start_server, tmp_path):
    bare = tmp_path / "bare" / "mlflow"
    bare.mkdir(parents=True)
    (bare / "__init__.py").write_text("raise SystemExit('the server must not import mlflow')")
    server = start_server("--auth", "off", PYTHONPATH=str(bare.parent))
    answer = httpx.get(f"{server.url}/mlflow/")
    assert answer.status_code == 404
    assert "pip install mlflow" in answer.text
    assert httpx.get(f"{server.url}/mlflow/static-files/static/js/x.js").status_code == 404


# ---------------------------------------------------------------- the session


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "OWN"}, 200),
        ({"origin": "OWN", "sec-fetch-site": "same-origin"}, 200),
        ({}, 403),
        ({"sec-fetch-site": "same-origin"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "OWN", "sec-fetch-site": "none"}, 403),
        ({"origin": "OWN", "sec-fetch-site": "same-site"}, 401),
        ({"origin": "OWN", "sec-fetch-site": "cross-site"}, 401),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"origin": "http://evil.example"}, 403),
    ],
)
def test_the_pages_change_things_only_where_the_browser_vouches_for_them(server, browser, headers, status):
    sent = {name: value.replace("OWN", server.url) for name, value in headers.items()}
    answer = browser.client.post(SEARCH, json={"max_results": 1}, headers=sent)
    assert answer.status_code == status
    assert "www-authenticate" not in answer.headers  # browsers would open a window


def test_elsewhere_the_browsers_word_is_not_enough(server, browser):
    path = SEARCH.removeprefix("/mlflow")
    answer = browser.client.post(path, json={"max_results": 1}, headers={"origin": server.url})
    assert answer.status_code == 403


def test_forms_are_no_messages(server, browser):
    answer = browser.client.post(SEARCH, data={"max_results": 1}, headers={"origin": server.url})
    assert answer.status_code == 400


def test_nobody_is_nobody_below_the_pages_too(anybody):
    script = anybody.get(SEARCH, params={"max_results": 1})
    referer = {"referer": f"{anybody.base_url}/mlflow/"}
    page = anybody.get(SEARCH, params={"max_results": 1}, headers=referer)
    assert (script.status_code, page.status_code) == (401, 401)
    assert "www-authenticate" in script.headers
    assert "www-authenticate" not in page.headers
