import socket
import threading
import time

import pytest

from lazward import errors
from lazward.client import credentials, experiments, snapshots, uri, workspaces
from lazward.client.http import Connection
from lazward.wire.base import Empty
from lazward.wire.experiments import DeleteExperiment

ANY = DeleteExperiment("1")


def to(server, workspace="/workspaces/w"):
    return Connection(uri.parse(server.url + workspace))


def test_the_token_goes_to_its_server_alone(recorder):
    mine, other = recorder(), recorder()
    credentials.save(mine.url, "secret")
    for server in (mine, other):
        to(server).post("/x", ANY, Empty)
    assert mine.authorizations == {"Bearer secret"}
    assert other.authorizations == {None}


def test_a_redirect_to_another_server_is_not_followed(recorder):
    mine, other = recorder(), recorder()
    credentials.save(mine.url, "secret")
    mine.answers = [(307, b"", {"Location": other.url + "/x"})]
    with pytest.raises(errors.ServerUnreachable):
        to(mine).get("/x", Empty)
    assert other.requests == []


def test_requests_go_below_the_workspace(recorder):
    server = recorder()
    workspaces.check(to(server))
    experiments.delete(to(server), "1")
    assert [(verb, path) for verb, path, _ in server.requests] == [
        ("GET", "/workspaces/w/api/v1/workspaces/w"),
        ("POST", "/workspaces/w/api/2.0/mlflow/experiments/delete"),
    ]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "RESOURCE_DOES_NOT_EXIST", errors.NotFound),
        (400, "RESOURCE_ALREADY_EXISTS", errors.AlreadyExists),
        (400, "SOMETHING_NEW", errors.LazwardError),
        (403, "PERMISSION_DENIED", errors.PermissionDenied),
    ],
)
def test_the_servers_errors_keep_their_kind_and_text(recorder, status, code, kind):
    server = recorder()
    server.answers = [(status, {"error_code": code, "message": "so it is"}, {})]
    with pytest.raises(kind, match="so it is") as caught:
        to(server).post("/x", ANY, Empty)
    assert type(caught.value) is kind


def test_a_refused_token_says_how_to_get_one(recorder):
    server = recorder()
    server.answers = [(401, {"error_code": "UNAUTHENTICATED", "message": "Unknown token."}, {})]
    with pytest.raises(errors.Unauthenticated, match=f"lazward token show --server {server.url}"):
        to(server).get("/x", Empty)


@pytest.mark.parametrize("answer", [(200, b"<html>", {}), (404, b"<html>", {}), (502, b"", {})])
def test_another_kind_of_server_is_recognised(recorder, answer):
    server = recorder()
    server.answers = [answer]
    with pytest.raises(errors.ServerUnreachable, match="did not answer as a Lazward server"):
        to(server).get("/x", Empty)


BUSY = (503, {"error_code": "TEMPORARILY_UNAVAILABLE", "message": "busy"}, {})


def test_a_busy_server_is_asked_again(recorder):
    server = recorder()
    server.answers = [BUSY, BUSY]
    to(server).get("/x", Empty)
    assert len(server.requests) == 3


def test_it_is_not_asked_forever(recorder):
    server = recorder()
    server.answers = [BUSY] * 10
    with pytest.raises(errors.Unavailable, match="busy"):
        to(server).get("/x", Empty)
    assert len(server.requests) == 4


def test_what_may_have_happened_is_not_repeated(recorder):
    server = recorder()
    server.answers = [BUSY] * 10
    with pytest.raises(errors.Unavailable):
        to(server).post("/x", ANY, Empty)
    assert len(server.requests) == 1


def test_a_server_that_is_not_there_is_named_soon():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    started = time.monotonic()
    with pytest.raises(errors.ServerUnreachable, match=url):
        Connection(uri.parse(url)).get("/x", Empty)
    assert time.monotonic() - started < 5


def test_a_proxy_is_not_asked_for_this_machine(recorder, monkeypatch):
    server, proxy = recorder(), recorder()
    monkeypatch.setenv("http_proxy", proxy.url)
    to(server).get("/x", Empty)
    assert proxy.requests == []


@pytest.fixture(
    params=[
        pytest.param((b"content-length: 100", b"some of it"), id="announced"),
        pytest.param((b"transfer-encoding: chunked", b"64\r\nsome of it"), id="chunked"),
    ]
)
def cut_short(request):
    """The URL of a server that hangs up in the middle of each answer's body."""
    header, body = request.param

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                if connection.recv(2**16).startswith(b"GET"):
                    connection.sendall(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n" + body)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
    thread.join(10)


def test_a_body_that_breaks_off_is_told_as_a_server_out_of_reach(cut_short, tmp_path):
    at = Connection(uri.parse(cut_short))
    with (tmp_path / "got").open("wb") as file, pytest.raises(errors.ServerUnreachable) as caught:
        snapshots.get_file(at, "0" * 64, file)
    assert f"{cut_short} broke" in caught.value.message
    assert "TLS" not in caught.value.message
