"""Certificates of private authorities, and what is told of certificates that are not believed."""

import datetime as dt
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from tests import forked

from lazward import errors
from lazward.client import credentials, trust, uri, workspaces
from lazward.client.http import Connection

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_authorities_of_the_tester(monkeypatch):
    for name in (*trust.VARIABLES, "SSL_CERT_DIR", "MLFLOW_TRACKING_INSECURE_TLS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(trust, "_believed", set())


@pytest.fixture
def secure(recorder, certificates):
    """Makes recording servers that speak TLS."""

    def start(*names, **options):
        server = recorder()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificates.issue(*names, **options))
        # Hands are shaken where a request is read, so that a client that leaves stops nobody else.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda *_: None  # clients that refuse leave in the middle
        server.secure_url = server.url.replace("http:", "https:")
        return server

    return start


def at(server):
    return uri.server(server.secure_url)


def ask(url):
    workspaces.check(Connection(uri.parse(url)))


def refusal(url):
    with pytest.raises(errors.ServerUnreachable) as caught:
        ask(url)
    return str(caught.value)


@pytest.mark.parametrize("variable", trust.VARIABLES)
def test_the_environment_names_the_authority(secure, certificates, monkeypatch, variable):
    server = secure()
    monkeypatch.setenv(variable, str(certificates.ca))
    ask(server.secure_url)
    assert len(server.requests) == 1


def test_our_own_variable_comes_before_the_others(secure, certificates, monkeypatch, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("LAZWARD_CA_BUNDLE", str(certificates.ca))
    ask(secure().secure_url)


def test_a_remembered_authority_counts_for_its_server_alone(secure, certificates):
    server, other = secure(), secure()
    credentials.save_ca(server.secure_url, certificates.ca)
    ask(server.secure_url)
    assert "lazward config --server" in refusal(other.secure_url)
    assert other.requests == []


def test_a_remembered_authority_comes_before_the_environments(secure, certificates, monkeypatch, tmp_path):
    server = secure()
    monkeypatch.setenv("LAZWARD_CA_BUNDLE", str(tmp_path / "none.pem"))
    credentials.save_ca(server.secure_url, certificates.ca)
    ask(server.secure_url)


def test_the_authority_counts_instead_of_the_public_ones(certificates):
    assert len(trust.load(str(certificates.ca)).get_ca_certs()) == 1


def test_token_and_authority_are_kept_beside_each_other(certificates):
    url = "https://ml.example.com"
    credentials.save_ca(url, certificates.ca)
    assert credentials.servers() == []
    credentials.save(url, "secret")
    assert (credentials.read(url), credentials.read_ca(url)) == ("secret", str(certificates.ca))
    assert credentials.forget(url)
    assert not credentials.forget(url)
    assert (credentials.read(url), credentials.read_ca(url)) == (None, str(certificates.ca))
    credentials.save_ca(url, None)
    assert credentials.path().read_text().strip() == "{}"


# ---------------------------------------------------------------- what is wrong, in words


def test_an_unknown_authority_is_told_with_both_remedies(secure):
    server = secure()
    credentials.save(server.secure_url, "secret")
    told = refusal(server.secure_url)
    assert "The certificate of 127.0.0.1 comes from an authority that is not known here" in told
    assert f"lazward config --server {server.secure_url} --ca FILE" in told
    assert "LAZWARD_CA_BUNDLE" in told
    assert server.requests == []


def test_an_authority_that_is_not_the_servers_is_named(secure, tmp_path, monkeypatch):
    import trustme

    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    monkeypatch.setenv("LAZWARD_CA_BUNDLE", str(tmp_path / "other.pem"))
    assert f"an authority, which {tmp_path / 'other.pem'} does not hold" in refusal(secure().secure_url)


def test_other_names_and_times_are_told(secure, certificates, monkeypatch):
    monkeypatch.setenv("LAZWARD_CA_BUNDLE", str(certificates.ca))
    today = dt.datetime.now(dt.UTC)
    named = secure("ml.example.com")
    old = secure(not_before=today - 3 * DAY, not_after=today - DAY)
    young = secure(not_before=today + DAY)
    assert "made for another name than 127.0.0.1" in refusal(named.secure_url)
    assert "made for another name than localhost" in refusal(
        named.secure_url.replace("127.0.0.1", "localhost")
    )
    assert "The certificate of 127.0.0.1 has expired" in refusal(old.secure_url)
    assert "is the clock of this machine right?" in refusal(young.secure_url)


def test_a_server_without_tls_is_recognised(recorder):
    plain = recorder()
    wrong = plain.url.replace("http:", "https:")
    assert f"{wrong} does not speak TLS; if it serves plain http, its address is {plain.url}." in refusal(
        wrong
    )


@pytest.mark.parametrize(
    ("content", "told"), [(None, "cannot be read: No such file"), ("hello", "holds no certificate")]
)
def test_a_file_that_is_no_authority_is_named(secure, monkeypatch, tmp_path, content, told):
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    monkeypatch.setenv("LAZWARD_CA_BUNDLE", str(file))
    with pytest.raises(errors.ConfigError, match=told) as caught:
        ask(secure().secure_url)
    assert str(file) in str(caught.value)


def test_a_lost_connection_is_no_matter_of_certificates():
    assert trust.explain(ssl.SSLEOFError(8, "EOF occurred"), uri.server("https://x")) is None
    assert trust.explain(OSError("away"), uri.server("https://x")) is None


def test_a_server_with_tls_is_recognised_by_how_it_hangs_up(start_server, certificates):
    cert, key = certificates.issue()
    server = start_server("--tls-cert", str(cert), "--tls-key", str(key), ca=certificates.ca)
    assert f"If it serves TLS, its address is {server.url}." in refusal(server.url.replace("https:", "http:"))


# ---------------------------------------------------------------- MLflow's requests


def test_the_check_before_mlflows_requests_tells_the_same(secure, certificates, monkeypatch):
    server = secure()
    with pytest.raises(errors.ServerUnreachable, match="lazward config --server"):
        trust.check(at(server))
    monkeypatch.setenv("LAZWARD_CA_BUNDLE", str(certificates.ca))
    trust.check(at(server))


def test_the_check_leaves_a_server_that_is_away_to_the_request(secure):
    server = secure()
    server.shutdown()
    server.server_close()
    trust.check(at(server))
    trust.check(uri.server("http://127.0.0.1:1"))


def test_the_check_is_not_made_through_a_proxy(secure, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    trust.check(at(secure()))


@pytest.mark.parametrize("value", ["true", "1", "True"])
def test_what_mlflow_is_told_not_to_check_is_not_checked_here_either(secure, monkeypatch, value):
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", value)
    server = secure("ml.example.com")
    trust.check(at(server))
    ask(server.secure_url)
    assert len(server.requests) == 1


def test_any_other_value_leaves_the_check_on(secure, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "false")
    refusal(secure().secure_url)


def test_the_spool_is_sent_to_a_server_that_is_not_checked(start_server, certificates, tmp_path):
    cert, key = certificates.issue()
    server = start_server("--tls-cert", str(cert), "--tls-key", str(key), ca=certificates.ca)
    environment = server.environment(
        LAZWARD_CA_BUNDLE="", MLFLOW_TRACKING_INSECURE_TLS="true", LAZWARD_SPOOL_DIR=str(tmp_path / "spool")
    )
    script = Path(__file__).parent / "scripts" / "spooled.py"
    command = [sys.executable, script, "lazward" + server.url.removeprefix("https"), "left_open"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    run = done.stdout.splitlines()[0]
    with server.client() as client:
        found = client.get("/api/2.0/mlflow/runs/get", params={"run_id": run}).json()["run"]
    assert [metric["key"] for metric in found["data"]["metrics"]] == ["m"]
    assert found["info"]["status"] == "FINISHED"


# ---------------------------------------------------------------- the command line


def test_config_remembers_the_authority(secure, certificates):
    server = secure()
    done = forked.lazward("config", "--server", server.secure_url)
    assert "Warning: The certificate of 127.0.0.1" in done.stderr
    os.symlink(certificates.ca, "ca.pem")
    done = forked.lazward("config", "--server", server.secure_url, "--ca", "ca.pem")
    assert (done.returncode, done.stderr) == (0, "")
    assert credentials.read_ca(server.secure_url) == str(Path("ca.pem").absolute())
    assert forked.lazward("config", "--server", server.secure_url).stderr == ""
    forked.lazward("config", "--server", server.secure_url, "--ca", "")
    assert credentials.read_ca(server.secure_url) is None


@pytest.mark.parametrize("server", ["https://ml.example.com", "http://ml.example.com"])
def test_config_refuses_an_authority_that_cannot_be_one(server):
    Path("ca.pem").write_text("hello")
    done = forked.lazward("config", "--server", server, "--ca", "ca.pem")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert (
        "holds no certificate" if server.startswith("https") else "--ca is for servers that speak TLS"
    ) in done.stderr
    assert credentials.read_ca(server) is None
