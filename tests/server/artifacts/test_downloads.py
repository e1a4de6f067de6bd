"""The headers of a download: what it is, that browsers leave it alone, and parts of it."""

from email.utils import parsedate_to_datetime
from urllib.parse import quote

import pytest

from lazward_server.artifacts.media import content_type

CONTENT = bytes(range(256)) * 10


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "text/plain"),
        ("a.log", "text/plain"),
        ("a.yaml", "text/plain"),
        ("a.json", "text/plain"),
        ("a.py", "text/plain"),
        ("a.ipynb", "text/plain"),
        ("a.js", "text/plain"),
        ("a.xml", "text/plain"),
        ("MLmodel", "text/plain"),
        ("MLproject", "text/plain"),
        ("a.html", "text/html"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.pdf", "application/pdf"),
        ("model.pkl", "application/octet-stream"),
        ("a.parquet", "application/octet-stream"),
        ("noending", "application/octet-stream"),
        ("txt.", "application/octet-stream"),
        ("a.unknown", "application/octet-stream"),
    ],
)
def test_the_type_follows_from_the_name(name: str, kind: str) -> None:
    assert content_type(name) == kind


@pytest.mark.parametrize("accept", [None, "text/html", "image/png"])
def test_the_type_never_follows_from_what_a_browser_would_like(run, accept: str | None) -> None:
    run.put("m.pkl")
    headers = {"accept": accept} if accept else {}
    assert run.get("m.pkl", **headers).headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "notebook.ipynb", "MLmodel", "script.js"])
@pytest.mark.parametrize("route", ["proxy", "/get-artifact", "/ajax-api/2.0/mlflow/get-artifact"])
def test_no_browser_runs_a_download(run, name: str, route: str) -> None:
    run.put(name, b"<script>alert(1)</script>")
    if route == "proxy":
        answer = run.get(name)
    else:
        answer = run.http.get(route, params={"run_id": run.run_id, "path": name})
    assert answer.headers["content-disposition"] == f"attachment; filename={name}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ("a;b=c.txt", 'attachment; filename="a;b=c.txt"'),
        ('a"b.txt', 'attachment; filename="a\\"b.txt"'),
        ("é.txt", "attachment; filename=e.txt; filename*=UTF-8''%C3%A9.txt"),
        ("日本.txt", "attachment; filename=.txt; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt"),
        ("日本", "attachment; filename=download; filename*=UTF-8''%E6%97%A5%E6%9C%AC"),
    ],
)
def test_the_name_travels_in_the_header(run, name: str, disposition: str) -> None:
    run.put(quote(name))
    assert run.get(quote(name)).headers["content-disposition"] == disposition


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=2550-", 2550, 2560),
        ("bytes=2550-99999", 2550, 2560),
        ("bytes=-5", 2555, 2560),
        ("bytes=-99999", 0, 2560),
    ],
)
def test_a_part_of_a_file(run, wanted: str, start: int, stop: int) -> None:
    run.put("f", CONTENT)
    answer = run.get("f", range=wanted)
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:stop]
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/2560"
    assert answer.headers["content-disposition"] == "attachment; filename=f"


@pytest.mark.parametrize(
    "wanted", ["bytes=0-1,4-5", "lines=1-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=٣-٤"]
)
def test_a_range_that_is_not_understood_gives_the_whole(run, wanted: str) -> None:
    run.put("f", CONTENT)
    answer = run.http.get(f"{run.root}/f", headers={"range": wanted.encode()})
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("wanted", ["bytes=2560-", "bytes=9999999999999999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(run, wanted: str) -> None:
    run.put("f", CONTENT)
    answer = run.get("f", range=wanted)
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */2560"


def test_an_empty_file_has_no_parts(run) -> None:
    run.put("empty", b"")
    assert run.get("empty").content == b""
    assert run.get("empty", range="bytes=0-").status_code == 416


def test_what_a_client_has_already_is_not_sent_again(run) -> None:
    run.put("f", CONTENT)
    first = run.get("f")
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    assert parsedate_to_datetime(modified)
    for headers in (
        {"if-none-match": tag},
        {"if-none-match": f'"other", W/{tag}'},
        {"if-none-match": "*"},
        {"if-modified-since": modified},
    ):
        answer = run.get("f", **headers)
        assert (answer.status_code, answer.content) == (304, b"")
    run.put("f", CONTENT + b"!")
    assert run.get("f", **{"if-none-match": tag}).content == CONTENT + b"!"
    for since in ("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", ""):
        assert run.get("f", **{"if-modified-since": since}).status_code == 200


def test_a_download_goes_on_only_with_the_same_content(run) -> None:
    run.put("f", CONTENT)
    first = run.get("f")
    for validator in (first.headers["etag"], first.headers["last-modified"]):
        assert run.get("f", **{"range": "bytes=100-", "if-range": validator}).content == CONTENT[100:]
    for validator in ('"other"', "Thu, 01 Jan 1970 00:00:00 GMT", f"W/{first.headers['etag']}"):
        assert run.get("f", **{"range": "bytes=100-", "if-range": validator}).content == CONTENT
