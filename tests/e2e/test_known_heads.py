"""The short way of messages whose head is known: nobody may see a difference to the long one."""

import json

import pytest

SEARCH = "/api/2.0/mlflow/experiments/search"
BODY = b'{"max_results":1}'


@pytest.fixture
def ask(server, wire):
    """Bytes of a search for experiments."""

    def build(body=BODY, **headers):
        given = {
            "host": server.url[7:],
            "authorization": f"Bearer {server.token}",
            "content_type": "application/json",
            "content_length": str(len(body)),
        }
        return wire.request("POST", SEARCH, **given | headers) + body

    return build


def statuses(sock, count):
    """Of so many replies, which may come in any pieces."""
    received = b""
    while received.count(b"HTTP/1.1 ") < count or not received.endswith(b"}"):
        received += sock.recv(65536)
    return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]


def test_the_same_request_has_the_same_answer_however_often_it_comes(server, wire, ask):
    with wire.connect(server.url) as sock:
        answers = []
        for _ in range(5):
            sock.sendall(ask())
            answers.append(wire.read_reply(sock))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(json.loads(answers[0].body)["experiments"]) == 1


def test_a_known_request_may_come_in_pieces(server, wire, ask):
    data = ask()
    with wire.connect(server.url) as sock:
        for cut in range(len(data) - 40, len(data)):
            sock.sendall(data)
            whole = wire.read_reply(sock)
            sock.sendall(data[:cut])
            sock.sendall(data[cut:])
            assert wire.read_reply(sock) == whole


def test_known_requests_sent_at_once_are_answered_in_order(server, wire, ask):
    one, other = ask(), ask(b'{"max_results":"x"}')
    with wire.connect(server.url) as sock:
        for data in (one, other):  # now both heads are known
            sock.sendall(data)
            wire.read_reply(sock)
        for _ in range(20):
            sock.sendall(one)
            sock.sendall(other + one)
            sock.sendall(one[:60])
            sock.sendall(one[60:])
            assert statuses(sock, 4) == [200, 400, 200, 200]


def test_empty_lines_are_no_request(server, wire, ask):
    """They hold the end of a head, but the head they end is the one before."""
    data = ask(b"")
    with wire.connect(server.url) as sock:
        for _ in range(3):
            sock.sendall(data)
            assert wire.read_reply(sock).status == 400
            sock.sendall(b"\r\n\r\n")
        sock.sendall(ask())
        assert wire.read_reply(sock).status == 200, "an empty line was answered"


def test_a_head_says_nothing_of_the_body_behind_it(server, wire, ask):
    with wire.connect(server.url) as sock:
        for body, status in ((BODY, 200), (b'{"max_results":x}', 400), (BODY, 200), (b"x" * len(BODY), 400)):
            sock.sendall(ask(body))
            assert wire.read_reply(sock).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": "Bearer wrong"}, 401),
        ({"content_type": "text/plain"}, 400),
        ({"host": "evil.example"}, 400),
        ({"origin": "http://evil.example"}, 403),
    ],
)
def test_what_is_refused_once_is_refused_again(server, wire, ask, headers, status):
    for _ in range(3):
        with wire.connect(server.url) as sock:
            for _ in range(3):
                sock.sendall(ask(**headers))
                assert wire.read_reply(sock).status == status
                sock.sendall(ask())
                assert wire.read_reply(sock).status == 200


def test_a_client_that_asks_for_the_end_gets_it(server, wire, ask):
    for _ in range(3):
        with wire.connect(server.url) as sock:
            sock.sendall(ask(connection="close"))
            assert wire.read_reply(sock).status == 200
            assert sock.recv(1) == b""
