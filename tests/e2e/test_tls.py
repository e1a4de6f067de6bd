"""``lazward up`` over TLS, in one process and in several; what is told about how it can be reached."""

import functools
import http.client
import json
import subprocess
import threading

import httpx
import pytest
from tests.conftest import LAZWARD, free_port, start

from lazward.client import credentials

API = "/api/2.0/mlflow/"
PUT = "/api/2.0/mlflow-artifacts/artifacts/"
MB = 2**20


@pytest.fixture(scope="module", params=["one process", pytest.param("two processes", marks=pytest.mark.slow)])
def secure(request, certificates, tmp_path_factory):
    """A server that speaks TLS."""
    options = ["--public-url", "https://localhost:PORT"]
    if request.param == "two processes":
        options = ["--database", request.getfixturevalue("postgres").database(), "--workers", "2"]
    launch = functools.partial(start, tmp_path_factory.mktemp("secure") / "home")
    running = begin(launch, certificates, *options)
    yield running
    running.stop()


def begin(launch, certificates, *options, **more):
    port = free_port()
    cert, key = certificates.issue()
    given = [option.replace("PORT", str(port)) for option in options]
    files = ["--tls-cert", str(cert), "--tls-key", str(key)]
    return launch(*files, *given, port=port, ca=certificates.ca, **more)


def kept(server):
    """A connection that stays open."""
    host, port = server.url.removeprefix("https://").split(":")
    return http.client.HTTPSConnection(host, int(port), timeout=30, context=server.trust)


def ask(connection, server, method, path, body=None):
    headers = {"Content-Type": "application/json", **server.headers}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_it_tells_an_https_address_and_keeps_the_token_for_it(secure, monkeypatch):
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(secure.config))
    told = secure.log.read_text()
    port = secure.url.rpartition(":")[2]
    assert f"at https://localhost:{port}" in told or f"at {secure.url}" in told
    assert "Warning" not in told
    assert secure.token == credentials.read(f"https://localhost:{port}")
    assert credentials.read(f"http://localhost:{port}") is None


def test_the_same_message_again_and_again_takes_the_short_way_too(secure):
    connection = kept(secure)
    status, body = ask(connection, secure, "POST", f"{API}runs/create", '{"experiment_id":"0"}')
    assert status == 200
    run = json.loads(body)["run"]["info"]["run_id"]
    for step in range(50):
        point = f'{{"run_id":"{run}","key":"m","value":{step},"timestamp":1,"step":{step}}}'
        assert ask(connection, secure, "POST", f"{API}runs/log-metric", point) == (200, b"{}")
    status, body = ask(connection, secure, "GET", f"{API}metrics/get-history?run_id={run}&metric_key=m")
    assert [point["value"] for point in json.loads(body)["metrics"]] == list(range(50))


def test_requests_sent_at_once_are_answered_in_order(secure, wire):
    body = b'{"max_results":1}'
    asked = wire.request(
        "POST",
        f"{API}experiments/search",
        body,
        host="localhost",
        authorization=f"Bearer {secure.token}",
        content_type="application/json",
    )
    with (
        wire.connect(secure.url.replace("https", "http")) as sock,
        secure.trust.wrap_socket(sock, server_hostname="localhost") as tls,
    ):
        for _ in range(3):
            tls.sendall(asked)
            assert wire.read_reply(tls).status == 200
        tls.sendall(asked * 5 + wire.request("GET", "/version", host="localhost"))
        received = b""
        while received.count(b"HTTP/1.1 200") < 6 or not received.endswith(b"3.17.2"):
            received += tls.recv(65536)


def test_large_files_go_both_ways(secure):
    content = bytes(range(256)) * (32 * MB // 256)
    with secure.client() as client:
        for upload in (content, iter([content[: 3 * MB], content[3 * MB :]])):
            assert client.put(f"{PUT}0/large.bin", content=upload).status_code == 200
            assert client.get(f"{PUT}0/large.bin").content == content


def test_many_clients_at_once(secure):
    failed = []

    def work(number):
        with secure.client() as client:
            for i in range(20):
                answer = client.post(f"{API}experiments/create", json={"name": f"{number}-{i}"})
                if answer.status_code != 200:
                    failed.append(answer.text)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert failed == []


def test_plain_http_is_hung_up_on_without_noise(secure):
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(secure.url.replace("https", "http") + "/health")
    assert secure.client().get("/health").text == "OK"
    assert "Traceback" not in secure.log.read_text()


def test_config_and_status_reach_it(secure, tmp_path):
    for command in (["config", "--server", secure.url], ["status"]):
        done = subprocess.run(
            [LAZWARD, *command], cwd=tmp_path, env=secure.environment(), capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "answers        yes"


def test_the_token_of_an_older_http_address_is_used_on(start_server, certificates):
    first = start_server()
    first.stop()
    second = begin(start_server, certificates, home=first.home, LAZWARD_CONFIG_DIR=str(first.config))
    assert second.client().get(f"{API}experiments/get?experiment_id=0").status_code == 200


def test_it_ends_in_order(start_server, certificates):
    server = begin(start_server, certificates)
    with server.client() as client:
        client.get("/health")
        assert server.stop() == 0
    told = server.log.read_text()
    assert "Traceback" not in told
    assert "ERROR" not in told


# ---------------------------------------------------------------- what is refused and what is told


def test_certificates_that_cannot_be_used_are_refused_before_anything_is_made(
    refused, certificates, tmp_path
):
    cert, key = certificates.issue()
    other, _ = certificates.issue()
    for options, told in {
        (cert, tmp_path / "none.key"): "cannot be read: No such file",
        (other, key): "does not belong to the certificate",
        (key, key): "holds no certificate",
    }.items():
        assert told in refused("--tls-cert", options[0], "--tls-key", options[1])
    assert "--tls-cert and --tls-key belong together" in refused("--tls-cert", cert)
    assert not (tmp_path / "refused").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--trusted-proxy", "proxy.example"], "'proxy.example' does not appear to be"),
        (["--trusted-proxy", "10.0.0.1/8"], "has host bits set"),
        (["--trusted-proxy", "0.0.0.0/0"], "would let every caller claim any address"),
        (["--allowed-host", "https://ml.example.com"], "without scheme, port or path"),
        (["--allowed-host", "*.example.com"], "without scheme, port or path"),
        (["--public-url", "ml.example.com"], "--public-url: 'ml.example.com' is not a server's address"),
        (["--public-url", "https://ml.example.com/lazward"], "something behind the host"),
        (["--public-url", "https://user:pw@ml.example.com"], "must not hold a user name"),
        (["--auth", "off", "--public-url", "https://ml.example.com"], "--auth off is for this machine alone"),
        (["--auth", "off", "--trusted-proxy", "127.0.0.1"], "--auth off is for this machine alone"),
    ],
)
def test_what_makes_no_sense_is_refused(refused, options, told):
    assert told in refused(*options)


def test_tokens_in_clear_are_warned_of_at_the_start(start_server):
    told = start_server("--host", "0.0.0.0").log.read_text()
    assert "Warning: tokens travel in clear to http://127.0.0.1:" in told
    assert told.count("Warning") == 1


def test_the_token_is_kept_for_the_public_address(start_server, monkeypatch):
    server = start_server("--public-url", "https://ml.example.com/")
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    assert credentials.read("https://ml.example.com") == server.token
    assert "token show --server https://ml.example.com\n" in server.log.read_text()
