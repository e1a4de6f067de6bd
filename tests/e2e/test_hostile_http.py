"""Connections of enemies and broken clients: refused within bounds, and everybody else goes on."""

import contextlib
import socket
import statistics
import threading
import time

import psutil
import pytest

API = "/api/2.0/mlflow/"
PUT = "/api/2.0/mlflow-artifacts/artifacts/"
MB = 2**20


@pytest.fixture(autouse=True)
def _healthy_afterwards(server, send):
    yield
    assert send("GET", "/health").body == b"OK"
    assert server.process.poll() is None
    assert "Traceback" not in server.log.read_text()


def with_token(server, **headers):
    return {
        "host": server.url[7:],
        "authorization": f"Bearer {server.token}",
        "content_type": "application/json",
        **headers,
    }


# ---------------------------------------------------------------- large and slow


def memory(server):
    return psutil.Process(server.process.pid).memory_full_info().pss


class Watch:
    """Takes the largest memory of a process while something goes on."""

    def __init__(self, server):
        self.server = server
        self.before = memory(server)
        self.most = self.before

    def __enter__(self):
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()
        return self

    def look(self):
        while not self.done.wait(0.01):
            self.most = max(self.most, memory(self.server))

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    @property
    def growth(self):
        return self.most - self.before


def chunked(pieces):
    for piece in pieces:
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def test_a_body_of_a_hundred_megabytes_is_refused_in_little_memory(server, wire):
    head = wire.request("POST", f"{API}runs/log-batch", **with_token(server, content_length=str(100 * MB)))
    with Watch(server) as watch, wire.connect(server.url) as sock:
        sock.sendall(head)
        with contextlib.suppress(OSError):  # it need not listen to the end
            for _ in range(100):
                sock.sendall(b" " * MB)
        answer = wire.read_reply(sock)
    assert answer.error[0] == "INVALID_PARAMETER_VALUE"
    assert "larger than" in answer.error[1]
    assert watch.growth < 16 * MB


def test_a_chunked_body_of_a_hundred_megabytes_is_refused_in_bounded_memory(server, wire):
    head = wire.request(
        "POST", f"{API}runs/log-batch", **with_token(server, content_length="", transfer_encoding="chunked")
    )
    with Watch(server) as watch, wire.connect(server.url) as sock:
        sock.sendall(head)
        for piece in chunked([b" " * MB] * 100):
            sock.sendall(piece)
        answer = wire.read_reply(sock)
    assert answer.error[0] == "INVALID_PARAMETER_VALUE"
    assert watch.growth < 100 * MB


def test_a_body_without_a_token_is_not_read(server, wire):
    head = wire.request("POST", f"{API}runs/log-batch", host=server.url[7:], content_length=str(100 * MB))
    with wire.connect(server.url) as sock:
        sock.sendall(head)
        assert wire.read_reply(sock).status == 401


def test_chunked_bodies_are_read(server, wire):
    headers = with_token(server, content_length="", transfer_encoding="chunked")
    pieces = list(chunked([b'{"max_', b"results", b'":1}']))
    asked = wire.request("POST", f"{API}experiments/search", **headers) + b"".join(pieces)
    assert wire.exchange(server.url, asked).status == 200
    put = wire.request("PUT", f"{PUT}0/chunked", **headers) + b"".join(chunked([b"ab", b"cd"]))
    assert wire.exchange(server.url, put).status == 200
    assert (server.home / "artifacts/default/0/chunked").read_bytes() == b"abcd"


@pytest.mark.parametrize(
    "sent", [b"zz\r\nab\r\n0\r\n\r\n", b"2\r\nabX\r\n0\r\n\r\n", b"-1\r\n\r\n", b"ffffffffffffffffff\r\n"]
)
def test_broken_chunks_store_nothing(server, wire, sent):
    headers = with_token(server, content_length="", transfer_encoding="chunked")
    with wire.connect(server.url) as sock, contextlib.suppress(ConnectionError):
        sock.sendall(wire.request("PUT", f"{PUT}0/broken-chunks", **headers) + sent)
        assert wire.read_reply(sock).status == 400
    assert not (server.home / "artifacts/default/0/broken-chunks").exists()


def staged(server):
    return [path for path in (server.home / "artifacts/.staging").glob("*/*") if path.name != "lock"]


@pytest.mark.parametrize("path", [f"{PUT}0/half.bin", f"{API}runs/log-batch"])
def test_a_client_that_leaves_in_mid_body_leaves_nothing(server, wire, eventually, path):
    method = "PUT" if path.startswith(PUT) else "POST"
    for _ in range(20):
        with wire.connect(server.url) as sock:
            sock.sendall(wire.request(method, path, **with_token(server, content_length=str(MB))))
            sock.sendall(b"x" * 600_000)
    eventually(lambda: not staged(server))
    assert not (server.home / "artifacts/default/0/half.bin").exists()


def test_a_client_that_leaves_before_the_answer_does_not_matter(server, wire):
    for path in (f"{API}experiments/search", f"{API}runs/search"):
        for _ in range(50):
            with wire.connect(server.url) as sock:
                sock.sendall(wire.request("POST", path, b'{"max_results":1}', **with_token(server)))
                sock.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
                )  # a reset at the end


def test_slow_clients_do_not_hinder_others(server, wire, send):
    head = wire.request("POST", f"{API}runs/log-batch", **with_token(server, content_length="1000"))
    slow = [wire.connect(server.url) for _ in range(200)]
    for i, sock in enumerate(slow):  # some stop in the head, some in the body
        sock.sendall(head[: 40 + i] if i % 2 else head + b'{"run_id":')

    def drip():
        while not done.wait(0.2):
            for sock in slow:
                with contextlib.suppress(OSError):
                    sock.send(b" ")

    done = threading.Event()
    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        times = []
        for _ in range(50):
            start = time.perf_counter()
            assert send("POST", f"{API}experiments/search", '{"max_results":1}').status == 200
            times.append(time.perf_counter() - start)
    finally:
        done.set()
        dripping.join()
        for sock in slow:
            sock.close()
    assert statistics.median(times) < 0.5


def test_a_slow_reader_of_a_large_file_costs_little_memory(server, wire, send):
    assert send("PUT", f"{PUT}0/large.bin", bytes(64 * MB)).status == 200
    with Watch(server) as watch, contextlib.ExitStack() as stack:
        for _ in range(8):
            sock = stack.enter_context(wire.connect(server.url))
            sock.sendall(wire.request("GET", f"{PUT}0/large.bin", **with_token(server)))
            sock.recv(1000)  # and no more
        time.sleep(0.5)
        assert send("GET", "/health").body == b"OK"
    assert watch.growth < 64 * MB


def test_endless_headers_are_refused_in_little_memory(server, wire):
    many = b"".join(b"x-%d: %s\r\n" % (i, b"y" * 100) for i in range(10_000))
    for flood in (b"x: " + b"y" * MB, many, b"GET /" + b"y" * MB):
        with Watch(server) as watch, wire.connect(server.url) as sock:
            start = b"" if flood.startswith(b"GET") else b"GET /health HTTP/1.1\r\nhost: localhost\r\n"
            sock.sendall(start)
            with contextlib.suppress(OSError):
                for _ in range(40):
                    sock.sendall(flood)
            with contextlib.suppress(ConnectionError):
                assert wire.read_reply(sock).status in (400, 431)
        assert watch.growth < 16 * MB


def test_headers_of_a_sensible_size_are_taken(server, wire):
    asked = wire.request("GET", "/health", host=server.url[7:], **{f"x_{i}": "y" * 1000 for i in range(30)})
    assert wire.exchange(server.url, asked).body == b"OK"


# ---------------------------------------------------------------- HTTP


MALFORMED = [
    b"\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /health\r\n\r\n",
    b"GET /health HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /health HTTP/1.1\r\nhost localhost\r\n\r\n",
    b"GET /health HTTP/1.1\r\nhost: localhost\r\ncontent-length: x\r\n\r\n",
    b"GET /health HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n",
    b"GET http:// HTTP/1.1\r\nhost: localhost\r\n\r\n",
    b"POST /health HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    b"CONNECT localhost:80 HTTP/1.1\r\nhost: localhost\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n",
    b"GET /h\xe9alth HTTP/1.1\r\nhost: localhost\r\n\r\n",
    b"GET /health HTTP/1.1\r\nho st: localhost\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /health HTTP/1.1\r\n\r\n",
    b"GET /health HTTP/1.1\r\nhost:\r\n\r\n",
    b"GET /health HTTP/1.1\r\nhost: \xff\r\n\r\n",
]


@pytest.mark.parametrize("sent", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_hardly_http_is_refused_in_the_protocols_shape(server, wire, sent):
    with wire.connect(server.url, 5) as sock:
        sock.sendall(sent)
        sock.shutdown(socket.SHUT_WR)
        try:
            answer = wire.read_reply(sock)
        except ConnectionError:  # hung up without a word
            return
    assert 400 <= answer.status < 500
    assert answer.error[0] in ("BAD_REQUEST", "ENDPOINT_NOT_FOUND")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8421",
        "127.0.0.1.evil.example",
        "localhost.evil",
        "0.0.0.0",
        "[::2]",
        "127.0.0.2",
    ],
)
def test_a_foreign_host_is_refused_even_with_the_token(server, wire, host):
    """A name that an enemy lets point here, so that a browser takes us for the enemy's site."""
    answer = wire.exchange(server.url, wire.request("GET", "/version", **with_token(server, host=host)))
    assert (answer.status, answer.error[0]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LocalHost"])
def test_the_own_names_are_taken_with_any_port(server, wire, host):
    for name in (host, f"{host}:1"):
        assert wire.exchange(server.url, wire.request("GET", "/health", host=name)).body == b"OK"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost.evil", "file://"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_writes_of_pages_of_other_sites_are_refused(server, wire, method, origin):
    path = f"{PUT}0/x" if method in ("PUT", "DELETE") else f"{API}registered-models/update"
    path = f"{API}experiments/create" if method == "POST" else path
    answer = wire.exchange(
        server.url, wire.request(method, path, b'{"name":"o"}', **with_token(server, origin=origin))
    )
    assert (answer.status, answer.error[0]) == (403, "PERMISSION_DENIED")


def test_the_own_origin_is_taken(server, wire):
    headers = with_token(server, origin=server.url)
    assert (
        wire.exchange(
            server.url, wire.request("POST", f"{API}experiments/search", b'{"max_results":1}', **headers)
        ).status
        == 200
    )


def test_without_authentication_foreign_hosts_are_refused_too(start_server, wire):
    server = start_server("--auth", "off", "--host", "127.0.0.2", wait=False)
    server.url = server.url.replace("127.0.0.1", "127.0.0.2")
    for _ in range(500):
        with contextlib.suppress(OSError):
            answer = wire.exchange(server.url, wire.request("GET", "/health", host=server.url[7:]))
            break
        time.sleep(0.02)
    assert answer.body == b"OK"
    assert wire.exchange(server.url, wire.request("GET", "/health", host="evil.example")).status == 400


def test_pipelined_requests_are_answered_in_order(server, wire):
    asked = [
        wire.request("GET", path, host="localhost") for path in ("/health", "/version", "/nowhere", "/health")
    ]
    with wire.connect(server.url) as sock:
        sock.sendall(b"".join(asked))
        received = b""
        while received.count(b"HTTP/1.1") < 4 or not received.endswith(b"OK"):
            received += sock.recv(65536)
    assert [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]] == [200, 200, 404, 200]


def test_http_1_0_and_head_and_expect_are_understood(server, wire):
    with wire.connect(server.url) as sock:
        sock.sendall(b"GET /health HTTP/1.0\r\nhost: localhost\r\n\r\n")
        assert wire.read_reply(sock).body == b"OK"
        assert sock.recv(1) == b""
    body = b'{"max_results":1}'
    head = wire.request(
        "POST",
        f"{API}experiments/search",
        **with_token(server, content_length=str(len(body)), expect="100-continue"),
    )
    with wire.connect(server.url) as sock:
        sock.sendall(head)
        assert sock.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert wire.read_reply(sock).status == 200


def test_a_websocket_or_http2_upgrade_is_not_followed(server, wire):
    for upgrade in ("websocket", "h2c"):
        asked = wire.request("GET", "/health", host="localhost", connection="Upgrade", upgrade=upgrade)
        assert wire.exchange(server.url, asked).status in (200, 400)


# ---------------------------------------------------------------- more connections than files


def test_the_server_takes_as_many_connections_as_it_is_allowed(server):
    soft, hard = psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_NOFILE)
    assert soft >= min(hard, 65_536) or hard == psutil.RLIM_INFINITY


def test_when_files_run_out_the_server_says_so_and_recovers(start_server, wire, sender):
    server = start_server()
    send = sender(server)
    assert send("GET", "/health").body == b"OK"
    psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_NOFILE, (100, 100))
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            sock = stack.enter_context(wire.connect(server.url))
            with contextlib.suppress(OSError):
                sock.sendall(b"GET /health HTTP/1.1\r\n")
        assert send("GET", "/health").body == b"OK"
        answers = [
            send("POST", f"{API}experiments/create", '{"name":"crowded"}'),
            send("PUT", f"{PUT}0/crowded", b"x"),
            send("GET", f"{PUT}0/crowded"),
        ]
        assert all(
            a.status in (200, 404) or (a.status, a.error[0]) == (503, "TEMPORARILY_UNAVAILABLE")
            for a in answers
        )
    end = time.monotonic() + 20
    while send("PUT", f"{PUT}0/after", b"x").status != 200:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert wire.exchange(server.url, wire.request("GET", "/health", host="localhost")).body == b"OK"
    assert "Traceback" not in server.log.read_text()
