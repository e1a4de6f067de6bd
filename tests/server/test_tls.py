"""The server's certificate: which files are refused and in which words, and how renewed ones are taken up."""

import contextlib
import datetime as dt
import logging
import os
import socket
import ssl
import subprocess
import threading

import pytest
import uvicorn

from lazward.errors import ConfigError
from lazward_server import tls
from lazward_server.http import protocol

DAY = dt.timedelta(days=1)


def now():
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def pair(certificates):
    return certificates.issue()


# ---------------------------------------------------------------- files that cannot be used


def refusal(cert, key):
    with pytest.raises(ConfigError) as caught:
        tls.load(cert, key)
    return str(caught.value)


def test_what_is_not_there_or_no_file_is_named(pair, tmp_path):
    cert, key = pair
    assert (
        refusal(tmp_path / "no.pem", key)
        == f"{tmp_path / 'no.pem'} cannot be read: No such file or directory."
    )
    assert refusal(cert, tmp_path) == f"{tmp_path} cannot be read: Is a directory."


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_key_that_may_not_be_read_is_named(pair):
    pair[1].chmod(0)
    assert refusal(*pair) == f"{pair[1]} cannot be read: Permission denied."


def test_files_of_another_kind_are_named(pair, tmp_path):
    cert, key = pair
    other = tmp_path / "other.pem"
    other.write_text("hello")
    assert f"{other} holds no certificate" in refusal(other, key)
    assert f"{key} holds no certificate" in refusal(key, cert)
    assert f"{other} holds no private key" in refusal(cert, other)


def test_a_key_of_another_certificate_is_refused(pair, certificates):
    cert, _ = pair
    _, other = certificates.issue()
    assert f"The key in {other} does not belong to the certificate in {cert}" in refusal(cert, other)


def test_a_locked_key_is_refused_instead_of_asking_the_terminal(pair, tmp_path):
    cert, key = pair
    locked = tmp_path / "locked.key"
    subprocess.run(
        ["openssl", "pkey", "-in", key, "-aes256", "-passout", "pass:secret", "-out", locked], check=True
    )
    assert f"The key in {locked} is locked with a passphrase" in refusal(cert, locked)


def test_a_certificate_whose_time_is_over_or_has_not_come_is_refused(certificates):
    cert, key = certificates.issue(not_before=now() - 3 * DAY, not_after=now() - DAY)
    assert refusal(cert, key) == f"The certificate in {cert} expired on {now() - DAY:%Y-%m-%d}; renew it."
    cert, key = certificates.issue(not_before=now() + DAY)
    assert f"The certificate in {cert} is valid only from {now() + DAY:%Y-%m-%d}" in refusal(cert, key)


def test_the_names_and_the_time_of_a_certificate_are_known(certificates):
    _, shown = tls.load(*certificates.issue("ml.example.com", "*.team.example.com", "192.0.2.7"))
    assert shown.ends > now() + DAY > shown.begins
    for host, covered in {
        "ml.example.com": True,
        "a.team.example.com": True,
        "192.0.2.7": True,
        "team.example.com": False,
        "a.b.team.example.com": False,
        "example.com": False,
        "192.0.2.8": False,
    }.items():
        assert shown.covers(host) is covered, host


# ---------------------------------------------------------------- a server that goes on


async def answer_ok(scope, _receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"OK"})


@pytest.fixture
def serve():
    """Serves with a certificate, on the real server's loop; returns the address."""
    running = []

    def begin(certificate):
        config = uvicorn.Config(
            answer_ok,
            http=protocol.Protocol,
            lifespan="off",
            log_level="error",
            ssl_context_factory=lambda *_: certificate.context,
        )
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread, listener))
        return listener.getsockname()

    yield begin
    for server, thread, listener in running:
        server.should_exit = True
        thread.join()
        listener.close()


def ask(secure):
    """A request that must be answered; head and body come apart."""
    secure.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    received = b""
    while not received.endswith(b"OK"):
        piece = secure.recv(1000)
        assert piece, received
        received += piece


def shown(address, known, name=None):
    """The certificate that a new client is shown; naming a host sends it along."""
    with socket.create_connection(address, 5) as sock:
        known.check_hostname = False
        with known.wrap_socket(sock, server_hostname=name) as secure:
            ask(secure)
            return secure.getpeercert(binary_form=True)


def der(cert):
    return ssl.PEM_cert_to_DER_cert(
        cert.read_text().partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----"
    )


def replace(pair, by):
    for file, new in zip(pair, by, strict=True):
        new.replace(file)


@pytest.mark.parametrize("name", [None, "localhost", "127.0.0.1"])
def test_renewed_files_are_taken_up_by_new_connections(pair, certificates, serve, name):
    address = serve(tls.Certificate(*pair, seconds=0))
    known = ssl.create_default_context(cafile=certificates.ca)
    first = shown(address, known, name)
    assert first == der(pair[0])
    replace(pair, certificates.issue())
    second = shown(address, known, name)
    assert second == der(pair[0]) != first


def test_an_open_connection_outlives_a_renewal(pair, certificates, serve):
    address = serve(tls.Certificate(*pair, seconds=0))
    known = ssl.create_default_context(cafile=certificates.ca)
    with (
        socket.create_connection(address, 5) as sock,
        known.wrap_socket(sock, server_hostname="localhost") as old,
    ):
        replace(pair, certificates.issue())
        shown(address, known)
        ask(old)


def test_half_a_renewal_leaves_the_older_certificate_until_the_other_half_comes(
    pair, certificates, serve, caplog
):
    caplog.set_level(logging.WARNING, "lazward.tls")
    address = serve(tls.Certificate(*pair, seconds=0))
    known = ssl.create_default_context(cafile=certificates.ca)
    first = shown(address, known)
    cert, key = certificates.issue()
    cert.replace(pair[0])
    assert shown(address, known) == first
    assert "the older one stays" in caplog.text
    key.replace(pair[1])
    assert shown(address, known) == der(pair[0]) != first


def test_files_that_vanish_or_expire_leave_the_older_certificate(pair, certificates, serve):
    address = serve(tls.Certificate(*pair, seconds=0))
    known = ssl.create_default_context(cafile=certificates.ca)
    first = shown(address, known)
    replace(pair, certificates.issue(not_before=now() - 3 * DAY, not_after=now() - DAY))
    assert shown(address, known) == first
    pair[0].unlink()
    assert shown(address, known) == first


def test_the_files_are_looked_at_only_once_in_a_while(pair, certificates, serve):
    address = serve(tls.Certificate(*pair, seconds=3600))
    known = ssl.create_default_context(cafile=certificates.ca)
    first = shown(address, known)
    replace(pair, certificates.issue())
    assert shown(address, known) == first


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_versions_before_1_2_are_refused(pair, serve):
    address = serve(tls.Certificate(*pair))
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:@SECLEVEL=0")
    client.minimum_version = ssl.TLSVersion.TLSv1
    for newest, spoken in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_1, None)):
        client.maximum_version = newest
        with socket.create_connection(address, 5) as sock, contextlib.ExitStack() as expected:
            if spoken is None:
                expected.enter_context(pytest.raises(ssl.SSLError))
            assert client.wrap_socket(sock).version() == spoken


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", b"\x16\x03\x01\xff\xff", b"\0" * 100])
def test_what_is_no_tls_is_hung_up_on(pair, certificates, serve, sent, capfd):
    address = serve(tls.Certificate(*pair))
    with socket.create_connection(address, 5) as sock:
        sock.sendall(sent)
        sock.shutdown(socket.SHUT_WR)
        try:
            assert len(sock.recv(1000)) < 50  # an alert at most
        except ConnectionResetError:
            pass
    shown(address, ssl.create_default_context(cafile=certificates.ca))
    assert "Traceback" not in capfd.readouterr().err
