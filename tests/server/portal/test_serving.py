"""Serving the portal: who sees it, what fences it in, and that nothing else is handed out."""

import asyncio
import gzip
import re
import secrets
from types import SimpleNamespace

import httpx
import pytest
from starlette.requests import Request

from lazward_server.portal import assets, pages
from tests.server.signin.browser import Browser
from tests.server.signin.conftest import PASSWORD

PATHS = ["/", "/experiments", "/experiments/3", "/experiments/3/runs/" + "a" * 32, "/jobs", "/compute"]


@pytest.fixture
def visitor(server):
    """A browser with a session."""
    with server.client() as client:
        name = f"visitor-{secrets.token_hex(6)}"
        client.post("/api/v1/users", json={"name": name, "password": PASSWORD}).raise_for_status()
    one = Browser(server.url)
    one.submit(one.open("/login"), name=name, password=PASSWORD)
    yield one.client
    one.client.close()


def policy(answer):
    """The parts of the answer's content security policy."""
    parts = answer.headers["content-security-policy"].split(";")
    return {part.split()[0]: part.split()[1:] for part in parts}


@pytest.mark.parametrize("below", ["", "/workspaces/default"])
@pytest.mark.parametrize("path", PATHS)
def test_who_is_not_signed_in_signs_in_first(server, below, path):
    answer = httpx.get(server.url + below + path)
    assert answer.status_code == 303
    wanted = (below + path).replace("/", "%2F")
    assert answer.headers["location"] == f"/login?next={wanted}"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_way_back_keeps_the_query_and_leads_nowhere_else(server):
    answer = httpx.get(server.url + "/experiments/3?filter=metrics.a%20%3C%201&order=-params.%22")
    assert answer.headers["location"].startswith("/login?next=%2Fexperiments%2F3%3Ffilter%3D")
    for path in ("//evil.example.com", "/experiments/%5C%5Cevil", "/experiments//evil.example.com"):
        location = httpx.get(server.url + path).headers.get("location", "/login?next=%2F")
        assert location.startswith("/login?next=%2F")
        assert not location.startswith("/login?next=%2F%2F")


@pytest.mark.parametrize("below", ["", "/workspaces/default"])
@pytest.mark.parametrize("path", PATHS)
def test_who_is_signed_in_gets_the_page(visitor, below, path):
    answer = visitor.get(below + path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<div id="root">' in answer.text


def test_the_page_is_fenced_in(visitor):
    answer = visitor.get("/")
    found = policy(answer)
    assert found["default-src"] == found["frame-ancestors"] == found["base-uri"] == ["'none'"]
    assert found["script-src"] == found["connect-src"] == found["form-action"] == ["'self'"]
    assert found["img-src"] == ["'self'", "data:", "blob:"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_each_page_has_a_nonce_of_its_own(visitor):
    shown = [visitor.get("/") for _ in range(2)]
    nonces = [re.search(r'name="style-nonce" content="([^"]+)"', one.text)[1] for one in shown]
    assert nonces[0] != nonces[1]
    for answer, nonce in zip(shown, nonces, strict=True):
        assert policy(answer)["style-src"] == ["'self'", f"'nonce-{nonce}'"]
        assert "__NONCE__" not in answer.text


def test_the_page_holds_no_script_and_no_style_of_its_own(visitor):
    text = visitor.get("/").text
    assert "<style" not in text
    assert re.findall(r"<script[^>]*>([^<]*)</script>", text) == [""]


def test_files_are_kept_for_good_and_sent_compressed(server, visitor):
    script = re.search(r'src="(/assets/[^"]+\.js)"', visitor.get("/").text)[1]
    with httpx.Client(base_url=server.url) as client:
        answer = client.get(script, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "javascript" in answer.headers["content-type"]
        plain = client.get(script, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content


@pytest.mark.parametrize(
    "name",
    [
        "x.js",
        "index.html",
        "..",
        "%2e%2e",
        "..%2findex.html",
        "..%2f..%2fpages.py",
        "%2fetc%2fpasswd",
        "a%00",
        "é",
    ],
)
def test_nothing_else_is_handed_out(server, name):
    answer = httpx.get(f"{server.url}/assets/{name}")
    assert answer.status_code in (303, 404)
    assert "root:" not in answer.text


def test_a_server_that_asks_nobody_shows_it_to_all(start_server):
    server = start_server("--auth", "off")
    assert '<div id="root">' in httpx.get(server.url).text


def asked(path="/", query=b""):
    return Request({"type": "http", "method": "GET", "path": path, "query_string": query, "headers": []})


def test_a_checkout_without_a_build_says_what_to_run(monkeypatch):
    monkeypatch.setattr(assets, "built", lambda: None)
    ctx = SimpleNamespace(settings=SimpleNamespace(auth=False))
    answer = asyncio.run(pages.show(ctx, asked()))
    assert answer.status_code == 503
    assert b"python tools/portal.py" in answer.body
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_folder_without_an_index_is_no_build(tmp_path):
    assert assets.read(tmp_path) is None


def test_a_build_is_read_with_what_is_compressed(tmp_path):
    below = tmp_path / "assets"
    below.mkdir()
    (tmp_path / "index.html").write_text("<p>", "utf-8")
    (below / "a-1.js").write_bytes(b"1")
    (below / "a-1.js.gz").write_bytes(gzip.compress(b"1"))
    (below / "b-2.css").write_bytes(b"2")
    found = assets.read(tmp_path)
    assert set(found.files) == {"a-1.js", "b-2.css"}
    assert gzip.decompress(found.files["a-1.js"].gzipped) == b"1"
    assert (found.files["b-2.css"].gzipped, found.files["b-2.css"].media_type) == (None, "text/css")
