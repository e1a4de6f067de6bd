"""Behind a real nginx with the guide's own configuration: TLS ends there, and the server hears the truth."""

import contextlib
import dataclasses
import http.client
import json
import shutil
import ssl
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from tests.conftest import LAZWARD, free_port, start
from tests.server.http.telling import telling

CONF = Path(__file__).parents[2] / "examples" / "team-server" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
API = "/api/2.0/mlflow/"
PUT = "/api/2.0/mlflow-artifacts/artifacts/"
MB = 2**20

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)")

AROUND = """
daemon off;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/lazward.conf;
}}
"""


@contextlib.contextmanager
def nginx(folder, certificates, inner, outer):
    """Nginx on one port with the guide's configuration, in front of a server on another."""
    cert, key = certificates.issue("localhost")
    conf = CONF.read_text()
    for there, here in {
        "127.0.0.1:8421": f"127.0.0.1:{inner}",
        "listen 443 ssl": f"listen 127.0.0.1:{outer} ssl",
        "ml.example.com": "localhost",
        "/etc/lazward/tls/fullchain.pem": str(cert),
        "/etc/lazward/tls/privkey.pem": str(key),
    }.items():
        assert there in conf
        conf = conf.replace(there, here)
    (folder / "lazward.conf").write_text(conf)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    process = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def proxied(certificates, tmp_path_factory):
    """A server behind nginx; its URL is nginx's."""
    folder = tmp_path_factory.mktemp("nginx")
    inner, outer = free_port(), free_port()
    url = f"https://localhost:{outer}"
    options = ["--public-url", url, "--trusted-proxy", "127.0.0.1", "--log-level", "debug"]
    behind = start(folder / "home", *options, port=inner)
    with nginx(folder, certificates, inner, outer):
        server = dataclasses.replace(behind, url=url, ca=certificates.ca)
        wait_for(server)
        yield server
    behind.stop()


def wait_for(server):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if server.client().get("/health").text == "OK":
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("nginx does not answer")


def test_messages_pass_over_one_kept_connection(proxied):
    port = int(proxied.url.rpartition(":")[2])
    connection = http.client.HTTPSConnection("localhost", port, timeout=30, context=proxied.trust)
    headers = {"Content-Type": "application/json", **proxied.headers}

    def ask(path, body):
        connection.request("POST", API + path, json.dumps(body), headers)
        sock = connection.sock
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        assert connection.sock is sock, "the connection was not kept"
        return json.loads(content)

    run = ask("runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    for step in range(50):
        ask("runs/log-metric", {"run_id": run, "key": "m", "value": step, "timestamp": 1, "step": step})
    assert ask("runs/search", {"experiment_ids": ["0"]})["runs"][0]["data"]["metrics"][0]["value"] == 49
    connection.close()


def test_large_files_are_streamed_both_ways(proxied):
    content = bytes(range(256)) * (32 * MB // 256)
    with proxied.client() as client:
        for upload in (content, iter([content[: 5 * MB], content[5 * MB :]])):
            assert client.put(f"{PUT}0/large.bin", content=upload).status_code == 200
            assert client.get(f"{PUT}0/large.bin").content == content


def test_an_upload_reaches_the_server_while_it_still_comes(proxied):
    """Nginx would else keep the whole of it first, on a disk that may be small."""
    staging = proxied.home / "artifacts" / ".staging"

    def pieces():
        yield bytes(8 * MB)
        end = time.monotonic() + 20
        while not [path for path in staging.glob("*/*") if path.name != "lock"]:
            assert time.monotonic() < end, "nothing of it came through"
            time.sleep(0.02)
        yield bytes(MB)

    with proxied.client() as client:
        assert client.put(f"{PUT}0/slow.bin", content=pieces()).status_code == 200


def test_the_servers_own_answers_come_through(proxied):
    with proxied.client() as client:
        assert (
            client.get(f"{API}runs/get?run_id={'0' * 32}").json()["error_code"] == "RESOURCE_DOES_NOT_EXIST"
        )
        anonymous = client.get(f"{API}experiments/get?experiment_id=0", headers={"Authorization": ""})
        assert (anonymous.status_code, anonymous.json()["error_code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_a_foreign_name_is_refused_whatever_else_is_claimed(proxied, host):
    claimed = {"Host": host, "X-Forwarded-Host": "localhost", "Forwarded": "host=localhost"}
    answer = proxied.client().get("/health", headers=claimed)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "BAD_REQUEST")


def test_pages_of_the_public_address_may_write_and_others_may_not(proxied):
    search = {"url": f"{API}experiments/search", "json": {"max_results": 1}}
    with proxied.client() as client:
        assert client.post(**search, headers={"Origin": proxied.url}).status_code == 200
        assert client.post(**search, headers={"Origin": "https://evil.example"}).status_code == 403


def test_the_token_is_found_by_the_public_address(proxied, tmp_path):
    done = subprocess.run(
        [LAZWARD, "config", "--server", proxied.url, "--ca", proxied.ca],
        cwd=tmp_path,
        env=proxied.environment(LAZWARD_CA_BUNDLE=""),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_server_hears_whom_a_request_is_from_and_by_which_address(certificates, tmp_path):
    inner, outer = free_port(), free_port()
    url = f"https://localhost:{outer}"
    known = ssl.create_default_context(cafile=certificates.ca)
    claimed = {"X-Forwarded-For": "203.0.113.1", "X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.2"}
    with (
        telling(inner, public_url=url, trusted_proxies=("127.0.0.1",)),
        nginx(tmp_path, certificates, inner, outer),
    ):
        for source in ("127.0.0.1", "127.0.0.9", "127.0.0.9"):
            transport = httpx.HTTPTransport(local_address=source, verify=known, retries=5)
            with httpx.Client(transport=transport, base_url=url) as client:
                told = client.post("/tell", headers=claimed).json()
                # A caller on the proxy's own address is not to be told from the proxy.
                expected = "203.0.113.1" if source == "127.0.0.1" else source
                assert told == {"address": expected, "origin": url}
